// Command links is the Lambda function of package links.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/links"
)

func main() { function.Start(links.Function) }
