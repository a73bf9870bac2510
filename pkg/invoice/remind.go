package invoice

import (
	"context"
	"iter"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
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

// Unsent yields a partner's lists that were issued within the time in which there are reminders and whose invoices are owed, as the index has them:
// perhaps as they were a moment ago.
func (s *Service) Unsent(ctx context.Context, partner auth.PartyID, now time.Time) iter.Seq2[ListRow, error] {
	longest := daysWithoutInvoice[len(daysWithoutInvoice)-1] + 1
	from := calendar.DateOf(now).AddDays(-longest).Start()
	q := table.Query{Index: table.Listed, PK: listsOf(partner), From: stamp(from), To: stamp(now) + behind}
	return func(yield func(ListRow, error) bool) {
		for l, err := range table.All[listed](ctx, s.Table, q) {
			if err != nil {
				yield(ListRow{}, err)
				return
			}
			if l.Row.State.Owed() && !yield(l.Row, nil) {
				return
			}
		}
	}
}
