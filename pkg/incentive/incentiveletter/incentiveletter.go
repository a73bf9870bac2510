// Package incentiveletter writes what partners are told at once of their incentives: that a statement is to be confirmed, that a payment request is paid or
// could not be, what expires after they left their plan, and whether their business information is certified.
//
// Source: DOMAIN.md 6.
package incentiveletter

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive"
	"partnercenter/pkg/party"
)

// Writers gives the writers of this package, by the names under which the notifier has them. What has changed since an event is not written about.
func Writers(db func() *table.Client) map[string]immediate.Writer {
	return map[string]immediate.Writer{
		incentive.WriterStatement: writer(db, statement),
		incentive.WriterPaid:      writer(db, payment),
		incentive.WriterExpiring:  writer(db, expiring),
		incentive.WriterBusiness:  writer(db, business),
	}
}

// say gives what an event is worth saying; false when it no longer is.
type say func(ctx context.Context, db *table.Client, w words, e event.Event) (content, bool, error)

// content is a letter of one table with one row.
type content struct {
	title, intro string
	columns      []string
	cells        []string
}

func writer(open func() *table.Client, of say) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		db := open()
		p, err := party.Get(ctx, db, auth.PartyID(e.Owner))
		if err != nil {
			return immediate.Message{}, false, err
		}
		to := p.Address()
		w := wordsOf(to.Locale)
		c, ok, err := of(ctx, db, w, e)
		if err != nil || !ok {
			return immediate.Message{}, false, err
		}
		return immediate.Message{To: to, Letter: letter.Letter{
			Locale: w.locale, Title: c.title, Intro: []string{c.intro}, AsOf: e.At,
			Groups: []letter.Group{{Title: w.details, Columns: c.columns, Rows: []letter.Row{{Cells: c.cells}}}},
		}}, true, nil
	}
}

func statement(ctx context.Context, db *table.Client, w words, e event.Event) (content, bool, error) {
	one, err := incentive.LoadStatement(ctx, db, auth.PartyID(e.Owner), e.Subject)
	return content{
		title: w.toConfirm(string(one.Month)), intro: w.confirmIntro, columns: []string{w.statement, w.performance, w.amount, w.confirmBy},
		cells: []string{one.ID, one.Performance.String(), one.Amount.String(), one.Deadline.String()},
	}, one.State == incentive.ToConfirm, err
}

func payment(ctx context.Context, db *table.Client, w words, e event.Event) (content, bool, error) {
	r, found, err := incentive.Load(ctx, db, auth.PartyID(e.Owner), e.Subject)
	title, known := w.became[r.State]
	c := content{title: title, intro: w.means[r.State], columns: []string{w.request, w.amount, w.method}, cells: []string{r.ID, r.Amount.String(), w.methods[r.Method]}}
	if r.Reason != "" {
		c.columns, c.cells = append(c.columns, w.reason), append(c.cells, r.Reason)
	}
	return c, found && known && string(r.State) == e.Data[incentive.StateDatum], err
}

func expiring(ctx context.Context, db *table.Client, w words, e event.Event) (content, bool, error) {
	open, err := incentive.Open(ctx, db, auth.PartyID(e.Owner))
	return content{
		title: w.expires, intro: w.expiresIntro, columns: []string{w.amount, w.redeemBy}, cells: []string{open.String(), e.Data[incentive.UntilDatum]},
	}, open > 0, err
}

func business(ctx context.Context, db *table.Client, w words, e event.Event) (content, bool, error) {
	c, err := incentive.LoadBusiness(ctx, db, auth.PartyID(e.Owner))
	if c.Pending != nil || err != nil {
		return content{}, false, err
	}
	if c.Reason != "" {
		return content{title: w.refused, intro: w.refusedIntro, columns: []string{w.reason}, cells: []string{c.Reason}}, true, nil
	}
	return content{title: w.certified, intro: w.certifiedIntro, columns: []string{w.company}, cells: []string{c.Valid.Title}}, true, nil
}
