package system_test

import "partnercenter/pkg/foundation/auth"

var accessOfAccount = map[string]who{
	"ShowCustomerAccountBalances": {auth.Customer: anyCustomerRole},
}
