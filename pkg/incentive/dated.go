package incentive

import (
	"context"
	"iter"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// ToConfirmOf yields the statements that a partner has to confirm, as they were a moment ago, of the months from one on.
func ToConfirmOf(ctx context.Context, db *table.Client, partner auth.PartyID, from Month) iter.Seq2[*Statement, error] {
	return func(yield func(*Statement, error) bool) {
		q := table.Query{PK: ownerKey(partner), From: statementPrefix + string(from), To: statementPrefix + "~"}
		for s, err := range table.All[Statement](ctx, db, q) {
			if err == nil && s.State != ToConfirm {
				continue
			}
			if !yield(s, err) || err != nil {
				return
			}
		}
	}
}
