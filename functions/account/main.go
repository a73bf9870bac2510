// Command account is the Lambda function of package account, with the parts of other capabilities.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/accounts"
)

func main() { function.Start(accounts.Function()) }
