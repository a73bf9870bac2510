package customer

import (
	"context"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// relist says that what a customer had before its association is to be brought along: vouchers of others go back, and what it holds is listed for its
// partner. Step and After are how far that is.
type relist struct {
	table.Head
	Step  string `dynamodbav:"step,omitempty"`
	After string `dynamodbav:"after,omitempty"`
}

// arrives appends to tx what a customer that had an account before its association brings along: of a resale customer, its balance stays its own; and
// what it has is due to be listed for its partner. Error: ErrBarred while its last association is still being undone.
func (s *Service) arrives(ctx context.Context, tx *table.Tx, c party.Party) error {
	is, err := s.associationsOf(ctx, c.ID)
	if err != nil {
		return err
	}
	switch {
	case is.Live != "":
		return ErrBarred.Saying("the customer can't be associated: its last association is still being ended; try again in a few minutes")
	case is.Ver != 0:
		tx.Check(&is)
	default:
		tx.Absent(associationsKey(c.ID))
	}
	if c.AssociationType == party.Resale {
		if err := account.Own(ctx, s.Table, tx, c.ID); err != nil {
			return err
		}
	}
	var old relist
	err = s.Table.Get(ctx, relistKey(c.ID), &old)
	if err != nil && !absent(err) {
		return err
	}
	next := relist{Head: old.Head}
	if old.Ver == 0 {
		next.Head = relistKey(c.ID).Head()
	}
	lifecycle.Arm(&next.Head, WorkRelist, string(c.ID), "relist", s.Clock.Now())
	if old.Ver == 0 {
		tx.Create(&next)
	} else {
		tx.Replace(&old, &next)
	}
	return nil
}

// brings gives what is done about what a new customer had before, in order.
func (s *Service) brings() []step {
	return present(step{Name: "vouchers", Do: s.Parts.Vouchers}, step{Name: "resources", Do: s.Parts.Resources})
}

// DoRelist brings along what a new customer had before, some in each transaction.
func (s *Service) DoRelist(ctx context.Context, due lifecycle.Due) error {
	for range stepsAtOnce {
		more := false
		err := table.Retry(ctx, func() (err error) {
			more, err = s.relistSome(ctx, due)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}

func (s *Service) relistSome(ctx context.Context, due lifecycle.Due) (more bool, err error) {
	var old relist
	if err := s.Table.Get(ctx, due.Key, &old); err != nil {
		if absent(err) {
			return false, lifecycle.ErrNotDue
		}
		return false, err
	}
	c, err := party.Get(ctx, s.Table, auth.PartyID(due.Key.PK[len(ownerKey("")):]))
	if err != nil {
		return false, err
	}
	next, tx := old, table.NewTx()
	p := Parting{Kind: Associate, Customer: c, Partner: c.Partner, At: s.Clock.Now(), After: old.After}
	if next.Step, next.After, err = proceed(ctx, tx, s.brings(), p, old.Step); err != nil {
		return false, err
	}
	if next.Step == finish {
		tx.Remove(&old)
		return false, s.Table.Commit(ctx, tx)
	}
	lifecycle.Arm(&next.Head, WorkRelist, string(c.ID), "relist", s.Clock.Now())
	tx.Replace(&old, &next)
	return true, s.Table.Commit(ctx, tx)
}
