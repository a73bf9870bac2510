package party

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Function declares the capability's HTTP function. It also has the operators' list of failed work.
var Function = function.Declaration{
	Name: "party",
	Does: "Parties, their users and access keys; the operators' list of failed work",
	HTTP: func(api *rest.API, env *function.Env) {
		parties(api, env)
		users(api, env)
		accessKeys(api, env)
		lifecycle.RegisterOperations(api, env)
	},
	Grants: []function.Grant{
		function.ReadTable, function.WriteTable, function.Query(table.Listed), function.Query(table.Due), function.UseKey,
		{On: function.Pool, Do: []string{"cognito-idp:AdminCreateUser", "cognito-idp:AdminDeleteUser"}},
	},
}

// lazily gives the handler of an operation, whose service is opened by the first call: registering opens nothing.
func lazily[I, O any](env *function.Env, handle func(*Service, context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) { return handle(New(env), ctx, in) }
}

func parties(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "CreateParty", Method: http.MethodPost, Path: "/v2/vendor/parties", Status: http.StatusCreated,
		Summary: "Create a party and its first administrator", Allow: auth.Only(auth.Vendor, auth.PartyCreate),
	}, lazily(env, (*Service).createParty))
	rest.Register(api, rest.Operation{
		ID: "ListParties", Method: http.MethodGet, Path: "/v2/vendor/parties",
		Summary: "List the parties of a kind that were made in a month", Allow: auth.Only(auth.Vendor, auth.PartyRead),
	}, lazily(env, (*Service).listParties))
	rest.Register(api, rest.Operation{
		ID: "ShowParty", Method: http.MethodGet, Path: "/v2/vendor/parties/{party_id}",
		Summary: "Show a party", Allow: auth.Only(auth.Vendor, auth.PartyRead),
	}, lazily(env, (*Service).showParty))
	rest.Register(api, rest.Operation{
		ID: "SetPartyStanding", Method: http.MethodPut, Path: "/v2/vendor/parties/{party_id}/standing",
		Summary: "Restrict or freeze a party, or lift that", Allow: auth.Only(auth.Vendor, auth.StandingManage),
	}, lazily(env, (*Service).setStanding))
}

// PartyBody is a party on the wire.
type PartyBody struct {
	PartyID         string `json:"party_id,omitempty" pattern:"^[A-Za-z0-9._:-]{1,64}$" doc:"Made when absent"`
	Kind            string `json:"kind" enum:"distributor,reseller,partner,customer"`
	Name            string `json:"name" minLength:"1" maxLength:"128"`
	Email           string `json:"email,omitempty" format:"email" maxLength:"254" doc:"Where notices go"`
	Mobile          string `json:"mobile,omitempty" pattern:"^\\+?[0-9 -]{5,20}$"`
	Locale          string `json:"locale,omitempty" enum:"zh-CN,en-US" doc:"Of notices; zh-CN when absent"`
	Level           string `json:"customer_level,omitempty" enum:"V0,V1,V2,V3,V4,V5"`
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
	Standing      Standing      `json:"standing" enum:"normal,restricted,frozen"`
	StandingSince *rest.Instant `json:"standing_since,omitempty"`
	CreatedAt     rest.Instant  `json:"created_at"`
}

type partyOutput struct{ Body shownParty }

type createPartyOutput struct {
	Body struct {
		PartyID string      `json:"party_id"`
		AdminID auth.UserID `json:"administrator_id"`
	}
}

func (s *Service) createParty(ctx context.Context, in *createPartyInput) (*createPartyOutput, error) {
	b := in.Body
	claim := rest.ClaimOf(ctx)
	out := &createPartyOutput{}
	if earlier, found, err := claim.Taken(ctx, s.Table, 0); err != nil || found {
		rest.MarkReplay(ctx)
		id, admin, _ := strings.Cut(earlier, " ")
		out.Body.PartyID, out.Body.AdminID = id, auth.UserID(admin)
		return out, err
	}
	if b.PartyID == "" {
		b.PartyID = ulid.Make().String()
	}
	admin, err := s.Add(ctx, NewParty{
		AdminName: b.Administrator.Name, AdminEmail: b.Administrator.Email, Claim: claim,
		Party: Party{
			Row: Row{
				ID: auth.PartyID(b.PartyID), Kind: auth.Kind(b.Kind), Name: b.Name, Email: b.Email, Level: b.Level,
				Partner: auth.PartyID(b.PartnerID), AssociationType: b.AssociationType,
			},
			Mobile: b.Mobile, Locale: b.Locale, Distributor: auth.PartyID(b.DistributorID),
		},
	}, rest.Caller(ctx))
	out.Body.PartyID, out.Body.AdminID = b.PartyID, admin
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
	Kind  string `query:"kind" required:"true" enum:"vendor,distributor,reseller,partner,customer"`
	Month string `query:"month" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"Of creation in Beijing, such as 2026-12; this month when absent"`
}

type listPartiesOutput struct {
	rest.CountHeader
	Body struct {
		Parties    []Row  `json:"parties"`
		TotalCount int    `json:"total_count"`
		Marker     string `json:"marker,omitempty"`
	}
}

func (s *Service) listParties(ctx context.Context, in *listPartiesInput) (*listPartiesOutput, error) {
	paging := in.Paging()
	if err := paging.Check(); err != nil {
		return nil, err
	}
	month := calendar.DateOf(s.Clock.Now())
	if in.Month != "" {
		at, err := time.Parse("2006-01", in.Month)
		if err != nil {
			return nil, problem.Invalid("month", "%q is no month such as 2026-12", in.Month)
		}
		month = calendar.Date{Year: at.Year(), Month: at.Month(), Day: 1}
	}
	query := table.Query{
		Index: table.Listed, PK: listed(auth.Kind(in.Kind), month), After: in.Marker, Scope: "parties", Page: int32(paging.Size() + 1),
	}
	page, err := rest.Collect(table.All[Party](ctx, s.Table, query), paging)
	if err != nil {
		return nil, err
	}
	out := &listPartiesOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Parties = page.Total, []Row{}
	for _, p := range page.Items {
		out.Body.Parties = append(out.Body.Parties, p.Row)
	}
	if page.More {
		out.Body.Marker, err = s.Table.Marker(ctx, query, page.Items[len(page.Items)-1])
	}
	return out, err
}

type standingInput struct {
	PartyID string `path:"party_id" maxLength:"64"`
	Body    struct {
		Standing string `json:"standing" enum:"normal,restricted,frozen"`
		Reason   string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (s *Service) setStanding(ctx context.Context, in *standingInput) (*partyOutput, error) {
	p, err := s.SetStanding(ctx, auth.PartyID(in.PartyID), Standing(in.Body.Standing), in.Body.Reason, rest.Caller(ctx))
	return &partyOutput{Body: show(p)}, err
}
