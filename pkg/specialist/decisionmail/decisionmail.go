// Package decisionmail writes the mails by which a partner hears what the vendor has decided: on an application, a cancellation, a certificate or a
// transfer, and that it has cancelled a specialist.
//
// Source: DOMAIN.md 13.
package decisionmail

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/party"
	"partnercenter/pkg/specialist"
)

// Writers gives the writers of the mails, by a service that is opened for each.
func Writers(open func() *specialist.Service) map[string]immediate.Writer {
	return map[string]immediate.Writer{
		specialist.WriterDecision: func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
			return decision(ctx, open(), e)
		},
		specialist.WriterStopped: func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
			return stopped(ctx, open(), e)
		},
	}
}

// decision writes how a review ended.
func decision(ctx context.Context, s *specialist.Service, e event.Event) (immediate.Message, bool, error) {
	r, err := s.Review(ctx, e.Subject)
	if err != nil || r.State == specialist.Pending {
		return immediate.Message{}, false, err
	}
	to, w, err := reader(ctx, s, e)
	if err != nil {
		return immediate.Message{}, false, err
	}
	name, err := nameOf(ctx, s, r.Partner, r.Account)
	if err != nil {
		return immediate.Message{}, false, err
	}
	outcome := w.outcomes[r.State]
	l := w.letter(w.kinds[r.Kind]+w.colon+outcome, []string{w.who, w.what, w.certificate, w.outcome}, []string{name, w.kinds[r.Kind], string(r.Number), outcome}, e)
	if r.Remark != "" {
		l.Notes = append(l.Notes, w.remark+r.Remark)
	}
	return immediate.Message{To: to, Letter: l}, true, nil
}

// stopped writes that the vendor has cancelled a specialist, unless it has been applied for again meanwhile.
func stopped(ctx context.Context, s *specialist.Service, e event.Event) (immediate.Message, bool, error) {
	m, err := s.Member(ctx, auth.PartyID(e.Owner), specialist.AccountID(e.Subject))
	if err != nil || m.State != specialist.CancelledByVendor {
		return immediate.Message{}, false, err
	}
	to, w, err := reader(ctx, s, e)
	l := w.letter(w.stopped, []string{w.who, w.reason}, []string{m.Name, m.Why}, e)
	return immediate.Message{To: to, Letter: l}, err == nil, err
}

// reader gives where a partner is told, and in which words.
func reader(ctx context.Context, s *specialist.Service, e event.Event) (notify.Address, words, error) {
	p, err := party.Get(ctx, s.Table, auth.PartyID(e.Owner))
	locale := notify.LocaleOf(p.Locale)
	return notify.Address{Email: p.Email, Locale: locale}, wordsOf(locale), err
}

// nameOf gives what the partner calls a person now: masked when it is unbound.
func nameOf(ctx context.Context, s *specialist.Service, partner auth.PartyID, id specialist.AccountID) (string, error) {
	m, err := s.Member(ctx, partner, id)
	return m.Name, err
}

func (w words) letter(title string, columns, cells []string, e event.Event) letter.Letter {
	return letter.Letter{
		Locale: w.locale, Title: title, Intro: []string{w.intro}, AsOf: e.At, Notes: []string{w.where},
		Groups: []letter.Group{{Title: title, Columns: columns, Rows: []letter.Row{{Cells: cells}}}},
	}
}
