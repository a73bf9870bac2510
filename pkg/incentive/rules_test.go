package incentive_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/incentive"
)

// statementTable says what every step makes of every state; empty is refused. Source: DOMAIN.md 6, "Incentive statement".
var statementTable = map[incentive.StatementState][6]incentive.StatementState{
	//                    close        confirm    feedback     answer       elapse     approve
	incentive.Estimated: {"TO_CONFIRM", "", "", "", "", ""},
	incentive.ToConfirm: {"", "ISSUING", "TO_CONFIRM", "TO_CONFIRM", "ISSUING", ""},
	incentive.Issuing:   {"", "", "", "", "", "ISSUED"},
	incentive.Issued:    {},
}

func TestEveryStepOfAStatementInEveryState(t *testing.T) {
	for _, state := range incentive.StatementStates() {
		for i, step := range incentive.StatementSteps() {
			next, err := state.After(step)
			want := statementTable[state][i]
			if want == "" && !errors.Is(err, incentive.ErrStatementState) || want != "" && (err != nil || next != want) {
				t.Errorf("%s, %s: got %s, %v; want %q", state, step, next, err, want)
			}
		}
	}
}

// requestTable says what every event makes of every state of a payment request; empty is refused.
// Source: DOMAIN.md 6, "State machine of a payment request".
var requestTable = map[incentive.RequestState]map[incentive.RequestEvent]incentive.RequestState{
	"TO_APPLY":       {"apply": "PROCESSING"},
	"PROCESSING":     {"ask_invoice": "TO_INVOICE", "give": "COMPLETED", "fail": "FAILED"},
	"TO_INVOICE":     {"invoices_mailed": "INVOICE_REVIEW"},
	"INVOICE_REVIEW": {"invoices_received": "INVOICE_REVIEW", "invoices_rejected": "TO_INVOICE", "invoices_approved": "PAYING"},
	"PAYING":         {"pay": "COMPLETED", "pay_fail": "PAY_FAILED"},
	"PAY_FAILED":     {"retry": "PAYING"},
	"FAILED":         {"retry": "PROCESSING"},
	"COMPLETED":      {},
}

func TestEveryEventOfAPaymentRequestInEveryState(t *testing.T) {
	walked := 0
	for _, state := range incentive.RequestStates() {
		for _, e := range incentive.RequestEvents() {
			next, err := state.After(e)
			want, legal := requestTable[state][e]
			if legal && (err != nil || next != want) || !legal && !errors.Is(err, incentive.ErrRequestState) {
				t.Errorf("%s, %s: got %s, %v; want %q", state, e, next, err, want)
			}
			walked++
		}
	}
	if walked != 8*11 {
		t.Errorf("%d pairs were walked", walked)
	}
}

// plan has 5 % of what a resale customer consumes of hws.ecs, and of all else 2 %, from 10,000 yuan on 3 %.
var plan = incentive.Version{Plan: "sp", N: 1, From: "2026-01", Rules: []incentive.Rule{
	{AssociationType: 2, Services: []string{"hws.ecs"}, Tiers: []incentive.Tier{{Rate: 500}}},
	{Tiers: []incentive.Tier{{Rate: 200}, {From: 10_000_00, Rate: 300}}},
}}

func TestWhatPerformanceIsWorth(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []incentive.Row
		of   int
		want string // rate and amount of each row
	}{
		{"the first rule that fits is a row's", []incentive.Row{{Service: "hws.ecs", AssociationType: 2, Amount: 100_00}}, 2, "500 5.00"},
		{"the same service of another type has the other rule", []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 100_00}}, 1, "200 2.00"},
		{"just below a tier", []incentive.Row{{Service: "a", AssociationType: 1, Amount: 9_999_99}}, 1, "200 199.99"},
		{"at a tier", []incentive.Row{{Service: "a", AssociationType: 1, Amount: 10_000_00}}, 1, "300 300.00"},
		{
			"rows of all types reach a tier together",
			[]incentive.Row{{Service: "a", AssociationType: 1, Amount: 6_000_00}, {Service: "b", AssociationType: 2, Amount: 4_000_00}},
			1, "300 180.00",
		},
		{
			"what earns nothing reaches nothing",
			[]incentive.Row{{Service: "a", AssociationType: 1, Amount: 6_000_00}, {Service: "b", AssociationType: 1, Amount: 4_000_00, Policy: 13}},
			1, "200 120.00; 0 0.00",
		},
		{"policy 2 earns nothing", []incentive.Row{{Service: "a", AssociationType: 1, Amount: 6_000_00, Policy: 2}}, 1, "0 0.00"},
		{"policy 1 earns", []incentive.Row{{Service: "a", AssociationType: 1, Amount: 100_00, Policy: 1}}, 1, "200 2.00"},
		{"cut to the fen", []incentive.Row{{Service: "a", AssociationType: 1, Amount: 99}}, 1, "200 0.01"},
		{"towards zero when negative", []incentive.Row{{Service: "a", AssociationType: 1, Amount: -99}}, 1, "200 -0.01"},
		{"a refund in a month lowers the tier", []incentive.Row{{Service: "a", AssociationType: 1, Amount: 10_000_00}, {Service: "b", AssociationType: 1, Amount: -1}}, 1, "200 200.00; 200 0.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			for i, d := range plan.Worth(c.rows, c.of) {
				if i > 0 {
					got += "; "
				}
				got += fmt.Sprintf("%d %s", d.Rate, d.Amount)
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestStatementsOfAllAssociationTypesSumToTheSlip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) incentive.Row {
			amount := rapid.Int64Range(-1e9, 1e9).Draw(t, "amount")
			return incentive.Row{
				Service: rapid.SampledFrom([]string{"hws.ecs", "hws.evs", "x"}).Draw(t, "service"), Policy: rapid.SampledFrom([]int{0, 1, 2, 13}).Draw(t, "policy"),
				AssociationType: rapid.IntRange(1, 2).Draw(t, "type"), Amount: money.Fen(amount), OnCredit: money.Fen(amount / 2),
			}
		}), 0, 20).Draw(t, "rows")
		var slip, summed money.Fen
		for _, r := range rows {
			slip += r.Amount
		}
		for _, of := range []int{1, 2} {
			for _, d := range plan.Worth(rows, of) {
				summed += d.Performance
				if abs(d.Amount)*100 > abs(d.Performance)*5 || abs(d.Frozen) > abs(d.Amount) {
					t.Fatalf("%s of it frozen of %s for %s at 5 percent at most", d.Frozen, d.Amount, d.Performance)
				}
			}
		}
		if slip != summed {
			t.Fatalf("the slip says %s, the statements %s", slip, summed)
		}
	})
}

func abs(f money.Fen) money.Fen { return max(f, -f) }

func TestCarry(t *testing.T) {
	for _, c := range []struct {
		amounts    []money.Fen
		left, lost money.Fen
	}{
		{[]money.Fen{200_00, -600_00}, -400_00, 0}, // DOMAIN.md 6
		{[]money.Fen{800_00, -600_00}, 0, 200_00},
		{[]money.Fen{600_00, -600_00}, 0, 0},
		{[]money.Fen{100_00}, 0, 100_00},
		{nil, 0, 0},
	} {
		if left, lost := incentive.Carry(c.amounts); left != c.left || lost != c.lost {
			t.Errorf("%v: %s are left and %s lost, want %s and %s", c.amounts, left, lost, c.left, c.lost)
		}
	}
}

func TestWhatAPaymentRequestTakes(t *testing.T) {
	open := []incentive.Incentive{
		{ID: "a", Amount: 300_00, AssociationType: 1, Month: "2026-10"},
		{ID: "b", Amount: 500_00, AssociationType: 2, Month: "2026-11"},
		{ID: "minus", Amount: -200_00, AssociationType: 1, Month: "2026-11"},
		{ID: "special", Amount: 50_00, Month: "2026-11"},
		{ID: "old", Amount: 10_00, AssociationType: 2, Month: "2023-10"},
	}
	for _, c := range []struct {
		name   string
		ids    []string
		method incentive.Method
		want   string
		err    error
	}{
		{"what was chosen, and every negative one", []string{"a"}, incentive.BankTransfer, "[a minus] 100.00", nil},
		{"all that the method pays", nil, incentive.BankTransfer, "[a minus special old] 160.00", nil},
		{"all when it pays all", nil, incentive.VoucherQuota, "[a b minus special old] 660.00", nil},
		{"resale of before November 2023 by bank", []string{"a", "old"}, incentive.TopUpAccount, "[a minus old] 110.00", nil},
		{"resale by bank", []string{"a", "b"}, incentive.BankTransfer, "", incentive.ErrMethod},
		{"resale to the top-up account", []string{"b"}, incentive.TopUpAccount, "", incentive.ErrMethod},
		{"resale against owed invoices", []string{"b"}, incentive.OwedInvoice, "[b minus] 300.00", nil},
		{"less than 0 with what is netted", []string{"special"}, incentive.BankTransfer, "", incentive.ErrNet},
		{"the negative one alone", []string{"minus"}, incentive.VoucherQuota, "", incentive.ErrNet},
		{"another's", []string{"z"}, incentive.VoucherQuota, "", incentive.ErrNotPayable},
	} {
		t.Run(c.name, func(t *testing.T) {
			takes, sum, err := incentive.Chosen(open, c.ids, c.method)
			if !errors.Is(err, c.err) {
				t.Fatalf("got %v, want %v", err, c.err)
			}
			var ids []string
			for _, i := range takes {
				ids = append(ids, i.ID)
			}
			if got := fmt.Sprint(ids, " ", sum); err == nil && got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestWhatIsAppliedForAtOnceIsAsMuchAsARequestTakes(t *testing.T) {
	open := []incentive.Incentive{{ID: "minus", Amount: -1_00, Month: "2026-12"}}
	for n := range 60 {
		open = append(open, incentive.Incentive{ID: fmt.Sprintf("plus-%02d", n), Amount: 1_00, Month: "2026-11"})
	}
	takes, sum, err := incentive.Chosen(open, nil, incentive.BankTransfer)
	if err != nil || len(takes) != 50 || takes[0].ID != "minus" || takes[49].ID != "plus-48" || sum != 48_00 {
		t.Errorf("%d incentives of %s, %v: %v", len(takes), sum, takes, err)
	}
	var ids []string
	for _, i := range open[1:51] {
		ids = append(ids, i.ID)
	}
	if _, _, err := incentive.Chosen(open, ids, incentive.BankTransfer); err == nil {
		t.Error("50 that were chosen and one that is netted are one request")
	}
}

func TestTheLastVersionThatHadBegunClosesAMonth(t *testing.T) {
	versions := []incentive.Version{{N: 1, From: "2026-01"}, {N: 2, From: "2026-06"}, {N: 3, From: "2026-06"}, {N: 4, From: "2026-12"}}
	for month, want := range map[incentive.Month]int{"2025-12": 0, "2026-01": 1, "2026-05": 1, "2026-06": 3, "2026-11": 3, "2026-12": 4, "2027-03": 4} {
		if v, found := incentive.Current(versions, month); v.N != want || found != (want > 0) {
			t.Errorf("%s is closed by version %d, want %d", month, v.N, want)
		}
	}
}
