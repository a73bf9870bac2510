package account

import (
	"context"
	"errors"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// The events of claims. Their owner is the partner.
const (
	EventRemittanceClaimed = "account.remittance_claimed"
	EventClaimDecided      = "account.remittance_claim_decided"
)

// What is refused of claims. ASSUMED codes.
var (
	ErrNoRemittance = problem.New(http.StatusBadRequest, "CBC.99001075", "no such remittance waits to be claimed")
	ErrClaimEarly   = problem.New(http.StatusBadRequest, "CBC.99001076", "a remittance can be claimed from the day after its arrival")
	ErrNoClaim      = problem.New(http.StatusNotFound, "CBC.0404", "no such claim")
	ErrClaimState   = problem.New(http.StatusConflict, "CBC.99001016", "the claim is decided")
)

// ClaimState is a state of a claim to a remittance.
type ClaimState string

// The states of a claim. ASSUMED names.
const (
	ClaimPending  ClaimState = "pending"
	ClaimApproved ClaimState = "approved"
	ClaimRejected ClaimState = "rejected"
)

// remittanceClaim is a partner's claim to a remittance that was nobody's (汇款认领).
type remittanceClaim struct {
	table.Head
	ID       string        `dynamodbav:"id"`
	Partner  auth.PartyID  `dynamodbav:"partner"`
	Number   string        `dynamodbav:"no"`
	Amount   money.Fen     `dynamodbav:"amount"`
	Payer    string        `dynamodbav:"payer"`
	On       calendar.Date `dynamodbav:"on"`
	State    ClaimState    `dynamodbav:"state"`
	Reason   string        `dynamodbav:"reason,omitempty"` // why it was rejected
	Transfer string        `dynamodbav:"transfer,omitempty"`
	At       time.Time     `dynamodbav:"at"` // business time, UTC
	Decided  time.Time     `dynamodbav:"decided,omitempty"`
}

func claimHead(partner auth.PartyID, id string) table.Head {
	return table.Head{PK: "CLAIMS#" + string(partner), SK: "CLAIM#" + id}
}

// claimable says whether a partner may claim an arrival by what it knows of it, from the day after it came. Whoever does not know it by number, payer
// and amount is told that there is none, so that numbers can't be guessed.
//
// Errors: ErrNoRemittance, ErrClaimEarly. Source: DOMAIN.md 5, "from the day after arrival".
func claimable(a arrival, c remittanceClaim, today calendar.Date) error {
	if a.Ver == 0 || a.Partner != "" || a.Amount != c.Amount || folded(a.Payer) != folded(c.Payer) {
		return ErrNoRemittance.Saying("no remittance %q of %s yuan by %q waits to be claimed", c.Number, c.Amount, c.Payer)
	}
	if !today.After(a.On) {
		return ErrClaimEarly.Saying("the remittance arrived on %s, and may still be matched by itself: claim it from %s on", a.On, a.On.AddDays(1))
	}
	return nil
}

// claim appends to tx a partner's claim. Errors: those of claimable.
func (s *Service) claim(ctx context.Context, tx *table.Tx, c remittanceClaim) error {
	a, err := s.arrival(ctx, c.Number)
	if err != nil {
		return err
	}
	if err := claimable(a, c, calendar.DateOf(c.At)); err != nil {
		return err
	}
	c.Head, c.State, c.On = claimHead(c.Partner, c.ID), ClaimPending, a.On
	tx.Create(&c)
	s.noteClaim(ctx, tx, EventRemittanceClaimed, c, c.At)
	return nil
}

func (s *Service) noteClaim(ctx context.Context, tx *table.Tx, kind string, c remittanceClaim, at time.Time) {
	event.Append(tx, event.Event{
		Type: kind, Subject: c.ID, Owner: string(c.Partner), At: at, By: rest.Caller(ctx).Masked(), Why: c.Reason,
		Data: map[string]string{"remittance_no": c.Number, "amount": c.Amount.String(), "state": string(c.State)},
	})
}

func (s *Service) remittanceClaim(ctx context.Context, partner auth.PartyID, id string) (remittanceClaim, error) {
	var c remittanceClaim
	head := claimHead(partner, id)
	err := s.Table.Get(ctx, head.Key(), &c)
	if errors.Is(err, table.ErrNotFound) {
		return c, ErrNoClaim.Saying("%q has no claim %q", partner, id)
	}
	return c, err
}

// decide appends to tx that the vendor approves a claim, which credits the remittance, or rejects it. Of several claims to one remittance one is
// approved. Errors: ErrNoClaim, ErrClaimState, ErrNoRemittance, ErrTooMuch.
func (s *Service) decide(ctx context.Context, tx *table.Tx, partner auth.PartyID, id string, approve bool, reason string, now time.Time) error {
	old, err := s.remittanceClaim(ctx, partner, id)
	if err != nil {
		return err
	}
	if old.State != ClaimPending {
		return ErrClaimState.Saying("the claim was %s on %s", old.State, calendar.DateOf(old.Decided))
	}
	next := old
	next.State, next.Reason, next.Decided = ClaimRejected, reason, now
	if approve {
		a, err := s.arrival(ctx, old.Number)
		if err != nil {
			return err
		}
		if err := claimable(a, old, calendar.DateOf(now)); err != nil {
			return err // it is somebody's by now
		}
		settled := a
		settled.Partner = partner
		if err := s.creditArrival(ctx, tx, a, &settled); err != nil {
			return err
		}
		next.State, next.Transfer = ClaimApproved, settled.Transfer
	}
	tx.Replace(&old, &next)
	s.noteClaim(ctx, tx, EventClaimDecided, next, now)
	return nil
}
