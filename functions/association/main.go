// Command association is the Lambda function of package customer for associations, with the parts of other capabilities.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/parting"
)

func main() { function.Start(parting.Function()) }
