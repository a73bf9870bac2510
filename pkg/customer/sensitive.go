package customer

import (
	"context"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/code"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// sensitive says whether a party's sensitive operations need a verification code (验证码验证). Source: DOMAIN.md 0.
type sensitive struct {
	table.Head
	Required bool `dynamodbav:"required"`
}

func sensitiveOperations(api *rest.API, env *function.Env) {
	for _, side := range []struct {
		who, path string
		allow     auth.Allow
	}{
		{"Partner", "/v2/partners/sensitive-operations", partners(auth.AssociationEnd)},
		{"Customer", "/v2/customers/sensitive-operations", auth.Only(auth.Customer, auth.AssociationEnd)},
	} {
		rest.Register(api, rest.Operation{
			ID: "Show" + side.who + "SensitiveOperations", Method: http.MethodGet, Path: side.path,
			Summary: "Show whether sensitive operations need a verification code", Allow: side.allow,
		}, function.Lazily(env, New, (*Service).showSensitive))
		rest.Register(api, rest.Operation{
			ID: "Set" + side.who + "SensitiveOperations", Method: http.MethodPut, Path: side.path, Status: http.StatusNoContent,
			Summary: "Let sensitive operations need a verification code, or not; to end it needs one", Allow: side.allow,
		}, function.Lazily(env, New, (*Service).setSensitive))
		rest.Register(api, rest.Operation{
			ID: "Send" + side.who + "SensitiveOperationCode", Method: http.MethodPost, Path: side.path + "/verification-code",
			Status: http.StatusNoContent, Summary: "Send the verification code of a sensitive operation to the party's phone number, else to its mail address",
			Allow: side.allow,
		}, function.Lazily(env, New, (*Service).sendSensitive))
	}
}

func (s *Service) sensitiveOf(ctx context.Context, id auth.PartyID) (sensitive, error) {
	var is sensitive
	err := s.Table.Get(ctx, sensitiveKey(id), &is)
	if absent(err) {
		return sensitive{}, nil
	}
	return is, err
}

// codeFor gives what a party's codes of sensitive operations are for, and where they go.
func (s *Service) codeFor(ctx context.Context, id auth.PartyID) (purpose string, to notify.Address, err error) {
	p, err := party.Get(ctx, s.Table, id)
	to = notify.Address{Mobile: p.Mobile, Locale: notify.LocaleOf(p.Locale)}
	if to.Mobile == "" {
		to.Email = p.Email
	}
	return "sensitive-" + string(id), to, err
}

// proven appends to tx that a party's verification code is used up, if its sensitive operations need one. Error: CBC.0100 when it is missing; those
// of code.Check.
func (s *Service) proven(ctx context.Context, tx *table.Tx, id auth.PartyID, given string) error {
	is, err := s.sensitiveOf(ctx, id)
	if err != nil || !is.Required {
		return err
	}
	if given == "" {
		return problem.Invalid("verification_code", "sensitive operations need a verification code: let one be sent, and give it")
	}
	purpose, to, err := s.codeFor(ctx, id)
	if err != nil {
		return err
	}
	proof, err := s.Codes().Check(ctx, purpose, to, given)
	if p, refused := problem.As(err); refused {
		return p.In("verification_code")
	}
	if err != nil {
		return err
	}
	proof.Use(tx)
	return nil
}

type sensitiveOutput struct {
	Body struct {
		CodeRequired bool `json:"code_required"`
	}
}

func (s *Service) showSensitive(ctx context.Context, _ *struct{}) (*sensitiveOutput, error) {
	is, err := s.sensitiveOf(ctx, rest.Caller(ctx).Party)
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
	caller := rest.Caller(ctx)
	if err := administrator(caller); err != nil {
		return nil, err
	}
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		old, err := s.sensitiveOf(ctx, caller.Party)
		if err != nil || old.Required == in.Body.CodeRequired {
			return err
		}
		if err := s.proven(ctx, tx, caller.Party, in.Body.VerificationCode); err != nil {
			return err
		}
		next := sensitive{Head: old.Head, Required: in.Body.CodeRequired}
		what := "required"
		if old.Ver == 0 {
			next.Head = headOf(sensitiveKey(caller.Party))
			tx.Create(&next)
		} else {
			tx.Replace(&old, &next)
		}
		if !next.Required {
			what = "not required"
		}
		s.audit(ctx, tx, event.Event{Type: EventSensitiveSet, Owner: string(caller.Party), Subject: string(caller.Party), Why: "a code is " + what})
		return nil
	})
}

// sendSensitive sends the calling party a code.
func (s *Service) sendSensitive(ctx context.Context, _ *struct{}) (*struct{}, error) {
	purpose, to, err := s.codeFor(ctx, rest.Caller(ctx).Party)
	if err != nil {
		return nil, err
	}
	return nil, s.Codes().Send(ctx, code.Request{Purpose: purpose, To: to, Life: code.Life})
}
