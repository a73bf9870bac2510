package notify_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

func recipient(t *testing.T, db *table.Client, id auth.PartyID) (r notify.Recipient, due time.Time) {
	t.Helper()
	r, err := notify.LoadRecipient(t.Context(), db, table.Key{PK: "PARTY#" + string(id), SK: "DIGEST"})
	if err != nil {
		t.Fatal(err)
	}
	due, _ = lifecycle.DueAt(&r.Head)
	return r, due
}

func TestMorningLiesFiveMinutesAheadAtLeast(t *testing.T) {
	for at, want := range map[time.Duration]time.Duration{
		-6 * time.Hour: 0, -5 * time.Minute: 0, -5*time.Minute + time.Nanosecond: 24 * time.Hour, 0: 24 * time.Hour, 23 * time.Hour: 24 * time.Hour,
	} {
		if got := notify.Morning(morning.Add(at)); !got.Equal(morning.Add(want)) {
			t.Errorf("written %v from nine: told at %v, want %v", at, got, morning.Add(want))
		}
	}
}

func TestTouchMakesARecipientDueNextMorning(t *testing.T) {
	db := tabletest.New(t)
	night := morning.Add(-6 * time.Hour)
	if err := notify.Touch(t.Context(), db, "c1", night); err != nil {
		t.Fatal(err)
	}
	r, due := recipient(t, db, "c1")
	if before := morning.Add(-24 * time.Hour); !due.Equal(morning) || !r.Mark.Equal(before) {
		t.Fatalf("due at %v with mark %v, want %v and %v", due, r.Mark, morning, before)
	}

	t.Run("and again writes nothing", func(t *testing.T) {
		var meter table.Meter
		if err := notify.Touch(table.WithMeter(t.Context(), &meter), db, "c1", night.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if got := meter.Read().WCU; got != 0 {
			t.Errorf("%v write units", got)
		}
	})
	t.Run("and never later than it was", func(t *testing.T) {
		if err := notify.Touch(t.Context(), db, "c1", morning.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, due := recipient(t, db, "c1"); !due.Equal(morning) {
			t.Errorf("due at %v, want %v", due, morning)
		}
	})
}

func TestConcurrentTouchesLoseNoWithheldMessage(t *testing.T) {
	db := tabletest.New(t)
	var writers sync.WaitGroup
	for range 5 {
		writers.Go(func() {
			if err := notify.Withhold(t.Context(), db, "c1", morning); err != nil {
				t.Error(err)
			}
		})
	}
	writers.Wait()
	if r, _ := recipient(t, db, "c1"); r.Withheld != 5 {
		t.Errorf("%d withheld, want 5", r.Withheld)
	}
}

func TestEachNoticeIsReadOnOneMorning(t *testing.T) {
	db := tabletest.New(t)
	wall := clock.System{}.Now()
	for i, at := range []time.Duration{-30 * time.Hour, -time.Hour, -time.Second, time.Hour} {
		n := notify.Notice{Event: fmt.Sprint("e", i), Customer: "c1", Subject: "r1", At: morning.Add(at)}
		for range 2 {
			if err := notify.Tell(t.Context(), db, "p1", n, morning.Add(at), wall); err != nil {
				t.Fatal(err)
			}
		}
	}
	read := func(mark, asOf time.Time) (events string) {
		for n, err := range notify.Notices(t.Context(), db, "p1", mark, asOf) {
			if err != nil {
				t.Fatal(err)
			}
			events += n.Event
		}
		return events
	}
	today, tomorrow := morning.Add(3*time.Minute), morning.Add(24*time.Hour)
	if got := read(morning.Add(-24*time.Hour), today); got != "e1" {
		t.Errorf("today: %q, want e1", got)
	}
	if got := read(today, tomorrow); got != "e2e3" {
		t.Errorf("tomorrow: %q, want e2e3", got)
	}
	if got := read(morning.Add(-48*time.Hour), tomorrow); got != "e0e1e2e3" {
		t.Errorf("after a gap: %q, want all", got)
	}
}
