package account

import (
	"context"
	"errors"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// WorkWithdrawal is the due work that ends a withdrawal which the vendor did not decide.
const WorkWithdrawal = "withdrawal"

// EventWithdrawal is any step of a withdrawal; its data has the state. The owner is the partner.
const EventWithdrawal = "account.withdrawal"

// What is refused of withdrawals. ASSUMED codes.
var (
	ErrNoWithdrawal    = problem.New(http.StatusNotFound, "CBC.0404", "no such withdrawal")
	ErrWithdrawalState = problem.New(http.StatusConflict, "CBC.99001016", "the withdrawal's state does not allow that")
)

// WithdrawalState is a state of a withdrawal.
type WithdrawalState string

// The states of a withdrawal. Source: DOMAIN.md 5 (ASSUMED there). A deleted one is gone.
const (
	Submitted WithdrawalState = "submitted"
	Reviewing WithdrawalState = "reviewing"
	Paying    WithdrawalState = "paying"
	Done      WithdrawalState = "done"
	Rejected  WithdrawalState = "rejected"
	Deleted   WithdrawalState = "deleted"
)

// WithdrawalStep is what happens to a withdrawal.
type WithdrawalStep string

// The steps of a withdrawal.
const (
	StepReview  WithdrawalStep = "review"
	StepApprove WithdrawalStep = "approve"
	StepReject  WithdrawalStep = "reject"
	StepPaid    WithdrawalStep = "paid"   // the bank has paid
	StepFail    WithdrawalStep = "fail"   // the bank has returned it
	StepExpire  WithdrawalStep = "expire" // nobody decided in time
	StepDelete  WithdrawalStep = "delete" // by the partner
)

// withdrawalSteps is the whole state machine. Done posts the hold, Rejected voids it.
var withdrawalSteps = map[WithdrawalState]map[WithdrawalStep]WithdrawalState{
	Submitted: {StepReview: Reviewing, StepReject: Rejected, StepExpire: Rejected},
	Reviewing: {StepApprove: Paying, StepReject: Rejected, StepExpire: Rejected},
	Paying:    {StepPaid: Done, StepFail: Rejected},
	Rejected:  {StepDelete: Deleted},
}

// withdrawalAfter gives a withdrawal's state after a step. Error: ErrWithdrawalState.
func withdrawalAfter(state WithdrawalState, step WithdrawalStep) (WithdrawalState, error) {
	next, ok := withdrawalSteps[state][step]
	if !ok {
		return state, ErrWithdrawalState.Saying("the withdrawal is %s: to %s it is not possible", state, step)
	}
	return next, nil
}

// withdrawal is a partner's withdrawal of cash (提现). Its amount is in the partner's held account until it is done or rejected.
type withdrawal struct {
	table.Head
	ID      string          `dynamodbav:"id"`
	Partner auth.PartyID    `dynamodbav:"partner"`
	Amount  money.Fen       `dynamodbav:"amount"`
	Parts   []part          `dynamodbav:"parts"`
	State   WithdrawalState `dynamodbav:"state"`
	Card    []byte          `dynamodbav:"card,omitempty"`  // sealed JSON of the BankCard
	Last4   string          `dynamodbav:"last4,omitempty"` // of its number
	Reason  string          `dynamodbav:"reason,omitempty"`
	At      time.Time       `dynamodbav:"at"` // business time, UTC, as the others
	Ended   time.Time       `dynamodbav:"ended,omitempty"`
	Arrives calendar.Date   `dynamodbav:"arrives,omitempty"`
}

func withdrawalHead(partner auth.PartyID, id string) table.Head {
	return table.Head{PK: "WITHDRAWALS#" + string(partner), SK: "WITHDRAWAL#" + id}
}

func (s *Service) noteWithdrawal(ctx context.Context, tx *table.Tx, w withdrawal, at time.Time) {
	event.Append(tx, event.Event{
		Type: EventWithdrawal, Subject: w.ID, Owner: string(w.Partner), At: at, By: rest.Caller(ctx).Masked(), Why: w.Reason,
		Data: map[string]string{"amount": w.Amount.String(), "state": string(w.State)},
	})
}

// withdrawal reads a partner's withdrawal. Error: ErrNoWithdrawal.
func (s *Service) withdrawal(ctx context.Context, partner auth.PartyID, id string) (withdrawal, error) {
	var w withdrawal
	head := withdrawalHead(partner, id)
	err := s.Table.Get(ctx, head.Key(), &w)
	if errors.Is(err, table.ErrNotFound) {
		return w, ErrNoWithdrawal.Saying("%q has no withdrawal %q", partner, id)
	}
	return w, err
}

// step appends to tx a step of a withdrawal: its hold is posted when it is done, and voided when it is rejected. Error: ErrWithdrawalState.
func (s *Service) step(ctx context.Context, tx *table.Tx, old withdrawal, step WithdrawalStep, reason string, id string, now time.Time) error {
	next := old
	var err error
	if next.State, err = withdrawalAfter(old.State, step); err != nil {
		return err
	}
	next.Reason = reason
	switch next.State {
	case Paying:
		next.Arrives = arrives(old.Parts, now)
		lifecycle.Disarm(&next.Head)
	case Done, Rejected:
		next.Ended = now
		lifecycle.Disarm(&next.Head)
		err = s.release(ctx, tx, next, id, now)
	case Deleted:
		tx.Remove(&old)
		s.noteWithdrawal(ctx, tx, next, now)
		return nil
	default:
	}
	if err != nil {
		return err
	}
	tx.Replace(&old, &next)
	s.noteWithdrawal(ctx, tx, next, now)
	return nil
}

// release appends to tx that a hold ends: it leaves for the bank, or goes back to the partner's cash.
func (s *Service) release(ctx context.Context, tx *table.Tx, w withdrawal, id string, now time.Time) error {
	held, err := loadOrNew(ctx, s.Table, w.Partner, OnHold)
	if err != nil {
		return err
	}
	t := Transfer{ID: id, Amount: w.Amount, Reason: Withdrawal, Reference: w.ID, At: now}
	if w.State == Done {
		t.To = VendorBank
		_, err = Debit(tx, held, t)
		return err
	}
	cash, err := loadOrNew(ctx, s.Table, w.Partner, Cash)
	if err != nil {
		return err
	}
	t.Reason = WithdrawalVoid
	if _, _, err := Move(tx, held, cash, t); err != nil {
		return err
	}
	for _, p := range w.Parts {
		if err := s.take(ctx, tx, w.Partner, p.Transfer, -p.Amount); err != nil {
			return err
		}
	}
	return nil
}

// DoWithdrawal rejects a withdrawal that nobody decided in time, and voids its hold.
func (s *Service) DoWithdrawal(ctx context.Context, due lifecycle.Due) error {
	var w withdrawal
	now := s.Clock.Now()
	if err := lifecycle.Load(ctx, s.Table, due.Key, now, &w); err != nil {
		return err
	}
	tx := table.NewTx()
	if err := s.step(ctx, tx, w, StepExpire, "it was not decided in time", table.NewID(now), now); err != nil {
		return err
	}
	return s.Table.Commit(ctx, tx)
}
