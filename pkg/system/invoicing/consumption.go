package invoicing

import (
	"context"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/party"
)

// consumption gives what the vendor invoices an account for in a month that is over: what a customer spent while it was nobody's resale customer, or what
// a partner's resale customers spent while they were its own, which the partner pays. Whose a customer was when it spent decides, not whose it is now.
// Source: DOMAIN.md 0, "Association types"; 6, whose performance is judged alike.
func consumption(ctx context.Context, env *function.Env, id auth.PartyID, month invoice.Month) (money.Fen, error) {
	first, err := calendar.ParseDate(string(month) + "-01")
	if err != nil {
		return 0, err
	}
	p, err := party.Get(ctx, env.Table(), id)
	if err != nil {
		return 0, err
	}
	accounts := account.New(env)
	if p.Kind == auth.Customer {
		return accounts.Consumed(ctx, id, first, func(at time.Time) bool { return resellerAt(p, at) == "" })
	}
	customers, err := customersSince(ctx, env.Table(), id, first.Start())
	if err != nil {
		return 0, err
	}
	var sum money.Fen
	for _, customer := range customers {
		c, err := party.Get(ctx, env.Table(), customer)
		if err != nil {
			return 0, err
		}
		one, err := accounts.Consumed(ctx, customer, first, func(at time.Time) bool { return resellerAt(c, at) == id })
		if err != nil {
			return 0, err
		}
		sum += one
	}
	return sum, nil
}

// resellerAt gives whose resale customer one was at an instant; empty when it was nobody's.
func resellerAt(c party.Party, at time.Time) auth.PartyID {
	if partner, kind, ok := c.AssociatedAt(at); ok && kind == party.Resale {
		return partner
	}
	return ""
}

// customersSince gives the customers that a partner has or had since an instant, each once. Those that it has are read first, so that who leaves between
// the two is among them.
func customersSince(ctx context.Context, db *table.Client, partner auth.PartyID, since time.Time) ([]auth.PartyID, error) {
	var all []auth.PartyID
	known := map[auth.PartyID]bool{}
	q := party.Customers(partner)
	q.Strong = true
	for m, err := range table.All[party.Member](ctx, db, q) {
		if err != nil {
			return nil, err
		}
		all, known[m.Row.ID] = append(all, m.Row.ID), true
	}
	left, err := party.Former(ctx, db, partner, since)
	for _, id := range left {
		if !known[id] {
			all = append(all, id)
		}
	}
	return all, err
}
