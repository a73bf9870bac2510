package auth

import (
	"log/slog"
	"net/http"
	"slices"

	"partnercenter/pkg/foundation/problem"
)

// PartyID names a party. UserID names one of its users, and is the user's name at the token issuer.
type (
	PartyID string
	UserID  string
)

// Kind is a kind of party. Source: DOMAIN.md 0.
type Kind string

// The kinds of party.
const (
	Vendor      Kind = "vendor"
	Distributor Kind = "distributor" // 总经销商, has resellers below it
	Reseller    Kind = "reseller"    // 云经销商, belongs to one distributor
	Partner     Kind = "partner"     // 解决方案提供商, a solution provider
	Customer    Kind = "customer"    // 子客户
)

// Kinds are all kinds of party.
func Kinds() []Kind { return []Kind{Vendor, Distributor, Reseller, Partner, Customer} }

// Principal is who is calling.
type Principal struct {
	Party       PartyID
	Kind        Kind
	Agent       PartyID // the partner that acts on the party's behalf; empty when the party acts itself
	User        UserID  // of the agent, if there is one, else of the party
	Roles       []Role
	Permissions []Permission
	AccessKey   string // empty for a token
	Signature   string // of the request, in hex; empty for a token
}

// May reports whether the principal holds a permission item.
func (p Principal) May(item Permission) bool { return slices.Contains(p.Permissions, item) }

// Actor gives the party whose user or key is calling.
func (p Principal) Actor() PartyID {
	if p.Agent != "" {
		return p.Agent
	}
	return p.Party
}

// Masked gives the principal as logs and audit trails name it: its party and user, and on whose behalf it acts; never its key.
func (p Principal) Masked() string {
	switch {
	case p.Party == "":
		return "public"
	case p.Agent != "":
		return string(p.Agent) + "/" + string(p.User) + " for " + string(p.Party)
	}
	return string(p.Party) + "/" + string(p.User)
}

// String is Masked, so that a principal that is printed does not tell its signature, with which its request can be sent again.
func (p Principal) String() string { return p.Masked() }

// LogValue is Masked.
func (p Principal) LogValue() slog.Value { return slog.StringValue(p.Masked()) }

// Allow says who may call an operation: parties of some kinds that hold a permission item. The zero Allow is nobody.
type Allow struct {
	rules  []rule
	public string
}

type rule struct {
	kind Kind
	item Permission
}

// OnBehalf reports whether a partner may call for a customer that has authorized it.
func (a Allow) OnBehalf() bool {
	return slices.ContainsFunc(a.rules, func(r rule) bool { return r.kind == Customer && slices.Contains(letter, r.item) })
}

// Only allows parties of one kind, by users and keys that hold a permission item.
func Only(kind Kind, item Permission) Allow { return Allow{rules: []rule{{kind, item}}} }

// Partners allows partners of every kind, by users and keys that hold a permission item.
func Partners(item Permission) Allow {
	return Only(Partner, item).Or(Reseller, item).Or(Distributor, item)
}

// Or allows another kind as well.
func (a Allow) Or(kind Kind, item Permission) Allow {
	return Allow{rules: append(slices.Clone(a.rules), rule{kind, item})}
}

// Public allows everybody, without a credential, for a reason that must be given.
func Public(reason string) Allow { return Allow{public: reason} }

// IsPublic reports whether no credential is needed.
func (a Allow) IsPublic() bool { return a.public != "" }

// Nobody holds for the zero Allow.
func (a Allow) Nobody() bool { return len(a.rules) == 0 && a.public == "" }

// String says who may call, for the API docs.
func (a Allow) String() string {
	if a.IsPublic() {
		return "everybody: " + a.public
	}
	text := ""
	for i, r := range a.rules {
		if i > 0 {
			text += ", "
		}
		text += string(r.kind) + " with " + string(r.item)
	}
	return text
}

// ErrAccessDenied: the credential is of a party that the request does not speak for. Source: DOMAIN.md 18.
var ErrAccessDenied = problem.New(http.StatusForbidden, "CBC.0151", "access denied")

// Permits says whether p may call. Error: 403 CBC.0155 that says what is missing.
func (a Allow) Permits(p Principal) error {
	if a.IsPublic() {
		return nil
	}
	if p.Agent != "" && !a.OnBehalf() {
		return problem.Denied("this can't be done on a customer's behalf: the user authorization letter does not give it")
	}
	missing := Permission("")
	for _, r := range a.rules {
		if r.kind != p.Kind {
			continue
		}
		if p.May(r.item) {
			return nil
		}
		missing = r.item
	}
	if missing != "" {
		return problem.Denied("this needs the permission item %s, which the user or the access key lacks", missing)
	}
	return problem.Denied("a %s cannot call this; it is for %s", p.Kind, a)
}
