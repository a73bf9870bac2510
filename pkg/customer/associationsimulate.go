package customer

import (
	"context"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/party"
)

type simulateOutput struct {
	Body struct {
		Reclaimed      reclaimedBody `json:"reclaimed" doc:"What would go back to the partner"`
		Ended          endedBody     `json:"ended" doc:"What would end"`
		Kept           keptBody      `json:"kept" doc:"What the customer would keep"`
		FailCheckItems []FailedItem  `json:"fail_check_items" doc:"Every check that is in the way"`
	}
}

type reclaimedBody struct {
	Balance       rest.Amount `json:"balance" doc:"Yuan"`
	Vouchers      int         `json:"vouchers"`
	VoucherAmount rest.Amount `json:"voucher_amount" doc:"Yuan"`
}

type endedBody struct {
	Authorizations int          `json:"authorizations"`
	Discounts      int          `json:"discounts"`
	Budget         *rest.Amount `json:"budget,omitempty" doc:"Yuan; absent when there is none"`
}

type keptBody struct {
	Balance   rest.Amount `json:"balance" doc:"Yuan"`
	Resources int         `json:"resources" doc:"Yearly and monthly ones; the customer pays for them itself"`
}

func (s *Service) simulate(ctx context.Context, in *askInput) (*simulateOutput, error) {
	c, a, err := s.asked(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	return s.simulated(ctx, c, a)
}

func (s *Service) simulateOwn(ctx context.Context, _ *struct{}) (*simulateOutput, error) {
	c, a, err := s.disassociating(ctx)
	if err != nil {
		return nil, err
	}
	return s.simulated(ctx, c, a)
}

// simulated shows what an ask would lead to if it were agreed to now.
func (s *Service) simulated(ctx context.Context, c party.Party, a ask) (*simulateOutput, error) {
	checked, err := s.checked(ctx, c, a)
	if err != nil {
		return nil, err
	}
	h, err := s.holdings(ctx, c.ID, c.Partner)
	if err != nil {
		return nil, err
	}
	back, own, err := account.Held(ctx, s.Table, c.ID)
	if err != nil {
		return nil, err
	}
	out := &simulateOutput{}
	b := &out.Body
	b.FailCheckItems, b.Kept.Resources = checked.Body.FailCheckItems, h.Resources
	becomes := RecordRow{Kind: a.Kind, Type: c.AssociationType, Target: a.Target}
	if !becomes.leaves() || c.AssociationType != party.Resale {
		back, own = 0, back+own
	}
	b.Reclaimed.Balance, b.Kept.Balance = rest.Amount(back), rest.Amount(own)
	if !becomes.leaves() {
		return out, nil
	}
	b.Reclaimed.Vouchers, b.Reclaimed.VoucherAmount = h.Vouchers, rest.Amount(h.VoucherAmount)
	b.Ended.Discounts = h.Discounts
	given, err := s.Authorization(ctx, c.Partner, c.ID)
	if err != nil {
		return nil, err
	}
	if _, ended := authorizationAfter(given.StateAt(s.Clock.Now()), AuthorizationParts); ended == nil {
		b.Ended.Authorizations = 1
	}
	budget, err := s.budgetOf(ctx, c)
	if err == nil && budget.Partner != "" && c.AssociationType == party.Resale {
		amount := rest.Amount(budget.Amount)
		b.Ended.Budget = &amount
	}
	return out, err
}
