package cloud

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/problem"
)

const (
	localPayments  = "/local/payments/"
	paymentNotices = "/v2/payments/notices"
)

// sandbox is the payment provider of this machine: payments that began here are made, or fail, by an operation. It forgets them at its end.
type sandbox struct {
	*account.Sandbox

	mu    sync.Mutex
	begun map[string]account.Payment
}

// Begin remembers a payment.
func (s *sandbox) Begin(ctx context.Context, p account.Payment) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun[p.ID] = p
	return s.Sandbox.Begin(ctx, p)
}

// find gives a payment that began here. Error: account.ErrNoPayment.
func (s *sandbox) find(id string) (account.Payment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.begun[id]
	if !ok {
		return p, account.ErrNoPayment.Saying("no payment %q has begun since this local cloud started", id)
	}
	return p, nil
}

// postPayment makes a payment, or lets it fail: it signs what the provider would tell and sends that to the operation for notices, whose answer it
// gives. A payment that is made twice is told twice of, with the same number.
func (c *Cloud) postPayment(r *http.Request) (any, error) {
	var in struct {
		Outcome account.PaymentEvent `json:"outcome"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if in.Outcome != account.ProviderPaid && in.Outcome != account.ProviderFailed {
		return nil, problem.Invalid("outcome", "%q is neither %q nor %q", in.Outcome, account.ProviderPaid, account.ProviderFailed)
	}
	p, err := c.sandbox.find(r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	signed, err := c.sandbox.Sign(r.Context(), account.Notice{
		Reference: p.Reference(), Event: in.Outcome, Channel: p.Channel, Number: "sandbox-" + p.ID, Amount: p.Amount,
	}, c.env.Wall.Now())
	if err != nil {
		return nil, err
	}
	return c.notify(r.Context(), signed)
}

// notify sends a notice as the provider would.
func (c *Cloud) notify(ctx context.Context, signed account.Signed) (any, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.API+paymentNotices, bytes.NewReader(signed.Body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Payment-Timestamp", signed.Timestamp)
	request.Header.Set("X-Payment-Signature", signed.Signature)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	var told struct {
		State   account.PaymentState `json:"state"`
		Code    string               `json:"error_code"`
		Message string               `json:"error_msg"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&told); err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, problem.New(answer.StatusCode, told.Code, "%s", told.Message)
	}
	return map[string]account.PaymentState{"state": told.State}, nil
}
