package incentive

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Parts are what other capabilities know and do, handed in by the declaration.
type Parts struct {
	// Performance reads what of a partner's month counts, and whether that is final.
	Performance func(ctx context.Context, partner auth.PartyID, month Month) (rows []Row, final bool, err error)
	// Agreed fails while a partner has not signed what a payout needs.
	Agreed func(ctx context.Context, partner auth.PartyID, now time.Time) error
	// Grant appends to tx that a partner is granted a voucher quota.
	Grant func(ctx context.Context, tx *table.Tx, partner auth.PartyID, value money.Fen, now, until time.Time) error
	// ToInvoice appends to tx the invoice lists of a payment request.
	ToInvoice func(ctx context.Context, tx *table.Tx, r Request, now time.Time) error
}

// PartsPort is where the parts of other capabilities come from.
var PartsPort = function.Port[Parts]{Name: "incentive parts", Open: func(*function.Env) Parts { return Parts{} }}

// FunctionWith is the declaration of Function with the parts of other capabilities.
func FunctionWith(parts func(env *function.Env) Parts) function.Declaration {
	d := Function()
	d.HTTP = func(api *rest.API, env *function.Env) {
		PartsPort.Put(env, parts(env))
		register(api, env)
	}
	return d
}
