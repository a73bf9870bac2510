package party

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// SubAccount says whose a sub-account of a provider's bills is. A customer may have several; one is a customer's for good, since what it consumed is
// kept under that customer.
type SubAccount struct {
	table.Head
	Row SubAccountRow `dynamodbav:"row"`
}

// SubAccountRow is what lists show of a sub-account.
type SubAccountRow struct {
	ID       string       `dynamodbav:"id"` // as the provider's bills name it
	Customer auth.PartyID `dynamodbav:"cust"`
	Since    time.Time    `dynamodbav:"at"` // when it was said, business time, UTC
}

// ErrSubAccount: the sub-account is another customer's. ASSUMED code.
var ErrSubAccount = problem.New(http.StatusConflict, "CBC.0409", "the sub-account is another customer's")

// EventSubAccount tells that a sub-account is a customer's.
const EventSubAccount = "party.sub_account_mapped"

const (
	longestSubAccount = 256 // bytes. ASSUMED
	mostSubAccounts   = 20  // in one cell. ASSUMED
)

// subAccountKey holds any characters that a provider puts into an id.
func subAccountKey(id string) table.Key {
	sum := sha256.Sum256([]byte(id))
	return table.Key{PK: "SUBACCOUNT#" + hex.EncodeToString(sum[:16]), SK: "SUBACCOUNT"}
}

// ParseSubAccounts reads a cell of sub-account ids, separated by semicolons. Error: CBC.0100.
func ParseSubAccounts(cell string) ([]string, error) {
	var ids []string
	for id := range strings.SplitSeq(cell, ";") {
		if id = strings.TrimSpace(id); id == "" {
			continue
		}
		if err := checkSubAccount(id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if len(ids) > mostSubAccounts {
		return nil, problem.Invalid("sub_account_ids", "%d are more than %d; add the others one by one", len(ids), mostSubAccounts)
	}
	return ids, nil
}

func checkSubAccount(id string) error {
	printable := strings.IndexFunc(id, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd }) < 0
	if id == "" || len(id) > longestSubAccount || !printable {
		return problem.Invalid("sub_account_id", "%.64q is not 1 to %d bytes of printable text", id, longestSubAccount)
	}
	return nil
}

// MapSubAccount appends to tx that a sub-account, which is nobody's yet, is a customer's.
func MapSubAccount(tx *table.Tx, id string, customer auth.PartyID, now time.Time) {
	key := subAccountKey(id)
	a := &SubAccount{Head: key.Head(), Row: SubAccountRow{ID: id, Customer: customer, Since: now}}
	a.G1PK, a.G1SK = subAccountsOf(customer), key.PK
	tx.Create(a)
}

func subAccountsOf(customer auth.PartyID) string { return "SUBACCOUNTS#" + string(customer) }

// SubAccountsOf finds the SubAccounts of a customer.
func SubAccountsOf(customer auth.PartyID) table.Query {
	return table.Query{Index: table.Listed, PK: subAccountsOf(customer)}
}

// SubAccounts reads whose some sub-accounts are, strongly consistent; those that are nobody's are missing from the answer.
func SubAccounts(ctx context.Context, db *table.Client, ids []string) (map[string]auth.PartyID, error) {
	keys := make([]table.Key, len(ids))
	for i, id := range ids {
		keys[i] = subAccountKey(id)
	}
	found, err := table.GetAll[SubAccount](ctx, db, keys)
	if err != nil {
		return nil, err
	}
	whose := make(map[string]auth.PartyID, len(found))
	for _, a := range found {
		whose[a.Row.ID] = a.Row.Customer
	}
	return whose, nil
}

// AddSubAccount appends to tx that a sub-account is a customer's, with its event; nothing when it is already. Errors: CBC.0100, ErrUnknown,
// ErrSubAccount.
func AddSubAccount(ctx context.Context, db *table.Client, tx *table.Tx, id string, customer auth.PartyID, by string, now time.Time) error {
	if err := checkSubAccount(id); err != nil {
		return err
	}
	holder, err := Get(ctx, db, customer)
	if err != nil {
		return err
	}
	if holder.Kind != auth.Customer {
		return unknown(customer)
	}
	whose, err := SubAccounts(ctx, db, []string{id})
	if err != nil {
		return err
	}
	switch has, known := whose[id]; {
	case known && has == customer:
		return nil
	case known:
		return ErrSubAccount.Saying("sub-account %q is customer %q's", id, has).In("sub_account_id")
	}
	MapSubAccount(tx, id, customer, now)
	event.Append(tx, event.Event{
		Type: EventSubAccount, Subject: string(customer), Owner: string(customer), At: now, By: by, Data: map[string]string{"sub_account": id},
	})
	return nil
}
