// Command subscription is the Lambda function of package subscription.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/subscription"
)

func main() { function.Start(subscription.Function) }
