package incentive

import (
	"context"
	"errors"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// mostEnded is the most incentives that end in one transaction, each with its event. ASSUMED
const mostEnded = 45

// DoExpiry tells a partner that left its plan what it has to redeem, as long as there is something, and ends what it has not redeemed within a year. It is
// a lifecycle.Handler. Source: DOMAIN.md 6, "Validity".
func (s *Service) DoExpiry(ctx context.Context, due lifecycle.Due) error {
	var l leave
	if err := lifecycle.Load(ctx, s.Table, due.Key, s.Clock.Now(), &l); err != nil {
		return err
	}
	now := s.Clock.Now()
	open, err := incentivesOf(ctx, s.Table, l.Partner, Payable, Frozen)
	if err != nil {
		return err
	}
	tx := table.NewTx()
	next := l
	lifecycle.Disarm(&next.Head)
	if now.Before(l.Ends.End()) {
		s.remind(ctx, tx, l, open, now)
		lifecycle.Arm(&next.Head, WorkExpiry, string(l.Partner), "expiry", l.next(now))
		tx.Replace(&l, &next)
		return s.Table.Commit(ctx, tx)
	}
	if slices.ContainsFunc(open, func(i Incentive) bool { return i.Amount > 0 }) {
		some := ending(open)
		if len(some) < len(open) { // the rest in a next transaction, with what is carried
			lifecycle.Arm(&next.Head, WorkExpiry, string(l.Partner), "expiry", now)
		}
		s.end(ctx, tx, l, some, now)
	}
	tx.Replace(&l, &next)
	return s.Table.Commit(ctx, tx)
}

// netted gives incentives with the negative ones first, so that none is left out, else in their order.
func netted(open []Incentive) []Incentive {
	return slices.SortedStableFunc(slices.Values(open), func(a, b Incentive) int {
		switch {
		case a.Amount < 0 && b.Amount >= 0:
			return -1
		case a.Amount >= 0 && b.Amount < 0:
			return 1
		}
		return 0
	})
}

// ending gives those of a partner's open incentives that end in one transaction: negative ones first, which are netted before anything is lost. When
// they are all that it ends, they become one, so that there is an end.
func ending(open []Incentive) []Incentive {
	all := netted(open)
	return all[:min(len(all), mostEnded)]
}

// leaveOf reads what is left to a partner that is in no plan any more, and reports whether it is one.
func (s *Service) leaveOf(ctx context.Context, partner auth.PartyID) (leave, bool, error) {
	var l leave
	err := s.Table.Get(ctx, leaveKey(partner), &l)
	if errors.Is(err, table.ErrNotFound) {
		return l, false, nil
	}
	return l, err == nil, err
}

// redeemable refuses a partner whose year is over: what it has, or was given since, is void as soon as its work is done. Error: ErrNotPayable.
func (s *Service) redeemable(ctx context.Context, partner auth.PartyID, now time.Time) error {
	l, left, err := s.leaveOf(ctx, partner)
	if err == nil && left && !now.Before(l.Ends.End()) {
		err = ErrNotPayable.Saying("what was not applied for by %s, a year after you left the plan, is void", l.Ends)
	}
	return err
}

// armEnd appends to tx that what a partner is given after its year is over ends, too. The work of the end may be under way and have read what there is
// to end, so that it is due anew; before the year is over, that it is not yet is a condition of tx.
func (s *Service) armEnd(ctx context.Context, tx *table.Tx, partner auth.PartyID, now time.Time) error {
	old, left, err := s.leaveOf(ctx, partner)
	if err != nil || !left {
		return err
	}
	if now.Before(old.Ends.End()) {
		tx.Check(&old)
		return nil
	}
	next := old
	lifecycle.Arm(&next.Head, WorkExpiry, string(partner), "expiry", now)
	tx.Replace(&old, &next)
	return nil
}

// remind appends to tx that a partner is told what it has to redeem, and until when.
func (s *Service) remind(ctx context.Context, tx *table.Tx, l leave, open []Incentive, now time.Time) {
	sum := total(open)
	if sum <= 0 {
		return
	}
	note(ctx, tx, step{
		kind: EventIncentive, writer: WriterExpiring, owner: l.Partner, subject: string(l.Partner), what: "remind", becomes: string(Payable), amount: sum.String(),
		until: l.Ends.String(),
	}, now)
}

// end appends to tx that incentives end: positive ones are void, negative ones are netted with them, and what is left of those is a new one.
func (s *Service) end(ctx context.Context, tx *table.Tx, l leave, open []Incentive, now time.Time) {
	amounts := make([]money.Fen, len(open))
	for n, old := range open {
		amounts[n] = old.Amount
		next := old
		next.State, next.Ended, next.Why = Expired, now, "not redeemed within a year of leaving the plan"
		if old.Amount < 0 {
			next.State, next.Why = Netted, "netted with what was not redeemed"
		}
		tx.Replace(&old, &next)
		note(ctx, tx, step{
			kind: EventIncentive, owner: l.Partner, subject: old.ID, what: "end", becomes: string(next.State), amount: old.Amount.String(), why: next.Why,
		}, now)
	}
	left, _ := Carry(amounts)
	if left == 0 {
		return
	}
	id := "carry-" + table.NewID(now)
	carried := Incentive{
		Head: incentiveKey(l.Partner, id).Head(), ID: id, Partner: l.Partner, Month: MonthOf(calendar.DateOf(now)), Amount: left, State: Payable,
		Why: "what is left of negative incentives after those that expired", Issued: now,
	}
	tx.Create(&carried)
	note(ctx, tx, step{
		kind: EventIncentive, owner: l.Partner, subject: id, what: "carry", becomes: string(Payable), amount: left.String(), why: carried.Why,
	}, now)
}
