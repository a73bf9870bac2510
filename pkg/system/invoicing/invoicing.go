// Package invoicing hands package invoice what other capabilities know of partners and payment requests.
package invoicing

import (
	"context"
	"errors"
	"slices"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/party"
)

// Function declares the function of invoices with those parts.
var Function = invoice.FunctionWith(Parts)

// Parts gives the parts of other capabilities in env.
func Parts(env *function.Env) invoice.Parts {
	return invoice.Parts{
		Business: func(ctx context.Context, partner auth.PartyID) (invoice.Business, error) {
			return business(ctx, env.Table(), partner)
		},
		Consumption: func(ctx context.Context, id auth.PartyID, month invoice.Month) (money.Fen, error) {
			return consumption(ctx, env, id, month)
		},
	}
}

// Put makes the parts those of an environment whose function is not the one of invoices.
func Put(env *function.Env) { invoice.PartsPort.Put(env, Parts(env)) }

// Open gives what opens the service of invoices in env, with the parts.
func Open(env *function.Env) func() *invoice.Service {
	Put(env)
	return func() *invoice.Service { return invoice.New(env) }
}

// business gives a partner's business information: a partner that the vendor has taken on is certified by its contract, under its verified name.
func business(ctx context.Context, db *table.Client, id auth.PartyID) (invoice.Business, error) {
	p, err := party.Get(ctx, db, id)
	if errors.Is(err, party.ErrUnknown) {
		return invoice.Business{}, nil
	}
	title := p.Profile.RealName
	if title == "" {
		title = p.Name
	}
	partner := slices.Contains([]auth.Kind{auth.Partner, auth.Distributor, auth.Reseller}, p.Kind)
	return invoice.Business{Certified: partner, Since: p.Created, Title: title}, err
}

// consumption gives what the vendor invoices an account for in a month: what a customer spent, or what a partner's resale customers spent, which the
// partner pays. Source: DOMAIN.md 0, "Association types".
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
		return accounts.Consumed(ctx, id, first)
	}
	var sum money.Fen
	for m, err := range table.All[party.Member](ctx, env.Table(), party.Customers(id)) {
		if err != nil {
			return 0, err
		}
		if m.Row.AssociationType != party.Resale || m.Profile.Associated.After(first.AddMonths(1, 1).Start()) {
			continue
		}
		one, err := accounts.Consumed(ctx, m.Row.ID, first)
		if err != nil {
			return 0, err
		}
		sum += one
	}
	return sum, nil
}
