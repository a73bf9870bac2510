package subscription

import (
	"context"
	"errors"
	"net/http"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Service does the capability's effects.
type Service struct {
	Table *table.Client
	Clock clock.Clock // business time
	Wall  clock.Clock
}

// conflictTries is how often a request is tried again on what it reads anew, before it is answered that it should try again itself.
const conflictTries = 6

// ErrTryAgain: others changed the same things all the time. Nothing was changed. ASSUMED code.
var ErrTryAgain = problem.New(http.StatusConflict, "CBC.99003651", "the resource is being changed by others; try again")

// retry does an effect again while what it read changes before it commits.
func (s *Service) retry(ctx context.Context, effect func() error) error {
	for range conflictTries {
		err := effect()
		if !errors.Is(err, table.ErrConflict) && !errors.Is(err, table.ErrBusy) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return ErrTryAgain
}

// lazily gives the handler of an operation, whose service is opened by the first call: registering opens nothing.
func lazily[I, O any](env *function.Env, handle func(*Service, context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) { return handle(New(env), ctx, in) }
}
