package membership

import (
	"net/http"
	"slices"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/party"
)

// Guard is a condition on an account that joins a plan. Source: DOMAIN.md 11.
type Guard string

// The guards.
const (
	RealName    Guard = "REAL_NAME"   // the account is authenticated as an enterprise
	Resources   Guard = "RESOURCES"   // no unclosed resources
	Arrears     Guard = "ARREARS"     // nothing is owed
	Balance     Guard = "BALANCE"     // the top-up balance is zero
	Invoiceable Guard = "INVOICEABLE" // no amount that an invoice can be asked for, now or once its month is over
	PostPaid    Guard = "POST_PAID"   // no credit
	Contracts   Guard = "CONTRACTS"   // none with the vendor
	Customer    Guard = "CUSTOMER"    // not itself a customer of a partner
	Standing    Guard = "STANDING"    // neither restricted nor frozen; of every plan
)

// Facts are what decides whether an account may join. Those of money and resources other capabilities know.
type Facts struct {
	Kind        auth.Kind
	Partner     auth.PartyID // whose customer it is
	Standing    party.Standing
	Enterprise  bool // authenticated as one
	Resources   int  // that are not closed
	Owes        bool
	Balance     money.Fen
	Invoiceable money.Fen
	Credit      money.Fen // limit
	Contracts   int
}

// Failure is a guard that does not hold.
type Failure struct {
	Guard   Guard  `json:"guard" dynamodbav:"guard"`
	Message string `json:"message" dynamodbav:"msg"`
}

// ErrGuards: the account can't join as it is. ASSUMED code.
var ErrGuards = problem.New(http.StatusConflict, "CBC.99001212", "the account can't join yet")

// guards says of each guard when it fails, and what is to be done.
var guards = []struct {
	guard Guard
	fails func(Facts) bool
	says  string
}{
	{RealName, func(f Facts) bool { return !f.Enterprise }, "the account is not authenticated as an enterprise: complete real-name authentication"},
	{Resources, func(f Facts) bool { return f.Resources > 0 }, "the account has resources that are not closed: unsubscribe them, or let them be released"},
	{Arrears, func(f Facts) bool { return f.Owes }, "the account has arrears: pay them"},
	{Balance, func(f Facts) bool { return f.Balance > 0 }, "the top-up balance is not zero: withdraw it"},
	{Invoiceable, func(f Facts) bool { return f.Invoiceable > 0 }, "invoices can still be asked for: ask for them; those of a month that is not over once it is"},
	{PostPaid, func(f Facts) bool { return f.Credit > 0 }, "the account pays afterwards (credit): let the vendor end that"},
	{Contracts, func(f Facts) bool { return f.Contracts > 0 }, "a contract with the vendor is in force: wait until it ends"},
	{Customer, func(f Facts) bool { return f.Partner != "" }, "the account is a customer of a partner: end that association"},
	{Standing, func(f Facts) bool { return f.Standing == party.Restricted || f.Standing == party.Frozen }, "the account is restricted or frozen"},
}

// failing gives what is in the way of an account's joining a plan, all of it at once. Who has the plan's identity already has nothing to settle: its
// account is a partner's, which the vendor has registered and authenticated, with balance and credit as partners have them. ASSUMED
func (p Plan) failing(f Facts) []Failure {
	var found []Failure
	for _, g := range guards {
		counts := g.guard == Standing || slices.Contains(p.Guards, g.guard) && f.Kind != p.Identity
		if counts && g.fails(f) {
			found = append(found, Failure{Guard: g.guard, Message: g.says})
		}
	}
	return found
}

// refusal gives the error of what is in the way, each with its own message.
func refusal(found []Failure) error {
	says := make([]string, len(found))
	for i, f := range found {
		says[i] = string(f.Guard) + ": " + f.Message
	}
	return ErrGuards.Saying("%s", strings.Join(says, "; "))
}
