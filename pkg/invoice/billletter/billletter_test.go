package billletter_test

import (
	"io"
	"log/slog"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/notify/sns"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/invoice/billletter"
	"partnercenter/pkg/party"
)

// letterbox is a partner with mail and phone, and a procurement-involved bill of it.
type letterbox struct {
	t      *testing.T
	clock  *clock.Fake
	inbox  *notifytest.Inbox
	phone  *notifytest.Phone
	sender *immediate.Sender
}

func newLetterbox(t *testing.T, locale notify.Locale, mobile string, state invoice.BillState, reason string) *letterbox {
	t.Helper()
	december := func(day int) calendar.Date { return calendar.Date{Year: 2026, Month: 12, Day: day} }
	db := tabletest.New(t)
	l := &letterbox{t: t, clock: clock.NewFake(december(3).At(10, 0)), inbox: &notifytest.Inbox{}, phone: &notifytest.Phone{}}
	env := &function.Env{
		Clock: l.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Sealer: auth.LocalSealer{Key: make([]byte, 32)},
		Setting: func(string) string { return "" },
	}
	function.Port[*table.Client]{Name: "table"}.Put(env, db)
	once := &notify.Once{Table: db, Mail: l.inbox, SMS: l.phone, Clock: l.clock, Wall: clock.System{}}
	l.sender = &immediate.Sender{Table: db, Clock: l.clock, Once: once, Writers: billletter.Writers(func() *invoice.Service { return invoice.New(env) })}
	tx := table.NewTx()
	party.Create(tx, party.Party{
		Row: party.Row{ID: "p", Kind: auth.Partner, Name: "Partner", Email: "p@example.com"}, Mobile: mobile, Locale: string(locale),
	}, "test", december(1).Start())
	tx.Create(&invoice.Bill{
		Head: table.Head{PK: "PARTY#p", SK: "SETTLEMENTBILL#202611-P"}, ConfirmBy: december(10),
		BillRow: invoice.BillRow{
			ID: "202611-P", Partner: "p", Source: invoice.Procurement, Period: "2026-11", State: state, Reason: reason,
			Sums: invoice.Sums{Net: 943_40, Tax: 56_60, Gross: 1000_00},
		},
	})
	if err := db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	return l
}

// told sends what is to be sent at once of a bill, twice, which is as once.
func (l *letterbox) told(writer string, cause invoice.Hidden, bill string) {
	l.t.Helper()
	for range 2 {
		e := event.Event{
			ID: "event-" + writer, Type: immediate.Event, Owner: "p", Subject: bill, At: l.clock.Now(),
			Data: map[string]string{"writer": writer, invoice.CauseDatum: string(cause)},
		}
		if err := l.sender.Send(l.t.Context(), e); err != nil {
			l.t.Fatal(err)
		}
	}
}

// says holds the one mail and the one SMS that were sent against what they are to say.
func (l *letterbox) says(subject string, mail []string, sms string) {
	l.t.Helper()
	mails, texts := l.inbox.Mails(), l.phone.Texts()
	if len(mails) != 1 || mails[0].To != "p@example.com" || mails[0].Subject != subject || len(texts) != 1 || texts[0].To != "13800000000" {
		l.t.Fatalf("mails %+v, texts %+v", mails, texts)
	}
	for _, want := range append(mail, "202611-P", "2026-11", "943.40", "56.60", "1000.00") {
		if !strings.Contains(mails[0].HTML, want) || !strings.Contains(mails[0].Text, want) {
			l.t.Errorf("the mail does not say %q: %s", want, mails[0].Text)
		}
	}
	if text, err := sns.Render(texts[0]); err != nil || text != sms {
		l.t.Errorf("the SMS is %q, %v; want %q", text, err, sms)
	}
}

// DOMAIN.md 8: what is not confirmed in five working days counts as confirmed, so its partner hears of it.
func TestABillToConfirmIsToldWithItsLastDay(t *testing.T) {
	for locale, want := range map[notify.Locale]struct {
		subject, sms string
		mail         []string
	}{
		notify.English: {
			"Please confirm the bill 202611-P by 2026-12-10",
			"Partner Center: please confirm the bill 202611-P, CNY 1000.00, by 2026-12-10; after that day it counts as confirmed.",
			[]string{"Procurement-involved bill", "Confirm by", "2026-12-10", "counts as confirmed"},
		},
		notify.Chinese: {
			"请于2026-12-10前（含当日）确认账单202611-P", "【Partner Center】请于2026-12-10前（含当日）确认账单202611-P（1000.00元），逾期视为已确认。",
			[]string{"采购介入类账单", "确认截止日期", "2026-12-10", "视为已确认"},
		},
	} {
		t.Run(string(locale), func(t *testing.T) {
			l := newLetterbox(t, locale, "13800000000", invoice.ToConfirm, "")
			l.told(invoice.WriterConfirm, "", "202611-P")
			l.says(want.subject, want.mail, want.sms)
		})
	}
}

func TestAPaymentRequestThatCanNotBeMadeIsToldWithItsCause(t *testing.T) {
	for locale, want := range map[notify.Locale]struct {
		subject, sms string
		causes       map[invoice.Hidden]string
	}{
		notify.English: {
			"No payment request could be made of the bill 202611-P",
			"Partner Center: no payment request could be made of the bill 202611-P, CNY 1000.00. The reason is in your mail.",
			map[invoice.Hidden]string{
				invoice.NotCertified: "business information is not certified", invoice.UnderReview: "is being certified",
				invoice.NoBuyer: "The company that you invoice is not set", "": "the items are none",
			},
		},
		notify.Chinese: {
			"账单202611-P的申付单创建失败", "【Partner Center】账单202611-P（1000.00元）的申付单创建失败，原因请查看邮件。",
			map[invoice.Hidden]string{
				invoice.NotCertified: "商业信息尚未认证", invoice.UnderReview: "正在认证中", invoice.NoBuyer: "购买方信息尚未设置", "": "the items are none",
			},
		},
	} {
		for cause, says := range want.causes {
			t.Run(string(locale)+" "+string(cause), func(t *testing.T) {
				l := newLetterbox(t, locale, "13800000000", invoice.PaymentRequestFailed, "the items are none")
				l.told(invoice.WriterBillFailed, cause, "202611-P")
				l.says(want.subject, []string{says}, want.sms)
			})
		}
	}
}

func TestABillThatHasGoneOnIsNotTold(t *testing.T) {
	l := newLetterbox(t, notify.English, "13800000000", invoice.ToCountersign, "")
	l.told(invoice.WriterConfirm, "", "202611-P")
	l.told(invoice.WriterBillFailed, "", "202611-K")
	if n := len(l.inbox.Mails()) + len(l.phone.Texts()); n != 0 {
		t.Errorf("%d messages", n)
	}
}

func TestWhoHasNoPhoneIsToldByMailAlone(t *testing.T) {
	l := newLetterbox(t, notify.English, "", invoice.ToConfirm, "")
	l.told(invoice.WriterConfirm, "", "202611-P")
	if mails, texts := l.inbox.Mails(), l.phone.Texts(); len(mails) != 1 || len(texts) != 0 {
		t.Errorf("%d mails, %d texts", len(mails), len(texts))
	}
}
