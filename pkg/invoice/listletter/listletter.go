// Package listletter writes what partners are told at once of their invoice lists: that one is issued, by mail and SMS, each with the link to its page;
// and that its invoices were rejected.
//
// Source: DOMAIN.md 6, "ToInvoice: notify by e-mail: list link, amounts, tax rate, address"; 8, "notifies by SMS or e-mail".
package listletter

import (
	"context"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/party"
)

// TextIssued is the SMS template of a list that is issued. Its parameters are request (the payment request), amount (yuan) and link.
const TextIssued = "invoice_list"

// Issued writes to a partner that a list is issued, by a service that is opened for each. One that is invoiced meanwhile is not written about.
func Issued(open func() *invoice.Service) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		s := open()
		of, ok, err := read(ctx, s, e)
		if err != nil || !ok || of.view.List.State != invoice.ToInvoice {
			return immediate.Message{}, false, err
		}
		w := wordsOf(of.to.Locale)
		m := immediate.Message{To: of.to, Letter: w.letter(w.issued(of.view.List.Payable), []string{w.dear(of.partner), w.issuedText}, of, e)}
		if of.to.Mobile == "" {
			return m, true, nil
		}
		short, err := s.Links().Short(ctx, of.link)
		if err != nil {
			return m, false, err
		}
		m.Text = &notify.Text{
			To: of.to.Mobile, Template: TextIssued, Locale: of.to.Locale,
			Params: map[string]string{"request": of.view.List.Payable, "amount": of.view.List.Gross.String(), "link": short},
		}
		return m, true, nil
	}
}

// Rejected writes to a partner that the invoices for a list were rejected, and why. What was registered again meanwhile is not written about.
func Rejected(open func() *invoice.Service) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		of, ok, err := read(ctx, open(), e)
		if err != nil || !ok || of.view.List.State != invoice.Rejected {
			return immediate.Message{}, false, err
		}
		w := wordsOf(of.to.Locale)
		intro := []string{w.dear(of.partner), w.rejectedText(of.view.List.Reason)}
		return immediate.Message{To: of.to, Letter: w.letter(w.rejected(of.view.List.Payable), intro, of, e)}, true, nil
	}
}

// subject is a list with whose it is, and the link to its page.
type subject struct {
	view    invoice.View
	partner string
	to      notify.Address
	link    link.Link
	url     string
}

// read reads what an event is about. ok is false when the list is not to be seen.
func read(ctx context.Context, s *invoice.Service, e event.Event) (of subject, ok bool, err error) {
	id, list := auth.PartyID(e.Owner), invoice.ListID(e.Subject)
	if of.view, err = s.Look(ctx, id, list); err != nil || len(of.view.Why) > 0 {
		return of, false, err
	}
	p, err := party.Get(ctx, s.Table, id)
	if err != nil {
		return of, false, err
	}
	of.partner, of.to = p.Name, p.Address()
	of.link = invoice.LinkTo(id, list, of.to.Locale, s.Clock.Now())
	of.url, err = s.Links().URL(ctx, of.link)
	return of, err == nil, err
}

func (w words) letter(title string, intro []string, of subject, e event.Event) letter.Letter {
	c := of.view.Content
	months := make([]string, len(c.Periods))
	for i, m := range c.Periods {
		months[i] = string(m)
	}
	to := c.Buyer.Recipient
	return letter.Letter{
		Locale: w.locale, Title: title, Intro: intro, AsOf: e.At,
		Groups: []letter.Group{
			{
				Title: w.list, Columns: w.columns[:], Rows: []letter.Row{{
					Cells: []string{
						c.Number, c.Payable, strings.Join(months, ", "), c.Rate.Percent(), c.Net.String(), c.Tax.String(), c.Gross.String(),
					},
					Label: w.view, URL: of.url,
				}},
			},
			{
				Title: w.template, Columns: w.names[:], Rows: []letter.Row{
					{Cells: []string{w.buyer, c.Buyer.Title}},
					{Cells: []string{w.taxID, c.Buyer.TaxID}},
					{Cells: []string{w.addressPhone, c.Buyer.Address + " " + c.Buyer.Phone}},
					{Cells: []string{w.bank, c.Buyer.Bank + " " + c.Buyer.BankAccount}},
					{Cells: []string{w.remark, c.Remark}},
					{Cells: []string{w.paper, strings.Join([]string{to.Name, to.Phone, to.Address, to.Postcode}, " ")}},
					{Cells: []string{w.electronic, c.Buyer.Mailbox}},
				},
			},
		},
		Notes: w.notes[:],
	}
}
