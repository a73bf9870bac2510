// Command icalendar is the Lambda function of package icalendar.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/feeds"
)

func main() { function.Start(feeds.Function) }
