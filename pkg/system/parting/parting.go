// Package parting hands package customer what other capabilities know of an association, and do when it begins or ends.
package parting

import (
	"context"

	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/subscription"
)

// Function declares the customers' function with those parts.
var Function = customer.FunctionWith(Parts)

// Parts gives the parts of other capabilities in env.
func Parts(env *function.Env) customer.Parts {
	return customer.Parts{
		Resources: func(ctx context.Context, tx *table.Tx, p customer.Parting) (string, error) {
			return subscription.Relist(ctx, env.Table(), tx, p.Customer, p.After, p.At)
		},
	}
}
