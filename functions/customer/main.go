// Command customer is the Lambda function of package customer.
package main

import (
	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/function"
)

func main() { function.Start(customer.Function()) }
