package account

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
)

// Function declares the capability's HTTP function.
var Function = function.Declaration{
	Name:   "account",
	Does:   "Balances and what moved them",
	HTTP:   func(api *rest.API, env *function.Env) { service{table: env.Table}.register(api) },
	Grants: []function.Grant{function.ReadTable, function.WriteTable, function.UseKey},
}
