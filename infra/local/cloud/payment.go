package cloud

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
)

// postNotice is the payment provider's part: it tells the API, as the sandbox signs it, what became of a payment that a partner has begun.
func (c *Cloud) postNotice(r *http.Request) (any, error) {
	var in struct {
		Partner auth.PartyID         `json:"partner_id"`
		Payment string               `json:"payment_id"`
		Event   account.PaymentEvent `json:"event"`
		Channel string               `json:"channel"`
		Number  string               `json:"number"` // the provider's own
		Amount  rest.Amount          `json:"amount"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	sandbox, ok := account.ProviderPort.In(c.env).(*account.Sandbox)
	if !ok {
		return nil, fmt.Errorf("the payment provider is no sandbox")
	}
	signed, err := sandbox.Sign(r.Context(), account.Notice{
		Reference: account.Payment{ID: in.Payment, Partner: in.Partner}.Reference(), Event: in.Event, Channel: in.Channel, Number: in.Number, Amount: money.Fen(in.Amount),
	}, time.Now())
	if err != nil {
		return nil, err
	}
	notice := httptest.NewRequestWithContext(r.Context(), http.MethodPost, "/v2/payments/notices", bytes.NewReader(signed.Body))
	notice.Header.Set("Content-Type", "application/json")
	notice.Header.Set("X-Payment-Timestamp", signed.Timestamp)
	notice.Header.Set("X-Payment-Signature", signed.Signature)
	answer := httptest.NewRecorder()
	c.gateway.ServeHTTP(answer, notice)
	var out map[string]any
	if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
		return nil, err
	}
	if answer.Code >= http.StatusBadRequest {
		return nil, problem.New(answer.Code, fmt.Sprint(out["error_code"]), "%v", out["error_msg"])
	}
	return out, nil
}
