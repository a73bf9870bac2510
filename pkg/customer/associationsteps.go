package customer

import (
	"context"
	"slices"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// DoAssociation does what is due of a request: it expires one that nobody answered, and undoes what hangs on an association that has ended, step by
// step. Each step is a transaction on the condition that the request is still what was read, and notes how far it came: whatever crashes behind
// whatever step, the next call goes on from there.
func (s *Service) DoAssociation(ctx context.Context, due lifecycle.Due) error {
	for range stepsAtOnce {
		more := false
		err := table.Retry(ctx, func() (err error) {
			more, err = s.advance(ctx, due.Key)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// advance makes one transaction of a request's due work, and says whether there is more. Error: lifecycle.ErrNotDue.
func (s *Service) advance(ctx context.Context, key table.Key) (more bool, err error) {
	var r Record
	if err := lifecycle.Load(ctx, s.Table, key, s.Clock.Now(), &r); err != nil {
		return false, err
	}
	tx := table.NewTx()
	if r.State == RequestPending {
		err = s.close(ctx, tx, r, r, RequestRunsOut)
	} else {
		more, err = s.step(ctx, tx, r)
	}
	if err != nil {
		return false, err
	}
	return more, s.Table.Commit(ctx, tx)
}

// step is one part of what hangs on an association, by name.
type step = lifecycle.Stage[Parting]

// steps gives what is to be undone of an association, in order. back is what went to the partner in the transaction. Nothing is when the association
// becomes one of resale. Source: DOMAIN.md 3, Effects.
func (s *Service) steps(r Record, back *money.Fen) []step {
	if !r.leaves() {
		return nil
	}
	var all []step
	if r.Type == party.Resale {
		all = append(all, step{Name: "money", Do: func(ctx context.Context, tx *table.Tx, p Parting) (string, error) {
			var err error
			if *back, err = s.unbind(ctx, tx, p); err != nil {
				return "", err
			}
			return "", s.dropBudget(ctx, tx, p.Customer.ID, p.Partner)
		}})
	}
	all = append(all,
		step{Name: "vouchers", Do: s.Parts.Vouchers}, step{Name: "discounts", Do: s.Parts.Discounts}, step{Name: "authorization", Do: s.endAuthorization},
	)
	if r.Kind == Disassociate {
		all = append(all, step{Name: "resources", Do: s.Parts.Resources})
	}
	return present(all...)
}

// present leaves out what no capability does.
func present(all ...step) []step {
	return slices.DeleteFunc(all, func(one step) bool { return one.Do == nil })
}

// proceed appends to tx what is next of steps, of which the one named is under way and has come to p.After, and gives the step to go on with, finish
// behind the last, and how far that has come.
func proceed(ctx context.Context, tx *table.Tx, steps []step, p Parting, name string) (next, after string, err error) {
	next, after, err = lifecycle.Next(ctx, tx, steps, name, p.After, func(after string) Parting {
		p.After = after
		return p
	})
	if next == "" {
		next = finish
	}
	return next, after, err
}

// step appends to tx the next part of what is to be undone, or that nothing is left.
func (s *Service) step(ctx context.Context, tx *table.Tx, r Record) (more bool, err error) {
	c, err := party.Get(ctx, s.Table, r.Customer)
	if err != nil {
		return false, err
	}
	p := Parting{Record: r.ID, Kind: r.Kind, Customer: c, Partner: r.Partner, At: s.Clock.Now(), After: r.After}
	var back money.Fen
	steps := s.steps(r, &back)
	if r.Step == finish || len(steps) == 0 {
		return false, s.finish(ctx, tx, r, p)
	}
	next := r
	if next.Step, next.After, err = proceed(ctx, tx, steps, p, r.Step); err != nil {
		return false, err
	}
	next.Reclaimed += back
	lifecycle.Arm(&next.Head, WorkAssociation, string(r.Customer), r.ID, s.Clock.Now())
	tx.Replace(&r, &next)
	return true, nil
}

// endAuthorization revokes the authorization of a partner.
func (s *Service) endAuthorization(ctx context.Context, tx *table.Tx, p Parting) (string, error) {
	return "", s.RevokeAuthorization(ctx, tx, p.Partner, p.Customer.ID)
}

// finish is the step behind the last.
const finish = "finish"

// finish appends to tx that nothing is left of what ended: what came into the customer's account meanwhile goes back as well.
func (s *Service) finish(ctx context.Context, tx *table.Tx, old Record, p Parting) error {
	next := old
	var err error
	if next.State, err = old.State.After(RequestFinishes); err != nil {
		return err
	}
	next.Step, next.Ended = "", s.Clock.Now()
	if old.Type == party.Resale && old.leaves() {
		back, err := s.unbind(ctx, tx, p)
		if err != nil {
			return err
		}
		next.Reclaimed += back
	}
	if old.Kind == Disassociate {
		if err := party.Departed(ctx, s.Table, tx, old.Partner, old.Customer); err != nil {
			return err
		}
	}
	is, err := s.associationsOf(ctx, old.Customer)
	if err != nil {
		return err
	}
	lifecycle.Disarm(&next.Head)
	tx.Replace(&old, &next)
	is.ended(tx, old.Customer)
	s.happened(ctx, tx, EventSettled, next)
	s.tell(ctx, tx, WriterResult, old.Initiator, next)
	return nil
}

// unbind appends to tx that the customer's balance goes back to the partner.
func (s *Service) unbind(ctx context.Context, tx *table.Tx, p Parting) (money.Fen, error) {
	return account.Unbind(ctx, s.Table, tx, p.Customer, p.Partner, byOf(ctx), p.At)
}

// dropBudget appends to tx that the budget that a partner set for a customer is no more.
func (s *Service) dropBudget(ctx context.Context, tx *table.Tx, customer, partner auth.PartyID) error {
	var b Budget
	err := s.Table.Get(ctx, budgetKey(customer), &b)
	if absent(err) || err == nil && b.Partner != partner {
		return nil
	}
	if err == nil {
		tx.Remove(&b)
	}
	return err
}
