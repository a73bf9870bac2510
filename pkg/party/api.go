package party

import (
	"context"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

func parties(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "CreateParty", Method: http.MethodPost, Path: "/v2/vendor/parties", Status: http.StatusCreated,
		Summary: "Create a party and its first administrator", Allow: auth.Only(auth.Vendor, auth.PartyCreate),
	}, function.Lazily(env, New, (*Service).createParty))
	rest.Register(api, rest.Operation{
		ID: "ListParties", Method: http.MethodGet, Path: "/v2/vendor/parties",
		Summary: "List the parties of a kind, newest first", Allow: auth.Only(auth.Vendor, auth.PartyRead),
	}, function.Lazily(env, New, (*Service).listParties))
	rest.Register(api, rest.Operation{
		ID: "ShowParty", Method: http.MethodGet, Path: "/v2/vendor/parties/{party_id}",
		Summary: "Show a party", Allow: auth.Only(auth.Vendor, auth.PartyRead),
	}, function.Lazily(env, New, (*Service).showParty))
	rest.Register(api, rest.Operation{
		ID: "SetPartyStanding", Method: http.MethodPut, Path: "/v2/vendor/parties/{party_id}/standing",
		Summary: "Restrict or freeze a party, or lift that", Allow: auth.Only(auth.Vendor, auth.StandingManage),
	}, function.Lazily(env, New, (*Service).setStanding))
}

// PartyBody is a party on the wire.
type PartyBody struct {
	PartyID         string `json:"party_id,omitempty" pattern:"^[A-Za-z0-9._:-]{1,64}$" doc:"Made when absent"`
	Kind            string `json:"kind" enum:"distributor,reseller,partner,customer"`
	Name            string `json:"name" minLength:"1" maxLength:"128"`
	Email           string `json:"email,omitempty" format:"email" maxLength:"254" doc:"Where notices go"`
	Mobile          string `json:"mobile,omitempty" pattern:"^\\+?[0-9 -]{5,20}$"`
	Locale          string `json:"locale,omitempty" enum:"zh-CN,en-US" doc:"Of notices; zh-CN when absent"`
	Level           string `json:"customer_level,omitempty" enum:"V0,V1,V2,V3,V4,V5" doc:"Of a customer; V0 when absent"`
	PartnerID       string `json:"partner_id,omitempty" maxLength:"64" doc:"Whom a customer is associated with"`
	AssociationType int    `json:"association_type,omitempty" enum:"1,2" doc:"1 referral, 2 resale"`
	DistributorID   string `json:"distributor_id,omitempty" maxLength:"64" doc:"Of a reseller"`
}

type createPartyInput struct {
	Body struct {
		PartyBody
		Administrator struct {
			Name  string `json:"name" minLength:"1" maxLength:"128"`
			Email string `json:"email,omitempty" format:"email" maxLength:"254" doc:"Signs in with it; absent for a party of programs alone"`
		} `json:"administrator"`
	}
}

type shownParty struct {
	PartyBody
	Standing      Standing      `json:"standing" enum:"normal,restricted,frozen,exiting"`
	StandingSince *rest.Instant `json:"standing_since,omitempty"`
	CreatedAt     rest.Instant  `json:"created_at"`
}

type partyOutput struct{ Body shownParty }

type createPartyOutput struct {
	Body struct {
		PartyID auth.PartyID `json:"party_id"`
		AdminID auth.UserID  `json:"administrator_id"`
	}
}

func (s *Service) createParty(ctx context.Context, in *createPartyInput) (*createPartyOutput, error) {
	b := in.Body
	added, err := s.Add(ctx, NewParty{
		AdminName: b.Administrator.Name, AdminEmail: b.Administrator.Email, Claim: rest.ClaimOf(ctx),
		Party: Party{
			Row: Row{
				ID: auth.PartyID(b.PartyID), Kind: auth.Kind(b.Kind), Name: b.Name, Email: b.Email, Level: b.Level,
				Partner: auth.PartyID(b.PartnerID), AssociationType: b.AssociationType,
			},
			Mobile: b.Mobile, Locale: b.Locale, Distributor: auth.PartyID(b.DistributorID),
		},
	}, rest.Caller(ctx))
	out := &createPartyOutput{}
	out.Body.PartyID, out.Body.AdminID = added.Party, added.Admin
	return out, err
}

type partyPath struct {
	PartyID string `path:"party_id" maxLength:"64"`
}

func (s *Service) showParty(ctx context.Context, in *partyPath) (*partyOutput, error) {
	p, err := Get(ctx, s.Table, auth.PartyID(in.PartyID))
	return &partyOutput{Body: show(p)}, err
}

func show(p Party) shownParty {
	out := shownParty{Standing: p.Standing, CreatedAt: rest.Instant(p.Created)}
	out.PartyBody = PartyBody{
		PartyID: string(p.ID), Kind: string(p.Kind), Name: p.Name, Email: p.Email, Mobile: p.Mobile, Locale: p.Locale, Level: p.Level,
		PartnerID: string(p.Partner), AssociationType: p.AssociationType, DistributorID: string(p.Distributor),
	}
	if !p.StandingSince.IsZero() {
		since := rest.Instant(p.StandingSince)
		out.StandingSince = &since
	}
	return out
}

type listPartiesInput struct {
	rest.QueryPaging
	Kind string `query:"kind" required:"true" enum:"vendor,distributor,reseller,partner,customer"`
}

// listedParty is what a list shows of a party.
type listedParty struct {
	PartyID         auth.PartyID `json:"party_id"`
	Kind            auth.Kind    `json:"kind"`
	Name            string       `json:"name"`
	Email           string       `json:"email,omitempty"`
	Level           string       `json:"customer_level,omitempty"`
	PartnerID       auth.PartyID `json:"partner_id,omitempty"`
	AssociationType int          `json:"association_type,omitempty"`
	Standing        Standing     `json:"standing"`
	CreatedAt       rest.Instant `json:"created_at"`
}

type listPartiesOutput struct {
	rest.CountHeader
	Body struct {
		Parties    []listedParty `json:"parties"`
		TotalCount int           `json:"total_count"`
		Marker     string        `json:"marker,omitempty" doc:"Where the next page starts; absent on the last one"`
	}
}

// listParties lists back to the month in which the vendor itself was put there, before which there is nobody.
func (s *Service) listParties(ctx context.Context, in *listPartiesInput) (*listPartiesOutput, error) {
	paging := in.Paging()
	if err := paging.Check(); err != nil {
		return nil, err
	}
	vendor, err := Get(ctx, s.Table, rest.Caller(ctx).Party)
	if err != nil {
		return nil, err
	}
	first, today := calendar.DateOf(vendor.Created), calendar.DateOf(s.Clock.Now())
	query := table.Query{
		Index: table.Listed, Descending: true, After: in.Marker, Scope: "parties " + in.Kind, Page: int32(paging.Size() + 1),
	}
	page, err := rest.Collect(ofKind(ctx, s.Table, auth.Kind(in.Kind), first, today, query), paging)
	if err != nil {
		return nil, err
	}
	out := &listPartiesOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Parties = page.Total, []listedParty{}
	for _, p := range page.Items {
		out.Body.Parties = append(out.Body.Parties, listedParty{
			PartyID: p.ID, Kind: p.Kind, Name: p.Name, Email: p.Email, Level: p.Level, PartnerID: p.Partner,
			AssociationType: p.AssociationType, Standing: p.Standing, CreatedAt: rest.Instant(p.Created),
		})
	}
	if page.More {
		last := page.Items[len(page.Items)-1]
		query.PK = last.G1PK
		out.Body.Marker, err = s.Table.Marker(ctx, query, last)
	}
	return out, err
}

type standingInput struct {
	PartyID string `path:"party_id" maxLength:"64"`
	Body    struct {
		Standing string `json:"standing" enum:"normal,restricted,frozen"`
		Reason   string `json:"reason" minLength:"1" maxLength:"200" doc:"Kept with the change"`
	}
}

func (s *Service) setStanding(ctx context.Context, in *standingInput) (*partyOutput, error) {
	p, err := s.SetStanding(ctx, auth.PartyID(in.PartyID), Standing(in.Body.Standing), in.Body.Reason, rest.Caller(ctx))
	return &partyOutput{Body: show(p)}, err
}
