// Command notifier is the Lambda function of package notifier.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/notifier"
)

func main() { function.Start(notifier.Function) }
