package account

import (
	"partnercenter/pkg/foundation/function"
)

// Function declares the capability's HTTP function.
var Function = function.Declaration{
	Name:   "account",
	Does:   "Balances and what moved them, appropriation and reclaim, top-ups, withdrawals and credit limits",
	HTTP:   register,
	Grants: []function.Grant{function.ReadTable, function.WriteTable, function.UseKey},
}
