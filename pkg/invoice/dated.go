package invoice

import (
	"context"
	"iter"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// Bills yields a partner's bills of the periods from a month on, as they were a moment ago. It does not see those that are still collected.
func Bills(ctx context.Context, db *table.Client, partner auth.PartyID, from Month) iter.Seq2[*Bill, error] {
	return func(yield func(*Bill, error) bool) {
		for b, err := range table.All[Bill](ctx, db, table.Query{PK: ownerKey(partner), Prefix: billPrefix}) {
			if err == nil && (b.State == Collecting || b.Period < from) {
				continue
			}
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// Requests yields an account's requests for invoices that the vendor has to deal with, as they were a moment ago.
func Requests(ctx context.Context, db *table.Client, account auth.PartyID) iter.Seq2[*VendorInvoice, error] {
	return func(yield func(*VendorInvoice, error) bool) {
		for v, err := range table.All[VendorInvoice](ctx, db, table.Query{PK: ownerKey(account), Prefix: requestPrefix}) {
			if err == nil && v.Due.IsZero() {
				continue
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}
