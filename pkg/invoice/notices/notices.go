// Package notices says what partners are told each morning of invoice lists without an invoice: it is a source of their digests. When a list is told of
// is decided by invoice.ListRow.Remind; here is how it is said, in Chinese and English.
//
// It is apart from package invoice so that no function links the words and the layout but the one that sends them.
//
// Source: DOMAIN.md 7, "Reminders if no invoice after 7/15/30 days"; CASES.md B37, B39.
package notices

import (
	"context"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/party"
)

// Source gives the source of the digests of partners, by a service that is opened for each. It says nothing to anybody else. With digest.Join it
// stands behind the sources that are more urgent.
func Source(open func() *invoice.Service) digest.Source {
	return func(ctx context.Context, ask digest.Ask) (digest.Content, error) {
		s := open()
		reader, err := party.Get(ctx, s.Table, ask.Party)
		if err != nil || !slices.Contains([]auth.Kind{auth.Partner, auth.Distributor, auth.Reseller}, reader.Kind) {
			return digest.Content{}, err
		}
		t := &telling{service: s, ask: ask, words: wordsOf(notify.LocaleOf(reader.Locale))}
		if err := t.read(ctx); err != nil {
			return digest.Content{}, err
		}
		return t.content(reader), nil
	}
}

// telling is one digest in the making.
type telling struct {
	service *invoice.Service
	ask     digest.Ask
	words   words
	items   []item
	next    time.Time
}

// item is a list to remind of, and how many days it is without an invoice.
type item struct {
	invoice.ListRow
	days int
}

// read finds the lists that there is something to say of. What is to be told is looked at again: who has sent its invoices meanwhile is not reminded.
func (t *telling) read(ctx context.Context) error {
	for row, err := range t.service.Unsent(ctx, t.ask.Party, t.ask.AsOf) {
		if err != nil {
			return err
		}
		if at, ok := row.NextReminder(t.ask.AsOf); ok && (t.next.IsZero() || at.Before(t.next)) {
			t.next = at
		}
		days, ok := row.Remind(t.ask.Mark, t.ask.AsOf)
		if !ok {
			continue
		}
		v, err := t.service.Look(ctx, row.Partner, row.ID)
		if err != nil {
			return err
		}
		if v.List.State.Owed() {
			t.items = append(t.items, item{ListRow: v.List.ListRow, days: days})
		}
	}
	return nil
}

// content gives the section: one table, the longest without an invoice first.
func (t *telling) content(reader party.Party) digest.Content {
	c := digest.Content{To: reader.Address(), Next: t.next}
	if len(t.items) == 0 {
		return c
	}
	w := t.words
	c.Subject = w.subject(len(t.items), t.items[0].days)
	c.Intro = []string{w.dear(reader.Name)}
	group := digest.Group{Title: w.title, Note: w.note, Columns: w.columns[:]}
	for _, i := range t.items {
		group.Lines = append(group.Lines, digest.Line{
			Cells: []string{i.Payable, i.Number, i.Gross.String(), w.days(i.days)},
			Act:   &digest.Act{Label: w.view, Link: invoice.LinkTo(i.Partner, i.ID, w.locale, t.ask.AsOf)},
		})
	}
	c.Groups = []digest.Group{group}
	return c
}
