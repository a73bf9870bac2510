package account

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/money"
)

func TestAWarningIsGivenOnceUntilTheBalanceRisesAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Account{WarnBelow: money.Fen(rapid.Int64Range(0, 20).Draw(t, "threshold"))}
		a.Balance = 1000
		now := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
		for range 30 {
			before := a
			now = now.Add(time.Hour)
			a.Balance = money.Fen(rapid.Int64Range(0, 40).Draw(t, "balance"))
			next, falls := watched(a, now)
			crossed := before.Balance >= before.WarnBelow && a.Balance < a.WarnBelow
			if falls != crossed || next.LowSince.IsZero() == (a.Balance < a.WarnBelow) || falls && !next.LowSince.Equal(now) {
				t.Fatalf("from %d to %d with %d: %t, %+v", before.Balance, a.Balance, a.WarnBelow, falls, next)
			}
			if a = next; a.WarnBelow == 0 && !a.LowSince.IsZero() {
				t.Fatal("warned without a threshold")
			}
		}
	})
}
