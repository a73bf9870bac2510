package calendar_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/calendar"
)

var (
	oneMonth    = calendar.Term{Unit: calendar.Month, Count: 1}
	threeMonths = calendar.Term{Unit: calendar.Month, Count: 3}
	oneYear     = calendar.Term{Unit: calendar.Year, Count: 1}
)

// The matrix of getlago/lago-api#1091 (and #1567, #1840, #46; killbill#127): interval, anchor day, zone of the purchase,
// 29 February.
func TestMonthsFollowTheAnchorDay(t *testing.T) {
	inEachZone(t, func(t *testing.T) {
		for _, c := range []struct {
			bought string
			term   calendar.Term
			want   string // the expiry dates that follow
		}{
			{"2026-01-15T12:00:00+08:00", oneMonth, "2026-02-15 2026-03-15 2026-04-15"},
			{"2026-10-31T12:00:00+08:00", oneMonth, "2026-11-30 2026-12-31 2027-01-31 2027-02-28 2027-03-31"},
			{"2027-12-31T12:00:00+08:00", oneMonth, "2028-01-31 2028-02-29 2028-03-31 2028-04-30"},
			{"2026-01-30T12:00:00+08:00", oneMonth, "2026-02-28 2026-03-30 2026-04-30"},
			{"2028-01-30T12:00:00+08:00", oneMonth, "2028-02-29 2028-03-30"},
			{"2026-01-29T12:00:00+08:00", oneMonth, "2026-02-28 2026-03-29"},
			{"2028-02-29T12:00:00+08:00", oneMonth, "2028-03-29 2028-04-29 2028-05-29"},
			{"2026-02-28T12:00:00+08:00", oneMonth, "2026-03-28 2026-04-28"}, // the last day of a month is no anchor of 31
			{"2026-12-01T12:00:00+08:00", oneMonth, "2027-01-01 2027-02-01"},
			{"2026-08-31T12:00:00+08:00", threeMonths, "2026-11-30 2027-02-28 2027-05-31 2027-08-31"},
			{"2027-11-30T12:00:00+08:00", threeMonths, "2028-02-29 2028-05-30 2028-08-30"},
			{"2028-02-29T12:00:00+08:00", threeMonths, "2028-05-29 2028-08-29 2028-11-29 2029-02-28 2029-05-29"},
			{"2024-02-29T12:00:00+08:00", oneYear, "2025-02-28 2026-02-28 2027-02-28 2028-02-29 2029-02-28 2030-02-28 2031-02-28 2032-02-29"},
			{"2025-02-28T12:00:00+08:00", oneYear, "2026-02-28 2027-02-28 2028-02-28"},
			{"2026-12-31T12:00:00+08:00", oneYear, "2027-12-31 2028-12-31"},
			// The same wall time elsewhere is another day in Beijing.
			{"2026-01-31T15:59:59Z", oneMonth, "2026-02-28 2026-03-31"},
			{"2026-01-31T16:00:00Z", oneMonth, "2026-03-01 2026-04-01"},
			{"2026-01-30T23:30:00-08:00", oneMonth, "2026-02-28 2026-03-31"},
			{"2026-02-01T05:00:00+14:00", oneMonth, "2026-02-28 2026-03-31"},
			{"2028-02-28T16:00:00Z", oneYear, "2029-02-28 2030-02-28 2031-02-28 2032-02-29"},
			{"2028-02-29T16:00:00Z", oneYear, "2029-03-01 2030-03-01 2031-03-01 2032-03-01"},
		} {
			expiry := calendar.DateOf(instant(t, c.bought))
			anchor := expiry.Day
			for i, want := range strings.Fields(c.want) {
				expiry = expiry.Add(c.term, anchor)
				if expiry.String() != want {
					t.Errorf("bought %s for %s, after %d terms it expires %s, want %s", c.bought, c.term, i+1, expiry, want)
				}
			}
		}
	})
}

func TestTheLastDayOfFebruary(t *testing.T) {
	for year := 2024; year <= 2032; year++ {
		want := 28
		if year == 2024 || year == 2028 || year == 2032 {
			want = 29
		}
		if got := calendar.DaysIn(year, 2); got != want {
			t.Errorf("February %d has %d days, want %d", year, got, want)
		}
	}
	if got := calendar.DaysIn(2026, 12); got != 31 {
		t.Errorf("December has %d days, want 31", got)
	}
}

func TestPeriodsTileForTenYearsFromEveryAnchor(t *testing.T) {
	for anchor := 1; anchor <= 31; anchor++ {
		first := calendar.Date{Year: 2023, Month: 1, Day: anchor}
		end := first
		for n := 1; n <= 120; n++ {
			start := end
			end = start.Add(oneMonth, anchor)
			if want := min(anchor, calendar.DaysIn(end.Year, end.Month)); end.Day != want {
				t.Fatalf("anchor %d: month %d ends on day %d, want %d", anchor, n, end.Day, want)
			}
			if direct := first.AddMonths(n, anchor); end != direct {
				t.Fatalf("anchor %d: %d single months end %s, one step of %d ends %s", anchor, n, end, n, direct)
			}
			if days := start.DaysUntil(end); days < 28 || days > 31 {
				t.Fatalf("anchor %d: the month from %s to %s has %d days", anchor, start, end, days)
			}
			if back := end.AddMonths(-1, anchor); back != start {
				t.Fatalf("anchor %d: the month that ends %s begins %s, want %s", anchor, end, back, start)
			}
		}
	}
}

func TestTermsAddUpWhateverTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, anchor := anyDate.Draw(t, "date"), rapid.IntRange(1, 31).Draw(t, "anchor")
		a, b := rapid.IntRange(-60, 60).Draw(t, "a"), rapid.IntRange(-60, 60).Draw(t, "b")
		if one, other := d.AddMonths(a, anchor).AddMonths(b, anchor), d.AddMonths(a+b, anchor); one != other {
			t.Fatalf("%d then %d months from %s: %s, at once: %s", a, b, d, one, other)
		}
		if year, months := d.Add(oneYear, anchor), d.AddMonths(12, anchor); year != months {
			t.Fatalf("a year from %s: %s, twelve months: %s", d, year, months)
		}
	})
}

func TestATermSaysItself(t *testing.T) {
	if got := fmt.Sprint(oneMonth, ", ", threeMonths, ", ", calendar.Term{Unit: calendar.Year, Count: 2}); got != "1 month, 3 months, 2 years" {
		t.Errorf("got %q", got)
	}
}

func TestAnAnchorThatIsNoDayPanics(t *testing.T) {
	for _, anchor := range []int{0, -1, 32} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("anchor %d went through", anchor)
				}
			}()
			date(t, "2026-01-01").AddMonths(1, anchor)
		}()
	}
}
