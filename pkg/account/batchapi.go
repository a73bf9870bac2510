package account

import (
	"context"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/code"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// batches registers adjustments of many customers at once. Source: DOMAIN.md 5, "Batch appropriation over selected customers".
func batches(api *rest.API, env *function.Env) {
	const text = "Each row is judged by itself, in order. After 409 or a failure the same request goes on where it stopped."
	rest.Register(api, rest.Operation{
		ID: "BatchUpdateCustomerAccountAmount", Method: http.MethodPost, Path: "/v2/accounts/partner-accounts/batch-adjust-amount",
		Summary: "Appropriate money to up to 100 resale customers", Description: text,
		Allow: auth.Partners(auth.AccountAdjust),
	}, function.Lazily(env, New, (*Service).appropriateMany))
	rest.Register(api, rest.Operation{
		ID: "BatchReclaimToPartnerAccount", Method: http.MethodPost, Path: "/v2/accounts/partner-accounts/batch-reclaim",
		Summary: "Take appropriated money back from up to 100 resale customers", Description: text,
		Allow: auth.Partners(auth.AccountAdjust),
	}, function.Lazily(env, New, (*Service).reclaimMany))
}

type batchRow struct {
	CustomerID string      `json:"customer_id" minLength:"1" maxLength:"64"`
	Amount     rest.Amount `json:"amount" doc:"Yuan, above 0, two decimals at most"`
}

type batchInput struct {
	Body struct {
		Customers         []batchRow `json:"customers" minItems:"1" maxItems:"100"`
		IndirectPartnerID string     `json:"indirect_partner_id,omitempty" maxLength:"64" doc:"For distributors: the reseller whose customers they are"`
		VerificationCode  string     `json:"verification_code,omitempty" maxLength:"16" doc:"When the partner's sensitive operations need one"`
	}
}

type batchVerdict struct {
	CustomerID string      `json:"customer_id"`
	Amount     rest.Amount `json:"amount"`
	TransID    string      `json:"trans_id,omitempty" doc:"Of a row that was done: the trans_id of its record"`
	ErrorCode  string      `json:"error_code,omitempty" doc:"Of a row that was refused"`
	ErrorMsg   string      `json:"error_msg,omitempty"`
}

type batchOutput struct {
	Body struct {
		Done     int            `json:"done"`
		Refused  int            `json:"refused"`
		Verdicts []batchVerdict `json:"verdicts" doc:"One for each row, in their order"`
	}
}

// appropriateMany gives money to resale customers.
func (s *Service) appropriateMany(ctx context.Context, in *batchInput) (*batchOutput, error) {
	return s.adjustMany(ctx, in, give)
}

// reclaimMany takes money back from resale customers.
func (s *Service) reclaimMany(ctx context.Context, in *batchInput) (*batchOutput, error) {
	return s.adjustMany(ctx, in, take)
}

// adjustMany adjusts each row in a transaction and with a claim of its own: the n-th row has the n-th claim, from 1 on; the first claim is that of
// the batch, which is there even when no row is done, so that its key is for no other batch, and of the verification code.
func (s *Service) adjustMany(ctx context.Context, in *batchInput, d direction) (*batchOutput, error) {
	b := in.Body
	if err := noneTwice(b.Customers); err != nil {
		return nil, err
	}
	partner, err := s.actingFor(ctx, b.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	_, err = s.nth(ctx, 0, func(tx *table.Tx, _ string, _ time.Time) error { return s.proven(ctx, tx, b.VerificationCode) })
	if err != nil {
		return nil, err
	}
	out := &batchOutput{}
	for n, row := range b.Customers {
		id, err := s.adjustRow(ctx, n+1, adjustment{
			Direction: d, Partner: partner, Below: auth.PartyID(row.CustomerID), Kind: auth.Customer, Field: "customer_id",
		}, row.Amount)
		v := batchVerdict{CustomerID: row.CustomerID, Amount: row.Amount, TransID: id}
		refusal, refused := problem.As(err)
		switch {
		case refused && refusal.Status != http.StatusConflict:
			v.ErrorCode, v.ErrorMsg = refusal.Code, refusal.Public()
			out.Body.Refused++
		case err != nil:
			return nil, err
		default:
			out.Body.Done++
		}
		out.Body.Verdicts = append(out.Body.Verdicts, v)
	}
	return out, nil
}

func (s *Service) adjustRow(ctx context.Context, n int, a adjustment, amount rest.Amount) (id string, err error) {
	if a.Amount, err = positive(amount, "amount"); err != nil {
		return "", err
	}
	return s.nth(ctx, n, func(tx *table.Tx, id string, now time.Time) error { return s.adjusting(ctx, tx, a, id, now) })
}

// noneTwice refuses a batch that names a customer twice, which is more likely a slip than meant. ASSUMED. Error: CBC.0100.
func noneTwice(rows []batchRow) error {
	seen := map[string]bool{}
	for _, row := range rows {
		if seen[row.CustomerID] {
			return problem.Invalid("customers", "customer %q is there twice; sum its amounts up", row.CustomerID)
		}
		seen[row.CustomerID] = true
	}
	return nil
}

// nth does the n-th effect of the caller's request with its claim in the transaction that effect fills, and gives the id that the effect was given,
// or the id of the first when the request did it before.
func (s *Service) nth(ctx context.Context, n int, effect func(tx *table.Tx, id string, now time.Time) error) (string, error) {
	claim, id := rest.ClaimOf(ctx), ""
	err := rest.Persist(ctx, func() error {
		earlier, found, err := claim.Taken(ctx, s.Table, n)
		if err != nil {
			return err
		}
		if found {
			rest.MarkReplay(ctx)
			id = earlier
			return nil
		}
		now, tx := s.Clock.Now(), table.NewTx()
		id = table.NewID(now)
		if err := effect(tx, id, now); err != nil {
			return err
		}
		claim.Put(tx, n, id)
		return s.Table.Commit(ctx, tx)
	})
	if err != nil {
		id = ""
	}
	return id, err
}

// proven appends to tx that the caller's verification code is used up, if its sensitive operations need one. Errors: those of party.Proven.
func (s *Service) proven(ctx context.Context, tx *table.Tx, given string) error {
	return party.Proven(ctx, s.codes(), tx, rest.Caller(ctx).Party, given)
}

func (s *Service) codes() *code.Codes {
	return &code.Codes{Table: s.Table, Clock: s.Clock, Wall: s.Wall, Keys: s.Keys()}
}
