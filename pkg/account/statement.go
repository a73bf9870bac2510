package account

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// ErrStatementTooLong: a month with more entries than one file holds. ASSUMED code.
var ErrStatementTooLong = problem.New(http.StatusBadRequest, "CBC.99001079", "the month has too many entries for one file")

// statement is what moved a partner's accounts in a Beijing month that is over (对账单). It is made of the stored entries alone, so that it says
// what the lists of change records say, and the same whenever it is made.
type statement struct {
	Partner  party.Party
	Month    calendar.Date // its first day
	Made     time.Time
	Accounts []section
}

// cycle writes the statement's month as bill cycles are written: 2026-11.
func (s statement) cycle() string { return s.Month.String()[:len("2006-01")] }

// section is one account in a statement.
type section struct {
	Account ID
	Kind    Kind
	Opening money.Fen // the balance when the month began; 0 before there was an account
	In, Out money.Fen
	Closing money.Fen
	Entries []*Transfer // of the month, in order
}

// stretch is a part of an account's entries: those after one number up to another, made within a window, and the balance before them.
type stretch struct {
	Account     ID
	Window      window
	After, UpTo int64
	Opening     money.Fen
}

// sum is the rule of a statement: the balance before the entries, what came in and went out, and the balance after them. The entries are exactly
// those of the stretch, numbered without a gap; each balance is the one before and the amount, and opening + in − out = closing, which is what
// the last entry says. Any other entries are an error rather than a statement.
// Source: CASES.md B28 and invariant 1.
func sum(r stretch, kind Kind, entries []*Transfer) (section, error) {
	s := section{Account: r.Account, Kind: kind, Opening: r.Opening, Closing: r.Opening, Entries: entries}
	last := r.After
	for _, t := range entries {
		seq, after, received := t.side(r.Account)
		if received {
			s.In += t.Amount
		} else {
			s.Out += t.Amount
		}
		last++
		s.Closing = s.Opening + s.In - s.Out
		switch {
		case t.From != r.Account && t.To != r.Account, seq != last, t.Amount <= 0:
			return section{}, fmt.Errorf("statement of %s: entry %d of %d fen is number %d", r.Account, last, t.Amount, seq)
		case t.At.Before(r.Window.from) || !t.At.Before(r.Window.until):
			return section{}, fmt.Errorf("statement of %s: entry %d is of %s, not from %s until %s", r.Account, seq, t.At, r.Window.from, r.Window.until)
		case after != s.Closing || after < 0:
			return section{}, fmt.Errorf("statement of %s: %s after entry %d, %s by the sums", r.Account, after, seq, s.Closing)
		}
	}
	if last != r.UpTo {
		return section{}, fmt.Errorf("statement of %s: the last entry is %d, want %d", r.Account, last, r.UpTo)
	}
	return s, nil
}

// closedMonth reads a bill cycle whose statement is final. What was begun in a month may be written a moment after its end.
// Error: CBC.0100.
func closedMonth(cycle string, now time.Time) (calendar.Date, error) {
	first, err := calendar.ParseDate(cycle + "-01")
	if err != nil {
		return first, problem.Invalid("bill_cycle", "%.40q is not a month such as 2026-11", cycle)
	}
	if final := monthOf(first).until.Add(statementAfter); now.Before(final) {
		return first, problem.Invalid("bill_cycle", "the month %s is not over: its statement is there from %s (Beijing time) on, and what its accounts "+
			"have moved so far is in account-change-records", cycle, final.In(calendar.Beijing).Format("2006-01-02 15:04"))
	}
	return first, nil
}

// monthOf gives the window of the month that begins with a date.
func monthOf(first calendar.Date) window {
	return window{from: first.Start(), until: first.AddMonths(1, 1).Start()}
}

// statement makes a partner's statement of a month. Accounts of the older ways of doing business are in it when they held anything.
// Errors: ErrStatementTooLong for more than most entries; party.ErrUnknown.
func (s *Service) statement(ctx context.Context, partner auth.PartyID, month calendar.Date, most int64) (statement, error) {
	holder, err := party.Get(ctx, s.Table, partner)
	if err != nil {
		return statement{}, err
	}
	made := statement{Partner: holder, Month: month, Made: s.Clock.Now()}
	for _, account := range shown {
		if account.kind == Appropriable { // a part of the cash account
			continue
		}
		r, err := s.stretch(ctx, Of(partner, account.kind), monthOf(month))
		if err != nil {
			return statement{}, err
		}
		if most -= r.UpTo - r.After; most < 0 {
			return statement{}, ErrStatementTooLong
		}
		one, err := s.section(ctx, r, account.kind)
		if err != nil {
			return statement{}, err
		}
		if account.kind == Cash || account.kind == CreditLine || r.UpTo > 0 {
			made.Accounts = append(made.Accounts, one)
		}
	}
	return made, nil
}

// stretch finds which entries an account has in a window.
func (s *Service) stretch(ctx context.Context, id ID, w window) (stretch, error) {
	r := stretch{Account: id, Window: w}
	var err error
	if r.After, err = s.lastBefore(ctx, id, w.from); err != nil {
		return r, err
	}
	if r.UpTo, err = s.lastBefore(ctx, id, w.until); err != nil || r.After == 0 {
		return r, err
	}
	var before Transfer
	head := entryHead(id, r.After)
	if err := s.Table.GetEventual(ctx, head.Key(), &before); err != nil {
		return r, err
	}
	_, r.Opening, _ = before.side(id)
	return r, nil
}

// section reads the entries of a stretch.
func (s *Service) section(ctx context.Context, r stretch, kind Kind) (section, error) {
	var entries []*Transfer
	if r.UpTo > r.After {
		q := table.Query{PK: partition(r.Account), From: entryHead(r.Account, r.After+1).SK, To: entryHead(r.Account, r.UpTo).SK}
		for t, err := range table.All[Transfer](ctx, s.Table, q) {
			if err != nil {
				return section{}, err
			}
			entries = append(entries, t)
		}
	}
	return sum(r, kind, entries)
}
