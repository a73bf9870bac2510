package feeds

import (
	"context"
	"iter"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/icalendar"
	"partnercenter/pkg/incentive"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/opportunity"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/specialist"
)

// uid names an entry by its kind and what it is of, so that a program moves it when its day moves.
func uid(kind, id string) string { return kind + "-" + id + "@partner-center" }

// own names an entry of what is named among those of one party alone. Source: RFC 5545, 3.8.4.7: no two entries anywhere have one name.
func own(kind string, ask icalendar.Ask, id string) string {
	return uid(kind, string(ask.Party.ID)+"-"+id)
}

// ofPartners makes a source say nothing to customers and the vendor.
func ofPartners(source icalendar.Source) icalendar.Source {
	return func(ctx context.Context, ask icalendar.Ask) iter.Seq2[icalendar.Entry, error] {
		if ask.Party.Kind == auth.Customer || ask.Party.Kind == auth.Vendor {
			return func(func(icalendar.Entry, error) bool) {}
		}
		return source(ctx, ask)
	}
}

// read makes entries of items. An entry without a day is none.
func read[T any](items iter.Seq2[T, error], of func(T) icalendar.Entry) iter.Seq2[icalendar.Entry, error] {
	return func(yield func(icalendar.Entry, error) bool) {
		for item, err := range items {
			if err != nil {
				yield(icalendar.Entry{}, err)
				return
			}
			if e := of(item); !e.Day.IsZero() && !yield(e, nil) {
				return
			}
		}
	}
}

// lastDay gives the day that ends at an instant, or in which the instant lies.
func lastDay(end time.Time) calendar.Date {
	if end.IsZero() {
		return calendar.Date{}
	}
	return calendar.DateOf(end.Add(-time.Second))
}

// before is how many months before its first day a feed looks at things that are named by their month: what is still to be done of them. ASSUMED
const before = 6

func from(ask icalendar.Ask) calendar.Date { return ask.From.AddMonths(-before, 1) }

// requests are the days until which the vendor issues invoices that an account has asked for, or decides on their return.
func requests(db *table.Client) icalendar.Source {
	return func(ctx context.Context, ask icalendar.Ask) iter.Seq2[icalendar.Entry, error] {
		w := wordsOf(ask.Locale)
		return read(invoice.Requests(ctx, db, ask.Party.ID), func(v *invoice.VendorInvoice) icalendar.Entry {
			return icalendar.Entry{UID: uid("invoice-request", v.ID), Day: v.Due, Summary: w.invoiceIssue + v.ID, Changed: v.At}
		})
	}
}

// lists are the days on which a partner is reminded of the invoices of a list that it owes: the next of them, then the last. There is no day by which they
// are to be sent. Source: DOMAIN.md 7.
func lists(db *table.Client) icalendar.Source {
	return func(ctx context.Context, ask icalendar.Ask) iter.Seq2[icalendar.Entry, error] {
		w := wordsOf(ask.Locale)
		s := &invoice.Service{Table: db}
		return read(s.Unsent(ctx, ask.Party.ID, ask.Now), func(l invoice.ListRow) icalendar.Entry {
			e := icalendar.Entry{UID: uid("invoice-list", string(l.ID)), Summary: w.invoiceDue + l.Number, Text: w.payable + l.Payable, Changed: l.IssuedAt}
			days, told := l.Remind(time.Time{}, ask.Now)
			if told {
				e.Day = calendar.DateOf(l.IssuedAt).AddDays(days)
				e.Changed = e.Day.Start() // then the next reminder became the one to come
			}
			if at, more := l.NextReminder(ask.Now); more {
				e.Day = calendar.DateOf(at)
			}
			return e
		})
	}
}

// bills are the last days to confirm a settlement bill, and the days by which one is paid.
func bills(db *table.Client) icalendar.Source {
	return func(ctx context.Context, ask icalendar.Ask) iter.Seq2[icalendar.Entry, error] {
		w := wordsOf(ask.Locale)
		return read(invoice.Bills(ctx, db, ask.Party.ID, invoice.MonthOf(from(ask))), func(b *invoice.Bill) icalendar.Entry {
			e := icalendar.Entry{Text: w.bill + string(b.Period), Changed: b.Out}
			switch b.State { //nolint:exhaustive // the others have no day
			case invoice.ToConfirm:
				e.UID, e.Day, e.Summary = own("bill-confirm", ask, string(b.ID)), b.ConfirmBy, w.billConfirm+string(b.ID)
			case invoice.Paying:
				e.UID, e.Day, e.Summary = own("bill-pay", ask, string(b.ID)), b.PayBy, w.billPay+string(b.ID)
			}
			return e
		})
	}
}

// statements are the last days to confirm incentive statements.
func statements(db *table.Client) icalendar.Source {
	return func(ctx context.Context, ask icalendar.Ask) iter.Seq2[icalendar.Entry, error] {
		w := wordsOf(ask.Locale)
		all := incentive.ToConfirmOf(ctx, db, ask.Party.ID, incentive.MonthOf(from(ask)))
		return read(all, func(s *incentive.Statement) icalendar.Entry {
			return icalendar.Entry{UID: own("statement", ask, s.ID), Day: s.Deadline, Summary: w.statement + s.ID, Changed: s.Closed}
		})
	}
}

// opportunities are the last days to verify a partner's opportunity, and for it to accept one that the vendor shares.
func opportunities(db *table.Client) icalendar.Source {
	return func(ctx context.Context, ask icalendar.Ask) iter.Seq2[icalendar.Entry, error] {
		w := wordsOf(ask.Locale)
		return read(opportunity.Dated(ctx, db, ask.Party.ID), func(o *opportunity.Opportunity) icalendar.Entry {
			e := icalendar.Entry{UID: uid("opportunity", string(o.ID)), Changed: o.Entered}
			switch o.State { //nolint:exhaustive // the others have no day that concerns the partner
			case opportunity.Verifying:
				e.Day, e.Summary = o.LastDay(), w.verified+string(o.ID)
			case opportunity.Shared:
				e.Day, e.Summary = o.LastDay(), w.answer+string(o.ID)
			}
			if o.Provisional {
				e.Text = w.provisional
			}
			return e
		})
	}
}

// certificates are the last days of the certificates that count for a partner. Whose one is, is told by the account's id.
func certificates(db *table.Client) icalendar.Source {
	return func(ctx context.Context, ask icalendar.Ask) iter.Seq2[icalendar.Entry, error] {
		w := wordsOf(ask.Locale)
		return read(specialist.Ending(ctx, db, ask.Party.ID, ask.From, ask.To), func(c specialist.CertificateRow) icalendar.Entry {
			return icalendar.Entry{
				UID: uid("certificate", string(c.Number)), Day: c.Expires, Summary: w.certificate + string(c.Type), Text: w.account + string(c.Account),
				Changed: c.Issued.Start(),
			}
		})
	}
}

// memberships are the last days of terms in plans, and to accept an invitation to one.
func memberships(db *table.Client) icalendar.Source {
	return func(ctx context.Context, ask icalendar.Ask) iter.Seq2[icalendar.Entry, error] {
		w := wordsOf(ask.Locale)
		return func(yield func(icalendar.Entry, error) bool) {
			all, err := membership.All(ctx, db, ask.Party.ID)
			if err != nil {
				yield(icalendar.Entry{}, err)
				return
			}
			for _, m := range all {
				plan, _ := membership.PlanOf(m.Plan)
				e := icalendar.Entry{UID: own("plan", ask, string(m.Plan)), Changed: m.Since}
				switch m.State { //nolint:exhaustive // the others have no day
				case membership.Joined:
					e.Day, e.Summary = lastDay(m.Until), w.term+plan.Names[ask.Locale]
				case membership.Invited:
					e.Day, e.Summary = lastDay(m.Expires), w.invitation+plan.Names[ask.Locale]
				}
				if !e.Day.IsZero() && !yield(e, nil) {
					return
				}
			}
		}
	}
}

// declaration is the last day of a partner's declaration of relations.
func declaration(db *table.Client) icalendar.Source {
	return func(ctx context.Context, ask icalendar.Ask) iter.Seq2[icalendar.Entry, error] {
		w := wordsOf(ask.Locale)
		return func(yield func(icalendar.Entry, error) bool) {
			r, declared, err := agreement.RelationsOf(ctx, db, ask.Party.ID)
			if err != nil {
				yield(icalendar.Entry{}, err)
			} else if day := lastDay(r.Until); declared {
				yield(icalendar.Entry{
					UID: uid("relations", string(ask.Party.ID)), Day: day, Summary: w.relations, Changed: day.AddMonths(-12, day.Day).Start(), // it was made then
				}, nil)
			}
		}
	}
}
