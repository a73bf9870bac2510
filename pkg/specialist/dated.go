package specialist

import (
	"context"
	"iter"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
)

// Ending yields the certificates of a partner's bound members that are valid and end on the days from one to another, both included, those that end
// first first. The list may be as it was a moment ago.
func Ending(ctx context.Context, db *table.Client, partner auth.PartyID, from, to calendar.Date) iter.Seq2[CertificateRow, error] {
	return func(yield func(CertificateRow, error) bool) {
		q := table.Query{Index: table.Listed, PK: certificatesOf(partner), From: from.String(), To: to.String() + "~"}
		for c, err := range table.All[Certificate](ctx, db, q) {
			if err != nil {
				yield(CertificateRow{}, err)
				return
			}
			if c.Counts(partner, c.Expires) && !yield(c.CertificateRow, nil) {
				return
			}
		}
	}
}
