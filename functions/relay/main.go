// Command relay is the Lambda function of package relay.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/relay"
)

func main() { function.Start(relay.Function) }
