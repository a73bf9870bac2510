package promotion

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/code"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Service does the capability's effects.
type Service struct {
	Table *table.Client
	Clock clock.Clock        // business time
	Codes func() *code.Codes // opened by who checks a code
}

// New returns the capability's service in env.
func New(env *function.Env) *Service {
	return &Service{Table: env.Table(), Clock: env.Clock, Codes: func() *code.Codes {
		return &code.Codes{Table: env.Table(), Clock: env.Clock, Wall: env.Wall, Keys: env.Keyring()}
	}}
}

// Work is the due work that the capability does, by kind.
func Work(env *function.Env) map[string]lifecycle.Handler {
	return map[string]lifecycle.Handler{
		WorkCoupon: func(ctx context.Context, due lifecycle.Due) error { return New(env).DoCoupon(ctx, due) },
	}
}

// The events of quotas, whose owner is who holds them, and of discount coupons, whose owner is the customer. Those of vouchers are their records.
const (
	EventGranted        = "quota.granted"
	EventQuotaSet       = "quota.status_set"
	EventQuotaIssued    = "quota.issued"
	EventQuotaReclaimed = "quota.reclaimed"
	EventDiscountGiven  = "coupon.discount_given"
	EventDiscountVoid   = "coupon.discount_void" // its holder has become a partner
)

// system is who acts when nobody does.
const system = "system"

// What is refused of whoever acts. Source: DOMAIN.md 18.
var (
	ErrNotOfTheir = problem.New(http.StatusBadRequest, "CBC.50000021", "the recipient is no customer of the reseller")
	ErrCantIssue  = problem.New(http.StatusBadRequest, "CBC.99000025", "this partner can't issue vouchers to the customer")
)

// once does the effect of the caller's request; a repeated one is answered as the first.
func (s *Service) once(ctx context.Context, effect func(tx *table.Tx, now time.Time) (answer string, err error)) (string, error) {
	return rest.ClaimOf(ctx).Effect(ctx, s.Table, rest.Persist, func(tx *table.Tx) (string, error) { return effect(tx, s.Clock.Now()) })
}

// each does the effect of a request on several, which uses up the verification code that the caller's sensitive operations may need. What effect
// answers is kept by the request's claim: a repeated one gets it again.
func each[R any](ctx context.Context, s *Service, code string, effect func(tx *table.Tx, now time.Time) (R, error)) (result R, err error) {
	answer, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		if result, err = effect(tx, now); err != nil {
			return "", err
		}
		if err := s.proven(ctx, tx, code); err != nil {
			return "", err
		}
		text, err := json.Marshal(result)
		return string(text), err
	})
	if err != nil {
		return result, err
	}
	var first R
	return first, json.Unmarshal([]byte(answer), &first)
}

// acting reads the partner whose business a call is. Error: party.ErrNotMine.
func (s *Service) acting(ctx context.Context, indirect string) (auth.PartyID, error) {
	return party.ActingFor(ctx, s.Table, rest.Caller(ctx), auth.PartyID(indirect))
}

// proven appends to tx that the caller's verification code is used up, if its sensitive operations need one.
func (s *Service) proven(ctx context.Context, tx *table.Tx, given string) error {
	return party.Proven(ctx, s.Codes(), tx, rest.Caller(ctx).Party, given)
}

// mayGive holds for a party that vouchers and quotas are issued by or to: neither restricted nor frozen, by itself or by a partner above it, nor
// exiting. Errors: party.ErrBlocked, party.ErrExiting. Source: DOMAIN.md 0, 11.
func (s *Service) mayGive(ctx context.Context, p party.Party) error {
	if p.Standing == party.Exiting {
		return party.ErrExiting.Saying("%q is exiting", p.ID)
	}
	blocked, err := party.Blocked(ctx, s.Table, p)
	if err == nil && blocked {
		err = party.ErrBlocked.Saying("%q is frozen or restricted, by itself or by a partner above it", p.ID)
	}
	return err
}

// mayTake holds for a party that vouchers and quotas are taken back by or from: what is frozen stays where it is. ASSUMED, as for accounts.
// Error: party.ErrBlocked.
func mayTake(p party.Party) error {
	if p.Standing == party.Frozen {
		return party.ErrBlocked.Saying("%q is frozen", p.ID)
	}
	return nil
}
