package account

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
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

// ErrTryAgain: others moved the same accounts all the time, or the table was busy. Nothing was moved. ASSUMED code.
var ErrTryAgain = problem.New(http.StatusConflict, "CBC.0409", "the account is being changed by others; try again")

// retry does a movement again while what it read changes before it commits, each time after a longer pause, so that many at once do not only read
// for nothing. A busy table is not asked for longer than one round. Error: ErrTryAgain.
func (s *Service) retry(ctx context.Context, effect func() error) error {
	var err error
	tries := 0
	for range retryRounds {
		err = table.Retry(ctx, func() error {
			if tries++; tries > 1 {
				if err := pause(ctx, tries); err != nil {
					return err
				}
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

// pause waits before the n-th try, for some part of a time that doubles.
func pause(ctx context.Context, n int) error {
	longest := longPause
	if n < maxDoublings {
		longest = min(firstPause<<n, longPause)
	}
	timer := time.NewTimer(rand.N(longest))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// once does the movement of the caller's request, whose claim the movement puts into its transaction, and gives the transfer's id. A repeated
// request is answered with the id of the first.
func (s *Service) once(ctx context.Context, movement func(tx *table.Tx, id string, now time.Time) error) (string, error) {
	claim := rest.ClaimOf(ctx)
	id, _, err := claim.Once(ctx, s.Table, func() (string, error) {
		var id string
		err := s.retry(ctx, func() error {
			now, tx := s.Clock.Now(), table.NewTx()
			id = newTransferID(now)
			if err := movement(tx, id, now); err != nil {
				return err
			}
			claim.Put(tx, 0, id)
			return s.Table.Commit(ctx, tx)
		})
		return id, err
	})
	return id, err
}

func newTransferID(now time.Time) string {
	return ulid.MustNew(ulid.Timestamp(now), ulid.DefaultEntropy()).String()
}

// tell appends to tx what happened to a party's account. Amounts are in yuan.
func tell(ctx context.Context, tx *table.Tx, kind string, t Transfer, owner auth.PartyID) {
	event.Append(tx, event.Event{
		Type: kind, Subject: t.ID, Owner: string(owner), At: t.At, By: rest.Caller(ctx).Masked(),
		Data: map[string]string{"amount": t.Amount.String(), "from": string(t.From), "to": string(t.To)},
	})
}
