package incentive

import (
	"context"
	"errors"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Service does the capability's effects.
type Service struct {
	Table *table.Client
	Clock clock.Clock // business time
	Parts Parts
}

// New returns the capability's service in env.
func New(env *function.Env) *Service {
	return &Service{Table: env.Table(), Clock: env.Clock, Parts: PartsPort.In(env)}
}

// Work is the due work that the capability does, by kind.
func Work(env *function.Env) map[string]lifecycle.Handler {
	s := New(env)
	return map[string]lifecycle.Handler{
		WorkClose: s.DoClose, WorkExpiry: s.DoExpiry, WorkApply: s.DoApply, WorkStatement: s.DoStatement, WorkRequest: s.DoRequest,
	}
}

// The events of this capability. Their owner is the partner, or the vendor's of a plan; their subject what changed; data has the step and what it became.
const (
	EventPlan       = "incentive.plan_set"
	EventMembership = "incentive.membership_set"
	EventStatement  = "incentive.statement_step"
	EventIncentive  = "incentive.incentive_step"
	EventRequest    = "incentive.request_step"
	EventBusiness   = "incentive.business_step"
	EventSetting    = "incentive.setting_set"
	EventOwed       = "incentive.owed_settled"
)

// The writers of what is told at once, by the names under which the notifier has them.
const (
	WriterStatement = "incentive_statement" // there is one to confirm
	WriterPaid      = "incentive_paid"      // or returned by the bank, or failed
	WriterExpiring  = "incentive_expiring"
	WriterBusiness  = "incentive_business"
)

// The data of events.
const (
	StepDatum   = "step"
	StateDatum  = "state"
	AmountDatum = "amount"
	UntilDatum  = "until" // Beijing date
)

// What is refused of whoever acts. ASSUMED codes.
var (
	ErrNotFound = problem.New(http.StatusNotFound, "CBC.0404", "there is no such thing")
)

const system = "system" // who acts when nobody does

// by gives who acts, for the audit trail.
func by(ctx context.Context) string {
	if caller := rest.Caller(ctx); caller.Party != "" {
		return caller.Masked()
	}
	return system
}

// once does the effect of the caller's request, in one transaction that effect fills, and gives what it answers. Who repeats the request gets that.
func (s *Service) once(ctx context.Context, effect func(tx *table.Tx, now time.Time) (string, error)) (string, error) {
	return rest.ClaimOf(ctx).Effect(ctx, s.Table, rest.Persist, func(tx *table.Tx) (string, error) { return effect(tx, s.Clock.Now()) })
}

// step is what happened to something, for its event.
type step struct {
	kind, writer  string // of an event; a writer tells its owner at once
	owner         auth.PartyID
	subject       string
	what, becomes string
	why           string
	amount, until string
}

// note appends to tx the event of a step.
func note(ctx context.Context, tx *table.Tx, s step, now time.Time) {
	e := event.Event{
		Type: s.kind, Owner: string(s.owner), Subject: s.subject, At: now, By: by(ctx), Why: s.why, Data: map[string]string{StepDatum: s.what, StateDatum: s.becomes},
	}
	if s.amount != "" {
		e.Data[AmountDatum] = s.amount
	}
	if s.until != "" {
		e.Data[UntilDatum] = s.until
	}
	if s.writer != "" {
		immediate.Append(tx, s.writer, e)
		return
	}
	event.Append(tx, e)
}

// partner reads a partner of any kind. Errors: party.ErrUnknown, for others too.
func (s *Service) partner(ctx context.Context, id auth.PartyID) (party.Party, error) {
	p, err := party.Get(ctx, s.Table, id)
	if err == nil && p.Kind != auth.Partner && p.Kind != auth.Reseller && p.Kind != auth.Distributor {
		err = party.ErrUnknown.Saying("there is no partner %q", id).In("partner_id")
	}
	return p, err
}

// get reads something of a partner's by its id. Error: ErrNotFound, in a field, for what it is called.
func get[T any, P interface {
	*T
	table.Item
}](ctx context.Context, db *table.Client, key table.Key, partner auth.PartyID, id, field, called string) (T, error) {
	var item T
	missing := ErrNotFound.Saying("there is no %s %.64q", called, id).In(field)
	if !table.IsID(id) || !table.IsID(string(partner)) {
		return item, missing
	}
	err := db.Get(ctx, key, P(&item))
	if errors.Is(err, table.ErrNotFound) {
		return item, missing
	}
	return item, err
}
