// Command subscription is the Lambda function of package subscription.
package main

import (
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/foundation/function"
)

func main() { function.Start(subscription.Function) }
