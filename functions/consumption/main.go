// Command consumption is the Lambda function of package performance that brings consumption in.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/consumption"
)

func main() { function.Start(consumption.Function()) }
