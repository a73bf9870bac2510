package performance

import (
	"context"
	"slices"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// review has a slip reviewed: all of it is recounted by the facts as they are at the month's end, and then it is final.
func (s *Service) review(ctx context.Context, in *PartnerSlip) (*slipOutput, error) {
	month, err := ParseMonth("period", in.Period)
	if err != nil {
		return nil, err
	}
	partner, err := s.partner(ctx, in.PartnerID)
	if err != nil {
		return nil, err
	}
	if !month.whole(s.Clock.Now()) {
		return nil, ErrState.Saying("the last lines of %s are not visible yet: it is reviewed once the working day after its end has come", month).In("period")
	}
	_, err = rest.ClaimOf(ctx).Effect(ctx, s.Table, table.Retry, func(tx *table.Tx) (string, error) {
		return string(partner.ID), s.startReview(ctx, tx, partner.ID, month)
	})
	if err != nil {
		return nil, err
	}
	slip, _, err := s.slip(ctx, partner.ID, month)
	return &slipOutput{Body: s.show(slip, auth.Vendor)}, err
}

// startReview appends to tx that a slip is reviewed, while no imports of its month are under way. Error: ErrState.
func (s *Service) startReview(ctx context.Context, tx *table.Tx, partner auth.PartyID, month Month) error {
	old, found, err := s.slip(ctx, partner, month)
	if err != nil {
		return err
	}
	next := old
	if next.Stage, err = old.Stage.After(StepReview); err != nil {
		return err
	}
	under, known, err := s.running(ctx, month)
	if err != nil {
		return err
	}
	if imports := under.imports(); len(imports) > 0 {
		return ErrState.Saying("imports of %s are under way: %v", month, imports).In("period")
	}
	next.By, next.Asked, next.Upto = rest.Caller(ctx).Masked(), s.Clock.Now(), ""
	dueNow(&next.Head, WorkReview, string(partner), string(month), s.Clock.Now())
	if known {
		tx.Check(&under)
	} else {
		tx.Absent(under.Key())
	}
	if found {
		tx.Replace(&old, &next)
	} else {
		tx.Create(&next)
	}
	s.tell(tx, EventReviewAsked, string(partner), next.ID(), next.By, nil)
	return nil
}

// doReview recounts a slip that is being reviewed, customer by customer, and makes it final. It is a lifecycle.Handler: cut short, it goes on behind
// the last customer that it noted.
func (s *Service) doReview(ctx context.Context, due lifecycle.Due) error {
	partner, month, err := ofKey(due.Key.PK)
	if err != nil {
		return err
	}
	slip, found, err := s.slip(ctx, partner, month)
	if err != nil {
		return err
	}
	if at, armed := lifecycle.DueAt(&slip.Head); !found || slip.Stage != Reviewing || !armed || at.After(s.Clock.Now()) {
		return lifecycle.ErrNotDue
	}
	customers, err := s.reviewed(ctx, partner, month)
	if err != nil {
		return err
	}
	b, err := s.newBook(ctx, month)
	if err != nil {
		return err
	}
	for _, customer := range customers {
		if customer <= slip.Upto {
			continue
		}
		if s.pressed(ctx) {
			return s.reviewedUpto(ctx, partner, month, slip.Upto)
		}
		if err := s.recount(ctx, b, customer); err != nil {
			return err
		}
		slip.Upto = customer
	}
	return table.Retry(ctx, func() error { return s.close(ctx, partner, month) })
}

// reviewed gives whose months a review recounts, in order: those that have lines in the slip, and those of which performance was transferred to or
// from the partner, since that may not have been recounted yet. Behind the review's beginning there are no more transfers.
func (s *Service) reviewed(ctx context.Context, partner auth.PartyID, month Month) ([]auth.PartyID, error) {
	all, err := s.customersOf(ctx, partner, month)
	if err != nil {
		return nil, err
	}
	for t, err := range table.All[Transfer](ctx, s.Table, transfersOf(partner, month)) {
		if err != nil {
			return nil, err
		}
		all = append(all, t.Customer)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// reviewedUpto notes how far a review came; it is still due.
func (s *Service) reviewedUpto(ctx context.Context, partner auth.PartyID, month Month, customer auth.PartyID) error {
	return table.Retry(ctx, func() error {
		old, _, err := s.slip(ctx, partner, month)
		if err != nil {
			return err
		}
		next := old
		next.Upto = customer
		dueNow(&next.Head, WorkReview, string(partner), string(month), s.Clock.Now())
		return s.Table.Replace(ctx, &old, &next)
	})
}

// close makes a slip final, while nobody writes lines of its month: who began before the review may have written some that are not counted.
// Then the whole slip is recounted again, later.
func (s *Service) close(ctx context.Context, partner auth.PartyID, month Month) error {
	old, _, err := s.slip(ctx, partner, month)
	if err != nil {
		return err
	}
	under, known, err := s.running(ctx, month)
	if err != nil {
		return err
	}
	next, tx := old, table.NewTx()
	if len(under.IDs) > 0 {
		next.Upto = ""
		lifecycle.Arm(&next.Head, WorkReview, string(partner), string(month), s.Clock.Now().Add(waits))
		return s.Table.Replace(ctx, &old, &next)
	}
	if next.Stage, err = old.Stage.After(StepClose); err != nil {
		return err
	}
	next.Reviewed, next.Upto = s.Clock.Now(), ""
	lifecycle.Disarm(&next.Head)
	if known {
		tx.Check(&under)
	} else {
		tx.Absent(under.Key())
	}
	tx.Replace(&old, &next)
	s.tell(tx, EventReviewed, string(partner), next.ID(), system, map[string]string{"amount": next.Amount.String()})
	return s.Table.Commit(ctx, tx)
}

type recountOutput struct {
	Body struct {
		Customers int `json:"customers" doc:"Whose months are recounted, within minutes"`
	}
}

// recountSlip makes a partner's slip due to be recounted by the facts as they are.
func (s *Service) recountSlip(ctx context.Context, in *PartnerSlip) (*recountOutput, error) {
	month, err := ParseMonth("period", in.Period)
	if err != nil {
		return nil, err
	}
	partner, err := s.partner(ctx, in.PartnerID)
	if err != nil {
		return nil, err
	}
	customers, err := s.customersOf(ctx, partner.ID, month)
	if err != nil {
		return nil, err
	}
	for _, customer := range customers {
		if err := s.dueCount(ctx, customer, month); err != nil {
			return nil, err
		}
	}
	out := &recountOutput{}
	out.Body.Customers = len(customers)
	return out, nil
}

// dueCount makes a customer's month due for a recount.
func (s *Service) dueCount(ctx context.Context, customer auth.PartyID, month Month) error {
	return table.Retry(ctx, func() error {
		tx := table.NewTx()
		if err := s.armCount(ctx, tx, customer, month); err != nil {
			return err
		}
		return s.Table.Commit(ctx, tx)
	})
}

// armCount appends to tx that a customer's month is due for a recount.
func (s *Service) armCount(ctx context.Context, tx *table.Tx, customer auth.PartyID, month Month) error {
	old := counted{Head: countKey(customer, month).Head()}
	err := s.Table.Get(ctx, old.Key(), &old)
	if err != nil && !absent(err) {
		return err
	}
	next := old
	dueNow(&next.Head, WorkCount, string(customer), string(month), s.Clock.Now())
	if err != nil {
		tx.Create(&next)
		return nil
	}
	tx.Replace(&old, &next)
	return nil
}
