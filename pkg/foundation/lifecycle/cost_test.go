package lifecycle_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

// metered gives what a tick costs.
func (w *world) metered() table.Use {
	w.t.Helper()
	var meter table.Meter
	if _, err := w.sweep().Tick(table.WithMeter(context.Background(), &meter)); err != nil {
		w.t.Fatal(err)
	}
	return meter.Read()
}

func TestAnIdleSweepCostsHalfAUnitAShardAndWritesNothing(t *testing.T) {
	w := newWorld(t)
	w.armAll([]string{"c1", "c2", "c3"}, numbered(100), noon.Add(time.Hour))
	if got, want := w.metered(), (table.Use{RCU: 8, RoundTrips: 16}); got != want {
		t.Errorf("it costs %+v, want %+v", got, want)
	}
}

func TestASweepCostsByWhatIsDueNotByWhatExists(t *testing.T) {
	cost := func(existing int) table.Use {
		w := newWorld(t)
		w.armAll([]string{"c1", "c2", "c3", "c4", "c5"}, numbered(10), noon)
		w.armAll(numbered(existing/50), numbered(50), noon.Add(time.Second))
		use := w.metered()
		w.drain(w.worker())
		if len(w.done) != 50 {
			t.Errorf("%d were done, want 50", len(w.done))
		}
		return use
	}
	few, many := cost(50), cost(5000)
	if few != many {
		t.Errorf("50 due cost %+v among 100 and %+v among 5,050, want the same", few, many)
	}
}

func TestB52NoIndexKeyTakesAQuarterOfOnePartnersRenewals(t *testing.T) {
	const renewals = 10_000
	for _, customers := range []int{100, 1000, renewals} {
		share := map[string]int{}
		for n := range renewals {
			var h table.Head
			lifecycle.Arm(&h, kind, fmt.Sprintf("customer-%05d", n%customers), fmt.Sprint(n), noon)
			share[h.G2PK]++
		}
		for key, n := range share {
			if n > renewals/4 {
				t.Errorf("of %d customers, %s takes %d of %d entries", customers, key, n, renewals)
			}
		}
		if len(share) != 16 {
			t.Errorf("%d customers are on %d keys, want 16", customers, len(share))
		}
	}
}
