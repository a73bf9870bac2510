// Package notices says what partners are told each morning of certificates that expire: it is a source of their digests. When a certificate is told
// of is decided by specialist.CertificateRow.Remind; here is how it is said, in Chinese and English.
//
// It is apart from package specialist so that no function links the words and the layout but the one that sends them.
//
// Source: DOMAIN.md 13.
package notices

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/specialist"
)

// Source gives the source of the digests of partners of every kind. It says nothing to anybody else. With digest.Join it stands behind the sources
// that are more urgent.
func Source(db *table.Client, business clock.Clock) digest.Source {
	s := &specialist.Service{Table: db, Clock: business}
	return func(ctx context.Context, ask digest.Ask) (digest.Content, error) {
		reader, err := party.Get(ctx, db, ask.Party)
		if err != nil || reader.Kind == auth.Customer || reader.Kind == auth.Vendor {
			return digest.Content{}, err
		}
		var lines []digest.Line
		var next time.Time
		w := wordsOf(notify.LocaleOf(reader.Locale))
		for row, err := range s.Expiring(ctx, reader.ID, ask.AsOf) {
			if err != nil {
				return digest.Content{}, err
			}
			if at, ok := row.NextReminder(ask.AsOf); ok && (next.IsZero() || at.Before(next)) {
				next = at
			}
			if days, ok := row.Remind(ask.Mark, ask.AsOf); ok {
				lines = append(lines, digest.Line{Cells: []string{string(row.Number), string(row.Type), row.Person, row.Expires.String() + w.daysLeft(days)}})
			}
		}
		return w.content(reader, lines, next), nil
	}
}

// content gives the section: one table, those that expire first first.
func (w words) content(reader party.Party, lines []digest.Line, next time.Time) digest.Content {
	c := digest.Content{To: reader.Address(), Next: next}
	if len(lines) == 0 {
		return c
	}
	c.Subject, c.Intro = w.subject(len(lines)), []string{w.dear(reader.Name), w.intro}
	c.Groups = []digest.Group{{Title: w.title, Note: w.note, Columns: w.columns[:], Lines: lines}}
	return c
}
