// Package invoicing hands packages incentive and invoice what they need of each other and of other capabilities: what performance is, who has signed what,
// where vouchers come from, which payment request an invoice is for.
package invoicing

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive"
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/promotion"
)

// Function declares the function of invoices with those parts.
func Function() function.Declaration {
	return invoice.FunctionWith(func(env *function.Env) invoice.Parts { return opened(env).invoices })
}

// Incentives declares the function of incentives with those parts.
func Incentives() function.Declaration {
	return incentive.FunctionWith(func(env *function.Env) incentive.Parts { return opened(env).incentives })
}

// parts are what the two capabilities hand each other and get from others.
type parts struct {
	invoices   invoice.Parts
	incentives incentive.Parts
}

// opened gives the parts in env, where both capabilities find theirs from then on.
func opened(env *function.Env) parts {
	p := parts{invoices: invoiceParts(env), incentives: incentiveParts(env)}
	invoice.PartsPort.Put(env, p.invoices)
	incentive.PartsPort.Put(env, p.incentives)
	return p
}

// Put makes the parts those of an environment whose function is neither of the two.
func Put(env *function.Env) { opened(env) }

// Open gives what opens the service of invoices in env, with the parts.
func Open(env *function.Env) func() *invoice.Service {
	Put(env)
	return func() *invoice.Service { return invoice.New(env) }
}

func invoiceParts(env *function.Env) invoice.Parts {
	return invoice.Parts{
		Business: func(ctx context.Context, partner auth.PartyID) (invoice.Business, error) {
			return business(ctx, env.Table(), partner)
		},
		Settles: func(ctx context.Context, tx *table.Tx, partner auth.PartyID) error {
			return incentive.Settles(ctx, env.Table(), tx, partner)
		},
		Agreed: func(ctx context.Context, who auth.PartyID, now time.Time) error {
			return agreement.Agreed(ctx, env.Table(), who, agreement.Invoicing, now)
		},
		Consumption: func(ctx context.Context, id auth.PartyID, month invoice.Month) (money.Fen, error) {
			return consumption(ctx, env, id, month)
		},
		Incentives: invoice.Payables{
			Load: func(ctx context.Context, partner auth.PartyID, id string) (invoice.Payable, bool, error) {
				r, found, err := incentive.Load(ctx, env.Table(), partner, id)
				return payable(r), found, err
			},
			Advance: func(ctx context.Context, tx *table.Tx, partner auth.PartyID, id string, told invoice.Told) error {
				return incentive.New(env).Advance(ctx, tx, partner, id, events[told.Event], incentive.Told{At: told.At, Reason: told.Reason, PayBy: told.PayBy})
			},
		},
	}
}

func incentiveParts(env *function.Env) incentive.Parts {
	return incentive.Parts{
		Performance: func(ctx context.Context, partner auth.PartyID, month incentive.Month) ([]incentive.Row, bool, error) {
			return performed(ctx, performance.New(env), partner, performance.Month(month))
		},
		Agreed: func(ctx context.Context, partner auth.PartyID, now time.Time) error {
			return agreement.Agreed(ctx, env.Table(), partner, agreement.Payout, now)
		},
		Grant: func(ctx context.Context, tx *table.Tx, partner auth.PartyID, value money.Fen, now, until time.Time) error {
			return promotion.New(env).Grant(ctx, tx, partner, value, now, until)
		},
		ToInvoice: func(ctx context.Context, tx *table.Tx, r incentive.Request, now time.Time) error {
			return invoice.New(env).Request(ctx, tx, payable(r), now)
		},
	}
}

// performed gives what of a partner's month counts, and whether that is final.
func performed(ctx context.Context, s *performance.Service, partner auth.PartyID, month performance.Month) ([]incentive.Row, bool, error) {
	state, _, err := s.SlipState(ctx, partner, month)
	if err != nil {
		return nil, false, err
	}
	slip, err := s.Slip(ctx, partner, month)
	rows := make([]incentive.Row, len(slip))
	for i, r := range slip {
		rows[i] = incentive.Row{Service: r.Service, Policy: r.Policy, AssociationType: r.AssociationType, Amount: r.Amount, OnCredit: r.OnCredit}
	}
	return rows, state == performance.Final, err
}

// events say what the invoices of a payment request mean to it.
var events = map[invoice.PayableEvent]incentive.RequestEvent{
	invoice.InvoicesMailed: incentive.InvoicesMailed, invoice.InvoicesReceived: incentive.InvoicesReceived,
	invoice.InvoicesRejected: incentive.InvoicesRejected, invoice.InvoicesApproved: incentive.InvoicesApproved,
}

// payable gives a payment request for incentives as its invoices concern it.
func payable(r incentive.Request) invoice.Payable {
	p := invoice.Payable{
		Source: invoice.Incentive, ID: r.ID, Partner: r.Partner, Applied: r.Applied, NoList: !r.Method.NeedsInvoice(), Amount: r.Amount,
	}
	for _, m := range r.Periods {
		p.Periods = append(p.Periods, invoice.Month(m))
	}
	return p
}

// business gives a partner's business information.
func business(ctx context.Context, db *table.Client, id auth.PartyID) (invoice.Business, error) {
	c, err := incentive.LoadBusiness(ctx, db, id)
	if err != nil || c.Valid == nil {
		return invoice.Business{UnderReview: c.Pending != nil}, err
	}
	return invoice.Business{
		Certified: true, Since: c.Since, UnderReview: c.Pending != nil, Title: c.Valid.Title, TaxID: c.Valid.TaxID, Bank: c.Valid.Bank,
		BankAccount: c.Valid.BankAccount,
	}, nil
}
