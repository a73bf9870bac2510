// Command webhook is the Lambda function of package webhook.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/webhook"
)

func main() { function.Start(webhook.Function) }
