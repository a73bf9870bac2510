package membership

import (
	"context"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/agreement"
)

func serial(n int) string { return strconv.Itoa(n) }

// apply appends to tx that an account applies for a plan, or accepts its invitation: then what joining needs is signed, and nothing is in the way.
// A moment later the application is checked again, and waits for its decision.
//
// Errors: ErrInviteOnly, ErrIdentity, ErrGuards with everything that is in the way, ErrState, ErrHost, agreement.ErrUnsigned.
func (s *Service) apply(ctx context.Context, tx *table.Tx, plan Plan, e Event, host auth.PartyID, by auth.Principal) error {
	old, err := Load(ctx, s.Table, by.Party, plan.Code)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	next, err := old.take(e, now)
	if err != nil {
		return err
	}
	if e == Apply {
		next.Host, next.Vouched = host, false
	}
	if err := s.open(ctx, tx, next.Host); err != nil {
		return err
	}
	p, err := party.Get(ctx, s.Table, by.Party)
	if err != nil {
		return err
	}
	next.Name = p.Name
	if err := s.mayJoin(ctx, tx, p, next); err != nil {
		return err
	}
	tx.Check(&p)
	next.arm(now)
	return s.put(ctx, tx, old, next, e, by.Masked())
}

// decline appends to tx that an account declines its invitation, whose link is dead then. Error: ErrState.
func (s *Service) decline(ctx context.Context, tx *table.Tx, plan Plan, why string, by auth.Principal) error {
	old, err := Load(ctx, s.Table, by.Party, plan.Code)
	if err != nil {
		return err
	}
	next, err := old.take(Decline, s.Clock.Now())
	if err != nil {
		return err
	}
	next.Why = why
	return s.put(ctx, tx, old, next, Decline, by.Masked())
}

// mayJoin refuses an account that can't join, and appends to tx that its money stays as it is. Errors: ErrIdentity, ErrGuards, agreement.ErrUnsigned.
func (s *Service) mayJoin(ctx context.Context, tx *table.Tx, p party.Party, m Membership) error {
	found, err := s.admitted(ctx, tx, p, m)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return refusal(found)
	}
	return agreement.AgreedAs(ctx, s.Table, p.ID, m.plan().Identity, agreement.Joining, s.Clock.Now())
}

// join appends to tx that an account has joined: it is from then on what the plan makes of it.
//
// Errors: ErrState, ErrHost, ErrIdentity, ErrGuards, agreement.ErrUnsigned, party.ErrManyUsers.
func (s *Service) join(ctx context.Context, tx *table.Tx, old Membership, by string) error {
	now, plan := s.Clock.Now(), old.plan()
	next, err := old.take(Approve, now)
	if err != nil {
		return err
	}
	p, err := party.Get(ctx, s.Table, old.Party)
	if err != nil {
		return err
	}
	if err := s.open(ctx, tx, old.Host); err != nil {
		return err
	}
	if err := s.mayJoin(ctx, tx, p, next); err != nil {
		return err
	}
	if plan.Identity == "" {
		tx.Check(&p)
	} else {
		distributor := auth.PartyID("")
		if plan.Reviewer == auth.Distributor {
			distributor = old.Host
		}
		if _, err := party.Become(ctx, s.Table, tx, p, plan.Identity, distributor, by, now); err != nil {
			return err
		}
	}
	next.Joined, next.Until, next.Certificate = now, plan.term(now), certificateNo(old.Plan, old.Party, now)
	next.Moved, next.Current = 0, ""
	next.rest(now)
	if p.Kind == auth.Customer && len(s.Parts.Void) > 0 {
		next.Step = s.Parts.Void[0].Name
		next.arm(now)
	}
	if err := agreement.Await(ctx, s.Table, tx, old.Party, now); err != nil {
		return err
	}
	s.tell(tx, WriterResult, old.Party, next, by)
	return s.put(ctx, tx, old, next, Approve, by)
}

// rest makes a member due at the end of its term, if it has one.
func (m *Membership) rest(now time.Time) {
	m.Step, m.After = "", ""
	lifecycle.Disarm(&m.Head)
	if !m.Until.IsZero() {
		m.arm(m.Until)
	}
}

// certificateNo gives the number of a joining certificate.
func certificateNo(plan PlanCode, of auth.PartyID, at time.Time) string {
	return string(plan) + "-" + calendar.DateOf(at).String() + "-" + string(of)
}

// reject appends to tx that an application is rejected, for a reason or for what is in the way.
func (s *Service) reject(ctx context.Context, tx *table.Tx, old Membership, why string, failed []Failure, by string) error {
	next, err := old.take(Reject, s.Clock.Now())
	if err != nil {
		return err
	}
	next.Why, next.Failed = why, failed
	s.tell(tx, WriterResult, old.Party, next, by)
	return s.put(ctx, tx, old, next, Reject, by)
}

// renew appends to tx that a membership holds for another term. Errors: ErrState, ErrEarly, agreement.ErrUnsigned.
func (s *Service) renew(ctx context.Context, tx *table.Tx, plan Plan, by auth.Principal) error {
	old, err := Load(ctx, s.Table, by.Party, plan.Code)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	next, err := old.take(Renew, now)
	if err != nil {
		return err
	}
	if from := before(old.Until, daysBeforeMembershipEnds[0]); plan.Months == 0 || now.Before(from) {
		return ErrEarly.Saying("the membership holds until %s: renew it from %s on", instant(old.Until), instant(from))
	}
	if err := agreement.Agreed(ctx, s.Table, by.Party, agreement.Joining, now); err != nil {
		return err
	}
	last := calendar.DateOf(old.Until.Add(-time.Second))
	next.Until = last.AddMonths(plan.Months, calendar.DateOf(old.Joined).Day).End()
	next.rest(now)
	return s.put(ctx, tx, old, next, Renew, by.Masked())
}

// leave appends to tx that a member exits: nothing new can be begun with it from here on, and a reseller's customers go over to its distributor, step by
// step. Errors: ErrState, ErrBelow.
func (s *Service) leave(ctx context.Context, tx *table.Tx, plan Plan, why string, by auth.Principal) error {
	old, err := Load(ctx, s.Table, by.Party, plan.Code)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	next, err := old.take(Leave, now)
	if err != nil {
		return err
	}
	if old.Step != "" {
		return ErrState.Saying("what is void on joining is still being made so: exit in a few minutes")
	}
	next.Why, next.Moved = why, 0
	if plan.Identity != "" {
		p, err := party.Get(ctx, s.Table, by.Party)
		if err != nil {
			return err
		}
		if err := s.alone(ctx, plan, p); err != nil {
			return err
		}
		if _, err := party.Stand(ctx, s.Table, tx, p, p.Leaves(), why, by.Masked(), now); err != nil {
			return err
		}
	}
	next.arm(now)
	return s.put(ctx, tx, old, next, Leave, by.Masked())
}

// alone refuses the exit of who has resellers, or customers that nobody takes over; and of who is frozen, and can't part from its customers.
// Errors: ErrBelow, party.ErrBlocked.
func (s *Service) alone(ctx context.Context, plan Plan, p party.Party) error {
	if p.Standing == party.Frozen {
		return party.ErrBlocked.Saying("%q is frozen: what it has stays where it is", p.ID)
	}
	below := []table.Query{party.Resellers(p.ID)}
	if plan.Code != Reselling {
		below = append(below, party.Customers(p.ID))
	}
	for _, q := range below {
		m, err := first(ctx, s.Table, q)
		if err != nil {
			return err
		}
		if m != nil {
			return ErrBelow.Saying("%q still belongs to the account: a member exits when no reseller and no customer does", m.Row.ID)
		}
	}
	return nil
}

// first reads the first member of a list, nil when it is empty.
func first(ctx context.Context, db *table.Client, q table.Query) (*party.Member, error) {
	q.Strong, q.Page = true, 1
	for m, err := range table.All[party.Member](ctx, db, q) {
		return m, err
	}
	return nil, nil
}
