// Package requestmail writes the mails about requests to end or to switch an association: to the side that decides, that there is one, and by SMS too;
// to the side that asked, what became of it.
//
// Source: DOMAIN.md 3, Effects, "Notify".
package requestmail

import (
	"context"

	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/party"
)

// TextRequested is the SMS template of a request. Its parameters are who, the name of the other side, and until, when it expires, in Beijing.
const TextRequested = "association_requested"

// Writers gives the writers of the mails, by a service that is opened for each. What was decided, withdrawn or has expired meanwhile is no longer
// asked about.
func Writers(open func() *customer.Service) map[string]immediate.Writer {
	return map[string]immediate.Writer{
		customer.WriterRequested: writer(open, func(w words, r customer.Record, state customer.RequestState, of party.Party) (said, bool) {
			return said{w.requested(r, of), map[string]string{"who": nameOf(r, of), "until": untilOf(r)}}, state == customer.RequestPending
		}),
		customer.WriterResult: writer(open, func(w words, r customer.Record, state customer.RequestState, of party.Party) (said, bool) {
			return said{letter: w.result(r, state, of)}, state != customer.RequestPending
		}),
	}
}

// said is what is told: by mail, and by the SMS of a request, whose parameters are nil when there is none.
type said struct {
	letter letter.Letter
	text   map[string]string
}

// writer reads what an event is about and lets say write it in the recipient's language. of is the side that the recipient is not.
func writer(
	open func() *customer.Service, say func(w words, r customer.Record, state customer.RequestState, of party.Party) (said, bool),
) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		s := open()
		r, err := s.Record(ctx, e)
		if err != nil {
			return immediate.Message{}, false, err
		}
		other := r.Partner
		if string(r.Partner) == e.Owner {
			other = r.Customer
		}
		to, err := party.Get(ctx, s.Table, auth.PartyID(e.Owner))
		if err != nil {
			return immediate.Message{}, false, err
		}
		of, err := party.Get(ctx, s.Table, other)
		if err != nil {
			return immediate.Message{}, false, err
		}
		address := to.Address()
		told, ok := say(wordsOf(address.Locale), r, r.StateAt(s.Clock.Now()), of)
		told.letter.AsOf = e.At
		m := immediate.Message{To: address, Letter: told.letter}
		if told.text != nil && address.Mobile != "" {
			m.Text = &notify.Text{To: address.Mobile, Template: TextRequested, Params: told.text, Locale: address.Locale}
		}
		return m, ok, nil
	}
}

// facts are the columns of a request and what stands in them.
func (w words) facts(r customer.Record, of party.Party) (columns, cells []string) {
	what := w.disassociate
	if r.Kind == customer.Switch {
		what = w.toResale
		if r.Target == party.Referral {
			what = w.toReferral
		}
	}
	return []string{w.who, w.what, w.reason}, []string{nameOf(r, of), what, r.Reason}
}

// nameOf gives the name of the other side.
func nameOf(r customer.Record, of party.Party) string {
	if of.Kind != auth.Customer {
		return of.Name
	}
	return r.CustomerName
}

// untilOf gives when a request expires, in Beijing.
func untilOf(r customer.Record) string {
	return r.Until.In(calendar.Beijing).Format("2006-01-02 15:04")
}

func (w words) requested(r customer.Record, of party.Party) letter.Letter {
	columns, cells := w.facts(r, of)
	columns, cells = append(columns, w.until), append(cells, untilOf(r))
	how := w.partnerDecides
	if r.Initiator == customer.PartnerSide {
		how = w.customerDecides
	}
	notes := []string{how}
	if r.Kind == customer.Disassociate || r.Target == party.Referral {
		notes = append(notes, w.notice)
	}
	return letter.Letter{
		Locale: w.locale, Title: w.subject, Intro: []string{w.intro}, Notes: notes,
		Groups: []letter.Group{{Title: w.request, Columns: columns, Rows: []letter.Row{{Cells: cells}}}},
	}
}

func (w words) result(r customer.Record, state customer.RequestState, of party.Party) letter.Letter {
	columns, cells := w.facts(r, of)
	columns, cells = append(columns, w.state), append(cells, w.states[state])
	l := letter.Letter{
		Locale: w.locale, Title: w.resultSubject + w.states[state], Intro: []string{w.outcomes[state]},
		Groups: []letter.Group{{Title: w.request, Columns: columns, Rows: []letter.Row{{Cells: cells}}}},
	}
	if r.DecidedWhy != "" {
		l.Notes = append(l.Notes, w.decided+r.DecidedWhy)
	}
	if r.Reclaimed > 0 {
		l.Notes = append(l.Notes, w.reclaimed+r.Reclaimed.String())
	}
	if len(r.Failed) > 0 {
		g := letter.Group{Title: w.failed, Columns: []string{w.check, w.inTheWay, w.todo}, Urgent: true}
		for _, item := range r.Failed {
			g.Rows = append(g.Rows, letter.Row{Cells: []string{item.Code, item.Message, item.Action}})
		}
		l.Groups = append(l.Groups, g)
	}
	return l
}
