// Package billletter writes what partners are told at once of their settlement bills, by mail and SMS: that one is to be confirmed and by when, and that
// no payment request could be made of one and why.
//
// Source: DOMAIN.md 8, "notifies by SMS or e-mail"; the partner's confirmation of procurement-involved bills.
package billletter

import (
	"context"
	"errors"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/party"
)

// The SMS templates. The parameters are bill, amount (yuan) and, of TextConfirm, day.
const (
	TextConfirm = "bill_to_confirm"
	TextFailed  = "bill_failed"
)

// Writers gives the writers of this package, by the names under which the notifier has them. A bill that has gone on since is not written about.
func Writers(open func() *invoice.Service) map[string]immediate.Writer {
	return map[string]immediate.Writer{
		invoice.WriterConfirm:    writer(open, invoice.ToConfirm, toConfirm),
		invoice.WriterBillFailed: writer(open, invoice.PaymentRequestFailed, failed),
	}
}

// content is what one letter says of a bill, and the template and parameters of its SMS beside the bill and its amount.
type content struct {
	title, intro, column, cell string
	template                   string
	params                     map[string]string
}

func writer(open func() *invoice.Service, while invoice.BillState, say func(w words, b invoice.Bill, e event.Event) content) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		s := open()
		b, err := s.Bill(ctx, auth.PartyID(e.Owner), invoice.BillID(e.Subject))
		if errors.Is(err, invoice.ErrNoBill) || err == nil && b.State != while {
			return immediate.Message{}, false, nil
		}
		if err != nil {
			return immediate.Message{}, false, err
		}
		p, err := party.Get(ctx, s.Table, b.Partner)
		if err != nil {
			return immediate.Message{}, false, err
		}
		to := p.Address()
		w := wordsOf(to.Locale)
		c := say(w, b, e)
		return immediate.Message{To: to, Letter: w.letter(p.Name, b, c, e), Text: c.text(to, b)}, true, nil
	}
}

func toConfirm(w words, b invoice.Bill, _ event.Event) content {
	day := b.ConfirmBy.String()
	return content{
		title: w.confirm(string(b.ID), day), intro: w.confirmIntro, column: w.confirmBy, cell: day,
		template: TextConfirm, params: map[string]string{"day": day},
	}
}

// failed says why by the cause that the event has, in the reader's language; what has none of the known causes is said as the bill has it.
func failed(w words, b invoice.Bill, e event.Event) content {
	why, known := w.causes[invoice.Hidden(e.Data[invoice.CauseDatum])]
	if !known {
		why = b.Reason
	}
	return content{title: w.failed(string(b.ID)), intro: w.failedIntro, column: w.reason, cell: why, template: TextFailed}
}

func (w words) letter(name string, b invoice.Bill, c content, e event.Event) letter.Letter {
	return letter.Letter{
		Locale: w.locale, Title: c.title, Intro: []string{w.dear(name), c.intro}, AsOf: e.At,
		Groups: []letter.Group{{
			Title:   w.sources[b.Source],
			Columns: []string{w.bill, w.period, w.net, w.tax, w.gross, c.column},
			Rows:    []letter.Row{{Cells: []string{string(b.ID), string(b.Period), b.Net.String(), b.Tax.String(), b.Gross.String(), c.cell}}},
		}},
	}
}

// text gives the SMS; nil for who has no phone.
func (c content) text(to notify.Address, b invoice.Bill) *notify.Text {
	if to.Mobile == "" {
		return nil
	}
	params := map[string]string{"bill": string(b.ID), "amount": b.Gross.String()}
	for name, value := range c.params {
		params[name] = value
	}
	return &notify.Text{To: to.Mobile, Template: c.template, Locale: to.Locale, Params: params}
}
