package customer_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/customer/requestmail"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/sns"
	"partnercenter/pkg/party"
)

// tells sends what is to be sent at once about requests, twice, and gives what arrived since at an address, title and text.
func (w *world) tells(owner, to string) string {
	w.t.Helper()
	before := len(w.inbox.Mails())
	sender := &immediate.Sender{
		Table: w.db, Clock: w.clock, Once: &notify.Once{Table: w.db, Mail: w.inbox, SMS: w.phone, Clock: w.clock, Wall: clock.System{}},
		Writers: requestmail.Writers(w.service),
	}
	for range 2 {
		for e, err := range event.List(context.Background(), w.db, owner, time.Time{}) {
			if err == nil && e.Type == immediate.Event {
				err = sender.Send(context.Background(), *e)
			}
			if err != nil {
				w.t.Fatal(err)
			}
		}
	}
	var got []string
	for _, m := range w.inbox.Mails()[before:] {
		if m.To != to {
			w.t.Errorf("a mail to %s, want %s", m.To, to)
		}
		got = append(got, m.Subject+"\n"+m.Text)
	}
	return strings.Join(got, "\n--\n")
}

// speaks puts a customer of the partner there, both reached by mail in a language.
func (w *world) speaks(locale string) {
	w.t.Helper()
	w.customer("c", "partner")
	w.change("c", func(p *party.Party) { p.Locale = locale })
	w.change("partner", func(p *party.Party) { p.Locale, p.Email = locale, "admin@partner.example" })
}

func TestTheOtherSideHearsOfARequestAndTheInitiatorOfItsResult(t *testing.T) {
	for locale, says := range map[string][]string{
		"zh-CN": {"待处理", "解除关联", "立即处理", "已完成", "123.45"},
		"en-US": {"waits for your decision", "The association ends", "Process now", "done", "123.45"},
	} {
		w, _ := newParting(t)
		w.speaks(locale)
		w.money("c", 123_45)
		r := w.requested(w.asks(admin, "c", 0))
		asked := w.tells("c", "c@customer.example")
		for _, text := range []string{says[0], says[1], says[2], "the mode no longer fits", "2026-12-31 09:00", "Partner"} {
			if !strings.Contains(asked, text) || strings.Count(asked, "Partner Center")+strings.Count(asked, "伙伴中心") != 1 {
				t.Errorf("%s: the mail lacks %q or came twice:\n%s", locale, text, asked)
			}
		}
		if got := w.tells("partner", "admin@partner.example"); got != "" {
			t.Errorf("%s: the initiator is told before there is a result:\n%s", locale, got)
		}
		w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees).Into(t, nil)
		w.finished(r.ID)
		result := w.tells("partner", "admin@partner.example")
		for _, text := range []string{says[3], says[4], "Name of c"} {
			if !strings.Contains(result, text) {
				t.Errorf("%s: the result lacks %q:\n%s", locale, text, result)
			}
		}
	}
}

// DOMAIN.md 3, Effects: the other side hears by SMS as well, which is all that reaches a customer without a mail address.
func TestTheOtherSideHearsOfARequestBySMS(t *testing.T) {
	w, _ := newParting(t)
	w.speaks("en-US")
	w.change("c", func(p *party.Party) { p.Mobile, p.Email = "13800000000", "" })
	w.requested(w.asks(admin, "c", 0))
	w.tells("c", "")
	texts := w.phone.Texts()
	if len(texts) != 1 || texts[0].To != "13800000000" {
		t.Fatalf("the SMS are %+v", texts)
	}
	if text, err := sns.Render(texts[0]); err != nil || !strings.Contains(text, "Partner") || !strings.Contains(text, "2026-12-31 09:00") {
		t.Errorf("it says %q, %v", text, err)
	}
}

func TestEveryResultHasItsWords(t *testing.T) {
	w, s := newParting(t)
	w.speaks("en-US")
	for what, c := range map[string]struct {
		act  func(id string)
		says string
	}{
		"rejected": {func(id string) {
			w.call(admin, "POST", requestsPath+"/"+id+"/decide", rejects).Into(t, nil)
		}, "Reason of the decision: not now"},
		"failed": {func(id string) {
			s.payments = []string{"CS77"}
			w.call(admin, "POST", requestsPath+"/"+id+"/decide", agrees).Into(t, nil)
			s.payments = nil
		}, "CS77"},
		"expired": {func(id string) {
			w.clock.Advance(30 * 24 * time.Hour)
			if err := w.does(id); err != nil {
				t.Fatal(err)
			}
		}, "Nobody has answered"},
	} {
		r := w.requested(w.call(as("c"), "POST", ownRequestsPath, customerAsks))
		c.act(r.ID)
		if got := w.tells("partner", "admin@partner.example"); got != "" {
			t.Errorf("%s: the partner is asked about what is decided:\n%s", what, got)
		}
		got := w.tells("c", "c@customer.example")
		if !strings.Contains(got, what) || !strings.Contains(got, c.says) {
			t.Errorf("%s: %s", what, got)
		}
		w.clock.Advance(95 * 24 * time.Hour)
	}
	r := w.requested(w.call(as("c"), "POST", ownRequestsPath, customerAsks))
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/withdraw", "").Into(t, nil)
	if got := w.tells("c", "c@customer.example") + w.tells("partner", "admin@partner.example"); got != "" {
		t.Errorf("somebody is told of what was withdrawn:\n%s", got)
	}
}
