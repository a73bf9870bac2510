package performance_test

import (
	"encoding/csv"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"partnercenter/events/demo"
	"partnercenter/pkg/foundation/table"
)

// figured is a line's performance as the test figures it by itself.
type figured struct {
	customer string
	amount   *big.Rat // unrounded
	fen      int64
	counts   bool
}

// figure works out the performance of a bill by its own means: encoding/csv and math/big, and the rules as DOMAIN.md 6 says them. It gives the lines by
// their number in the file; those of sub-accounts without a customer are left out.
func figure(t *testing.T, file, customers []byte) map[int]figured {
	t.Helper()
	whose := map[string]string{}
	for _, row := range sheetRows(t, customers) {
		for id := range strings.SplitSeq(row["sub_account_ids"], ";") {
			whose[id] = row["customer_id"]
		}
	}
	all := map[int]figured{}
	for n, row := range sheetRows(t, file) {
		customer, known := whose[row["SubAccountId"]]
		if !known {
			continue
		}
		amount, ok := new(big.Rat).SetString(row["BilledCost"])
		if !ok {
			t.Fatalf("line %d: %q", n, row["BilledCost"])
		}
		cents := new(big.Rat).Mul(amount, big.NewRat(100, 1))
		paid := row["x_PaymentInstrument"]
		all[n+2] = figured{
			customer: customer, amount: amount, fen: new(big.Int).Quo(cents.Num(), cents.Denom()).Int64(), // Quo cuts toward zero
			counts: paid == "cash" || paid == "counting_cash_coupon" || paid == "stored_value_card",
		}
	}
	return all
}

// sheetRows reads a CSV file into rows by column.
func sheetRows(t *testing.T, file []byte) []map[string]string {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(string(file))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := make([]map[string]string, len(records)-1)
	for n, record := range records[1:] {
		rows[n] = map[string]string{}
		for i, name := range records[0] {
			rows[n][name] = record[i]
		}
	}
	return rows
}

func TestThePerformanceOfNovemberEqualsAnIndependentCalculationLineByLine(t *testing.T) {
	w := newWorld(t)
	w.portfolio()
	if got := w.imports(string(demo.Consumption())); got.State != "DONE" || got.Lines != 999 || got.Imported != 998 || got.Refused != 1 {
		t.Fatalf("got %+v", got)
	}
	want := figure(t, demo.Consumption(), demo.Customers)
	var total int64
	exact := new(big.Rat)
	seen := 0
	for _, l := range w.lines("partner", "") {
		f, known := want[l.ImportLine]
		amount, _ := new(big.Rat).SetString(string(l.Unrounded))
		fen, _ := new(big.Rat).SetString(string(l.Amount))
		if !known || l.CustomerID != f.customer || amount.Cmp(f.amount) != 0 || fen.Cmp(big.NewRat(f.fen, 100)) != 0 || l.Counts != f.counts || l.Reason == "" {
			t.Errorf("line %d is %+v, want %+v", l.ImportLine, l, f)
		}
		seen++
	}
	for _, f := range want {
		if f.counts {
			total += f.fen
			exact.Add(exact, f.amount)
		}
	}
	if seen != 998 {
		t.Errorf("%d lines, want 998", seen)
	}
	if got, is := w.amount("partner"), new(big.Rat).SetFrac64(total, 100).FloatString(2); got != is {
		t.Errorf("the performance is %s, want %s", got, is)
	}
	var slip struct {
		Unrounded jsonNumber `json:"unrounded_amount"`
		Amount    jsonNumber
		Items     []struct{ Amount jsonNumber }
	}
	w.call(vendor, "GET", "/v2/vendor/performance/partners/partner/slips/2026-11", "").Into(t, &slip)
	unrounded, _ := new(big.Rat).SetString(string(slip.Unrounded))
	if unrounded.Cmp(exact) != 0 {
		t.Errorf("unrounded it is %s, want %s", slip.Unrounded, exact.FloatString(20))
	}
	sum := new(big.Rat)
	for _, item := range slip.Items {
		one, _ := new(big.Rat).SetString(string(item.Amount))
		sum.Add(sum, one)
	}
	if sum.Cmp(big.NewRat(total, 100)) != 0 {
		t.Errorf("the slip's rows sum to %s, want %d fen", sum.FloatString(2), total)
	}
	w.audit("partner")
}

func TestTheSameLinesInWhateverFilesAreTheSamePerformance(t *testing.T) {
	lines := strings.SplitAfter(string(demo.Consumption()), "\n")
	header, lines := lines[0], lines[1:len(lines)-1]
	shuffled := slices.Clone(lines)
	rand.New(rand.NewPCG(7, 7)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	file := func(lines []string) string { return header + strings.Join(lines, "") }
	w := newWorld(t)
	w.portfolio()
	first := w.imports(file(lines))
	want := w.amount("partner")
	if want == "0.00" {
		t.Fatal("there is no performance")
	}
	if again := w.imports(file(lines)); !again.AlreadyExists && again.ImportID != first.ImportID || w.amount("partner") != want {
		t.Errorf("the same file again: %+v, %s, want %s", again, w.amount("partner"), want)
	}
	if w.imports(file(shuffled)); w.amount("partner") != want {
		t.Errorf("shuffled beside it: %s, want %s", w.amount("partner"), want)
	}
	w.audit("partner")

	two := newWorld(t)
	two.portfolio()
	if half := two.imports(file(shuffled[:311])); half.State != "DONE" {
		t.Fatalf("got %+v", half)
	}
	if two.imports(file(shuffled[311:])); two.amount("partner") != want {
		t.Errorf("in two: %s, want %s", two.amount("partner"), want)
	}
	if two.imports(file(shuffled[200:700])); two.amount("partner") != want {
		t.Errorf("and some of them once more: %s, want %s", two.amount("partner"), want)
	}
	two.audit("partner")
}

func TestACrashAnywhereGivesTheSamePerformance(t *testing.T) {
	file := string(demo.Consumption()) // 999 lines: two chunks of twenty batches
	whole := newWorld(t)
	whole.portfolio()
	whole.imports(file)
	want := whole.amount("partner")
	w := newWorld(t)
	w.portfolio()
	var out imported
	w.call(vendor, "POST", "/v2/vendor/consumption/imports?source=focus&period=2026-11", file).Into(t, &out)
	crashes := 0
	for at := 1; ; at++ { // the process ends before, or behind, its at-th write, and starts again
		due, some := w.work().First(t, w.clock.Now())
		if !some {
			break
		}
		writes, verdict := 0, table.CrashBefore
		if at%2 == 0 {
			verdict = table.CrashAfter
		}
		w.open(w.db.WithFault(func(op table.Op) table.Verdict {
			if op.Kind == table.OpWrite || op.Kind == table.OpTx {
				if writes++; writes == at/2+1 {
					crashes++
					return verdict
				}
			}
			return table.Pass
		}))
		_ = w.handlers[due.Kind](t.Context(), due)
		w.open(w.db)
	}
	if crashes < 20 {
		t.Errorf("it crashed %d times only", crashes)
	}
	if got := w.amount("partner"); got != want {
		t.Errorf("after %d crashes the performance is %s, want %s", crashes, got, want)
	}
	w.call(vendor, "GET", "/v2/vendor/consumption/imports/"+out.ImportID, "").Into(t, &out)
	if out.State != "DONE" || out.Imported+out.Refused != 999 {
		t.Errorf("got %+v", out)
	}
	w.audit("partner")
}

func TestTwentyLinesAreAsTheyWereWorkedByHand(t *testing.T) {
	w := newWorld(t)
	w.portfolio()
	done := w.imports(string(demo.Consumption()))
	byLine := map[string]line{}
	for _, l := range w.lines("partner", "") {
		byLine[fmt.Sprint(l.ImportLine)] = l
	}
	file, err := os.ReadFile("testdata/by-hand.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows := sheetRows(t, file)
	if len(rows) != 20 {
		t.Fatalf("%d lines, want 20", len(rows))
	}
	for _, row := range rows {
		l, there := byLine[row["line"]]
		if row["outcome"] == "refused" {
			var out struct {
				Verdicts []struct{ Line int }
			}
			w.call(vendor, "GET", "/v2/vendor/consumption/imports/"+done.ImportID+"/verdicts?outcome=refused", "").Into(t, &out)
			if there || len(out.Verdicts) != 1 || fmt.Sprint(out.Verdicts[0].Line) != row["line"] {
				t.Errorf("line %s is %+v; refused are %v", row["line"], l, out.Verdicts)
			}
			continue
		}
		if string(l.Unrounded) != row["unrounded"] || string(l.Amount) != row["charged"] || l.Counts != (row["outcome"] == "counts") || l.PaidWith != row["paid_with"] {
			t.Errorf("line %s is %+v, want %v", row["line"], l, row)
		}
	}
}
