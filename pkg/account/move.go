package account

import (
	"fmt"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// ErrInsufficientBalance: the account holds less than the amount. ASSUMED code, DOMAIN.md 18.
var ErrInsufficientBalance = problem.New(http.StatusBadRequest, "CBC.99001001", "the balance is too small")

// ErrTooMuch: the account would hold more than an amount may be. ASSUMED code.
var ErrTooMuch = problem.New(http.StatusBadRequest, "CBC.99001007", "the balance would be too large")

// Debit appends to tx the payment of t.Amount from the account that a was read as, to a vendor-side account, and returns the account
// as it will be. The caller commits; a conflict means that the account has moved, and it reads again.
//
// Error: ErrInsufficientBalance.
func Debit(tx *table.Tx, a Account, t Transfer) (Account, error) {
	next, t, err := debited(a, t)
	if err != nil {
		return a, err
	}
	next.warn(tx, t.At)
	next.write(tx, a)
	enter(tx, t, next.ID, next.Seq)
	return next, nil
}

// Credit appends to tx the receipt of t.Amount from a vendor-side account, and returns the account as it will be. Error: ErrTooMuch.
func Credit(tx *table.Tx, a Account, t Transfer) (Account, error) {
	next, t, err := credited(a, t)
	if err != nil {
		return a, err
	}
	next.warn(tx, t.At)
	next.write(tx, a)
	enter(tx, t, next.ID, next.Seq)
	return next, nil
}

// Move appends to tx the movement of t.Amount between two accounts that keep balances, as they were read, and returns both as they will be. Each
// has the transfer as its next entry. Only what the giver has free moves: designated money stays. An account that never held anything is given as
// its ID, Party and Kind without a version.
//
// Errors: ErrInsufficientBalance, ErrTooMuch.
func Move(tx *table.Tx, from, to Account, t Transfer) (Account, Account, error) {
	giver, taker, t, err := moved(from, to, t)
	if err != nil {
		return from, to, err
	}
	giver.warn(tx, t.At)
	taker.warn(tx, t.At)
	giver.write(tx, from)
	taker.write(tx, to)
	enter(tx, t, giver.ID, giver.Seq)
	enter(tx, t, taker.ID, taker.Seq)
	return giver, taker, nil
}

// moved is the rule of a movement between two accounts: what one loses the other has more, and each counts one entry more.
func moved(from, to Account, t Transfer) (Account, Account, Transfer, error) {
	if from.ID == to.ID {
		return from, to, t, fmt.Errorf("a transfer from %s to itself", from.ID)
	}
	if t.Amount > from.Free() {
		return from, to, t, ErrInsufficientBalance.Saying("%s yuan are more than the %s that can be moved from account %q", t.Amount, from.Free(), from.ID)
	}
	giver, t, err := debited(from, t.behind(to))
	if err != nil {
		return from, to, t, err
	}
	taker, t, err := credited(to, t)
	return giver, taker, t, err
}

// debited is the rule of a payment. Designated money is spent last. ASSUMED.
func debited(a Account, t Transfer) (Account, Transfer, error) {
	if t.Amount <= 0 {
		return a, t, fmt.Errorf("a debit of %d fen", t.Amount)
	}
	if a.Balance < t.Amount {
		return a, t, ErrInsufficientBalance.Saying("%s yuan are needed and the balance is %s", t.Amount, a.Balance)
	}
	next, t := a, t.behind(a)
	next.Balance -= t.Amount
	next.Designated = min(next.Designated, next.Balance)
	next.Seq, next.Last = next.Seq+1, t.At
	t.From, t.FromSeq, t.FromAfter = a.ID, next.Seq, next.Balance
	return next, t, nil
}

// credited is the rule of a receipt.
func credited(a Account, t Transfer) (Account, Transfer, error) {
	if t.Amount <= 0 || t.Designated < 0 || t.Designated > t.Amount {
		return a, t, fmt.Errorf("a credit of %d fen, %d of them designated", t.Amount, t.Designated)
	}
	if a.Balance > money.Max-t.Amount {
		return a, t, ErrTooMuch.Saying("account %q would hold more than %s yuan", a.ID, money.Max)
	}
	next, t := a, t.behind(a)
	next.Balance += t.Amount
	next.Designated += t.Designated
	next.Seq, next.Last = next.Seq+1, t.At
	t.To, t.ToSeq, t.ToAfter = a.ID, next.Seq, next.Balance
	return next, t, nil
}

// write appends to tx that the account is now a, on the condition that it is still as old was read.
func (a *Account) write(tx *table.Tx, old Account) {
	if old.Ver == 0 { // it never held anything
		a.Head = balanceHead(a.ID)
		tx.Create(a)
		return
	}
	tx.Replace(&old, a)
}

// enter appends to tx a transfer as an entry of one of its accounts.
func enter(tx *table.Tx, t Transfer, id ID, seq int64) {
	t.Head = entryHead(id, seq)
	tx.Create(&t)
}

// Open appends to tx a new cash account of a party with its opening balance, which may be 0.
func Open(tx *table.Tx, party auth.PartyID, opening money.Fen, reference string, at time.Time) error {
	if opening < 0 {
		return fmt.Errorf("an opening balance of %d fen", opening)
	}
	a := Account{ID: Of(party, Cash), Party: party, Kind: Cash}
	if opening == 0 {
		a.write(tx, a)
		return nil
	}
	_, err := Credit(tx, a, Transfer{ID: reference, From: VendorBank, Amount: opening, Reason: Opening, Reference: reference, At: at})
	return err
}
