package account

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

const (
	measureYuan = 1 // BSS's number of the unit of money
	currency    = "CNY"
)

// shown are the accounts that a partner has, in the order in which they are listed, with BSS's number of each. Source: DOMAIN.md 5, Accounts.
var shown = []struct {
	kind   Kind
	number int32
}{{Cash, 1}, {CreditLine, 2}, {Reward, 5}, {Deposit, 7}, {Appropriable, 8}}

// numberOf gives BSS's number of a kind of account.
func numberOf(kind Kind) int32 {
	for _, s := range shown {
		if s.kind == kind {
			return s.number
		}
	}
	return 0
}

// balance is the SDK's AccountBalanceV2 and V3.
type balance struct {
	AccountID        string       `json:"account_id"`
	AccountType      int32        `json:"account_type" doc:"1 balance, 2 credit, 5 reward, 7 deposit, 8 appropriable"`
	Amount           rest.Amount  `json:"amount" doc:"Yuan"`
	Currency         string       `json:"currency"`
	DesignatedAmount *rest.Amount `json:"designated_amount,omitempty" doc:"The earmarked part"`
	CreditAmount     *rest.Amount `json:"credit_amount,omitempty" doc:"The limit of a credit account"`
	MeasureID        int32        `json:"measure_id" doc:"1 yuan"`
}

// showBalance shows an account; the appropriable one shows what of the cash account is free.
func showBalance(a Account, kind Kind) balance {
	b := balance{
		AccountID: string(Of(a.Party, kind)), AccountType: numberOf(kind), Amount: rest.Amount(a.Balance), Currency: currency, MeasureID: measureYuan,
	}
	designated, limit := rest.Amount(a.Designated), rest.Amount(a.Limit)
	switch kind {
	case CreditLine:
		b.CreditAmount = &limit
	case Appropriable:
		b.Amount = rest.Amount(a.Free())
	default:
		b.DesignatedAmount = &designated
	}
	return b
}

type partnerBalancesInput struct {
	rest.Lenient
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: a reseller of theirs"`
}

type partnerBalancesOutput struct {
	Body struct {
		AccountBalances []balance `json:"account_balances"`
	}
}

// listPartnerBalances shows the accounts of a partner, each of them also while it never held anything.
func (s *Service) listPartnerBalances(ctx context.Context, in *partnerBalancesInput) (*partnerBalancesOutput, error) {
	partner, err := s.actingFor(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	held, err := s.held(ctx, Of(partner, Cash), Of(partner, CreditLine), Of(partner, Reward), Of(partner, Deposit))
	if err != nil {
		return nil, err
	}
	out := &partnerBalancesOutput{}
	for _, account := range shown {
		a := held[Of(partner, account.kind)]
		if account.kind == Appropriable {
			a = held[Of(partner, Cash)]
		}
		a.Party = partner
		out.Body.AccountBalances = append(out.Body.AccountBalances, showBalance(a, account.kind))
	}
	return out, nil
}

// held reads accounts, strongly consistent. Those that never held anything are missing.
func (s *Service) held(ctx context.Context, ids ...ID) (map[ID]Account, error) {
	keys := make([]table.Key, len(ids))
	for i, id := range ids {
		head := balanceHead(id)
		keys[i] = head.Key()
	}
	found, err := table.GetAll[Account](ctx, s.Table, keys)
	accounts := make(map[ID]Account, len(found))
	for _, a := range found {
		accounts[a.ID] = *a
	}
	return accounts, err
}

type customerBalancesInput struct{ rest.Lenient }

type customerBalancesOutput struct {
	Body struct {
		AccountBalances []balance   `json:"account_balances"`
		DebtAmount      rest.Amount `json:"debt_amount"`
		MeasureID       int32       `json:"measure_id"`
		Currency        string      `json:"currency"`
	}
}

// showCustomerBalances shows the calling customer's accounts.
func (s *Service) showCustomerBalances(ctx context.Context, _ *customerBalancesInput) (*customerBalancesOutput, error) {
	a, err := loadOrNew(ctx, s.Table, rest.Caller(ctx).Party, Cash)
	if err != nil {
		return nil, err
	}
	out := &customerBalancesOutput{}
	out.Body.AccountBalances = []balance{showBalance(a, Cash)}
	out.Body.MeasureID, out.Body.Currency = measureYuan, currency
	return out, nil
}

type customerInfo struct {
	CustomerID string `json:"customer_id" minLength:"1" maxLength:"64"`
}

type detailInput struct {
	rest.Lenient
	Body struct {
		CustomerInfos     []customerInfo `json:"customer_infos" minItems:"1" maxItems:"100" doc:"Others than the partner's resale customers are left out of the answer"`
		IndirectPartnerID string         `json:"indirect_partner_id,omitempty" maxLength:"64" doc:"For distributors: the reseller whose customers they are"`
	}
}

// customerBalance is the SDK's CustomerBalancesV2.
type customerBalance struct {
	CustomerID string      `json:"customer_id"`
	DebtAmount rest.Amount `json:"debt_amount"`
	Amount     rest.Amount `json:"amount" doc:"Yuan that can be spent"`
	Currency   string      `json:"currency"`
	MeasureID  int32       `json:"measure_id" doc:"1 yuan"`
}

type detailOutput struct {
	Body struct {
		CustomerBalances []customerBalance `json:"customer_balances"`
	}
}

// listCustomersBalances shows the balances of a partner's resale customers, in the order of the request and each once.
func (s *Service) listCustomersBalances(ctx context.Context, in *detailInput) (*detailOutput, error) {
	partner, err := s.actingFor(ctx, in.Body.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	named := make([]auth.PartyID, len(in.Body.CustomerInfos))
	for i, info := range in.Body.CustomerInfos {
		named[i] = auth.PartyID(info.CustomerID)
	}
	customers, err := s.resaleCustomers(ctx, partner, named)
	if err != nil {
		return nil, err
	}
	out := &detailOutput{}
	out.Body.CustomerBalances = []customerBalance{}
	if len(customers) == 0 {
		return out, nil
	}
	ids := make([]ID, len(customers))
	for i, customer := range customers {
		ids[i] = Of(customer, Cash)
	}
	held, err := s.held(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for i, customer := range customers {
		out.Body.CustomerBalances = append(out.Body.CustomerBalances, customerBalance{
			CustomerID: string(customer), Amount: rest.Amount(held[ids[i]].Balance), Currency: currency, MeasureID: measureYuan,
		})
	}
	return out, nil
}

// resaleCustomers gives those of the parties that are resale customers of a partner, in their order and each once.
func (s *Service) resaleCustomers(ctx context.Context, partner auth.PartyID, named []auth.PartyID) ([]auth.PartyID, error) {
	seen := map[auth.PartyID]bool{}
	var once []auth.PartyID
	var keys []table.Key
	for _, id := range named {
		if !seen[id] {
			seen[id] = true
			once, keys = append(once, id), append(keys, party.Key(id))
		}
	}
	parties, err := table.GetAll[party.Party](ctx, s.Table, keys)
	if err != nil {
		return nil, err
	}
	var customers []auth.PartyID
	for i, id := range once {
		p := parties[keys[i]]
		if p != nil && p.Kind == auth.Customer && p.Partner == partner && p.AssociationType == party.Resale {
			customers = append(customers, id)
		}
	}
	return customers, nil
}
