package cloud

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/ses"
	"partnercenter/pkg/foundation/notify/sns"
	"partnercenter/pkg/party"
)

// putPorts puts this machine's adapters in the place of AWS's.
func (c *Cloud) putPorts() {
	ses.Port.Put(c.env, &mailer{Mail: ses.Open(c.env), store: c.emulators.SES + "/store"})
	sns.Port.Put(c.env, c.texts)
	party.DirectoryPort.Put(c.env, c.issuer)
	c.sandbox = &sandbox{Sandbox: account.NewSandbox(c.env), begun: map[string]account.Payment{}}
	account.ProviderPort.Put(c.env, c.sandbox)
}

// mailer sends by the SES emulator. It has no events: what it took it shows in its store.
type mailer struct {
	notify.Mail
	store string
}

// Sent looks for the message's header in the emulator's store.
func (m *mailer) Sent(ctx context.Context, id string) (bool, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, m.store, http.NoBody)
	if err != nil {
		return false, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false, err
	}
	defer func() { _ = answer.Body.Close() }()
	var store struct {
		Emails []json.RawMessage `json:"emails"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&store); err != nil {
		return false, err
	}
	for _, mail := range store.Emails {
		if bytes.Contains(mail, []byte(id)) {
			return true, nil
		}
	}
	return false, nil
}

// Text is an SMS that was sent here.
type Text struct {
	To       string            `json:"to"`
	Template string            `json:"template"`
	Params   map[string]string `json:"params"`
	Text     string            `json:"text"`
	At       time.Time         `json:"at"`
}

// texts keeps the SMS that were sent, which nobody gets.
type texts struct {
	clock clock.Clock // business time

	mu   sync.Mutex
	sent []Text
}

// Send keeps one SMS.
func (t *texts) Send(_ context.Context, m notify.Text) error {
	text, err := sns.Render(m)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent = append(t.sent, Text{To: notify.E164(m.To), Template: m.Template, Params: m.Params, Text: text, At: t.clock.Now()})
	return nil
}

func (t *texts) all() map[string]any {
	t.mu.Lock()
	defer t.mu.Unlock()
	return map[string]any{"sms": append([]Text{}, t.sent...)}
}
