package account

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// ID names an account: the party that owns it and its kind, as in cust-001.cash.
type ID string

// Kind is a kind of account.
type Kind string

// The kinds of account that keep a balance. Source: DOMAIN.md 5, Accounts.
const (
	Cash       Kind = "cash"    // top-up money, 充值账户
	CreditLine Kind = "credit"  // 信用账户: what is left of a limit that the vendor set
	Reward     Kind = "reward"  // 奖励金, legacy: nothing fills it any more
	Deposit    Kind = "deposit" // 保证金, legacy: nothing fills it any more
)

// OnHold is what a partner withdraws and the vendor has not paid yet. No list shows it: it is part of the withdrawals.
const OnHold Kind = "held"

// Appropriable is no account of its own but the part of the cash account that may be handed on, 可拨款.
const Appropriable Kind = "appropriable"

// The vendor's kinds, which keep no balance.
const (
	Revenue Kind = "revenue" // what orders were paid to
	Bank    Kind = "bank"    // where money enters and leaves the system
	Lending Kind = "lending" // what credit limits are taken from
)

// Of gives the id of a party's account of a kind.
func Of(party auth.PartyID, kind Kind) ID { return ID(string(party) + "." + string(kind)) }

// The vendor's side of every transfer that enters, leaves or pays.
const (
	VendorRevenue ID = "vendor." + ID(Revenue)
	VendorBank    ID = "vendor." + ID(Bank)
	VendorLending ID = "vendor." + ID(Lending)
)

// Account is what an account holds now. Its floor is 0. Of a partner's cash the designated part is what was earmarked (专款专用) when it was paid in; of
// a customer's it is the customer's own money, from before it became a resale customer, which its partner can't take back.
type Account struct {
	table.Head
	ID         ID           `dynamodbav:"id"`
	Party      auth.PartyID `dynamodbav:"party"`
	Kind       Kind         `dynamodbav:"kind"`
	Balance    money.Fen    `dynamodbav:"balance"`
	Designated money.Fen    `dynamodbav:"desig,omitempty"` // part of the balance that moves to no other party
	Limit      money.Fen    `dynamodbav:"limit,omitempty"` // of a credit account; its balance is what of it is left
	Seq        int64        `dynamodbav:"seq"`             // number of its last entry
	Last       time.Time    `dynamodbav:"last,omitempty"`  // when that was made, business time, UTC
	WarnBelow  money.Fen    `dynamodbav:"warn,omitempty"`  // 余额预警: the balance below which its owner is warned; 0 is never
	LowSince   time.Time    `dynamodbav:"low,omitempty"`   // business time, UTC: since when it is lower than that; zero when it is not
}

// Free gives what of the balance may be moved to another party: all that is not designated.
// Source: DOMAIN.md 5, "Appropriable = amount − designated_amount".
func (a Account) Free() money.Fen { return a.Balance - a.Designated }

// Transfer is one movement of money, and for each side that keeps a balance the number of its entry and the balance after it. Each such side has
// the whole transfer as an item among its entries.
type Transfer struct {
	table.Head
	ID         string       `dynamodbav:"id"`
	From       ID           `dynamodbav:"from"`
	To         ID           `dynamodbav:"to"`
	Amount     money.Fen    `dynamodbav:"amount"`
	Designated money.Fen    `dynamodbav:"desig,omitempty"` // part of the amount that is earmarked at the receiver
	Reason     Reason       `dynamodbav:"reason"`
	Reference  string       `dynamodbav:"ref"`             // what it was for, such as an order id
	Below      auth.PartyID `dynamodbav:"below,omitempty"` // of an adjustment: the customer or reseller whose account a partner filled or drained
	BelowName  string       `dynamodbav:"bname,omitempty"` // its name then
	At         time.Time    `dynamodbav:"at"`              // business time, UTC
	FromSeq    int64        `dynamodbav:"from_seq,omitempty"`
	FromAfter  money.Fen    `dynamodbav:"from_after,omitempty"`
	ToSeq      int64        `dynamodbav:"to_seq,omitempty"`
	ToAfter    money.Fen    `dynamodbav:"to_after,omitempty"`
}

// behind gives the transfer no earlier than an account's last entry. What began before that one and read the account after it was written comes
// after it in time as well: the entries of a stretch of time have no gap, and a month that is over gets no other ones.
func (t Transfer) behind(a Account) Transfer {
	if t.At.Before(a.Last) {
		t.At = a.Last
	}
	return t
}

// side gives what the transfer was for one of its accounts: the number of its entry and the balance after it, and whether it received the amount.
func (t Transfer) side(id ID) (seq int64, after money.Fen, received bool) {
	if t.To == id {
		return t.ToSeq, t.ToAfter, true
	}
	return t.FromSeq, t.FromAfter, false
}

// other gives the other account of the transfer.
func (t Transfer) other(id ID) ID {
	if t.To == id {
		return t.From
	}
	return t.To
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

// loadOrNew reads a party's account for an effect; one that never held anything is empty and has no version.
func loadOrNew(ctx context.Context, db *table.Client, party auth.PartyID, kind Kind) (Account, error) {
	a, err := Load(ctx, db, Of(party, kind))
	if errors.Is(err, table.ErrNotFound) {
		return Account{ID: Of(party, kind), Party: party, Kind: kind}, nil
	}
	return a, err
}
