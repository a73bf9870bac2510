package program

import (
	"maps"

	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/program/audit"
	"partnercenter/pkg/program/cascade"
	"partnercenter/pkg/program/membership"
)

// Function declares the capability's HTTP function, with the parts of other capabilities and the store of its exports, which it may read.
func Function(parts func(env *function.Env) membership.Parts, addresses function.Port[export.Addresses], read function.Grant) function.Declaration {
	return function.Declaration{
		Name: "program",
		Does: "Plans and who is a member, agreements and declarations, audit trails",
		HTTP: func(api *rest.API, env *function.Env) {
			membership.PartsPort.Put(env, parts(env))
			membership.Register(api, env)
			agreement.Register(api, env)
			audit.Register(api, env, func(env *function.Env) *export.Exports { return export.New(env, addresses) })
		},
		Grants: []function.Grant{
			function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey, read,
			{On: function.Pool, Do: []string{"cognito-idp:AdminCreateUser"}},
		},
		Under: []string{membership.Path, agreement.Path, agreement.VendorPath, agreement.RelationsAt},
	}
}

// RegisterDocuments registers the operations that print. They belong to the function that renders documents.
func RegisterDocuments(api *rest.API, env *function.Env, render document.Renderer) {
	agreement.RegisterDocuments(api, env, render)
	membership.RegisterDocuments(api, env, render)
}

// Work is the due work that the capability does, by kind. The parts of other capabilities stand in membership.PartsPort.
func Work(env *function.Env) map[string]lifecycle.Handler {
	all := map[string]lifecycle.Handler{}
	maps.Copy(all, agreement.New(env).Work())
	maps.Copy(all, membership.New(env).Work())
	maps.Copy(all, cascade.New(env).Work())
	return all
}

// Told are the events after which their owner's digest looks at what the capability has to say.
func Told(kind string) bool {
	switch kind {
	case agreement.EventDeclared, agreement.EventDeclarationDue, membership.EventInvited, membership.EventJoined, membership.EventRenewed:
		return true
	}
	return false
}
