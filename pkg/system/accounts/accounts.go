// Package accounts is the function of accounts with what package incentive knows: for how much of its cash a partner owes invoices.
package accounts

import (
	"context"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/incentive"
)

// Function declares the function of accounts.
func Function() function.Declaration {
	return account.FunctionWith(func(env *function.Env) account.Parts {
		return account.Parts{
			Owed: func(ctx context.Context, partner auth.PartyID) (money.Fen, error) {
				return incentive.Owed(ctx, env.Table(), partner)
			},
		}
	})
}
