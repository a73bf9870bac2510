package account

import (
	"context"
	"errors"
	"fmt"

	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// Totals are what an account's entries sum to.
type Totals struct {
	Opened, Paid, Refunded money.Fen
	Entries                int64
}

// Audit checks one account against its entries: numbered 1..n without a gap, each balance what the one before and the amount give,
// the last one the account's own, none below the floor. It returns every breach at once.
// Source: CASES.md, invariant 1.
func Audit(ctx context.Context, db *table.Client, id ID) (Totals, error) {
	a, err := Load(ctx, db, id)
	if err != nil {
		return Totals{}, err
	}
	var sums Totals
	var balance money.Fen
	var breaches []error
	for t, err := range Entries(ctx, db, id) {
		if err != nil {
			return sums, err
		}
		sums.Entries++
		seq, after := t.ToSeq, t.ToAfter
		if t.To == id {
			balance += t.Amount
		} else {
			balance -= t.Amount
			seq, after = t.FromSeq, t.FromAfter
		}
		if seq != sums.Entries || after != balance || balance < 0 {
			breaches = append(breaches, fmt.Errorf("%s entry %d: number %d, balance %s, want %s and not below 0", id, sums.Entries, seq, after, balance))
		}
		sums.count(*t, id)
	}
	if a.Balance != balance || a.Seq != sums.Entries {
		breaches = append(breaches, fmt.Errorf("%s holds %s after %d entries, its entries say %s after %d", id, a.Balance, a.Seq, balance, sums.Entries))
	}
	return sums, errors.Join(breaches...)
}

func (s *Totals) count(t Transfer, id ID) {
	switch {
	case t.From == VendorBank:
		s.Opened += t.Amount
	case t.To == VendorRevenue:
		s.Paid += t.Amount
	case t.From == VendorRevenue && t.To == id:
		s.Refunded += t.Amount
	}
}
