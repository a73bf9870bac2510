package webhook

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/table"
)

// DoDelivery sends a delivery that is due, if its endpoint still hears, and notes what came of it. While the endpoint fails, it waits with all others
// until that one is asked again. It is a lifecycle.Handler. A crash behind the request sends it again: its receiver knows it by its id.
func (s *Service) DoDelivery(ctx context.Context, due lifecycle.Due) error {
	var d Delivery
	now := s.Clock.Now().Truncate(time.Second) // as due times are: what waits until now is due
	if err := lifecycle.Load(ctx, s.Table, due.Key, now, &d); err != nil {
		return err
	}
	all, err := s.directory(ctx, d.Party)
	if err != nil {
		return err
	}
	at := all.find(d.Endpoint)
	if at < 0 || all.Endpoints[at].State == Disabled {
		return s.end(ctx, d, Drop)
	}
	to := all.Endpoints[at]
	switch {
	case to.State == Failed:
		return s.end(ctx, d, GiveUp)
	case to.Retry.After(now) && !d.Asked:
		next := d
		next.arm(to.Retry)
		return s.Table.Replace(ctx, &d, &next)
	}
	t, err := s.post(ctx, to, d)
	if err != nil {
		return err
	}
	function.Measure(ctx, "WebhookTries", "Count", 1)
	if t.Why != "" {
		function.Measure(ctx, "WebhookFailures", "Count", 1)
	}
	return table.Retry(ctx, func() error { return s.settle(ctx, d, t, now) })
}

// end ends a delivery that is not sent.
func (s *Service) end(ctx context.Context, d Delivery, step Step) error {
	next := d
	var err error
	if next.State, err = d.State.After(step); err != nil {
		return err
	}
	lifecycle.Disarm(&next.Head)
	return s.Table.Replace(ctx, &d, &next)
}

// settle notes an attempt in the delivery, and in its endpoint what follows for that one.
func (s *Service) settle(ctx context.Context, d Delivery, t Try, now time.Time) error {
	all, err := s.directory(ctx, d.Party)
	if err != nil {
		return err
	}
	tx, next, step := table.NewTx(), d.tried(t), Deliver
	if at := all.find(d.Endpoint); at >= 0 && all.Endpoints[at].State != Disabled {
		old := all.Endpoints[at]
		to := old.worked()
		if t.Why != "" {
			to = old.failed(now)
			step = next.wait(to, now)
		}
		if !old.Failing.IsZero() || t.Why != "" {
			all.save(tx, all.with(at, to))
		}
		if old.State == Enabled && to.State == Failed {
			s.fails(ctx, tx, d.Party, to)
		}
	} else if t.Why != "" {
		step = Drop
	}
	if next.State, err = d.State.After(step); err != nil {
		return err
	}
	if next.Asked = false; step != Postpone {
		lifecycle.Disarm(&next.Head)
	}
	tx.Replace(&d, &next)
	return s.Table.Commit(ctx, tx)
}

// wait makes a delivery due again behind a failed attempt, unless it was the last. It comes behind those that waited meanwhile, so that one
// which always fails does not keep them from being tried.
func (d *Delivery) wait(to Endpoint, now time.Time) Step {
	if to.State != Enabled || d.Attempts > len(backoff) {
		return GiveUp
	}
	at := to.until(now, gap(d.Attempts))
	if behind := to.Retry.Add(time.Second); at.Before(behind) {
		at = behind
	}
	d.arm(at)
	return Postpone
}

// fails appends to tx that an endpoint is switched off, and that its owner is told.
func (s *Service) fails(ctx context.Context, tx *table.Tx, owner auth.PartyID, e Endpoint) {
	s.note(ctx, tx, EventFailed, owner, e)
	immediate.Append(tx, WriterFailed, event.Event{Owner: string(owner), Subject: e.ID, At: s.Clock.Now(), By: "system"})
}

// Endpoint reads an endpoint of a party. Error: ErrMissing.
func (s *Service) Endpoint(ctx context.Context, owner auth.PartyID, id string) (Endpoint, error) {
	d, err := s.directory(ctx, owner)
	if err != nil {
		return Endpoint{}, err
	}
	at := d.find(id)
	if at < 0 {
		return Endpoint{}, missing(id)
	}
	return d.Endpoints[at], nil
}
