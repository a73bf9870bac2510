// Command sweep is the Lambda function of package sweep.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/sweep"
)

func main() { function.Start(sweep.Function) }
