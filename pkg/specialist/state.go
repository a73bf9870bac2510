package specialist

import (
	"net/http"

	"partnercenter/pkg/foundation/problem"
)

// State is how a personal account stands to a partner. Source: DOMAIN.md 13.
type State string

// The states.
const (
	Invited             State = "INVITED"              // 已邀请
	Expired             State = "EXPIRED"              // 已失效
	Bound               State = "BOUND"                // 已绑定
	SpecialistReviewing State = "SPECIALIST_REVIEWING" // 申请专员审核中
	SpecialistRejected  State = "SPECIALIST_REJECTED"  // 申请专员审核未通过
	Specialist          State = "SPECIALIST"           // 项目专员
	CancelReviewing     State = "CANCEL_REVIEWING"     // 取消专员审核中
	CancelApproved      State = "CANCEL_APPROVED"      // 取消专员审核通过
	CancelledByVendor   State = "CANCELLED_BY_VENDOR"  // 取消专员(华为方操作)
	Unbound             State = "UNBOUND"              // 已解绑
)

// States are all states.
func States() []State {
	return []State{
		Invited, Expired, Bound, SpecialistReviewing, SpecialistRejected, Specialist, CancelReviewing, CancelApproved, CancelledByVendor, Unbound,
	}
}

// Bound holds while the account belongs to the partner.
func (s State) Bound() bool { return s != "" && s != Invited && s != Expired && s != Unbound }

// Held holds while the account must be cancelled as a specialist before it is unbound.
func (s State) Held() bool {
	return s == Specialist || s == SpecialistReviewing || s == CancelReviewing
}

// Step is what can happen to a member.
type Step string

// The steps.
const (
	StepInvite   Step = "INVITE"   // again
	StepResend   Step = "RESEND"   // the invitation, whose link before dies
	StepAccept   Step = "ACCEPT"   // by the person
	StepExpire   Step = "EXPIRE"   // the invitation, by time
	StepApply    Step = "APPLY"    // to be a specialist
	StepPass     Step = "PASS"     // what is under review
	StepReject   Step = "REJECT"   // what is under review
	StepCancel   Step = "CANCEL"   // asks for the end of being a specialist
	StepWithdraw Step = "WITHDRAW" // what was asked for by StepCancel
	StepStop     Step = "STOP"     // by the vendor
	StepUnbind   Step = "UNBIND"
)

// Steps are all steps.
func Steps() []Step {
	return []Step{
		StepInvite, StepResend, StepAccept, StepExpire, StepApply, StepPass, StepReject, StepCancel, StepWithdraw, StepStop, StepUnbind,
	}
}

// ErrState: a member in this state can't take that step. ASSUMED code.
var ErrState = problem.New(http.StatusConflict, "CBC.99001260", "the member's state does not allow that")

// after is the state machine of members. Source: DOMAIN.md 13.
var after = map[State]map[Step]State{
	Invited:             {StepResend: Invited, StepAccept: Bound, StepExpire: Expired},
	Expired:             {StepInvite: Invited},
	Bound:               {StepApply: SpecialistReviewing, StepUnbind: Unbound},
	SpecialistReviewing: {StepPass: Specialist, StepReject: SpecialistRejected},
	SpecialistRejected:  {StepApply: SpecialistReviewing, StepUnbind: Unbound},
	Specialist:          {StepCancel: CancelReviewing, StepStop: CancelledByVendor},
	CancelReviewing:     {StepPass: CancelApproved, StepReject: Specialist, StepWithdraw: Specialist},
	CancelApproved:      {StepApply: SpecialistReviewing, StepUnbind: Unbound},
	CancelledByVendor:   {StepApply: SpecialistReviewing, StepUnbind: Unbound},
	Unbound:             {StepInvite: Invited},
}

// After gives the state that a step brings a member to. Error: ErrState, which says what would be right where there is something.
func (s State) After(step Step) (State, error) {
	if next, ok := after[s][step]; ok {
		return next, nil
	}
	return s, ErrState.Saying("the member is %s and can't take the step %s%s", s, step, s.advice(step))
}

// advice says what to do instead of a step that is refused.
func (s State) advice(step Step) string {
	switch {
	case step == StepUnbind && s == Specialist:
		return "; cancel the specialist first"
	case step == StepUnbind && s.Held():
		return "; wait for the review that is open"
	case step == StepWithdraw && s == SpecialistReviewing:
		return "; an application is not withdrawn, the vendor decides on it"
	case step == StepInvite && s == Invited:
		return "; the invitation is open: send it again"
	case step == StepResend && s == Expired:
		return "; the invitation has expired: invite again"
	case step == StepInvite && s.Bound():
		return "; the account belongs to you already"
	}
	return ""
}

// byPartner are the steps that a partner's administrator takes.
var byPartner = []Step{StepInvite, StepResend, StepApply, StepCancel, StepWithdraw, StepUnbind}

// Allowed gives the steps that a partner's administrator may take in this state.
func (s State) Allowed() []Step {
	allowed := []Step{}
	for _, step := range byPartner {
		if _, err := s.After(step); err == nil {
			allowed = append(allowed, step)
		}
	}
	return allowed
}
