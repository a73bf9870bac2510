package performance

import (
	"context"
	"slices"

	"partnercenter/pkg/foundation/table"
)

// running says who writes lines of a month: imports, collections of orders, and recounts. They write lines without conditions, by what they read of the
// slips before, so that a slip becomes final only while nobody does.
type running struct {
	table.Head
	IDs []string `dynamodbav:"ids,omitempty"`
}

func (s *Service) running(ctx context.Context, month Month) (r running, found bool, err error) {
	r.Head = runningKey(month).Head()
	err = s.Table.Get(ctx, r.Key(), &r)
	if absent(err) {
		return r, false, nil
	}
	return r, err == nil, err
}

// imports gives the imports among them.
func (r running) imports() []string {
	return slices.DeleteFunc(slices.Clone(r.IDs), func(id string) bool { return !isImport(id) })
}

// runs appends to tx that somebody writes lines of a month, or no longer does.
func (s *Service) runs(ctx context.Context, tx *table.Tx, month Month, id string, on bool) error {
	old, found, err := s.running(ctx, month)
	if err != nil {
		return err
	}
	next := running{Head: old.Head, IDs: slices.DeleteFunc(slices.Clone(old.IDs), func(one string) bool { return one == id })}
	if on {
		next.IDs = append(next.IDs, id)
	}
	if !found {
		tx.Create(&next)
		return nil
	}
	tx.Replace(&old, &next)
	return nil
}

// holding does something that writes lines of a month, while slips of it do not become final. What fails keeps holding them, since its lines may be
// written and not counted: it is due again, and lets go then. A month of which no slip can be reviewed for a while needs no holding.
func (s *Service) holding(ctx context.Context, month Month, id string, do func() error) error {
	if !month.whole(s.Clock.Now().Add(longestWork)) {
		return do()
	}
	if err := s.holds(ctx, month, id, true); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return s.holds(ctx, month, id, false)
}

func (s *Service) holds(ctx context.Context, month Month, id string, on bool) error {
	return table.Persist(ctx, func() error {
		tx := table.NewTx()
		if err := s.runs(ctx, tx, month, id, on); err != nil {
			return err
		}
		return s.Table.Commit(ctx, tx)
	})
}
