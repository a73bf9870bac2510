package notices_test

import (
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/account/notices"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
)

var nine = time.Date(2026, 12, 2, 1, 0, 0, 0, time.UTC) // 09:00 in Beijing

func TestALowBalanceIsInTheNextDigestAlone(t *testing.T) {
	for name, c := range map[string]struct {
		locale string
		low    time.Time
		mark   time.Time
		want   []string
	}{
		"fallen since": {"zh-CN", nine.Add(-time.Hour), nine.Add(-24 * time.Hour), []string{"您的账户余额已降至¥9.99", "余额预警", "充值账户 ¥9.99 ¥10.00"}},
		"in English":   {"en-US", nine.Add(-time.Hour), nine.Add(-24 * time.Hour), []string{"Your balance is down to CNY 9.99", "Top-up account CNY 9.99 CNY 10.00"}},
		"told already": {"zh-CN", nine.Add(-25 * time.Hour), nine.Add(-24 * time.Hour), nil},
		"risen again":  {"zh-CN", time.Time{}, nine.Add(-24 * time.Hour), nil},
	} {
		t.Run(name, func(t *testing.T) {
			db, tx := tabletest.New(t), table.NewTx()
			party.Create(tx, party.Party{Row: party.Row{ID: "p", Kind: auth.Partner, Name: "Partner"}, Locale: c.locale}, "test", nine)
			tx.Create(&account.Account{
				Head: table.Head{PK: "ACCOUNT#p.cash", SK: "BALANCE"}, ID: "p.cash", Party: "p", Kind: account.Cash,
				Balance: 9_99, WarnBelow: 10_00, LowSince: c.low,
			})
			if err := db.Commit(t.Context(), tx); err != nil {
				t.Fatal(err)
			}
			got, err := notices.Source(db)(t.Context(), digest.Ask{Party: "p", Mark: c.mark, AsOf: nine})
			if err != nil {
				t.Fatal(err)
			}
			text := said(got)
			if (text == "") != (c.want == nil) {
				t.Errorf("it says %q", text)
			}
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("it says %q, want %q in it", text, want)
				}
			}
		})
	}
}

// said gives all that a digest says.
func said(c digest.Content) string {
	parts := []string{c.Subject}
	for _, g := range c.Groups {
		parts = append(parts, g.Title)
		for _, l := range g.Lines {
			parts = append(parts, strings.Join(l.Cells, " "))
		}
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}
