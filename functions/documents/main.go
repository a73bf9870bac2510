// Command documents is the Lambda function of package documents.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/documents"
)

func main() { function.Start(documents.Function) }
