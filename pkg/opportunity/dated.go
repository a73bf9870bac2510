package opportunity

import (
	"context"
	"iter"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
)

// Dated yields a partner's opportunities with a day by which something must happen to them, of both kinds, as they were a moment ago.
func Dated(ctx context.Context, db *table.Client, partner auth.PartyID) iter.Seq2[*Opportunity, error] {
	return func(yield func(*Opportunity, error) bool) {
		for o, err := range table.All[Opportunity](ctx, db, table.Query{PK: ownerKey(partner), Prefix: headPrefix}) {
			if err == nil && o.Deadline.IsZero() {
				continue
			}
			if !yield(o, err) || err != nil {
				return
			}
		}
	}
}

// LastDay gives the last Beijing day on which what must happen to an opportunity may happen. It is for one that has a deadline.
func (r Row) LastDay() calendar.Date { return lastDay(r.Deadline) }
