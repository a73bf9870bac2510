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

// Directory is where people sign in. It knows a user by our id of it.
type Directory interface {
	// Add lets somebody with a mail address sign in as a user. To add the same again changes nothing.
	Add(ctx context.Context, id auth.UserID, email string) error
	// Drop ends a user's access. To drop one that is not there changes nothing.
	Drop(ctx context.Context, id auth.UserID) error
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

// audit appends the event of a change to tx.
func (s *Service) audit(tx *table.Tx, by auth.Principal, kind string, owner auth.PartyID, subject, why string) {
	event.Append(tx, event.Event{
		Type: kind, Subject: subject, Owner: string(owner), At: s.Clock.Now(), By: by.Masked(), Why: why,
	})
}
