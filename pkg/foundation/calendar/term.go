package calendar

import (
	"fmt"
	"time"
)

// Unit is what a term is counted in, by BSS's number of it (period_type).
type Unit int

// The units of terms.
const (
	Month Unit = 2
	Year  Unit = 3
)

const monthsOfYear = 12

// String gives the unit in English.
func (u Unit) String() string {
	switch u {
	case Month:
		return "month"
	case Year:
		return "year"
	}
	return fmt.Sprintf("period type %d", int(u))
}

// Term is a number of months or years.
type Term struct {
	Unit  Unit `dynamodbav:"u"`
	Count int  `dynamodbav:"n"`
}

// Months gives the length of the term in months.
func (t Term) Months() int {
	if t.Unit == Year {
		return t.Count * monthsOfYear
	}
	return t.Count
}

// String gives the term in English, such as 3 months.
func (t Term) String() string {
	if t.Count == 1 {
		return "1 " + t.Unit.String()
	}
	return fmt.Sprintf("%d %ss", t.Count, t.Unit)
}

// Add gives the date one term later by the anchor day, as AddMonths does.
func (d Date) Add(term Term, anchor int) Date { return d.AddMonths(term.Months(), anchor) }

// AddMonths gives the date in the month n months later, on the anchor day or, where that month is shorter, on its last
// day: with the anchor 31, from 28 February one month is 31 March. The anchor is the day of the first purchase; it is
// stored and never read off a date that was counted. It panics when the anchor is no day of a month.
// Source: DOMAIN.md 1, Decision 1.
func (d Date) AddMonths(n, anchor int) Date {
	if anchor < 1 || anchor > 31 {
		panic(fmt.Sprintf("calendar: anchor day %d", anchor))
	}
	first := DateOf(Date{d.Year, d.Month + time.Month(n), 1}.Start())
	first.Day = min(anchor, DaysIn(first.Year, first.Month))
	return first
}

// DaysIn gives the number of days of a month.
func DaysIn(year int, month time.Month) int { return Date{year, month + 1, 1}.AddDays(-1).Day }
