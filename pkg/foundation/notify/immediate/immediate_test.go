package immediate_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

var now = time.Date(2026, 12, 1, 6, 0, 0, 0, time.UTC)

type desk struct {
	*immediate.Sender
	inbox *notifytest.Inbox
	phone *notifytest.Phone
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{inbox: &notifytest.Inbox{}, phone: &notifytest.Phone{}}
	at := clock.NewFake(now)
	db := tabletest.New(t)
	d.Sender = &immediate.Sender{
		Table: db, Clock: at, Once: &notify.Once{Table: db, Mail: d.inbox, SMS: d.phone, Clock: at, Wall: clock.System{}},
		Writers: map[string]immediate.Writer{"greeting": greet},
	}
	return d
}

func greet(_ context.Context, e event.Event) (immediate.Message, bool, error) {
	return immediate.Message{
		To:     notify.Address{Email: "a@customer.example", Mobile: "13800000000"},
		Letter: letter.Letter{Locale: notify.English, Title: "Hello " + e.Data["name"], AsOf: now},
		Text:   &notify.Text{To: "13800000000", Template: "greeting"},
	}, e.Data["name"] != "nobody", nil
}

// written appends an event as a capability does, and reads it as the notifier gets it.
func (d *desk) written(t *testing.T, name string) event.Event {
	t.Helper()
	tx := table.NewTx()
	immediate.Append(tx, "greeting", event.Event{Owner: "c1", Subject: "c1", At: now, Data: map[string]string{"name": name}})
	if err := d.Table.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	var last event.Event
	for e, err := range event.List(t.Context(), d.Table, "c1", now) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Data["name"] == name {
			last = *e
		}
	}
	return last
}

func TestEventIsSentOnceHoweverOftenItIsDelivered(t *testing.T) {
	d := newDesk(t)
	e := d.written(t, "Apollo")
	for range 3 {
		if err := d.Send(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	mails, texts := d.inbox.Mails(), d.phone.Texts()
	if len(mails) != 1 || mails[0].Subject != "Hello Apollo" || len(texts) != 1 {
		t.Errorf("%d mails and %d SMS, want one each: %v", len(mails), len(texts), mails)
	}
}

func TestWhatIsNoLongerSoIsNotSent(t *testing.T) {
	d := newDesk(t)
	if err := d.Send(t.Context(), d.written(t, "nobody")); err != nil || len(d.inbox.Mails()) != 0 {
		t.Errorf("%v, %d mails; want none", err, len(d.inbox.Mails()))
	}
}

func TestWithheldMessageIsMentionedInTheNextDigest(t *testing.T) {
	d := newDesk(t)
	for n := range notify.DailyCap + 2 {
		if err := d.Send(t.Context(), d.written(t, fmt.Sprint(n))); err != nil {
			t.Fatal(err)
		}
	}
	r, err := notify.LoadRecipient(t.Context(), d.Table, table.Key{PK: "PARTY#c1", SK: "DIGEST"})
	if err != nil || r.Withheld != 2 || len(d.inbox.Mails()) != notify.DailyCap {
		t.Errorf("%v, %d withheld, %d mails; want 2 and %d", err, r.Withheld, len(d.inbox.Mails()), notify.DailyCap)
	}
}

func TestUnknownWriterIsAFailure(t *testing.T) {
	d := newDesk(t)
	e := d.written(t, "Apollo")
	e.Data["writer"] = "other"
	if err := d.Send(t.Context(), e); err == nil || !strings.Contains(err.Error(), "other") {
		t.Errorf("%v, want one that names the writer", err)
	}
}
