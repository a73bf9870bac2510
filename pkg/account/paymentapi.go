package account

import (
	"context"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Work is the due work that the capability does, by kind.
func Work(env *function.Env) map[string]lifecycle.Handler {
	return map[string]lifecycle.Handler{
		WorkPayment:    func(ctx context.Context, due lifecycle.Due) error { return New(env).DoPayment(ctx, due) },
		WorkWithdrawal: func(ctx context.Context, due lifecycle.Due) error { return New(env).DoWithdrawal(ctx, due) },
	}
}

const paymentsPath = "/v2/accounts/partner-accounts/payments"

// payments registers online top-ups. Source: DOMAIN.md 5, Top-up rules.
func payments(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "CreatePartnerPayment", Method: http.MethodPost, Path: paymentsPath, Status: http.StatusCreated,
		Summary:     "Begin an online top-up of the calling partner's cash account",
		Description: "The payment is made at payment_url until expires_at. The account is credited when the provider tells that it was.",
		Allow:       auth.Partners(auth.AccountTopUp),
	}, function.Lazily(env, New, (*Service).createPayment))
	rest.Register(api, rest.Operation{
		ID: "ListPartnerPayments", Method: http.MethodGet, Path: paymentsPath,
		Summary: "List the calling partner's online top-ups, the latest first",
		Allow:   auth.Partners(auth.AccountRead),
	}, function.Lazily(env, New, (*Service).listPayments))
	rest.Register(api, rest.Operation{
		ID: "ShowPartnerPayment", Method: http.MethodGet, Path: paymentsPath + "/{payment_id}",
		Summary: "Show an online top-up",
		Allow:   auth.Partners(auth.AccountRead),
	}, function.Lazily(env, New, (*Service).showPayment))
	rest.Register(api, rest.Operation{
		ID: "ReceivePaymentNotice", Method: http.MethodPost, Path: "/v2/payments/notices",
		Summary:     "Tell what became of an online payment",
		Description: "For the payment provider. A notice may come twice and in any order.",
		Allow:       auth.Public("the payment provider has no account here: each notice is signed with its key, which is checked first"),
	}, function.Lazily(env, New, (*Service).receiveNotice))
}

type createPaymentInput struct {
	Body struct {
		Channel string      `json:"channel" maxLength:"16" doc:"ALIPAY, WECHAT, UNIONPAY or PETALPAY"`
		Amount  rest.Amount `json:"amount" doc:"Yuan, above 0"`
	}
}

type paymentBody struct {
	PaymentID  string       `json:"payment_id"`
	Channel    string       `json:"channel"`
	Amount     rest.Amount  `json:"amount"`
	State      PaymentState `json:"state" enum:"pending,paid,failed,expired"`
	PaymentURL string       `json:"payment_url,omitempty" doc:"Where it is made, while it is pending"`
	CreatedAt  rest.Instant `json:"created_at"`
	ExpiresAt  rest.Instant `json:"expires_at"`
	TransferID string       `json:"transfer_id,omitempty" doc:"The trans_id of the top-up's record, once it is paid"`
}

type paymentOutput struct{ Body paymentBody }

func bodyOf(p Payment) paymentBody {
	b := paymentBody{
		PaymentID: p.ID, Channel: p.Channel, Amount: rest.Amount(p.Amount), State: p.State, TransferID: p.Transfer,
		CreatedAt: rest.Instant(p.Created), ExpiresAt: rest.Instant(p.Expires),
	}
	if p.State == PaymentPending {
		b.PaymentURL = p.URL
	}
	return b
}

// createPayment begins a payment, which credits nothing by itself.
func (s *Service) createPayment(ctx context.Context, in *createPaymentInput) (*paymentOutput, error) {
	amount, err := positive(in.Body.Amount, "amount")
	if err != nil {
		return nil, err
	}
	by, err := channelFor(in.Body.Channel, amount)
	if err != nil {
		return nil, err
	}
	partner := rest.Caller(ctx).Party
	id, err := s.once(ctx, func(tx *table.Tx, id string, now time.Time) error {
		p := Payment{ID: id, Partner: partner, Channel: by.ID, Amount: amount, State: PaymentPending, Created: now, Expires: now.Add(paymentLife)}
		var err error
		if p.URL, err = s.Provider().Begin(ctx, p); err == nil {
			s.begin(ctx, tx, p)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	p, err := s.payment(ctx, partner, id)
	return &paymentOutput{Body: bodyOf(p)}, err
}

type paymentPath struct {
	PaymentID string `path:"payment_id" maxLength:"64"`
}

func (s *Service) showPayment(ctx context.Context, in *paymentPath) (*paymentOutput, error) {
	p, err := s.payment(ctx, rest.Caller(ctx).Party, in.PaymentID)
	return &paymentOutput{Body: bodyOf(p)}, err
}

type listPaymentsOutput struct {
	rest.CountHeader
	Body struct {
		Payments   []paymentBody `json:"payments"`
		TotalCount int           `json:"total_count"`
		Marker     string        `json:"marker,omitempty"`
	}
}

type listPaymentsInput struct{ rest.QueryPaging }

func (s *Service) listPayments(ctx context.Context, in *listPaymentsInput) (*listPaymentsOutput, error) {
	from := paymentHead(rest.Caller(ctx).Party, "")
	q := table.Query{PK: from.PK, Prefix: from.SK, Descending: true, Strong: true, Scope: "payments"}
	page, err := rest.List[Payment](ctx, s.Table, q, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &listPaymentsOutput{CountHeader: page.Header()}
	out.Body.Payments, out.Body.TotalCount, out.Body.Marker = []paymentBody{}, page.Total, page.Marker
	for _, p := range page.Items {
		out.Body.Payments = append(out.Body.Payments, bodyOf(*p))
	}
	return out, nil
}

type noticeInput struct {
	Timestamp string `header:"X-Payment-Timestamp" maxLength:"20" doc:"Seconds since 1970"`
	Signature string `header:"X-Payment-Signature" maxLength:"128" doc:"Hex of HMAC-SHA256 over the timestamp, a full stop and the body"`
	RawBody   []byte
	Body      any // what it is the provider says, once its signature is checked
}

type noticeOutput struct {
	Body struct {
		State PaymentState `json:"state" enum:"pending,paid,failed,expired" doc:"Of the payment now"`
	}
}

// receiveNotice does what the provider tells.
func (s *Service) receiveNotice(ctx context.Context, in *noticeInput) (*noticeOutput, error) {
	n, err := s.Provider().Read(ctx, Signed{Timestamp: in.Timestamp, Signature: in.Signature, Body: in.RawBody}, s.Wall.Now())
	if err != nil {
		return nil, err
	}
	p, err := s.settle(ctx, n)
	out := &noticeOutput{}
	out.Body.State = p.State
	return out, err
}
