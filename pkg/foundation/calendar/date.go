package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// Beijing is the time zone of all business dates, UTC+8.
var Beijing = time.FixedZone("UTC+8", 8*60*60)

// Date is a calendar date in Beijing. The zero Date is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// layout is how a date is written, everywhere.
const layout = "2006-01-02"

// DateOf gives the date in Beijing at an instant.
func DateOf(t time.Time) Date {
	year, month, day := t.In(Beijing).Date()
	return Date{year, month, day}
}

// ParseDate reads a date such as 2026-02-28.
func ParseDate(s string) (Date, error) {
	t, err := time.ParseInLocation(layout, s, Beijing)
	if err != nil {
		return Date{}, fmt.Errorf("%.40q is not a date such as 2026-02-28", s)
	}
	return DateOf(t), nil
}

// String gives the date as ParseDate reads it, and "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// IsZero holds for no date.
func (d Date) IsZero() bool { return d == Date{} }

// Compare orders dates: negative when d is before other, 0 when they are the same.
func (d Date) Compare(other Date) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Day, other.Day))
}

// Before holds when d is an earlier date than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After holds when d is a later date than other.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// AddDays gives the date n days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date {
	d.Day += n
	return DateOf(d.Start())
}

// DaysUntil gives how many days other is after d, negative when it is before.
func (d Date) DaysUntil(other Date) int { return int(other.Start().Sub(d.Start()) / (24 * time.Hour)) }

// Start gives the first instant of the date.
func (d Date) Start() time.Time { return d.At(0, 0) }

// At gives the instant of a time of day in Beijing.
func (d Date) At(hour, minute int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, Beijing).UTC()
}

// End gives the first instant after the date.
func (d Date) End() time.Time { return d.At(24, 0) }

// LastSecond gives 23:59:59 of the date: how an expiry is written on the wire.
func (d Date) LastSecond() time.Time { return d.End().Add(-time.Second) }
