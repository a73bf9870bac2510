// Command lifecycle is the Lambda function of package lifecycle.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/lifecycle"
)

func main() { function.Start(lifecycle.Function) }
