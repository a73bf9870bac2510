package account

import (
	"context"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// What an adjustment is refused for, besides the balance. ErrNotResale has an ASSUMED code. Source: DOMAIN.md 5, 18.
var (
	ErrNotResale = problem.New(http.StatusBadRequest, "CBC.99001002", "only resale customers' accounts are adjusted")
)

// direction is which way an adjustment goes.
type direction int

const (
	give direction = iota // appropriate: from the partner to the one below
	take                  // reclaim: back to the partner
)

// reason and event name of a direction.
func (d direction) names() (Reason, string) {
	if d == take {
		return Reclaim, EventReclaimed
	}
	return Appropriation, EventAppropriated
}

// adjustment is money between a partner and a party below it: a resale customer, or a reseller of a distributor.
type adjustment struct {
	Direction direction
	Partner   auth.PartyID
	Below     auth.PartyID
	Kind      auth.Kind // that Below must be of
	Amount    money.Fen
	Field     string // the input field that names Below
}

// adjust moves money between a partner's cash account and that of a party below it, in the caller's one request, and gives the transfer's id. It
// holds only while both accounts are as they were read; it reads the accounts before it reads whether the parties may, so that whatever ends an
// association and writes or checks the customer's balance in the same transaction leaves no money behind.
// It uses up the verification code that the caller's sensitive operations may need.
//
// Errors: party.ErrUnknown, party.ErrBlocked, ErrNotResale, party.ErrExiting, ErrInsufficientBalance, ErrTooMuch, rest.ErrTryAgain; those of party.Proven.
func (s *Service) adjust(ctx context.Context, a adjustment, code string) (string, error) {
	return s.once(ctx, func(tx *table.Tx, id string, now time.Time) error {
		if err := s.adjusting(ctx, tx, a, id, now); err != nil {
			return err
		}
		return s.proven(ctx, tx, code)
	})
}

// adjusting appends to tx the adjustment a with its event. Errors: those of adjust.
func (s *Service) adjusting(ctx context.Context, tx *table.Tx, a adjustment, id string, now time.Time) error {
	upper, err := loadOrNew(ctx, s.Table, a.Partner, Cash)
	if err != nil {
		return err
	}
	lower, err := loadOrNew(ctx, s.Table, a.Below, Cash)
	if err != nil {
		return err
	}
	below, err := s.adjustable(ctx, a)
	if err != nil {
		return err
	}
	reason, kind := a.Direction.names()
	t := Transfer{ID: id, Amount: a.Amount, Reason: reason, Reference: id, Below: below.ID, BelowName: below.Name, At: now}
	t.From, t.To = upper.ID, lower.ID
	if a.Direction == take {
		t.From, t.To = lower.ID, upper.ID
		upper, lower = lower, upper
	}
	if _, _, err := Move(tx, upper, lower, t); err != nil {
		return inField(err, "amount")
	}
	tell(ctx, tx, kind, t, below.ID)
	return nil
}

// inField makes a refusal speak of an input field.
func inField(err error, field string) error {
	if refusal, ok := problem.As(err); ok {
		return refusal.In(field)
	}
	return err
}

// adjustable reads the party below and says whether its account may be adjusted now.
func (s *Service) adjustable(ctx context.Context, a adjustment) (party.Party, error) {
	below, err := party.Get(ctx, s.Table, a.Below)
	if err != nil {
		return below, inField(err, a.Field)
	}
	if err := guardBelow(below, a); err != nil {
		return below, inField(err, a.Field)
	}
	standing, err := s.standing(ctx, below)
	if err != nil {
		return below, err
	}
	return below, inField(guardStanding(standing, a.Direction, below.ID), a.Field)
}

// guardBelow says whether a partner may adjust the account of a party: its own reseller's, or its own resale customer's. Whoever is not below it
// looks like one that does not exist.
//
// Errors: party.ErrUnknown, ErrNotResale. Source: DOMAIN.md 5, "Only for associated RESALE customers; never advisory".
func guardBelow(below party.Party, a adjustment) error {
	above := below.Partner
	if a.Kind == auth.Reseller {
		above = below.Distributor
	}
	switch {
	case below.Kind != a.Kind || above != a.Partner:
		return party.ErrUnknown.Saying("party %q does not exist", below.ID)
	case a.Kind == auth.Customer && below.AssociationType != party.Resale:
		return ErrNotResale.Saying("customer %q trades with the vendor itself (advisory sale): its account is not adjusted", below.ID)
	}
	return nil
}

// guardStanding says whether money may go to or come from a party by the standing of it and of those above it: nothing goes to whoever can't do
// business or is exiting; what is frozen stays where it is, and what is exiting or restricted can be taken back. ASSUMED.
//
// Errors: party.ErrBlocked, party.ErrExiting. Source: DOMAIN.md 0, "Partner restricted/frozen cascade"; 11.
func guardStanding(standing party.Standing, d direction, id auth.PartyID) error {
	switch {
	case standing == party.Frozen:
		return party.ErrBlocked.Saying("the account of %q is frozen, by itself or by a partner above it", id)
	case d == take || standing == party.Normal:
		return nil
	case standing == party.Exiting:
		return party.ErrExiting.Saying("%q is exiting or belongs to a reseller that is: its account takes no more money", id)
	default:
		return party.ErrBlocked.Saying("the account of %q is restricted, by itself or by a partner above it", id)
	}
}

// standing gives the standing that decides for a party: of it and those above it the first that is not normal, and frozen before all.
func (s *Service) standing(ctx context.Context, p party.Party) (party.Standing, error) {
	found := p.Standing
	for {
		above := p.Distributor
		if p.Kind == auth.Customer {
			above = p.Partner
		}
		if above == "" || found == party.Frozen {
			return found, nil
		}
		next, err := party.Get(ctx, s.Table, above)
		if err != nil {
			return found, err
		}
		if p = next; found == party.Normal || p.Standing == party.Frozen {
			found = p.Standing
		}
	}
}
