package subscription

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Opened notes that the vendor has opened what a customer's order bought, or that it could not, for a reason: then everything that was paid
// is given back by an order of type unsubscribe. An order that was decided before stays as it is, and only the same outcome may be reported
// again.
//
// Errors: ErrNoOrder, ErrOrderState.
func (s *Service) Opened(ctx context.Context, customer auth.PartyID, id OrderID, ok bool, reason, by string) (Order, error) {
	var done Order
	err := s.retry(ctx, func() error {
		var o Order
		err := s.Table.Get(ctx, orderKey(customer, id), &o)
		if isAbsent(err) || err == nil && len(o.Parts) > 0 {
			return ErrNoOrder.Saying("customer %q has no order %q to open", customer, id).In("order_id")
		}
		if err != nil {
			return err
		}
		done = o
		if o.Status == OrderCompleted && o.Type == OrderNew && o.Lines[0].Ended != ok {
			return nil
		}
		done, err = s.openOrder(ctx, o, ok, reason, by)
		return err
	})
	return done, err
}

func (s *Service) openOrder(ctx context.Context, o Order, ok bool, reason, by string) (Order, error) {
	if _, err := o.Status.After(OrderOpened); err != nil {
		return o, err
	}
	holder, err := party.Get(ctx, s.Table, o.Customer)
	if err != nil {
		return o, err
	}
	now := s.Clock.Now()
	tx, next := table.NewTx(), o
	next.Lines = append([]OrderLine(nil), o.Lines...)
	next.Status, next.OpenBefore = OrderCompleted, time.Time{}
	lifecycle.Disarm(&next.Head)
	if ok {
		catalogue, err := s.productsOf(ctx, o.Lines)
		if err != nil {
			return o, err
		}
		tx.Check(&holder) // whose partner lists them
		open(tx, &next, catalogue, holder, o.Combined, by, now)
	} else if err := s.giveBack(ctx, tx, &next, holder, reason, by, now); err != nil {
		return o, err
	}
	tx.Replace(&o, &next)
	if o.Combined != "" {
		if err := s.countOpening(ctx, tx, o); err != nil {
			return o, err
		}
	}
	return next, s.Table.Commit(ctx, tx)
}

// countOpening appends to tx that one part less of a combined transaction is to be opened; the last completes it.
func (s *Service) countOpening(ctx context.Context, tx *table.Tx, part Order) error {
	var top Order
	if err := s.Table.Get(ctx, orderKey(part.Customer, part.Combined), &top); err != nil {
		return err
	}
	next := top
	if next.Opening--; next.Opening == 0 {
		next.Status = OrderCompleted
		lifecycle.Disarm(&next.Head)
	}
	tx.Replace(&top, &next)
	return nil
}

// giveBack appends to tx the full refund of an order whose resources could not be opened, and notes it on the order's lines.
func (s *Service) giveBack(ctx context.Context, tx *table.Tx, o *Order, holder party.Party, reason, by string, now time.Time) error {
	refund := newOrder(o.Customer, OrderUnsubscribe, SourceSystem, by, now)
	refund.of(o.ServiceTypeCode, o.ServiceTypeName)
	listOrder(&refund, holder.Partner)
	var lines []RefundLine
	for at, l := range o.Lines {
		s := Stake{Order: o.ID, At: at, Line: l, Payer: o.Payer(), Coupon: o.couponID(), Own: own(holder, o.Paid)}
		lines = append(lines, s.line(BasisNotOpened, l.Amount))
	}
	refund.refunds(Refund{Main: o.Main(), Kind: WholeResource, Reason: reason, Lines: lines})
	o.Lines = returned(o.Lines, o.ID, lines)
	if err := s.payBack(ctx, tx, &refund, now); err != nil {
		return err
	}
	tx.Create(&refund)
	told := orderEvent(EventOrderNotOpened, *o, by, now)
	told.Why, told.Data["refund"] = reason, string(refund.ID)
	event.Append(tx, told)
	return nil
}

// DoOrder does what an order is due for: it lapses when it was not paid within its window, and what the vendor has not opened within its own
// is given back. Source: DOMAIN.md 2.
func (s *Service) DoOrder(ctx context.Context, due lifecycle.Due) error {
	var o Order
	if err := s.Table.Get(ctx, due.Key, &o); err != nil {
		return err
	}
	now := s.Clock.Now()
	switch {
	case o.Status == OrderAwaitingPayment && !o.PayBefore.After(now):
		return s.cancel(ctx, o.Customer, o.ID, OrderLapsed, system, func(*table.Tx) {})
	case o.Status == OrderProcessing && !o.OpenBefore.After(now):
		return s.notOpened(ctx, o, now)
	}
	return nil
}

// notOpened gives back each part of a transaction that was not opened in time.
func (s *Service) notOpened(ctx context.Context, o Order, now time.Time) error {
	t, err := loadTransaction(ctx, s.Table, o.Customer, o.ID)
	if err != nil {
		return err
	}
	for _, leaf := range t.leaves() {
		if leaf.Status != OrderProcessing {
			continue
		}
		why := "not opened by " + o.OpenBefore.Format(time.RFC3339)
		if _, err := s.openOrder(ctx, *leaf, false, why, system); err != nil {
			return err
		}
	}
	return nil
}
