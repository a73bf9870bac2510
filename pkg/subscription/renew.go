package subscription

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/promotion"
)

// Renewal is one wish to extend a family by a term.
type Renewal struct {
	Family   Family
	Products Products // of every member
	Term     calendar.Term
	Day      int // the customer's unified expiry day; 0 for none
	Source   Source
	Coupon   *promotion.Coupon // that pays as far as it goes; nil for none
	By       string            // for the audit trail: a masked principal, or the system
	Now      time.Time
}

// Products are products of the catalogue by id.
type Products map[ProductID]Product

// lines prices the renewal: one line for each member, at the catalogue's price of this instant.
// Errors: ErrNoSuchPeriod, ErrOffShelf.
func (r Renewal) lines() ([]OrderLine, error) {
	var lines []OrderLine
	until, extra := r.until()
	for _, s := range r.Family.Members() {
		product := r.Products[s.ProductID]
		if !product.OnSale {
			return nil, ErrOffShelf.Saying("product %q of resource %q is no longer on sale", product.ID, s.ResourceID)
		}
		price, ok := product.Price(r.Term)
		if !ok {
			return nil, ErrNoSuchPeriod.Saying("product %q of resource %q is not sold by the %s", product.ID, s.ResourceID, r.Term.Unit)
		}
		lines = append(lines, OrderLine{
			Resource: s.ResourceID, Product: s.ProductID, Amount: price + product.days(r.Term.Unit, extra),
			From: s.Expiry.End(), To: until, Prev: s.LastOrder,
		})
	}
	return lines, nil
}

// guard says whether a person may renew so: what Guard says of the main resource, and the length with the days that a unified expiry day adds.
func (r Renewal) guard() error {
	main := r.Family.Main
	if err := Guard(main, r.Products[main.ProductID], r.Term, r.Now); err != nil {
		return err
	}
	until, _ := r.until()
	return guardLength(main, until, r.Now)
}

// until gives the last day of the new term, and how many days of it the unified expiry day adds.
func (r Renewal) until() (calendar.Date, int) {
	return Unify(r.Family.Main.Expiry.Add(r.Term, r.Family.Main.Anchor), r.Day)
}

// order gives the order of the renewal, not yet paid.
func (r Renewal) order(lines []OrderLine) Order {
	main := r.Family.Main
	o := newOrder(main.Customer, OrderRenewal, r.Source, r.By, r.Now)
	o.Amount, o.Lines, o.Unit, o.Count, o.ExpiryDay = Total(lines), lines, r.Term.Unit, r.Term.Count, r.Day
	_, o.Extra = r.until()
	o.of(main.ServiceTypeCode, main.ServiceTypeName)
	listOrder(&o, main.Partner)
	return o
}

// Pay appends to tx a paid renewal: the order, the family with its new term, the transfer with both sides' balance, and the event.
// It holds only while the family and the account are what they were read as: the new term starts at the old expiry, so a second
// renewal of the same term finds another expiry and is none. It returns the order and the family as they become.
//
// Errors: ErrOffShelf, ErrNoSuchPeriod, account.ErrInsufficientBalance.
func (r Renewal) Pay(tx *table.Tx, payer account.Account, terms Terms) (Order, Family, error) {
	lines, err := r.lines()
	if err != nil {
		return Order{}, r.Family, err
	}
	o := r.order(lines)
	t := Transaction{Top: o}
	if r.Coupon != nil {
		if _, err := promotion.Use(tx, *r.Coupon, string(o.ID), t.spend(*r.Coupon), r.Now); err != nil {
			return Order{}, r.Family, err
		}
	}
	if err := debit(tx, payer, &t, r.Now); err != nil {
		return Order{}, r.Family, err
	}
	o = t.Top
	tx.Create(&o)
	return o, extend(tx, o, r.Family, terms, r.By, r.Now), nil
}

// debit appends to tx the payment by payer of what no coupon pays of t, and completes its top. An order of nothing moves no money. What of it was
// designated in the payer's account is so of each line by its share. Error: account.ErrInsufficientBalance.
func debit(tx *table.Tx, payer account.Account, t *Transaction, now time.Time) error {
	o := &t.Top
	completed(o, table.NewID(now), now)
	if o.Cash() == 0 {
		return nil
	}
	next, err := account.Debit(tx, payer, account.Transfer{
		ID: o.TransferID, To: account.VendorRevenue, Amount: o.Cash(), Reason: reasonOf(*o), Reference: string(o.ID), At: now,
	})
	if err != nil {
		return err
	}
	t.designate(payer.Designated - next.Designated)
	return nil
}

// designate notes on the lines of t what of their cash was designated money.
func (t *Transaction) designate(amount money.Fen) {
	if amount == 0 {
		return
	}
	var lines []*OrderLine
	for _, o := range t.leaves() {
		for i := range o.Lines {
			lines = append(lines, &o.Lines[i])
		}
	}
	for i, part := range money.Split(amount, weights(lines, func(l *OrderLine) money.Fen { return l.Amount - l.CashCoupon })) {
		lines[i].Designated = part
	}
}

// reasonOf says why an order moves money.
func reasonOf(o Order) account.Reason {
	switch {
	case o.Refund != nil:
		return account.Refund
	case o.Type == OrderRenewal && o.Source == SourceSystem:
		return account.AutoRenewal
	case o.Type == OrderRenewal:
		return account.Renewal
	case o.Type == OrderChange:
		return account.SpecChange
	default:
		return account.Purchase
	}
}

// extend appends to tx the new term that a paid renewal order brings to its family.
func extend(tx *table.Tx, o Order, f Family, terms Terms, by string, now time.Time) Family {
	auto := o.Source == SourceSystem
	next := f.change(tx, func(s Subscription) Subscription {
		next := Renewed(s, calendar.Term{Unit: o.Unit, Count: o.Count}, Paid{Order: o.ID, Amount: lineOf(o.Lines, s.ResourceID), Auto: auto}, now)
		if o.ExpiryDay != 0 {
			next.Expiry, _ = Unify(next.Expiry, o.ExpiryDay)
			next.Anchor = o.ExpiryDay
		}
		return armed(next, terms, now)
	})
	event.Append(tx, event.Event{
		Type: EventRenewed, Subject: string(f.Main.ResourceID), Owner: string(f.Main.Customer), At: now, By: by,
		Data: o.paidBy(map[string]string{"order": string(o.ID), "amount": o.Cash().String(), "auto": yesNo(auto)}),
	})
	return next
}

// Await appends to tx an unpaid order for the renewal, which keeps other orders away from the family until it is paid, cancelled
// or its window closes. Errors: ErrOffShelf, ErrNoSuchPeriod.
func (r Renewal) Await(tx *table.Tx) (Order, error) {
	lines, err := r.lines()
	if err != nil {
		return Order{}, err
	}
	o := r.order(lines)
	awaiting(&o, r.Now)
	tx.Create(&o)
	r.Family.change(tx, func(s Subscription) Subscription {
		s.PendingOrder = o.ID
		return s
	})
	event.Append(tx, event.Event{
		Type: EventOrdered, Subject: string(r.Family.Main.ResourceID), Owner: string(r.Family.Main.Customer), At: r.Now, By: r.By,
		Data: map[string]string{"order": string(o.ID), "amount": o.Amount.String()},
	})
	return o, nil
}

// The events of a subscription.
const (
	EventImported      = "subscription.imported"
	EventRenewed       = "subscription.renewed"
	EventOrdered       = "subscription.renewal_ordered"
	EventOrderExpired  = "subscription.order_expired"
	EventRenewalFailed = "subscription.auto_renewal_failed"
	EventSwitched      = "subscription.auto_renewal_switched"
	EventGrace         = "subscription.grace_began"
	EventFrozen        = "subscription.frozen"
	EventReleased      = "subscription.released"
	EventToOnDemand    = "subscription.converted_to_on_demand"
	EventUnsubscribed  = "subscription.unsubscribed"
	EventShortened     = "subscription.renewal_unsubscribed"
	EventReview        = "subscription.refund_under_review"
	EventRefundRefused = "subscription.refund_refused"
	EventScheduled     = "subscription.to_on_demand_scheduled"
	EventSpecOrdered   = "subscription.spec_change_ordered"
	EventSpecChanged   = "subscription.spec_changed"
	EventOpened        = "subscription.opened"
	EventNotOpened     = "subscription.not_opened"
	EventCancelled     = "subscription.order_cancelled"
	EventRearmed       = "subscription.attempts_rescheduled"
)

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// armed puts a main resource into the due index at its next step, or takes it out when it has none. Attached ones follow their
// main resource and are never due.
func armed(s Subscription, terms Terms, now time.Time) Subscription {
	lifecycle.Disarm(&s.Head)
	if s.Parent != "" {
		return s
	}
	if step, ok := Next(s, terms, now); ok {
		lifecycle.Arm(&s.Head, WorkSubscription, string(s.Customer), s.turn(), step.At)
	}
	return s
}

// turn sorts what is due of one account at one time: by expiry, then by id. Source: DOMAIN.md 1, Decision 4.
func (s Subscription) turn() string { return s.Expiry.String() + "." + string(s.ResourceID) }

// products reads the products of every member of a family, strongly consistent.
func products(ctx context.Context, db *table.Client, f Family) (Products, error) {
	found := Products{}
	for _, s := range f.Members() {
		if _, ok := found[s.ProductID]; ok {
			continue
		}
		p, err := loadProduct(ctx, db, s.ProductID)
		if err != nil {
			return nil, err
		}
		found[s.ProductID] = p
	}
	return found, nil
}

// payerOf reads the account that a customer pays from, or its partner for it; one that never held money holds nothing.
func payerOf(ctx context.Context, db *table.Client, payer auth.PartyID) (account.Account, error) {
	a, err := account.Load(ctx, db, account.Of(payer, account.Cash))
	if errors.Is(err, table.ErrNotFound) {
		return account.Account{ID: account.Of(payer, account.Cash), Party: payer, Kind: account.Cash}, nil
	}
	return a, err
}
