package party

import (
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
