package account

import (
	"context"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

const (
	claimsPath       = "/v2/accounts/partner-accounts/remittance-claims"
	vendorClaimsPath = "/v2/vendor/partners/{partner_id}/remittance-claims"
)

// remittanceClaims registers claims to what arrived and was nobody's.
func remittanceClaims(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ClaimRemittance", Method: http.MethodPost, Path: claimsPath, Status: http.StatusCreated,
		Summary: "Claim a remittance that was not matched, from the day after its arrival",
		Allow:   auth.Partners(auth.AccountTopUp),
	}, function.Lazily(env, New, (*Service).claimRemittance))
	rest.Register(api, rest.Operation{
		ID: "ListRemittanceClaims", Method: http.MethodGet, Path: claimsPath,
		Summary: "List the calling partner's claims to remittances, the latest first",
		Allow:   auth.Partners(auth.AccountRead),
	}, function.Lazily(env, New, (*Service).listOwnClaims))
	rest.Register(api, rest.Operation{
		ID: "ListPartnerRemittanceClaims", Method: http.MethodGet, Path: vendorClaimsPath,
		Summary: "List a partner's claims to remittances, the latest first",
		Allow:   auth.Only(auth.Vendor, auth.TopUpBook),
	}, function.Lazily(env, New, (*Service).listPartnerClaims))
	rest.Register(api, rest.Operation{
		ID: "DecideRemittanceClaim", Method: http.MethodPost, Path: vendorClaimsPath + "/{claim_id}/decision",
		Summary: "Approve a partner's claim, which credits the remittance, or reject it",
		Allow:   auth.Only(auth.Vendor, auth.TopUpBook),
	}, function.Lazily(env, New, (*Service).decideClaim))
}

type claimInput struct {
	Body struct {
		RemittanceNo string      `json:"remittance_no" pattern:"^[A-Za-z0-9._:-]{1,64}$"`
		PayerName    string      `json:"payer_name" minLength:"1" maxLength:"128"`
		Amount       rest.Amount `json:"amount" doc:"Yuan, above 0"`
	}
}

type claimBody struct {
	ClaimID      string       `json:"claim_id"`
	RemittanceNo string       `json:"remittance_no"`
	PayerName    string       `json:"payer_name"`
	Amount       rest.Amount  `json:"amount"`
	State        ClaimState   `json:"state" enum:"pending,approved,rejected"`
	Reason       string       `json:"reason,omitempty"`
	TransferID   string       `json:"transfer_id,omitempty"`
	ClaimedAt    rest.Instant `json:"claimed_at"`
}

type claimOutput struct{ Body claimBody }

func showClaim(c remittanceClaim) claimBody {
	return claimBody{
		ClaimID: c.ID, RemittanceNo: c.Number, PayerName: c.Payer, Amount: rest.Amount(c.Amount), State: c.State, Reason: c.Reason,
		TransferID: c.Transfer, ClaimedAt: rest.Instant(c.At),
	}
}

func (s *Service) claimRemittance(ctx context.Context, in *claimInput) (*claimOutput, error) {
	amount, err := positive(in.Body.Amount, "amount")
	if err != nil {
		return nil, err
	}
	partner := rest.Caller(ctx).Party
	id, err := s.once(ctx, func(tx *table.Tx, id string, now time.Time) error {
		return s.claim(ctx, tx, remittanceClaim{
			ID: id, Partner: partner, Number: in.Body.RemittanceNo, Amount: amount, Payer: in.Body.PayerName, At: now,
		})
	})
	if err != nil {
		return nil, err
	}
	c, err := s.remittanceClaim(ctx, partner, id)
	return &claimOutput{Body: showClaim(c)}, err
}

type claimsInput struct{ rest.QueryPaging }

type partnerClaimsInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	rest.QueryPaging
}

type claimsOutput struct {
	rest.CountHeader
	Body struct {
		Claims     []claimBody `json:"claims"`
		TotalCount int         `json:"total_count"`
		Marker     string      `json:"marker,omitempty"`
	}
}

func (s *Service) listOwnClaims(ctx context.Context, in *claimsInput) (*claimsOutput, error) {
	return s.listClaims(ctx, rest.Caller(ctx).Party, in.Paging())
}

func (s *Service) listPartnerClaims(ctx context.Context, in *partnerClaimsInput) (*claimsOutput, error) {
	p, err := s.partner(ctx, auth.PartyID(in.PartnerID))
	if err != nil {
		return nil, err
	}
	return s.listClaims(ctx, p.ID, in.Paging())
}

func (s *Service) listClaims(ctx context.Context, partner auth.PartyID, paging rest.Paging) (*claimsOutput, error) {
	from := claimHead(partner, "")
	q := table.Query{PK: from.PK, Prefix: from.SK, Descending: true, Strong: true, Scope: "claims"}
	page, err := rest.List[remittanceClaim](ctx, s.Table, q, paging, nil)
	if err != nil {
		return nil, err
	}
	out := &claimsOutput{CountHeader: page.Header()}
	out.Body.Claims, out.Body.TotalCount, out.Body.Marker = []claimBody{}, page.Total, page.Marker
	for _, c := range page.Items {
		out.Body.Claims = append(out.Body.Claims, showClaim(*c))
	}
	return out, nil
}

type decideClaimInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	ClaimID   string `path:"claim_id" maxLength:"64"`
	Body      struct {
		Approve bool   `json:"approve"`
		Reason  string `json:"reason,omitempty" maxLength:"256" doc:"Of a rejection"`
	}
}

func (s *Service) decideClaim(ctx context.Context, in *decideClaimInput) (*claimOutput, error) {
	if !in.Body.Approve && in.Body.Reason == "" {
		return nil, problem.Invalid("reason", "a rejection says why")
	}
	partner := auth.PartyID(in.PartnerID)
	_, err := s.once(ctx, func(tx *table.Tx, _ string, now time.Time) error {
		return s.decide(ctx, tx, partner, in.ClaimID, in.Body.Approve, in.Body.Reason, now)
	})
	if err != nil {
		return nil, err
	}
	c, err := s.remittanceClaim(ctx, partner, in.ClaimID)
	return &claimOutput{Body: showClaim(c)}, err
}
