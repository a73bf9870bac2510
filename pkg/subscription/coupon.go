package subscription

import (
	"context"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/promotion"
)

// CouponUse names the voucher or cash coupon of an order, one an order: that pays it, or is held for it while it awaits payment.
// Source: DOMAIN.md 2, "UI rule".
type CouponUse struct {
	ID   promotion.CouponID `dynamodbav:"id"`
	Type int                `dynamodbav:"type"` // promotion.Voucher, promotion.CashCoupon or promotion.DiscountCoupon
}

// Cash gives what of an order was paid from a balance or, of a refund, returns to one.
func (o OrderRow) Cash() money.Fen {
	if o.GivesBack {
		return o.Amount - o.CashCoupons
	}
	return o.Amount - o.CashCoupons - o.Vouchers
}

// spend notes that a coupon pays as much of t as it holds: of each order and line the share that it costs. A voucher's is not given back in cash, a
// cash coupon's is as good as cash, and a discount coupon makes t cost less. It returns what the coupon pays.
func (t *Transaction) spend(c promotion.Coupon) money.Fen {
	total := c.Pays(t.Top.Amount)
	use := CouponUse{ID: c.ID, Type: c.Type}
	leaves := t.leaves()
	for i, part := range money.Split(total, weights(leaves, func(o *Order) money.Fen { return o.Amount })) {
		leaves[i].coupon(use, part)
		lines := leaves[i].Lines
		for n, share := range money.Split(part, weights(lines, func(l OrderLine) money.Fen { return l.Amount })) {
			lines[n].coupon(use, share)
		}
	}
	if len(t.Parts) > 0 {
		t.Top.coupon(use, total)
	}
	return total
}

// couponID names the coupon of an order; empty for none.
func (o OrderRow) couponID() promotion.CouponID {
	if o.Coupon == nil {
		return ""
	}
	return o.Coupon.ID
}

// coupon notes what a coupon pays of an order.
func (o *Order) coupon(use CouponUse, amount money.Fen) {
	o.Coupon = &use
	switch use.Type {
	case promotion.DiscountCoupon:
		o.Amount, o.Discount = o.Amount-amount, amount
	case promotion.Voucher:
		o.Vouchers = amount
	default:
		o.CashCoupons = amount
	}
}

// coupon notes what a coupon pays of a line.
func (l *OrderLine) coupon(use CouponUse, amount money.Fen) {
	switch use.Type {
	case promotion.DiscountCoupon:
		l.Amount, l.Discount = l.Amount-amount, amount
	case promotion.Voucher:
		l.Amount, l.Voucher = l.Amount-amount, amount
	default:
		l.CashCoupon = amount
	}
}

func weights[T any](all []T, of func(T) money.Fen) []int64 {
	w := make([]int64, len(all))
	for i, one := range all {
		w[i] = int64(of(one))
	}
	return w
}

// useCoupon appends to tx that t is paid with a coupon, as far as that goes; nil is none. What was held for t and is not used is let go.
// Error: promotion.ErrNotUsable.
func (s *Service) useCoupon(ctx context.Context, tx *table.Tx, t *Transaction, c *promotion.Coupon, now time.Time) error {
	if held := t.Top.Coupon; held != nil && (c == nil || c.ID != held.ID) {
		if err := s.letGo(ctx, tx, t.Top, now); err != nil {
			return err
		}
		t.Top.Coupon = nil
	}
	if c == nil || t.Top.Amount == 0 {
		return nil
	}
	_, err := promotion.Use(tx, *c, string(t.Top.ID), t.spend(*c), now)
	return err
}

// hold appends to tx that a coupon is held for t, which awaits payment; nil is none. Error: promotion.ErrNotUsable.
func (t *Transaction) hold(tx *table.Tx, c *promotion.Coupon, now time.Time) error {
	if c == nil {
		return nil
	}
	t.Top.Coupon = &CouponUse{ID: c.ID, Type: c.Type}
	return promotion.Lock(tx, *c, string(t.Top.ID), now)
}

// letGo appends to tx that a coupon is no longer held for an order, if one is.
func (s *Service) letGo(ctx context.Context, tx *table.Tx, o Order, now time.Time) error {
	if o.Coupon == nil {
		return nil
	}
	c, err := promotion.Load(ctx, s.Table, o.Customer, o.Coupon.ID)
	if err == nil {
		promotion.Unlock(tx, c, string(o.ID), now)
	}
	return err
}

// couponFor reads a coupon that a customer wants to pay t with; nil is none.
//
// Errors: promotion.ErrNoCoupon, promotion.ErrNotUsable for one that is locked, over, or not for what t buys; both name field.
func (s *Service) couponFor(ctx context.Context, t Transaction, wanted *CouponUse, field string, now time.Time) (*promotion.Coupon, error) {
	if wanted == nil {
		return nil, nil
	}
	c, err := promotion.Load(ctx, s.Table, t.Top.Customer, wanted.ID)
	if err == nil {
		err = c.Usable(string(t.Top.ID), now)
	}
	if err == nil && wanted.Type != 0 && wanted.Type != c.Type {
		err = problem.Invalid(field, "coupon %q is of type %d, not %d", c.ID, c.Type, wanted.Type)
	}
	if err != nil {
		return nil, inField(err, field)
	}
	buys, err := s.buys(ctx, t)
	switch {
	case err != nil:
	case c.Pays(t.Top.Amount) == 0:
		err = promotion.ErrNotUsable.Saying("voucher %q takes nothing off the %s of order %q", c.ID, t.Top.Amount, t.Top.ID).In(field)
	case !c.Limits.Covers(buys):
		err = promotion.ErrNotUsable.Saying("voucher %q is limited to other services or products than order %q buys, or to larger orders", c.ID, t.Top.ID).In(field)
	}
	return &c, err
}

func inField(err error, field string) error {
	if refusal, refused := problem.As(err); refused {
		return refusal.In(field)
	}
	return err
}

// buys tells what a transaction buys, as coupons are limited by it.
func (s *Service) buys(ctx context.Context, t Transaction) (promotion.Purchase, error) {
	var lines []OrderLine
	for _, o := range t.leaves() {
		lines = append(lines, o.Lines...)
	}
	catalogue, err := s.productsOf(ctx, lines)
	return bought(lines, catalogue, t.Top.Amount), err
}

func bought(lines []OrderLine, catalogue Products, amount money.Fen) promotion.Purchase {
	p := promotion.Purchase{Amount: amount}
	for _, l := range lines {
		p.Products = append(p.Products, string(l.Product))
		p.Services = append(p.Services, catalogue[l.Product].ServiceTypeCode)
	}
	return p
}

// bestCoupon finds what an auto-renewal pays with: of what the customer has for it, what holds most; nil is nothing.
// Source: DOMAIN.md 1, Auto-renewal.
func (r Renewal) bestCoupon(all []promotion.Coupon) *promotion.Coupon {
	lines, err := r.lines()
	if err != nil {
		return nil // Pay says why
	}
	if best, found := promotion.Best(promotion.Applicable(all, "", bought(lines, r.Products, Total(lines)), r.Now)); found {
		return &best
	}
	return nil
}

// returns gives what goes back to the coupons by which it was paid.
func (r Refund) returns() []promotion.Return {
	var all []promotion.Return
	for _, l := range r.Lines {
		amount := l.Voucher + l.CashCoupon
		if amount == 0 {
			continue
		}
		at := slices.IndexFunc(all, func(one promotion.Return) bool { return one.Coupon == l.Coupon })
		if at < 0 {
			at, all = len(all), append(all, promotion.Return{Coupon: l.Coupon})
		}
		all[at].Amount += amount
	}
	return all
}

// backToCoupons appends to tx that what a refund gives back of coupons is in them again, or in their quotas.
func (s *Service) backToCoupons(ctx context.Context, tx *table.Tx, customer auth.PartyID, r Refund, now time.Time) error {
	if all := r.returns(); len(all) > 0 {
		return promotion.GiveBack(ctx, s.Table, tx, customer, all, now)
	}
	return nil
}
