package customer

import (
	"context"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

const (
	authorizationsPath    = "/v2/partners/customer-authorizations"
	ownAuthorizationsPath = "/v2/customers/partner-authorizations"
	resellerLeavePath     = "/v2/partners/indirect-partners/{indirect_partner_id}/customer-operation-authorization"
)

// authorizationOperations registers a partner's side of authorizations, and a customer's.
func authorizationOperations(api *rest.API, env *function.Env) {
	reads := auth.Partners(auth.AuthorizationRead)
	rest.Register(api, rest.Operation{
		ID: "RequestCustomerAuthorization", Method: http.MethodPost, Path: authorizationsPath, Status: http.StatusCreated,
		Summary: "Ask a resale customer for authorization to act on its behalf", Allow: auth.Partners(auth.AuthorizationRequest),
	}, function.Lazily(env, New, (*Service).requestAuthorization))
	rest.Register(api, rest.Operation{
		ID: "ListCustomerAuthorizations", Method: http.MethodGet, Path: authorizationsPath,
		Summary: "List a partner's authorizations and requests for them, in the order of its customers' ids", Allow: reads,
	}, function.Lazily(env, New, (*Service).listAuthorizations))
	rest.Register(api, rest.Operation{
		ID: "ShowCustomerAuthorization", Method: http.MethodGet, Path: authorizationsPath + "/{customer_id}",
		Summary: "Show how a customer's authorization stands", Allow: reads,
	}, function.Lazily(env, New, (*Service).showAuthorization))
	rest.Register(api, rest.Operation{
		ID: "ShowIndirectPartnerAuthorization", Method: http.MethodGet, Path: resellerLeavePath,
		Summary: "Show whether a reseller may ask its customers for authorization, and act by it",
		Allow:   auth.Only(auth.Distributor, auth.AuthorizationRead),
	}, function.Lazily(env, New, (*Service).showReseller))
	rest.Register(api, rest.Operation{
		ID: "SetIndirectPartnerAuthorization", Method: http.MethodPut, Path: resellerLeavePath, Status: http.StatusNoContent,
		Summary: "Let a reseller ask its customers for authorization and act by it, or no longer",
		Allow:   auth.Only(auth.Distributor, auth.AuthorizationReseller),
	}, function.Lazily(env, New, (*Service).setReseller))
	ownAuthorizationOperations(api, env)
}

type requestAuthorizationInput struct {
	Body struct {
		CustomerID         string `json:"customer_id" minLength:"1" maxLength:"64"`
		CommitmentAccepted bool   `json:"commitment_accepted,omitempty" doc:"That the commitment letter was read and is agreed to; needed once"`
	}
}

type authorizationBody struct {
	AuthorizationID string                  `json:"authorization_id,omitempty"`
	CustomerID      auth.PartyID            `json:"customer_id"`
	CustomerName    string                  `json:"customer_name,omitempty"`
	PartnerID       auth.PartyID            `json:"partner_id"`
	State           auth.AuthorizationState `json:"state" enum:"none,pending,authorized,rejected,revoked,expired"`
	RequestedAt     *rest.Instant           `json:"requested_at,omitempty"`
	AnswerBefore    *rest.Instant           `json:"answer_before,omitempty" doc:"Of a pending one: when it expires"`
	DecidedAt       *rest.Instant           `json:"decided_at,omitempty"`
	RevokedAt       *rest.Instant           `json:"revoked_at,omitempty"`
	Reason          string                  `json:"reason,omitempty" doc:"Of a rejection, or of the revocation"`
}

type authorizationOutput struct{ Body authorizationBody }

type authorizationsOutput struct {
	rest.CountHeader
	Body struct {
		Authorizations []authorizationBody `json:"authorizations"`
		TotalCount     int                 `json:"total_count"`
		Marker         string              `json:"marker,omitempty"`
	}
}

func (s *Service) showOfAuthorization(a Authorization) authorizationBody {
	b := authorizationBody{
		AuthorizationID: a.ID, CustomerID: a.Customer, CustomerName: a.Name, PartnerID: a.Partner, State: a.StateAt(s.Clock.Now()),
		RequestedAt: instantOf(a.Requested), DecidedAt: instantOf(a.Decided), RevokedAt: instantOf(a.Ended), Reason: a.Reason,
	}
	if b.State == AuthorizationPending {
		b.AnswerBefore = instantOf(a.Until)
	}
	return b
}

// instantOf gives a time that may be none.
func instantOf(at time.Time) *rest.Instant {
	if at.IsZero() {
		return nil
	}
	shown := rest.Instant(at)
	return &shown
}

func (s *Service) requestAuthorization(ctx context.Context, in *requestAuthorizationInput) (*authorizationOutput, error) {
	caller := rest.Caller(ctx)
	_, err := s.made(ctx, func(tx *table.Tx) (string, error) {
		c, err := s.mine(ctx, caller.Party, in.Body.CustomerID)
		if err != nil {
			return "", err
		}
		return s.askAuthorization(ctx, tx, c, caller, in.Body.CommitmentAccepted)
	})
	if err != nil {
		return nil, err
	}
	a, err := s.Authorization(ctx, caller.Party, auth.PartyID(in.Body.CustomerID))
	return &authorizationOutput{Body: s.showOfAuthorization(a)}, err
}

type listAuthorizationsInput struct {
	rest.QueryPaging
	State             string `query:"state" enum:"pending,authorized,rejected,revoked,expired"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64"`
}

func (s *Service) listAuthorizations(ctx context.Context, in *listAuthorizationsInput) (*authorizationsOutput, error) {
	caller := rest.Caller(ctx)
	partner, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	looks, err := s.looks(ctx, partner)
	if err != nil {
		return nil, err
	}
	query := table.Query{
		PK: ownerKey(partner), Prefix: auth.AuthorizationPrefix, Strong: true, Scope: "authorizations " + caller.Masked() + in.State,
	}
	now := s.Clock.Now()
	page, err := rest.List(ctx, s.Table, query, in.Paging(), func(a *Authorization) bool {
		return looks(a.Manager) && (in.State == "" || in.State == string(a.StateAt(now)))
	})
	if err != nil {
		return nil, err
	}
	out := &authorizationsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Authorizations = page.Total, page.Marker, []authorizationBody{}
	for _, a := range page.Items {
		out.Body.Authorizations = append(out.Body.Authorizations, s.showOfAuthorization(*a))
	}
	return out, nil
}

type showAuthorizationInput struct {
	CustomerID        string `path:"customer_id" maxLength:"64"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64"`
}

// showAuthorization shows how the authorization of a partner's customer stands, none included.
func (s *Service) showAuthorization(ctx context.Context, in *showAuthorizationInput) (*authorizationOutput, error) {
	partner, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	c, err := s.mine(ctx, partner, in.CustomerID)
	if err != nil {
		return nil, err
	}
	a, err := s.Authorization(ctx, partner, c.ID)
	a.Partner, a.Customer, a.Name = partner, c.ID, c.Name
	return &authorizationOutput{Body: s.showOfAuthorization(a)}, err
}

// ResellerPath names a reseller of the calling distributor. It is exported for the schema of the operations alone.
type ResellerPath struct {
	IndirectPartnerID string `path:"indirect_partner_id" maxLength:"64"`
}

type resellerLeaveOutput struct {
	Body struct {
		Authorized   bool          `json:"authorized"`
		AuthorizedAt *rest.Instant `json:"authorized_at,omitempty"`
	}
}

// leaveOf reads a reseller's leave, and says whether the calling distributor gave it: one of a distributor that the reseller has left is none.
// Error: party.ErrNotMine.
func (s *Service) leaveOf(ctx context.Context, in ResellerPath) (leave auth.DistributorAuthorization, given bool, err error) {
	reseller, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return leave, false, err
	}
	err = s.Table.Get(ctx, auth.DistributorAuthorizationKey(reseller), &leave)
	if absent(err) {
		return auth.DistributorAuthorization{Head: auth.DistributorAuthorizationKey(reseller).Head()}, false, nil
	}
	return leave, err == nil && leave.Distributor == rest.Caller(ctx).Party, err
}

func (s *Service) showReseller(ctx context.Context, in *ResellerPath) (*resellerLeaveOutput, error) {
	leave, given, err := s.leaveOf(ctx, *in)
	out := &resellerLeaveOutput{}
	if given {
		out.Body.Authorized, out.Body.AuthorizedAt = true, instantOf(leave.At)
	}
	return out, err
}

type setResellerInput struct {
	ResellerPath
	Body struct {
		Authorized bool `json:"authorized"`
	}
}

// setReseller gives a reseller the distributor's leave or takes it back. Without it the reseller's authorizations by customers stay and do not count.
func (s *Service) setReseller(ctx context.Context, in *setResellerInput) (*struct{}, error) {
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		old, given, err := s.leaveOf(ctx, in.ResellerPath)
		if err != nil || in.Body.Authorized == given {
			return err
		}
		word, next := "not authorized", old
		next.Distributor, next.At = rest.Caller(ctx).Party, s.Clock.Now()
		switch {
		case !in.Body.Authorized:
			tx.Remove(&old)
		case old.Ver == 0:
			tx.Create(&next)
		default:
			tx.Replace(&old, &next)
		}
		if in.Body.Authorized {
			word = string(auth.Authorized)
		}
		s.audit(ctx, tx, event.Event{
			Type: EventResellerAuthorized, Owner: in.IndirectPartnerID, Subject: in.IndirectPartnerID, Data: map[string]string{StateDatum: word},
		})
		return nil
	})
}
