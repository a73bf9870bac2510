package calendar_test

import (
	"testing"
	"time"

	"partnercenter/pkg/foundation/calendar"
)

func TestWorkingDaysFollowTheStateCouncil(t *testing.T) {
	for day, want := range map[string]bool{
		"2026-09-30": true,
		"2026-10-01": false, // National Day
		"2026-10-07": false,
		"2026-10-08": true,
		"2026-10-10": true,  // a Saturday worked instead
		"2026-10-11": false, // a Sunday
		"2026-02-17": false, // Spring Festival
		"2026-11-30": true,
		"2027-01-31": true,  // a Sunday worked instead
		"2027-02-08": false, // Spring Festival
	} {
		if working, provisional := calendar.WorkingDay(date(t, day)); working != want || provisional {
			t.Errorf("%s: working %t, provisional %t, want %t and settled", day, working, provisional, want)
		}
	}
}

func TestAYearNotYetPublishedIsMondayToFriday(t *testing.T) {
	for day, want := range map[string]bool{
		"2099-01-01": false, // a Thursday
		"2099-01-02": true,
		"2099-01-03": false,
		"2099-10-01": true, // surely a holiday, once it is published
	} {
		if working, provisional := calendar.WorkingDay(date(t, day)); working != want || !provisional {
			t.Errorf("%s: working %t, provisional %t, want %t and provisional", day, working, provisional, want)
		}
	}
}

func TestWorkingDaysAreCountedFromTheNextDay(t *testing.T) {
	for _, c := range []struct {
		from        string
		n           int
		want        string
		provisional bool
	}{
		{"2026-11-26", 0, "2026-11-26", false},
		{"2026-11-26", 1, "2026-11-27", false},
		{"2026-11-27", 1, "2026-11-30", false},
		{"2026-11-28", 3, "2026-12-02", false},
		{"2026-09-30", 3, "2026-10-10", false},
		{"2098-12-31", 2, "2099-01-05", true},
	} {
		got, provisional := calendar.AddWorkingDays(date(t, c.from), c.n)
		if got != date(t, c.want) || provisional != c.provisional {
			t.Errorf("%d working days after %s: %s, provisional %t, want %s, %t", c.n, c.from, got, provisional, c.want, c.provisional)
		}
	}
}

// Working days are counted in any year that has begun. It must be in the library 30 days before it starts: if this fails, update
// github.com/6tail/lunar-go.
func TestNoYearInUseIsMissing(t *testing.T) {
	soon := calendar.DateOf(time.Now().Add(30 * 24 * time.Hour))
	if _, provisional := calendar.WorkingDay(soon); provisional {
		t.Errorf("the working days of %d are not known, and it starts within 30 days", soon.Year)
	}
}
