package opportunity

import (
	"context"
	"iter"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// DueWork gives the due work that the capability does, by kind.
func DueWork(env *function.Env) map[string]lifecycle.Handler {
	return map[string]lifecycle.Handler{Work: New(env).DoDue}
}

// DoDue does what happens to an opportunity whose time is over: an audit is escalated to the vendor, a verification and an HO count as rejected, and
// one that was delivered long ago excludes others no longer. It is a
// lifecycle.Handler. When the calendar has got days meanwhile that it did not have, and the time is longer for it, it waits on.
func (s *Service) DoDue(ctx context.Context, due lifecycle.Due) error {
	var old Opportunity
	now := s.Clock.Now()
	if err := lifecycle.Load(ctx, s.Table, due.Key, now, &old); err != nil {
		return err
	}
	if at, provisional, ok := old.State.Deadline(old.Entered); ok && at.After(now) {
		next := old
		next.Deadline, next.Provisional = at, provisional
		next.arm(at)
		return s.Table.Replace(ctx, &old, &next)
	}
	if old.State == Delivered {
		return s.release(ctx, old, now)
	}
	return s.lapse(ctx, old, now)
}

// release lets a delivered opportunity exclude others no longer. That is no step of its history: nobody took it, and it stays delivered.
func (s *Service) release(ctx context.Context, old Opportunity, now time.Time) error {
	next, err := old.step(Release, now)
	if err != nil {
		return err
	}
	tx := table.NewTx()
	tx.Replace(&old, &next)
	moveHolds(tx, old, next, now)
	event.Append(tx, next.tells(EventReleased, system, now, nil))
	return s.Table.Commit(ctx, tx)
}

// lapse does what happens to an opportunity when nobody did anything in time.
func (s *Service) lapse(ctx context.Context, old Opportunity, now time.Time) error {
	m := move{event: patiences[old.State].otherwise, side: ByTime, by: system}
	var err error
	if m.why, err = s.overdue(ctx, old); err != nil {
		return err
	}
	next, err := old.step(m.event, now)
	if err != nil {
		return err
	}
	tx := table.NewTx()
	put(tx, &old, &next, m, now)
	if m.event == Escalate {
		vendor, ok, err := party.VendorOf(ctx, s.Table)
		if err != nil {
			return err
		}
		if ok {
			e := next.tells("", system, now, map[string]string{partnerDatum: string(next.Partner)})
			e.Owner = string(vendor.ID)
			immediate.Append(tx, WriterEscalated, e)
		}
	}
	return s.Table.Commit(ctx, tx)
}

// overdue says why an opportunity that nobody decided on in time is rejected. A verification that could not pass any more, because another opportunity
// counts, was lost to that one, not to time.
func (s *Service) overdue(ctx context.Context, o Opportunity) (Why, error) {
	switch o.State {
	case Verifying:
		taken, err := s.taken(ctx, o)
		if taken {
			return Why{Reason: Duplicate}.ForPartner(), err
		}
		return Why{Reason: Overdue}, err
	case Shared:
		return Why{Reason: Overdue}, nil
	default:
		return Why{}, nil
	}
}

// partnerDatum says whose an opportunity is, where the event's owner is not that one.
const partnerDatum = "partner"

// PartnerOf gives whose opportunity an event of the vendor is about.
func PartnerOf(data map[string]string) auth.PartyID { return auth.PartyID(data[partnerDatum]) }

// Waiting yields the HOs that wait for a partner's answer, as they were a moment ago.
func (s *Service) Waiting(ctx context.Context, partner auth.PartyID) iter.Seq2[Opportunity, error] {
	first := since(HO, s.Clock.Now().Add(-longestWait))
	q := table.Query{PK: ownerKey(partner), From: headPrefix + string(first), To: headPrefix + prefixOf(HO) + behind}
	return func(yield func(Opportunity, error) bool) {
		for o, err := range table.All[Opportunity](ctx, s.Table, q) {
			if err != nil {
				yield(Opportunity{}, err)
				return
			}
			if o.State == Shared && !yield(*o, nil) {
				return
			}
		}
	}
}
