package invoice

import (
	"context"
	"errors"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// claimed is an invoice that is registered: for one payment request and no other, whoever's they are.
type claimed struct {
	table.Head
	Partner auth.PartyID `dynamodbav:"ptnr"`
	Source  Source       `dynamodbav:"src"`
	Payable string       `dynamodbav:"pay"`
	List    ListID       `dynamodbav:"id"`
}

// queued is a list whose invoices are the vendor's to deal with, as the vendor's queue shows it.
type queued struct {
	table.Head
	Listed     ListRow   `dynamodbav:"row"`
	Registered time.Time `dynamodbav:"at"`
}

// place puts a list into the queue of its state.
func (q *queued) place(l List) {
	q.Listed = l.ListRow
	q.G1PK = queueOf(l.State, MonthOf(calendar.DateOf(q.Registered)))
	q.G1SK = stamp(q.Registered) + "#" + string(l.Partner) + "#" + string(l.ID)
}

// checkInvoices refuses invoices that are none, not special, of the future, or there twice, and then those that don't sum to the list.
// Errors: CBC.0100, ErrOrdinary, ErrSums.
func checkInvoices(l List, invoices []PartnerInvoice, today calendar.Date) error {
	if len(invoices) > mostInvoices {
		return problem.Invalid("invoices", "%d invoices are more than the %d that one list may have", len(invoices), mostInvoices)
	}
	seen := map[string]bool{}
	for _, i := range invoices {
		if !i.Kind.Special() {
			return ErrOrdinary.Saying("invoice %.20q is %.30q: only SPECIAL_PAPER and SPECIAL_ELECTRONIC are accepted", i.Number, i.Kind).In("invoice_type")
		}
		if err := checkNumber(i.Number, i.Code); err != nil {
			return err
		}
		if i.Date.IsZero() || i.Date.After(today) {
			return problem.Invalid("invoice_date", "invoice %s is of %s; today is %s", i.Number, i.Date, today)
		}
		if seen[i.name()] {
			return problem.Invalid("invoice_no", "invoice %s is there twice", i.Number)
		}
		seen[i.name()] = true
	}
	return meets(l.Sums, invoices)
}

// register appends to tx that a partner has invoiced a list. Until they are mailed, others can be registered instead.
// Errors: ErrState, as Parts.Agreed, as checkInvoices, ErrInvoiceTaken.
func (s *Service) register(ctx context.Context, tx *table.Tx, l List, invoices []PartnerInvoice, now time.Time) error {
	next := l
	var err error
	if next.State, err = l.State.After(Register); err != nil {
		return err
	}
	if err := s.agreed(ctx, l.Partner, now); err != nil {
		return err
	}
	if err := checkInvoices(l, invoices, calendar.DateOf(now)); err != nil {
		return err
	}
	for _, i := range invoices {
		if err := s.claim(ctx, tx, l, i); err != nil {
			return err
		}
	}
	if l.State == Registered { // what was never mailed is free again
		if err := s.unclaim(ctx, tx, l, invoices); err != nil {
			return err
		}
	}
	next.Invoices, next.Parcels = invoices, nil
	tx.Replace(&l, &next)
	note(ctx, tx, EventListStep, l.Partner, string(l.ID), string(Register), string(next.State), "", now)
	return nil
}

// claim appends to tx that an invoice is for a list's payment request. Error: ErrInvoiceTaken.
func (s *Service) claim(ctx context.Context, tx *table.Tx, l List, i PartnerInvoice) error {
	var c claimed
	key := invoiceKey(i)
	err := s.Table.Get(ctx, key, &c)
	switch {
	case errors.Is(err, table.ErrNotFound):
		tx.Create(&claimed{Head: key.Head(), Partner: l.Partner, Source: l.Source, Payable: l.Payable, List: l.ID})
		return nil
	case err != nil:
		return err
	case c.Partner != l.Partner || c.Source != l.Source || c.Payable != l.Payable:
		return ErrInvoiceTaken.Saying("invoice %s is registered for another payment request; an invoice is for one alone", i.Number).In("invoice_no")
	case c.List != l.ID:
		return ErrInvoiceTaken.Saying("invoice %s is registered for list %s of the same payment request, whose tax rate is another", i.Number, c.List).In("invoice_no")
	}
	tx.Check(&c)
	return nil
}

// unclaim appends to tx that the invoices of a list which others replace are for nothing any more.
func (s *Service) unclaim(ctx context.Context, tx *table.Tx, l List, by []PartnerInvoice) error {
	for _, old := range l.Invoices {
		if slices.ContainsFunc(by, func(i PartnerInvoice) bool { return i.name() == old.name() }) {
			continue
		}
		var c claimed
		if err := s.Table.Get(ctx, invoiceKey(old), &c); err != nil {
			return err
		}
		tx.Remove(&c)
	}
	return nil
}

// mail appends to tx that a partner has sent a list's invoices, and tells the payment request so once all of its lists are sent.
// Errors: ErrState; CBC.0100 for paper without a courier.
func (s *Service) mail(ctx context.Context, tx *table.Tx, l List, p Parcel, now time.Time) error {
	next := l
	var err error
	if next.State, err = l.State.After(Mail); err != nil {
		return err
	}
	paper := slices.ContainsFunc(l.Invoices, func(i PartnerInvoice) bool { return i.Kind.Paper() })
	if paper && (p.Carrier == "" || p.Number == "") {
		return problem.Invalid("tracking_no", "paper invoices go by a carrier, whose name and tracking number are needed")
	}
	if p.Carrier == "" {
		p.Carrier = "MAILBOX"
	}
	p.At = now
	next.Parcels, next.MailedAt = append(slices.Clone(l.Parcels), p), now
	tx.Replace(&l, &next)
	q := queued{Head: queueKey(l.Partner, l.ID).Head(), Registered: now}
	q.place(next)
	tx.Create(&q)
	note(ctx, tx, EventListStep, l.Partner, string(l.ID), string(Mail), string(next.State), "", now)
	return s.advance(ctx, tx, next, InvoicesMailed, now)
}
