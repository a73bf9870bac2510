package account_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"partnercenter/pkg/account"
)

func TestB31SixtyFourDebitsAtOnceOfABalanceOfThirty(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "0.30")
	var wait sync.WaitGroup
	var paid, short sync.Map
	for n := range 64 {
		wait.Go(func() {
			switch err := debit(w.db, "partner.cash", n, 1); {
			case err == nil:
				paid.Store(n, true)
			case errors.Is(err, account.ErrInsufficientBalance):
				short.Store(n, true)
			default:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if size(&paid) != 30 || size(&short) != 34 || w.balance("partner") != "0.00" {
		t.Errorf("%d paid and %d refused, and the balance is %s; want 30, 34 and 0.00", size(&paid), size(&short), w.balance("partner"))
	}
	w.money()
}

// mostRuns bounds the runs: each audits all entries of those before.
const mostRuns = 25

// TestTheLedgerHoldsOverRandomOperations does random operations, many of them refused, and audits all accounts after each run. What an audit finds is
// an entry too few or too many, a sum that is not conserved, a balance below its floor.
func TestTheLedgerHoldsOverRandomOperations(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r0", "1")
	var first withdrawn
	w.as(provider, "POST", withdrawalsPath, `{"amount":0.10}`).Into(t, &first)
	open := []string{first.ID}
	run := 0
	rapid.Check(t, func(r *rapid.T) {
		if run++; run > mostRuns {
			return
		}
		for n := range rapid.IntRange(1, 4).Draw(r, "operations") {
			amount := fmt.Sprintf("0.%02d", rapid.IntRange(0, 60).Draw(r, "amount"))
			switch rapid.IntRange(0, 7).Draw(r, "operation") {
			case 0:
				w.as("vendor vendor", "POST", "/v2/vendor/partners/partner/top-ups", fmt.Sprintf(`{"remittance_no":"r%d-%d","amount":%s}`, run, n, amount))
			case 1:
				w.as(provider, "POST", giveManyPath, rows("c1 "+amount, "c2 0.05", "advisory 1"))
			case 2:
				w.as(provider, "POST", takeManyPath, rows("c2 "+amount, "c1 0.07"))
			case 3:
				_ = debit(w.db, account.Of("c1", account.Cash), run*10+n, 3) // mostly of too little
			case 4:
				var one withdrawn
				if a := w.as(provider, "POST", withdrawalsPath, `{"amount":`+amount+`}`); a.Status == 201 {
					a.Into(t, &one)
					open = append(open, one.ID)
				}
			case 5:
				w.imports(fmt.Sprintf("f%d-%d,Name of partner,%s,CNY,2026-12-01,", run, n, amount))
			default:
				id := open[rapid.IntRange(0, len(open)-1).Draw(r, "which")]
				step := rapid.SampledFrom([]string{"review", "approve", "reject", "paid", "fail"}).Draw(r, "step")
				w.as("vendor vendor", "POST", stepsPath(id), `{"step":"`+step+`","reason":"x"}`)
			}
		}
		if _, err := account.AuditAll(context.Background(), w.db, append(accounts(), account.Of("partner", account.OnHold))...); err != nil {
			r.Fatal(err)
		}
	})
	w.money()
	if run < mostRuns {
		t.Errorf("%d runs prove nothing", run)
	}
}
