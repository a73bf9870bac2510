// Command party is the Lambda function of package party.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/party"
)

func main() { function.Start(party.Function) }
