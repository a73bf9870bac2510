// Command docs is the Lambda function of package docs.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/docs"
)

func main() { function.Start(docs.Function) }
