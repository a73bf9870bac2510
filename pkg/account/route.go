package account

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
)

// What is refused of a withdrawal before it begins. ASSUMED codes.
var (
	ErrNotWithdrawable = problem.New(http.StatusBadRequest, "CBC.99001077", "more than can be withdrawn")
	ErrBankCard        = problem.New(http.StatusBadRequest, "CBC.99001078", "the bank account can't be paid to")
)

// Route is how money goes back.
type Route string

// The routes. Source: DOMAIN.md 5, "Withdrawal".
const (
	ByChannel  Route = "original" // by the channel that it came by
	ByTransfer Route = "transfer" // to the bank account that it came from
	ByCard     Route = "bank_card"
)

// routeOf gives how a top-up goes back on a day: by its channel within that channel's months, a transfer to where it came from, all else to a bank
// account. An opening balance tells no channel, and an incentive came by none.
func routeOf(t Transfer, entity Entity, today calendar.Date) Route {
	channel, _ := channelOf(&t)
	switch {
	case t.Reason == Opening, t.Reason == Rebate:
		return ByCard
	case channel == paymentTransfer:
		return ByTransfer
	}
	came := calendar.DateOf(t.At)
	months, ok := originalMonths[entity][channel]
	if ok && !today.After(came.AddMonths(months, came.Day)) {
		return ByChannel
	}
	return ByCard
}

// part is what a withdrawal returns of one top-up.
type part struct {
	Transfer string    `dynamodbav:"transfer"`
	Amount   money.Fen `dynamodbav:"amount"`
	Route    Route     `dynamodbav:"route"`
}

// source is a top-up and what of it was not withdrawn yet.
type source struct {
	Transfer Transfer
	Left     money.Fen
}

// divide takes an amount from top-ups in their order, the latest first unless they were chosen. Error: ErrNotWithdrawable.
func divide(amount money.Fen, sources []source, entity Entity, today calendar.Date) ([]part, error) {
	var parts []part
	rest := amount
	for _, s := range sources {
		if some := min(rest, s.Left); some > 0 {
			parts = append(parts, part{Transfer: s.Transfer.ID, Amount: some, Route: routeOf(s.Transfer, entity, today)})
			rest -= some
		}
	}
	switch {
	case rest > 0:
		return nil, ErrNotWithdrawable.Saying("these top-ups have %s yuan that are not withdrawn, %s are asked for", amount-rest, amount).In("amount")
	case len(parts) > mostParts:
		return nil, ErrNotWithdrawable.Saying("it takes %d top-ups, and %d are the most: withdraw in several parts", len(parts), mostParts).In("amount")
	}
	return parts, nil
}

// withdrawable gives what a partner may withdraw: its cash that is not earmarked, less what it owes invoices for; never below 0.
// Source: DOMAIN.md 5, "withdrawable = cash balance − owed-invoice amount".
func withdrawable(cash Account, owed money.Fen) money.Fen { return max(cash.Free()-owed, 0) }

// BankCard is a bank account to which money goes back that can't go where it came from. It is exported for the schema of the operations alone.
type BankCard struct {
	AccountName string `json:"account_name" maxLength:"128" doc:"The partner's verified name"`
	AccountNo   string `json:"account_no" maxLength:"40"`
	BankName    string `json:"bank_name" maxLength:"128"`
	Branch      string `json:"branch" maxLength:"128"`
	AccountType string `json:"account_type" maxLength:"16" doc:"CORPORATE or DEBIT"`
	Currency    string `json:"currency" maxLength:"3" doc:"CNY"`
}

// CheckItem is one requirement of a bank account. It is exported for the schema of the operations alone.
type CheckItem struct {
	Item   string `json:"item"`
	Passed bool   `json:"passed"`
	Detail string `json:"detail" doc:"What is required"`
}

func isCardNumber(s string) bool {
	return len(s) >= 8 && len(s) <= 30 && strings.Trim(s, "0123456789") == ""
}

// checkCard checks every requirement of a bank account by itself. The name is DOMAIN.md 5's; the others are ASSUMED.
func checkCard(c BankCard, verified string) []CheckItem {
	return []CheckItem{
		{"account_name", folded(c.AccountName) != "" && folded(c.AccountName) == folded(verified), fmt.Sprintf("the verified name, %q", verified)},
		{"account_no", isCardNumber(c.AccountNo), "8 to 30 digits without spaces"},
		{"bank_name", strings.TrimSpace(c.BankName) != "", "the bank's name"},
		{"branch", strings.TrimSpace(c.Branch) != "", "the branch that keeps the account"},
		{"account_type", c.AccountType == "CORPORATE" || c.AccountType == "DEBIT", "CORPORATE or DEBIT: a credit card is not paid to"},
		{"currency", c.Currency == "CNY", "CNY"},
	}
}

// refuseCard tells all requirements that a bank account fails at once. Error: ErrBankCard.
func refuseCard(items []CheckItem) error {
	var failed []string
	for _, i := range items {
		if !i.Passed {
			failed = append(failed, i.Item+": "+i.Detail)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return ErrBankCard.Saying("%s", strings.Join(failed, "; ")).In("bank_card")
}

// arrives gives the Beijing date by which money is back when it is sent on a day. Source: DOMAIN.md 5, "Arrival".
func arrives(parts []part, sent time.Time) calendar.Date {
	days := onlineDays
	for _, p := range parts {
		if p.Route != ByChannel {
			days = transferDays
		}
	}
	on, _ := calendar.AddWorkingDays(calendar.DateOf(sent), days)
	return on
}
