// Package renewlink is the link by which a customer renews one resource from a mail or an SMS: for the term, the price and the expiry date
// that it was issued for, and for nothing else.
package renewlink

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/subscription"
)

// Name is the purpose of these links.
const Name = "renew"

// Lifetime is how long a link is good for. ASSUMED
const Lifetime = 7 * 24 * time.Hour

// To gives the link of an offer, in the language of its reader, issued now (business time).
func To(o subscription.Offer, locale notify.Locale, now time.Time) link.Link {
	return link.Link{
		Purpose: Name, Party: o.Customer, Object: string(o.Resource), Price: o.Price, Locale: locale, Expires: now.Add(Lifetime),
		Period: fmt.Sprintf("%s+%d*%d", o.Expiry, o.Term.Unit, o.Term.Count),
	}
}

// offerOf reads what To wrote.
func offerOf(l link.Link) (subscription.Offer, error) {
	o := subscription.Offer{Customer: l.Party, Resource: subscription.ID(l.Object), Price: l.Price}
	date, term, _ := strings.Cut(l.Period, "+")
	var err error
	if o.Expiry, err = calendar.ParseDate(date); err != nil {
		return o, err
	}
	_, err = fmt.Sscanf(term, "%d*%d", &o.Term.Unit, &o.Term.Count)
	return o, err
}

// Purpose serves the links by a service, which is opened by the first of them.
func Purpose(open func() *subscription.Service) link.Purpose {
	return link.Purpose{
		Name: Name,
		Show: func(ctx context.Context, l link.Link) (link.Page, error) {
			return page(l, func(o subscription.Offer) (subscription.Offered, error) { return open().Consider(ctx, o) })
		},
		Act: func(ctx context.Context, l link.Link, _ string) (link.Page, error) {
			return page(l, func(o subscription.Offer) (subscription.Offered, error) { return open().Accept(ctx, o) })
		},
	}
}

// page shows how an offer stands: to be accepted, accepted, or refused and why.
func page(l link.Link, do func(subscription.Offer) (subscription.Offered, error)) (link.Page, error) {
	o, err := offerOf(l)
	if err != nil {
		return link.Page{}, err
	}
	w := wordsOf(l.Locale)
	got, err := do(o)
	var refusal *problem.Error
	if errors.As(err, &refusal) {
		return w.refused(o, refusal), nil
	}
	if err != nil {
		return link.Page{}, err
	}
	if got.Order.ID != "" {
		return w.done(got), nil
	}
	return w.offer(o, got), nil
}
