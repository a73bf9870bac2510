package incentive

import (
	"context"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Incentive is what a partner can have paid, or owes when it is negative. It is paid whole.
type Incentive struct {
	table.Head
	ID              string       `dynamodbav:"id"`
	Partner         auth.PartyID `dynamodbav:"ptnr"`
	Statement       string       `dynamodbav:"stmt,omitempty"` // empty of what was carried
	Month           Month        `dynamodbav:"month"`
	AssociationType int          `dynamodbav:"assoc,omitempty"`
	Amount          money.Fen    `dynamodbav:"amt"`
	State           Hold         `dynamodbav:"st"`
	Why             string       `dynamodbav:"why,omitempty"`
	Request         string       `dynamodbav:"req,omitempty"` // the payment request that takes it
	Issued          time.Time    `dynamodbav:"at"`            // business time, UTC
	Ended           time.Time    `dynamodbav:"end,omitempty"`
}

// Hold says whether an incentive can be applied for.
type Hold string

// Whether an incentive can be applied for.
const (
	Payable     Hold = "PAYABLE"
	Frozen      Hold = "FROZEN"      // it comes of purchases on credit that the customer has not repaid
	Requested   Hold = "REQUESTED"   // what became of it is its payment request's state
	Expired     Hold = "EXPIRED"     // its partner left the plan a year ago
	Netted      Hold = "NETTED"      // with what expired
	Transferred Hold = "TRANSFERRED" // to another account of the same company
)

// incentives gives what an approved statement is worth: what can be applied for, and apart what stays frozen.
func (s Statement) incentives(now time.Time) []Incentive {
	frozen := max(s.Frozen, 0) // what was given back of purchases on credit is netted at once
	one := Incentive{
		ID: s.ID, Partner: s.Partner, Statement: s.ID, Month: s.Month, AssociationType: s.AssociationType, Amount: s.Amount - frozen, State: Payable, Issued: now,
	}
	credit := one
	credit.ID, credit.Amount, credit.State = s.ID+"-credit", frozen, Frozen
	credit.Why = "it comes of purchases on credit; it can be applied for once the customer has repaid"
	var all []Incentive
	for _, i := range []Incentive{one, credit} {
		if i.Amount != 0 {
			i.Head = incentiveKey(i.Partner, i.ID).Head()
			all = append(all, i)
		}
	}
	return all
}

// ErrNotPayable: an incentive can't be applied for. ASSUMED code.
var ErrNotPayable = problem.New(ErrStatementState.Status, "CBC.99001304", "the incentive can't be applied for")

// incentivesOf reads a partner's incentives in some states, the oldest period first, strongly consistent.
func incentivesOf(ctx context.Context, db *table.Client, partner auth.PartyID, states ...Hold) ([]Incentive, error) {
	var found []Incentive
	q := table.Query{PK: ownerKey(partner), Prefix: incentivePrefix, Strong: true}
	for one, err := range table.All[Incentive](ctx, db, q) {
		if err != nil {
			return nil, err
		}
		if slices.Contains(states, one.State) {
			found = append(found, *one)
		}
	}
	return found, nil
}

// Open gives what a partner's incentives that it has not applied for sum to, those that are frozen among them.
func Open(ctx context.Context, db *table.Client, partner auth.PartyID) (money.Fen, error) {
	open, err := incentivesOf(ctx, db, partner, Payable, Frozen)
	return total(open), err
}

// total gives what incentives sum to.
func total(all []Incentive) (sum money.Fen) {
	for _, i := range all {
		sum += i.Amount
	}
	return sum
}

// thaw appends to tx that the customer has repaid what a frozen incentive comes of. Errors: ErrNotFound, ErrNotPayable.
func (s *Service) thaw(ctx context.Context, tx *table.Tx, partner auth.PartyID, id, why string, now time.Time) error {
	old, err := s.incentive(ctx, partner, id)
	if err != nil {
		return err
	}
	if old.State != Frozen {
		return ErrNotPayable.Saying("incentive %q is %s, not frozen", id, old.State).In("incentive_id")
	}
	next := old
	next.State, next.Why = Payable, ""
	tx.Replace(&old, &next)
	note(ctx, tx, step{
		kind: EventIncentive, owner: partner, subject: id, what: "thaw", becomes: string(next.State), why: why, amount: next.Amount.String(),
	}, now)
	return s.given(ctx, tx, partner, now)
}

// incentive reads a partner's incentive. Error: ErrNotFound.
func (s *Service) incentive(ctx context.Context, partner auth.PartyID, id string) (Incentive, error) {
	return get[Incentive](ctx, s.Table, incentiveKey(partner, id), partner, id, "incentive_id", "incentive")
}

// transfer appends to tx that an open incentive goes to another account of the same company, by the vendor's back office: both accounts are certified under
// one taxpayer id. It gives the id that the incentive has there.
//
// Errors: ErrNotFound, ErrNotPayable, ErrNotCertified, party.ErrUnknown, CBC.0100 for two companies. Source: DOMAIN.md 6, "Transfer of incentives".
func (s *Service) transfer(ctx context.Context, tx *table.Tx, partner auth.PartyID, id string, to auth.PartyID, why string, now time.Time) (string, error) {
	old, err := s.incentive(ctx, partner, id)
	if err != nil {
		return "", err
	}
	if old.State != Payable && old.State != Frozen {
		return "", ErrNotPayable.Saying("incentive %q is %s: what is open alone is transferred", id, old.State).In("incentive_id")
	}
	if err := s.oneCompany(ctx, tx, partner, to); err != nil {
		return "", err
	}
	gone, there := old, old
	gone.State, gone.Ended, gone.Why = Transferred, now, why
	there.ID, there.Partner, there.Statement, there.Why = "from-"+table.NewID(now), to, "", why
	there.Head = incentiveKey(to, there.ID).Head()
	tx.Replace(&old, &gone)
	tx.Create(&there)
	for _, i := range []Incentive{gone, there} {
		note(ctx, tx, step{
			kind: EventIncentive, owner: i.Partner, subject: i.ID, what: "transfer", becomes: string(i.State), why: why, amount: i.Amount.String(),
		}, now)
	}
	return there.ID, s.given(ctx, tx, to, now)
}

// oneCompany appends to tx that two accounts are of one company, and refuses those that are not.
func (s *Service) oneCompany(ctx context.Context, tx *table.Tx, a, b auth.PartyID) error {
	if _, err := s.partner(ctx, b); err != nil {
		return err
	}
	if a == b {
		return problem.Invalid("to_partner_id", "%q has it already", b)
	}
	var taxID string
	for _, account := range []auth.PartyID{a, b} {
		c, err := LoadBusiness(ctx, s.Table, account)
		if err != nil {
			return err
		}
		switch {
		case c.Valid == nil:
			return ErrNotCertified.Saying("the business information of %q is not certified", account)
		case account == b && c.Valid.TaxID != taxID:
			return problem.Invalid("to_partner_id", "%q is certified under another taxpayer id: incentives are transferred within one company", b)
		}
		taxID = c.Valid.TaxID
		tx.Check(&c)
	}
	return nil
}
