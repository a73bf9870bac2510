package customer

import (
	"context"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// sensitiveOperations registers how partners and customers protect their sensitive operations by codes.
func sensitiveOperations(api *rest.API, env *function.Env) {
	const path = "/v2/iam/sensitive-operations"
	by := func(item auth.Permission) auth.Allow { return auth.Partners(item).Or(auth.Customer, item) }
	rest.Register(api, rest.Operation{
		ID: "ShowSensitiveOperations", Method: http.MethodGet, Path: path,
		Summary: "Show whether the party's sensitive operations need a verification code", Allow: by(auth.SensitiveUse),
	}, function.Lazily(env, New, (*Service).showSensitive))
	rest.Register(api, rest.Operation{
		ID: "SetSensitiveOperations", Method: http.MethodPut, Path: path, Status: http.StatusNoContent,
		Summary: "Let the party's sensitive operations need a verification code, or not; to end it needs one", Allow: by(auth.SensitiveManage),
	}, function.Lazily(env, New, (*Service).setSensitive))
	rest.Register(api, rest.Operation{
		ID: "SendSensitiveOperationCode", Method: http.MethodPost, Path: path + "/verification-code", Status: http.StatusNoContent,
		Summary: "Send the verification code of a sensitive operation to the party's phone number, else to its mail address", Allow: by(auth.SensitiveUse),
	}, function.Lazily(env, New, (*Service).sendSensitive))
}

type sensitiveOutput struct {
	Body struct {
		CodeRequired bool `json:"code_required"`
	}
}

func (s *Service) showSensitive(ctx context.Context, _ *struct{}) (*sensitiveOutput, error) {
	is, err := party.SensitiveOf(ctx, s.Table, rest.Caller(ctx).Party)
	out := &sensitiveOutput{}
	out.Body.CodeRequired = is.Required
	return out, err
}

type setSensitiveInput struct {
	Body struct {
		CodeRequired     bool   `json:"code_required"`
		VerificationCode string `json:"verification_code,omitempty" maxLength:"16" doc:"To end that codes are required"`
	}
}

func (s *Service) setSensitive(ctx context.Context, in *setSensitiveInput) (*struct{}, error) {
	id := rest.Caller(ctx).Party
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		is, err := party.SensitiveOf(ctx, s.Table, id)
		if err != nil || is.Required == in.Body.CodeRequired {
			return err
		}
		if in.Body.CodeRequired {
			if err := s.reached(ctx, id); err != nil {
				return err
			}
		}
		if err := party.Proven(ctx, s.Codes(), tx, id, in.Body.VerificationCode); err != nil {
			return err
		}
		is.Require(tx, id, in.Body.CodeRequired)
		what := map[bool]string{true: "a code is required", false: "a code is not required"}[in.Body.CodeRequired]
		s.audit(ctx, tx, event.Event{Type: EventSensitiveSet, Owner: string(id), Subject: string(id), Why: what})
		return nil
	})
}

// reached refuses a party that no code reaches: it could never end that one is required. Error: ErrState.
func (s *Service) reached(ctx context.Context, id auth.PartyID) error {
	request, err := party.SensitiveCode(ctx, s.Table, id)
	if err == nil && request.To.Mobile == "" && request.To.Email == "" {
		err = ErrState.Saying("no code would arrive: the party has no phone number and no mail address; add one first")
	}
	return err
}

// sendSensitive sends the calling party a code.
func (s *Service) sendSensitive(ctx context.Context, _ *struct{}) (*struct{}, error) {
	request, err := party.SensitiveCode(ctx, s.Table, rest.Caller(ctx).Party)
	if err != nil {
		return nil, err
	}
	return nil, s.Codes().Send(ctx, request)
}
