package incentive

import (
	"context"
	"errors"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Membership is the plan that a partner is in, from a Beijing date on and, once it left, to another, both included.
type Membership struct {
	table.Head
	Partner auth.PartyID  `dynamodbav:"ptnr"`
	Plan    PlanID        `dynamodbav:"plan"`
	Since   calendar.Date `dynamodbav:"since"`
	Until   calendar.Date `dynamodbav:"until,omitempty"`
	Next    Month         `dynamodbav:"next"` // the month that is closed next
}

// closing reports whether the next month is one of the membership.
func (m Membership) closing() bool { return m.Until.IsZero() || !m.Until.Before(m.Next.First()) }

// arm makes the close of the next month due at an instant, or none when the membership has no more.
func (m *Membership) arm(at time.Time) {
	lifecycle.Disarm(&m.Head)
	if m.closing() {
		lifecycle.Arm(&m.Head, WorkClose, string(m.Partner), "close", at)
	}
}

// closesAt is when the next month is closed at the earliest.
func (m Membership) closesAt() time.Time { return m.Next.closes().At(closeHour, 0) }

// leave is what is left to a partner that is in no plan any more.
type leave struct {
	table.Head
	Partner auth.PartyID  `dynamodbav:"ptnr"`
	Left    calendar.Date `dynamodbav:"left"`
	Ends    calendar.Date `dynamodbav:"ends"` // the last day on which its incentives can be redeemed
}

// next gives when something is to be done of it after an instant: a notice at 09:00, or the end.
func (l leave) next(after time.Time) time.Time {
	for _, days := range noticeDays {
		if at := l.Ends.AddDays(-days).At(applyHour, 0); at.After(after) {
			return at
		}
	}
	return l.Ends.End()
}

// versions reads all versions of a plan.
func (s *Service) versions(ctx context.Context, id PlanID) ([]Version, error) {
	var all []Version
	for v, err := range table.All[Version](ctx, s.Table, table.Query{PK: planKey(id), Prefix: versionPrefix, Strong: true}) {
		if err != nil {
			return nil, err
		}
		all = append(all, *v)
	}
	return all, nil
}

// setPlan appends to tx the next version of a plan. What a month that may be closed already was closed by stays: a version begins in this month or later,
// and not before the one that it follows. Error: CBC.0100.
func (s *Service) setPlan(ctx context.Context, tx *table.Tx, v Version, now time.Time) (int, error) {
	if err := v.check(); err != nil {
		return 0, err
	}
	all, err := s.versions(ctx, v.Plan)
	if err != nil {
		return 0, err
	}
	if len(all) > 0 {
		last := all[len(all)-1]
		if this := MonthOf(calendar.DateOf(now)); v.From < this || v.From < last.From {
			return 0, problem.Invalid("effective_month", "%s is before %s: months that may be closed keep the rules that they had", v.From, max(this, last.From))
		}
	}
	v.N = len(all) + 1
	v.Head = versionKey(v.Plan, v.N).Head()
	tx.Create(&v)
	note(ctx, tx, step{kind: EventPlan, owner: rest.Caller(ctx).Party, subject: string(v.Plan), what: "set", becomes: string(v.From)}, now)
	return v.N, nil
}

// setMembership appends to tx which plan a partner is in, or that it leaves it. Errors: party.ErrUnknown, CBC.0100, ErrNotFound for a plan that is none.
func (s *Service) setMembership(ctx context.Context, tx *table.Tx, m Membership, now time.Time) error {
	if _, err := s.partner(ctx, m.Partner); err != nil {
		return err
	}
	if !m.Until.IsZero() && m.Until.Before(m.Since) {
		return problem.Invalid("until", "%s is before %s, when the membership begins", m.Until, m.Since)
	}
	versions, err := s.versions(ctx, m.Plan)
	if err != nil {
		return err
	}
	if len(versions) == 0 {
		return ErrNotFound.Saying("there is no incentive plan %.64q", m.Plan).In("plan_id")
	}
	old := Membership{}
	m.Head, m.Next = memberKey(m.Partner).Head(), MonthOf(m.Since)
	switch err := s.Table.Get(ctx, memberKey(m.Partner), &old); {
	case errors.Is(err, table.ErrNotFound):
		m.arm(m.closesAt())
		tx.Create(&m)
	case err != nil:
		return err
	default:
		if old.closing() && m.Next > old.Next {
			return problem.Invalid("since", "%s is not closed yet by plan %q: a membership that follows begins in it, or after it is closed", old.Next, old.Plan)
		}
		m.Head, m.Next = old.Head, max(old.Next, m.Next)
		m.arm(m.closesAt())
		tx.Replace(&old, &m)
	}
	if _, found := Current(versions, m.Next); !found {
		return problem.Invalid("since", "plan %q has rates from %s on, and none for %s", m.Plan, versions[0].From, m.Next)
	}
	note(ctx, tx, step{
		kind: EventMembership, owner: m.Partner, subject: string(m.Plan), what: "set", becomes: string(m.Next), until: m.Until.String(),
	}, now)
	return s.setLeave(ctx, tx, m, now)
}

// Left notes that a partner has left its plan on a day: the months up to it are closed, and what it does not redeem within a year is void. One that has left
// before stays with that day. Error: rest.ErrTryAgain.
func (s *Service) Left(ctx context.Context, partner auth.PartyID, day calendar.Date) error {
	return rest.Persist(ctx, func() error {
		var old Membership
		err := s.Table.Get(ctx, memberKey(partner), &old)
		if errors.Is(err, table.ErrNotFound) || err == nil && !old.Until.IsZero() && !old.Until.After(day) {
			return nil
		}
		if err != nil {
			return err
		}
		next, now, tx := old, s.Clock.Now(), table.NewTx()
		next.Until = day
		next.arm(next.closesAt())
		tx.Replace(&old, &next)
		note(ctx, tx, step{kind: EventMembership, owner: partner, subject: string(old.Plan), what: "leave", becomes: string(old.Next), until: day.String()}, now)
		if err := s.setLeave(ctx, tx, next, now); err != nil {
			return err
		}
		return s.Table.Commit(ctx, tx)
	})
}

// setLeave appends to tx that what a partner has not redeemed ends, or no longer does.
func (s *Service) setLeave(ctx context.Context, tx *table.Tx, m Membership, now time.Time) error {
	old, there, err := s.leaveOf(ctx, m.Partner)
	if err != nil {
		return err
	}
	if m.Until.IsZero() {
		if there {
			tx.Remove(&old)
		}
		return nil
	}
	next := leave{Head: leaveKey(m.Partner).Head(), Partner: m.Partner, Left: m.Until, Ends: m.Until.AddMonths(redeemMonths, m.Until.Day)}
	if there {
		next.Head = old.Head
	}
	lifecycle.Arm(&next.Head, WorkExpiry, string(m.Partner), "expiry", next.next(now))
	if there {
		tx.Replace(&old, &next)
	} else {
		tx.Create(&next)
	}
	return nil
}

// associationTypes gives the association types of rows, each once.
func associationTypes(rows []Row) []int {
	var types []int
	for _, r := range rows {
		if !slices.Contains(types, r.AssociationType) {
			types = append(types, r.AssociationType)
		}
	}
	slices.Sort(types)
	return types
}
