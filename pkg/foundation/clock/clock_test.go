package clock_test

import (
	"testing"
	"time"

	"partnercenter/pkg/foundation/clock"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.FixedZone("elsewhere", 3600))

func TestAFakeStandsStillUntilMoved(t *testing.T) {
	c := clock.NewFake(noon)
	if got := c.Now(); got != noon.UTC() {
		t.Errorf("it shows %s, want %s in UTC", got, noon.UTC())
	}
	c.Advance(90 * time.Minute)
	if got, want := c.Now(), noon.Add(90*time.Minute).UTC(); got != want {
		t.Errorf("it shows %s, want %s", got, want)
	}
	c.Set(noon)
	if got := c.Now(); got != noon.UTC() {
		t.Errorf("put back, it shows %s, want %s", got, noon.UTC())
	}
}

func TestAnOffsetGoesOnFromWhereItWasSet(t *testing.T) {
	c := clock.NewOffset(noon)
	for _, set := range []time.Time{noon, noon.Add(365 * 24 * time.Hour), noon.Add(-time.Hour)} {
		c.Set(set)
		if got := c.Now(); got.Before(set) || got.Sub(set) > time.Minute || got.Location() != time.UTC {
			t.Errorf("set to %s it shows %s", set, got)
		}
	}
}

func TestTheSystemClockIsInUTC(t *testing.T) {
	if got := (clock.System{}).Now(); got.Location() != time.UTC || got.IsZero() {
		t.Errorf("it shows %s", got)
	}
}
