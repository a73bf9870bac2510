package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/document/pdf"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
)

var november = calendar.Date{Year: 2026, Month: time.November, Day: 1}

// life draws the entries of an account over three months from November 2026 on, as the rules of movements make them.
func life(t *rapid.T) []*Transfer {
	var entries []*Transfer
	a, now := Account{ID: "p.cash"}, november.Start()
	for range rapid.IntRange(0, 30).Draw(t, "entries") {
		now = now.Add(time.Duration(rapid.Int64Range(0, int64(120*time.Hour)).Draw(t, "later")))
		one := Transfer{From: VendorBank, Amount: money.Fen(rapid.Int64Range(1, 1000).Draw(t, "amount")), Reason: TopUp, At: now}
		if a.Balance >= one.Amount && rapid.Bool().Draw(t, "out") {
			one.From, one.To, one.Reason = "", VendorRevenue, Purchase
			a, one, _ = debited(a, one)
		} else {
			a, one, _ = credited(a, one)
		}
		entries = append(entries, &one)
	}
	return entries
}

// months divides entries among months, as they are read, and gives what is known of each.
func months(entries []*Transfer) (stretches []stretch, of [][]*Transfer) {
	before, opening := int64(0), money.Fen(0)
	for month := november; month.Before(november.AddMonths(6, 1)); month = month.AddMonths(1, 1) {
		r := stretch{Account: "p.cash", Window: monthOf(month), After: before, UpTo: before, Opening: opening}
		var mine []*Transfer
		for _, t := range entries {
			if calendar.DateOf(t.At).Month == month.Month {
				seq, after, _ := t.side("p.cash")
				mine, r.UpTo, before, opening = append(mine, t), seq, seq, after
			}
		}
		stretches, of = append(stretches, r), append(of, mine)
	}
	return stretches, of
}

func TestAMonthsOpeningAndWhatMovedIsItsClosingAndTheNextMonthsOpening(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := life(t)
		stretches, of := months(entries)
		closing, in, out, count := money.Fen(0), money.Fen(0), money.Fen(0), 0
		for n, r := range stretches {
			s, err := sum(r, Cash, of[n])
			if err != nil {
				t.Fatal(err)
			}
			if s.Opening != closing || s.Opening+s.In-s.Out != s.Closing {
				t.Fatalf("%+v follows on %s", s, closing)
			}
			closing, in, out, count = s.Closing, in+s.In, out+s.Out, count+len(s.Entries)
		}
		held := money.Fen(0)
		if len(entries) > 0 {
			_, held, _ = entries[len(entries)-1].side("p.cash")
		}
		if count != len(entries) || in-out != closing || closing != held {
			t.Fatalf("%d of %d entries, %s in and %s out, and in the end %s", count, len(entries), in, out, closing)
		}
	})
}

func TestAStatementOfOtherEntriesIsAnError(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stretches, of := months(life(t))
		n := slices.IndexFunc(of, func(entries []*Transfer) bool { return len(entries) > 1 })
		if n < 0 {
			return
		}
		r, entries := stretches[n], slices.Clone(of[n])
		i := rapid.IntRange(0, len(entries)-1).Draw(t, "which")
		wrong := *entries[i]
		entries[i] = &wrong
		kinds := []string{"none", "twice", "amount", "after", "opening", "early", "late", "foreign", "swapped"}
		switch rapid.SampledFrom(kinds).Draw(t, "how") {
		case "none":
			entries = slices.Delete(entries, i, i+1)
		case "twice":
			entries = slices.Insert(entries, i, entries[i])
		case "amount":
			wrong.Amount++
		case "after":
			wrong.FromAfter, wrong.ToAfter = wrong.FromAfter+1, wrong.ToAfter+1
		case "opening":
			r.Opening--
		case "early":
			wrong.At = r.Window.from.Add(-1)
		case "late":
			wrong.At = r.Window.until
		case "foreign":
			wrong.From, wrong.To = "a.cash", "b.cash"
		case "swapped":
			j := (i + 1) % len(entries)
			entries[i], entries[j] = entries[j], entries[i]
		}
		if s, err := sum(r, Cash, entries); err == nil {
			t.Fatalf("got %+v", s)
		}
	})
}

func TestAMonthHasItsStatementAQuarterOfAnHourAfterItsEndInBeijing(t *testing.T) {
	end := time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC) // midnight in Beijing
	for name, c := range map[string]struct {
		cycle string
		now   time.Time
		says  string // of the refusal
	}{
		"final":          {"2026-11", end.Add(15 * time.Minute), ""},
		"long over":      {"1999-12", end, ""},
		"a moment ago":   {"2026-11", end.Add(15*time.Minute - 1), "from 2026-12-01 00:15 (Beijing time) on"},
		"the present":    {"2026-12", end.Add(time.Hour), "is not over"},
		"the future":     {"2027-01", end, "is not over"},
		"no month":       {"2026-13", end, "not a month such as 2026-11"},
		"no leading 0":   {"2026-1", end, "not a month"},
		"a date":         {"2026-11-30", end, "not a month"},
		"month 0":        {"2026-00", end, "not a month"},
		"another script": {"２０２６-11", end, "not a month"},
		"spaces":         {" 2026-11", end, "not a month"},
		"an end":         {"2026-11\n", end, "not a month"},
	} {
		t.Run(name, func(t *testing.T) {
			month, err := closedMonth(c.cycle, c.now)
			if c.says == "" && (err != nil || month.String() != c.cycle+"-01") || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("got %s, %v", month, err)
			}
		})
	}
}

func TestEveryAccountAndReasonHasItsWordsInBothLanguages(t *testing.T) {
	for _, l := range []notify.Locale{notify.Chinese, notify.English} {
		w := wordsOf(l)
		for reason := range trades {
			if w.reasons[reason] == "" {
				t.Errorf("%s has no word for %s", l, reason)
			}
		}
		for _, account := range shown {
			if account.kind != Appropriable && w.accounts[account.kind] == "" {
				t.Errorf("%s has no word for %s", l, account.kind)
			}
		}
	}
}

func TestTheOtherSideIsNamed(t *testing.T) {
	adjusted := &Transfer{Below: "c1", BelowName: "某客户"}
	for other, want := range map[ID]string{
		VendorBank: "Bank", VendorRevenue: "Cloud vendor", VendorLending: "Cloud vendor", "p.held": "Withdrawal in progress",
		"c1.cash": "某客户 (c1)", "dist.cash": "dist", "a.b.cash": "a.b",
	} {
		if got := englishStatement.party(adjusted, "p", other); got != want {
			t.Errorf("%s is %q, want %q", other, got, want)
		}
	}
}

// long is a statement with some entries, of long names.
func long(entries int) statement {
	a := section{Account: "partner-0123456789.cash", Kind: Cash}
	for n := range entries {
		a.Entries = append(a.Entries, &Transfer{
			From: a.Account, To: "customer-0123456789.cash", Below: "customer-0123456789", BelowName: "某某科技（深圳）有限公司",
			Amount: 1_234_567_89, Reason: Appropriation, Reference: "01M871EYDKPFA4J1DK4V62DKXH", FromSeq: int64(n + 1), FromAfter: 9_876_543_210_12,
			At: november.At(10, 0),
		})
	}
	holder := party.Party{Row: party.Row{ID: "partner-0123456789", Name: "某某"}}
	return statement{Partner: holder, Month: november, Made: november.Start(), Accounts: []section{a}}
}

func TestTheLongestFilesFitAnAnswer(t *testing.T) {
	began := time.Now()
	printed, err := pdf.Render(long(5000).document())
	if err != nil || len(printed) > rest.MaxAnswer {
		t.Errorf("5,000 entries are a PDF of %d bytes, %v", len(printed), err)
	}
	t.Logf("5,000 entries are a PDF of %d bytes after %s", len(printed), time.Since(began))
	sheet, err := long(15_000).sheet()
	if err != nil || len(sheet) > rest.MaxAnswer {
		t.Errorf("15,000 entries are a CSV of %d bytes, %v", len(sheet), err)
	}
}

func TestAStatementThatIsTooLongSaysWhatThereIsInstead(t *testing.T) {
	for format, says := range map[string]string{"": "format=csv", "pdf": "format=csv", "csv": "account-change-records"} {
		for _, err := range []error{ErrStatementTooLong, document.ErrTooLong} {
			got := longer(err, &statementInput{BillCycle: "2026-11", Format: format})
			if !errors.Is(got, ErrStatementTooLong) || !strings.Contains(got.Error(), says) || !strings.Contains(got.Error(), "bill_cycle: 2026-11") {
				t.Errorf("%q: got %v", format, got)
			}
		}
	}
	if err := longer(nil, &statementInput{}); err != nil {
		t.Errorf("nothing wrong is %v", err)
	}
	s := &Service{Table: tabletest.New(t), Clock: clock.NewFake(november.End())}
	tx := table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: "p", Kind: "partner", Name: "P"}}, "test", november.Start())
	if err := s.Table.Commit(context.Background(), tx); err != nil {
		t.Fatal(err)
	}
	a := Account{ID: "p.cash", Party: "p", Kind: Cash}
	for n := range 3 {
		tx := table.NewTx()
		at := november.At(n, 0)
		next, err := Credit(tx, a, Transfer{ID: fmt.Sprint(n), From: VendorBank, Amount: 1, Reason: TopUp, Reference: "r", At: at})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Table.Commit(context.Background(), tx); err != nil {
			t.Fatal(err)
		}
		a = next
	}
	for most, fits := range map[int64]bool{2: false, 3: true} {
		made, err := s.statement(context.Background(), "p", november, most)
		if fits != (err == nil) || !fits && !errors.Is(err, ErrStatementTooLong) || fits && len(made.Accounts[0].Entries) != 3 {
			t.Errorf("of at most %d: got %+v, %v", most, made, err)
		}
	}
}
