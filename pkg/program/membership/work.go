package membership

import (
	"context"
	"errors"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// DoMembership does what is due of a membership, step by step, each a transaction of its own. It is a lifecycle.Handler.
func (s *Service) DoMembership(ctx context.Context, due lifecycle.Due) error {
	for range stepsAtOnce {
		more := false
		err := table.Retry(ctx, func() (err error) {
			more, err = s.advance(ctx, due.Key)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// advance makes one transaction of a membership's due work, and says whether there may be more. Error: lifecycle.ErrNotDue.
func (s *Service) advance(ctx context.Context, key table.Key) (more bool, err error) {
	var m Membership
	if err := lifecycle.Load(ctx, s.Table, key, s.Clock.Now(), &m); err != nil {
		return false, err
	}
	tx := table.NewTx()
	switch {
	case m.State == Applied:
		more, err = s.check(ctx, tx, m)
	case m.State == UnderReview:
		err = s.vouched(ctx, tx, m)
	case m.State == Joined && m.Step != "":
		more, err = s.void(ctx, tx, m)
	case m.State == Exiting:
		more, err = s.exit(ctx, tx, m)
	default:
		err = s.lapse(ctx, tx, m)
	}
	if err != nil {
		return false, err
	}
	return more, s.Table.Commit(ctx, tx)
}

// check appends to tx that an application is checked: it waits for its decision, or is rejected with what is in the way.
func (s *Service) check(ctx context.Context, tx *table.Tx, old Membership) (more bool, err error) {
	p, err := party.Get(ctx, s.Table, old.Party)
	if err != nil {
		return false, err
	}
	found, err := s.admitted(ctx, tx, p, old)
	refused, foreseen := problem.As(err)
	switch {
	case foreseen:
		return false, s.reject(ctx, tx, old, refused.Public(), nil, system)
	case err != nil:
		return false, err
	case len(found) > 0:
		return false, s.reject(ctx, tx, old, "", found, system)
	}
	next, err := old.take(Check, s.Clock.Now())
	if err != nil {
		return false, err
	}
	if old.Vouched {
		next.arm(s.Clock.Now())
	} else if old.Host != Vendor {
		s.tell(tx, WriterApplied, old.Host, next, system)
	}
	return old.Vouched, s.put(ctx, tx, old, next, Check, system)
}

// vouched appends to tx that an account that its host has invited joins, or is rejected when something is in the way after all.
func (s *Service) vouched(ctx context.Context, tx *table.Tx, m Membership) error {
	joining := table.NewTx()
	err := s.join(ctx, joining, m, system)
	if refused, foreseen := problem.As(err); foreseen {
		return s.reject(ctx, tx, m, refused.Public(), nil, system)
	}
	*tx = *joining
	return err
}

// lapse appends to tx that an invitation or a term is over.
func (s *Service) lapse(ctx context.Context, tx *table.Tx, old Membership) error {
	next, err := old.take(Lapse, s.Clock.Now())
	if err != nil {
		return err
	}
	if old.State == Joined {
		s.tell(tx, WriterResult, old.Party, next, system)
	}
	return s.put(ctx, tx, old, next, Lapse, system)
}

// proceed appends to tx what is next of stages, and notes how far it came; without a step behind the last.
func (m *Membership) proceed(ctx context.Context, tx *table.Tx, stages []Stage, of Moving) (err error) {
	m.Step, m.After, err = lifecycle.Next(ctx, tx, stages, m.Step, m.After, func(after string) Moving {
		of.After = after
		return of
	})
	return err
}

// void appends to tx some of what is void on joining.
func (s *Service) void(ctx context.Context, tx *table.Tx, old Membership) (more bool, err error) {
	p, err := party.Get(ctx, s.Table, old.Party)
	if err != nil {
		return false, err
	}
	next, now := old, s.Clock.Now()
	if err := next.proceed(ctx, tx, s.Parts.Void, Moving{Account: p, At: now}); err != nil {
		return false, err
	}
	more = next.Step != ""
	if more {
		next.arm(now)
	} else {
		next.rest(now)
		event.Append(tx, event.Event{Type: EventVoided, Owner: string(old.Party), Subject: string(old.Plan), At: now, By: system})
	}
	tx.Replace(&old, &next)
	return more, nil
}

// finish is the stage behind the last, of a customer and of the reseller itself.
const finish = "finish"

// exit appends to tx the next part of an exit: of the customer that is being moved; else the next customer goes over; when there is none, of the
// reseller itself; and in the end that nothing is left.
func (s *Service) exit(ctx context.Context, tx *table.Tx, old Membership) (more bool, err error) {
	switch {
	case old.Plan != Reselling:
		return false, s.part(ctx, tx, old)
	case old.Current != "":
		return true, s.move(ctx, tx, old)
	}
	c, err := first(ctx, s.Table, party.Customers(old.Party))
	switch {
	case err != nil:
		return false, err
	case c != nil:
		return true, s.handOver(ctx, tx, old, c.Row.ID)
	case old.Step == finish:
		return false, s.finish(ctx, tx, old)
	default:
		return true, s.settle(ctx, tx, old)
	}
}

// part appends to tx that a member that hands nobody over has exited. Whoever came below it while it began to exit stays there: until they have left, the
// exit waits.
func (s *Service) part(ctx context.Context, tx *table.Tx, old Membership) error {
	if plan := old.plan(); plan.Identity != "" {
		p, err := party.Get(ctx, s.Table, old.Party)
		if err != nil {
			return err
		}
		err = s.alone(ctx, plan, p)
		if errors.Is(err, ErrBelow) {
			next := old
			next.arm(s.Clock.Now().Add(exitWaits))
			tx.Replace(&old, &next)
			return nil
		}
		if err != nil {
			return err
		}
	}
	return s.finish(ctx, tx, old)
}

// handOver appends to tx that a customer is the distributor's from here on. Error: table.ErrConflict when it has left the reseller meanwhile.
func (s *Service) handOver(ctx context.Context, tx *table.Tx, old Membership, id auth.PartyID) error {
	c, err := party.Get(ctx, s.Table, id)
	if err != nil {
		return err
	}
	if c.Partner != old.Party {
		return table.ErrConflict
	}
	d, err := party.Get(ctx, s.Table, old.Host)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	if _, err := party.Transfer(ctx, s.Table, tx, c, d, now); err != nil {
		return err
	}
	next := old
	next.Current, next.Step, next.After = id, "", ""
	next.arm(now)
	tx.Replace(&old, &next)
	event.Append(tx, event.Event{
		Type: EventTransferred, Owner: string(id), Subject: string(id), At: now, By: system, Why: "its reseller exits",
		Data: map[string]string{"from": string(old.Party), "to": string(old.Host)},
	})
	return nil
}

// move appends to tx some of what hangs on the association that a customer had with the reseller, or that nothing is left of it.
func (s *Service) move(ctx context.Context, tx *table.Tx, old Membership) error {
	next, now := old, s.Clock.Now()
	if old.Step == finish || len(s.Parts.Transfer) == 0 {
		next.Current, next.Step, next.After = "", "", ""
		next.Moved++
		if err := party.Departed(ctx, s.Table, tx, old.Party, old.Current); err != nil {
			return err
		}
		event.Append(tx, event.Event{
			Type: EventMoved, Owner: string(old.Party), Subject: string(old.Current), At: now, By: system, Data: map[string]string{"to": string(old.Host)},
		})
	} else {
		c, err := party.Get(ctx, s.Table, old.Current)
		if err != nil {
			return err
		}
		if err := next.proceed(ctx, tx, s.Parts.Transfer, Moving{Account: c, Reseller: old.Party, Distributor: old.Host, At: now}); err != nil {
			return err
		}
		if next.Step == "" {
			next.Step = finish
		}
	}
	next.arm(now)
	tx.Replace(&old, &next)
	return nil
}

// settle appends to tx some of what is the reseller's own and goes back to its distributor.
func (s *Service) settle(ctx context.Context, tx *table.Tx, old Membership) error {
	next, now := old, s.Clock.Now()
	if len(s.Parts.Settle) > 0 {
		p, err := party.Get(ctx, s.Table, old.Party)
		if err != nil {
			return err
		}
		if err := next.proceed(ctx, tx, s.Parts.Settle, Moving{Account: p, Reseller: old.Party, Distributor: old.Host, At: now}); err != nil {
			return err
		}
	} else {
		next.Step = ""
	}
	if next.Step == "" {
		next.Step = finish
	}
	next.arm(now)
	tx.Replace(&old, &next)
	return nil
}

// finish appends to tx that a member has exited; a reseller has no distributor any more.
func (s *Service) finish(ctx context.Context, tx *table.Tx, old Membership) error {
	next, err := old.take(Finish, s.Clock.Now())
	if err != nil {
		return err
	}
	next.Why = old.Why
	if old.Plan == Reselling {
		p, err := party.Get(ctx, s.Table, old.Party)
		if err != nil {
			return err
		}
		if err := party.Left(ctx, s.Table, tx, p); err != nil {
			return err
		}
	}
	s.tell(tx, WriterResult, old.Party, next, system)
	if old.Host != Vendor {
		s.tell(tx, WriterExited, old.Host, next, system)
	}
	return s.put(ctx, tx, old, next, Finish, system)
}
