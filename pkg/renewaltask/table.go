package renewaltask

import (
	"fmt"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	PARTY#<partner> / RENEWALGENERATION                    up to where a partner's tasks are generated   due work "renewal_generation"
//	PARTY#<partner> / RENEWALTASK#<month>#<order>          a task                                        due work "renewal_task" while it is open
//	PARTY#<partner> / RENEWALRECORD#<month>#<order>#<n>    a record of handling it
//
// Listed in GSI1:
//
//	RENEWALTASKS#<handler>#<tab>#<state>#<month>           / <expiry>#<order>
//
// Access patterns: a partner's generation; a task by its partner, month and order; a task's records in order; a handler's tasks by tab, state
// and expiry, month after month; a reseller's own tasks, month after month.

// The kinds of due work that this capability does.
const (
	WorkGeneration = "renewal_generation"
	WorkTask       = "renewal_task"
)

const (
	taskPrefix = "RENEWALTASK#"
	behind     = "~" // sorts behind every character of an id
)

func ownerKey(partner auth.PartyID) string { return "PARTY#" + string(partner) }

func generationKey(partner auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "RENEWALGENERATION"}
}

func taskKey(partner auth.PartyID, id ID) table.Key {
	month, order, _ := id.parts()
	return table.Key{PK: ownerKey(partner), SK: taskPrefix + string(month) + "#" + string(order)}
}

func recordKey(r Row, n int) table.Key {
	return table.Key{PK: ownerKey(r.Partner), SK: recordPrefix(r) + fmt.Sprintf("%06d", n)}
}

func recordPrefix(r Row) string {
	return "RENEWALRECORD#" + string(r.Month) + "#" + string(r.Order) + "#"
}

// list puts a task into its handler's list.
func list(t *Task) {
	t.G1PK = handledBy(t.handler(), t.tab(), t.State, t.Month)
	t.G1SK = t.Expiry.String() + "#" + string(t.Order)
}

func handledBy(handler auth.PartyID, tab Tab, state State, month Month) string {
	return "RENEWALTASKS#" + string(handler) + "#" + string(tab) + "#" + string(state) + "#" + string(month)
}
