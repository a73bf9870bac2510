// Package joinlink is what a customer sees of a partner's invitation: the mail that carries its link, and the page behind the link, which
// makes an account for who reads that mail and associates it.
//
// Source: DOMAIN.md 4.
package joinlink

import (
	"context"
	"errors"
	"strconv"

	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/problem"
)

// Purpose serves the links by a service, which is opened by the first of them.
func Purpose(open func() *customer.Service) link.Purpose {
	return link.Purpose{
		Name: customer.Purpose,
		Show: func(ctx context.Context, l link.Link) (link.Page, error) {
			o, err := open().Open(ctx, l)
			return page(l, o, err)
		},
		Act: func(ctx context.Context, l link.Link, email string) (link.Page, error) {
			s := open()
			o, err := s.Register(ctx, l)
			if !errors.Is(err, customer.ErrSignIn) || o.Invitation.Kind != customer.Offline {
				return page(l, o, err)
			}
			if o, err = s.Forward(ctx, l, email); err != nil {
				return page(l, o, err)
			}
			w := wordsOf(l.Locale)
			return link.Page{Locale: w.locale, Title: w.sentTitle, Text: []string{w.sentText}, Facts: w.facts(o)}, nil
		},
	}
}

// page shows how an invitation stands: to be accepted, accepted, or not and why.
func page(l link.Link, o customer.Opened, err error) (link.Page, error) {
	w := wordsOf(l.Locale)
	i := o.Invitation
	refusal, refused := problem.As(err)
	switch {
	case errors.Is(err, customer.ErrUsedLink), err == nil && i.State == customer.InviteAccepted:
		return link.Page{Locale: w.locale, Title: w.doneTitle, Text: []string{w.doneText}, Facts: w.facts(o)}, nil
	case errors.Is(err, customer.ErrDeadLink):
		return link.Page{Locale: w.locale, Title: w.deadTitle, Text: []string{w.deadText}}, nil
	case err == nil && i.Kind == customer.Offline:
		return link.Page{
			Locale: w.locale, Title: w.title, Text: []string{w.askFirst, w.notice(i.Type)}, Facts: w.facts(o), Ask: w.ask, Button: w.send,
		}, nil
	case errors.Is(err, customer.ErrSignIn), err == nil && o.Known:
		return link.Page{Locale: w.locale, Title: w.title, Text: []string{w.signIn, w.notice(i.Type)}, Facts: w.facts(o)}, nil
	case refused:
		return link.Page{Locale: w.locale, Title: w.notTitle, Text: []string{w.notText, refusal.Public()}}, nil
	case err != nil:
		return link.Page{}, err
	}
	return link.Page{
		Locale: w.locale, Title: w.title, Text: []string{w.register, w.notice(i.Type)}, Facts: w.facts(o), Button: w.button,
	}, nil
}

// Writer writes the mail of an online invitation, by a service that is opened for each. An invitation that was sent again, revoked or
// accepted meanwhile is not written about, nor one whose offline invitation was revoked.
func Writer(open func() *customer.Service) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		s := open()
		i, err := s.Invitation(ctx, auth.PartyID(e.Owner), e.Subject)
		if err != nil {
			return immediate.Message{}, false, err
		}
		if i.StateAt(s.Clock.Now()) != customer.InviteOpen || e.Data["serial"] != strconv.Itoa(i.Serial) {
			return immediate.Message{}, false, nil
		}
		o, err := s.Open(ctx, i.Link())
		if errors.Is(err, customer.ErrDeadLink) || errors.Is(err, customer.ErrUsedLink) {
			return immediate.Message{}, false, nil
		}
		if err != nil {
			return immediate.Message{}, false, err
		}
		url, err := s.Links.URL(ctx, i.Link())
		if err != nil {
			return immediate.Message{}, false, err
		}
		return immediate.Message{To: notify.Address{Email: i.Email, Locale: i.Locale}, Letter: wordsOf(i.Locale).letter(o, url, e)}, true, nil
	}
}

func (w words) letter(o customer.Opened, url string, e event.Event) letter.Letter {
	cells, columns := []string{}, []string{}
	for _, f := range w.facts(o) {
		columns, cells = append(columns, f.Name), append(cells, f.Value)
	}
	return letter.Letter{
		Locale: w.locale, Title: w.subject(o.PartnerName), Intro: []string{w.intro}, AsOf: e.At, Notes: []string{w.ignore},
		Groups: []letter.Group{{Title: w.title, Columns: columns, Rows: []letter.Row{{Cells: cells, Label: w.open, URL: url}}}},
	}
}
