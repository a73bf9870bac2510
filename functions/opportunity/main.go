// Command opportunity is the Lambda function of package opportunity.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/opportunity"
)

func main() { function.Start(opportunity.Function) }
