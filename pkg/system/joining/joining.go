// Package joining hands package program what other capabilities know of an account that joins a plan, and do when it joins or exits.
package joining

import (
	"context"
	"errors"
	"slices"

	"partnercenter/pkg/account"
	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/export/address"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/program"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/promotion"
	"partnercenter/pkg/subscription"
)

// Function declares the program's function with those parts.
func Function() function.Declaration { return program.Function(Parts, address.Port, address.Read) }

// Parts gives the parts of other capabilities in env.
func Parts(env *function.Env) membership.Parts {
	return membership.Parts{
		Facts: []membership.Fact{
			func(ctx context.Context, _ *table.Tx, id auth.PartyID, f *membership.Facts) (err error) {
				f.Resources, err = subscription.Held(ctx, env.Table(), id)
				return err
			},
			func(ctx context.Context, tx *table.Tx, id auth.PartyID, f *membership.Facts) error {
				return ofMoney(ctx, env.Table(), tx, id, f)
			},
			func(ctx context.Context, _ *table.Tx, id auth.PartyID, f *membership.Facts) error {
				return ofVendor(ctx, env.Table(), id, f)
			},
		},
		Void: []membership.Stage{{Name: "vouchers", Do: func(ctx context.Context, tx *table.Tx, m membership.Moving) (string, error) {
			return promotion.Depart(ctx, env.Table(), tx, promotion.Departure{
				Operation: promotion.Bound, All: true, Customer: m.Account.ID, At: m.At, After: m.After,
			})
		}}},
		Transfer: transfer(env),
		Settle:   settle(env),
	}
}

// ofMoney adds what an account's money says: what it has topped up, which nothing may move meanwhile, and what credit it has.
func ofMoney(ctx context.Context, db *table.Client, tx *table.Tx, id auth.PartyID, f *membership.Facts) error {
	cash, err := account.Load(ctx, db, account.Of(id, account.Cash))
	switch {
	case err == nil:
		f.Balance = cash.Balance
		tx.Check(&cash)
	case !errors.Is(err, table.ErrNotFound):
		return err
	}
	line, err := account.Load(ctx, db, account.Of(id, account.CreditLine))
	if errors.Is(err, table.ErrNotFound) {
		return nil
	}
	f.Credit = line.Limit
	return err
}

// contracts are the obstacles that are contracts with the vendor.
var contracts = []customer.Obstacle{customer.SpecialContract, customer.ProfessionalService, customer.SupportPlan}

// ofVendor adds what the vendor knows of an account.
func ofVendor(ctx context.Context, db *table.Client, id auth.PartyID, f *membership.Facts) error {
	known, err := customer.Obstacles(ctx, db, id)
	for _, o := range known {
		if slices.Contains(contracts, o) {
			f.Contracts++
		}
		f.Owes = f.Owes || o == customer.Arrears
	}
	return err
}

// transfer gives what moves with each customer of a reseller that exits: the reseller's money and vouchers go back to it, the authorization ends, and the
// lists of what the customer has are the distributor's.
func transfer(env *function.Env) []membership.Stage {
	return []membership.Stage{
		{Name: "money", Do: func(ctx context.Context, tx *table.Tx, m membership.Moving) (string, error) {
			return "", customer.New(env).HandOver(ctx, tx, m.Account, m.Reseller, m.Distributor)
		}},
		{Name: "vouchers", Do: func(ctx context.Context, tx *table.Tx, m membership.Moving) (string, error) {
			return promotion.Depart(ctx, env.Table(), tx, promotion.Departure{
				Operation: promotion.Transferred, Customer: m.Account.ID, Partner: m.Reseller, At: m.At, After: m.After,
			})
		}},
		{Name: "resources", Do: func(ctx context.Context, tx *table.Tx, m membership.Moving) (string, error) {
			return subscription.Relist(ctx, env.Table(), tx, m.Account, m.After, m.At)
		}},
	}
}

// settle gives what goes from a reseller that exits to its distributor: what is left of its quotas and its balance; and its invitations and its leave to act
// for customers end.
func settle(env *function.Env) []membership.Stage {
	return []membership.Stage{
		{Name: "quotas", Do: func(ctx context.Context, tx *table.Tx, m membership.Moving) (string, error) {
			return promotion.ReturnQuotas(ctx, env.Table(), tx, m.Reseller, m.Distributor, m.After, m.At)
		}},
		{Name: "balance", Do: func(ctx context.Context, tx *table.Tx, m membership.Moving) (string, error) {
			_, err := account.Unbind(ctx, env.Table(), tx, m.Account, m.Distributor, "system", m.At)
			return "", err
		}},
		{Name: "invitations", Do: func(ctx context.Context, tx *table.Tx, m membership.Moving) (string, error) {
			return customer.New(env).RevokeInvitations(ctx, tx, m.Reseller, m.After)
		}},
		{Name: "leave", Do: func(ctx context.Context, tx *table.Tx, m membership.Moving) (string, error) {
			var given auth.DistributorAuthorization
			err := env.Table().Get(ctx, auth.DistributorAuthorizationKey(m.Reseller), &given)
			if errors.Is(err, table.ErrNotFound) {
				return "", nil
			}
			if err == nil {
				tx.Remove(&given)
			}
			return "", err
		}},
	}
}
