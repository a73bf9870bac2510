package account_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/document/pdf"
	"partnercenter/pkg/foundation/document/pdf/pdftest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

const (
	statementsPath = "/v2/accounts/partner-accounts/statements"
	ofNovember     = "limit=100&trade_time_begin=2026-11-01&trade_time_end=2026-11-30"
)

// autumn is a world whose partner's accounts moved in November and December 2026, some of it at the edge of November in Beijing.
func autumn(t *testing.T) *world {
	w := newWorld(t)
	account.RegisterStatements(w.api, w.env, pdf.Render)
	at := func(text string) { // of the next call, which advances the clock by 100 ms
		moment, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Set(moment.Add(-100 * time.Millisecond))
	}
	w.clock.Set(time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC))
	w.changes("c1", func(p *party.Party) { p.Name = "=cmd|calc" })
	w.changes("c2", func(p *party.Party) { p.Name = "某某科技（深圳）有限公司" })
	at("2026-10-31T15:59:59.999Z") // the last moment of October
	w.topUp("partner", "ICBC-0", "0.07")
	at("2026-10-31T16:00:00Z") // the first of November
	w.topUp("partner", "ICBC-1", "1234567.80")
	at("2026-11-10T02:03:04Z")
	w.as("vendor vendor", "PUT", "/v2/vendor/partners/partner/credit", `{"credit_amount":50000}`)
	w.as(provider, "POST", givePath, adjust("c1", "30.5")).transfer(t)
	w.as(provider, "POST", givePath, adjust("c2", "2000")).transfer(t)
	w.as(provider, "POST", takePath, adjust("c1", "0.25")).transfer(t)
	w.withdraws("100.01")
	at("2026-11-30T15:59:59.999Z") // the last moment of November
	w.as(provider, "POST", givePath, adjust("c2", "1")).transfer(t)
	at("2026-11-30T16:00:00Z") // the first of December
	w.as(provider, "POST", givePath, adjust("c2", "4")).transfer(t)
	at("2026-12-31T16:15:01Z") // both have their statements
	return w
}

// changes changes a party.
func (w *world) changes(id auth.PartyID, how func(p *party.Party)) {
	w.t.Helper()
	p, err := party.Get(w.t.Context(), w.db, id)
	if err != nil {
		w.t.Fatal(err)
	}
	next, tx := p, table.NewTx()
	how(&next)
	tx.Replace(&p, &next)
	if err := w.db.Commit(w.t.Context(), tx); err != nil {
		w.t.Fatal(err)
	}
}

// sheet reads a statement as CSV, without its header.
func (w *world) sheet(caller, query string) [][]string {
	w.t.Helper()
	a := w.as(caller, "GET", statementsPath+"?format=csv&"+query, "")
	body, marked := strings.CutPrefix(a.Body, "\xef\xbb\xbf")
	if a.Status != 200 || !marked || a.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		w.t.Fatalf("got %d %s as %q", a.Status, a.Body, a.Header.Get("Content-Type"))
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) == 0 || rows[0][0] != "account_id" {
		w.t.Fatalf("got %q, %v", body, err)
	}
	return rows[1:]
}

// lines gives the rows of a table of a PDF: what stands on one height, from left to right.
func lines(t *testing.T, file string) []string {
	t.Helper()
	var all []string
	for _, page := range pdftest.Read(t, []byte(file)) {
		rows := map[string][]pdftest.Text{}
		var order []string
		for _, piece := range page {
			y := fmt.Sprint(piece.Y)
			if rows[y] == nil {
				order = append(order, y)
			}
			rows[y] = append(rows[y], piece)
		}
		for _, y := range order {
			slices.SortFunc(rows[y], func(a, b pdftest.Text) int { return int(a.X - b.X) })
			var words []string
			for _, piece := range rows[y] {
				words = append(words, piece.Says)
			}
			all = append(all, strings.Join(words, " | "))
		}
	}
	return all
}

func TestTheCSVOfAStatementIsTheChangeRecords(t *testing.T) {
	w := autumn(t)
	rows := w.sheet(provider, "bill_cycle=2026-11")
	for kind, query := range map[string]string{"partner.cash": "BALANCE_TYPE_DEBIT", "partner.credit": "BALANCE_TYPE_CREDIT"} {
		var got, want []string
		for _, row := range rows {
			if row[0] == kind && row[2] != "" {
				got = append(got, strings.Join(row[1:], " "))
			}
		}
		list := w.list(provider, changesPath, ofNovember, "balance_type="+query).Records
		slices.Reverse(list)
		for _, r := range list {
			in, out := r.ChangeAmount, ""
			if r.Type == "2" {
				in, out = "", r.ChangeAmount
			}
			own := w.row(rows, r.AccountChangeID) // what records do not have
			want = append(want, strings.Join([]string{
				"2026-11", r.AccountChangeID, r.TradeTime, own[4], r.TradeDetailType, r.TradeID, own[7], own[8], in, out, r.BalanceAfterChange,
			}, " "))
		}
		if !slices.Equal(got, want) || len(got) == 0 {
			t.Errorf("%s: got\n%s\nwant\n%s", kind, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	for _, want := range [][]string{ // by hand
		{"partner.cash", "2026-11", "", "", "OPENING_BALANCE", "", "", "", "", "", "", "0.07"},
		{
			"partner.cash", "2026-11", "partner.cash.2", "2026-10-31T16:00:00Z", "RECHARGE", "SOURCE_OPERAIION_RECHARGE", "ICBC-1", "vendor.bank", "",
			"1234567.80", "", "1234567.87",
		},
		{"partner.cash", "2026-11", "", "", "CLOSING_BALANCE", "", "", "", "", "1234568.05", "2131.51", "1232436.61"},
		{"partner.credit", "2026-11", "", "", "OPENING_BALANCE", "", "", "", "", "", "", "0.00"},
		{"partner.credit", "2026-11", "", "", "CLOSING_BALANCE", "", "", "", "", "50000.00", "0.00", "50000.00"},
	} {
		if !slices.ContainsFunc(rows, func(row []string) bool { return slices.Equal(row, want) }) {
			t.Errorf("no row is %q in\n%q", want, rows)
		}
	}
	if row := w.row(rows, "partner.cash.3"); row[8] != "'=cmd|calc" || row[4] != "BEADJUST" || row[7] != "c1.cash" || row[10] != "30.50" {
		t.Errorf("got %q, want that no spreadsheet runs it", row)
	}
	if row := w.row(rows, "partner.cash.6"); row[4] != "RFROZEN" || row[7] != "partner.held" || row[10] != "100.01" {
		t.Errorf("got %q, want what is held of a withdrawal", row)
	}
}

// row finds an entry's row.
func (w *world) row(rows [][]string, changeID string) []string {
	w.t.Helper()
	for _, row := range rows {
		if row[2] == changeID {
			return row
		}
	}
	w.t.Fatalf("%s is not in %q", changeID, rows)
	return nil
}

func TestMonthsFollowOnEachOther(t *testing.T) {
	w := autumn(t)
	sums := func(cycle string) string {
		text := ""
		for _, row := range w.sheet(provider, "bill_cycle="+cycle) {
			if row[0] == "partner.cash" && row[2] == "" {
				text += strings.Join(row[9:], " ") + ";"
			}
		}
		return text
	}
	for cycle, want := range map[string]string{
		"2026-09": "  0.00;0.00 0.00 0.00;", // before there was an account
		"2026-10": "  0.00;0.07 0.00 0.07;",
		"2026-11": "  0.07;1234568.05 2131.51 1232436.61;",
		"2026-12": "  1232436.61;0.00 4.00 1232432.61;",
	} {
		if got := sums(cycle); got != want {
			t.Errorf("%s: got %q, want %q", cycle, got, want)
		}
	}
}

func TestThePrintedStatementSaysTheSameNumbersInThePartnersLanguage(t *testing.T) {
	w := autumn(t)
	for locale, want := range map[string][]string{
		"zh-CN": {
			"账户对账单", "伙伴名称 | Name of partner | 伙伴ID | partner", "账期 | 2026-11-01 – 2026-11-30 | 生成时间 | 2027-01-01 00:15:01",
			"充值账户 | 0.07 | 1,234,568.05 | 2,131.51 | 1,232,436.61", "信用账户（剩余额度） | 0.00 | 50,000.00 | 0.00 | 50,000.00",
			"序号 | 交易时间 | 交易类型 | 交易编号 | 对方 | 收入 | 支出 | 余额", "期初余额 | 0.07",
			"2 | 2026-11-01 00:00:00 | 充值 | ICBC-1 | 银行 | 1,234,567.80 | 1,234,567.87",
			"期末余额 | 1,234,568.05 | 2,131.51 | 1,232,436.61", "1 | 2026-11-10 10:03:04 | 信用额度调整",
		},
		"en-US": {
			"Account statement", "Period | 2026-11-01 – 2026-11-30 | Made at | 2027-01-01 00:15:01",
			"Top-up account | 0.07 | 1,234,568.05 | 2,131.51 | 1,232,436.61", "Opening balance | 0.07",
			"2 | 2026-11-01 00:00:00 | Top-up | ICBC-1 | Bank | 1,234,567.80 | 1,234,567.87",
		},
	} {
		w.changes("partner", func(p *party.Party) { p.Locale = locale })
		a := w.as(provider, "GET", statementsPath+"?bill_cycle=2026-11", "")
		if a.Status != 200 || a.Header.Get("Content-Type") != "application/pdf" {
			t.Fatalf("got %d %.300s", a.Status, a.Body)
		}
		got := lines(t, a.Body)
		for _, line := range want {
			if !slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, line) }) {
				t.Errorf("%s: no line is %q in\n%s", locale, line, strings.Join(got, "\n"))
			}
		}
		w.entries(got)
	}
	w.changes("partner", func(p *party.Party) { p.Locale = "en-US" })
	name := w.as(provider, "GET", statementsPath+"?bill_cycle=2026-11&format=pdf", "").Header.Get("Content-Disposition")
	want := `attachment; filename="statement-partner-2026-11.pdf"; filename*=UTF-8''Account%20statement-Name%20of%20partner-2026-11.pdf`
	if name != want {
		t.Errorf("its name is %s, want %s", name, want)
	}
	w.changes("partner", func(p *party.Party) { p.Locale = "zh-CN" })
	name = w.as(provider, "GET", statementsPath+"?bill_cycle=2026-11&format=csv", "").Header.Get("Content-Disposition")
	if want := `.csv"; filename*=UTF-8''%E8%B4%A6%E6%88%B7%E5%AF%B9%E8%B4%A6%E5%8D%95-Name%20of%20partner-2026-11.csv`; !strings.HasSuffix(name, want) {
		t.Errorf("its name is %s", name)
	}
}

// entries checks that a printed statement has each change record of the cash account in November, to the fen and in order.
func (w *world) entries(printed []string) {
	w.t.Helper()
	list := w.list(provider, changesPath, ofNovember, "balance_type=BALANCE_TYPE_DEBIT").Records
	slices.Reverse(list)
	n := 0
	for _, line := range printed {
		if n == len(list) {
			break
		}
		cells := strings.Split(strings.ReplaceAll(line, ",", ""), " | ")
		number := list[n].AccountChangeID[strings.LastIndex(list[n].AccountChangeID, ".")+1:]
		tail := cells[max(len(cells)-2, 0):]
		if len(cells) >= 7 && cells[0] == number && tail[0] == list[n].ChangeAmount && tail[1] == list[n].BalanceAfterChange {
			n++
		}
	}
	if n != len(list) || n != 6 {
		w.t.Errorf("%d of %d records are printed, want 6: %q", n, len(list), printed)
	}
}

func TestAStatementIsRefusedForWhatItIsNot(t *testing.T) {
	w := autumn(t)
	for query, says := range map[string]string{
		"": "bill_cycle", "bill_cycle=": "bill_cycle", "bill_cycle=2026-13": "2026-13", "bill_cycle=2026-1": "not a month",
		"bill_cycle=2027-01": "not over", "bill_cycle=2027-02": "not over",
		"bill_cycle=2026-11&format=xlsx": "format", "bill_cycle=2026-11&format=PDF": "format",
	} {
		w.as(provider, "GET", statementsPath+"?"+query, "").Refused(t, 400, "CBC.0100", says)
	}
	for _, role := range []string{"sales", "account_manager", "supervisor"} {
		w.as(provider+" "+role, "GET", statementsPath+"?bill_cycle=2026-11", "").Refused(t, 403, "CBC.0155", "")
	}
	w.as("customer c1", "GET", statementsPath+"?bill_cycle=2026-11", "").Refused(t, 403, "CBC.0155", "")
	if got := w.sheet(provider+" finance", "bill_cycle=2026-11"); len(got) != 6+1+4 {
		t.Errorf("finance gets %d rows, want 6 and 1 entries with the balances of two accounts", len(got))
	}
}

func TestADistributorGetsItsOwnResellersStatementsAndNoOthers(t *testing.T) {
	w := autumn(t)
	w.clock.Set(time.Date(2026, 11, 5, 0, 0, 0, 0, time.UTC))
	w.topUp("dist", "r1", "100")
	w.as(distributor, "POST", giveDownPath, `{"indirect_partner_id":"reseller","amount":20}`).transfer(t)
	w.clock.Set(time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC))
	rows := w.sheet(distributor, "bill_cycle=2026-11&indirect_partner_id=reseller")
	if len(rows) != 5 || rows[1][0] != "reseller.cash" || rows[1][7] != "dist.cash" || rows[1][9] != "20.00" || rows[1][11] != "20.00" {
		t.Errorf("got %q", rows)
	}
	for _, caller := range []string{distributor, provider} {
		for _, other := range []string{"foreign-reseller", "partner", "nobody"} {
			w.as(caller, "GET", statementsPath+"?bill_cycle=2026-11&indirect_partner_id="+other, "").Refused(t, 400, "CBC.99000037", other)
		}
	}
	if rows := w.sheet("partner rival", "bill_cycle=2026-11"); len(rows) != 4 || rows[0][0] != "rival.cash" {
		t.Errorf("another partner gets %q", rows)
	}
}

// TestWhatIsWrittenBehindAnEntryIsNoEarlier has an appropriation begin in November and read the account behind one of December.
func TestWhatIsWrittenBehindAnEntryIsNoEarlier(t *testing.T) {
	w := newWorld(t)
	w.clock.Set(time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC))
	w.topUp("partner", "r1", "100")
	december := time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC)
	w.meanwhile("ACCOUNT#partner.cash", func() {
		a, err := account.Load(t.Context(), w.db, "partner.cash")
		if err != nil {
			t.Error(err)
		}
		tx := table.NewTx()
		_, err = account.Credit(tx, a, account.Transfer{
			ID: "t", From: account.VendorBank, Amount: 5_00, Reason: account.TopUp, Reference: "r2", At: december,
		})
		if err := errors.Join(err, w.db.Commit(t.Context(), tx)); err != nil {
			t.Error(err)
		}
	})
	account.RegisterStatements(w.api, w.env, pdf.Render)
	w.clock.Set(december.Add(-101 * time.Millisecond))
	w.as(provider, "POST", givePath, adjust("c1", "30")).transfer(t)
	w.clock.Set(december.Add(62 * 24 * time.Hour))
	for month, want := range map[string]string{"2026-11": "100.00 0.00 100.00", "2026-12": "5.00 30.00 75.00"} {
		rows := w.sheet(provider, "bill_cycle="+month)
		closing := rows[slices.IndexFunc(rows, func(row []string) bool { return row[4] == "CLOSING_BALANCE" })]
		if got := strings.Join(closing[9:], " "); got != want {
			t.Errorf("%s closes with %s, want %s", month, got, want)
		}
	}
	w.state()
}
