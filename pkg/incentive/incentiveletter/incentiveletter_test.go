package incentiveletter_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/incentive"
	"partnercenter/pkg/incentive/incentiveletter"
	"partnercenter/pkg/party"
)

var now = calendar.Date{Year: 2026, Month: time.December, Day: 5}.At(10, 0)

func key(sk string) table.Head { return table.Head{PK: "PARTY#p", SK: sk} }

// world is a partner that reads a language, with a statement, an incentive, a payment request that the bank returned and certified business information.
func world(t *testing.T, locale string) *table.Client {
	t.Helper()
	db := tabletest.New(t)
	tx := table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: "p", Kind: auth.Partner, Name: "P", Email: "p@x.example"}, Locale: locale}, "test", now)
	tx.Create(&incentive.Statement{
		Head: key("INCENTIVESTATEMENT#2026-11-1"), ID: "2026-11-1", Partner: "p", Month: "2026-11", Performance: 1000_00, Amount: 50_00,
		State: incentive.ToConfirm, Deadline: calendar.Date{Year: 2026, Month: time.December, Day: 11},
	})
	tx.Create(&incentive.Incentive{Head: key("INCENTIVE#a"), ID: "a", Partner: "p", Month: "2026-11", Amount: 70_00, State: incentive.Payable})
	tx.Create(&incentive.Request{
		Head: key("PAYMENTREQUEST#r"), ID: "r", Partner: "p", Amount: 90_00, Method: incentive.BankTransfer, State: incentive.PayFailed, Reason: "no such account",
	})
	tx.Create(&incentive.Certification{Head: key("INCENTIVEBUSINESS"), Partner: "p", Valid: &incentive.Business{Title: "Acme"}})
	if err := db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	return db
}

var events = map[string]event.Event{
	incentive.WriterStatement: {Owner: "p", Subject: "2026-11-1", At: now},
	incentive.WriterPaid:      {Owner: "p", Subject: "r", At: now, Data: map[string]string{incentive.StateDatum: "PAY_FAILED"}},
	incentive.WriterExpiring:  {Owner: "p", Subject: "p", At: now, Data: map[string]string{incentive.AmountDatum: "99.00", incentive.UntilDatum: "2027-12-31"}},
	incentive.WriterBusiness:  {Owner: "p", Subject: "p", At: now},
}

func TestEachLetterSaysWhatItIsAboutInItsReadersLanguage(t *testing.T) {
	for _, c := range []struct {
		locale, writer string
		says           []string
	}{
		{"en-US", incentive.WriterStatement, []string{"statement of 2026-11", "1000.00", "50.00", "2026-12-11"}},
		{"zh-CN", incentive.WriterStatement, []string{"2026-11 激励对账单待确认", "1000.00", "50.00", "2026-12-11"}},
		{"en-US", incentive.WriterPaid, []string{"The bank has returned", "90.00", "Bank transfer", "no such account"}},
		{"zh-CN", incentive.WriterPaid, []string{"被银行退回", "90.00", "银行转账", "no such account"}},
		{"en-US", incentive.WriterExpiring, []string{"about to expire", "70.00", "2027-12-31"}}, // what is open now, not what was
		{"zh-CN", incentive.WriterExpiring, []string{"即将过期", "70.00", "2027-12-31"}},
		{"en-US", incentive.WriterBusiness, []string{"is certified", "Acme"}},
		{"zh-CN", incentive.WriterBusiness, []string{"已通过认证", "Acme"}},
	} {
		db := world(t, c.locale)
		m, ok, err := incentiveletter.Writers(func() *table.Client { return db })[c.writer](context.Background(), events[c.writer])
		if err != nil || !ok || m.To.Email != "p@x.example" {
			t.Errorf("%s in %s: to %q, %t, %v", c.writer, c.locale, m.To.Email, ok, err)
			continue
		}
		text, textErr := m.Letter.Text()
		html, htmlErr := m.Letter.HTML()
		if textErr != nil || htmlErr != nil {
			t.Fatal(textErr, htmlErr)
		}
		for _, says := range c.says {
			if !strings.Contains(text, says) || !strings.Contains(html, says) {
				t.Errorf("%s in %s does not say %q: %s", c.writer, c.locale, says, text)
			}
		}
	}
}

func TestWhatHasChangedIsNotWrittenAbout(t *testing.T) {
	db := world(t, "en-US")
	write := incentiveletter.Writers(func() *table.Client { return db })
	var (
		one incentive.Incentive
		s   incentive.Statement
	)
	change := func(key string, item table.Item, set func() table.Item) {
		t.Helper()
		if err := db.Get(t.Context(), table.Key{PK: "PARTY#p", SK: key}, item); err != nil {
			t.Fatal(err)
		}
		if err := db.Replace(t.Context(), item, set()); err != nil {
			t.Fatal(err)
		}
	}
	change("INCENTIVE#a", &one, func() table.Item { next := one; next.State = incentive.Requested; return &next })
	change("INCENTIVESTATEMENT#2026-11-1", &s, func() table.Item { next := s; next.State = incentive.Issuing; return &next })
	paid := events[incentive.WriterPaid]
	paid.Data = map[string]string{incentive.StateDatum: "COMPLETED"}
	for writer, e := range map[string]event.Event{
		incentive.WriterStatement: events[incentive.WriterStatement], incentive.WriterExpiring: events[incentive.WriterExpiring], incentive.WriterPaid: paid,
	} {
		if _, ok, err := write[writer](context.Background(), e); ok || err != nil {
			t.Errorf("%s writes: %t, %v", writer, ok, err)
		}
	}
}
