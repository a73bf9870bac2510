package customer

import (
	"context"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

const ownRequestsPath = "/v2/customers/association-requests"

// ErrNoPartner: the customer has no partner whom it could leave. ASSUMED code.
var ErrNoPartner = ErrMissing.Saying("you are associated with no partner")

// ownAssociationOperations registers what a customer does with its association: My Account > My Partner (我的伙伴).
func ownAssociationOperations(api *rest.API, env *function.Env) {
	reads, ends := auth.Only(auth.Customer, auth.AssociationRead), auth.Only(auth.Customer, auth.AssociationEnd)
	rest.Register(api, rest.Operation{
		ID: "ShowMyPartner", Method: http.MethodGet, Path: "/v2/customers/partner",
		Summary: "Show the partner that the calling customer is associated with, and the request that waits for an answer", Allow: reads,
	}, function.Lazily(env, New, (*Service).myPartner))
	rest.Register(api, rest.Operation{
		ID: "CheckDisassociationRequest", Method: http.MethodPost, Path: ownRequestsPath + "/precheck",
		Summary: "Ask whether the customer can ask for disassociation; nothing is changed", Allow: reads,
	}, function.Lazily(env, New, (*Service).precheckOwn))
	rest.Register(api, rest.Operation{
		ID: "SimulateDisassociationRequest", Method: http.MethodPost, Path: ownRequestsPath + "/simulate",
		Summary: "Show what a disassociation would take back, end and leave; nothing is changed", Allow: reads,
	}, function.Lazily(env, New, (*Service).simulateOwn))
	rest.Register(api, rest.Operation{
		ID: "CreateDisassociationRequest", Method: http.MethodPost, Path: ownRequestsPath, Status: http.StatusCreated,
		Summary: "Ask the partner to agree that the association ends", Allow: ends,
	}, function.Lazily(env, New, (*Service).createOwn))
	rest.Register(api, rest.Operation{
		ID: "ListMyAssociationRecords", Method: http.MethodGet, Path: ownRequestsPath,
		Summary: "List the customer's association operation records, newest first", Allow: reads,
	}, function.Lazily(env, New, (*Service).listOwn))
	rest.Register(api, rest.Operation{
		ID: "ShowMyAssociationRecord", Method: http.MethodGet, Path: ownRequestsPath + "/{request_id}",
		Summary: "Show an association operation record of the customer", Allow: reads,
	}, function.Lazily(env, New, (*Service).showOwn))
	rest.Register(api, rest.Operation{
		ID: "DecideMyAssociationRequest", Method: http.MethodPost, Path: ownRequestsPath + "/{request_id}/decide",
		Summary: "Agree to the partner's request to end or switch the association, or reject it", Allow: ends,
	}, function.Lazily(env, New, (*Service).decideOwn))
	rest.Register(api, rest.Operation{
		ID: "WithdrawDisassociationRequest", Method: http.MethodPost, Path: ownRequestsPath + "/{request_id}/withdraw", Status: http.StatusNoContent,
		Summary: "Withdraw a request that the partner has not decided on", Allow: ends,
	}, function.Lazily(env, New, (*Service).withdrawOwn))
}

type myPartnerOutput struct {
	Body struct {
		PartnerID       auth.PartyID  `json:"partner_id,omitempty" doc:"Absent for who has none"`
		PartnerName     string        `json:"partner_name,omitempty"`
		AssociationType int           `json:"association_type,omitempty" doc:"1 referral, 2 resale"`
		AssociatedOn    *rest.Instant `json:"associated_on,omitempty"`
		Request         *recordBody   `json:"request,omitempty" doc:"The request that is live"`
	}
}

func (s *Service) myPartner(ctx context.Context, _ *struct{}) (*myPartnerOutput, error) {
	c, err := party.Get(ctx, s.Table, rest.Caller(ctx).Party)
	if err != nil {
		return nil, err
	}
	out := &myPartnerOutput{}
	if out.Body.Request, err = s.liveRequest(ctx, c.ID); err != nil || c.Partner == "" {
		return out, err
	}
	partner, err := party.Get(ctx, s.Table, c.Partner)
	b := &out.Body
	b.PartnerID, b.PartnerName, b.AssociationType, b.AssociatedOn = c.Partner, partner.Name, c.AssociationType, instantOf(c.Profile.Associated)
	return out, err
}

// disassociating reads the calling customer, who asks for disassociation. Error: ErrNoPartner.
func (s *Service) disassociating(ctx context.Context) (party.Party, ask, error) {
	c, err := party.Get(ctx, s.Table, rest.Caller(ctx).Party)
	if err == nil && c.Partner == "" {
		err = ErrNoPartner
	}
	return c, ask{Kind: Disassociate, By: CustomerSide, Admin: true}, err
}

func (s *Service) precheckOwn(ctx context.Context, _ *struct{}) (*precheckOutput, error) {
	c, a, err := s.disassociating(ctx)
	if err != nil {
		return nil, err
	}
	return s.checked(ctx, c, a)
}

type createOwnInput struct {
	Body struct {
		Reason           string `json:"reason" minLength:"1" maxLength:"500"`
		NoticeAccepted   bool   `json:"notice_accepted" doc:"That the notice of what follows was read and is agreed to"`
		VerificationCode string `json:"verification_code,omitempty" maxLength:"16" doc:"If the customer's sensitive operations need one"`
	}
}

func (s *Service) createOwn(ctx context.Context, in *createOwnInput) (*recordOutput, error) {
	if err := noticed(in.Body.NoticeAccepted); err != nil {
		return nil, err
	}
	if err := reasoned(in.Body.Reason); err != nil {
		return nil, err
	}
	id, err := s.made(ctx, func(tx *table.Tx) (string, error) {
		c, a, err := s.disassociating(ctx)
		if err != nil {
			return "", err
		}
		a.Reason, a.Code = in.Body.Reason, in.Body.VerificationCode
		return s.submitRequest(ctx, tx, c, a)
	})
	if err != nil {
		return nil, err
	}
	r, err := s.ownRecord(ctx, id)
	return s.shownRecord(r), err
}

// ownRecord reads a record of the calling customer: its live request, strongly consistent, or any other by the index. Error: ErrMissing.
func (s *Service) ownRecord(ctx context.Context, id string) (Record, error) {
	customer := rest.Caller(ctx).Party
	is, err := s.associationsOf(ctx, customer)
	if err != nil {
		return Record{}, err
	}
	if is.Live == id && id != "" {
		return s.record(ctx, is.With, id)
	}
	if table.IsID(id) {
		for r, err := range table.All[Record](ctx, s.Table, table.Query{Index: table.Listed, PK: recordsOf(customer), From: id, To: id}) {
			if err != nil {
				return Record{}, err
			}
			return s.record(ctx, r.Partner, id)
		}
	}
	return Record{}, ErrMissing.Saying("there is no association request %q", id)
}

func (s *Service) listOwn(ctx context.Context, in *RecordsQuery) (*listRecordsOutput, error) {
	q := table.Query{Index: table.Listed, PK: recordsOf(rest.Caller(ctx).Party)}
	return s.records(ctx, q, *in, "", func(*Record) bool { return true })
}

func (s *Service) showOwn(ctx context.Context, in *RequestPath) (*recordOutput, error) {
	r, err := s.ownRecord(ctx, in.RequestID)
	return s.shownRecord(r), err
}

func (s *Service) decideOwn(ctx context.Context, in *decideRequestInput) (*recordOutput, error) {
	return s.decided(ctx, CustomerSide, in.Body, func() (Record, error) { return s.ownRecord(ctx, in.RequestID) })
}

func (s *Service) withdrawOwn(ctx context.Context, in *RequestPath) (*struct{}, error) {
	return nil, s.withdrawn(ctx, CustomerSide, func() (Record, error) { return s.ownRecord(ctx, in.RequestID) })
}
