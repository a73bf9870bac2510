package account

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// service answers the operations.
type service struct{ table func() *table.Client }

func (s service) register(api *rest.API) {
	rest.Register(api, rest.Operation{
		ID: "ShowCustomerAccountBalances", Method: "GET", Path: "/v2/accounts/customer-accounts/balances",
		Summary: "Show the balances of the calling customer's accounts",
		Allow:   auth.Only(auth.Customer, auth.AccountRead),
	}, s.showBalances)
}

// accountType is BSS's number of a kind of account. 1 is the balance.
const accountTypeBalance = 1

// measureYuan is BSS's number of the unit of money.
const measureYuan = 1

type balance struct {
	AccountID        string       `json:"account_id"`
	AccountType      int32        `json:"account_type" doc:"1 balance"`
	Amount           rest.Amount  `json:"amount" doc:"Yuan"`
	Currency         string       `json:"currency"`
	DesignatedAmount *rest.Amount `json:"designated_amount,omitempty"`
	MeasureID        int32        `json:"measure_id" doc:"1 yuan"`
}

type balancesOutput struct {
	Body struct {
		AccountBalances []balance   `json:"account_balances"`
		DebtAmount      rest.Amount `json:"debt_amount"`
		MeasureID       int32       `json:"measure_id"`
		Currency        string      `json:"currency"`
	}
}

type balancesInput struct{ rest.Lenient }

func (s service) showBalances(ctx context.Context, _ *balancesInput) (*balancesOutput, error) {
	id := Of(rest.Caller(ctx).Party, Cash)
	held, err := Balance(ctx, s.table(), id)
	if err != nil {
		return nil, err
	}
	return showBalances(id, held), nil
}

func showBalances(id ID, held money.Fen) *balancesOutput {
	var out balancesOutput
	none := rest.Amount(0)
	out.Body.AccountBalances = []balance{{
		AccountID: string(id), AccountType: accountTypeBalance, Amount: rest.Amount(held), Currency: "CNY",
		DesignatedAmount: &none, MeasureID: measureYuan,
	}}
	out.Body.MeasureID, out.Body.Currency = measureYuan, "CNY"
	return &out
}
