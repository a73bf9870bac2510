package customer

import (
	"context"
	"net/http"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// ownAuthorizationOperations registers what a customer does under account centre > my partner > authorization management.
func ownAuthorizationOperations(api *rest.API, env *function.Env) {
	reads, decides := auth.Only(auth.Customer, auth.AuthorizationRead), auth.Only(auth.Customer, auth.AuthorizationDecide)
	one := ownAuthorizationsPath + "/{authorization_id}"
	rest.Register(api, rest.Operation{
		ID: "ListPartnerAuthorizations", Method: http.MethodGet, Path: ownAuthorizationsPath,
		Summary: "List what the customer's partner has asked it to authorize", Allow: reads,
	}, function.Lazily(env, New, (*Service).listOwnAuthorizations))
	rest.Register(api, rest.Operation{
		ID: "ShowPartnerAuthorization", Method: http.MethodGet, Path: one,
		Summary: "Show a partner's request for authorization, and how it stands", Allow: reads,
	}, function.Lazily(env, New, (*Service).showOwnAuthorization))
	rest.Register(api, rest.Operation{
		ID: "AgreePartnerAuthorization", Method: http.MethodPost, Path: one + "/agree", Status: http.StatusNoContent,
		Summary: "Authorize the partner to act on the customer's behalf", Allow: decides,
	}, function.Lazily(env, New, (*Service).agreeAuthorization))
	rest.Register(api, rest.Operation{
		ID: "RejectPartnerAuthorization", Method: http.MethodPost, Path: one + "/reject", Status: http.StatusNoContent,
		Summary: "Reject a partner's request for authorization", Allow: decides,
	}, function.Lazily(env, New, (*Service).rejectAuthorization))
	rest.Register(api, rest.Operation{
		ID: "RevokePartnerAuthorization", Method: http.MethodPost, Path: one + "/revoke", Status: http.StatusNoContent,
		Summary: "Revoke the partner's authorization, from now on", Allow: decides,
	}, function.Lazily(env, New, (*Service).revokeAuthorization))
}

// OwnAuthorizationPath names an authorization of the calling customer. It is exported for the schema of the operations alone.
type OwnAuthorizationPath struct {
	AuthorizationID string `path:"authorization_id" maxLength:"64"`
}

// own reads the calling customer and what its partner has asked it to authorize. A customer without either has a zero one.
func (s *Service) own(ctx context.Context) (party.Party, Authorization, error) {
	c, err := party.Get(ctx, s.Table, rest.Caller(ctx).Party)
	if err != nil || c.Partner == "" {
		return c, Authorization{}, err
	}
	a, err := s.Authorization(ctx, c.Partner, c.ID)
	return c, a, err
}

// ownOf is own for the authorization of an id. Error: ErrMissing, also for one of a former partner.
func (s *Service) ownOf(ctx context.Context, id string) (party.Party, Authorization, error) {
	c, a, err := s.own(ctx)
	if err == nil && (a.Ver == 0 || a.ID != id) {
		err = ErrMissing.Saying("your partner has no authorization %q", id)
	}
	return c, a, err
}

// listOwnAuthorizations lists the newest request of the customer's partner: one at most.
func (s *Service) listOwnAuthorizations(ctx context.Context, _ *struct{}) (*authorizationsOutput, error) {
	_, a, err := s.own(ctx)
	out := &authorizationsOutput{}
	out.Body.Authorizations = []authorizationBody{}
	if err == nil && a.Ver != 0 {
		out.Body.TotalCount, out.Body.Authorizations = 1, append(out.Body.Authorizations, s.showOfAuthorization(a))
	}
	return out, err
}

func (s *Service) showOwnAuthorization(ctx context.Context, in *OwnAuthorizationPath) (*authorizationOutput, error) {
	_, a, err := s.ownOf(ctx, in.AuthorizationID)
	if err != nil {
		return nil, err
	}
	return &authorizationOutput{Body: s.showOfAuthorization(a)}, nil
}

type agreeAuthorizationInput struct {
	OwnAuthorizationPath
	Body struct {
		LetterAccepted bool `json:"letter_accepted" doc:"That the user authorization letter was read and is agreed to"`
	}
}

func (s *Service) agreeAuthorization(ctx context.Context, in *agreeAuthorizationInput) (*struct{}, error) {
	if !in.Body.LetterAccepted {
		return nil, problem.Invalid("letter_accepted", "the user authorization letter has to be read and agreed to")
	}
	return nil, s.decideAuthorization(ctx, in.AuthorizationID, AuthorizationAgrees, "")
}

type rejectAuthorizationInput struct {
	OwnAuthorizationPath
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200"`
	}
}

func (s *Service) rejectAuthorization(ctx context.Context, in *rejectAuthorizationInput) (*struct{}, error) {
	why := strings.TrimSpace(in.Body.Reason)
	if why == "" {
		return nil, problem.Invalid("reason", "a rejection says why")
	}
	return nil, s.decideAuthorization(ctx, in.AuthorizationID, AuthorizationRejects, why)
}

type revokeAuthorizationInput struct {
	OwnAuthorizationPath
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"200"`
	}
}

func (s *Service) revokeAuthorization(ctx context.Context, in *revokeAuthorizationInput) (*struct{}, error) {
	return nil, s.decideAuthorization(ctx, in.AuthorizationID, AuthorizationRevokes, strings.TrimSpace(in.Body.Reason))
}

func (s *Service) decideAuthorization(ctx context.Context, id string, step AuthorizationStep, why string) error {
	return s.once(ctx, 0, func(tx *table.Tx) error {
		c, a, err := s.ownOf(ctx, id)
		if err != nil {
			return err
		}
		return s.answerAuthorization(ctx, tx, c, a, step, why)
	})
}
