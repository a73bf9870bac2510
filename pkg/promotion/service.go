package promotion

import (
	"context"
	"errors"
	"math/rand/v2"
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
)

// system is who acts when nobody does.
const system = "system"

// What is refused of whoever acts. ErrTryAgain has an ASSUMED code. Source: DOMAIN.md 18.
var (
	ErrTryAgain   = problem.New(http.StatusConflict, "CBC.0409", "the quota is being changed by others; try again")
	ErrExiting    = problem.New(http.StatusBadRequest, "CBC.99007490", "the reseller is exiting")
	ErrNotOfTheir = problem.New(http.StatusBadRequest, "CBC.50000021", "the recipient is no customer of the reseller")
	ErrCantIssue  = problem.New(http.StatusBadRequest, "CBC.99000025", "this partner can't issue vouchers to the customer")
)

// retry does an effect again while what it read changes before it commits, each time after a longer pause. Error: ErrTryAgain.
func (s *Service) retry(ctx context.Context, effect func() error) error {
	var err error
	tries := 0
	for range retryRounds {
		err = table.Retry(ctx, func() error {
			if tries++; tries > 1 {
				pause(ctx, min(firstPause<<min(tries, 6), longPause))
			}
			return effect()
		})
		if !errors.Is(err, table.ErrConflict) {
			break
		}
	}
	if errors.Is(err, table.ErrConflict) || errors.Is(err, table.ErrBusy) {
		return ErrTryAgain.Because(err)
	}
	return err
}

// pause waits for some part of a time.
func pause(ctx context.Context, longest time.Duration) {
	timer := time.NewTimer(rand.N(longest))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// once does the effect of the caller's request, whose claim it puts into the effect's transaction with the answer.
func (s *Service) once(ctx context.Context, effect func(tx *table.Tx, now time.Time) (answer string, err error)) (string, error) {
	claim := rest.ClaimOf(ctx)
	answer, _, err := claim.Once(ctx, s.Table, func() (string, error) {
		var answer string
		err := s.retry(ctx, func() error {
			tx := table.NewTx()
			var err error
			if answer, err = effect(tx, s.Clock.Now()); err != nil {
				return err
			}
			claim.Put(tx, 0, answer)
			return s.Table.Commit(ctx, tx)
		})
		return answer, err
	})
	return answer, err
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
// exiting. Errors: party.ErrBlocked, ErrExiting. Source: DOMAIN.md 0, 11.
func (s *Service) mayGive(ctx context.Context, p party.Party) error {
	if p.Standing == exiting {
		return ErrExiting.Saying("%q is exiting", p.ID)
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
