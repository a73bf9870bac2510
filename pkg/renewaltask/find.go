package renewaltask

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

// Filter says which tasks a list is of. Empty fields filter nothing.
type Filter struct {
	Tab      Tab
	States   []State
	Renewed  *bool // enough of it
	Overdue  *bool
	From, To calendar.Date // of expiry, both included
	Customer auth.PartyID
	Name     string // a part of the customer's name
	Order    subscription.OrderID
	Product  string // id or service type code
	Reseller auth.PartyID
}

// matches reports whether a list with this filter shows a task, leaving aside the customer's name.
func (f Filter) matches(r Row, now time.Time) bool {
	switch {
	case !slices.Contains(f.States, r.State),
		f.Renewed != nil && *f.Renewed != Reached(r.Renewed, r.Expiring),
		f.Overdue != nil && *f.Overdue != r.Overdue(now),
		r.Expiry.Before(f.From), !f.To.IsZero() && r.Expiry.After(f.To),
		f.Customer != "" && f.Customer != r.Customer,
		f.Order != "" && f.Order != r.Order,
		f.Product != "" && !r.matches(f.Product),
		f.Reseller != "" && f.Reseller != r.Partner:
		return false
	}
	return true
}

// bounded gives the filter with the days that a list without any goes by: from as long ago as tasks of its states can be until the end of this
// month, whose tasks are the newest. Error: CBC.0100 for days that can't be.
func (f Filter) bounded(today calendar.Date) (Filter, error) {
	if f.To.IsZero() {
		f.To = today.AddMonths(1, 1).AddDays(-1)
		if f.From.After(f.To) {
			f.To = f.From
		}
	}
	if f.From.IsZero() {
		back := listMonths - 1
		if !slices.ContainsFunc(f.States, func(s State) bool { return !s.Open() }) {
			back = openMonths + 1
		}
		f.From = f.To.AddMonths(-back, 1)
	}
	switch {
	case f.To.Before(f.From):
		return f, problem.Invalid("expire_date_end", "%s is before expire_date_begin, %s", f.To, f.From)
	case f.To.After(f.From.AddMonths(listMonths, f.From.Day)):
		return f, problem.Invalid("expire_date_end", "%s is more than %d months after expire_date_begin, %s", f.To, listMonths, f.From)
	}
	return f, nil
}

// months gives the months that the filter's days lie in. It goes by dates: as texts, the month after 9999-12 is before it.
func (f Filter) months() []Month {
	var all []Month
	for day := f.From; !day.After(f.To); day = day.AddMonths(1, 1) {
		all = append(all, MonthOf(day))
	}
	return all
}

// partitions gives the queries whose tasks a list is of, in order: of a handler by month and state, of a reseller by month.
func (f Filter) partitions(r party.Reader) []table.Query {
	if r.Kind == auth.Reseller {
		from, to := taskPrefix+string(MonthOf(f.From)), taskPrefix+string(MonthOf(f.To))+"#"+behind
		return []table.Query{{PK: ownerKey(r.Party), From: from, To: to}}
	}
	var all []table.Query
	for _, m := range f.months() {
		for _, s := range f.States {
			all = append(all, table.Query{Index: table.Listed, PK: handledBy(r.Party, f.Tab, s, m)})
		}
	}
	return all
}

// seen is a task and its customer.
type seen struct {
	*Task
	customer party.Party
}

// find yields the tasks that a reader sees and asks for, month after month. After a marker it starts behind it. An index may be late by a moment.
func (s *Service) find(ctx context.Context, v *party.Scope, f Filter, q table.Query) iter.Seq2[seen, error] {
	return func(yield func(seen, error) bool) {
		parts := f.partitions(v.Reader)
		if q.After != "" {
			pk, err := s.Table.MarkerPK(ctx, q.Scope, q.After)
			at := slices.IndexFunc(parts, func(p table.Query) bool { return p.PK == pk })
			if err == nil && at < 0 {
				err = table.ErrMarker
			}
			if err != nil {
				yield(seen{}, err)
				return
			}
			parts = parts[at:]
		}
		for _, part := range parts {
			part.After, part.Scope, part.Page = q.After, q.Scope, q.Page
			for t, err := range table.All[Task](ctx, s.Table, part) {
				one, wanted := seen{Task: t}, false
				if err == nil {
					one.customer, wanted, err = s.wanted(ctx, v, f, t.Row)
				}
				if err != nil || wanted {
					if !yield(one, err) || err != nil {
						return
					}
				}
			}
			q.After = ""
		}
	}
}

// wanted reports whether a list shows a task, and gives its customer.
func (s *Service) wanted(ctx context.Context, v *party.Scope, f Filter, r Row) (party.Party, bool, error) {
	if !f.matches(r, s.Clock.Now()) {
		return party.Party{}, false, nil
	}
	customer, ok, err := v.Sees(ctx, r.Partner, r.Customer)
	return customer, ok && strings.Contains(strings.ToLower(customer.Name), strings.ToLower(f.Name)), err
}
