package party

import (
	"context"
	"errors"
	"net/http"

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
	Table     *table.Client
	Clock     clock.Clock // business time
	Sealer    auth.Sealer
	Directory Directory
}

// New returns the capability's service in env.
func New(env *function.Env) *Service {
	return &Service{Table: env.Table(), Clock: env.Clock, Sealer: env.SealerOf(), Directory: DirectoryPort.In(env)}
}

// ErrTryAgain: others changed the same things all the time. Nothing was changed. ASSUMED code.
var ErrTryAgain = problem.New(http.StatusConflict, "CBC.0409", "others are changing the same thing; try again")

// retry does an effect again while what it read changes before it commits.
func (s *Service) retry(effect func() error) error {
	for range conflictTries {
		if err := effect(); !errors.Is(err, table.ErrConflict) {
			return err
		}
	}
	return ErrTryAgain
}

// once does the effect of a request that creates something, and gives the answer that the effect put into the request's claim. When the
// same request did it before, or meanwhile, it gives that one's answer.
func (s *Service) once(ctx context.Context, claim rest.Claim, effect func() (answer string, err error)) (answer string, again bool, err error) {
	if answer, again, err = claim.Taken(ctx, s.Table, 0); err != nil || again {
		return answer, again, err
	}
	answer, err = effect()
	if err == nil {
		return answer, false, nil
	}
	if earlier, found, lookErr := claim.Taken(ctx, s.Table, 0); lookErr == nil && found {
		return earlier, true, nil
	}
	return "", false, err
}

// audit appends the event of a change that somebody makes now to tx.
func (s *Service) audit(tx *table.Tx, by auth.Principal, e event.Event) {
	e.At, e.By = s.Clock.Now(), by.Masked()
	event.Append(tx, e)
}

// within refuses to hand out permission items that the caller lacks. Error: CBC.0155.
func within(by auth.Principal, items []auth.Permission) error {
	for _, item := range items {
		if !by.May(item) {
			return problem.Denied("nobody gives more than it has, and this gives the permission item %s", item)
		}
	}
	return nil
}
