// Command specialist is the Lambda function of package specialist.
package main

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/staff"
)

func main() { function.Start(staff.Function) }
