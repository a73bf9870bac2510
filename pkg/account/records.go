package account

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// window is a stretch of time, from an instant to just before another. A zero bound is none.
type window struct{ from, until time.Time }

// days gives the window of two Beijing dates, both included. Absent the last is today, and the first a year before the last.
// Error: CBC.0100. Source: DOMAIN.md 5, "default window one year back".
func days(begin, end string, today calendar.Date) (window, error) {
	last, err := dayOr(end, "trade_time_end", today)
	if err != nil {
		return window{}, err
	}
	first, err := dayOr(begin, "trade_time_begin", last.AddMonths(-windowMonths, last.Day))
	if err != nil {
		return window{}, err
	}
	if first.After(last) && end != "" {
		return window{}, problem.Invalid("trade_time_begin", "%s is after trade_time_end %s", first, last)
	}
	return window{from: first.Start(), until: last.End()}, nil
}

func dayOr(text, field string, absent calendar.Date) (calendar.Date, error) {
	if text == "" {
		return absent, nil
	}
	day, err := calendar.ParseDate(text)
	if err != nil {
		return day, problem.Invalid(field, "%v", err)
	}
	return day, nil
}

// instants gives the window of two UTC times to the second, both included and neither needed. Error: CBC.0100.
func instants(begin, end string) (window, error) {
	var w window
	var err error
	if w.from, err = instant(begin, "operation_time_begin"); err != nil {
		return w, err
	}
	if w.until, err = instant(end, "operation_time_end"); err != nil || w.until.IsZero() {
		return w, err
	}
	if w.from.After(w.until) {
		return w, problem.Invalid("operation_time_begin", "%s is after operation_time_end %s", begin, end)
	}
	w.until = w.until.Add(time.Second)
	return w, nil
}

func instant(text, field string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse("2006-01-02T15:04:05Z", text)
	if err != nil {
		return at, problem.Invalid(field, "%.40q is not a UTC time such as 2026-12-01T15:59:59Z", text)
	}
	return at, nil
}

// around narrows a window to when the transfer of an id can have been made, which its id tells, so that it is found without reading the others.
func (w window) around(transfer string) window {
	id, err := ulid.ParseStrict(transfer)
	if err != nil {
		return w
	}
	made := ulid.Time(id.Time())
	if from := made.Add(-idSlack); from.After(w.from) {
		w.from = from
	}
	if until := made.Add(idSlack); w.until.IsZero() || until.Before(w.until) {
		w.until = until
	}
	return w
}

// list is which entries of an account are asked for, and by whom.
type list struct {
	Account ID
	Window  window
	Keep    func(t *Transfer) bool
	Scope   string // what its markers are good for
	After   string // a marker
	Page    int
}

// query is what the list's markers belong to.
func (l list) query() table.Query {
	return table.Query{PK: partition(l.Account), Descending: true, Scope: l.Scope, After: l.After, Page: int32(l.Page + 1)}
}

// latest yields the entries of a list, the latest first. Its cost is that of what lies in the window: where the window begins it stops, and where
// it ends is found by halving.
func (s *Service) latest(ctx context.Context, l list) iter.Seq2[*Transfer, error] {
	return func(yield func(*Transfer, error) bool) {
		q := l.query()
		q.From, q.To = entryHead(l.Account, 1).SK, entryEnd
		if l.After == "" && !l.Window.until.IsZero() && !l.Window.until.After(s.Clock.Now()) {
			last, err := s.lastBefore(ctx, l.Account, l.Window.until)
			if err != nil {
				yield(nil, err)
				return
			}
			if last == 0 {
				return
			}
			q.To = entryHead(l.Account, last).SK
		}
		for t, err := range table.All[Transfer](ctx, s.Table, q) {
			if err == nil && t.At.Before(l.Window.from) {
				return
			}
			if err == nil && !l.Keep(t) {
				continue
			}
			if !yield(t, err) || err != nil {
				return
			}
		}
	}
}

// lastBefore gives the number of an account's last entry before an instant, 0 when there is none. It reads as many entries as their number has
// binary digits.
func (s *Service) lastBefore(ctx context.Context, id ID, until time.Time) (int64, error) {
	var a Account
	head := balanceHead(id)
	if err := s.Table.GetEventual(ctx, head.Key(), &a); err != nil {
		if errors.Is(err, table.ErrNotFound) {
			return 0, nil
		}
		return 0, err
	}
	before, upTo := int64(0), a.Seq // entries up to before are earlier than until, those behind upTo are not
	for before < upTo {
		middle := before + (upTo-before+1)/2
		var t Transfer
		entry := entryHead(id, middle)
		if err := s.Table.GetEventual(ctx, entry.Key(), &t); err != nil {
			return 0, err
		}
		if t.At.Before(until) {
			before = middle
		} else {
			upTo = middle - 1
		}
	}
	return before, nil
}
