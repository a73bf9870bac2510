// Package agentpayletter writes what is told at once of a partner's payment of its customer's order: the partner hears that it is asked, the customer
// that the partner has paid, or would not.
//
// Source: DOMAIN.md 2, "Pay on behalf".
package agentpayletter

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

// TextPaid is the SMS template of a payment. Its parameters are partner (its name), order and amount (yuan).
const TextPaid = "agent_paid"

// Asked writes to a partner whose customer asks it to pay an order, by a service that is opened for each. What was decided meanwhile, or is not to
// be paid any more, is not written about.
func Asked(open func() *subscription.Service) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		of, ok, err := read(ctx, open(), e)
		if err != nil || !ok || of.order.Status != subscription.OrderAwaitingPayment || string(of.order.Agent.Partner) != e.Owner {
			return immediate.Message{}, false, err
		}
		to := of.partner.Address()
		w := wordsOf(to.Locale)
		return immediate.Message{To: to, Letter: w.letter(w.asked(of.customer.Name), w.askedText, of, e)}, true, nil
	}
}

// Decided writes to a customer what its partner decided. What has changed again since is not written about.
func Decided(open func() *subscription.Service) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		of, ok, err := read(ctx, open(), e)
		if err != nil || !ok {
			return immediate.Message{}, false, err
		}
		to := of.customer.Address()
		w := wordsOf(to.Locale)
		if of.order.Agent.State == subscription.AgentPayRejected {
			return immediate.Message{To: to, Letter: w.letter(w.rejected(of.partner.Name), w.rejectedText, of, e)}, true, nil
		}
		m := immediate.Message{To: to, Letter: w.letter(w.paid(of.partner.Name), w.paidText, of, e)}
		if to.Mobile != "" {
			params := map[string]string{"partner": of.partner.Name, "order": string(of.order.ID), "amount": of.order.Amount.String()}
			m.Text = &notify.Text{To: to.Mobile, Template: TextPaid, Params: params, Locale: to.Locale}
		}
		return m, true, nil
	}
}

// subject is an order with the two whom its payment is between.
type subject struct {
	order             subscription.Order
	customer, partner party.Party
}

// read reads what an event is about. ok is false when it is no longer so.
func read(ctx context.Context, s *subscription.Service, e event.Event) (of subject, ok bool, err error) {
	customer := auth.PartyID(e.Data[subscription.CustomerDatum])
	if of.order, err = s.OrderOf(ctx, customer, subscription.OrderID(e.Subject)); err != nil {
		return of, false, err
	}
	if of.order.Agent == nil || string(of.order.Agent.State) != e.Data[subscription.AgentStateDatum] {
		return of, false, nil
	}
	if of.customer, err = party.Get(ctx, s.Table, customer); err != nil {
		return of, false, err
	}
	of.partner, err = party.Get(ctx, s.Table, of.order.Agent.Partner)
	return of, err == nil, err
}

func (w words) letter(title, text string, of subject, e event.Event) letter.Letter {
	columns := []string{w.order, w.service, w.amount}
	cells := []string{string(of.order.ID), of.order.ServiceTypeName, of.order.Amount.String()}
	if of.order.Agent.Reason != "" {
		columns, cells = append(columns, w.reason), append(cells, of.order.Agent.Reason)
	}
	return letter.Letter{
		Locale: w.locale, Title: title, Intro: []string{text}, AsOf: e.At,
		Groups: []letter.Group{{Title: w.orders, Columns: columns, Rows: []letter.Row{{Cells: cells}}}},
	}
}
