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

const requestsPath = "/v2/partners/association-requests"

// associationOperations registers how a partner ends and switches associations, and what the vendor knows to be in the way.
func associationOperations(api *rest.API, env *function.Env) {
	reads, ends := auth.Partners(auth.CustomerRead), auth.Partners(auth.AssociationEnd)
	rest.Register(api, rest.Operation{
		ID: "CheckAssociationRequest", Method: http.MethodPost, Path: requestsPath + "/precheck",
		Summary: "Ask whether a customer's association can be ended or switched; nothing is changed", Allow: reads,
	}, function.Lazily(env, New, (*Service).precheck))
	rest.Register(api, rest.Operation{
		ID: "SimulateAssociationRequest", Method: http.MethodPost, Path: requestsPath + "/simulate",
		Summary: "Show what ending or switching an association would take back, end and leave; nothing is changed", Allow: reads,
	}, function.Lazily(env, New, (*Service).simulate))
	rest.Register(api, rest.Operation{
		ID: "CreateAssociationRequest", Method: http.MethodPost, Path: requestsPath, Status: http.StatusCreated,
		Summary: "Ask a customer to agree that the association ends or is switched", Allow: ends,
	}, function.Lazily(env, New, (*Service).createRequest))
	rest.Register(api, rest.Operation{
		ID: "ListAssociationRecords", Method: http.MethodGet, Path: requestsPath,
		Summary: "List a partner's association operation records, newest first", Allow: reads,
	}, function.Lazily(env, New, (*Service).listRecords))
	rest.Register(api, rest.Operation{
		ID: "ShowAssociationRecord", Method: http.MethodGet, Path: requestsPath + "/{request_id}",
		Summary: "Show an association operation record", Allow: reads,
	}, function.Lazily(env, New, (*Service).showRecord))
	rest.Register(api, rest.Operation{
		ID: "DecideAssociationRequest", Method: http.MethodPost, Path: requestsPath + "/{request_id}/decide",
		Summary: "Agree to a customer's request for disassociation, or reject it", Allow: ends,
	}, function.Lazily(env, New, (*Service).decideRequest))
	rest.Register(api, rest.Operation{
		ID: "WithdrawAssociationRequest", Method: http.MethodPost, Path: requestsPath + "/{request_id}/withdraw", Status: http.StatusNoContent,
		Summary: "Withdraw a request that the customer has not decided on", Allow: ends,
	}, function.Lazily(env, New, (*Service).withdrawRequest))
	rest.Register(api, rest.Operation{
		ID: "ShowCustomerAssociation", Method: http.MethodGet, Path: customersPath + "/{customer_id}/association",
		Summary: "Show a customer's association", Allow: reads,
	}, function.Lazily(env, New, (*Service).showAssociation))
	rest.Register(api, rest.Operation{
		ID: "SetAssociationObstacles", Method: http.MethodPut, Path: "/v2/vendor/customers/{customer_id}/association-obstacles",
		Status: http.StatusNoContent, Summary: "Say what is in the way of a customer's association being ended or switched",
		Allow: auth.Only(auth.Vendor, auth.CustomerRecord),
	}, function.Lazily(env, New, (*Service).setObstacles))
}

// AskBody is what a partner may ask for. It is exported for the schema of the operations alone.
type AskBody struct {
	CustomerID string     `json:"customer_id" minLength:"1" maxLength:"64"`
	Kind       RecordKind `json:"kind" enum:"SWITCH,DISASSOCIATE"`
	TargetType int        `json:"target_type,omitempty" enum:"1,2" doc:"Of SWITCH: 1 referral, 2 resale"`
}

// asked reads the customer of what a partner asks for. Errors: party.ErrUnknown, CBC.0100.
func (s *Service) asked(ctx context.Context, b AskBody) (party.Party, ask, error) {
	caller := rest.Caller(ctx)
	a := ask{Kind: b.Kind, By: PartnerSide, Target: b.TargetType, Admin: administrator(caller) == nil}
	c, err := s.mine(ctx, caller.Party, b.CustomerID)
	switch {
	case err != nil:
		return c, a, err
	case b.Kind == Disassociate && b.TargetType != 0:
		return c, a, problem.Invalid("target_type", "a disassociation leads to no type; leave it out")
	case b.Kind == Switch && b.TargetType == 0:
		return c, a, problem.Invalid("target_type", "a switch leads to a type: 1 referral, 2 resale")
	case b.Kind == Switch && b.TargetType == c.AssociationType:
		return c, a, problem.Invalid("target_type", "the association is of type %d already", b.TargetType)
	}
	return c, a, nil
}

type askInput struct{ Body AskBody }

type precheckOutput struct {
	Body struct {
		Passed         bool         `json:"passed"`
		FailCheckItems []FailedItem `json:"fail_check_items" doc:"Every check that fails"`
	}
}

func (s *Service) precheck(ctx context.Context, in *askInput) (*precheckOutput, error) {
	c, a, err := s.asked(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	return s.checked(ctx, c, a)
}

// checked says whether an ask would be taken now.
func (s *Service) checked(ctx context.Context, c party.Party, a ask) (*precheckOutput, error) {
	is, err := s.associationsOf(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	f, err := s.facts(ctx, c, is, a)
	if err != nil {
		return nil, err
	}
	out := &precheckOutput{}
	out.Body.FailCheckItems = append([]FailedItem{}, failing(f)...)
	out.Body.Passed = len(out.Body.FailCheckItems) == 0
	return out, nil
}

type createRequestInput struct {
	Body struct {
		AskBody
		Reason           string `json:"reason" minLength:"1" maxLength:"500"`
		NoticeAccepted   bool   `json:"notice_accepted" doc:"That the notice of what follows was read and is agreed to"`
		VerificationCode string `json:"verification_code,omitempty" maxLength:"16" doc:"If the partner's sensitive operations need one"`
	}
}

// reasoned refuses blanks for a reason. Error: CBC.0100.
func reasoned(reason string) error {
	if strings.TrimSpace(reason) == "" {
		return problem.Invalid("reason", "say why; blanks are no reason")
	}
	return nil
}

func noticed(accepted bool) error {
	if !accepted {
		return problem.Invalid("notice_accepted", "the notice of what follows has to be read and agreed to")
	}
	return nil
}

func (s *Service) createRequest(ctx context.Context, in *createRequestInput) (*recordOutput, error) {
	caller := rest.Caller(ctx)
	if err := administrator(caller); err != nil {
		return nil, err
	}
	if err := noticed(in.Body.NoticeAccepted); err != nil {
		return nil, err
	}
	if err := reasoned(in.Body.Reason); err != nil {
		return nil, err
	}
	id, err := s.made(ctx, func(tx *table.Tx) (string, error) {
		c, a, err := s.asked(ctx, in.Body.AskBody)
		if err != nil {
			return "", err
		}
		a.Reason, a.Code = in.Body.Reason, in.Body.VerificationCode
		return s.submitRequest(ctx, tx, c, a)
	})
	if err != nil {
		return nil, err
	}
	r, err := s.record(ctx, caller.Party, id)
	return s.shownRecord(r), err
}

// RequestPath names a request. It is exported for the schema of the operations alone.
type RequestPath struct {
	RequestID string `path:"request_id" maxLength:"64"`
}

// DecisionBody is how a side decides on the other's request. It is exported for the schema of the operations alone.
type DecisionBody struct {
	Decision         string `json:"decision" enum:"AGREE,REJECT"`
	Reason           string `json:"reason,omitempty" maxLength:"500" doc:"Of a rejection"`
	NoticeAccepted   bool   `json:"notice_accepted,omitempty" doc:"Of an agreement: that the notice of what follows was read and is agreed to"`
	VerificationCode string `json:"verification_code,omitempty" maxLength:"16" doc:"If the party's sensitive operations need one"`
}

// verdict reads a decision of a side. Error: CBC.0100.
func (b DecisionBody) verdict(by Side) (verdict, error) {
	v := verdict{By: by, Agrees: b.Decision == "AGREE", Why: b.Reason, Code: b.VerificationCode}
	if v.Agrees {
		return v, noticed(b.NoticeAccepted)
	}
	return v, reasoned(b.Reason)
}

type decideRequestInput struct {
	RequestPath
	Body DecisionBody
}

func (s *Service) decideRequest(ctx context.Context, in *decideRequestInput) (*recordOutput, error) {
	partner := rest.Caller(ctx).Party
	return s.decided(ctx, PartnerSide, in.Body, func() (Record, error) { return s.record(ctx, partner, in.RequestID) })
}

// decided lets the calling side decide on a request, and shows it. Once the request is found it is read by its key: the index may lag behind.
func (s *Service) decided(ctx context.Context, by Side, b DecisionBody, read func() (Record, error)) (*recordOutput, error) {
	if err := administrator(rest.Caller(ctx)); err != nil {
		return nil, err
	}
	v, err := b.verdict(by)
	if err != nil {
		return nil, err
	}
	found, err := read()
	if err != nil {
		return nil, err
	}
	err = s.once(ctx, 0, func(tx *table.Tx) error {
		r, err := s.record(ctx, found.Partner, found.ID)
		if err != nil {
			return err
		}
		return s.answer(ctx, tx, r, v)
	})
	if err != nil {
		return nil, err
	}
	r, err := s.record(ctx, found.Partner, found.ID)
	return s.shownRecord(r), err
}

func (s *Service) withdrawRequest(ctx context.Context, in *RequestPath) (*struct{}, error) {
	partner := rest.Caller(ctx).Party
	return nil, s.withdrawn(ctx, PartnerSide, func() (Record, error) { return s.record(ctx, partner, in.RequestID) })
}

// withdrawn lets the calling side take its request back.
func (s *Service) withdrawn(ctx context.Context, by Side, read func() (Record, error)) error {
	if err := administrator(rest.Caller(ctx)); err != nil {
		return err
	}
	return s.once(ctx, 0, func(tx *table.Tx) error {
		r, err := read()
		if err != nil {
			return err
		}
		return s.withdraw(ctx, tx, r, by)
	})
}
