// Command performance is the Lambda function of package performance.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/incentive/performance"
)

func main() { function.Start(performance.Function()) }
