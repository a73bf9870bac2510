package party

import (
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Function declares the capability's HTTP function. It also has the operators' list of failed work.
var Function = function.Declaration{
	Name: "party",
	Does: "Parties, their users and access keys; the operators' list of failed work",
	HTTP: func(api *rest.API, env *function.Env) {
		parties(api, env)
		users(api, env)
		customRoles(api, env)
		accessKeys(api, env)
		lifecycle.RegisterOperations(api, env)
	},
	Grants: []function.Grant{
		function.ReadTable, function.WriteTable, function.Query(table.Listed), function.Query(table.Due), function.UseKey,
		{On: function.Pool, Do: []string{"cognito-idp:AdminCreateUser", "cognito-idp:AdminDeleteUser"}},
	},
	Under: []string{"/v2/vendor/parties", "/v2/iam/users", "/v2/iam/roles", "/v2/iam/access-keys"},
}
