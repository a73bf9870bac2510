package promotion

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// Departure is an association that ended or was switched, or began, as vouchers see it.
type Departure struct {
	Operation Operation // Unbound, Switched, Transferred or, for what a new customer had of others, Bound
	All       bool      // and the vendor's discount coupons: the account becomes a partner, which has none
	Customer  auth.PartyID
	Partner   auth.PartyID
	At        time.Time // business time, UTC
	After     string    // what the call before answered; empty at first
}

// takes reports whether a voucher goes back by a departure: all of the partner that is left or stood to otherwise, all of others when an association
// begins. What an order holds goes back too: an association leaves no voucher behind.
// The vendor's discount coupons stay, but for All.
func (d Departure) takes(c Coupon) bool {
	if c.Type == DiscountCoupon {
		return d.All && c.Status == CouponUsable
	}
	if d.Operation == Bound {
		return c.Status == CouponUsable && c.Issuer != d.Partner
	}
	return c.Status == CouponUsable && c.Issuer == d.Partner
}

// Depart appends to tx some of the vouchers that go back to their quotas by a departure, at most 80 items, and answers how far it came; empty when
// nothing is left. Called again with what it answered before, it goes on there. Source: DOMAIN.md 3, Effects; CASES.md, invariant 6.
func Depart(ctx context.Context, db *table.Client, tx *table.Tx, d Departure) (after string, err error) {
	s := &Service{Table: db}
	back, quotas := map[QuotaID]money.Fen{}, map[QuotaID]auth.PartyID{}
	q := table.Query{PK: ownerKey(d.Customer), From: couponPrefix + d.After, To: couponPrefix + behind, Strong: true}
	if d.After != "" {
		q.From += behind
	}
	n := 0
	for c, err := range table.All[Coupon](ctx, db, q) {
		if err != nil {
			return "", err
		}
		if !d.takes(*c) {
			continue
		}
		if n == departing {
			return after, s.intoQuotas(ctx, tx, back, quotas, d.At)
		}
		next, left := c.end(CouponReclaimed, d.At)
		tx.Replace(c, &next)
		n, after = n+1, string(c.ID)
		if c.Type == DiscountCoupon { // holds no money, and is of no quota
			event.Append(tx, event.Event{Type: EventDiscountVoid, Subject: string(c.ID), Owner: string(c.Customer), At: d.At, By: system})
			continue
		}
		came(tx, *c, d.Operation, left, system, d.At)
		back[c.Quota] += left
		quotas[c.Quota] = c.Issuer
	}
	return "", s.intoQuotas(ctx, tx, back, quotas, d.At)
}

// intoQuotas appends to tx that quotas take back amounts.
func (s *Service) intoQuotas(ctx context.Context, tx *table.Tx, back map[QuotaID]money.Fen, owners map[QuotaID]auth.PartyID, now time.Time) error {
	for id, amount := range back {
		q, err := loadQuota(ctx, s.Table, owners[id], id)
		if err != nil {
			return err
		}
		next := q.takeBack(amount, now)
		tx.Replace(&q, &next)
	}
	return nil
}

// Holdings tells how many usable vouchers a customer has of a partner, and what they hold.
func Holdings(ctx context.Context, db *table.Client, customer, partner auth.PartyID) (n int, amount money.Fen, err error) {
	d := Departure{Operation: Unbound, Customer: customer, Partner: partner}
	for c, err := range table.All[Coupon](ctx, db, table.Query{PK: ownerKey(customer), Prefix: couponPrefix, Strong: true}) {
		if err != nil {
			return 0, 0, err
		}
		if d.takes(*c) {
			n, amount = n+1, amount+c.Balance
		}
	}
	return n, amount, nil
}
