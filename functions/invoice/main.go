// Command invoice is the Lambda function of package invoice, with the parts of other capabilities.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/invoicing"
)

func main() { function.Start(invoicing.Function()) }
