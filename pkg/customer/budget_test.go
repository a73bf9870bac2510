package customer

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/money"
)

// A monthly budget counts what was spent in the newest month, a package all of it, whatever the order in which payments of a month come.
func TestABudgetCountsEveryPaymentOfItsTimeOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{budgetMonthly, budgetPackage}).Draw(t, "kind")
		b, newest, sums, total := Budget{Type: kind}, "", map[string]money.Fen{}, money.Fen(0)
		for range rapid.IntRange(0, 20).Draw(t, "payments") {
			month := fmt.Sprintf("2026-%02d", rapid.IntRange(1, 12).Draw(t, "month"))
			amount := money.Fen(rapid.Int64Range(1, 1_000_000).Draw(t, "amount"))
			b = b.Spent(amount, month)
			newest, sums[month], total = max(newest, month), sums[month]+amount, total+amount
		}
		want := sums[newest]
		if kind == budgetPackage {
			want = total
		}
		if kind == budgetMonthly && b.Month != newest || b.Used != want {
			t.Fatalf("%s used in %q, want %s in %q", b.Used, b.Month, want, newest)
		}
		if next := "2027-01"; kind == budgetMonthly && b.UsedIn(next) != 0 {
			t.Fatalf("%s is used of a month that has not begun", b.UsedIn(next))
		}
	})
}
