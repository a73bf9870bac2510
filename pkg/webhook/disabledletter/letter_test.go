package disabledletter_test

import (
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/webhook"
	"partnercenter/pkg/webhook/disabledletter"
)

var now = time.Date(2026, 12, 2, 1, 0, 0, 0, time.UTC)

// sent gives the mails about a webhook of a party that reads a language, whose state is such, told of three times.
func sent(t *testing.T, locale string, state webhook.State, id string) []notify.Message {
	t.Helper()
	db, at, inbox, tx := tabletest.New(t), clock.NewFake(now), &notifytest.Inbox{}, table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: "p1", Kind: auth.Partner, Name: "Partner", Email: "it@partner.example"}, Locale: locale}, "test", now)
	tx.Create(&webhook.Directory{Head: table.Head{PK: "PARTY#p1", SK: "WEBHOOKS"}, Endpoints: []webhook.Endpoint{
		{ID: "wh-1", URL: "https://hear.partner.example:8443/p4th?token=s3cret", Secret: []byte("sealed"), State: state},
	}})
	if err := db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	sender := immediate.Sender{
		Table: db, Clock: at, Once: &notify.Once{Table: db, Mail: inbox, Clock: at, Wall: clock.System{}},
		Writers: map[string]immediate.Writer{
			webhook.WriterFailed: disabledletter.Writer(func() *webhook.Service { return &webhook.Service{Table: db, Clock: at} }),
		},
	}
	for range 3 {
		e := event.Event{ID: "E1", Type: immediate.Event, Owner: "p1", Subject: id, At: now, Data: map[string]string{"writer": webhook.WriterFailed}}
		if err := sender.Send(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	return inbox.Mails()
}

func TestAPartyIsToldOnceAndInItsLanguage(t *testing.T) {
	for locale, want := range map[string][]string{
		"zh-CN": {"Webhook 已停用", "以下 Webhook 持续一天未响应或响应失败，现已停用", "请重新启用", "地址", "wh-1", "https://hear.partner.example:8443", "北京时间"},
		"":      {"Webhook 已停用"},
		"en-US": {"A webhook was switched off", "has not answered, or not with success, for a day", "enable it", "Address", "wh-1", "Beijing"},
	} {
		mails := sent(t, locale, webhook.Failed, "wh-1")
		if len(mails) != 1 || mails[0].To != "it@partner.example" {
			t.Fatalf("%s: %d mails: %+v", locale, len(mails), mails)
		}
		m := mails[0]
		for _, text := range want {
			if !strings.Contains(m.Subject+m.Text, text) || !strings.Contains(m.Subject+m.HTML, text) {
				t.Errorf("%q: the mail lacks %q:\n%s\n%s", locale, text, m.Subject, m.Text)
			}
		}
		for _, secret := range []string{"sealed", "p4th", "s3cret"} { // what calls a webhook is a secret to some receivers
			if strings.Contains(m.HTML+m.Text, secret) {
				t.Errorf("%q: the mail has %s:\n%s", locale, secret, m.Text)
			}
		}
	}
}

// Who has acted meanwhile is told nothing.
func TestWhatWorksAgainOrIsGoneIsNotToldOf(t *testing.T) {
	for _, c := range []struct {
		state webhook.State
		id    string
	}{{webhook.Enabled, "wh-1"}, {webhook.Disabled, "wh-1"}, {webhook.Failed, "wh-2"}} {
		if mails := sent(t, "en-US", c.state, c.id); len(mails) != 0 {
			t.Errorf("%s is %s, and a mail says %s", c.id, c.state, mails[0].Subject)
		}
	}
}
