package incentive

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

// DoClose closes the next month of a partner in one transaction: a statement for each association type with performance, and the membership, which goes on
// to the month after. While the performance is not final, it looks again the next day; a month without any is passed over once the next one could be closed.
// It is a lifecycle.Handler.
func (s *Service) DoClose(ctx context.Context, due lifecycle.Due) error {
	var m Membership
	if err := lifecycle.Load(ctx, s.Table, due.Key, s.Clock.Now(), &m); err != nil {
		return err
	}
	now := s.Clock.Now()
	statements, final, err := s.closed(ctx, m, m.Next, now)
	if err != nil {
		return err
	}
	next := m
	tx := table.NewTx()
	if !final {
		next.arm(calendar.DateOf(now).AddDays(1).At(closeHour, 0))
		return s.Table.Replace(ctx, &m, &next)
	}
	next.Next = m.Next.Plus(1)
	next.arm(next.closesAt())
	tx.Replace(&m, &next)
	for _, one := range statements {
		s.create(ctx, tx, one, WriterStatement, now)
	}
	return s.Table.Commit(ctx, tx)
}

// made is a statement with what it sums.
type made struct {
	Statement
	details details
}

// create appends to tx a new statement, which its partner hears of.
func (s *Service) create(ctx context.Context, tx *table.Tx, one made, writer string, now time.Time) {
	tx.Create(&one.Statement)
	if len(one.details.Rows) > 0 {
		tx.Create(&one.details)
	}
	note(ctx, tx, step{
		kind: EventStatement, writer: writer, owner: one.Partner, subject: one.ID, what: string(StepClose), becomes: string(one.State),
		amount: one.Amount.String(), until: one.Deadline.String(), why: one.Why,
	}, now)
}

// closed gives the statements of a partner's month as they are when it is closed now, and whether its performance is final.
func (s *Service) closed(ctx context.Context, m Membership, month Month, now time.Time) ([]made, bool, error) {
	if s.Parts.Performance == nil {
		return nil, true, nil
	}
	rows, final, err := s.Parts.Performance(ctx, m.Partner, month)
	if err != nil {
		return nil, false, err
	}
	if len(rows) == 0 && !now.Before(month.Plus(1).closes().At(closeHour, 0)) {
		return nil, true, nil
	}
	versions, err := s.versions(ctx, m.Plan)
	if err != nil {
		return nil, false, err
	}
	version, found := Current(versions, month)
	if !found {
		return nil, false, fmt.Errorf("plan %q has no version for %s of %q", m.Plan, month, m.Partner)
	}
	var all []made
	for _, t := range associationTypes(rows) {
		one, err := newStatement(m, version, month, rows, t, now)
		if err != nil {
			return nil, false, err
		}
		all = append(all, one)
	}
	return all, final, nil
}

// newStatement gives the statement of a month and association type.
func newStatement(m Membership, v Version, month Month, rows []Row, associationType int, now time.Time) (made, error) {
	id := string(month) + "-" + strconv.Itoa(associationType)
	one := made{
		Statement: Statement{
			Head: statementKey(m.Partner, id).Head(), ID: id, Partner: m.Partner, Month: month, Plan: v.Plan, Version: v.N, AssociationType: associationType,
			State: Estimated, Closed: now, Deadline: deadline(now),
		},
		details: details{Head: detailKey(m.Partner, id).Head(), Rows: v.Worth(rows, associationType)},
	}
	for _, d := range one.details.Rows {
		one.Performance += d.Performance
		one.Amount += d.Amount
		one.Frozen += d.Frozen
	}
	var err error
	one.Statement, err = one.stepped(StepClose, "", now)
	return one, err
}
