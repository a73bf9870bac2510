// Package invitelink is what a person sees of a partner's invitation to belong to it: the message that carries its link, and the page behind the
// link, which binds the personal account.
//
// It is apart from package specialist so that no function links the words and the layout but those that send and show them.
//
// Source: DOMAIN.md 13; CASES.md B42–B44.
package invitelink

import (
	"context"
	"errors"
	"strconv"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/specialist"
)

// Purpose serves the links by a service, which is opened by the first of them.
func Purpose(open func() *specialist.Service) link.Purpose {
	return link.Purpose{
		Name: specialist.Purpose,
		Show: func(ctx context.Context, l link.Link) (link.Page, error) {
			o, err := open().Open(ctx, l)
			return page(l, o, err)
		},
		Act: func(ctx context.Context, l link.Link, _ string) (link.Page, error) {
			o, err := open().Accept(ctx, l)
			return page(l, o, err)
		},
	}
}

// page shows how an invitation stands: to be accepted, accepted, or not and why.
func page(l link.Link, o specialist.Opened, err error) (link.Page, error) {
	w := wordsOf(l.Locale)
	refusal, refused := problem.As(err)
	switch {
	case errors.Is(err, specialist.ErrDeadLink):
		return link.Page{Locale: w.locale, Title: w.deadTitle, Text: []string{w.deadText}}, nil
	case refused:
		return link.Page{Locale: w.locale, Title: w.notTitle, Text: []string{w.notText, refusal.Public()}}, nil
	case err != nil:
		return link.Page{}, err
	case o.Done:
		return link.Page{Locale: w.locale, Title: w.doneTitle, Text: []string{w.doneText}, Facts: w.facts(o)}, nil
	}
	return link.Page{Locale: w.locale, Title: w.title, Text: []string{w.text, w.notice}, Facts: w.facts(o), Button: w.button}, nil
}

// Template is the SMS template of invitations. Its parameters are partner and link.
const Template = "specialist_invitation"

// Writer writes the message of an invitation, by a service that is opened for each: a mail and, to who was invited by a phone number or has no mail
// address, an SMS. An invitation that was sent again, accepted or has expired meanwhile is not written about.
func Writer(open func() *specialist.Service) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		s := open()
		m, err := s.Member(ctx, auth.PartyID(e.Owner), specialist.AccountID(e.Subject))
		if err != nil {
			return immediate.Message{}, false, err
		}
		if m.StateAt(s.Clock.Now()) != specialist.Invited || e.Data["serial"] != strconv.Itoa(m.Serial) {
			return immediate.Message{}, false, nil
		}
		o, err := s.Open(ctx, m.Link())
		if err != nil {
			return immediate.Message{}, false, err
		}
		url, err := s.Links.URL(ctx, m.Link())
		if err != nil {
			return immediate.Message{}, false, err
		}
		to := notify.Address{Email: o.Account.Email, Mobile: o.Account.Mobile, Locale: m.Locale}
		message := immediate.Message{To: to, Letter: wordsOf(m.Locale).letter(o, url, e)}
		if m.ByPhone() || to.Email == "" {
			message.Text, err = text(ctx, s, o, to)
		}
		return message, err == nil, err
	}
}

// text gives the SMS of an invitation; nil where there is no number.
func text(ctx context.Context, s *specialist.Service, o specialist.Opened, to notify.Address) (*notify.Text, error) {
	if to.Mobile == "" {
		return nil, nil
	}
	short, err := s.Links.Short(ctx, o.Member.Link())
	if err != nil {
		return nil, err
	}
	return &notify.Text{
		To: to.Mobile, Template: Template, Locale: to.Locale, Params: map[string]string{"partner": o.PartnerName, "link": short},
	}, nil
}

func (w words) facts(o specialist.Opened) []link.Fact {
	return []link.Fact{
		{Name: w.partner, Value: o.PartnerName},
		{Name: w.account, Value: o.Account.Name},
		{Name: w.until, Value: o.Member.Expires.In(calendar.Beijing).Format("2006-01-02 15:04")},
	}
}

func (w words) letter(o specialist.Opened, url string, e event.Event) letter.Letter {
	cells, columns := []string{}, []string{}
	for _, f := range w.facts(o) {
		columns, cells = append(columns, f.Name), append(cells, f.Value)
	}
	return letter.Letter{
		Locale: w.locale, Title: w.subject(o.PartnerName), Intro: []string{w.intro}, AsOf: e.At, Notes: []string{w.notice, w.ignore},
		Groups: []letter.Group{{Title: w.title, Columns: columns, Rows: []letter.Row{{Cells: cells, Label: w.open, URL: url}}}},
	}
}
