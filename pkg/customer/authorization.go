package customer

import (
	"context"
	"net/http"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Authorization is a resale customer's authorization of its partner to act on its behalf (客户授权), from the partner's request on. A new request takes
// the place of an old one; the events keep those. Source: DOMAIN.md 14.
type Authorization struct {
	auth.Authorization
	ID        string      `dynamodbav:"id"` // of the request
	By        auth.UserID `dynamodbav:"by"` // who asked
	Name      string      `dynamodbav:"name"`
	Manager   auth.UserID `dynamodbav:"manager,omitempty"` // the customer's account manager when it was asked
	Requested time.Time   `dynamodbav:"at"`                // business time, UTC, as the others
	Until     time.Time   `dynamodbav:"until"`             // for an answer
	Decided   time.Time   `dynamodbav:"decided,omitempty"`
	Ended     time.Time   `dynamodbav:"ended,omitempty"` // when it was revoked
	Reason    string      `dynamodbav:"reason,omitempty"`
}

// StateAt gives the state at a business time.
func (a Authorization) StateAt(now time.Time) auth.AuthorizationState {
	switch {
	case a.Ver == 0:
		return AuthorizationNone
	case a.State == AuthorizationPending && !now.Before(a.Until):
		return AuthorizationExpired
	}
	return a.State
}

// commitment says that a partner signed the commitment letter for operating on customers' behalf. Source: DOMAIN.md 14.
type commitment struct {
	table.Head
	By auth.UserID `dynamodbav:"by"`
	At time.Time   `dynamodbav:"at"` // business time, UTC
}

// The events of authorizations. Their owner is the customer.
const (
	EventCommitted              = "authorization.commitment_signed" // its owner is the partner
	EventAuthorizationRequested = "authorization.requested"
	EventAuthorizationDecided   = "authorization.decided"
	EventAuthorizationEnded     = "authorization.ended" // revoked, or expired
	EventResellerAuthorized     = "authorization.reseller_set"
)

// The writers of what is told at once: the customer of a request, the partner of what became of it.
const (
	WriterAuthorizationRequested = "authorization-requested"
	WriterAuthorizationResult    = "authorization-result"
)

// What the events of authorizations say besides: the partner, or whichever party is not told, and the state that they tell of.
const (
	PartnerDatum = "partner"
	OtherDatum   = "other"
	StateDatum   = "state"
)

// ErrDistributor: a reseller's distributor has not authorized it. ASSUMED code.
var ErrDistributor = problem.New(http.StatusBadRequest, "CBC.99001040", "the distributor has not authorized the reseller")

// Authorization reads a customer's authorization of a partner; the zero one when none was asked for.
func (s *Service) Authorization(ctx context.Context, partner, customer auth.PartyID) (Authorization, error) {
	var a Authorization
	err := s.Table.Get(ctx, auth.AuthorizationKey(partner, customer), &a)
	if absent(err) {
		return Authorization{}, nil
	}
	return a, err
}

// askAuthorization appends to tx that a partner asks its customer for authorization, and gives the request's id. One of a customer is live at a
// time: there is one item, on whose version the request is conditional, and the customer has one partner, on which it is too.
//
// Errors: ErrNotResale; ErrDistributor; ErrState for one that is live; CBC.0100 when the commitment letter is still to be signed.
func (s *Service) askAuthorization(ctx context.Context, tx *table.Tx, c party.Party, by auth.Principal, committed bool) (string, error) {
	if c.AssociationType != party.Resale {
		return "", ErrNotResale.Saying("customer %q is a referral customer: it trades for itself, and authorizes nobody", c.ID)
	}
	if err := s.letByDistributor(ctx, tx, c.Partner); err != nil {
		return "", err
	}
	if err := s.commit(ctx, tx, c.Partner, by, committed); err != nil {
		return "", err
	}
	old, err := s.Authorization(ctx, c.Partner, c.ID)
	if err != nil {
		return "", err
	}
	now := s.Clock.Now()
	state, err := authorizationAfter(old.StateAt(now), AuthorizationRequests)
	if err != nil {
		return "", err
	}
	if old.State == AuthorizationPending { // its end is due and not done yet
		s.noteAuthorization(ctx, tx, EventAuthorizationEnded, old, AuthorizationExpired)
	}
	next := Authorization{
		Authorization: auth.Authorization{Head: auth.AuthorizationKey(c.Partner, c.ID).Head(), Partner: c.Partner, Customer: c.ID, State: state},
		ID:            ulid.Make().String(), By: by.User, Name: c.Name, Manager: c.Profile.Manager, Requested: now, Until: now.Add(authorizationWait),
	}
	lifecycle.Arm(&next.Head, WorkAuthorization, string(c.ID), next.ID, next.Until)
	if old.Ver == 0 {
		tx.Create(&next)
	} else {
		tx.Replace(&old, &next)
	}
	tx.Check(&c)
	s.noteAuthorization(ctx, tx, EventAuthorizationRequested, next, state)
	s.tellAuthorization(ctx, tx, WriterAuthorizationRequested, next)
	return next.ID, nil
}

// commit appends to tx that a partner signs the commitment letter, the first time that it asks anybody. Error: CBC.0100.
func (s *Service) commit(ctx context.Context, tx *table.Tx, partner auth.PartyID, by auth.Principal, signs bool) error {
	var signed commitment
	err := s.Table.Get(ctx, commitmentKey(partner), &signed)
	if !absent(err) {
		return err
	}
	if !signs {
		return problem.Invalid("commitment_accepted",
			"the first request needs the commitment letter for operating on customers' behalf to be read and agreed to")
	}
	tx.Create(&commitment{Head: commitmentKey(partner).Head(), By: by.User, At: s.Clock.Now()})
	s.audit(ctx, tx, event.Event{Type: EventCommitted, Owner: string(partner), Subject: string(partner)})
	return nil
}

// letByDistributor appends to tx that a reseller is authorized by its distributor. Other partners need nobody's leave. Error: ErrDistributor.
func (s *Service) letByDistributor(ctx context.Context, tx *table.Tx, partner auth.PartyID) error {
	p, err := party.Get(ctx, s.Table, partner)
	if err != nil || p.Kind != auth.Reseller {
		return err
	}
	var leave auth.DistributorAuthorization
	err = s.Table.Get(ctx, auth.DistributorAuthorizationKey(partner), &leave)
	if absent(err) || err == nil && leave.Distributor != p.Distributor {
		return ErrDistributor.Saying("your distributor has to authorize you to act on customers' behalf first; ask it to")
	}
	if err == nil {
		tx.Check(&leave)
	}
	return err
}

// answerAuthorization appends to tx that a customer agrees to a request or rejects it, or revokes what it agreed to.
// Errors: ErrState, ErrNotResale.
func (s *Service) answerAuthorization(ctx context.Context, tx *table.Tx, c party.Party, old Authorization, step AuthorizationStep, why string) error {
	if step == AuthorizationAgrees && c.AssociationType != party.Resale { // switched since, and about to be revoked
		return ErrNotResale.Saying("you are no longer a resale customer: there is nothing to authorize")
	}
	now := s.Clock.Now()
	state, err := authorizationAfter(old.StateAt(now), step)
	if err != nil {
		return err
	}
	next, what := old, EventAuthorizationDecided
	next.State, next.Reason, next.Decided = state, why, now
	if step == AuthorizationRevokes {
		next.Decided, next.Ended, what = old.Decided, now, EventAuthorizationEnded
	}
	lifecycle.Disarm(&next.Head)
	tx.Replace(&old, &next)
	tx.Check(&c)
	s.noteAuthorization(ctx, tx, what, next, state)
	s.tellAuthorization(ctx, tx, WriterAuthorizationResult, next)
	return nil
}

// RevokeAuthorization appends to tx that a partner's authorization by a customer, or its request for one, ends because their association does or is
// no longer one of resale. It appends nothing when none is live: to do so twice is as once.
func (s *Service) RevokeAuthorization(ctx context.Context, tx *table.Tx, partner, customer auth.PartyID) error {
	old, err := s.Authorization(ctx, partner, customer)
	if err != nil {
		return err
	}
	state, err := authorizationAfter(old.State, AuthorizationParts)
	if err != nil {
		return nil // it has ended already
	}
	next := old
	next.State, next.Ended = state, s.Clock.Now()
	lifecycle.Disarm(&next.Head)
	tx.Replace(&old, &next)
	s.noteAuthorization(ctx, tx, EventAuthorizationEnded, next, state)
	s.tellAuthorization(ctx, tx, WriterAuthorizationResult, next)
	return nil
}

// DoAuthorization ends a request that was not answered in time.
func (s *Service) DoAuthorization(ctx context.Context, due lifecycle.Due) error {
	var old Authorization
	if err := lifecycle.Load(ctx, s.Table, due.Key, s.Clock.Now(), &old); err != nil {
		return err
	}
	next, tx := old, table.NewTx()
	var err error
	if next.State, err = authorizationAfter(old.State, AuthorizationRunsOut); err != nil {
		return err
	}
	lifecycle.Disarm(&next.Head)
	tx.Replace(&old, &next)
	s.noteAuthorization(ctx, tx, EventAuthorizationEnded, next, next.State)
	s.tellAuthorization(ctx, tx, WriterAuthorizationResult, next)
	return s.Table.Commit(ctx, tx)
}

// noteAuthorization appends to tx the event of an authorization that becomes a state.
func (s *Service) noteAuthorization(ctx context.Context, tx *table.Tx, what string, a Authorization, state auth.AuthorizationState) {
	event.Append(tx, event.Event{
		Type: what, Owner: string(a.Customer), Subject: a.ID, At: s.Clock.Now(), By: byOf(ctx), Why: a.Reason,
		Data: map[string]string{PartnerDatum: string(a.Partner), StateDatum: string(state)},
	})
}

// tellAuthorization appends to tx that the customer is told of a request, or the partner of what became of it.
func (s *Service) tellAuthorization(ctx context.Context, tx *table.Tx, writer string, a Authorization) {
	owner, other := a.Partner, a.Customer
	if writer == WriterAuthorizationRequested {
		owner, other = a.Customer, a.Partner
	}
	immediate.Append(tx, writer, event.Event{
		Owner: string(owner), Subject: a.ID, At: s.Clock.Now(), By: byOf(ctx),
		Data: map[string]string{OtherDatum: string(other), StateDatum: string(a.State)},
	})
}
