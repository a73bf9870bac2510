package subscription

import (
	"context"
	"slices"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

// execute makes a plan's accepted rows due, once: to commit it again changes nothing. It holds only while the plan is valid.
//
// Errors: ErrNoPlan, ErrPlanExpired.
func (s *Service) execute(ctx context.Context, by auth.Principal, id string) (Plan, error) {
	var p Plan
	err := s.retry(ctx, func() error {
		var err error
		if p, err = s.plan(ctx, by.Party, id); err != nil || !p.Committed.IsZero() {
			return err
		}
		now := s.Clock.Now()
		if !now.Before(p.Until) {
			return ErrPlanExpired.Saying("plan %q was valid until %s: make another", id, p.Until.Format(time.RFC3339))
		}
		parts, err := s.planParts(ctx, p)
		if err != nil {
			return err
		}
		tx := table.NewTx()
		next := p
		next.Committed, next.By, next.Source = now, by.Masked(), sourceOf(by)
		tx.Replace(&p, &next)
		due := now
		if p.small() {
			due = now.Add(planLease)
		}
		for n, part := range parts {
			if !part.Done {
				armed := *part
				armed.arm(n, due.Add(time.Duration(n)*time.Second))
				tx.Replace(part, &armed)
			}
		}
		event.Append(tx, event.Event{
			Type: EventPlanCommitted, Subject: p.ID, Owner: string(p.Customer), At: now, By: next.By,
			Data: map[string]string{"accepted": strconv.Itoa(p.Accepted), "amount": p.Total.String()},
		})
		p = next
		return s.Table.Commit(ctx, tx)
	})
	return p, err
}

// small holds for a plan whose rows are renewed within the call.
func (p Plan) small() bool { return p.Accepted <= planNow }

// plan reads a plan of a customer. Error: ErrNoPlan.
func (s *Service) plan(ctx context.Context, customer auth.PartyID, id string) (Plan, error) {
	var p Plan
	err := s.Table.Get(ctx, planKey(customer, id), &p)
	if isAbsent(err) {
		return p, ErrNoPlan.Saying("there is no plan %q, or it is no longer kept", id)
	}
	return p, err
}

func (s *Service) planParts(ctx context.Context, p Plan) ([]*planPart, error) {
	var parts []*planPart
	for part, err := range table.All[planPart](ctx, s.Table, table.Query{PK: p.PK, Prefix: planPartPrefix, Strong: true}) {
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// DoBulk renews the rows of one part of a plan. What was renewed before stays as it is, so that work which broke off goes on where it stopped.
func (s *Service) DoBulk(ctx context.Context, due lifecycle.Due) error {
	return s.runPart(ctx, due.Key)
}

// runPart renews the accepted rows of a part, each in its own transaction, and then notes the refusals.
func (s *Service) runPart(ctx context.Context, key table.Key) error {
	return s.retry(ctx, func() error {
		var part planPart
		if err := s.Table.Get(ctx, key, &part); err != nil || part.Done {
			return err
		}
		p, err := s.plan(ctx, part.Customer, part.Plan)
		if err != nil || p.Committed.IsZero() {
			return err
		}
		next := part
		next.Rows = slices.Clone(part.Rows)
		for i := range next.Rows {
			if !next.Rows[i].Accepted {
				continue
			}
			if err := s.payRow(ctx, p, next.Rows[i]); err != nil {
				if err := next.Rows[i].refuse(err); err != nil {
					return err
				}
			}
		}
		next.Done = true
		lifecycle.Disarm(&next.Head)
		return s.Table.Replace(ctx, &part, &next)
	})
}

// payRow renews one row at its planned price, in one transaction with the row's claim: a row that was renewed before is left alone.
//
// Errors: ErrPriceChanged, ErrMeanwhile, those of Guard, account.ErrInsufficientBalance, party.ErrBlocked; nothing has changed then.
func (s *Service) payRow(ctx context.Context, p Plan, row PlanRow) error {
	key := planPaidKey(p.Customer, p.ID, row.Line)
	return s.retry(ctx, func() error {
		paid := planPaid{Line: row.Line}
		if err := s.Table.Get(ctx, key, &paid); !isAbsent(err) {
			return err
		}
		renewal, earlier, err := s.consider(ctx, Offer{Customer: p.Customer, Resource: row.Resource, Expiry: row.Expiry, Term: row.Term, Price: row.Price})
		if err != nil {
			return err
		}
		if earlier.ID != "" {
			return ErrMeanwhile.Saying("resource %q was renewed by order %q since the plan was made", row.Resource, earlier.ID)
		}
		renewal.By, renewal.Source = p.By, p.Source
		tx := table.NewTx()
		o, _, err := s.payOffer(ctx, tx, renewal)
		if err != nil {
			return err
		}
		paid.Head, paid.Order = table.Head{PK: key.PK, SK: key.SK, TTL: p.TTL}, o.ID
		tx.Create(&paid)
		return s.Table.Commit(ctx, tx)
	})
}

// outcomes gives the rows of a plan and the orders that they became, by line.
func (s *Service) outcomes(ctx context.Context, p Plan) (rows []PlanRow, orders map[int]OrderID, done bool, err error) {
	parts, err := s.planParts(ctx, p)
	if err != nil {
		return nil, nil, false, err
	}
	done, orders = true, map[int]OrderID{}
	for _, part := range parts {
		rows = append(rows, part.Rows...)
		done = done && part.Done
	}
	for paid, err := range table.All[planPaid](ctx, s.Table, table.Query{PK: p.PK, Prefix: planPaidPrefix, Strong: true}) {
		if err != nil {
			return nil, nil, false, err
		}
		orders[paid.Line] = paid.Order
	}
	return rows, orders, done, nil
}
