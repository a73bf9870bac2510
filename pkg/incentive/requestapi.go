package incentive

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type createRequestInput struct {
	Body struct {
		IncentiveIDs []string `json:"incentive_ids,omitempty" maxItems:"50" doc:"All that the method pays when absent"`
		Method       Method   `json:"method" enum:"BANK_TRANSFER,TOP_UP_ACCOUNT,VOUCHER_QUOTA,OWED_INVOICE"`
	}
}

type createRequestOutput struct {
	Body struct {
		PaymentRequestID string      `json:"payment_request_id"`
		Amount           rest.Amount `json:"amount"`
	}
}

func (s *Service) createRequest(ctx context.Context, in *createRequestInput) (*createRequestOutput, error) {
	partner := rest.Caller(ctx).Party
	id, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		r, err := s.apply(ctx, tx, partner, in.Body.IncentiveIDs, in.Body.Method, false, now)
		return r.ID, err
	})
	if err != nil {
		return nil, err
	}
	r, err := s.request(ctx, partner, id)
	out := &createRequestOutput{}
	out.Body.PaymentRequestID, out.Body.Amount = r.ID, rest.Amount(r.Amount)
	return out, err
}

// RequestBody is a payment request on the wire. It is exported for the schema of the operations alone.
type RequestBody struct {
	PaymentRequestID string        `json:"payment_request_id"`
	PartnerID        string        `json:"partner_id"`
	Periods          []Month       `json:"periods"`
	Amount           rest.Amount   `json:"amount"`
	Method           Method        `json:"method" enum:"BANK_TRANSFER,TOP_UP_ACCOUNT,VOUCHER_QUOTA,OWED_INVOICE"`
	State            RequestState  `json:"state" enum:"PROCESSING,TO_INVOICE,INVOICE_REVIEW,PAYING,COMPLETED,FAILED,PAY_FAILED"`
	NextState        RequestState  `json:"next_state,omitempty" enum:"TO_INVOICE,INVOICE_REVIEW,PAYING,COMPLETED,PROCESSING" doc:"When all goes well"`
	Reason           string        `json:"reason,omitempty" doc:"Of the last rejection or failure"`
	Automatic        bool          `json:"automatic"`
	BankName         string        `json:"bank_name,omitempty"`
	BankAccountEnd   string        `json:"bank_account_end,omitempty" doc:"The last four digits"`
	AppliedAt        rest.Instant  `json:"applied_at"`
	PayBy            string        `json:"pay_by,omitempty" doc:"Beijing date by which it is paid"`
	PaidAt           *rest.Instant `json:"paid_at,omitempty"`
	BankReference    string        `json:"bank_reference,omitempty"`
}

func showRequest(r Request) RequestBody {
	b := RequestBody{
		PaymentRequestID: r.ID, PartnerID: string(r.Partner), Periods: r.Periods, Amount: rest.Amount(r.Amount), Method: r.Method, State: r.State,
		NextState: r.next(), Reason: r.Reason, Automatic: r.Auto, AppliedAt: rest.Instant(r.Applied), PayBy: r.PayBy.String(), PaidAt: instant(r.Paid),
		BankReference: r.Reference,
	}
	if r.Method == BankTransfer {
		b.BankName, b.BankAccountEnd = r.Bank, r.Last4
	}
	return b
}

// next gives the state that a payment request comes to when all goes well.
func (r Request) next() RequestState {
	switch r.State {
	case Processing:
		if r.Method.NeedsInvoice() {
			return ToInvoice
		}
		return Completed
	case ToInvoice:
		return InvoiceReview
	case InvoiceReview, PayFailed:
		return Paying
	case Paying:
		return Completed
	case Failed:
		return Processing
	case ToApply, Completed:
	}
	return ""
}

type requestsInput struct {
	rest.QueryPaging
	Of
	State string `query:"state" enum:"PROCESSING,TO_INVOICE,INVOICE_REVIEW,PAYING,COMPLETED,FAILED,PAY_FAILED"`
}

type requestsOutput struct {
	rest.CountHeader
	Body struct {
		PaymentRequests []RequestBody `json:"payment_requests"`
		TotalCount      int           `json:"total_count"`
		Marker          string        `json:"marker,omitempty"`
	}
}

func (s *Service) listRequests(ctx context.Context, in *requestsInput) (*requestsOutput, error) {
	partner, err := in.partner(ctx)
	if err != nil {
		return nil, err
	}
	q := table.Query{PK: ownerKey(partner), Prefix: requestPrefix, Descending: true, Scope: "payment requests " + in.State}
	page, err := rest.List(ctx, s.Table, q, in.Paging(), func(r *Request) bool { return in.State == "" || string(r.State) == in.State })
	if err != nil {
		return nil, err
	}
	out := &requestsOutput{CountHeader: page.Header()}
	out.Body.PaymentRequests, out.Body.TotalCount, out.Body.Marker = []RequestBody{}, page.Total, page.Marker
	for _, r := range page.Items {
		out.Body.PaymentRequests = append(out.Body.PaymentRequests, showRequest(*r))
	}
	return out, nil
}

type requestInput struct {
	Of
	PaymentRequestID string `path:"payment_request_id" maxLength:"64"`
}

// TakenBody is an incentive that a payment request takes, on the wire. It is exported for the schema of the operations alone.
type TakenBody struct {
	IncentiveID string      `json:"incentive_id"`
	Period      Month       `json:"period"`
	Amount      rest.Amount `json:"amount"`
}

type requestOutput struct {
	Body struct {
		RequestBody
		Incentives []TakenBody `json:"incentives"`
	}
}

func (s *Service) showRequest(ctx context.Context, in *requestInput) (*requestOutput, error) {
	partner, err := in.partner(ctx)
	if err != nil {
		return nil, err
	}
	r, err := s.request(ctx, partner, in.PaymentRequestID)
	if err != nil {
		return nil, err
	}
	out := &requestOutput{}
	out.Body.RequestBody, out.Body.Incentives = showRequest(r), []TakenBody{}
	for _, t := range r.Takes {
		out.Body.Incentives = append(out.Body.Incentives, TakenBody{IncentiveID: t.ID, Period: t.Month, Amount: rest.Amount(t.Amount)})
	}
	return out, nil
}

type retryInput struct {
	PaymentRequestID string `path:"payment_request_id" maxLength:"64"`
}

func (s *Service) retryRequest(ctx context.Context, in *retryInput) (*struct{}, error) {
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		return in.PaymentRequestID, s.again(ctx, tx, rest.Caller(ctx).Party, in.PaymentRequestID, now)
	})
	return nil, err
}

type settingOutput struct {
	Body struct {
		AutoApply bool   `json:"auto_apply"`
		Method    Method `json:"method,omitempty"`
		Refused   string `json:"refused,omitempty" doc:"Why the last attempt made no payment request; it is tried again every morning"`
	}
}

func (s *Service) showSetting(ctx context.Context, _ *struct{}) (*settingOutput, error) {
	one, err := s.setting(ctx, rest.Caller(ctx).Party)
	out := &settingOutput{}
	out.Body.AutoApply, out.Body.Method, out.Body.Refused = one.Auto, one.Method, one.Refused
	return out, err
}

type setSettingInput struct {
	Body struct {
		AutoApply bool   `json:"auto_apply"`
		Method    Method `json:"method" enum:"BANK_TRANSFER,TOP_UP_ACCOUNT,VOUCHER_QUOTA,OWED_INVOICE"`
	}
}

func (s *Service) setSetting(ctx context.Context, in *setSettingInput) (*struct{}, error) {
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		return "set", s.set(ctx, tx, rest.Caller(ctx).Party, in.Body.AutoApply, in.Body.Method, now)
	})
	return nil, err
}

type businessInput struct{ Of }

type businessOutput struct {
	Body struct {
		State       string        `json:"state" enum:"NONE,UNDER_REVIEW,CERTIFIED,REFUSED" doc:"UNDER_REVIEW also while a change of what is certified is"`
		Certified   *Business     `json:"certified,omitempty"`
		CertifiedAt *rest.Instant `json:"certified_at,omitempty"`
		Pending     *Business     `json:"pending,omitempty"`
		SubmittedAt *rest.Instant `json:"submitted_at,omitempty"`
		Reason      string        `json:"reason,omitempty" doc:"Of the last refusal"`
	}
}

func (s *Service) showBusiness(ctx context.Context, in *businessInput) (*businessOutput, error) {
	partner, err := in.partner(ctx)
	if err != nil {
		return nil, err
	}
	c, err := LoadBusiness(ctx, s.Table, partner)
	out := &businessOutput{}
	b := &out.Body
	b.State, b.Certified, b.CertifiedAt, b.Pending, b.SubmittedAt, b.Reason = c.state(), c.Valid, instant(c.Since), c.Pending, instant(c.Submitted), c.Reason
	return out, err
}

func (c Certification) state() string {
	switch {
	case c.Pending != nil:
		return "UNDER_REVIEW"
	case c.Reason != "":
		return "REFUSED"
	case c.Valid != nil:
		return "CERTIFIED"
	}
	return "NONE"
}

type putBusinessInput struct{ Body Business }

func (s *Service) putBusiness(ctx context.Context, in *putBusinessInput) (*struct{}, error) {
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		return "submitted", s.submitBusiness(ctx, tx, rest.Caller(ctx).Party, in.Body, now)
	})
	return nil, err
}
