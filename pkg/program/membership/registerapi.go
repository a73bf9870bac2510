package membership

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

type registerResellerInput struct {
	Body struct {
		Name          string `json:"name" minLength:"1" maxLength:"128" doc:"Of the company"`
		Email         string `json:"email" format:"email" maxLength:"254" doc:"Where notices and the invitation go"`
		Mobile        string `json:"mobile,omitempty" pattern:"^\\+?[0-9 -]{5,20}$"`
		Locale        string `json:"locale,omitempty" enum:"zh-CN,en-US" doc:"Of notices; zh-CN when absent"`
		Administrator struct {
			Name  string `json:"name" minLength:"1" maxLength:"128"`
			Email string `json:"email" format:"email" maxLength:"254" doc:"Signs in with it"`
		} `json:"administrator"`
	}
}

type registeredOutput struct {
	Body struct {
		Body
		AdminID auth.UserID `json:"administrator_id"`
	}
}

// registerReseller makes a new account and invites it: two effects, of which a repeated request does what is missing. The account is a customer's until
// it has accepted. Errors: ErrHost; party.ErrAddressTaken.
func (s *Service) registerReseller(ctx context.Context, in *registerResellerInput) (*registeredOutput, error) {
	b, caller := in.Body, rest.Caller(ctx)
	if err := s.open(ctx, table.NewTx(), caller.Party); err != nil {
		return nil, err
	}
	added, err := s.Party().Add(ctx, party.NewParty{
		AdminName: b.Administrator.Name, AdminEmail: b.Administrator.Email, Claim: rest.ClaimOf(ctx),
		Party: party.Party{Row: party.Row{Kind: auth.Customer, Name: b.Name, Email: b.Email}, Mobile: b.Mobile, Locale: b.Locale},
	}, caller)
	if err != nil {
		return nil, err
	}
	plan, _ := PlanOf(Reselling)
	err = table.Retry(ctx, func() error {
		return rest.ClaimOf(ctx).Do(ctx, s.Table, 1, func(tx *table.Tx) error {
			_, err := s.invite(ctx, tx, invitation{Plan: plan, Party: added.Party, Email: b.Email, Locale: notify.Locale(b.Locale)}, caller.Party, caller)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	m, err := Load(ctx, s.Table, added.Party, Reselling)
	out := &registeredOutput{}
	out.Body.Body, out.Body.AdminID = m.body(s.Clock.Now()), added.Admin
	return out, err
}
