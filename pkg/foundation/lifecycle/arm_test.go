package lifecycle_test

import (
	"testing"
	"time"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

func TestArmedWorkStandsInItsAccountsShardByItsTime(t *testing.T) {
	h := table.Head{Tries: 3}
	lifecycle.Arm(&h, kind, "c1", "r1", time.Date(2026, 12, 1, 3, 0, 0, 999, time.FixedZone("Beijing", 8*3600)))
	want := table.Head{G2PK: "DUE#00", G2SK: "2026-11-30T19:00:00Z#c1#r1", Work: kind}
	if h != want {
		t.Errorf("it stands at %+v, want %+v", h, want)
	}
	if at, due := lifecycle.DueAt(&h); !due || !at.Equal(time.Date(2026, 11, 30, 19, 0, 0, 0, time.UTC)) {
		t.Errorf("it is due at %s, %t", at, due)
	}
	lifecycle.Disarm(&h)
	if _, due := lifecycle.DueAt(&h); due || h != (table.Head{}) {
		t.Errorf("disarmed it stands at %+v", h)
	}
}

func TestWorkThatFailedForGoodIsNotDue(t *testing.T) {
	h := table.Head{G2PK: "FAILED#04", G2SK: "2026-11-30T19:00:00Z#c1#r1"}
	if at, due := lifecycle.DueAt(&h); due {
		t.Errorf("it is due at %s", at)
	}
}
