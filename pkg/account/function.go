package account

import (
	"time"

	"partnercenter/pkg/foundation/function"
)

// Function declares the capability's HTTP function.
func Function() function.Declaration {
	return function.Declaration{
		Name: "account",
		Does: "Balances and what moved them, appropriation and reclaim, top-ups, withdrawals and credit limits",
		HTTP: register,
		// Two routes for its twenty operations: a stack has a number of resources.
		Under: []string{"/v2/accounts/partner-accounts"},
		// A batch of appropriations is a transaction for each row; an HTTP API waits 30 s.
		Timeout: 29 * time.Second,
		Grants:  []function.Grant{function.ReadTable, function.WriteTable, function.UseKey},
	}
}
