package party

import (
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	PARTY#<party> / PARTY      a party
//
// Listed in GSI1:
//
//	PARTIES#<kind>#<month>     / <created>#<party>     all parties of a kind, by the month in which they were made
//
// Access patterns: a party by id; the vendor's list of parties of a kind, newest month first. Users and access keys: package auth.

// Key gives the table key of a party.
func Key(id auth.PartyID) table.Key { return table.Key{PK: "PARTY#" + string(id), SK: "PARTY"} }

// list puts a party into the vendor's list.
func list(p *Party) {
	p.G1PK = listed(p.Kind, calendar.DateOf(p.Created))
	p.G1SK = p.Created.UTC().Format("2006-01-02T15:04:05Z") + "#" + string(p.ID)
}

func listed(kind auth.Kind, month calendar.Date) string {
	return "PARTIES#" + string(kind) + "#" + month.String()[:len("2006-01")]
}
