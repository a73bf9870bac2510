package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// ErrSignature: a notice is not signed by the provider, or too old. Source: DOMAIN.md 18, "access denied".
var ErrSignature = problem.New(http.StatusForbidden, "CBC.0151", "the notice is not signed by the provider")

// Notice is what a provider tells of a payment.
type Notice struct {
	Reference string // of the payment, as Begin was given it
	Event     PaymentEvent
	Channel   string
	Number    string // the provider's own, of the money
	Amount    money.Fen
}

// Provider takes online payments through their channels.
type Provider interface {
	// Begin makes a payment known to the provider, and gives where it is made. To begin one twice is as once.
	Begin(ctx context.Context, p Payment) (url string, err error)

	// Read gives what a notice tells. Errors: ErrSignature, CBC.0100.
	Read(ctx context.Context, signed Signed, now time.Time) (Notice, error)
}

// ProviderPort is where the payment provider comes from: the sandbox, until the declaration is given another.
var ProviderPort = function.Port[Provider]{Name: "payment provider", Open: func(env *function.Env) Provider { return NewSandbox(env) }}

// Signed is a notice as it came: when it was signed, in seconds since 1970, and the hex of HMAC-SHA256 over that, a full stop and the body.
type Signed struct {
	Timestamp string
	Signature string
	Body      []byte
}

// Sandbox is a provider that takes no money. Whoever has its key can sign what it would tell. It is safe for concurrent use.
type Sandbox struct {
	Key func(ctx context.Context) ([]byte, error)
}

// NewSandbox gives the sandbox with its key of the system's keyring.
func NewSandbox(env *function.Env) *Sandbox {
	return &Sandbox{Key: func(ctx context.Context) ([]byte, error) {
		_, key, err := env.Keyring().Key(ctx, "payment-sandbox")
		return key, err
	}}
}

// sandboxNotice is the body of the sandbox's notices.
type sandboxNotice struct {
	Reference string       `json:"reference"`
	Event     PaymentEvent `json:"event"`
	Channel   string       `json:"channel"`
	Number    string       `json:"number"`
	Amount    rest.Amount  `json:"amount"`
}

// Begin gives an address that nobody serves.
func (*Sandbox) Begin(_ context.Context, p Payment) (string, error) {
	return "https://pay.sandbox.example/" + p.Reference(), nil
}

// Sign gives a notice as the sandbox would send it at a time.
func (b *Sandbox) Sign(ctx context.Context, n Notice, now time.Time) (Signed, error) {
	body, err := json.Marshal(sandboxNotice{Reference: n.Reference, Event: n.Event, Channel: n.Channel, Number: n.Number, Amount: rest.Amount(n.Amount)})
	if err != nil {
		return Signed{}, err
	}
	signed := Signed{Timestamp: strconv.FormatInt(now.Unix(), 10), Body: body}
	sum, err := b.sum(ctx, signed)
	signed.Signature = hex.EncodeToString(sum)
	return signed, err
}

// Read checks the signature before it looks at anything else.
func (b *Sandbox) Read(ctx context.Context, signed Signed, now time.Time) (Notice, error) {
	want, err := b.sum(ctx, signed)
	if err != nil {
		return Notice{}, err
	}
	given, err := hex.DecodeString(signed.Signature)
	if err != nil || !hmac.Equal(given, want) {
		return Notice{}, ErrSignature
	}
	seconds, err := strconv.ParseInt(signed.Timestamp, 10, 64)
	if age := now.Sub(time.Unix(seconds, 0)); err != nil || age > noticeAge || age < -noticeAge {
		return Notice{}, ErrSignature.Saying("the notice was not signed within %s of now; sign it anew", noticeAge)
	}
	var n sandboxNotice
	if err := json.Unmarshal(signed.Body, &n); err != nil {
		return Notice{}, problem.Invalid("body", "not a notice").Because(err)
	}
	if !table.IsID(n.Number) && n.Event == ProviderPaid {
		return Notice{}, problem.Invalid("number", "%.64q is no number of a payment", n.Number)
	}
	return Notice{Reference: n.Reference, Event: n.Event, Channel: n.Channel, Number: n.Number, Amount: money.Fen(n.Amount)}, nil
}

func (b *Sandbox) sum(ctx context.Context, signed Signed) ([]byte, error) {
	key, err := b.Key(ctx)
	if err != nil {
		return nil, fmt.Errorf("the sandbox's key: %w", err)
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(signed.Timestamp + "."))
	h.Write(signed.Body)
	return h.Sum(nil), nil
}
