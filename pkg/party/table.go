package party

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	PARTY#<party> / PARTY                     a party
//	PARTY#<partner> / DEPARTING#<customer>    a customer that is leaving the partner
//	PARTY#<partner> / FORMER#<left>#<customer>#<n> a customer that was the partner's until then, by its n-th tenure
//	PARTY#<partner> / CUSTOMER#<customer>     a customer as its partner lists it
//	PARTY#<distributor> / RESELLER#<reseller> a reseller as its distributor lists it
//	SUBACCOUNT#<hash> / SUBACCOUNT            whose a sub-account of a provider's bills is
//	PARTY#<party> / SENSITIVE                 whether a party's sensitive operations need a code
//
// Listed in GSI1:
//
//	PARTIES#<kind> / <created>#<party>                  all parties of a kind
//	PARTIES#customer#<month> / <created>#<party>        customers, who are many: by the Beijing month in which they were made
//	SUBACCOUNTS#<customer> / SUBACCOUNT#<hash>          a customer's sub-accounts
//
// Access patterns: a party by id; whose a sub-account is, and a customer's sub-accounts; a partner's customers, those that it had until after an instant, and a distributor's resellers in id order; the vendor's list of parties of a kind, newest first. Users and access keys: package auth.

// Key gives the table key of a party.
func Key(id auth.PartyID) table.Key { return auth.PartyKey(id) }

const (
	listPrefix   = "PARTIES#"
	formerPrefix = "FORMER#"
	createdForm  = "2006-01-02T15:04:05Z"
	monthForm    = "2006-01"
)

func departureKey(partner, customer auth.PartyID) table.Key {
	return table.Key{PK: "PARTY#" + string(partner), SK: "DEPARTING#" + string(customer)}
}

func formerKey(partner auth.PartyID, left time.Time, customer auth.PartyID, n int) table.Key {
	return table.Key{PK: "PARTY#" + string(partner), SK: fmt.Sprintf("FORMER#%s#%s#%d", left.UTC().Format(createdForm), customer, n)}
}

func sensitiveKey(of auth.PartyID) table.Key {
	return table.Key{PK: "PARTY#" + string(of), SK: "SENSITIVE"}
}

// list puts a party into the vendor's list.
func list(p *Party) {
	p.G1PK = listed(p.Kind, calendar.DateOf(p.Created))
	p.G1SK = p.Created.UTC().Format(createdForm) + "#" + string(p.ID)
}

// listed gives the partition that lists parties of a kind that were made in a day's month.
func listed(kind auth.Kind, day calendar.Date) string {
	if kind != auth.Customer {
		return listPrefix + string(kind)
	}
	return listPrefix + string(kind) + "#" + day.String()[:len(monthForm)]
}

// OfKind finds the parties of a kind other than customers, the oldest first, in the vendor's list of them.
func OfKind(kind auth.Kind) table.Query {
	return table.Query{Index: table.Listed, PK: listPrefix + string(kind)}
}

// ofKind yields the parties of a kind, newest first: customers month after month, back to the month of the first day.
func ofKind(ctx context.Context, db *table.Client, kind auth.Kind, first, today calendar.Date, q table.Query) iter.Seq2[*Party, error] {
	return func(yield func(*Party, error) bool) {
		day := today
		if q.After != "" {
			at, err := dayOf(ctx, db, today, q)
			if err != nil {
				yield(nil, err)
				return
			}
			day = at
		}
		for ; listed(kind, day) >= listed(kind, first); day = day.AddMonths(-1, 1) {
			q.PK = listed(kind, day)
			for p, err := range table.All[Party](ctx, db, q) {
				if !yield(p, err) || err != nil {
					return
				}
			}
			q.After = ""
			if kind != auth.Customer {
				return
			}
		}
	}
}

// dayOf gives a day of the month that a marker of the list lies in.
func dayOf(ctx context.Context, db *table.Client, today calendar.Date, q table.Query) (calendar.Date, error) {
	pk, err := db.MarkerPK(ctx, q.Scope, q.After)
	if err != nil {
		return calendar.Date{}, err
	}
	if strings.Count(pk, "#") == 1 {
		return today, nil
	}
	day, err := calendar.ParseDate(pk[strings.LastIndex(pk, "#")+1:] + "-01")
	if err != nil {
		return calendar.Date{}, table.ErrMarker
	}
	return day, nil
}
