package opportunity

import (
	"net/http"

	"partnercenter/pkg/foundation/problem"
)

// Origin says whose an opportunity is.
type Origin string

// The origins. Source: DOMAIN.md 12.
const (
	PO Origin = "PO" // a partner's, shared to the vendor
	HO Origin = "HO" // the vendor's, shared to a partner
)

// State is how far an opportunity is. Source: DOMAIN.md 12.
type State string

// The states.
const (
	Draft          State = "DRAFT"           // 草稿
	Auditing       State = "AUDITING"        // 机会点审核中
	AuditRejected  State = "AUDIT_REJECTED"  // 审核不通过
	Verifying      State = "VERIFYING"       // 机会点验证中
	VerifyRejected State = "VERIFY_REJECTED" // 验证不通过
	Verified       State = "VERIFIED"        // 机会点验证通过
	Shared         State = "SHARED"          // of an HO, which waits for the partner's answer
	Accepted       State = "ACCEPTED"        // of an HO
	Declined       State = "REJECTED"        // of an HO, by the partner or because it did not answer
	InProgress     State = "IN_PROGRESS"     // 更新进展
	Delivered      State = "DELIVERED"       // 交付完成
	Lost           State = "LOST"
	Cancelled      State = "CANCELLED"
)

// gone is what a deleted draft is.
const gone State = ""

// States are all states.
func States() []State {
	return []State{
		Draft, Auditing, AuditRejected, Verifying, VerifyRejected, Verified, Shared, Accepted, Declined, InProgress, Delivered, Lost, Cancelled,
	}
}

// Event is what can happen to an opportunity. Those that leave its state are events as well.
type Event string

// The events: of the partner, of the vendor, and of time.
const (
	Submit   Event = "SUBMIT"
	Accept   Event = "ACCEPT"
	Decline  Event = "REJECT"
	Progress Event = "PROGRESS"
	Deliver  Event = "DELIVERED"
	Copy     Event = "COPY" // into a new draft
	Delete   Event = "DELETE"
	Withdraw Event = "WITHDRAW" // never

	Share        Event = "SHARE" // with which an HO begins
	AuditPass    Event = "AUDIT_PASS"
	AuditReject  Event = "AUDIT_REJECT"
	VerifyPass   Event = "VERIFY_PASS"
	VerifyReject Event = "VERIFY_REJECT"
	Lose         Event = "LOST"
	Cancel       Event = "CANCEL"

	Release     Event = "RELEASE"  // a delivered one excludes others no longer
	Escalate    Event = "ESCALATE" // an audit that lasts too long
	VerifyLapse Event = "VERIFY_OVERDUE"
	AnswerLapse Event = "ANSWER_OVERDUE"
)

// Events are all that can happen to an opportunity that is there.
func Events() []Event {
	return []Event{
		Submit, Accept, Decline, Progress, Deliver, Copy, Delete, Withdraw, AuditPass, AuditReject, VerifyPass, VerifyReject, Lose, Cancel, Escalate,
		VerifyLapse, AnswerLapse, Release,
	}
}

// What an opportunity in its state is refused. ASSUMED codes.
var (
	// ErrState: an opportunity in this state can't take that step.
	ErrState = problem.New(http.StatusConflict, "CBC.99001230", "the opportunity is not in a state for this")
	// ErrWithdrawal: what was submitted is neither withdrawn nor deleted by the partner. Source: DOMAIN.md 12.
	ErrWithdrawal = problem.New(http.StatusConflict, "CBC.99001231", "a submitted opportunity can't be withdrawn")
)

// steps is the state machine. Source: DOMAIN.md 12. ASSUMED: that an HO is delivered from IN_PROGRESS alone, as a PO is; that the vendor ends what was
// accepted before there is progress as well, not only with CANCEL but also with LOST; RELEASE, of which the text has no word.
var steps = map[State]map[Event]State{
	Draft:          {Submit: Auditing, Delete: gone},
	Auditing:       {AuditPass: Verifying, AuditReject: AuditRejected, Escalate: Auditing},
	AuditRejected:  {Copy: AuditRejected},
	Verifying:      {VerifyPass: Verified, VerifyReject: VerifyRejected, VerifyLapse: VerifyRejected},
	VerifyRejected: {Copy: VerifyRejected},
	Verified:       {Progress: InProgress, Lose: Lost, Cancel: Cancelled},
	Shared:         {Accept: Accepted, Decline: Declined, AnswerLapse: Declined},
	Accepted:       {Progress: InProgress, Lose: Lost, Cancel: Cancelled},
	InProgress:     {Progress: InProgress, Deliver: Delivered, Lose: Lost, Cancel: Cancelled},
	Delivered:      {Release: Delivered},
}

// After gives the state that an event brings an opportunity to. Errors: ErrState; ErrWithdrawal. Both say what to do instead, if there is something.
func (s State) After(e Event) (State, error) {
	next, ok := steps[s][e]
	switch {
	case ok:
		return next, nil
	case e == Delete || e == Withdraw:
		return s, s.keeps()
	case e == Deliver && (s == Verified || s == Accepted):
		return s, ErrState.Saying("an opportunity that is %s has no progress yet: record some, then that it was delivered", s)
	}
	return s, ErrState.Saying("an opportunity that is %s can't take the step %s", s, e)
}

// keeps says why an opportunity that is not withdrawn stays, and what to do.
func (s State) keeps() error {
	switch s {
	case Draft:
		return ErrState.Saying("a draft was not submitted yet, so there is nothing to withdraw: change or delete it")
	case Auditing, Verifying:
		return ErrWithdrawal.Saying("what was submitted can't be withdrawn or deleted: ask the vendor's auditor to reject it, then copy the rejected one " +
			"into a new draft")
	case AuditRejected, VerifyRejected:
		return ErrWithdrawal.Saying("a rejected opportunity is kept: copy it into a new draft, and change and submit that")
	case Verified, Accepted, InProgress:
		return ErrWithdrawal.Saying("the vendor has accepted it: ask the vendor's business developer to cancel it, or to record it as lost")
	case Shared:
		return ErrWithdrawal.Saying("it is the vendor's: accept it, or reject it with a reason")
	default:
		return ErrWithdrawal.Saying("an opportunity that is %s has ended and is kept", s)
	}
}

// Ended holds when nothing can happen any more, but that a rejected one is copied.
func (s State) Ended() bool {
	switch s {
	case AuditRejected, VerifyRejected, Declined, Delivered, Lost, Cancelled:
		return true
	default:
		return false
	}
}

// Counts holds in states in which an opportunity excludes others for the same company: from when it came to count, and when it was delivered as well.
// Source: DOMAIN.md 12, Duplicates, "only one may pass; afterwards no other is accepted". ASSUMED: that one that was lost or cancelled excludes
// nobody, and a delivered one only for some time (policy.go), after which it is released.
func (s State) Counts() bool {
	switch s {
	case Verified, Shared, Accepted, InProgress, Delivered:
		return true
	default:
		return false
	}
}

// Waits holds while an opportunity is with the vendor to decide on.
func (s State) Waits() bool { return s == Auditing || s == Verifying }
