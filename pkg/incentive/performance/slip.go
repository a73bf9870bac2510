package performance

import (
	"context"
	"errors"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Slip is a partner's performance slip (业绩单) of a month.
type Slip struct {
	table.Head
	Partner  auth.PartyID `dynamodbav:"p"`
	Month    Month        `dynamodbav:"month"`
	Sums     `dynamodbav:"sum"`
	Stage    Stage        `dynamodbav:"st,omitempty"`
	By       string       `dynamodbav:"by,omitempty"`   // who had it reviewed, masked
	Asked    time.Time    `dynamodbav:"ask,omitempty"`  // when, business time, UTC
	Reviewed time.Time    `dynamodbav:"rev,omitempty"`  // when it became final, UTC
	Upto     auth.PartyID `dynamodbav:"upto,omitempty"` // of a review: the customers up to here are recounted
}

// ID names the slip.
func (s Slip) ID() string { return string(s.Partner) + "-" + string(s.Month) }

// Stage is how far the review of a slip is.
type Stage string

// The stages.
const (
	Open      Stage = ""          // it changes with its lines
	Reviewing Stage = "reviewing" // it is recounted for the last time; new lines are refused
	Closed    Stage = "closed"    // it changes no more
)

// State is what a slip is to those who read it. Source: DOMAIN.md 6, "Views".
type State string

// The states.
const (
	Estimate State = "ESTIMATE" // 预估: the month runs
	Draft    State = "DRAFT"    // 初稿: the month is over, and not reviewed
	Final    State = "FINAL"    // 终稿: reviewed
)

// States are all states of slips.
func States() []State { return []State{Estimate, Draft, Final} }

// StateAt gives a slip's state at a business time.
func (s Slip) StateAt(now time.Time) State {
	switch {
	case s.Stage == Closed:
		return Final
	case calendar.DateOf(now).After(s.Month.Last()):
		return Draft
	}
	return Estimate
}

// Step is what happens to a slip.
type Step string

// The steps.
const (
	StepReview Step = "review" // the vendor has it reviewed
	StepClose  Step = "close"  // all of it is recounted
)

// ErrState: the state of a thing does not allow that. ASSUMED code.
var ErrState = problem.New(http.StatusConflict, "CBC.99001016", "its state does not allow that")

// After gives the stage that a step brings a slip to. Error: ErrState.
func (s Stage) After(step Step) (Stage, error) {
	switch {
	case s == Open && step == StepReview:
		return Reviewing, nil
	case s == Reviewing && step == StepClose:
		return Closed, nil
	}
	return s, ErrState.Saying("a slip that is %s does not %s", s.word(), step)
}

func (s Stage) word() string {
	switch s {
	case Reviewing:
		return "being reviewed"
	case Closed:
		return "final"
	case Open:
	}
	return "open"
}

// seenUntil gives the last day in Beijing whose consumption partners see at a business time: the working day after it has come.
// Source: DOMAIN.md 6, "Views".
func seenUntil(now time.Time) calendar.Date {
	today := calendar.DateOf(now)
	for day := today.AddDays(-1); ; day = day.AddDays(-1) {
		if next, _ := calendar.AddWorkingDays(day, workingDays); !next.After(today) {
			return day
		}
	}
}

// whole says whether all consumption of a month is visible to partners, its last hours in UTC as well.
func (m Month) whole(now time.Time) bool {
	_, end := m.utc()
	return !seenUntil(now).Before(calendar.DateOf(end.Add(-time.Second)))
}

// slip reads a partner's slip, strongly consistent; one without lines is empty.
func (s *Service) slip(ctx context.Context, partner auth.PartyID, month Month) (slip Slip, found bool, err error) {
	slip = Slip{Head: slipKey(partner, month).Head(), Partner: partner, Month: month}
	err = s.Table.Get(ctx, slipKey(partner, month), &slip)
	if errors.Is(err, table.ErrNotFound) {
		return slip, false, nil
	}
	return slip, err == nil, err
}
