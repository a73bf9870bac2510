package customer

import (
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// RecordKind says what an association record is of.
type RecordKind string

// The kinds of association records. Source: DOMAIN.md 3, Entities.
const (
	Associate    RecordKind = "ASSOCIATE"
	Switch       RecordKind = "SWITCH" // to the other association type
	Disassociate RecordKind = "DISASSOCIATE"
)

// Side is one of the two whom an association binds.
type Side string

// The sides.
const (
	PartnerSide  Side = "PARTNER"
	CustomerSide Side = "CUSTOMER"
)

// other gives the side that decides on what a side asks for.
func (s Side) other() Side {
	if s == PartnerSide {
		return CustomerSide
	}
	return PartnerSide
}

// Record is one line of the association operation records (关联关系操作记录): an association that began, or a request to end or
// switch one.
// Source: DOMAIN.md 3, Entities.
type Record struct {
	table.Head
	RecordRow `dynamodbav:"row"`

	// How far the execution is: the step that comes next, and what of it is done, in the words of whoever does it.
	Step  string `dynamodbav:"step,omitempty"`
	After string `dynamodbav:"after,omitempty"`
}

// RecordRow is what lists show of a record.
type RecordRow struct {
	ID           string       `dynamodbav:"id"`
	Kind         RecordKind   `dynamodbav:"kind"`
	State        RequestState `dynamodbav:"state"`
	Initiator    Side         `dynamodbav:"from"`
	Partner      auth.PartyID `dynamodbav:"partner"`
	Customer     auth.PartyID `dynamodbav:"cust"`
	CustomerName string       `dynamodbav:"cname"`
	Manager      auth.UserID  `dynamodbav:"manager,omitempty"` // the account manager then
	Type         int          `dynamodbav:"type"`              // of the association; before a switch
	Target       int          `dynamodbav:"target,omitempty"`  // the type that a switch leads to
	Reason       string       `dynamodbav:"why,omitempty"`
	Created      time.Time    `dynamodbav:"at"`              // business time, UTC
	Until        time.Time    `dynamodbav:"until,omitempty"` // UTC; an unanswered request expires then
	By           string       `dynamodbav:"by"`              // who asked, masked
	Decided      time.Time    `dynamodbav:"dec,omitempty"`   // UTC
	DecidedBy    string       `dynamodbav:"decby,omitempty"` // masked
	DecidedWhy   string       `dynamodbav:"decwhy,omitempty"`
	Ended        time.Time    `dynamodbav:"end,omitempty"`   // UTC; when nothing was left to do
	Reclaimed    money.Fen    `dynamodbav:"back,omitempty"`  // of the customer's balance, to the partner
	Failed       []FailedItem `dynamodbav:"fails,omitempty"` // why it could not be executed
}

// leaves says whether the customer has nothing of the partner's any more once it is done.
func (r RecordRow) leaves() bool { return r.Kind == Disassociate || r.Target == party.Referral }

// RequestState says how far a request is.
type RequestState string

// The states of a request. The first two are live: a customer has one live request at most.
const (
	RequestPending   RequestState = "pending"
	RequestExecuting RequestState = "executing" // the association has ended or switched, and what hangs on it is being undone
	RequestRejected  RequestState = "rejected"
	RequestWithdrawn RequestState = "withdrawn"
	RequestExpired   RequestState = "expired"
	RequestDone      RequestState = "done"
	RequestFailed    RequestState = "failed" // it was agreed to, and could not be executed
)

// RequestStep is what happens to a request.
type RequestStep string

// The steps of a request.
const (
	RequestAgreed    RequestStep = "agree" // while every guard holds
	RequestFails     RequestStep = "fail"  // agreed to, while some guard does not hold
	RequestRejects   RequestStep = "reject"
	RequestWithdraws RequestStep = "withdraw"
	RequestRunsOut   RequestStep = "run_out"
	RequestFinishes  RequestStep = "finish"
)

// After gives a request's state after a step. It is the whole state machine. The guards are run again in the transaction that starts the execution,
// so that nothing which has begun can fail. Error: ErrState. Source: DOMAIN.md 3.
func (s RequestState) After(step RequestStep) (RequestState, error) {
	next := map[RequestState]map[RequestStep]RequestState{
		RequestPending: {
			RequestAgreed: RequestExecuting, RequestFails: RequestFailed, RequestRejects: RequestRejected,
			RequestWithdraws: RequestWithdrawn, RequestRunsOut: RequestExpired,
		},
		RequestExecuting: {RequestFinishes: RequestDone},
	}[s][step]
	if next == "" {
		return s, ErrState.Saying("the request is %s", s)
	}
	return next, nil
}

// StateAt gives the state at a business time: a request whose time is over is expired before anybody has noted it.
func (r RecordRow) StateAt(now time.Time) RequestState {
	if r.State == RequestPending && !now.Before(r.Until) {
		return RequestExpired
	}
	return r.State
}

// associations say of a customer which of its requests is live, and when each side submitted one last. Every request writes it, so that of two at
// once one holds.
type associations struct {
	table.Head
	Live       string       `dynamodbav:"live,omitempty"`
	With       auth.PartyID `dynamodbav:"with,omitempty"`   // the partner that Live is about
	ByCustomer time.Time    `dynamodbav:"bycust,omitempty"` // UTC; the customer's last request, with whatever partner
	Asked      auth.PartyID `dynamodbav:"asked,omitempty"`  // the partner of that request
	ByPartner  time.Time    `dynamodbav:"byptnr,omitempty"` // UTC; the last request of a partner,
	Partner    auth.PartyID `dynamodbav:"ptnr,omitempty"`   // namely of this one
}

// keep appends to tx that a customer's associations become next.
func (a associations) keep(tx *table.Tx, customer auth.PartyID, next associations) {
	if a.Ver == 0 {
		next.Head = associationsKey(customer).Head()
		tx.Create(&next)
		return
	}
	tx.Replace(&a, &next)
}

// ended appends to tx that a customer has no live request any more.
func (a associations) ended(tx *table.Tx, customer auth.PartyID) {
	next := a
	next.Live, next.With = "", ""
	a.keep(tx, customer, next)
}
