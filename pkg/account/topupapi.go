package account

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
)

type topUpInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	Body      struct {
		RemittanceNo     string      `json:"remittance_no" pattern:"^[A-Za-z0-9._:-]{1,64}$" doc:"The bank's number; booked once"`
		Amount           rest.Amount `json:"amount" doc:"Yuan, above 0"`
		DesignatedAmount rest.Amount `json:"designated_amount,omitempty" doc:"The part of it that is earmarked and can't be handed on"`
	}
}

type topUpOutput struct {
	Body struct {
		TransferID string `json:"transfer_id"`
	}
}

// bookTopUp books a bank remittance.
func (s *Service) bookTopUp(ctx context.Context, in *topUpInput) (*topUpOutput, error) {
	amount, err := positive(in.Body.Amount, "amount")
	if err != nil {
		return nil, err
	}
	designated := money.Fen(in.Body.DesignatedAmount)
	if designated < 0 || designated > amount {
		return nil, problem.Invalid("designated_amount", "%s is not from 0 to the amount of %s", designated, amount)
	}
	out := &topUpOutput{}
	out.Body.TransferID, err = s.topUp(ctx, Remittance{
		Number: in.Body.RemittanceNo, Partner: auth.PartyID(in.PartnerID), Amount: amount, Designated: designated,
	})
	return out, err
}

type creditInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	Body      struct {
		CreditAmount rest.Amount `json:"credit_amount" doc:"The new limit in yuan, from 0"`
	}
}

type creditOutput struct {
	Body struct {
		AccountID    string      `json:"account_id"`
		CreditAmount rest.Amount `json:"credit_amount" doc:"The limit, in yuan"`
		Amount       rest.Amount `json:"amount" doc:"What of it is left"`
	}
}

// setCredit sets a credit limit.
func (s *Service) setCredit(ctx context.Context, in *creditInput) (*creditOutput, error) {
	limit := money.Fen(in.Body.CreditAmount)
	if limit < 0 {
		return nil, problem.Invalid("credit_amount", "%s is below 0", limit)
	}
	line, err := s.setLimit(ctx, auth.PartyID(in.PartnerID), limit)
	if err != nil {
		return nil, err
	}
	out := &creditOutput{}
	out.Body.AccountID, out.Body.CreditAmount, out.Body.Amount = string(line.ID), rest.Amount(line.Limit), rest.Amount(line.Balance)
	return out, nil
}
