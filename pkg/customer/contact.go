package customer

import (
	"context"
	"errors"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/code"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// EventContactChanged tells that a customer has another mail address or phone number.
const EventContactChanged = "customer.contact_changed"

// The codes of a change of contact: one shows that the customer still reads what it gives up, one that it reads what it names.
const (
	contactOld = "contact-old"
	contactNew = "contact-new"
)

// contact is a change of a customer's mail address or phone number.
type contact struct {
	kind, field, old, next string
}

// contactOf gives the change that a customer wants. Error: CBC.0100 for more or less than one, for what is none, and for what it has already.
func contactOf(c party.Party, b ContactBody) (contact, error) {
	if b.Email != "" && b.Mobile != "" {
		return contact{}, problem.Invalid("email", "one at a time: a mail address or a phone number")
	}
	if err := b.check(); err != nil {
		return contact{}, err
	}
	change := contact{byEmail, "email", c.Email, b.Email}
	if b.Mobile != "" {
		change = contact{byMobile, "mobile", c.Mobile, b.Mobile}
	}
	if strings.EqualFold(change.old, change.next) {
		return change, problem.Invalid(change.field, "it is the customer's already")
	}
	return change, nil
}

// address gives where messages to one side of the change go.
func (c contact) address(value string, l notify.Locale) notify.Address {
	if c.kind == byMobile {
		return notify.Address{Mobile: value, Locale: l}
	}
	return notify.Address{Email: value, Locale: l}
}

type contactCodesInput struct{ Body ContactBody }

// sendContactCodes sends a code to the new address or number, and another to the present one. A present one that has just got its code gets no
// second one: the call can be made again for the new one's sake.
func (s *Service) sendContactCodes(ctx context.Context, in *contactCodesInput) (*struct{}, error) {
	c, err := party.Get(ctx, s.Table, rest.Caller(ctx).Party)
	if err != nil {
		return nil, err
	}
	change, err := contactOf(c, in.Body)
	if err != nil {
		return nil, err
	}
	locale := notify.LocaleOf(c.Locale)
	if change.old != "" {
		err := s.Codes().Send(ctx, code.Request{Purpose: contactOld, To: change.address(change.old, locale), Life: code.LifeOf(0)})
		if err != nil && !errors.Is(err, code.ErrTooSoon) {
			return nil, err
		}
	}
	return nil, s.Codes().Send(ctx, code.Request{Purpose: contactNew, To: change.address(change.next, locale), Life: code.LifeOf(0)})
}

type changeContactInput struct {
	Body struct {
		ContactBody
		Code        string `json:"code" minLength:"1" maxLength:"16" doc:"What the new address or number was sent"`
		PresentCode string `json:"present_code,omitempty" maxLength:"16" doc:"What the present one was sent; needed when there is one"`
	}
}

// changeContact changes the calling customer's mail address or phone number, in its partner's list too.
//
// Errors: CBC.0100; as code.Check for a wrong code; ErrTaken when another customer has it.
func (s *Service) changeContact(ctx context.Context, in *changeContactInput) (*struct{}, error) {
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		c, err := party.Get(ctx, s.Table, rest.Caller(ctx).Party)
		if err != nil {
			return err
		}
		change, err := contactOf(c, in.Body.ContactBody)
		if err != nil {
			return err
		}
		if err := s.Codes().Use(ctx, tx, code.Given{Purpose: contactNew, To: change.address(change.next, ""), Code: in.Body.Code, Field: "code"}); err != nil {
			return err
		}
		if change.old != "" {
			present := code.Given{Purpose: contactOld, To: change.address(change.old, ""), Code: in.Body.PresentCode, Field: "present_code"}
			if err := s.Codes().Use(ctx, tx, present); err != nil {
				return err
			}
		}
		if err := s.release(ctx, tx, change.kind, change.old, c.ID); err != nil {
			return err
		}
		if err := s.register(ctx, tx, change.kind, change.field, change.next, c.ID); err != nil {
			return err
		}
		next := c
		if change.kind == byMobile {
			next.Mobile = change.next
		} else {
			next.Email = change.next
		}
		s.audit(ctx, tx, event.Event{Type: EventContactChanged, Owner: string(c.ID), Subject: string(c.ID), Data: map[string]string{"kind": change.kind}})
		return party.Change(ctx, s.Table, tx, c, next)
	})
}

// release appends to tx that a customer no longer registers with something.
func (s *Service) release(ctx context.Context, tx *table.Tx, kind, value string, customer auth.PartyID) error {
	if value == "" {
		return nil
	}
	old, err := s.holder(ctx, kind, value)
	switch {
	case err != nil || old.Customers == 0: // imported customers registered with nothing
		return err
	case old.Customers == 1 && old.Party == customer:
		tx.Remove(&old)
	case old.Customers > 1:
		next := old
		next.Customers--
		tx.Replace(&old, &next)
	}
	return nil
}
