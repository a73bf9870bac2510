package invoice

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// requests registers what accounts do of their requests for invoices of the vendor.
func requests(api *rest.API, env *function.Env) {
	one := requestsPath + "/{request_id}"
	rest.Register(api, rest.Operation{
		ID: "RequestInvoice", Method: http.MethodPost, Path: requestsPath, Status: http.StatusCreated,
		Summary:     "Ask the vendor for an invoice of what the calling account consumed in some months",
		Description: "Customers' months can be invoiced from the 3rd of the next, partners' from the 5th at 12:00 Beijing. Special VAT invoices are for enterprises alone.",
		Allow:       accounts(),
	}, function.Lazily(env, New, (*Service).createRequest))
	rest.Register(api, rest.Operation{
		ID: "ListInvoiceRequests", Method: http.MethodGet, Path: requestsPath,
		Summary: "List the calling account's requests for invoices, newest first", Allow: accounts(),
	}, function.Lazily(env, New, (*Service).listRequests))
	rest.Register(api, rest.Operation{
		ID: "ShowInvoiceRequest", Method: http.MethodGet, Path: one, Summary: "Show a request for an invoice", Allow: accounts(),
	}, function.Lazily(env, New, (*Service).showRequest))
	rest.Register(api, rest.Operation{
		ID: "WithdrawInvoiceRequest", Method: http.MethodPost, Path: one + "/withdrawal",
		Summary: "Withdraw a request: at once before its review, as far as the vendor still can while it is being issued", Allow: accounts(),
	}, function.Lazily(env, New, (*Service).withdrawRequest))
	rest.Register(api, rest.Operation{
		ID: "SignInvoice", Method: http.MethodPost, Path: one + "/receipt", Summary: "Note that a paper invoice has arrived", Allow: accounts(),
	}, function.Lazily(env, New, (*Service).signRequest))
	rest.Register(api, rest.Operation{
		ID: "ReturnInvoice", Method: http.MethodPost, Path: one + "/return",
		Summary: "Give an invoice back, so that its months can be invoiced again", Allow: accounts(),
	}, function.Lazily(env, New, (*Service).returnRequest))
	rest.Register(api, rest.Operation{
		ID: "DeleteInvoiceRequest", Method: http.MethodDelete, Path: one, Status: http.StatusNoContent,
		Summary: "Delete a withdrawn or rejected request from the list", Allow: accounts(),
	}, function.Lazily(env, New, (*Service).deleteRequest))
	rest.Register(api, rest.Operation{
		ID: "ListInvoices", Method: http.MethodGet, Path: "/v1.0/{domain_id}/payments/intl-invoices",
		Summary: "List the calling account's requests for invoices by when they were made", Allow: accounts(),
	}, function.Lazily(env, New, (*Service).listInvoices))
}

type createRequestInput struct {
	Body struct {
		Months      []Month `json:"months" minItems:"1" maxItems:"12" doc:"Beijing months such as 2026-11; all that was consumed in them is invoiced"`
		InvoiceType Kind    `json:"invoice_type" enum:"SPECIAL_PAPER,SPECIAL_ELECTRONIC,ORDINARY_PAPER,ORDINARY_ELECTRONIC"`
		InfoID      string  `json:"info_id,omitempty" maxLength:"64" doc:"An older invoice info of the account; the valid one when absent"`
	}
}

// RequestShown is a request on the wire. It is exported for the schema of the operations alone.
type RequestShown struct {
	RequestID         string       `json:"request_id"`
	AccountID         string       `json:"account_id"`
	State             RequestState `json:"state" enum:"TO_REVIEW,ISSUING,TO_SIGN,SIGNED,ISSUED,WITHDRAWN,REJECTED,RETURN_REVIEW,RETURNED"`
	Months            []Month      `json:"months"`
	InvoiceType       Kind         `json:"invoice_type"`
	Title             string       `json:"title"`
	Amount            rest.Amount  `json:"amount" doc:"With tax"`
	WithdrawalAsked   bool         `json:"withdrawal_asked"`
	Reason            string       `json:"reason,omitempty" doc:"Of the last refusal"`
	InvoiceNo         string       `json:"invoice_no,omitempty"`
	InvoiceCode       string       `json:"invoice_code,omitempty"`
	Entity            Entity       `json:"contracting_entity,omitempty" enum:"HUAWEI_CLOUD_COMPUTING,OTHER" doc:"Of an issued invoice; electronic ones of the first alone can be returned"`
	Carrier           string       `json:"carrier,omitempty"`
	TrackingNo        string       `json:"tracking_no,omitempty"`
	PostageByReceiver bool         `json:"postage_by_receiver" doc:"Whether the receiver pays the courier: of paper below 100 yuan"`
	DueBy             string       `json:"due_by,omitempty" doc:"The Beijing date by which the vendor does its next step"`
	ReturnReason      string       `json:"return_reason,omitempty"`
	RequestedAt       rest.Instant `json:"requested_at"`
}

type requestOutput struct{ Body RequestShown }

func showRequestRow(r VendorInvoiceRow) RequestShown {
	return RequestShown{
		RequestID: r.ID, AccountID: string(r.Account), State: r.State, Months: r.Months, InvoiceType: r.Kind, Title: r.Title, Amount: rest.Amount(r.Amount),
		PostageByReceiver: r.Kind.Paper() && r.Amount < paperPostage, RequestedAt: rest.Instant(r.At),
	}
}

func showRequest(v VendorInvoice) RequestShown {
	b := showRequestRow(v.VendorInvoiceRow)
	b.WithdrawalAsked, b.Reason, b.InvoiceNo, b.InvoiceCode = v.Asked, v.Reason, v.Number, v.Code
	b.Carrier, b.TrackingNo, b.DueBy = v.Parcel.Carrier, v.Parcel.Number, v.Due.String()
	if v.Number != "" {
		b.Entity = cmp.Or(v.Entity, CloudComputing)
	}
	if v.Return != nil {
		b.ReturnReason = v.Return.Reason
	}
	return b
}

func (s *Service) shownRequest(ctx context.Context, account auth.PartyID, id string) (*requestOutput, error) {
	v, err := s.request(ctx, account, id)
	return &requestOutput{Body: showRequest(v)}, err
}

func (s *Service) createRequest(ctx context.Context, in *createRequestInput) (*requestOutput, error) {
	account := rest.Caller(ctx).Party
	id, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		v := VendorInvoice{VendorInvoiceRow: VendorInvoiceRow{ID: table.NewID(now), Account: account, Months: in.Body.Months, Kind: in.Body.InvoiceType}}
		return v.ID, s.askInvoice(ctx, tx, v, in.Body.InfoID, now)
	})
	if err != nil {
		return nil, err
	}
	return s.shownRequest(ctx, account, id)
}

type requestsInput struct {
	rest.QueryPaging
	State string `query:"state" enum:"TO_REVIEW,ISSUING,TO_SIGN,SIGNED,ISSUED,WITHDRAWN,REJECTED,RETURN_REVIEW,RETURNED"`
}

type requestsOutput struct {
	rest.CountHeader
	Body struct {
		Requests   []RequestShown `json:"requests"`
		TotalCount int            `json:"total_count"`
		Marker     string         `json:"marker,omitempty"`
	}
}

func (s *Service) listRequests(ctx context.Context, in *requestsInput) (*requestsOutput, error) {
	q := table.Query{PK: ownerKey(rest.Caller(ctx).Party), Prefix: requestPrefix, Descending: true, Scope: "invoicerequests " + in.State}
	page, err := rest.List[VendorInvoice](ctx, s.Table, q, in.Paging(), func(v *VendorInvoice) bool { return in.State == "" || string(v.State) == in.State })
	if err != nil {
		return nil, err
	}
	out := &requestsOutput{CountHeader: page.Header()}
	out.Body.Requests, out.Body.TotalCount, out.Body.Marker = []RequestShown{}, page.Total, page.Marker
	for _, v := range page.Items {
		out.Body.Requests = append(out.Body.Requests, showRequest(*v))
	}
	return out, nil
}

type requestInput struct {
	RequestID string `path:"request_id" maxLength:"64"`
}

func (s *Service) showRequest(ctx context.Context, in *requestInput) (*requestOutput, error) {
	return s.shownRequest(ctx, rest.Caller(ctx).Party, in.RequestID)
}

// stepRequestOnce does a step of an account's request, which may depend on its state.
func (s *Service) stepRequestOnce(
	ctx context.Context, account auth.PartyID, id string, step func(v VendorInvoice, now time.Time) (RequestEvent, func(next *VendorInvoice), error),
) error {
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		v, err := s.request(ctx, account, id)
		if err != nil {
			return "", err
		}
		e, more, err := step(v, now)
		if err != nil {
			return "", err
		}
		return id, s.stepRequest(ctx, tx, v, e, more, now)
	})
	return err
}

func (s *Service) withdrawRequest(ctx context.Context, in *requestInput) (*requestOutput, error) {
	err := s.stepRequestOnce(ctx, rest.Caller(ctx).Party, in.RequestID, func(v VendorInvoice, _ time.Time) (RequestEvent, func(*VendorInvoice), error) {
		if v.State == Issuing && !v.Asked {
			return AskWithdrawal, func(next *VendorInvoice) { next.Asked = true }, nil
		}
		if v.Asked {
			return Withdraw, nil, ErrState.Saying("the withdrawal is asked for already")
		}
		return Withdraw, nil, nil
	})
	if err != nil {
		return nil, err
	}
	return s.showRequest(ctx, in)
}

func (s *Service) signRequest(ctx context.Context, in *requestInput) (*requestOutput, error) {
	err := s.stepRequestOnce(ctx, rest.Caller(ctx).Party, in.RequestID, func(VendorInvoice, time.Time) (RequestEvent, func(*VendorInvoice), error) {
		return Sign, nil, nil
	})
	if err != nil {
		return nil, err
	}
	return s.showRequest(ctx, in)
}

type returnInput struct {
	RequestID string `path:"request_id" maxLength:"64"`
	Body      struct {
		Reason      string `json:"reason" minLength:"1" maxLength:"256"`
		Used        bool   `json:"used_for_vat,omitempty" doc:"Whether it was ticked for VAT use, or booked"`
		RedLetterNo string `json:"red_letter_no,omitempty" maxLength:"32" pattern:"^[0-9]*$" doc:"Of an electronic invoice that was used: the tax platform's"`
		Carrier     string `json:"carrier,omitempty" maxLength:"64" doc:"Of paper, which is sent back at the sender's cost"`
		TrackingNo  string `json:"tracking_no,omitempty" maxLength:"64"`
	}
}

func (s *Service) returnRequest(ctx context.Context, in *returnInput) (*requestOutput, error) {
	b := in.Body
	err := s.stepRequestOnce(ctx, rest.Caller(ctx).Party, in.RequestID, func(v VendorInvoice, now time.Time) (RequestEvent, func(*VendorInvoice), error) {
		r := Return{Reason: b.Reason, Used: b.Used, Red: b.RedLetterNo, Parcel: Parcel{Carrier: b.Carrier, Number: b.TrackingNo, At: now}, At: now}
		if _, err := v.State.After(AskReturn); err != nil {
			return AskReturn, nil, err
		}
		return AskReturn, func(next *VendorInvoice) {
			next.Return = &r
			next.Due, _ = calendar.AddWorkingDays(calendar.DateOf(now), returnDays)
		}, returnable(v, r)
	})
	if err != nil {
		return nil, err
	}
	return s.showRequest(ctx, &requestInput{RequestID: in.RequestID})
}

func (s *Service) deleteRequest(ctx context.Context, in *requestInput) (*struct{}, error) {
	return nil, s.stepRequestOnce(ctx, rest.Caller(ctx).Party, in.RequestID, func(VendorInvoice, time.Time) (RequestEvent, func(*VendorInvoice), error) {
		return Delete, nil, nil
	})
}

// needs refuses a step without what belongs to it. Error: CBC.0100.
func needs(field, value string, needed bool) error {
	if needed && value == "" {
		return problem.Invalid(field, "this step needs it")
	}
	return nil
}
