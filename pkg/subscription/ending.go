package subscription

import (
	"context"
	"errors"
	"fmt"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// The kinds of unsubscription: BSS's unsubscribe_type.
const (
	WholeResource  = 1 // the resource with its renewals
	RenewalPeriods = 2 // only the periods that have not begun
)

// ending is a family that gives money back, and what is known for it.
type ending struct {
	family Family
	holder party.Party
	bases  bases
	stakes []Stake
	order  Order        // of type unsubscribe or to on-demand
	used   fiveDayCount // of the year, when the refund takes one more
	source Source
	by     string
	now    time.Time
}

// begin reads what an ending needs to know of a family. Errors: ErrUnknown, ErrNotMain.
func (s *Service) begin(ctx context.Context, customer auth.PartyID, id ID, by string) (ending, error) {
	e := ending{source: sourceOf(rest.Caller(ctx)), by: by, now: s.Clock.Now()}
	var err error
	if e.family, err = loadFamily(ctx, s.Table, customer, id); err != nil {
		return e, err
	}
	if e.holder, err = party.Get(ctx, s.Table, customer); err != nil {
		return e, err
	}
	if e.stakes, e.bases, err = s.stakesOf(ctx, e.family, e.now); err != nil {
		return e, err
	}
	for i := range e.stakes {
		e.stakes[i].Own = own(e.holder, e.bases[e.stakes[i].Order].Paid)
	}
	return e, nil
}

// of makes the ending's order, which gives back lines.
func (e *ending) of(kind OrderType, refund Refund) {
	main := e.family.Main
	e.order = newOrder(main.Customer, kind, e.source, e.by, e.now)
	refund.Main = main.ResourceID
	e.order.refunds(refund)
	e.order.of(main.ServiceTypeCode, main.ServiceTypeName)
	listOrder(&e.order, main.Partner)
}

// commit writes an ending: at once, or, when it gives back a large amount, for the vendor's review. more is written in the same
// transaction. Source: DOMAIN.md 1, "Unsubscribe & refund" and Decisions 9.
func (s *Service) commit(ctx context.Context, e ending, more func(tx *table.Tx, o Order)) (Order, error) {
	tx := table.NewTx()
	if e.order.Refund.FiveDay {
		if err := e.used.count(tx, e.holder.ID, calendar.DateOf(e.now).Year, 1); err != nil {
			return e.order, err
		}
	}
	if e.order.Amount > largeRefund {
		e.review(tx)
	} else if err := s.finish(ctx, tx, &e); err != nil {
		return e.order, err
	}
	tx.Create(&e.order)
	more(tx, e.order)
	return e.order, s.Table.Commit(ctx, tx)
}

// finish appends to tx what an ending does: the base orders note what they gave back, the family ends or is shortened, and the money
// returns to who paid. The order itself is the caller's to write.
func (s *Service) finish(ctx context.Context, tx *table.Tx, e *ending) error {
	e.note(tx)
	terms := TermsOf(e.holder)
	e.family.change(tx, func(one Subscription) Subscription { return armed(e.becomes(one), terms, e.now) })
	event.Append(tx, event.Event{
		Type: e.tells(), Subject: string(e.family.Main.ResourceID), Owner: string(e.holder.ID), At: e.now, By: e.by, Why: e.order.Refund.Reason,
		Data: map[string]string{"order": string(e.order.ID), "amount": e.order.Amount.String()},
	})
	return s.payBack(ctx, tx, &e.order, e.now)
}

// note appends to tx that the base orders have given back what the refund says.
func (e ending) note(tx *table.Tx) {
	for _, id := range e.touched() {
		old := e.bases[id]
		next := old
		next.Lines = returned(old.Lines, id, e.order.Refund.Lines)
		tx.Replace(&old, &next)
	}
}

// touched lists the base orders of an ending, each once, in the order of its lines.
func (e ending) touched() []OrderID {
	var ids []OrderID
	seen := map[OrderID]bool{}
	for _, l := range e.order.Refund.Lines {
		if !seen[l.Base] {
			seen[l.Base] = true
			ids = append(ids, l.Base)
		}
	}
	return ids
}

// becomes gives a member of the family as the ending leaves it.
func (e ending) becomes(one Subscription) Subscription {
	switch {
	case e.order.Type == OrderToOnDemand:
		return Ended(one, ClosedConverted, e.now)
	case e.order.Refund.Kind == RenewalPeriods:
		until, last := e.kept(one)
		return Shortened(one, until, last, e.now)
	default:
		return Ended(one, ClosedUnsubscribed, e.now)
	}
}

// tells names the event of an ending.
func (e ending) tells() string {
	switch {
	case e.order.Type == OrderToOnDemand:
		return EventToOnDemand
	case e.order.Refund.Kind == RenewalPeriods:
		return EventShortened
	default:
		return EventUnsubscribed
	}
}

// kept gives until when a resource is paid once the refunded stretches are gone, which are its last ones, and the newest order that pays for it
// then; none when that is not known, as of what was imported.
func (e ending) kept(one Subscription) (until calendar.Date, last OrderID) {
	until = one.Expiry
	gone := map[OrderID]map[int]bool{}
	for _, l := range e.order.Refund.Lines {
		if gone[l.Base] == nil {
			gone[l.Base] = map[int]bool{}
		}
		gone[l.Base][l.At] = true
		if before := calendar.DateOf(l.From.Add(-time.Second)); l.Resource == one.ResourceID && before.Before(until) {
			until = before
		}
	}
	for _, s := range e.stakes { // the newest first
		if s.Line.Resource == one.ResourceID && !gone[s.Order][s.At] {
			return until, s.Order
		}
	}
	return until, ""
}

// payBack appends to tx that o's amount returns to how it was paid, by the customer, its partner or a coupon, and completes o.
func (s *Service) payBack(ctx context.Context, tx *table.Tx, o *Order, now time.Time) error {
	completed(o, table.NewID(now), now)
	for n, share := range o.Refund.shares(o.Customer) {
		holder, err := payerOf(ctx, s.Table, share.payer)
		if err != nil {
			return err
		}
		transfer := o.TransferID
		if n > 0 {
			transfer = table.NewID(now)
		}
		_, err = account.Credit(tx, holder, account.Transfer{
			ID: transfer, From: account.VendorRevenue, Amount: share.amount, Designated: share.designated, Reason: reasonOf(*o),
			Reference: string(o.ID), At: now,
		})
		if err != nil {
			return err
		}
	}
	return s.backToCoupons(ctx, tx, o.Customer, *o.Refund, now)
}

// fiveDayCount is how many five-day unsubscriptions an account has used in a Beijing year.
type fiveDayCount struct {
	table.Head
	Used int `dynamodbav:"used"`
}

// fiveDayLeft tells whether the resource is in its first five days and the account may unsubscribe one such once more this year. What it goes by
// is what the ending counts on.
func (s *Service) fiveDayLeft(ctx context.Context, e *ending) (left bool, err error) {
	if since := e.now.Sub(e.family.Main.Effective); since < 0 || since > fiveDays { // what is not in effect yet has no fee anyway
		return false, nil
	}
	e.used, err = s.fiveDayUsed(ctx, e.holder.ID, calendar.DateOf(e.now).Year)
	return e.used.Used < fiveDayPerYear, err
}

func (s *Service) fiveDayUsed(ctx context.Context, customer auth.PartyID, year int) (fiveDayCount, error) {
	var c fiveDayCount
	err := s.Table.Get(ctx, fiveDayKey(customer, year), &c)
	if errors.Is(err, table.ErrNotFound) {
		return c, nil
	}
	return c, err
}

// countFiveDay appends to tx that an account has used n more five-day unsubscriptions of a year.
func (s *Service) countFiveDay(ctx context.Context, tx *table.Tx, customer auth.PartyID, year, n int) error {
	old, err := s.fiveDayUsed(ctx, customer, year)
	if err != nil {
		return err
	}
	return old.count(tx, customer, year, n)
}

// count appends to tx that n more are used of a year than was read.
func (old fiveDayCount) count(tx *table.Tx, customer auth.PartyID, year, n int) error {
	next := old
	if next.Used += n; next.Used < 0 {
		return fmt.Errorf("%d five-day unsubscriptions of %s in %d", next.Used, customer, year)
	}
	if old.PK != "" {
		tx.Replace(&old, &next)
		return nil
	}
	key := fiveDayKey(customer, year)
	next.Head = key.Head()
	tx.Create(&next)
	return nil
}
