package customer

import (
	"slices"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify/ses"
	"partnercenter/pkg/foundation/notify/sns"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Function declares the HTTP function of customers. Their associations have one of its own, see Associations.
func Function() function.Declaration {
	return function.Declaration{
		Name: "customer",
		Does: "A partner's customers: creating, listing, freezing, budgets, real names, contacts and invitations",
		HTTP: register,
		Grants: slices.Concat([]function.Grant{
			function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey,
			{On: function.Pool, Do: []string{"cognito-idp:AdminCreateUser"}},
		}, ses.Grants, sns.Grants),
		Under: []string{"/v2/customers", "/v2/partners/customer-invitations", "/v2/partners/sub-customers"},
	}
}

func register(api *rest.API, env *function.Env) {
	bss(api, env)
	realnames(api, env)
	vendor(api, env)
	invitationOperations(api, env)
	sensitiveOperations(api, env)
}
