package promotion

import (
	"context"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// returning is how many quotas one transaction takes back: each is an item, an event and a record, and perhaps the quota that it goes back to. ASSUMED
const returning = 20

// ReturnQuotas appends to tx that what is left of a reseller's quotas goes back into those that its distributor issued them from, since the reseller
// exits; it answers how far it came, empty when nothing is left. Called again with what it answered before, it goes on there.
// Source: DOMAIN.md 11.
func ReturnQuotas(ctx context.Context, db *table.Client, tx *table.Tx, reseller, distributor auth.PartyID, after string, now time.Time) (string, error) {
	s := &Service{Table: db}
	back, owners, n := map[QuotaID]money.Fen{}, map[QuotaID]auth.PartyID{}, 0
	q := table.Query{PK: ownerKey(reseller), From: quotaPrefix + after, To: quotaPrefix + behind, Strong: true}
	if after != "" {
		q.From += behind
	}
	for held, err := range table.All[Quota](ctx, db, q) {
		if err != nil {
			return "", err
		}
		if held.Balance == 0 || held.Distributor != distributor || held.StatusAt(now) == QuotaInvalid {
			continue
		}
		if n == returning {
			return after, s.intoQuotas(ctx, tx, back, owners, now)
		}
		held.giveBack(tx, now)
		back[held.Parent] += held.Balance
		owners[held.Parent] = distributor
		n, after = n+1, string(held.ID)
	}
	return "", s.intoQuotas(ctx, tx, back, owners, now)
}

// giveBack appends to tx that all that is left of a reseller's quota goes back.
func (q Quota) giveBack(tx *table.Tx, now time.Time) {
	next := q
	next.Returned, next.Balance, next.Status, next.Updated = q.Returned+q.Balance, 0, QuotaReclaimed, now
	tx.Replace(&q, &next)
	event.Append(tx, event.Event{
		Type: EventQuotaReclaimed, Subject: string(q.ID), Owner: string(q.Owner), At: now, By: system, Why: "its reseller exits",
		Data: map[string]string{"amount": q.Balance.String(), "status": strconv.Itoa(int(QuotaReclaimed))},
	})
	QuotaRecord{
		Operation: QuotaTakenBack, Operator: system, Quota: q.ID, Parent: q.Parent, Amount: q.Balance, At: now, Reseller: q.Owner,
	}.write(tx, q.Distributor)
}
