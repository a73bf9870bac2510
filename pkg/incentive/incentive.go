package incentive

import (
	"context"
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
	Payable   Hold = "PAYABLE"
	Frozen    Hold = "FROZEN"    // it comes of purchases on credit that the customer has not repaid
	Requested Hold = "REQUESTED" // what became of it is its payment request's state
	Expired   Hold = "EXPIRED"   // its partner left the plan a year ago
	Netted    Hold = "NETTED"    // with what expired
)

// incentives gives what an approved statement is worth: what can be applied for, and apart what stays frozen.
func (s Statement) incentives(now time.Time) []Incentive {
	one := Incentive{
		ID: s.ID, Partner: s.Partner, Statement: s.ID, Month: s.Month, AssociationType: s.AssociationType, Amount: s.Amount - s.Frozen, State: Payable, Issued: now,
	}
	credit := one
	credit.ID, credit.Amount, credit.State = s.ID+"-credit", s.Frozen, Frozen
	credit.Why = "it comes of purchases on credit; it can be applied for once the customer has repaid"
	var all []Incentive
	for _, i := range []Incentive{one, credit} {
		if i.Amount != 0 {
			i.Head = headOf(incentiveKey(i.Partner, i.ID))
			all = append(all, i)
		}
	}
	return all
}

// ErrNotPayable: an incentive can't be applied for. ASSUMED code.
var ErrNotPayable = problem.New(ErrStatementState.Status, "CBC.99001304", "the incentive can't be applied for")

// incentivesOf reads a partner's incentives in a state, the oldest period first, strongly consistent.
func (s *Service) incentivesOf(ctx context.Context, partner auth.PartyID, states ...Hold) ([]Incentive, error) {
	var found []Incentive
	q := table.Query{PK: ownerKey(partner), Prefix: incentivePrefix, Strong: true}
	for one, err := range table.All[Incentive](ctx, s.Table, q) {
		if err != nil {
			return nil, err
		}
		for _, state := range states {
			if one.State == state {
				found = append(found, *one)
			}
		}
	}
	return found, nil
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
	return s.armApply(ctx, tx, partner, now)
}

// incentive reads a partner's incentive. Error: ErrNotFound.
func (s *Service) incentive(ctx context.Context, partner auth.PartyID, id string) (Incentive, error) {
	return get[Incentive](ctx, s.Table, incentiveKey(partner, id), partner, id, "incentive_id", "incentive")
}
