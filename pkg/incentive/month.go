package incentive

import "partnercenter/pkg/foundation/calendar"

// Month is a natural month in Beijing, such as 2026-11.
type Month string

const monthForm = "2006-01"

// MonthOf gives the month of a date.
func MonthOf(day calendar.Date) Month { return Month(day.String()[:len(monthForm)]) }

// First gives the month's first day; the zero date for what is no month.
func (m Month) First() calendar.Date {
	day, err := calendar.ParseDate(string(m) + "-01")
	if err != nil || len(m) != len(monthForm) {
		return calendar.Date{}
	}
	return day
}

// Plus gives the month n months later.
func (m Month) Plus(n int) Month { return MonthOf(m.First().AddMonths(n, 1)) }

// closes gives when the month is closed at the earliest.
func (m Month) closes() calendar.Date { return m.Plus(1).First().AddDays(closeDay - 1) }
