// Command renewaltask is the Lambda function of package renewaltask.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/tasks"
)

func main() { function.Start(tasks.Function()) }
