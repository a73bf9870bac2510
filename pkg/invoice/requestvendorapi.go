package invoice

import (
	"context"
	"errors"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// requestReviews registers what the vendor does of requests for its invoices.
func requestReviews(api *rest.API, env *function.Env) {
	review := auth.Only(auth.Vendor, auth.InvoiceReview)
	rest.Register(api, rest.Operation{
		ID: "ListInvoiceRequestsToDo", Method: http.MethodGet, Path: vendorInvoicesPath + "/requests",
		Summary: "List requests for invoices in an open state, the longest waiting first", Allow: review,
	}, function.Lazily(env, New, (*Service).listOpenRequests))
	rest.Register(api, rest.Operation{
		ID: "ShowAccountInvoiceRequest", Method: http.MethodGet, Path: vendorInvoicesPath + "/requests/{account_id}/{request_id}",
		Summary: "Show an account's request for an invoice", Allow: review,
	}, function.Lazily(env, New, (*Service).showAccountRequest))
	rest.Register(api, rest.Operation{
		ID: "StepInvoiceRequest", Method: http.MethodPost, Path: vendorInvoicesPath + "/requests/{account_id}/{request_id}/steps",
		Summary: "Approve or reject a request, issue its invoice, or decide on its withdrawal or return", Allow: review,
	}, function.Lazily(env, New, (*Service).stepAccountRequest))
}

type openRequestsInput struct {
	rest.QueryPaging
	State string `query:"state" enum:"TO_REVIEW,ISSUING,TO_SIGN,RETURN_REVIEW" doc:"TO_REVIEW when absent"`
}

type openRequest struct {
	table.Head
	Row VendorInvoiceRow `dynamodbav:"row"`
}

func (s *Service) listOpenRequests(ctx context.Context, in *openRequestsInput) (*requestsOutput, error) {
	state := RequestState(in.State)
	if state == "" {
		state = ToReview
	}
	partitions := s.months(func(m Month) string { return requestsOf(state, m) })
	page, err := rest.ListAll[openRequest](ctx, s.Table, partitions, "openrequests "+string(state), in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &requestsOutput{CountHeader: page.Header()}
	out.Body.Requests, out.Body.TotalCount, out.Body.Marker = []RequestShown{}, page.Total, page.Marker
	for _, r := range page.Items {
		out.Body.Requests = append(out.Body.Requests, showRequestRow(r.Row))
	}
	return out, nil
}

// RequestPath names a request of an account. It is exported for the schema of the operations alone.
type RequestPath struct {
	AccountID auth.PartyID `path:"account_id" maxLength:"64"`
	RequestID string       `path:"request_id" maxLength:"64"`
}

type accountRequestOutput struct {
	Body struct {
		RequestShown
		Info Info `json:"info" doc:"What the invoice bears, and where it goes"`
	}
}

func (s *Service) showAccountRequest(ctx context.Context, in *RequestPath) (*accountRequestOutput, error) {
	v, err := s.request(ctx, in.AccountID, in.RequestID)
	out := &accountRequestOutput{}
	out.Body.RequestShown, out.Body.Info = showRequest(v), v.Info
	return out, err
}

// requestStep is what the vendor does of a request. Send and issue, and the two ways to refuse a return, are one step each to the vendor: the kind of the
// invoice says which is meant.
type requestStep struct {
	Step        string `json:"step" enum:"approve,reject,issue,refuse_withdrawal,allow_withdrawal,accept_return,refuse_return"`
	Reason      string `json:"reason,omitempty" maxLength:"256" doc:"Of every refusal"`
	InvoiceNo   string `json:"invoice_no,omitempty" maxLength:"40" doc:"Of issue"`
	InvoiceCode string `json:"invoice_code,omitempty" maxLength:"40" doc:"Of issue, of an invoice of the old kind"`
	Entity      Entity `json:"contracting_entity,omitempty" enum:"HUAWEI_CLOUD_COMPUTING,OTHER" doc:"Of issue: whose invoice it is; HUAWEI_CLOUD_COMPUTING when absent"`
	Carrier     string `json:"carrier,omitempty" maxLength:"64" doc:"Of issue, of paper"`
	TrackingNo  string `json:"tracking_no,omitempty" maxLength:"64" doc:"Of issue, of paper"`
}

type stepRequestInput struct {
	RequestPath
	Body requestStep
}

func (s *Service) stepAccountRequest(ctx context.Context, in *stepRequestInput) (*accountRequestOutput, error) {
	err := s.stepRequestOnce(ctx, in.AccountID, in.RequestID, func(v VendorInvoice, now time.Time) (RequestEvent, func(*VendorInvoice), error) {
		return in.Body.of(v, now)
	})
	if err != nil {
		return nil, err
	}
	return s.showAccountRequest(ctx, &in.RequestPath)
}

// of gives what the step is to a request. Errors: ErrState, CBC.0100 for what is missing.
func (b requestStep) of(v VendorInvoice, now time.Time) (RequestEvent, func(*VendorInvoice), error) {
	e := map[string]RequestEvent{
		"approve": PassReview, "reject": FailReview, "issue": IssueFile, "refuse_withdrawal": KeepIssuing, "allow_withdrawal": LetWithdraw,
		"accept_return": AcceptReturn, "refuse_return": RefuseFile,
	}[b.Step]
	if v.Kind.Paper() && e == IssueFile {
		e = SendPaper
	}
	if v.Kind.Paper() && e == RefuseFile {
		e = RefusePaper
	}
	if _, err := v.State.After(e); err != nil {
		return e, nil, err
	}
	if (e == KeepIssuing || e == LetWithdraw) && !v.Asked {
		return e, nil, ErrState.Saying("no withdrawal is asked for")
	}
	refuses := e == FailReview || e == KeepIssuing || e == RefuseFile || e == RefusePaper
	err := errors.Join(needs("reason", b.Reason, refuses), needs("carrier", b.Carrier, e == SendPaper), needs("tracking_no", b.TrackingNo, e == SendPaper))
	if err == nil && (e == SendPaper || e == IssueFile) {
		err = checkNumber(b.InvoiceNo, b.InvoiceCode)
	}
	return e, func(next *VendorInvoice) { b.change(next, e, now) }, err
}

// change says what a step changes besides the state.
func (b requestStep) change(next *VendorInvoice, e RequestEvent, now time.Time) {
	next.Reason = b.Reason
	switch e {
	case PassReview:
		next.Due, _ = calendar.AddWorkingDays(calendar.DateOf(now), issueDays(next.Kind))
	case KeepIssuing, LetWithdraw:
		next.Asked = false
	case SendPaper, IssueFile:
		next.Number, next.Code, next.Entity, next.Asked = b.InvoiceNo, b.InvoiceCode, b.Entity, false
		next.Parcel = Parcel{Carrier: b.Carrier, Number: b.TrackingNo, At: now}
	case RefusePaper, RefuseFile:
		back := *next.Return
		back.Refused = b.Reason
		next.Return = &back
	default:
	}
}

// issueDays gives within how many working days an approved invoice is issued: paper in three, electronic ones the same day. Source: DOMAIN.md 9.
func issueDays(k Kind) int {
	if k.Paper() {
		return paperDays
	}
	return 0
}
