package subscription

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/promotion"
)

// system is who acts when nobody does.
const system = "system"

// catchUp bounds the steps that one piece of due work takes after an outage: an attempt, expiry, freezing and release.
const catchUp = 5

// Do takes every step of a subscription that is due: an attempt of its auto-renewal, expiry, freezing, release. Each is a transaction
// on the condition that the subscription is still what was read, so that a step which somebody else has taken is not taken again.
func (s *Service) Do(ctx context.Context, due lifecycle.Due) error {
	for range catchUp {
		more, err := s.step(ctx, due)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// step takes one step if one is due, and reports whether another is due then.
func (s *Service) step(ctx context.Context, due lifecycle.Due) (bool, error) {
	now := s.Clock.Now()
	family, holder, err := s.familyAt(ctx, due.Key)
	if err != nil {
		return false, err
	}
	terms := TermsOf(holder)
	next, ok := Next(family.Main, terms, now)
	if !ok || next.At.After(now) {
		return false, nil
	}
	var after Subscription
	if next.Action == ActionRenew {
		after, err = s.attempt(ctx, family, holder, now)
	} else {
		after, err = s.move(ctx, family, next.Action, terms, now)
	}
	then, ok := Next(after, terms, now)
	return ok && !then.At.After(now), err
}

// familyAt reads the family whose main resource is at a key, and who holds it.
func (s *Service) familyAt(ctx context.Context, key table.Key) (Family, party.Party, error) {
	customer := auth.PartyID(strings.TrimPrefix(key.PK, ownerKey("")))
	var (
		holder party.Party
		reads  errgroup.Group
	)
	reads.Go(func() (err error) { holder, err = party.Get(ctx, s.Table, customer); return })
	family, err := loadFamily(ctx, s.Table, customer, ID(strings.TrimPrefix(key.SK, subPrefix)))
	return family, holder, errors.Join(err, reads.Wait())
}

// move takes a step that costs nothing: expiry, freezing, release, conversion.
func (s *Service) move(ctx context.Context, f Family, action Action, terms Terms, now time.Time) (Subscription, error) {
	tx := table.NewTx()
	overtaken, err := s.overtaken(ctx, tx, f.Main, Apply(f.Main, action, terms, now))
	if err != nil {
		return f.Main, err
	}
	next := f.change(tx, func(one Subscription) Subscription {
		if overtaken {
			one.PendingOrder = ""
		}
		return armed(Apply(one, action, terms, now), terms, now)
	})
	event.Append(tx, event.Event{
		Type: movedEvent(next.Main), Subject: string(f.Main.ResourceID), Owner: string(f.Main.Customer), At: now, By: system,
		Why: fmt.Sprintf("expired on %s with policy %d", f.Main.Expiry, f.Main.Policy),
	})
	return next.Main, s.Table.Commit(ctx, tx)
}

// overtaken appends to tx that the order which awaits payment for a resource is cancelled, when the resource becomes what the order can't be
// for any more. Source: DOMAIN.md 2, state machine.
func (s *Service) overtaken(ctx context.Context, tx *table.Tx, main, becomes Subscription) (bool, error) {
	if main.PendingOrder == "" || main.Reviewing {
		return false, nil
	}
	var o Order
	if err := s.Table.Get(ctx, orderKey(main.Customer, main.PendingOrder), &o); err != nil {
		return false, err
	}
	if becomes.Status != StatusClosed && (o.Type != OrderChange || becomes.Status == StatusInUse) {
		return false, nil
	}
	next := o
	cancelled(&next)
	tx.Replace(&o, &next)
	return true, nil
}

// movedEvent names the state that a subscription has moved into.
func movedEvent(s Subscription) string {
	switch s.Status {
	case StatusExpired:
		return EventGrace
	case StatusFrozen:
		return EventFrozen
	case StatusClosed, StatusInUse:
	}
	if s.Closing == ClosedConverted {
		return EventToOnDemand
	}
	return EventReleased
}

// attempt tries one auto-renewal. What the domain foresees as a refusal is written down as the attempt's outcome: nothing moves, and the
// next attempt is tomorrow's. Source: DOMAIN.md 1, Decisions 2 and 3.
func (s *Service) attempt(ctx context.Context, f Family, holder party.Party, now time.Time) (Subscription, error) {
	renewed, refusal, err := s.renewNow(ctx, f, holder, now)
	if err != nil || refusal == "" {
		return renewed, err
	}
	function.Measure(ctx, "RenewalsRefused", "Count", 1)
	tx := table.NewTx()
	next := armed(AttemptFailed(f.Main, refusal, now), TermsOf(holder), now)
	next = put(tx, f.Main, next)
	event.Append(tx, event.Event{
		Type: EventRenewalFailed, Subject: string(f.Main.ResourceID), Owner: string(f.Main.Customer), At: now, By: system, Why: string(refusal),
	})
	return next, s.Table.Commit(ctx, tx)
}

// renewNow pays for one term and returns the main resource as it becomes, or what refuses the renewal.
func (s *Service) renewNow(ctx context.Context, f Family, holder party.Party, now time.Time) (Subscription, Refusal, error) {
	if f.Main.PendingOrder != "" {
		return f.Main, RefusedPendingOrder, nil
	}
	facts, err := s.renewalFacts(ctx, f, holder)
	if err != nil {
		return f.Main, "", err
	}
	if facts.blocked {
		return f.Main, RefusedBlocked, nil
	}
	if facts.unsold != nil {
		return refused(f, facts.unsold)
	}
	renewal := Renewal{
		Family: f, Products: facts.products, Term: RenewalTerm(f.Main), Day: holder.ExpiryDay, Source: SourceSystem, By: system, Now: now,
	}
	renewal.Coupon = renewal.bestCoupon(facts.coupons)
	tx := table.NewTx()
	_, renewed, err := renewal.Pay(tx, facts.payer, TermsOf(holder))
	if err != nil {
		return refused(f, err)
	}
	if err := s.Table.Commit(ctx, tx); err != nil {
		return f.Main, "", err
	}
	function.Measure(ctx, "RenewalsPaid", "Count", 1)
	return renewed.Main, "", nil
}

// renewalFacts are what the renewal of a family is decided on, besides the family.
type renewalFacts struct {
	blocked  bool
	products Products
	unsold   error // why there are no products: a refusal, or a failure
	payer    account.Account
	coupons  []promotion.Coupon
}

// renewalFacts reads them side by side, since none depends on another: a worker does its renewals one after the other, and each of these
// is a round trip.
func (s *Service) renewalFacts(ctx context.Context, f Family, holder party.Party) (facts renewalFacts, err error) {
	var reads errgroup.Group
	reads.Go(func() (err error) { facts.blocked, err = party.Blocked(ctx, s.Table, holder); return })
	reads.Go(func() (err error) { facts.payer, err = payerOf(ctx, s.Table, f.Main.Customer); return })
	reads.Go(func() (err error) { facts.coupons, err = promotion.Coupons(ctx, s.Table, holder.ID); return })
	facts.products, facts.unsold = products(ctx, s.Table, f)
	return facts, reads.Wait()
}

// refused tells a refusal that the domain foresees from a failure.
func refused(f Family, err error) (Subscription, Refusal, error) {
	switch {
	case errors.Is(err, account.ErrInsufficientBalance):
		return f.Main, RefusedBalance, nil
	case errors.Is(err, ErrOffShelf), errors.Is(err, ErrNoProduct):
		return f.Main, RefusedOffShelf, nil
	case errors.Is(err, ErrNoSuchPeriod):
		return f.Main, RefusedPeriod, nil
	default:
		return f.Main, "", err
	}
}

// TermsOf gives what the life cycle needs to know of a customer.
func TermsOf(holder party.Party) Terms { return TermsFor(holder.Level, holder.DeductionDays) }
