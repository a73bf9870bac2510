// Package parting hands package customer what other capabilities know of an association, and do when it begins or ends.
package parting

import (
	"context"

	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/promotion"
	"partnercenter/pkg/subscription"
)

// Function declares the function of associations with those parts.
func Function() function.Declaration { return customer.Associations(Parts) }

// departures gives by what a voucher goes back.
var departures = map[customer.RecordKind]promotion.Operation{
	customer.Disassociate: promotion.Unbound, customer.Switch: promotion.Switched, customer.Associate: promotion.Bound,
}

// Parts gives the parts of other capabilities in env.
func Parts(env *function.Env) customer.Parts {
	return customer.Parts{
		Holdings: []func(context.Context, auth.PartyID, auth.PartyID, *customer.Holdings) error{
			func(ctx context.Context, id, partner auth.PartyID, h *customer.Holdings) error {
				return ofSubscriptions(ctx, env, id, partner, h)
			},
			func(ctx context.Context, id, partner auth.PartyID, h *customer.Holdings) (err error) {
				h.Vouchers, h.VoucherAmount, err = promotion.Holdings(ctx, env.Table(), id, partner)
				return err
			},
		},
		Vouchers: func(ctx context.Context, tx *table.Tx, p customer.Parting) (string, error) {
			return promotion.Depart(ctx, env.Table(), tx, promotion.Departure{
				Operation: departures[p.Kind], Customer: p.Customer.ID, Partner: p.Partner, At: p.At, After: p.After,
			})
		},
		Resources: func(ctx context.Context, tx *table.Tx, p customer.Parting) (string, error) {
			return subscription.Relist(ctx, env.Table(), tx, p.Customer, p.After, p.At)
		},
	}
}

// ofSubscriptions adds what hangs on an association of orders and resources.
func ofSubscriptions(ctx context.Context, env *function.Env, id, partner auth.PartyID, h *customer.Holdings) error {
	waiting, err := subscription.AwaitingAgentPay(ctx, env.Table(), id, partner, env.Clock.Now())
	if err != nil {
		return err
	}
	for _, order := range waiting {
		h.Payments = append(h.Payments, string(order))
	}
	n, err := subscription.Held(ctx, env.Table(), id)
	h.Resources += n
	return err
}
