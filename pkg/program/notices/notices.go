// Package notices says what a digest tells of a party's deadlines in plans: an invitation that runs out, a membership whose term ends, a declaration of
// relations to be renewed or made. When is decided by Remind of each; here is how it is said, in Chinese and English.
//
// Source: DOMAIN.md 11, 16.
package notices

import (
	"context"
	"fmt"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/program/membership"
)

// Source gives the source of the digests of those who have something to renew or to accept. With digest.Join it stands behind the more urgent ones.
func Source(db *table.Client, business clock.Clock) digest.Source {
	return func(ctx context.Context, ask digest.Ask) (digest.Content, error) {
		p, err := party.Get(ctx, db, ask.Party)
		if err != nil {
			return digest.Content{}, err
		}
		t := &telling{ask: ask, words: wordsOf(notify.LocaleOf(p.Locale))}
		all, err := membership.All(ctx, db, ask.Party)
		if err != nil {
			return digest.Content{}, err
		}
		for _, m := range all {
			t.membership(m)
		}
		r, _, err := agreement.RelationsOf(ctx, db, ask.Party)
		if err != nil {
			return digest.Content{}, err
		}
		t.relations(r)
		return t.content(p), nil
	}
}

// telling is one digest in the making.
type telling struct {
	ask   digest.Ask
	words words
	lines []digest.Line
	next  time.Time
}

func (t *telling) membership(m membership.Membership) {
	t.due(m.NextReminder(t.ask.AsOf))
	told, ok := m.Remind(t.ask.Mark, t.ask.AsOf)
	if !ok {
		return
	}
	plan, _ := membership.PlanOf(m.Plan)
	what, todo := t.words.invitation, t.words.accept
	if m.State == membership.Joined {
		what, todo = t.words.term, t.words.renew
	}
	t.line(what+plan.Names[t.words.locale], told.Until, told.Days, todo)
}

func (t *telling) relations(r agreement.Relations) {
	t.due(r.NextReminder(t.ask.AsOf))
	told, ok := r.Remind(t.ask.Mark, t.ask.AsOf)
	switch {
	case !ok:
	case r.Missing():
		t.lines = append(t.lines, digest.Line{Cells: []string{t.words.declaration, t.words.missing, t.words.first}})
	default:
		t.line(t.words.declaration, told.Until, told.Days, t.words.declare)
	}
}

// due lowers the time at which there is something to tell next.
func (t *telling) due(at time.Time, ok bool) {
	if ok && (t.next.IsZero() || at.Before(t.next)) {
		t.next = at
	}
}

func (t *telling) line(what string, until time.Time, days int, todo string) {
	t.lines = append(t.lines, digest.Line{Cells: []string{
		what, until.In(calendar.Beijing).Format("2006-01-02 15:04") + t.words.left(days), todo,
	}})
}

// content gives the section: one table.
func (t *telling) content(p party.Party) digest.Content {
	c := digest.Content{To: p.Address(), Next: t.next}
	if len(t.lines) == 0 {
		return c
	}
	c.Subject = t.words.subject
	c.Intro = []string{fmt.Sprintf(t.words.dear, p.Name)}
	c.Groups = []digest.Group{{Title: t.words.title, Columns: t.words.columns, Lines: t.lines}}
	return c
}
