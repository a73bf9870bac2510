package promotion

import (
	"context"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Coupons reads all vouchers of a customer, strongly consistent, the oldest first.
func Coupons(ctx context.Context, db *table.Client, customer auth.PartyID) ([]Coupon, error) {
	found := []Coupon{}
	for c, err := range table.All[Coupon](ctx, db, table.Query{PK: ownerKey(customer), Prefix: couponPrefix, Strong: true}) {
		if err != nil {
			return nil, err
		}
		found = append(found, *c)
	}
	return found, nil
}

// Applicable gives what of all an order can be paid with at an instant: vouchers that are usable, valid, not locked by others, and not limited to
// something else than it buys.
func Applicable(all []Coupon, order string, p Purchase, now time.Time) []Coupon {
	return slices.DeleteFunc(slices.Clone(all), func(c Coupon) bool { return c.Usable(order, now) != nil || !c.Limits.Covers(p) })
}

// Best gives the voucher that an auto-renewal uses: the one that holds most, and of those the one that expires first.
// Source: DOMAIN.md 1, Auto-renewal.
func Best(all []Coupon) (Coupon, bool) {
	var best Coupon
	for _, c := range all {
		if c.Balance > best.Balance || c.Balance == best.Balance && c.Expire.Before(best.Expire) {
			best = c
		}
	}
	return best, best.Balance > 0
}

// Load reads a voucher of a customer, strongly consistent, for the parts below. Error: ErrNoCoupon.
func Load(ctx context.Context, db *table.Client, customer auth.PartyID, id CouponID) (Coupon, error) {
	return loadCoupon(ctx, db, customer, id)
}

// Lock appends to tx that an order which awaits payment holds a voucher, as it was read: it is neither taken back nor expires until the order has
// used it or let it go. To lock it again for the same order changes nothing. Error: ErrNotUsable.
func Lock(tx *table.Tx, c Coupon, order string, now time.Time) error {
	if err := c.Usable(order, now); err != nil {
		return err
	}
	if c.Lock == order {
		tx.Check(&c)
		return nil
	}
	next := c
	next.Lock, next.Updated = order, now
	tx.Replace(&c, &next)
	return nil
}

// Unlock appends to tx that an order lets a voucher go. What has expired meanwhile is due at once. A voucher that the order does not hold is as
// it was.
func Unlock(tx *table.Tx, c Coupon, order string, now time.Time) {
	if c.Lock != order {
		tx.Check(&c)
		return
	}
	next := c
	next.Lock, next.Updated = "", now
	if next.Status == CouponUsable {
		next.arm()
	}
	tx.Replace(&c, &next)
}

// Use appends to tx that an order is paid with an amount of a voucher, as it was read: one that the order holds, or that nobody does. It returns the
// voucher as it will be. Errors: ErrNotUsable; an internal error for an amount that it does not hold.
func Use(tx *table.Tx, c Coupon, order string, amount money.Fen, now time.Time) (Coupon, error) {
	next, err := c.used(order, amount, now)
	if err == nil {
		tx.Replace(&c, &next)
	}
	return next, err
}

// used is the rule of Use. What is left of a voucher can be used again; a discount coupon is used once.
func (c Coupon) used(order string, amount money.Fen, now time.Time) (Coupon, error) {
	if err := c.Usable(order, now); err != nil {
		return c, err
	}
	if c.Type != DiscountCoupon {
		if amount <= 0 || amount > c.Balance {
			return c, errOverspent
		}
		c.Balance -= amount
		c.Used += amount
	}
	c.Lock, c.Order, c.LastUsed, c.Updated = "", order, now, now
	if c.Balance == 0 {
		c.Status = CouponUsed
		lifecycle.Disarm(&c.Head)
		return c, nil
	}
	c.arm()
	return c, nil
}

// Return is an amount that was used of a voucher and is not used after all: an order was unsubscribed from, or failed.
type Return struct {
	Coupon CouponID
	Amount money.Fen
}

// GiveBack appends to tx that amounts go back to vouchers of a customer, each named once, or to their quotas when the customer could not use them any
// more: they have expired, were taken back, or the customer has left their issuer. What stays the customer's does so on the condition that the
// customer is still what was read: whoever leaves gives back what is usable then, and not what is given back behind that.
//
// Errors: ErrNoCoupon; an internal error for more than was used. Source: DOMAIN.md 1, "Unsubscribe & refund", voucher back.
func GiveBack(ctx context.Context, db *table.Client, tx *table.Tx, customer auth.PartyID, returns []Return, now time.Time) error {
	holder, err := party.Get(ctx, db, customer)
	if err != nil {
		return err
	}
	back, owners, stays := map[QuotaID]money.Fen{}, map[QuotaID]auth.PartyID{}, false
	for _, r := range returns {
		c, err := loadCoupon(ctx, db, customer, r.Coupon)
		if err != nil {
			return err
		}
		next, kept, err := c.returned(r.Amount, holder.Partner, now)
		if err != nil {
			return err
		}
		tx.Replace(&c, &next)
		stays = stays || kept
		if !kept {
			back[c.Quota] += r.Amount
			owners[c.Quota] = c.Issuer
			came(tx, c, Unsubscribed, r.Amount, system, now)
		}
	}
	if stays {
		tx.Check(&holder)
	}
	return (&Service{Table: db}).intoQuotas(ctx, tx, back, owners, now)
}

// returned is the rule of GiveBack: kept is false when the amount goes to the quota.
func (c Coupon) returned(amount money.Fen, partner auth.PartyID, now time.Time) (next Coupon, kept bool, err error) {
	if amount <= 0 || amount > c.Used {
		return c, false, errOverspent
	}
	next = c
	next.Used -= amount
	next.Updated = now
	alive := c.Status == CouponUsable || c.Status == CouponUsed
	if !alive || !now.Before(c.Expire) || partner != c.Issuer {
		next.Back += amount
		return next, false, nil
	}
	next.Balance += amount
	next.Status = CouponUsable
	next.arm()
	return next, true, nil
}
