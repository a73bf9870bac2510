package invoice

import (
	"net/http"

	"partnercenter/pkg/foundation/problem"
)

// ErrState: what was asked is not possible in the state that the thing is in. ASSUMED code.
var ErrState = problem.New(http.StatusConflict, "CBC.99001140", "the state does not allow that")

// ListState is how far an invoice list and the invoices for it are. Source: DOMAIN.md 7, "Invoice states"; Draft and ToInvoice are ours.
type ListState string

// The states of a list.
const (
	Draft      ListState = "DRAFT" // has neither number nor content, and nobody sees it
	ToInvoice  ListState = "TO_INVOICE"
	Registered ListState = "REGISTERED"
	Mailed     ListState = "MAILED"
	Received   ListState = "RECEIVED"
	Approved   ListState = "APPROVED"
	Rejected   ListState = "REJECTED"
)

// ListStates are all states of a list.
func ListStates() []ListState {
	return []ListState{Draft, ToInvoice, Registered, Mailed, Received, Approved, Rejected}
}

// Owed holds while the partner has not sent its invoices.
func (s ListState) Owed() bool { return s == ToInvoice || s == Registered || s == Rejected }

// ListEvent is what happens to a list.
type ListEvent string

// The events of a list.
const (
	Issue    ListEvent = "issue"
	Register ListEvent = "register"
	Mail     ListEvent = "mail"
	Receive  ListEvent = "receive"
	Approve  ListEvent = "approve"
	Reject   ListEvent = "reject"
)

// ListEvents are all events of a list.
func ListEvents() []ListEvent { return []ListEvent{Issue, Register, Mail, Receive, Approve, Reject} }

// listSteps is the state machine of lists. What is registered can be corrected until it is mailed. Source: DOMAIN.md 7.
var listSteps = map[ListState]map[ListEvent]ListState{
	Draft:      {Issue: ToInvoice},
	ToInvoice:  {Register: Registered},
	Registered: {Register: Registered, Mail: Mailed},
	Mailed:     {Receive: Received},
	Received:   {Approve: Approved, Reject: Rejected},
	Rejected:   {Register: Registered},
}

// After gives the state that an event brings a list to. Error: ErrState.
func (s ListState) After(e ListEvent) (ListState, error) {
	next, ok := listSteps[s][e]
	if !ok {
		return s, ErrState.Saying("the invoice list is %s: to %s its invoices is not possible", s, e)
	}
	return next, nil
}
