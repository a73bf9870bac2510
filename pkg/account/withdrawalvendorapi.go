package account

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type listWithdrawalsInput struct{ rest.QueryPaging }

type partnerWithdrawalsInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	rest.QueryPaging
}

type withdrawalsOutput struct {
	rest.CountHeader
	Body struct {
		Withdrawals []withdrawalView `json:"withdrawals"`
		TotalCount  int              `json:"total_count"`
		Marker      string           `json:"marker,omitempty"`
	}
}

func (s *Service) listOwnWithdrawals(ctx context.Context, in *listWithdrawalsInput) (*withdrawalsOutput, error) {
	return s.listWithdrawals(ctx, rest.Caller(ctx).Party, in.Paging())
}

func (s *Service) listPartnerWithdrawals(ctx context.Context, in *partnerWithdrawalsInput) (*withdrawalsOutput, error) {
	p, err := s.partner(ctx, auth.PartyID(in.PartnerID))
	if err != nil {
		return nil, err
	}
	return s.listWithdrawals(ctx, p.ID, in.Paging())
}

func (s *Service) listWithdrawals(ctx context.Context, partner auth.PartyID, paging rest.Paging) (*withdrawalsOutput, error) {
	from := withdrawalHead(partner, "")
	q := table.Query{PK: from.PK, Prefix: from.SK, Descending: true, Strong: true, Scope: "withdrawals"}
	page, err := rest.List[withdrawal](ctx, s.Table, q, paging, nil)
	if err != nil {
		return nil, err
	}
	out := &withdrawalsOutput{CountHeader: page.Header()}
	out.Body.Withdrawals, out.Body.TotalCount, out.Body.Marker = []withdrawalView{}, page.Total, page.Marker
	for _, w := range page.Items {
		out.Body.Withdrawals = append(out.Body.Withdrawals, viewOf(*w))
	}
	return out, nil
}

type partnerWithdrawalPath struct {
	PartnerID    string `path:"partner_id" maxLength:"64"`
	WithdrawalID string `path:"withdrawal_id" maxLength:"64"`
}

func (s *Service) showPartnerWithdrawal(ctx context.Context, in *partnerWithdrawalPath) (*withdrawalOutput, error) {
	w, err := s.withdrawal(ctx, auth.PartyID(in.PartnerID), in.WithdrawalID)
	if err != nil {
		return nil, err
	}
	out := &withdrawalOutput{Body: viewOf(w)}
	out.Body.BankCard, err = s.openCard(ctx, w)
	return out, err
}

type stepWithdrawalInput struct {
	PartnerID    string `path:"partner_id" maxLength:"64"`
	WithdrawalID string `path:"withdrawal_id" maxLength:"64"`
	Body         struct {
		Step   WithdrawalStep `json:"step" enum:"review,approve,reject,paid,fail"`
		Reason string         `json:"reason,omitempty" maxLength:"256" doc:"Of reject and fail"`
	}
}

func (s *Service) stepWithdrawal(ctx context.Context, in *stepWithdrawalInput) (*withdrawalOutput, error) {
	partner, b := auth.PartyID(in.PartnerID), in.Body
	if (b.Step == StepReject || b.Step == StepFail) && b.Reason == "" {
		return nil, problem.Invalid("reason", "to %s says why", b.Step)
	}
	if err := s.stepOnce(ctx, partner, in.WithdrawalID, b.Step, b.Reason); err != nil {
		return nil, err
	}
	w, err := s.withdrawal(ctx, partner, in.WithdrawalID)
	return &withdrawalOutput{Body: viewOf(w)}, err
}
