// Command program is the Lambda function of package program, with the parts of other capabilities.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/joining"
)

func main() { function.Start(joining.Function()) }
