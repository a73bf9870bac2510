package subscription

import (
	"context"
	"errors"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Service does the capability's effects.
type Service struct {
	Table *table.Client
	Clock clock.Clock // business time
	Wall  clock.Clock
	Keys  *auth.Keyring
}

// ErrTryAgain: others changed the same things all the time. Nothing was changed. ASSUMED code.
var ErrTryAgain = problem.New(http.StatusConflict, "CBC.99003651", "the resource is being changed by others; try again")

// retry does an effect again while what it read changes before it commits. Error: ErrTryAgain.
func (s *Service) retry(ctx context.Context, effect func() error) error {
	err := table.Retry(ctx, effect)
	if errors.Is(err, table.ErrConflict) || errors.Is(err, table.ErrBusy) {
		return ErrTryAgain.Because(err)
	}
	return err
}
