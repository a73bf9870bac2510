package invoice

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
)

// review appends to tx a step of the vendor's: it has received a list's invoices, approves or rejects them. The payment request is told when all of its
// lists are received or approved, and as soon as one is rejected. What is approved is paid within two of China's working days.
// Error: ErrState.
func (s *Service) review(ctx context.Context, tx *table.Tx, l List, step ListEvent, reason string, now time.Time) error {
	next := l
	var err error
	if next.State, err = l.State.After(step); err != nil {
		return err
	}
	told := map[ListEvent]PayableEvent{Receive: InvoicesReceived, Approve: InvoicesApproved, Reject: InvoicesRejected}[step]
	next.Reason = reason
	switch step {
	case Receive:
		next.GotAt = now
	case Approve:
		next.Decided = now
		next.PayBy, _ = calendar.AddWorkingDays(calendar.DateOf(now), paymentDays)
	case Reject:
		next.Decided, next.Rounds = now, l.Rounds+1
	default:
	}
	tx.Replace(&l, &next)
	if err := s.requeue(ctx, tx, next); err != nil {
		return err
	}
	if step == Reject {
		tell(ctx, tx, WriterRejected, next, step, now)
	} else {
		note(ctx, tx, EventListStep, l.Partner, string(l.ID), string(step), string(next.State), "", now)
	}
	return s.advance(ctx, tx, next, told, now)
}

// requeue appends to tx where a list stands in the vendor's queue after a step; a decided one leaves it.
func (s *Service) requeue(ctx context.Context, tx *table.Tx, l List) error {
	var q queued
	if err := s.Table.Get(ctx, queueKey(l.Partner, l.ID), &q); err != nil {
		return err
	}
	if l.State != Received {
		tx.Remove(&q)
		return nil
	}
	next := q
	next.place(l)
	tx.Replace(&q, &next)
	return nil
}

// advance appends to tx what a step of a list means to its payment request. The other lists are part of the condition, so that of two that are the last
// at once one tells it.
func (s *Service) advance(ctx context.Context, tx *table.Tx, l List, e PayableEvent, now time.Time) error {
	for _, id := range l.listIDs() {
		if id == l.ID {
			continue
		}
		other, err := s.list(ctx, l.Partner, id)
		if err != nil {
			return err
		}
		tx.Check(&other)
		if !follows(e, other.State) {
			return nil
		}
	}
	told := Told{Event: e, Reason: l.Reason, At: now, PayBy: l.PayBy}
	if l.Source != Incentive {
		return s.advanceBill(ctx, tx, l, told)
	}
	if s.Parts.Incentives.Advance == nil {
		return ErrNoList.Saying("the payment request %s of %s is not known any more", l.Payable, l)
	}
	return s.Parts.Incentives.Advance(ctx, tx, l.Partner, l.Payable, told)
}

// follows reports whether a payment request is told an event of one of its lists while another is in a state: it is sent when all are sent, received and
// approved likewise, and rejected when none was before.
func follows(e PayableEvent, other ListState) bool {
	switch e {
	case InvoicesMailed, InvoicesRejected:
		return other == Mailed || other == Received || other == Approved
	case InvoicesReceived:
		return other == Received || other == Approved
	default:
		return other == Approved
	}
}
