package account

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/party"
)

type customerInput struct {
	rest.Lenient
	Body struct {
		CustomerID        string      `json:"customer_id" minLength:"1" maxLength:"64"`
		Amount            rest.Amount `json:"amount" doc:"Yuan, above 0, two decimals at most"`
		IndirectPartnerID string      `json:"indirect_partner_id,omitempty" maxLength:"64" doc:"For distributors: the reseller whose customer it is"`
		VerificationCode  string      `json:"verification_code,omitempty" maxLength:"16" doc:"When the partner's sensitive operations need one"`
	}
}

type resellerInput struct {
	rest.Lenient
	Body struct {
		IndirectPartnerID string      `json:"indirect_partner_id" minLength:"1" maxLength:"64" doc:"A reseller of the calling distributor"`
		Amount            rest.Amount `json:"amount" doc:"Yuan, above 0, two decimals at most"`
		VerificationCode  string      `json:"verification_code,omitempty" maxLength:"16" doc:"When the partner's sensitive operations need one"`
	}
}

type givenOutput struct {
	Body struct {
		TransferID string `json:"transfer_id" doc:"The trans_id of the adjustment's record"`
	}
}

type takenOutput struct {
	Body struct {
		TransID string `json:"trans_id" doc:"The trans_id of the adjustment's record"`
	}
}

func given(id string, err error) (*givenOutput, error) {
	out := &givenOutput{}
	out.Body.TransferID = id
	return out, err
}

func taken(id string, err error) (*takenOutput, error) {
	out := &takenOutput{}
	out.Body.TransID = id
	return out, err
}

// positive refuses an amount of nothing or less. Error: CBC.0100.
func positive(a rest.Amount, field string) (money.Fen, error) {
	if a <= 0 {
		return 0, problem.Invalid(field, "%s is not more than 0", money.Fen(a))
	}
	return money.Fen(a), nil
}

// appropriate gives money to a resale customer.
func (s *Service) appropriate(ctx context.Context, in *customerInput) (*givenOutput, error) {
	return given(s.adjustCustomer(ctx, in, give))
}

// reclaim takes money back from a resale customer.
func (s *Service) reclaim(ctx context.Context, in *customerInput) (*takenOutput, error) {
	return taken(s.adjustCustomer(ctx, in, take))
}

func (s *Service) adjustCustomer(ctx context.Context, in *customerInput, d direction) (string, error) {
	amount, err := positive(in.Body.Amount, "amount")
	if err != nil {
		return "", err
	}
	partner, err := s.actingFor(ctx, in.Body.IndirectPartnerID)
	if err != nil {
		return "", err
	}
	return s.adjust(ctx, adjustment{
		Direction: d, Partner: partner, Below: auth.PartyID(in.Body.CustomerID), Kind: auth.Customer, Amount: amount, Field: "customer_id",
	}, in.Body.VerificationCode)
}

// appropriateReseller gives money of a distributor to its reseller.
func (s *Service) appropriateReseller(ctx context.Context, in *resellerInput) (*givenOutput, error) {
	return given(s.adjustReseller(ctx, in, give))
}

// reclaimReseller takes money of a reseller back to its distributor.
func (s *Service) reclaimReseller(ctx context.Context, in *resellerInput) (*takenOutput, error) {
	return taken(s.adjustReseller(ctx, in, take))
}

func (s *Service) adjustReseller(ctx context.Context, in *resellerInput, d direction) (string, error) {
	amount, err := positive(in.Body.Amount, "amount")
	if err != nil {
		return "", err
	}
	reseller, err := s.actingFor(ctx, in.Body.IndirectPartnerID)
	if err != nil {
		return "", err
	}
	distributor := rest.Caller(ctx).Party
	return s.adjust(ctx, adjustment{
		Direction: d, Partner: distributor, Below: reseller, Kind: auth.Reseller, Amount: amount, Field: "indirect_partner_id",
	}, in.Body.VerificationCode)
}

// actingFor gives the partner whose business the call is. Error: party.ErrNotMine.
func (s *Service) actingFor(ctx context.Context, indirect string) (auth.PartyID, error) {
	return party.ActingFor(ctx, s.Table, rest.Caller(ctx), auth.PartyID(indirect))
}
