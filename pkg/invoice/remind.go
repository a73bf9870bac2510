package invoice

import (
	"time"

	"partnercenter/pkg/foundation/calendar"
)

// Remind says which reminder of a list whose invoices are owed falls after a time that was told of and until another: the days since its issue. Only
// the latest is told of when several fall there. ok is false when none does.
// Source: DOMAIN.md 7; CASES.md B37, B39.
func (r ListRow) Remind(mark, asOf time.Time) (days int, ok bool) {
	if !r.State.Owed() {
		return 0, false
	}
	for _, n := range daysWithoutInvoice {
		if at := r.reminder(n); at.After(mark) && !at.After(asOf) {
			days, ok = n, true
		}
	}
	return days, ok
}

// NextReminder gives when the next reminder after an instant falls. ok is false when there is none.
func (r ListRow) NextReminder(after time.Time) (at time.Time, ok bool) {
	if !r.State.Owed() {
		return time.Time{}, false
	}
	for _, n := range daysWithoutInvoice {
		if at = r.reminder(n); at.After(after) {
			return at, true
		}
	}
	return time.Time{}, false
}

// reminder gives the start of the n-th day after the list's issue.
func (r ListRow) reminder(n int) time.Time { return calendar.DateOf(r.IssuedAt).AddDays(n).Start() }
