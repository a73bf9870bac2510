// Command feedback is the Lambda function of package feedback.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/feedback"
)

func main() { function.Start(feedback.Function) }
