package renewaltask

import (
	"net/http"

	"partnercenter/pkg/foundation/problem"
)

// State is how far a task is. Source: DOMAIN.md 15.
type State string

// The states.
const (
	ToDo       State = "TODO"        // 待处理
	InProgress State = "IN_PROGRESS" // 进行中
	Completed  State = "COMPLETED"   // 已完成
	Terminated State = "TERMINATED"  // 已终止
)

// States are all states, the open ones first.
func States() []State { return []State{ToDo, InProgress, Completed, Terminated} }

// Open holds while there is something to do.
func (s State) Open() bool { return s == ToDo || s == InProgress }

// Event is what can happen to a task.
type Event string

// The events.
const (
	Handle Event = "handled"
	Renew  Event = "renewed"    // the renewal rate is enough
	End    Event = "terminated" // there is nothing more to renew, or nobody to renew it
)

// Ending says why a task ended.
type Ending string

// The endings. Source: DOMAIN.md 15; but for EndRenewed and EndDeclined they are ASSUMED.
const (
	EndRenewed  Ending = "RENEWED"
	EndGone     Ending = "RESOURCES_ENDED" // released, unsubscribed or converted to on-demand, all of them
	EndLeft     Ending = "CUSTOMER_LEFT"   // the customer is no longer the partner's
	EndDeclined Ending = "DECLINED"        // the customer will not renew, and the term has passed
	EndLapsed   Ending = "LAPSED"          // months have passed, and it was not renewed enough
)

// ErrState: a task in this state can't take that step. ASSUMED code.
var ErrState = problem.New(http.StatusConflict, "CBC.99001062", "the task is not in a state for this")

// steps is the state machine of tasks. Source: DOMAIN.md 15.
var steps = map[State]map[Event]State{
	ToDo:       {Handle: InProgress, Renew: Completed, End: Terminated},
	InProgress: {Handle: InProgress, Renew: Completed, End: Terminated},
}

// After gives the state that an event brings a task to. Error: ErrState.
func (s State) After(e Event) (State, error) {
	next, ok := steps[s][e]
	if !ok {
		return s, ErrState.Saying("a task that is %s can't be %s", s, e)
	}
	return next, nil
}
