package account

import (
	"testing"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/money"
)

func TestAWarningIsGivenOnceUntilTheBalanceRisesAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Account{WarnBelow: money.Fen(rapid.Int64Range(0, 20).Draw(t, "threshold"))}
		a.Balance = 1000
		for range 30 {
			before := a
			a.Balance = money.Fen(rapid.Int64Range(0, 40).Draw(t, "balance"))
			next, falls := watched(a)
			crossed := before.Balance >= before.WarnBelow && a.Balance < a.WarnBelow
			if falls != crossed || next.Warned != (a.Balance < a.WarnBelow) {
				t.Fatalf("from %d to %d with %d: %t, %+v", before.Balance, a.Balance, a.WarnBelow, falls, next)
			}
			if a = next; a.WarnBelow == 0 && a.Warned {
				t.Fatal("warned without a threshold")
			}
		}
	})
}
