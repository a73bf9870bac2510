// Command externallink is the Lambda function of package externallink.
package main

import (
	"partnercenter/pkg/externallink"
	"partnercenter/pkg/foundation/function"
)

func main() { function.Start(externallink.Function) }
