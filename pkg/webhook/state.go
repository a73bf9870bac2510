package webhook

import (
	"net/http"

	"partnercenter/pkg/foundation/problem"
)

// State is where an endpoint is.
type State string

// The states of an endpoint.
const (
	Enabled  State = "ENABLED"
	Disabled State = "DISABLED" // by its owner
	Failed   State = "FAILED"   // by the system, after a day of failures
)

// Step is what may happen to a webhook's endpoint or delivery.
type Step string

// What may happen to an endpoint.
const (
	Enable  Step = "enable"
	Disable Step = "disable"
	Break   Step = "break" // it has failed for a day
)

// ErrState: what is asked for is not possible where the endpoint or delivery is. ASSUMED code.
var ErrState = problem.New(http.StatusConflict, "CBC.0409", "not possible in this state")

// After gives the state after a step. To enable or disable again is no error. Error: ErrState.
func (s State) After(step Step) (State, error) {
	switch {
	case step == Enable:
		return Enabled, nil
	case step == Disable:
		return Disabled, nil
	case step == Break && s == Enabled:
		return Failed, nil
	}
	return s, ErrState.Saying("the webhook is %s: %s is not possible", s, step)
}

// Outcome is where a delivery is.
type Outcome string

// The outcomes of a delivery.
const (
	Pending   Outcome = "PENDING"
	Delivered Outcome = "DELIVERED"
	GaveUp    Outcome = "FAILED"  // all attempts failed, or the endpoint has for a day
	Dropped   Outcome = "DROPPED" // its endpoint was disabled or deleted before
)

// What may happen to a delivery.
const (
	Deliver   Step = "deliver"
	Postpone  Step = "postpone" // an attempt failed, and another follows
	GiveUp    Step = "give up"
	Drop      Step = "drop"
	Redeliver Step = "redeliver" // its owner asks for it
)

// After gives the outcome after a step. Error: ErrState.
func (o Outcome) After(step Step) (Outcome, error) {
	if o == Pending {
		switch step {
		case Deliver:
			return Delivered, nil
		case Postpone:
			return Pending, nil
		case GiveUp:
			return GaveUp, nil
		case Drop:
			return Dropped, nil
		default:
		}
	} else if step == Redeliver {
		return Pending, nil
	}
	return o, ErrState.Saying("the delivery is %s: %s is not possible", o, step)
}
