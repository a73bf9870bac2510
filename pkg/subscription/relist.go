package subscription

import (
	"context"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// EventRelisted: a resource stands in the list of another partner, or of none, since its holder's association has begun or ended.
const EventRelisted = "subscription.partner_changed"

// relistAtOnce is how many items one transaction of Relist writes, events among them; there is room for what its caller adds. ASSUMED
const relistAtOnce = 80

// The passes of Relist. The second finds what was bought or ordered while the first ran.
const (
	firstPass  = "1"
	secondPass = "2"
)

// Relist appends to tx that some of what a customer has stands in the lists of the partner that it has now, or of none, and of no other: every
// resource, and the orders that were placed under another partner, which the new one does not see. after is where the last call came to, empty at
// first; it answers where this one came to, empty when all is done. It holds only while the customer has that partner.
//
// Source: DESIGN.md idea 3; DOMAIN.md 3, Effects.
func Relist(ctx context.Context, db *table.Client, tx *table.Tx, holder party.Party, after string, now time.Time) (string, error) {
	tx.Check(&holder)
	r := relisting{tx: tx, holder: holder, at: now, most: tx.Len() + relistAtOnce}
	pass, reached := firstPass, ""
	if after != "" {
		pass, reached = after[:1], after[1:]
	}
	for _, walk := range []func(context.Context, *table.Client, string) (string, error){r.orders, r.resources} {
		at, err := walk(ctx, db, reached)
		if err != nil {
			return "", err
		}
		if at != "" {
			return pass + at, nil
		}
	}
	if pass == firstPass {
		return secondPass, nil
	}
	return "", nil
}

// Held counts the main resources that a customer holds, in whatever state but closed.
func Held(ctx context.Context, db *table.Client, holder auth.PartyID) (n int, err error) {
	for s, err := range table.All[Subscription](ctx, db, table.Query{PK: ownerKey(holder), Prefix: subPrefix, Strong: true}) {
		if err != nil {
			return n, err
		}
		if s.Parent == "" && s.Status != StatusClosed {
			n++
		}
	}
	return n, nil
}

// relisting is one transaction of Relist.
type relisting struct {
	tx     *table.Tx
	holder party.Party
	at     time.Time
	most   int
}

// full says whether the transaction has no room for a main resource and its event.
func (r relisting) full() bool { return r.tx.Len()+2 > r.most }

// orders takes the customer's orders out of the lists of other partners, from a sort key on. It answers the sort key of the first that had no room.
func (r relisting) orders(ctx context.Context, db *table.Client, from string) (string, error) {
	from = max(from, orderKeyPrefix)
	if from > orderKeyPrefix+afterFamily {
		return "", nil
	}
	own := "PARTNER#" + string(r.holder.Partner) + "#"
	q := table.Query{PK: ownerKey(r.holder.ID), From: from, To: orderKeyPrefix + afterFamily, Strong: true}
	for o, err := range table.All[Order](ctx, db, q) {
		switch {
		case err != nil:
			return "", err
		case o.G1PK == "" || r.holder.Partner != "" && strings.HasPrefix(o.G1PK, own):
			continue
		case r.full():
			return o.SK, nil
		}
		next := *o
		next.G1PK, next.G1SK = "", ""
		r.tx.Replace(o, &next)
	}
	return "", nil
}

// resources puts the customer's resources into the list of its partner, from a sort key on. It answers the sort key of the first that had no room.
func (r relisting) resources(ctx context.Context, db *table.Client, from string) (string, error) {
	q := table.Query{PK: ownerKey(r.holder.ID), From: max(from, subPrefix), To: subPrefix + afterFamily, Strong: true}
	for s, err := range table.All[Subscription](ctx, db, q) {
		switch {
		case err != nil:
			return "", err
		case s.Partner == r.holder.Partner:
			continue
		case r.full():
			return s.SK, nil
		}
		next := *s
		next.Partner = r.holder.Partner
		put(r.tx, *s, next)
		if s.Parent == "" {
			event.Append(r.tx, event.Event{
				Type: EventRelisted, Subject: string(s.ResourceID), Owner: string(s.Customer), At: r.at, By: system,
				Data: map[string]string{"from": string(s.Partner), "to": string(next.Partner)},
			})
		}
	}
	return "", nil
}
