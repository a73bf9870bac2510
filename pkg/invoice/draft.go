package invoice

import (
	"context"
	"fmt"
	"time"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Request appends to tx the invoice lists of a payment request, as drafts: one for each tax rate. They are issued by due work, at once or, for who was
// certified on the same Beijing day, the next day at 00:00. It is for who owns payment requests, in the transaction that brings one to where its
// partner invoices. One that needs no list gets none; to call it twice is refused by the table, as ErrExists.
//
// Error: CBC.0100 for a payment request that can't be invoiced.
func (s *Service) Request(ctx context.Context, tx *table.Tx, p Payable, now time.Time) error {
	if p.NoList {
		return nil
	}
	business, err := s.business(ctx, p.Partner)
	if err != nil {
		return err
	}
	return s.draft(ctx, tx, p, "", visibleFrom(business, p), now)
}

// draft appends to tx the drafts of a payment request's lists, to be issued from an instant on.
func (s *Service) draft(ctx context.Context, tx *table.Tx, p Payable, bill BillID, from, now time.Time) error {
	lots, err := p.lots()
	if err != nil {
		return err
	}
	if from.Before(now) {
		from = now
	}
	for n, lot := range lots {
		id := listID(p, n+1)
		l := List{
			Head: listKey(p.Partner, id).Head(), Of: len(lots), Applied: p.Applied, Bill: bill, Lines: lot.Lines,
			ListRow: ListRow{
				ID: id, Partner: p.Partner, Source: p.Source, Payable: p.ID, Buyer: p.buyer(), State: Draft, Periods: p.Periods, Rate: lot.Rate,
				Sums: lot.Sums, Created: now,
			},
		}
		lifecycle.Arm(&l.Head, WorkList, string(l.Partner), string(l.ID), from)
		tx.Create(&l)
		note(ctx, tx, EventListDrafted, l.Partner, string(l.ID), "draft", string(Draft), "", now)
	}
	return nil
}

func (p Payable) buyer() string {
	if p.Buyer == "" {
		return DefaultBuyer
	}
	return p.Buyer
}

// lots gives what a payment request's lists are to say. Error: CBC.0100 for one that can't be invoiced.
func (p Payable) lots() ([]Lot, error) {
	items, basis := p.items()
	if err := p.check(items); err != nil {
		return nil, err
	}
	lots := Lots(items, basis)
	if len(lots) > mostRates {
		return nil, problem.Invalid("items", "they make %d invoice lists; a payment request has %d at most", len(lots), mostRates)
	}
	return lots, nil
}

// check refuses what can't be invoiced.
func (p Payable) check(items []Item) error {
	if !table.IsID(p.ID) || len(p.ID) > 40 {
		return problem.Invalid("payment_request_id", "%.50q is not 1 to 40 letters, digits, dots, underscores, colons or hyphens", p.ID)
	}
	if len(p.Periods) == 0 {
		return problem.Invalid("periods", "a payment request is for one period at least")
	}
	for _, m := range p.Periods {
		if m.first().IsZero() {
			return problem.Invalid("periods", "%.20q is no month such as 2026-11", m)
		}
	}
	if p.Currency != "" && p.Currency != "CNY" {
		return problem.Invalid("currency", "%.10q is not CNY, in which invoices are", p.Currency)
	}
	for _, i := range items {
		if i.Amount <= 0 {
			return problem.Invalid("items", "%s of %q is not above 0", i.Amount, i.Goods)
		}
	}
	return nil
}

// listIDs gives the ids of all lists of a list's payment request.
func (l List) listIDs() []ListID {
	ids := make([]ListID, l.Of)
	for n := range ids {
		ids[n] = listID(Payable{Source: l.Source, ID: l.Payable}, n+1)
	}
	return ids
}

// String names a list in errors.
func (l List) String() string { return fmt.Sprintf("invoice list %s of %s", l.ID, l.Partner) }
