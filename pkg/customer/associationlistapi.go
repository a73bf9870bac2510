package customer

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// recordBody is one association operation record.
type recordBody struct {
	RequestID       string        `json:"request_id"`
	Kind            RecordKind    `json:"kind" enum:"ASSOCIATE,SWITCH,DISASSOCIATE"`
	State           RequestState  `json:"state" enum:"pending,executing,rejected,withdrawn,expired,done,failed"`
	Initiator       Side          `json:"initiator" enum:"PARTNER,CUSTOMER"`
	PartnerID       auth.PartyID  `json:"partner_id"`
	CustomerID      auth.PartyID  `json:"customer_id"`
	CustomerName    string        `json:"customer_name"`
	AssociationType int           `json:"association_type" doc:"1 referral, 2 resale; before a switch"`
	TargetType      int           `json:"target_type,omitempty" doc:"Of a switch"`
	Reason          string        `json:"reason,omitempty"`
	CreatedAt       rest.Instant  `json:"created_at"`
	ExpiresAt       *rest.Instant `json:"expires_at,omitempty" doc:"When a request expires that nobody has answered"`
	DecidedAt       *rest.Instant `json:"decided_at,omitempty"`
	DecisionReason  string        `json:"decision_reason,omitempty"`
	EndedAt         *rest.Instant `json:"ended_at,omitempty"`
	ReclaimedAmount *rest.Amount  `json:"reclaimed_amount,omitempty" doc:"Yuan of the customer's balance that went back to the partner"`
	FailCheckItems  []FailedItem  `json:"fail_check_items,omitempty" doc:"Of one that failed: every check that did"`
}

type recordOutput struct{ Body recordBody }

func (s *Service) shownRecord(r Record) *recordOutput {
	return &recordOutput{Body: s.showRow(r.RecordRow)}
}

func (s *Service) showRow(r RecordRow) recordBody {
	b := recordBody{
		RequestID: r.ID, Kind: r.Kind, State: r.StateAt(s.Clock.Now()), Initiator: r.Initiator, PartnerID: r.Partner, CustomerID: r.Customer,
		CustomerName: r.CustomerName, AssociationType: r.Type, TargetType: r.Target, Reason: r.Reason, CreatedAt: rest.Instant(r.Created),
		ExpiresAt: instantOf(r.Until), DecidedAt: instantOf(r.Decided), EndedAt: instantOf(r.Ended), DecisionReason: r.DecidedWhy, FailCheckItems: r.Failed,
	}
	if r.Reclaimed > 0 {
		amount := rest.Amount(r.Reclaimed)
		b.ReclaimedAmount = &amount
	}
	return b
}

// mineRecord reads a record of the calling partner that the caller may see. Error: ErrMissing.
func (s *Service) mineRecord(ctx context.Context, id string) (Record, error) {
	caller := rest.Caller(ctx)
	r, err := s.record(ctx, caller.Party, id)
	if err == nil && !sees(caller, r.Manager) {
		return Record{}, ErrMissing.Saying("there is no association request %q", id)
	}
	return r, err
}

func (s *Service) showRecord(ctx context.Context, in *RequestPath) (*recordOutput, error) {
	r, err := s.mineRecord(ctx, in.RequestID)
	return s.shownRecord(r), err
}

// RecordsQuery is what lists of records take. It is exported for the schema of the operations alone.
type RecordsQuery struct {
	rest.QueryPaging
	Kind  string `query:"kind" enum:"ASSOCIATE,SWITCH,DISASSOCIATE"`
	State string `query:"state" enum:"pending,executing,rejected,withdrawn,expired,done,failed"`
}

type listRecordsInput struct {
	RecordsQuery
	CustomerID string `query:"customer_id" maxLength:"64"`
}

type listRecordsOutput struct {
	rest.CountHeader
	Body struct {
		Records    []recordBody `json:"records"`
		TotalCount int          `json:"total_count"`
		Marker     string       `json:"marker,omitempty"`
	}
}

func (s *Service) listRecords(ctx context.Context, in *listRecordsInput) (*listRecordsOutput, error) {
	caller := rest.Caller(ctx)
	q := table.Query{PK: ownerKey(caller.Party), Prefix: recordPrefix, Strong: true}
	return s.records(ctx, q, in.RecordsQuery, in.CustomerID, func(r *Record) bool { return sees(caller, r.Manager) })
}

// records lists what a query finds of the records that the caller may see and asks for, newest first.
func (s *Service) records(ctx context.Context, q table.Query, in RecordsQuery, customer string, may func(*Record) bool) (*listRecordsOutput, error) {
	now := s.Clock.Now()
	q.Descending, q.Scope = true, "associations "+rest.Caller(ctx).Masked()+" "+in.Kind+" "+in.State+" "+customer
	page, err := rest.List(ctx, s.Table, q, in.Paging(), func(r *Record) bool {
		return may(r) && (in.Kind == "" || in.Kind == string(r.Kind)) && (in.State == "" || in.State == string(r.StateAt(now))) &&
			(customer == "" || customer == string(r.Customer))
	})
	if err != nil {
		return nil, err
	}
	out := &listRecordsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Records = page.Total, page.Marker, []recordBody{}
	for _, r := range page.Items {
		out.Body.Records = append(out.Body.Records, s.showRow(r.RecordRow))
	}
	return out, nil
}

type associationInput struct {
	CustomerID string `path:"customer_id" maxLength:"64"`
}

type associationOutput struct {
	Body struct {
		CustomerID      auth.PartyID  `json:"customer_id"`
		CustomerName    string        `json:"customer_name"`
		AssociationType int           `json:"association_type" doc:"1 referral, 2 resale"`
		AssociatedOn    *rest.Instant `json:"associated_on,omitempty"`
		Label           string        `json:"label,omitempty"`
		AccountManager  auth.UserID   `json:"account_manager,omitempty"`
		Request         *recordBody   `json:"request,omitempty" doc:"The request that is live"`
	}
}

func (s *Service) showAssociation(ctx context.Context, in *associationInput) (*associationOutput, error) {
	c, err := s.mine(ctx, rest.Caller(ctx).Party, in.CustomerID)
	if err != nil {
		return nil, err
	}
	out := &associationOutput{}
	b := &out.Body
	b.CustomerID, b.CustomerName, b.AssociationType, b.Label, b.AccountManager = c.ID, c.Name, c.AssociationType, c.Profile.Label, c.Profile.Manager
	b.AssociatedOn = instantOf(c.Profile.Associated)
	b.Request, err = s.liveRequest(ctx, c.ID)
	return out, err
}

// liveRequest reads a customer's live request, if it has one.
func (s *Service) liveRequest(ctx context.Context, customer auth.PartyID) (*recordBody, error) {
	is, err := s.associationsOf(ctx, customer)
	if err != nil || is.Live == "" {
		return nil, err
	}
	r, err := s.record(ctx, is.With, is.Live)
	b := s.showRow(r.RecordRow)
	return &b, err
}
