package notices

import (
	"cmp"
	"context"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/renewaltask"
)

// Source gives the source of the digests of those who handle renewal tasks: of partners and distributors, the latter for their resellers too. It
// says nothing to anybody else. With digest.Join it stands behind the sources that are more urgent.
func Source(db *table.Client, business clock.Clock) digest.Source {
	tasks := &renewaltask.Service{Table: db, Clock: business}
	return func(ctx context.Context, ask digest.Ask) (digest.Content, error) {
		reader, err := party.Get(ctx, db, ask.Party)
		if err != nil || reader.Kind != auth.Partner && reader.Kind != auth.Distributor {
			return digest.Content{}, err
		}
		t := &telling{tasks: tasks, ask: ask, reader: reader, words: wordsOf(notify.LocaleOf(reader.Locale))}
		if err := t.read(ctx); err != nil {
			return digest.Content{}, err
		}
		return t.content(), nil
	}
}

// telling is one digest in the making.
type telling struct {
	tasks  *renewaltask.Service
	ask    digest.Ask
	reader party.Party
	words  words
	items  []item
	next   time.Time
}

// item is one task to tell of.
type item struct {
	renewaltask.Task
	reminder renewaltask.Reminder
	customer string
}

// read finds the open tasks that there is something to say of.
func (t *telling) read(ctx context.Context) error {
	for row, err := range t.tasks.Open(ctx, t.reader) {
		if err != nil {
			return err
		}
		if at, ok := row.NextReminder(t.ask.AsOf); ok && (t.next.IsZero() || at.Before(t.next)) {
			t.next = at
		}
		if reminder, ok := row.Remind(t.ask.Mark, t.ask.AsOf); ok {
			if err := t.look(ctx, row, reminder); err != nil {
				return err
			}
		}
	}
	slices.SortFunc(t.items, func(a, b item) int { return cmp.Or(a.Expiry.Compare(b.Expiry), cmp.Compare(a.Order, b.Order)) })
	return nil
}

// look adds a task as it stands now: what was renewed meanwhile, or is no longer the reader's business, is not told.
func (t *telling) look(ctx context.Context, row renewaltask.Row, reminder renewaltask.Reminder) error {
	task, customer, open, err := t.tasks.Now(ctx, row)
	if err == nil && open {
		t.items = append(t.items, item{Task: task, reminder: reminder, customer: customer.Name})
	}
	return err
}

// content gives the section: one table.
func (t *telling) content() digest.Content {
	c := digest.Content{To: t.reader.Address(), Next: t.next}
	if len(t.items) == 0 {
		return c
	}
	c.Subject = t.words.subject(len(t.items), t.items[0].Expiry)
	c.Intro = []string{t.words.dear(t.reader.Name), t.words.intro}
	group := digest.Group{Title: t.words.title, Note: t.words.note, Columns: t.words.columns[:]}
	for _, i := range t.items {
		group.Lines = append(group.Lines, digest.Line{Cells: []string{
			string(i.Order), i.customer, i.Service, i.Expiry.String() + t.words.daysLeft(i.reminder.Days),
			t.words.yuan(i.Expiring), renewaltask.Rate(i.Renewed, i.Expiring) + "%",
		}})
	}
	c.Groups = []digest.Group{group}
	return c
}
