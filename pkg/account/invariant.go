package account

import (
	"context"
	"errors"
	"fmt"

	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// Totals are what an account's entries sum to, by what the other side was.
type Totals struct {
	Opened, ToppedUp, Rebated money.Fen // from the vendor's bank
	Paid, Refunded            money.Fen // with the vendor's revenue
	Lent, Unlent              money.Fen // with what credit limits are taken from
	Received, Given           money.Fen // with accounts that keep a balance
	Withdrawn                 money.Fen // to the partner's bank
	Entries                   int64
}

// Balance gives what the account must hold.
func (s Totals) Balance() money.Fen {
	return s.Opened + s.ToppedUp + s.Rebated + s.Refunded + s.Lent + s.Received - s.Paid - s.Unlent - s.Given - s.Withdrawn
}

// Audit checks one account against its entries: numbered 1..n without a gap, each balance what the one before and the amount give,
// the last one the account's own, none below the floor, and each that has another account which keeps a balance is an entry of that one, too.
// It returns every breach at once.
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
		seq, after, received := t.side(id)
		if received {
			balance += t.Amount
		} else {
			balance -= t.Amount
		}
		if seq != sums.Entries || after != balance || balance < 0 || t.Amount <= 0 {
			breaches = append(breaches, fmt.Errorf("%s entry %d: number %d, balance %s, want %s and not below 0", id, sums.Entries, seq, after, balance))
		}
		breaches = append(breaches, twin(ctx, db, *t, id))
		sums.count(*t, id)
	}
	if a.Balance != balance || a.Seq != sums.Entries || sums.Balance() != balance {
		breaches = append(breaches, fmt.Errorf("%s holds %s after %d entries, its entries say %s after %d", id, a.Balance, a.Seq, balance, sums.Entries))
	}
	if a.Designated < 0 || a.Designated > a.Balance || (a.Kind == CreditLine && a.Balance > a.Limit) {
		breaches = append(breaches, fmt.Errorf("%s holds %s, %s of it designated, of a limit of %s", id, a.Balance, a.Designated, a.Limit))
	}
	return sums, errors.Join(breaches...)
}

// twin checks that the other account of a transfer, if it keeps a balance, has it as its entry.
func twin(ctx context.Context, db *table.Client, t Transfer, id ID) error {
	other := t.other(id)
	if vendors(other) {
		return nil
	}
	seq, _, _ := t.side(other)
	head := entryHead(other, seq)
	var found Transfer
	if err := db.Get(ctx, head.Key(), &found); err != nil {
		return fmt.Errorf("transfer %s of %s is no entry of %s: %w", t.ID, id, other, err)
	}
	found.Head = t.Head
	if !found.At.Equal(t.At) {
		return fmt.Errorf("transfer %s is of %s in %s and of %s in %s", t.ID, t.At, id, found.At, other)
	}
	if found.At = t.At; found != t {
		return fmt.Errorf("transfer %s of %s is another one in %s: %+v, %+v", t.ID, id, other, t, found)
	}
	return nil
}

// vendors reports whether an account is one of the vendor's, which keep no balance.
func vendors(id ID) bool { return id == VendorBank || id == VendorRevenue || id == VendorLending }

// AuditAll audits accounts, and that together they hold what came in from outside of them and did not leave. A transfer between two of them
// changes nothing of that. Those that never held anything are left out.
// Source: CASES.md, invariant 1; DOMAIN.md 5, "sum conserved".
func AuditAll(ctx context.Context, db *table.Client, ids ...ID) (Totals, error) {
	var all Totals
	var holds money.Fen
	var breaches []error
	for _, id := range ids {
		sums, err := Audit(ctx, db, id)
		if errors.Is(err, table.ErrNotFound) {
			continue
		}
		breaches = append(breaches, err)
		all.add(sums)
		held, err := Balance(ctx, db, id)
		breaches = append(breaches, err)
		holds += held
	}
	if holds != all.Balance() {
		breaches = append(breaches, fmt.Errorf("%v hold %s, their entries say %s", ids, holds, all.Balance()))
	}
	return all, errors.Join(breaches...)
}

func (s *Totals) add(o Totals) {
	s.Opened, s.ToppedUp, s.Paid, s.Refunded = s.Opened+o.Opened, s.ToppedUp+o.ToppedUp, s.Paid+o.Paid, s.Refunded+o.Refunded
	s.Lent, s.Unlent, s.Received, s.Given = s.Lent+o.Lent, s.Unlent+o.Unlent, s.Received+o.Received, s.Given+o.Given
	s.Withdrawn, s.Rebated, s.Entries = s.Withdrawn+o.Withdrawn, s.Rebated+o.Rebated, s.Entries+o.Entries
}

func (s *Totals) count(t Transfer, id ID) {
	switch {
	case t.From == VendorBank && t.Reason == TopUp:
		s.ToppedUp += t.Amount
	case t.From == VendorBank && t.Reason == Rebate:
		s.Rebated += t.Amount
	case t.From == VendorBank:
		s.Opened += t.Amount
	case t.To == VendorBank:
		s.Withdrawn += t.Amount
	case t.To == VendorRevenue:
		s.Paid += t.Amount
	case t.From == VendorRevenue:
		s.Refunded += t.Amount
	case t.From == VendorLending:
		s.Lent += t.Amount
	case t.To == VendorLending:
		s.Unlent += t.Amount
	case t.To == id:
		s.Received += t.Amount
	default:
		s.Given += t.Amount
	}
}
