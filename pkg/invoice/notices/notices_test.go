package notices_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/invoice/listletter"
	"partnercenter/pkg/invoice/notices"
	"partnercenter/pkg/party"
)

func december(day int) calendar.Date { return calendar.Date{Year: 2026, Month: 12, Day: day} }

// world is a partner with mail and phone, and what it is told at once and in the morning.
type world struct {
	t      *testing.T
	db     *table.Client
	clock  *clock.Fake
	env    *function.Env
	inbox  *notifytest.Inbox
	phone  *notifytest.Phone
	digest *digest.Digest
	sender *immediate.Sender
}

type setBuyer struct {
	table.Head
	Buyer invoice.Buyer `dynamodbav:"buyer"`
}

func newWorld(t *testing.T, locale notify.Locale) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(december(1).At(10, 0)), inbox: &notifytest.Inbox{}, phone: &notifytest.Phone{}}
	w.env = &function.Env{
		Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Sealer: auth.LocalSealer{Key: make([]byte, 32)},
		Setting: func(name string) string { return map[string]string{function.SettingSite: "https://pc.example"}[name] },
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
	invoice.PartsPort.Put(w.env, invoice.Parts{Business: func(context.Context, auth.PartyID) (invoice.Business, error) {
		return invoice.Business{Certified: true, Since: december(1).AddDays(-9).Start(), Title: "Partner"}, nil
	}})
	open := func() *invoice.Service { return invoice.New(w.env) }
	once := &notify.Once{Table: w.db, Mail: w.inbox, SMS: w.phone, Clock: w.clock, Wall: clock.System{}}
	w.digest = &digest.Digest{Table: w.db, Clock: w.clock, Source: digest.Join(notices.Source(open)), Once: once, Links: link.SignerOf(w.env)}
	w.sender = &immediate.Sender{Table: w.db, Clock: w.clock, Once: once, Writers: map[string]immediate.Writer{
		invoice.WriterIssued: listletter.Issued(open), invoice.WriterRejected: listletter.Rejected(open),
	}}
	w.write(func(tx *table.Tx) {
		party.Create(tx, party.Party{
			Row: party.Row{ID: "p", Kind: auth.Partner, Name: "Partner", Email: "p@example.com"}, Mobile: "13800000000", Locale: string(locale),
		}, "test", december(1).AddDays(-9).Start())
		tx.Create(&setBuyer{Head: table.Head{PK: "INVOICEBUYER#HWC", SK: "BUYER"}, Buyer: invoice.Buyer{Code: "HWC", Title: "华为云", Mailbox: "in@example.com"}})
	})
	return w
}

func (w *world) write(add func(*table.Tx)) {
	w.t.Helper()
	tx := table.NewTx()
	add(tx)
	if err := w.db.Commit(w.t.Context(), tx); err != nil {
		w.t.Fatal(err)
	}
}

// issue makes a payment request whose list is issued.
func (w *world) issue(id string) {
	w.t.Helper()
	p := invoice.Payable{Source: invoice.Incentive, ID: id, Partner: "p", Periods: []invoice.Month{"2026-11"}, Applied: w.clock.Now(), Amount: 1000_00}
	s := invoice.New(w.env)
	w.write(func(tx *table.Tx) {
		if err := s.Request(w.t.Context(), tx, p, w.clock.Now()); err != nil {
			w.t.Fatal(err)
		}
	})
	if err := s.Issue(w.t.Context(), "p", invoice.ListID("I-"+id+"-a")); err != nil {
		w.t.Fatal(err)
	}
}

// state puts a list into a state.
func (w *world) state(id string, s invoice.ListState, reason string) {
	w.t.Helper()
	var old invoice.List
	if err := w.db.Get(w.t.Context(), table.Key{PK: "PARTY#p", SK: "INVOICELIST#I-" + id + "-a"}, &old); err != nil {
		w.t.Fatal(err)
	}
	next := old
	next.State, next.Reason = s, reason
	w.write(func(tx *table.Tx) { tx.Replace(&old, &next) })
}

// told sends what is to be sent at once of a list, twice, which is as once.
func (w *world) told(writer, id string) {
	w.t.Helper()
	for range 2 {
		e := event.Event{
			ID: "event-" + writer + id, Type: immediate.Event, Owner: "p", Subject: "I-" + id + "-a", At: w.clock.Now(), Data: map[string]string{"writer": writer},
		}
		if err := w.sender.Send(w.t.Context(), e); err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestAnIssuedListIsToldByMailAndSMSWithALinkEach(t *testing.T) {
	for locale, says := range map[notify.Locale]string{notify.English: "Please issue the invoice for payment request PR1", notify.Chinese: "请为申付单PR1开具发票"} {
		t.Run(string(locale), func(t *testing.T) {
			w := newWorld(t, locale)
			w.issue("PR1")
			w.told(invoice.WriterIssued, "PR1")
			mails, texts := w.inbox.Mails(), w.phone.Texts()
			if len(mails) != 1 || mails[0].To != "p@example.com" || mails[0].Subject != says {
				t.Fatalf("mails: %+v", mails)
			}
			for _, want := range []string{"HWC-2026-000001", "1000.00", "943.40", "6%", "in@example.com", "申付单号：PR1；账期：2026-11", "https://pc.example/links/"} {
				if !strings.Contains(mails[0].HTML, want) {
					t.Errorf("the mail does not say %q", want)
				}
			}
			if len(texts) != 1 || texts[0].Template != listletter.TextIssued || !strings.HasPrefix(texts[0].Params["link"], "https://pc.example/l/") {
				t.Fatalf("texts: %+v", texts)
			}
			l, err := link.SignerOf(w.env).Find(t.Context(), strings.TrimPrefix(texts[0].Params["link"], "https://pc.example/l/"))
			if err != nil || l.Purpose != invoice.Purpose || l.Object != "I-PR1-a" || l.Party != "p" {
				t.Errorf("the short link is %+v, %v", l, err)
			}
		})
	}
}

func TestWhatWasDoneMeanwhileIsNotTold(t *testing.T) {
	w := newWorld(t, notify.English)
	w.issue("PR1")
	w.state("PR1", invoice.Mailed, "")
	w.told(invoice.WriterIssued, "PR1")
	w.told(invoice.WriterRejected, "PR1")
	w.told(invoice.WriterIssued, "none")
	if n := len(w.inbox.Mails()) + len(w.phone.Texts()); n != 0 {
		t.Errorf("%d messages", n)
	}
}

func TestARejectionIsToldWithItsReason(t *testing.T) {
	w := newWorld(t, notify.English)
	w.issue("PR1")
	w.state("PR1", invoice.Rejected, "the seal is missing")
	w.told(invoice.WriterRejected, "PR1")
	if mails := w.inbox.Mails(); len(mails) != 1 || !strings.Contains(mails[0].HTML, "the seal is missing") || !strings.Contains(mails[0].Text, "/links/") {
		t.Errorf("mails: %+v", mails)
	}
}

// mornings sends the partner's digests until a day, as often as they are due, and gives on which days of December and January there was a mail.
func (w *world) mornings(until calendar.Date) (days []string) {
	w.t.Helper()
	for {
		r, err := notify.LoadRecipient(w.t.Context(), w.db, table.Key{PK: "PARTY#p", SK: "DIGEST"})
		if err != nil {
			w.t.Fatal(err)
		}
		at, armed := lifecycle.DueAt(&r.Head)
		if !armed || at.After(until.End()) {
			return days
		}
		if w.clock.Now().Before(at) {
			w.clock.Set(at)
		}
		before := len(w.inbox.Mails())
		for range 2 { // twice is as once
			if err := w.digest.Do(w.t.Context(), lifecycle.Due{Key: r.Key()}); err != nil && !errors.Is(err, lifecycle.ErrNotDue) {
				w.t.Fatal(err)
			}
		}
		for range len(w.inbox.Mails()) - before {
			days = append(days, calendar.DateOf(w.clock.Now()).String()[5:])
		}
	}
}

// DOMAIN.md 7: after 7, 15 and 30 days.
func TestAListWithoutAnInvoiceIsRemindedOfThreeTimes(t *testing.T) {
	w := newWorld(t, notify.English)
	w.issue("PR1")
	if got := fmt.Sprint(w.mornings(december(31).AddDays(60))); got != "[12-08 12-16 12-31]" {
		t.Errorf("reminded on %s", got)
	}
	last := w.inbox.Mails()[2]
	if !strings.Contains(last.HTML, "30 days ago") || !strings.Contains(last.HTML, "PR1") || !strings.Contains(last.HTML, "/links/") {
		t.Errorf("the last says %s", last.Text)
	}
}

// A partner is reminded in its own language, of one list or of several.
func TestAChinesePartnerIsRemindedInChinese(t *testing.T) {
	w := newWorld(t, notify.Chinese)
	w.issue("PR1")
	if got := fmt.Sprint(w.mornings(december(9))); got != "[12-08]" {
		t.Fatalf("reminded on %s", got)
	}
	first := w.inbox.Mails()[0]
	if first.Subject != "您有一张开票清单已7天未开票" {
		t.Errorf("the subject is %q", first.Subject)
	}
	for _, want := range []string{"尊敬的Partner：", "尚未开票的开票清单", "增值税专用发票", "申付单号", "HWC-2026-000001", "1000.00", "7天前", "查看开票清单", "/links/"} {
		if !strings.Contains(first.HTML, want) {
			t.Errorf("the first does not say %q:\n%s", want, first.HTML)
		}
	}
	w.issue("PR2")
	w.issue("PR3")
	if got := fmt.Sprint(w.mornings(december(16))); got != "[12-15 12-16]" {
		t.Fatalf("reminded on %s", got)
	}
	mails := w.inbox.Mails()
	two, last := mails[1], mails[2]
	if two.Subject != "您有2张开票清单未开票" || !strings.Contains(two.HTML, "7天前") || last.Subject != "您有一张开票清单已15天未开票" || !strings.Contains(last.HTML, "15天前") {
		t.Errorf("then %q: %s\nand %q: %s", two.Subject, two.Text, last.Subject, last.Text)
	}
	for _, english := range []string{"Dear", "days ago", "View the", "Payment request"} {
		if strings.Contains(first.HTML+two.HTML+last.HTML, english) {
			t.Errorf("it says %q in English", english)
		}
	}
}

func TestRemindersEndWhenTheInvoicesAreSent(t *testing.T) {
	w := newWorld(t, notify.English)
	w.issue("PR1")
	if got := fmt.Sprint(w.mornings(december(9))); got != "[12-08]" {
		t.Errorf("reminded on %s", got)
	}
	w.state("PR1", invoice.Mailed, "")
	if got := fmt.Sprint(w.mornings(december(20))); got != "[]" {
		t.Errorf("reminded on %s though it is sent", got)
	}
}

// CASES.md B39.
func TestAMissedMorningTellsTheLatestReminderAlone(t *testing.T) {
	w := newWorld(t, notify.English)
	w.issue("PR1")
	w.mornings(december(3))
	w.clock.Set(december(17).At(9, 0).Add(time.Minute))
	if got := fmt.Sprint(w.mornings(december(18))); got != "[12-17]" {
		t.Errorf("reminded on %s", got)
	}
	if mails := w.inbox.Mails(); !strings.Contains(mails[0].HTML, "15 days ago") {
		t.Errorf("it says %s", mails[0].Text)
	}
}
