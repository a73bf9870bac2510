package invoice

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// DoBill does what time or the system does to a bill that is due: it is out on the 3rd of the month after its period, counts as confirmed after some
// working days, and gets its payment request and invoice lists when its countersign has ended. It is a lifecycle.Handler.
func (s *Service) DoBill(ctx context.Context, due lifecycle.Due) error {
	var b Bill
	now := s.Clock.Now()
	if err := lifecycle.Load(ctx, s.Table, due.Key, now, &b); err != nil {
		return err
	}
	tx := table.NewTx()
	var err error
	switch b.State {
	case Collecting:
		err = s.generate(ctx, tx, b, now)
	case ToConfirm:
		err = s.stepBill(ctx, tx, b, Confirm, nil, now)
	case ToPaymentRequest:
		err = s.requestPayment(ctx, tx, b, now)
	default:
		return lifecycle.ErrNotDue
	}
	if err != nil {
		return err
	}
	return s.Table.Commit(ctx, tx)
}

// stepBill appends to tx a step of a bill, and what it changes besides. What time does next is armed. Error: ErrState.
func (s *Service) stepBill(ctx context.Context, tx *table.Tx, b Bill, e BillEvent, more func(next *Bill), now time.Time) error {
	next := b
	var err error
	if next.State, err = b.State.After(e); err != nil {
		return err
	}
	next.Reason, next.Cause = "", ""
	lifecycle.Disarm(&next.Head)
	switch next.State {
	case ToConfirm:
		next.ConfirmBy, _ = calendar.AddWorkingDays(calendar.DateOf(now), confirmDays)
		lifecycle.Arm(&next.Head, WorkBill, string(b.Partner), string(b.ID), next.ConfirmBy.End())
	case ToPaymentRequest:
		lifecycle.Arm(&next.Head, WorkBill, string(b.Partner), string(b.ID), now)
	case Completed:
		next.Paid = now
	default:
	}
	switch e {
	case Pass:
		next.Ended = now
	case PayAgain: // within as many days as the first time
		next.PayBy, _ = calendar.AddWorkingDays(calendar.DateOf(now), paymentDays)
	default:
	}
	if more != nil {
		more(&next)
	}
	next.G1PK, next.G1SK = billsOf(b.Source, b.Period), string(b.Partner)
	tx.Replace(&b, &next)
	noteBill(ctx, tx, next, e, now)
	return nil
}

// noteBill appends to tx the event of a step of a bill, which its partner hears of at once when it has to confirm the bill, or to see to it
// that a payment request can be made.
func noteBill(ctx context.Context, tx *table.Tx, b Bill, e BillEvent, now time.Time) {
	if e != GenerateAsked && e != CreateFails {
		note(ctx, tx, EventBillStep, b.Partner, string(b.ID), string(e), string(b.State), b.Reason, now)
		return
	}
	writer := map[BillEvent]string{GenerateAsked: WriterConfirm, CreateFails: WriterBillFailed}[e]
	immediate.Append(tx, writer, event.Event{
		Owner: string(b.Partner), Subject: string(b.ID), At: now, By: by(ctx), Why: b.Reason,
		Data: map[string]string{StepDatum: string(e), StateDatum: string(b.State), CauseDatum: string(b.Cause)},
	})
}

// generate appends to tx that a bill is out, with the sums of its lines. Source: DOMAIN.md 8.
func (s *Service) generate(ctx context.Context, tx *table.Tx, b Bill, now time.Time) error {
	lines, err := s.lines(ctx, b)
	if err != nil {
		return err
	}
	var sums Sums
	for _, lot := range Lots(itemsOf(lines), NetAmounts) {
		sums = sums.Plus(lot.Sums)
	}
	e := Generate
	if b.Source == Procurement {
		e = GenerateAsked
	}
	return s.stepBill(ctx, tx, b, e, func(next *Bill) { next.Sums, next.Out = sums, now }, now)
}

// requestPayment appends to tx a bill's payment request and the drafts of its invoice lists or, when something is missing, that the request failed and
// why: operations retry it. Source: DOMAIN.md 8.
func (s *Service) requestPayment(ctx context.Context, tx *table.Tx, b Bill, now time.Time) error {
	business, err := s.business(ctx, b.Partner)
	if err != nil {
		return err
	}
	lines, err := s.lines(ctx, b)
	if err != nil {
		return err
	}
	p := Payable{
		Source: b.Source, ID: b.Source.letter() + "B" + table.NewID(now), Partner: b.Partner, Periods: []Month{b.Period}, Applied: now, Buyer: b.Buyer,
		Basis: NetAmounts, Items: itemsOf(lines),
	}
	why, cause, err := s.unpayable(ctx, p, business)
	if err != nil {
		return err
	}
	if why != "" {
		return s.stepBill(ctx, tx, b, CreateFails, func(next *Bill) { next.Reason, next.Cause = why, cause }, now)
	}
	if err := s.draft(ctx, tx, p, b.ID, visibleFrom(business, p), now); err != nil {
		return err
	}
	return s.stepBill(ctx, tx, b, Create, func(next *Bill) { next.Payable, next.Invoice = p.ID, ToInvoice }, now)
}

// unpayable gives why a bill gets no payment request, in words and, if it is a known one, the cause; empty when it does.
func (s *Service) unpayable(ctx context.Context, p Payable, business Business) (why string, cause Hidden, err error) {
	switch {
	case !business.Certified:
		return "the partner's business information is not certified", NotCertified, nil
	case business.UnderReview:
		return "a change of the partner's business information is being certified", UnderReview, nil
	}
	if _, err := p.lots(); err != nil {
		refusal, _ := problem.As(err)
		return refusal.Public(), "", nil
	}
	_, err = s.buyer(ctx, p.buyer())
	if errors.Is(err, ErrNoBuyer) {
		return "the buyer " + p.buyer() + " is not set", NoBuyer, nil
	}
	return "", "", err
}

// advanceBill appends to tx what a step of its invoices means to a bill.
func (s *Service) advanceBill(ctx context.Context, tx *table.Tx, l List, told Told) error {
	b, err := s.Bill(ctx, l.Partner, l.Bill)
	if err != nil {
		return err
	}
	if told.Event == InvoicesApproved {
		return s.stepBill(ctx, tx, b, Accept, func(next *Bill) { next.Invoice, next.PayBy = Approved, told.PayBy }, told.At)
	}
	if b.State != InvoiceReview {
		return ErrState.Saying("the bill %s is %s, not at its invoices", b.ID, b.State)
	}
	next := b
	next.Invoice = map[PayableEvent]ListState{InvoicesMailed: Mailed, InvoicesReceived: Received, InvoicesRejected: Rejected}[told.Event]
	next.Reason = told.Reason
	tx.Replace(&b, &next)
	note(ctx, tx, EventBillStep, b.Partner, string(b.ID), "invoices_"+string(told.Event), string(b.State), told.Reason, told.At)
	return nil
}
