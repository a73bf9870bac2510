package incentive

import (
	"net/http"

	"partnercenter/pkg/foundation/problem"
)

// ErrStatementState: a statement's state does not allow a step. ASSUMED code.
var ErrStatementState = problem.New(http.StatusConflict, "CBC.99001301", "the statement's state does not allow that")

// StatementState is a state of an incentive statement.
type StatementState string

// The states of a statement. Source: DOMAIN.md 6, "Incentive statement".
const (
	Estimated StatementState = "ESTIMATED"  // 预估: its month is not closed; it is worked out when it is read
	ToConfirm StatementState = "TO_CONFIRM" // 待确认
	Issuing   StatementState = "ISSUING"    // 发放中: confirmed, and with the vendor
	Issued    StatementState = "ISSUED"     // 发放成功: its incentives can be applied for
)

// StatementStep is what happens to a statement.
type StatementStep string

// The steps of a statement.
const (
	StepClose   StatementStep = "close"
	StepConfirm StatementStep = "confirm" // by the partner
	StepAsk     StatementStep = "feedback"
	StepAnswer  StatementStep = "answer" // by the vendor
	StepElapse  StatementStep = "elapse" // the deadline passes
	StepApprove StatementStep = "approve"
)

// StatementSteps are all steps.
func StatementSteps() []StatementStep {
	return []StatementStep{StepClose, StepConfirm, StepAsk, StepAnswer, StepElapse, StepApprove}
}

// statementSteps is the whole state machine. A question keeps the statement where it is.
var statementSteps = map[StatementState]map[StatementStep]StatementState{
	Estimated: {StepClose: ToConfirm},
	ToConfirm: {StepConfirm: Issuing, StepAsk: ToConfirm, StepAnswer: ToConfirm, StepElapse: Issuing},
	Issuing:   {StepApprove: Issued},
	Issued:    {},
}

// StatementStates are all states.
func StatementStates() []StatementState {
	return []StatementState{Estimated, ToConfirm, Issuing, Issued}
}

// After gives a statement's state after a step. Error: ErrStatementState.
func (s StatementState) After(step StatementStep) (StatementState, error) {
	next, ok := statementSteps[s][step]
	if !ok {
		return s, ErrStatementState.Saying("the statement is %s: to %s it is not possible", s, step)
	}
	return next, nil
}
