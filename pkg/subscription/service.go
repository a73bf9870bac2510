package subscription

import (
	"context"
	"errors"
	"net/http"

	"partnercenter/pkg/foundation/auth"
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

	Proven Proven // what a partner's payment needs besides
}

// Proven appends to tx that a party's verification code is used up, if its sensitive operations need one. Errors: CBC.0100 when it is missing; those
// of a wrong one. Source: DOMAIN.md 0, "Sensitive-operation verification code".
type Proven func(ctx context.Context, tx *table.Tx, id auth.PartyID, code string) error

// ProvenPort is where the check of verification codes comes from: the declaration hands in package customer's. Without it nobody needs a code.
var ProvenPort = function.Port[Proven]{Name: "verification codes", Open: func(*function.Env) Proven {
	return func(context.Context, *table.Tx, auth.PartyID, string) error { return nil }
}}

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
