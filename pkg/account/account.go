package account

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// ID names an account: the party that owns it and its kind, as in cust-001.cash.
type ID string

// Kind is a kind of account.
type Kind string

// The kinds of account. Revenue and bank are the vendor's, and keep no balance.
const (
	Cash    Kind = "cash"    // top-up money, 充值账户
	Revenue Kind = "revenue" // what orders were paid to
	Bank    Kind = "bank"    // where money enters and leaves the system
)

// Of gives the id of a party's account of a kind.
func Of(party auth.PartyID, kind Kind) ID { return ID(string(party) + "." + string(kind)) }

// The vendor's side of every transfer that enters, leaves or pays.
const (
	VendorRevenue ID = "vendor." + ID(Revenue)
	VendorBank    ID = "vendor." + ID(Bank)
)

// Reason says why money moved.
type Reason string

// The reasons of transfers.
const (
	Opening     Reason = "OPENING"      // the balance that an import brought
	Renewal     Reason = "RENEWAL"      // an order that a person paid
	AutoRenewal Reason = "AUTO_RENEWAL" // an order that the system paid
	Purchase    Reason = "PURCHASE"     // of new resources
	SpecChange  Reason = "SPEC_CHANGE"  // up
	Refund      Reason = "REFUND"       // of an order that was paid
)

// Account is what an account holds now. Its floor is 0.
type Account struct {
	table.Head
	ID      ID           `dynamodbav:"id"`
	Party   auth.PartyID `dynamodbav:"party"`
	Kind    Kind         `dynamodbav:"kind"`
	Balance money.Fen    `dynamodbav:"balance"`
	Seq     int64        `dynamodbav:"seq"` // number of its last entry
}

// Transfer is one movement of money, and for each side that keeps a balance the number of its entry and the balance after it.
type Transfer struct {
	table.Head
	ID        string    `dynamodbav:"id"`
	From      ID        `dynamodbav:"from"`
	To        ID        `dynamodbav:"to"`
	Amount    money.Fen `dynamodbav:"amount"`
	Reason    Reason    `dynamodbav:"reason"`
	Reference string    `dynamodbav:"ref"` // what it was for, such as an order id
	At        time.Time `dynamodbav:"at"`  // business time, UTC
	FromSeq   int64     `dynamodbav:"from_seq,omitempty"`
	FromAfter money.Fen `dynamodbav:"from_after,omitempty"`
	ToSeq     int64     `dynamodbav:"to_seq,omitempty"`
	ToAfter   money.Fen `dynamodbav:"to_after,omitempty"`
}

// ErrInsufficientBalance: the account holds less than the amount. ASSUMED code, DOMAIN.md 18.
var ErrInsufficientBalance = problem.New(http.StatusBadRequest, "CBC.99001001", "the balance is too small")

// Debit appends to tx the payment of t.Amount from the account that a was read as, to a vendor-side account, and returns the account
// as it will be. The caller commits; a conflict means that the account has moved, and it reads again.
//
// Error: ErrInsufficientBalance.
func Debit(tx *table.Tx, a Account, t Transfer) (Account, error) {
	if t.Amount <= 0 {
		return a, fmt.Errorf("a debit of %d fen", t.Amount)
	}
	if a.Balance < t.Amount {
		return a, ErrInsufficientBalance.Saying("%s yuan are needed and the balance is %s", t.Amount, a.Balance)
	}
	next := a
	next.Balance -= t.Amount
	next.Seq++
	t.From, t.FromSeq, t.FromAfter = a.ID, next.Seq, next.Balance
	t.Head = entryHead(a.ID, next.Seq)
	tx.Replace(&a, &next)
	tx.Create(&t)
	return next, nil
}

// Credit appends to tx the receipt of t.Amount from a vendor-side account, and returns the account as it will be.
func Credit(tx *table.Tx, a Account, t Transfer) (Account, error) {
	if t.Amount <= 0 {
		return a, fmt.Errorf("a credit of %d fen", t.Amount)
	}
	next := a
	next.Balance += t.Amount
	next.Seq++
	t.To, t.ToSeq, t.ToAfter = a.ID, next.Seq, next.Balance
	t.Head = entryHead(a.ID, next.Seq)
	tx.Replace(&a, &next)
	tx.Create(&t)
	return next, nil
}

// Open appends to tx a new cash account of a party with its opening balance, which may be 0.
func Open(tx *table.Tx, party auth.PartyID, opening money.Fen, reference string, at time.Time) error {
	if opening < 0 {
		return fmt.Errorf("an opening balance of %d fen", opening)
	}
	a := &Account{Head: balanceHead(Of(party, Cash)), ID: Of(party, Cash), Party: party, Kind: Cash}
	if opening > 0 {
		a.Balance, a.Seq = opening, 1
		tx.Create(&Transfer{
			Head: entryHead(a.ID, 1), ID: reference, From: VendorBank, To: a.ID, Amount: opening, Reason: Opening, Reference: reference,
			At: at, ToSeq: 1, ToAfter: opening,
		})
	}
	tx.Create(a)
	return nil
}

// Load reads a party's account, strongly consistent. A party without one holds nothing yet: Error table.ErrNotFound.
func Load(ctx context.Context, db *table.Client, id ID) (Account, error) {
	var a Account
	head := balanceHead(id)
	err := db.Get(ctx, head.Key(), &a)
	return a, err
}

// Balance reads what a party's account holds; a party that never had money holds 0.
func Balance(ctx context.Context, db *table.Client, id ID) (money.Fen, error) {
	a, err := Load(ctx, db, id)
	if errors.Is(err, table.ErrNotFound) {
		return 0, nil
	}
	return a.Balance, err
}
