package performance

import (
	"context"
	"errors"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

type subAccountInput struct {
	Body struct {
		SubAccountID string `json:"sub_account_id" minLength:"1" maxLength:"256" doc:"As the provider's bills name it"`
		CustomerID   string `json:"customer_id" minLength:"1" maxLength:"64"`
	}
}

// mapSubAccount says that a sub-account of a provider's bills is a customer's, for good. Errors: party.ErrUnknown, party.ErrSubAccount.
func (s *Service) mapSubAccount(ctx context.Context, in *subAccountInput) (*struct{}, error) {
	b := in.Body
	add := func(tx *table.Tx) error {
		return inField(party.AddSubAccount(ctx, s.Table, tx, b.SubAccountID, auth.PartyID(b.CustomerID), rest.Caller(ctx).Masked(), s.Clock.Now()), "sub_account_id")
	}
	err := rest.ClaimOf(ctx).Do(ctx, s.Table, 0, add)
	if errors.Is(err, table.ErrConflict) {
		err = rest.ClaimOf(ctx).Do(ctx, s.Table, 0, add) // whoever was quicker said whose it is
	}
	return nil, err
}

type subAccountsInput struct {
	rest.QueryPaging
	CustomerID string `query:"customer_id" minLength:"1" maxLength:"64" required:"true"`
}

type subAccountsOutput struct {
	rest.CountHeader
	Body struct {
		SubAccounts []SubAccountBody `json:"sub_accounts"`
		TotalCount  int              `json:"total_count"`
		Marker      string           `json:"marker,omitempty"`
	}
}

// SubAccountBody is a sub-account on the wire. It is exported for the schema of the operations alone.
type SubAccountBody struct {
	SubAccountID string       `json:"sub_account_id"`
	CustomerID   auth.PartyID `json:"customer_id"`
	Since        rest.Instant `json:"mapped_at"`
}

func (s *Service) listSubAccounts(ctx context.Context, in *subAccountsInput) (*subAccountsOutput, error) {
	customer, err := s.customer(ctx, auth.PartyID(in.CustomerID))
	if err != nil {
		return nil, inField(err, "customer_id")
	}
	q := party.SubAccountsOf(customer.ID)
	q.Scope = "sub-accounts " + string(customer.ID)
	page, err := rest.List[party.SubAccount](ctx, s.Table, q, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &subAccountsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.SubAccounts = page.Total, page.Marker, []SubAccountBody{}
	for _, a := range page.Items {
		out.Body.SubAccounts = append(out.Body.SubAccounts, SubAccountBody{a.Row.ID, a.Row.Customer, rest.Instant(a.Row.Since)})
	}
	return out, nil
}
