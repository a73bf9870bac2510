package account

import (
	"context"
	"net/http"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

const (
	payeePath  = "/v2/accounts/partner-accounts/remittance-account"
	payersPath = "/v2/accounts/partner-accounts/payers"
)

// payers registers who pays for a partner, and to where. Source: DOMAIN.md 5, Top-up rules.
func payers(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "OpenRemittanceAccount", Method: http.MethodPost, Path: payeePath,
		Summary:     "Open the calling partner's remittance account, or give the one that it has",
		Description: "The first time needs a verification code of sensitive operations.",
		Allow:       auth.Partners(auth.AccountTopUp),
	}, function.Lazily(env, New, (*Service).openRemittanceAccount))
	rest.Register(api, rest.Operation{
		ID: "ShowRemittanceAccount", Method: http.MethodGet, Path: payeePath,
		Summary: "Show the calling partner's remittance account",
		Allow:   auth.Partners(auth.AccountRead),
	}, function.Lazily(env, New, (*Service).showRemittanceAccount))
	rest.Register(api, rest.Operation{
		ID: "AddPayer", Method: http.MethodPost, Path: payersPath, Status: http.StatusCreated,
		Summary: "Register a name that pays for the calling partner, at most 5 besides its own",
		Allow:   auth.Partners(auth.AccountTopUp),
	}, function.Lazily(env, New, (*Service).registerPayer))
	rest.Register(api, rest.Operation{
		ID: "ListPayers", Method: http.MethodGet, Path: payersPath,
		Summary: "List the names that pay for the calling partner",
		Allow:   auth.Partners(auth.AccountRead),
	}, function.Lazily(env, New, (*Service).listPayers))
	rest.Register(api, rest.Operation{
		ID: "RemovePayer", Method: http.MethodDelete, Path: payersPath + "/{payer_id}", Status: http.StatusNoContent,
		Summary: "Remove a name that pays for the calling partner",
		Allow:   auth.Partners(auth.AccountTopUp),
	}, function.Lazily(env, New, (*Service).dropPayer))
}

type openPayeeInput struct {
	Body struct {
		VerificationCode string `json:"verification_code,omitempty" maxLength:"16" doc:"The first time"`
	}
}

type payeeOutput struct {
	Body struct {
		AccountNo string `json:"account_no"`
		Name      string `json:"name" doc:"Whose it is"`
	}
}

func payeeBody(p payersOf, err error) (*payeeOutput, error) {
	out := &payeeOutput{}
	out.Body.AccountNo, out.Body.Name = p.Number, p.Name
	if err == nil && p.Number == "" {
		err = ErrNoPayeeYet
	}
	return out, err
}

func (s *Service) openRemittanceAccount(ctx context.Context, in *openPayeeInput) (*payeeOutput, error) {
	return payeeBody(s.openPayee(ctx, rest.Caller(ctx).Party, in.Body.VerificationCode))
}

func (s *Service) showRemittanceAccount(ctx context.Context, _ *struct{}) (*payeeOutput, error) {
	return payeeBody(s.loadPayers(ctx, rest.Caller(ctx).Party))
}

type payerInput struct {
	Body struct {
		PayerName string `json:"payer_name" minLength:"1" maxLength:"128" doc:"As the bank writes it"`
	}
}

type payerBody struct {
	PayerID   string       `json:"payer_id"`
	PayerName string       `json:"payer_name"`
	AddedAt   rest.Instant `json:"added_at"`
}

type payerOutput struct {
	Body struct {
		PayerID string `json:"payer_id"`
	}
}

func (s *Service) registerPayer(ctx context.Context, in *payerInput) (*payerOutput, error) {
	name := strings.TrimSpace(in.Body.PayerName)
	if folded(name) == "" {
		return nil, problem.Invalid("payer_name", "%q is no name", in.Body.PayerName)
	}
	out := &payerOutput{}
	var err error
	out.Body.PayerID, err = s.once(ctx, func(tx *table.Tx, id string, now time.Time) error {
		return s.addPayer(ctx, tx, rest.Caller(ctx).Party, payer{ID: id, Name: name, Added: now})
	})
	return out, err
}

type payersOutput struct {
	Body struct {
		Payers []payerBody `json:"payers"`
	}
}

func (s *Service) listPayers(ctx context.Context, _ *struct{}) (*payersOutput, error) {
	held, err := s.loadPayers(ctx, rest.Caller(ctx).Party)
	out := &payersOutput{}
	out.Body.Payers = []payerBody{}
	for _, p := range held.Payers {
		out.Body.Payers = append(out.Body.Payers, payerBody{PayerID: p.ID, PayerName: p.Name, AddedAt: rest.Instant(p.Added)})
	}
	return out, err
}

type payerPath struct {
	PayerID string `path:"payer_id" maxLength:"64"`
}

func (s *Service) dropPayer(ctx context.Context, in *payerPath) (*struct{}, error) {
	_, err := s.once(ctx, func(tx *table.Tx, _ string, now time.Time) error {
		return s.removePayer(ctx, tx, rest.Caller(ctx).Party, in.PayerID, now)
	})
	return nil, err
}
