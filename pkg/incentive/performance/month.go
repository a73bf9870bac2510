package performance

import (
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
)

// Month is a month such as 2026-11: the period (账期) of consumption and performance. Of a provider's file it is the billing period, which FOCUS
// counts in UTC; of our own orders the month of their payment in Beijing.
type Month string

const monthForm = "2006-01"

// MonthOf gives the month of a date.
func MonthOf(day calendar.Date) Month { return Month(day.String()[:len(monthForm)]) }

// The years of months. The months before and after them, which are looked at as well, are written with four digits, too.
const firstYear, lastYear = 1000, 9000

// ParseMonth reads a month such as 2026-11. Error: CBC.0100 on the field.
func ParseMonth(field, text string) (Month, error) {
	day, err := calendar.ParseDate(text + "-01")
	if err != nil || len(text) != len(monthForm) || day.Year < firstYear || day.Year > lastYear {
		return "", problem.Invalid(field, "%.16q is not a month such as 2026-11", text)
	}
	return Month(text), nil
}

// First gives the month's first day.
func (m Month) First() calendar.Date {
	day, err := calendar.ParseDate(string(m) + "-01")
	if err != nil {
		panic("month " + string(m) + " is none")
	}
	return day
}

// Plus gives the month n months later.
func (m Month) Plus(n int) Month { return MonthOf(m.First().AddMonths(n, 1)) }

// Last gives the month's last day.
func (m Month) Last() calendar.Date { return m.Plus(1).First().AddDays(-1) }

// utc gives the month's beginning and the next one's, UTC.
func (m Month) utc() (from, to time.Time) {
	first, next := m.First(), m.Plus(1).First()
	at := func(d calendar.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }
	return at(first), at(next)
}

// day gives how many days after the month's first an instant lies, in Beijing: 0 to 31, since a month in UTC ends eight hours into the next one
// there.
func (m Month) day(at time.Time) int {
	return min(max(0, m.First().DaysUntil(calendar.DateOf(at))), mostDays-1)
}

// mostDays are the days in Beijing that a month of UTC touches at most.
const mostDays = 32
