// Package authorizationletter writes what is told at once of authorizations: the customer hears that its partner asks for one, the partner what
// became of it.
//
// Source: DOMAIN.md 14.
package authorizationletter

import (
	"context"
	"time"

	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/party"
)

// TextRequested is the SMS template of a request. Its parameter is partner, the partner's name.
const TextRequested = "authorization_requested"

// Requested writes to a customer whose partner asks for authorization, by a service that is opened for each. What was answered meanwhile is not
// written about.
func Requested(open func() *customer.Service) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		s := open()
		of, err := read(ctx, s, e, auth.PartyID(e.Data[customer.OtherDatum]), auth.PartyID(e.Owner))
		if err != nil || !of.current || of.StateAt(s.Clock.Now()) != customer.AuthorizationPending {
			return immediate.Message{}, false, err
		}
		to := of.customer.Address()
		w := wordsOf(to.Locale)
		m := immediate.Message{To: to, Letter: w.requested(of, e.At)}
		if to.Mobile != "" {
			m.Text = &notify.Text{To: to.Mobile, Template: TextRequested, Params: map[string]string{"partner": of.partner.Name}, Locale: to.Locale}
		}
		return m, true, nil
	}
}

// Result writes to a partner what became of its request, or of the authorization that it had. What has changed again since is not written about.
func Result(open func() *customer.Service) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		of, err := read(ctx, open(), e, auth.PartyID(e.Owner), auth.PartyID(e.Data[customer.OtherDatum]))
		if err != nil || !of.current || string(of.State) != e.Data[customer.StateDatum] {
			return immediate.Message{}, false, err
		}
		to := of.partner.Address()
		return immediate.Message{To: to, Letter: wordsOf(to.Locale).result(of, e.At)}, true, nil
	}
}

// subject is an authorization with the two whom it is between.
type subject struct {
	customer.Authorization
	partner, customer party.Party
	current           bool // it is still the request that the event is about
}

func read(ctx context.Context, s *customer.Service, e event.Event, partner, of auth.PartyID) (subject, error) {
	a, err := s.Authorization(ctx, partner, of)
	if err != nil || a.ID != e.Subject {
		return subject{}, err
	}
	what := subject{Authorization: a, current: true}
	if what.partner, err = party.Get(ctx, s.Table, partner); err != nil {
		return what, err
	}
	what.customer, err = party.Get(ctx, s.Table, of)
	return what, err
}

func (w words) requested(of subject, at time.Time) letter.Letter {
	until := of.Until.In(calendar.Beijing).Format("2006-01-02 15:04")
	return letter.Letter{
		Locale: w.locale, Title: w.asks(of.partner.Name), Intro: []string{w.askIntro, w.scope, w.where}, AsOf: at,
		Groups: []letter.Group{{Title: w.request, Columns: []string{w.partner, w.until}, Rows: []letter.Row{{Cells: []string{of.partner.Name, until}}}}},
		Notes:  []string{w.ignore},
	}
}

func (w words) result(of subject, at time.Time) letter.Letter {
	l := letter.Letter{Locale: w.locale, Title: w.became[of.State](of.Name), Intro: []string{w.means[of.State]}, AsOf: at}
	columns, cells := []string{w.customer}, []string{of.Name}
	if of.Reason != "" {
		columns, cells = append(columns, w.reason), append(cells, of.Reason)
	}
	l.Groups = []letter.Group{{Title: w.authorization, Columns: columns, Rows: []letter.Row{{Cells: cells}}}}
	return l
}
