package invoice

// RequestState is how far a request for an invoice of the vendor is. Source: DOMAIN.md 9.
type RequestState string

// The states of a request. A deleted one is gone.
const (
	ToReview     RequestState = "TO_REVIEW" // 待审核
	Issuing      RequestState = "ISSUING"   // 开票中
	ToSign       RequestState = "TO_SIGN"   // 待签收, of paper
	Signed       RequestState = "SIGNED"
	Issued       RequestState = "ISSUED" // of electronic invoices
	Withdrawn    RequestState = "WITHDRAWN"
	Declined     RequestState = "REJECTED"
	ReturnReview RequestState = "RETURN_REVIEW" // 退票待审核
	Returned     RequestState = "RETURNED"      // 已退票
	Deleted      RequestState = "DELETED"
)

// RequestStates are all states of a request.
func RequestStates() []RequestState {
	return []RequestState{ToReview, Issuing, ToSign, Signed, Issued, Withdrawn, Declined, ReturnReview, Returned, Deleted}
}

// Open holds while something is still to be done for a request; invoice info does not change then.
func (s RequestState) Open() bool {
	return s == ToReview || s == Issuing || s == ToSign || s == ReturnReview
}

// Live holds while the request's months count as invoiced.
func (s RequestState) Live() bool {
	return s != Withdrawn && s != Declined && s != Returned && s != Deleted
}

// RequestEvent is what happens to a request.
type RequestEvent string

// The events of a request.
const (
	Withdraw      RequestEvent = "withdraw"          // before the review
	AskWithdrawal RequestEvent = "ask_withdrawal"    // while it is being issued
	KeepIssuing   RequestEvent = "refuse_withdrawal" // it was too late
	LetWithdraw   RequestEvent = "allow_withdrawal"
	PassReview    RequestEvent = "approve"
	FailReview    RequestEvent = "reject"
	SendPaper     RequestEvent = "send"  // by courier
	IssueFile     RequestEvent = "issue" // by mail
	Sign          RequestEvent = "sign"
	AskReturn     RequestEvent = "ask_return"
	AcceptReturn  RequestEvent = "accept_return"
	RefusePaper   RequestEvent = "refuse_return_paper"
	RefuseFile    RequestEvent = "refuse_return_file"
	Delete        RequestEvent = "delete"
)

// RequestEvents are all events of a request.
func RequestEvents() []RequestEvent {
	return []RequestEvent{
		Withdraw, AskWithdrawal, KeepIssuing, LetWithdraw, PassReview, FailReview, SendPaper, IssueFile, Sign, AskReturn, AcceptReturn, RefusePaper,
		RefuseFile, Delete,
	}
}

// requestSteps is the state machine of requests. That one can be deleted, and a refused return leaves the invoice as it was, is ASSUMED for what is
// not withdrawn. Source: DOMAIN.md 9.
var requestSteps = map[RequestState]map[RequestEvent]RequestState{
	ToReview:     {Withdraw: Withdrawn, PassReview: Issuing, FailReview: Declined},
	Issuing:      {AskWithdrawal: Issuing, KeepIssuing: Issuing, LetWithdraw: Withdrawn, SendPaper: ToSign, IssueFile: Issued},
	ToSign:       {Sign: Signed},
	Signed:       {AskReturn: ReturnReview},
	Issued:       {AskReturn: ReturnReview},
	ReturnReview: {AcceptReturn: Returned, RefusePaper: Signed, RefuseFile: Issued},
	Withdrawn:    {Delete: Deleted},
	Declined:     {Delete: Deleted},
}

// After gives the state that an event brings a request to. Error: ErrState.
func (s RequestState) After(e RequestEvent) (RequestState, error) {
	next, ok := requestSteps[s][e]
	if !ok {
		return s, ErrState.Saying("the request is %s: %s is not possible", s, e)
	}
	return next, nil
}
