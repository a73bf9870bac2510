package subscription

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// review is a large refund (大额退订) that the vendor decides on. Its order holds what would be given back.
type review struct {
	table.Head
	reviewRow `dynamodbav:"row"`
}

type reviewRow struct {
	Order    OrderID      `dynamodbav:"id"`
	Customer auth.PartyID `dynamodbav:"cust"`
	Resource ID           `dynamodbav:"res"`
	Amount   money.Fen    `dynamodbav:"amt"`
	Placed   time.Time    `dynamodbav:"at"`
}

// review appends to tx that an ending waits for the vendor. A resource that is to end is frozen at once; one that is only to be shortened goes
// on. Nothing else happens to either meanwhile. Source: DOMAIN.md 1, Decisions 9.
func (e *ending) review(tx *table.Tx) {
	e.order.Status, e.order.Refund.Was = OrderUnderReview, e.family.Main.Status
	freeze := e.order.Refund.Kind != RenewalPeriods
	e.family.change(tx, func(one Subscription) Subscription {
		return armed(Reviewed(one, e.order.ID, freeze, e.now), TermsOf(e.holder), e.now)
	})
	event.Append(tx, event.Event{
		Type: EventReview, Subject: string(e.family.Main.ResourceID), Owner: string(e.holder.ID), At: e.now, By: e.by, Why: e.order.Refund.Reason,
		Data: map[string]string{"order": string(e.order.ID), "amount": e.order.Amount.String()},
	})
	key := reviewKey(e.holder.ID, e.order.ID)
	r := &review{Head: key.Head()}
	r.reviewRow = reviewRow{Order: e.order.ID, Customer: e.holder.ID, Resource: e.family.Main.ResourceID, Amount: e.order.Amount, Placed: e.now}
	r.G1PK, r.G1SK = reviewsOf(calendar.DateOf(e.now)), string(e.order.ID)
	tx.Create(r)
}

// Decide allows or refuses a large refund, for a reason. Allowed, it is given back as it was computed when it was asked for; refused, the
// resource is what it was, and whatever came due meanwhile is done next. more is written in the same transaction.
//
// Errors: ErrNoOrder, ErrOrderState.
func (s *Service) Decide(
	ctx context.Context, by auth.Principal, id OrderID, allow bool, reason string, more func(tx *table.Tx, o Order),
) (Order, error) {
	var o Order
	err := s.retry(ctx, func() error {
		waiting, old, err := s.reviewed(ctx, id)
		if err != nil {
			return err
		}
		step := OrderRefused
		if allow {
			step = OrderApproved
		}
		next := old
		if next.Status, err = old.Status.After(step); err != nil {
			return err
		}
		refund := *old.Refund
		refund.Decision = reason
		next.Refund = &refund
		o, err = s.decide(ctx, waiting, old, next, by.Masked(), more)
		return err
	})
	return o, err
}

// reviewed finds a refund that waits for review, by the month that its order's id tells.
func (s *Service) reviewed(ctx context.Context, id OrderID) (review, Order, error) {
	unknown := ErrNoOrder.Saying("no refund %q waits for review", id).In("order_id")
	day, ok := id.placedOn()
	if !ok {
		return review{}, Order{}, unknown
	}
	for found, err := range table.All[review](ctx, s.Table, table.Query{Index: table.Listed, PK: reviewsOf(day), Prefix: string(id)}) {
		if err != nil {
			return review{}, Order{}, err
		}
		var waiting review
		if err := s.Table.Get(ctx, found.Key(), &waiting); err != nil {
			if isAbsent(err) {
				break
			}
			return waiting, Order{}, err
		}
		var o Order
		err = s.Table.Get(ctx, orderKey(waiting.Customer, id), &o)
		return waiting, o, err
	}
	return review{}, Order{}, unknown
}

// decide writes what the vendor decided.
func (s *Service) decide(
	ctx context.Context, waiting review, old, next Order, by string, more func(tx *table.Tx, o Order),
) (Order, error) {
	e := ending{order: next, bases: bases{}, by: by, now: s.Clock.Now()}
	var err error
	if e.family, err = loadFamily(ctx, s.Table, old.Customer, old.Refund.Main); err != nil {
		return old, err
	}
	if e.holder, err = party.Get(ctx, s.Table, old.Customer); err != nil {
		return old, err
	}
	tx := table.NewTx()
	if next.Status == OrderCompleted {
		err = s.allow(ctx, tx, &e)
	} else {
		err = s.refuse(ctx, tx, e)
	}
	if err != nil {
		return old, err
	}
	tx.Remove(&waiting)
	tx.Replace(&old, &e.order)
	more(tx, e.order)
	return e.order, s.Table.Commit(ctx, tx)
}

func (s *Service) allow(ctx context.Context, tx *table.Tx, e *ending) error {
	var err error
	if e.stakes, e.bases, err = s.stakesOf(ctx, e.family, e.order.Placed); err != nil {
		return err
	}
	asked, completes := calendar.DateOf(e.order.Placed).Year, calendar.DateOf(e.now).Year
	if e.order.Refund.FiveDay && asked != completes { // it counts in the year in which it completes
		if err := s.countFiveDay(ctx, tx, e.holder.ID, asked, -1); err != nil {
			return err
		}
		if err := s.countFiveDay(ctx, tx, e.holder.ID, completes, 1); err != nil {
			return err
		}
	}
	return s.finish(ctx, tx, e)
}

func (s *Service) refuse(ctx context.Context, tx *table.Tx, e ending) error {
	if e.order.Refund.FiveDay {
		if err := s.countFiveDay(ctx, tx, e.holder.ID, calendar.DateOf(e.order.Placed).Year, -1); err != nil {
			return err
		}
	}
	terms := TermsOf(e.holder)
	e.family.change(tx, func(one Subscription) Subscription {
		return armed(Restored(one, e.order.Refund.Was, e.now), terms, e.now)
	})
	event.Append(tx, event.Event{
		Type: EventRefundRefused, Subject: string(e.family.Main.ResourceID), Owner: string(e.holder.ID), At: e.now, By: e.by, Why: e.order.Refund.Decision,
		Data: map[string]string{"order": string(e.order.ID)},
	})
	return nil
}
