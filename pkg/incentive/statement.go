package incentive

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Statement is what a partner's performance of a month and association type is worth (激励对账). Amounts are fen, instants business time in UTC.
type Statement struct {
	table.Head
	ID              string         `dynamodbav:"id"` // <month>-<association type>, or <month>-special-<id>
	Partner         auth.PartyID   `dynamodbav:"ptnr"`
	Month           Month          `dynamodbav:"month"`
	Plan            PlanID         `dynamodbav:"plan"`
	Version         int            `dynamodbav:"ver_n,omitempty"` // of the plan; 0 of a special incentive
	AssociationType int            `dynamodbav:"assoc,omitempty"` // 0 of a special incentive, which is no matter of performance
	Performance     money.Fen      `dynamodbav:"perf"`
	Amount          money.Fen      `dynamodbav:"amt"`
	Frozen          money.Fen      `dynamodbav:"frz,omitempty"` // part of the amount that comes of purchases on credit
	State           StatementState `dynamodbav:"st"`
	Why             string         `dynamodbav:"why,omitempty"` // of a special incentive: what it is for
	Closed          time.Time      `dynamodbav:"closed"`
	Deadline        calendar.Date  `dynamodbav:"until,omitempty"` // Beijing: the last day to confirm
	Confirmed       time.Time      `dynamodbav:"conf,omitempty"`
	Elapsed         bool           `dynamodbav:"elapsed,omitempty"` // confirmed by its deadline
	Approved        time.Time      `dynamodbav:"appr,omitempty"`
	Questions       []Question     `dynamodbav:"q,omitempty"`
	Row             *Waiting       `dynamodbav:"row,omitempty"` // while it awaits the vendor
}

// Question is what a partner asks about a statement (问题反馈), with the vendor's answer.
type Question struct {
	Text     string    `dynamodbav:"text"`
	Asked    time.Time `dynamodbav:"at"`
	Answer   string    `dynamodbav:"ans,omitempty"`
	Answered time.Time `dynamodbav:"ansat,omitempty"`
}

// open reports whether the last question awaits its answer.
func (s Statement) open() bool {
	return len(s.Questions) > 0 && s.Questions[len(s.Questions)-1].Answer == ""
}

// mostQuestions is the most questions of one statement, which keep it small. ASSUMED
const mostQuestions = 10

// details is what a statement sums.
type details struct {
	table.Head
	Rows []Detail `dynamodbav:"rows"`
}

// ErrUnanswered: a statement's question awaits its answer, or there is none to answer. ASSUMED code.
var ErrUnanswered = problem.New(ErrStatementState.Status, "CBC.99001303", "the statement's questions do not allow that")

// arm puts a statement into what comes next for it: the deadline of who confirms, or the vendor.
func (s *Statement) arm(now time.Time) {
	lifecycle.Disarm(&s.Head)
	row := Waiting{Partner: s.Partner, ID: s.ID, Amount: s.Amount, Since: now}
	await(&s.Head, &s.Row, "", row)
	switch {
	case s.State == ToConfirm && s.open():
		await(&s.Head, &s.Row, AwaitsAnswer, row)
	case s.State == ToConfirm:
		lifecycle.Arm(&s.Head, WorkStatement, string(s.Partner), s.ID, s.Deadline.End())
	case s.State == Issuing:
		await(&s.Head, &s.Row, AwaitsApproval, row)
	}
}

// deadline gives the last day on which a statement that is shown now is confirmed.
func deadline(now time.Time) calendar.Date {
	day, _ := calendar.AddWorkingDays(calendar.DateOf(now), confirmDays)
	return day
}

// stepped gives a statement after a step. An open question stops the deadline, and its answer starts it anew. ASSUMED
// Errors: ErrStatementState, ErrUnanswered.
func (s Statement) stepped(what StatementStep, text string, now time.Time) (Statement, error) {
	next := s
	var err error
	if next.State, err = s.State.After(what); err != nil {
		return s, err
	}
	next.Questions = append([]Question(nil), s.Questions...)
	switch what {
	case StepAsk:
		if s.open() || len(s.Questions) == mostQuestions {
			return s, ErrUnanswered.Saying("the statement has a question that awaits its answer, or %d already", mostQuestions)
		}
		next.Questions = append(next.Questions, Question{Text: text, Asked: now})
	case StepAnswer:
		if !s.open() {
			return s, ErrUnanswered.Saying("the statement has no question that awaits an answer")
		}
		last := &next.Questions[len(next.Questions)-1]
		last.Answer, last.Answered, next.Deadline = text, now, deadline(now)
	case StepConfirm, StepElapse:
		next.Confirmed, next.Elapsed = now, what == StepElapse
	case StepApprove:
		next.Approved = now
	case StepClose:
	}
	next.arm(now)
	return next, nil
}

// LoadStatement reads a partner's statement, strongly consistent. Error: ErrNotFound.
func LoadStatement(ctx context.Context, db *table.Client, partner auth.PartyID, id string) (Statement, error) {
	return get[Statement](ctx, db, statementKey(partner, id), partner, id, "statement_id", "incentive statement")
}

// step appends to tx a step of a statement; what is approved becomes incentives. Errors: as Statement.stepped.
func (s *Service) step(ctx context.Context, tx *table.Tx, old Statement, what StatementStep, text string, now time.Time) error {
	next, err := old.stepped(what, text, now)
	if err != nil {
		return err
	}
	tx.Replace(&old, &next)
	if what == StepApprove {
		for _, one := range next.incentives(now) {
			tx.Create(&one)
		}
		if err := s.given(ctx, tx, next.Partner, now); err != nil {
			return err
		}
	}
	told := step{
		kind: EventStatement, owner: next.Partner, subject: next.ID, what: string(what), becomes: string(next.State), why: text, amount: next.Amount.String(),
	}
	if what == StepAnswer { // it has its deadline again
		told.writer = WriterStatement
	}
	note(ctx, tx, told, now)
	return nil
}

// DoStatement confirms a statement that its partner let pass. It is a lifecycle.Handler.
func (s *Service) DoStatement(ctx context.Context, due lifecycle.Due) error {
	var one Statement
	if err := lifecycle.Load(ctx, s.Table, due.Key, s.Clock.Now(), &one); err != nil {
		return err
	}
	tx := table.NewTx()
	if err := s.step(ctx, tx, one, StepElapse, "", s.Clock.Now()); err != nil {
		return err
	}
	return s.Table.Commit(ctx, tx)
}
