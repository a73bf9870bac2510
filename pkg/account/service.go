package account

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Service does the capability's effects.
type Service struct {
	Table *table.Client
	Clock clock.Clock // business time
	Wall  clock.Clock // TTL of codes, and the age of what a payment provider signed
	Keys  func() *auth.Keyring

	Provider func() Provider // of online payments, opened by who needs it
	Sealer   func() auth.Sealer
	Parts    Parts // what other capabilities know of a partner's money
}

// New returns the capability's service in env.
func New(env *function.Env) *Service {
	return &Service{
		Table: env.Table(), Clock: env.Clock, Wall: env.Wall, Keys: env.Keyring,
		Provider: func() Provider { return ProviderPort.In(env) }, Sealer: env.SealerOf, Parts: PartsPort.In(env),
	}
}

// The events of accounts.
const (
	EventAppropriated = "account.appropriated"
	EventReclaimed    = "account.reclaimed"
	EventToppedUp     = "account.topped_up"
	EventLimitSet     = "account.credit_limit_set"
)

// once does the movement of the caller's request and gives the transfer's id. A repeated request is answered with the id of the first.
func (s *Service) once(ctx context.Context, movement func(tx *table.Tx, id string, now time.Time) error) (string, error) {
	return rest.ClaimOf(ctx).Effect(ctx, s.Table, rest.Persist, func(tx *table.Tx) (string, error) {
		now := s.Clock.Now()
		id := table.NewID(now)
		return id, movement(tx, id, now)
	})
}

// tell appends to tx what happened to a party's account. Amounts are in yuan.
func tell(ctx context.Context, tx *table.Tx, kind string, t Transfer, owner auth.PartyID) {
	event.Append(tx, event.Event{
		Type: kind, Subject: t.ID, Owner: string(owner), At: t.At, By: rest.Caller(ctx).Masked(),
		Data: map[string]string{"amount": t.Amount.String(), "from": string(t.From), "to": string(t.To)},
	})
}
