// Command setup is the Lambda function of package setup.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/setup"
)

func main() { function.Start(setup.Function) }
