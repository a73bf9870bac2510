package ses_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/ses"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

var mail = notify.Message{ID: notify.MessageID("m"), To: "a@customer.example", Subject: "到期", HTML: "<p>到期</p>", Text: "到期"}

// mailer returns a mailer that talks to handler instead of SES.
func mailer(t *testing.T, handler http.HandlerFunc) (notify.Mail, *table.Client) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	settings := map[string]string{
		"AWS_REGION": "local", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s",
		function.SettingMailFrom: "notices@pc.example", function.SettingMailSet: "notices",
	}
	env := &function.Env{
		Clock: clock.System{}, Wall: clock.System{}, Setting: func(name string) string { return settings[name] },
		Endpoint: func(string) string { return server.URL },
	}
	db := tabletest.New(t)
	function.Port[*table.Client]{Name: "table"}.Put(env, db)
	return ses.Port.In(env), db
}

func TestMailCarriesItsIDAsTagAndHeader(t *testing.T) {
	var got struct {
		FromEmailAddress, ConfigurationSetName string
		Destination                            struct{ ToAddresses []string }
		EmailTags                              []struct{ Name, Value string }
		Content                                struct {
			Simple struct {
				Subject struct{ Data, Charset string }
				Headers []struct{ Name, Value string }
			}
		}
	}
	m, _ := mailer(t, func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		_, _ = w.Write([]byte(`{"MessageId":"x"}`))
	})
	if err := m.Send(t.Context(), mail); err != nil {
		t.Fatal(err)
	}
	simple := got.Content.Simple
	switch {
	case got.FromEmailAddress != "notices@pc.example", got.ConfigurationSetName != "notices", got.Destination.ToAddresses[0] != mail.To,
		simple.Subject.Data != mail.Subject, simple.Subject.Charset != "UTF-8",
		got.EmailTags[0].Name != ses.Tag, got.EmailTags[0].Value != mail.ID,
		simple.Headers[0].Name != ses.Header, simple.Headers[0].Value != mail.ID:
		t.Errorf("sent %+v", got)
	}
}

// A subject is a header, in which names stand that others have chosen.
func TestASubjectIsOneLine(t *testing.T) {
	var got struct {
		Content struct {
			Simple struct{ Subject struct{ Data string } }
		}
	}
	m, _ := mailer(t, func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		_, _ = w.Write([]byte(`{"MessageId":"x"}`))
	})
	lines := mail
	lines.Subject = "News of Apollo\r\nBcc: everybody@customer.example\n"
	if err := m.Send(t.Context(), lines); err != nil {
		t.Fatal(err)
	}
	if said := got.Content.Simple.Subject.Data; said != "News of Apollo Bcc: everybody@customer.example" {
		t.Errorf("the subject is %q, want one line", said)
	}
}

func TestOnlyARefusalIsCertain(t *testing.T) {
	cases := map[string]struct {
		answer http.HandlerFunc
		unsure bool
	}{
		"refused":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }, false},
		"throttled":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, false},
		"server error":  {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, true},
		"no answer":     {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, true},
		"broken answer": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{")) }, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int32
			m, _ := mailer(t, func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				c.answer(w, r)
			})
			err := m.Send(t.Context(), mail)
			if err == nil || errors.Is(err, notify.ErrUnsure) != c.unsure || calls.Load() != 1 {
				t.Errorf("%v after %d calls; want unsure: %v, after one", err, calls.Load(), c.unsure)
			}
		})
	}
}

// What SES answers goes into a log, which shows addresses masked.
func TestARefusalDoesNotTellTheAddress(t *testing.T) {
	m, _ := mailer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-ErrorType", "MessageRejected")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"message":"Email address is not verified. The following identities failed the check: ` + mail.To + `"}`))
	})
	var rejected *types.MessageRejected
	err := m.Send(t.Context(), mail)
	if !errors.As(err, &rejected) || strings.Contains(err.Error(), mail.To) || !strings.Contains(err.Error(), "a***@customer.example") {
		t.Errorf("%v, want the refusal with the address masked", err)
	}
}

func TestMailWasSentWhenSESHasSaidSo(t *testing.T) {
	m, db := mailer(t, nil)
	for _, want := range []bool{false, true, true} {
		if got, err := m.Sent(t.Context(), mail.ID); err != nil || got != want {
			t.Fatalf("%v, %v; want %v", got, err, want)
		}
		now := clock.System{}.Now()
		if err := notify.Taken(t.Context(), db, mail.ID, now, now); err != nil {
			t.Fatal(err)
		}
	}
}
