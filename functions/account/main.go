// Command account is the Lambda function of package account.
package main

import (
	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/function"
)

func main() { function.Start(account.Function) }
