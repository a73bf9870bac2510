package membership

import (
	"net/http"

	"partnercenter/pkg/foundation/problem"
)

// State is how far a membership is. Source: DOMAIN.md 11.
type State string

// The states. None is before there is a membership.
const (
	None        State = ""
	Invited     State = "INVITED"
	Applied     State = "APPLIED"      // the application is checked in a moment
	UnderReview State = "UNDER_REVIEW" // it has passed, and waits for a decision
	Joined      State = "JOINED"
	Rejected    State = "REJECTED"
	Declined    State = "DECLINED" // the invitation, by the account: another host can invite it at once
	Expired     State = "EXPIRED"  // the invitation, or the membership's term
	Exiting     State = "EXITING"  // 退出中
	Exited      State = "EXITED"
)

// States are all states of a membership that there is.
func States() []State {
	return []State{Invited, Applied, UnderReview, Joined, Rejected, Declined, Expired, Exiting, Exited}
}

// Holds says whether a membership takes up its account's one identity.
func (s State) Holds() bool { return s == Applied || s == UnderReview || s == Joined || s == Exiting }

// Event is what can happen to a membership.
type Event string

// The events.
const (
	Invite  Event = "invite" // again, too: then the earlier link is dead
	Apply   Event = "apply"
	Accept  Event = "accept" // the invitation
	Decline Event = "decline"
	Check   Event = "check" // the application is checked, and nothing is in the way
	Approve Event = "approve"
	Reject  Event = "reject"
	Renew   Event = "renew" // for another term
	Lapse   Event = "lapse"
	Leave   Event = "exit"
	Finish  Event = "finish" // nothing is left to be moved
)

// Events are all events.
func Events() []Event {
	return []Event{Invite, Apply, Accept, Decline, Check, Approve, Reject, Renew, Lapse, Leave, Finish}
}

// ErrState: a membership in this state can't take that step. ASSUMED code.
var ErrState = problem.New(http.StatusConflict, "CBC.99001211", "the membership is not in a state for this")

// anew is what can be done when there is no membership, or none any more.
var anew = map[Event]State{Invite: Invited, Apply: Applied}

// steps is the state machine of memberships. Source: DOMAIN.md 11.
var steps = map[State]map[Event]State{
	None:        anew,
	Invited:     {Invite: Invited, Accept: Applied, Decline: Declined, Lapse: Expired},
	Applied:     {Check: UnderReview, Reject: Rejected},
	UnderReview: {Approve: Joined, Reject: Rejected},
	Joined:      {Renew: Joined, Lapse: Expired, Leave: Exiting},
	Rejected:    anew,
	Declined:    anew,
	Expired:     anew,
	Exiting:     {Finish: Exited},
	Exited:      anew,
}

// After gives the state that an event brings a membership to. Error: ErrState.
func (s State) After(e Event) (State, error) {
	next, ok := steps[s][e]
	if ok {
		return next, nil
	}
	name := string(s)
	if s == None {
		name = "not there"
	}
	return s, ErrState.Saying("a membership that is %s can't take the step %q", name, e)
}
