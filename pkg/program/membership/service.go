package membership

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Moving is an account that joins or exits, as those see it who do what follows.
type Moving struct {
	Account     party.Party  // that joins; of an exit, the customer that goes over, and none of what is the reseller's own
	Reseller    auth.PartyID // that exits
	Distributor auth.PartyID // whose the customers become
	At          time.Time    // business time, UTC
	After       string       // what the call before answered; empty at first
}

// Stage is a part of what follows, with the name under which a membership notes how far it is.
type Stage = lifecycle.Stage[Moving]

// Fact adds what a capability knows of an account that joins, and appends to tx that what may change at any moment stays as it is.
type Fact func(ctx context.Context, tx *table.Tx, id auth.PartyID, f *Facts) error

// Parts are what other capabilities know of an account and do when it joins or exits, handed in by the declaration.
type Parts struct {
	Facts    []Fact
	Void     []Stage // of an account that joins: what it loses
	Transfer []Stage // of each customer of a reseller that exits
	Settle   []Stage // of the reseller itself, behind its customers
}

// PartsPort is where the parts of other capabilities come from.
var PartsPort = function.Port[Parts]{Name: "joining parts", Open: func(*function.Env) Parts { return Parts{} }}

// Service does the package's effects.
type Service struct {
	Table *table.Client
	Clock clock.Clock // business time
	Links *link.Signer
	Parts Parts
	Party func() *party.Service // opened by who makes an account
}

// New returns the service in env.
func New(env *function.Env) *Service {
	return &Service{
		Table: env.Table(), Clock: env.Clock, Links: link.SignerOf(env), Parts: PartsPort.In(env),
		Party: func() *party.Service { return party.New(env) },
	}
}

// Work is the due work that the package does, by kind.
func (s *Service) Work() map[string]lifecycle.Handler {
	return map[string]lifecycle.Handler{WorkMembership: s.DoMembership}
}

// The events of memberships, whose owner is the account. EventTransferred is of a customer, and EventMoved of the reseller that it leaves.
const (
	EventInvited     = "membership.invited"
	EventApplied     = "membership.applied"
	EventChecked     = "membership.checked"
	EventJoined      = "membership.joined"
	EventRejected    = "membership.rejected"
	EventDeclined    = "membership.declined"
	EventRenewed     = "membership.renewed"
	EventExpired     = "membership.expired"
	EventExiting     = "membership.exiting"
	EventExited      = "membership.exited"
	EventVoided      = "membership.voided" // what is void on joining is
	EventTransferred = "association.transferred"
	EventMoved       = "membership.customer_moved"
)

// happened gives the event of a step.
var happened = map[Event]string{
	Invite: EventInvited, Apply: EventApplied, Accept: EventApplied, Check: EventChecked, Approve: EventJoined, Reject: EventRejected, Decline: EventDeclined,
	Renew: EventRenewed, Lapse: EventExpired, Leave: EventExiting, Finish: EventExited,
}

// The writers of the mails.
const (
	WriterInvitation = "plan-invitation" // to the invited account
	WriterApplied    = "plan-applied"    // to the distributor that decides
	WriterResult     = "plan-result"     // to the account: joined, rejected, exited
	WriterExited     = "plan-exited"     // to the distributor: whom it has got
)

// PartyOf is the datum of a mail's event that names the account.
const PartyOf = "party"

// system is who acts when nobody does.
const system = "system"

// What is refused of memberships. ASSUMED codes.
var (
	ErrPlan       = problem.New(http.StatusNotFound, "CBC.0404", "there is no such plan")
	ErrNone       = problem.New(http.StatusNotFound, "CBC.0404", "there is no such membership")
	ErrInviteOnly = problem.New(http.StatusConflict, "CBC.99001213", "the plan is by invitation only")
	ErrIdentity   = problem.New(http.StatusConflict, "CBC.99001214", "an account can't hold two identities")
	ErrBelow      = problem.New(http.StatusConflict, "CBC.99001215", "there is still somebody below the account")
	ErrEarly      = problem.New(http.StatusConflict, "CBC.99001216", "it is too early to renew the membership")
	ErrHost       = problem.New(http.StatusConflict, "CBC.99001217", "the distributor can't take resellers now")
)

// identity is the plan by which an account is what it is.
type identity struct {
	table.Head
	Plan PlanCode `dynamodbav:"plan"`
}

// plan finds a plan. Error: ErrPlan.
func planOf(code string) (Plan, error) {
	p, ok := PlanOf(PlanCode(code))
	if !ok {
		return p, ErrPlan.Saying("there is no plan %q", code).In("plan")
	}
	return p, nil
}

// put appends to tx that a membership is as next says, with the event of the step that brought it there.
func (s *Service) put(ctx context.Context, tx *table.Tx, old, next Membership, e Event, by string) error {
	if err := s.hold(ctx, tx, old, next); err != nil {
		return err
	}
	list(&next)
	if old.Ver == 0 {
		tx.Create(&next)
	} else {
		tx.Replace(&old, &next)
	}
	data := map[string]string{"plan": string(next.Plan), "host": string(next.Host), "state": string(next.State), "from": string(old.State)}
	if e == Finish {
		data["customers"] = strconv.Itoa(next.Moved)
	}
	event.Append(tx, event.Event{
		Type: happened[e], Owner: string(next.Party), Subject: string(next.Plan), At: s.Clock.Now(), By: by, Why: next.Why, Data: data,
	})
	return nil
}

// Left reports whether an event says that a partner is no longer in a plan that made it one: it has exited, or its term is over.
func Left(e event.Event) bool {
	plan, known := PlanOf(PlanCode(e.Subject))
	return known && plan.Identity != "" && (e.Type == EventExited || e.Type == EventExpired && e.Data["from"] == string(Joined))
}

// hold appends to tx that the account's one identity is taken by the membership, or given back. Error: ErrIdentity when another plan has it.
func (s *Service) hold(ctx context.Context, tx *table.Tx, old, next Membership) error {
	if next.plan().Identity == "" || old.State.Holds() == next.State.Holds() {
		return nil
	}
	var held identity
	err := s.Table.Get(ctx, identityKey(next.Party), &held)
	switch {
	case errors.Is(err, table.ErrNotFound) && next.State.Holds():
		tx.Create(&identity{Head: identityKey(next.Party).Head(), Plan: next.Plan})
	case errors.Is(err, table.ErrNotFound):
	case err != nil:
		return err
	case held.Plan != next.Plan:
		return ErrIdentity.Saying("the account holds an identity by the plan %q: exit that first, an account can't hold two", held.Plan)
	case !next.State.Holds():
		tx.Remove(&held)
	}
	return nil
}

// tell appends to tx a mail about a membership.
func (s *Service) tell(tx *table.Tx, writer string, to auth.PartyID, m Membership, by string) {
	immediate.Append(tx, writer, event.Event{
		Owner: string(to), Subject: string(m.Plan), At: s.Clock.Now(), By: by,
		Data: map[string]string{PartyOf: string(m.Party), "serial": strconv.Itoa(m.Serial), "state": string(m.State)},
	})
}

// once does the one effect of the caller's request.
func (s *Service) once(ctx context.Context, effect func(tx *table.Tx) error) error {
	_, err := rest.ClaimOf(ctx).Effect(ctx, s.Table, table.Retry, func(tx *table.Tx) (string, error) { return "done", effect(tx) })
	return err
}

// facts reads what decides whether an account may join.
func (s *Service) facts(ctx context.Context, tx *table.Tx, p party.Party) (Facts, error) {
	f := Facts{
		Kind: p.Kind, Partner: p.Partner, Standing: p.Standing,
		Enterprise: p.Profile.VerifiedAs == party.Verified && p.Profile.CustomerType == enterprise,
	}
	for _, add := range s.Parts.Facts {
		if err := add(ctx, tx, p.ID, &f); err != nil {
			return f, err
		}
	}
	return f, nil
}

// enterprise is the customer type of companies. Source: DOMAIN.md 4, customer_type.
const enterprise = 2

// admitted checks an account against a plan and its host. Errors: ErrIdentity, ErrGuards.
func (s *Service) admitted(ctx context.Context, tx *table.Tx, p party.Party, m Membership) ([]Failure, error) {
	plan := m.plan()
	switch {
	case !plan.Admits(p.Kind):
		return nil, ErrIdentity.Saying("%q is a %s, and the plan %q makes it a %s: an account can't hold two identities", p.ID, p.Kind, plan.Code, plan.Identity)
	case p.Kind == auth.Reseller && plan.Code == Reselling && p.Distributor != m.Host && p.Standing != party.Exiting:
		return nil, ErrIdentity.Saying("%q belongs to another distributor: it exits there first", p.ID)
	}
	f, err := s.facts(ctx, tx, p)
	return plan.failing(f), err
}
