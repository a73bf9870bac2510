package membership

import (
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// Keys of this package:
//
//	PARTY#<party> / MEMBERSHIP#<plan>        an account's membership of a plan       due work "membership" when time or the system moves it
//	PARTY#<party> / IDENTITY                 the plan by which the account has its one identity
//
// Listed in GSI1:
//
//	MEMBERSHIPS#<host>#<plan>#<state>        / <since>#<party>     the host is the distributor or, of the vendor's plans, the vendor
//
// Access patterns: an account's membership of a plan, and all of them; a host's members of a plan by state, the newest first.

// WorkMembership is the kind of due work that a membership is.
const WorkMembership = "membership"

const (
	membershipPrefix = "MEMBERSHIP#"
	secondFormat     = "20060102T150405"
)

func ownerKey(owner auth.PartyID) string { return "PARTY#" + string(owner) }

func membershipKey(of auth.PartyID, plan PlanCode) table.Key {
	return table.Key{PK: ownerKey(of), SK: membershipPrefix + string(plan)}
}

func identityKey(of auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(of), SK: "IDENTITY"}
}

func members(host auth.PartyID, plan PlanCode, state State) string {
	return "MEMBERSHIPS#" + string(host) + "#" + string(plan) + "#" + string(state)
}

// list puts a membership into its host's list.
func list(m *Membership) {
	m.G1PK = members(m.Host, m.Plan, m.State)
	m.G1SK = m.Since.UTC().Format(secondFormat) + "#" + string(m.Party)
}

// instant writes a time in events.
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }
