package subscription

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/promotion"
)

// Transaction is what is paid or cancelled at once: an order by itself, or a combined transaction with its parts.
type Transaction struct {
	Top   Order
	Parts []Order
}

// leaves gives the orders that are of resources: the parts, or the order itself.
func (t *Transaction) leaves() []*Order {
	if len(t.Parts) == 0 {
		return []*Order{&t.Top}
	}
	all := make([]*Order, len(t.Parts))
	for i := range t.Parts {
		all[i] = &t.Parts[i]
	}
	return all
}

// clone gives a copy whose orders and lines can be changed.
func (t Transaction) clone() Transaction {
	next := Transaction{Top: t.Top, Parts: append([]Order(nil), t.Parts...)}
	for _, o := range next.leaves() {
		o.Lines = append([]OrderLine(nil), o.Lines...)
	}
	return next
}

// create and replace append t's orders to tx.
func (t Transaction) create(tx *table.Tx) {
	tx.Create(&t.Top)
	for i := range t.Parts {
		tx.Create(&t.Parts[i])
	}
}

func (t Transaction) replace(tx *table.Tx, next Transaction) {
	tx.Replace(&t.Top, &next.Top)
	for i := range t.Parts {
		tx.Replace(&t.Parts[i], &next.Parts[i])
	}
}

// loadTransaction reads a transaction of a customer, strongly consistent. Errors: ErrNoOrder, ErrPartOfOrder for a part of a combined one.
func loadTransaction(ctx context.Context, db *table.Client, customer auth.PartyID, id OrderID) (Transaction, error) {
	var t Transaction
	err := db.Get(ctx, orderKey(customer, id), &t.Top)
	switch {
	case isAbsent(err):
		return t, ErrNoOrder.Saying("no order %q", id).In("order_id")
	case err != nil:
		return t, err
	case t.Top.Combined != "":
		return t, ErrPartOfOrder.Saying("order %q is a part of the combined transaction %q: name that one", id, t.Top.Combined).In("order_id")
	}
	keys := make([]table.Key, len(t.Top.Parts))
	for i, part := range t.Top.Parts {
		keys[i] = orderKey(customer, part)
	}
	parts, err := table.GetAll[Order](ctx, db, keys)
	for _, part := range parts {
		t.Parts = append(t.Parts, *part)
	}
	slices.SortFunc(t.Parts, func(a, b Order) int { return slices.Index(t.Top.Parts, a.ID) - slices.Index(t.Top.Parts, b.ID) })
	if err == nil && len(t.Parts) != len(t.Top.Parts) {
		err = fmt.Errorf("order %s has %d parts of %d", id, len(t.Parts), len(t.Top.Parts))
	}
	return t, err
}

// payment is the payment of a transaction by its customer's account.
type payment struct {
	holder party.Party
	payer  account.Account
	coupon *promotion.Coupon // that pays as far as it goes; nil for none
	by     string
	now    time.Time
}

// payment reads what a payment needs to know. Errors: party.ErrBlocked, ErrNoOrder.
func (s *Service) payment(ctx context.Context, customer auth.PartyID, by string) (payment, error) {
	p := payment{by: by, now: s.Clock.Now()}
	var err error
	if p.holder, err = party.Get(ctx, s.Table, customer); err != nil {
		return p, err
	}
	p.payer, err = s.payer(ctx, p.holder)
	return p, err
}

// settle pays t in place and appends to tx what that does: what its coupon pays, the debit, and of each order what was bought. The orders themselves are the
// caller's to write.
//
// Errors: account.ErrInsufficientBalance, promotion.ErrNotUsable, and those of what an order is for, when its resource has changed since.
func (s *Service) settle(ctx context.Context, tx *table.Tx, t *Transaction, p payment) error {
	unpaid := t.Top.Status
	if _, err := unpaid.After(OrderPaid); err != nil {
		return err
	}
	if err := s.useCoupon(ctx, tx, t, p.coupon, p.now); err != nil {
		return err
	}
	if err := debit(tx, p.payer, t, p.now); err != nil {
		return err
	}
	for _, o := range t.leaves() {
		if o.Combined != "" {
			completed(o, t.Top.TransferID, p.now)
		}
		if err := s.fulfil(ctx, tx, o, p); err != nil {
			return err
		}
		if o.Status == OrderProcessing && o.Combined != "" {
			t.Top.Opening++
		}
	}
	if t.Top.Opening > 0 || t.Top.Status == OrderProcessing {
		t.Top.OpenBefore = second(p.now.Add(openingWindow))
		lifecycle.Arm(&t.Top.Head, WorkOrder, string(t.Top.Customer), string(t.Top.ID), t.Top.OpenBefore)
		t.Top.Status, _ = unpaid.After(OrderPaidPending) // as legal as OrderPaid is
	}
	return nil
}

// fulfil does what a paid order is for, or makes it processing when the vendor opens what was bought.
func (s *Service) fulfil(ctx context.Context, tx *table.Tx, o *Order, p payment) error {
	if o.Type == OrderNew {
		catalogue, err := s.productsOf(ctx, o.Lines)
		if err != nil {
			return err
		}
		event.Append(tx, orderEvent(EventOrderPaid, *o, p.by, p.now))
		for _, product := range catalogue {
			if product.Opening == OpenByVendor {
				o.Status = OrderProcessing
				return nil
			}
		}
		open(tx, o, catalogue, p.holder, o.Combined, p.by, p.now)
		return nil
	}
	family, err := loadFamily(ctx, s.Table, o.Customer, o.Main())
	if err != nil {
		return err
	}
	if family.Main.PendingOrder != o.ID {
		return ErrOrderState.Saying("order %q is no longer the pending one of resource %q", o.ID, o.Main())
	}
	if o.Type == OrderChange {
		return s.changeSpec(ctx, tx, *o, family, p)
	}
	if err := guardLasting(family.Main, p.now); err != nil {
		return err
	}
	extend(tx, *o, family, TermsOf(p.holder), p.by, p.now)
	return nil
}

// productsOf reads the products of an order's lines.
func (s *Service) productsOf(ctx context.Context, lines []OrderLine) (Products, error) {
	found := Products{}
	for _, l := range lines {
		if _, known := found[l.Product]; known {
			continue
		}
		p, err := loadProduct(ctx, s.Table, l.Product)
		if err != nil {
			return nil, err
		}
		found[l.Product] = p
	}
	return found, nil
}

// The events of orders for new resources, whose subject is the order.
const (
	EventOrderPlaced    = "order.placed"
	EventOrderPaid      = "order.paid"
	EventOrderCancelled = "order.cancelled"
	EventOrderLapsed    = "order.expired"
	EventOrderNotOpened = "order.not_opened"
)

// Paying are the events of what was paid for a customer: of each, "amount" is how much, and [PayerDatum] the partner that has paid it, if one has.
var Paying = []string{EventOrderPaid, EventRenewed, EventSpecChanged}

// PayerDatum names the partner that has paid for the customer.
const PayerDatum = "payer"

// paidBy adds to what an event says which partner has paid the order.
func (o Order) paidBy(data map[string]string) map[string]string {
	if payer := o.Payer(); payer != "" {
		data[PayerDatum] = string(payer)
	}
	return data
}

func orderEvent(kind string, o Order, by string, now time.Time) event.Event {
	return event.Event{
		Type: kind, Subject: string(o.ID), Owner: string(o.Customer), At: now, By: by, Data: o.paidBy(map[string]string{"amount": o.Cash().String()}),
	}
}

// Pay pays a pending order, or a combined transaction, with a coupon of its customer's, if one is named, and for the rest from the balance. more is
// written in the same transaction.
//
// Errors: ErrNoOrder, ErrPartOfOrder, ErrOrderState, ErrAgentPay while the partner is to pay, account.ErrInsufficientBalance, party.ErrBlocked, and
// promotion.ErrNoCoupon and promotion.ErrNotUsable on coupon_infos; nothing has changed then.
func (s *Service) Pay(ctx context.Context, customer auth.PartyID, id OrderID, with *CouponUse, by string, more func(tx *table.Tx)) (Order, error) {
	p, err := s.payment(ctx, customer, by)
	if err != nil {
		return Order{}, err
	}
	t, err := loadTransaction(ctx, s.Table, customer, id)
	if err != nil {
		return Order{}, err
	}
	if err := guardPayable(t.Top, p.now); err != nil {
		return t.Top, err
	}
	if p.holder.Partner != "" && t.Top.awaitsAgent(p.holder.Partner) {
		return t.Top, ErrAgentPay.Saying("order %q waits for your partner to pay it; you can when it has rejected that", id)
	}
	if p.coupon, err = s.couponFor(ctx, t, with, "coupon_infos", p.now); err != nil {
		return t.Top, err
	}
	tx, next := table.NewTx(), t.clone()
	if err := s.settle(ctx, tx, &next, p); err != nil {
		return t.Top, err
	}
	t.replace(tx, next)
	if t.Top.Type == OrderNew {
		tx.Check(&p.holder) // whose partner lists what opens
	}
	more(tx)
	return next.Top, s.Table.Commit(ctx, tx)
}

// Place writes a new transaction: paid, or awaiting payment because that was asked for or the balance is too small. with names a coupon that pays it
// then, or is held for it. more is written in the same transaction.
//
// Errors: party.ErrBlocked when it is to be paid; promotion.ErrNoCoupon and promotion.ErrNotUsable on coupon_id.
func (s *Service) Place(ctx context.Context, t Transaction, with *CouponUse, by string, pay bool, more func(tx *table.Tx)) (Order, error) {
	coupon, err := s.couponFor(ctx, t, with, "coupon_id", t.Top.Placed)
	if err != nil {
		return t.Top, err
	}
	tx := table.NewTx()
	if pay {
		p, err := s.payment(ctx, t.Top.Customer, by)
		if err != nil {
			return t.Top, err
		}
		p.coupon = coupon
		paid := t.clone()
		err = s.settle(ctx, tx, &paid, p)
		if err == nil {
			return s.placed(ctx, tx, paid, by, more)
		}
		if !errors.Is(err, account.ErrInsufficientBalance) {
			return t.Top, err
		}
		tx = table.NewTx()
	}
	if err := t.hold(tx, coupon, t.Top.Placed); err != nil {
		return t.Top, err
	}
	return s.placed(ctx, tx, t, by, more)
}

func (s *Service) placed(ctx context.Context, tx *table.Tx, t Transaction, by string, more func(tx *table.Tx)) (Order, error) {
	t.create(tx)
	event.Append(tx, orderEvent(EventOrderPlaced, t.Top, by, t.Top.Placed))
	more(tx)
	return t.Top, s.Table.Commit(ctx, tx)
}

// cancel writes that a pending transaction is not paid any more, by a step that is OrderDropped or OrderLapsed, and gives its resources free.
// Errors: ErrNoOrder, ErrPartOfOrder, ErrOrderState.
func (s *Service) cancel(ctx context.Context, customer auth.PartyID, id OrderID, step OrderEvent, by string, more func(tx *table.Tx)) error {
	t, err := loadTransaction(ctx, s.Table, customer, id)
	if err != nil {
		return err
	}
	if _, err := t.Top.Status.After(step); err != nil {
		return err
	}
	now := s.Clock.Now()
	tx, next := table.NewTx(), t.clone()
	cancelled(&next.Top)
	if err := s.letGo(ctx, tx, t.Top, now); err != nil {
		return err
	}
	told := false
	for _, o := range next.leaves() {
		cancelled(o)
		if o.Type == OrderNew {
			continue
		}
		freed, err := s.free(ctx, tx, *o, step, by, now)
		if err != nil {
			return err
		}
		told = told || freed
	}
	if !told {
		kind := EventOrderCancelled
		if step == OrderLapsed {
			kind = EventOrderLapsed
		}
		event.Append(tx, orderEvent(kind, t.Top, by, now))
	}
	t.replace(tx, next)
	more(tx)
	return s.Table.Commit(ctx, tx)
}

// free appends to tx that no order waits for a resource any more. It is false when another does, or none.
func (s *Service) free(ctx context.Context, tx *table.Tx, o Order, step OrderEvent, by string, now time.Time) (bool, error) {
	family, err := loadFamily(ctx, s.Table, o.Customer, o.Main())
	if errors.Is(err, ErrUnknown) || err == nil && family.Main.PendingOrder != o.ID {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	family.change(tx, func(one Subscription) Subscription {
		one.PendingOrder = ""
		return one
	})
	kind := EventCancelled
	if step == OrderLapsed {
		kind = EventOrderExpired
	}
	event.Append(tx, event.Event{
		Type: kind, Subject: string(family.Main.ResourceID), Owner: string(o.Customer), At: now, By: by, Data: map[string]string{"order": string(o.ID)},
	})
	return true, nil
}
