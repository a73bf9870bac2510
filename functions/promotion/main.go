// Command promotion is the Lambda function of package promotion.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/promotion"
)

func main() { function.Start(promotion.Function) }
