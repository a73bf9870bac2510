package renewaltask

import (
	"context"
	"errors"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// TaskPath names a task. It is exported for the schema of the operations alone.
type TaskPath struct {
	TaskID            string `path:"task_id" maxLength:"80"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: the reseller whose customer's task it is"`
}

// lineBody is a line of a task on the wire.
type lineBody struct {
	ResourceID      string      `json:"resource_id"`
	ResourceName    string      `json:"resource_name,omitempty"`
	ProductID       string      `json:"product_id"`
	ServiceTypeCode string      `json:"service_type_code"`
	ExpireDate      string      `json:"expire_date"`
	PaidAmount      rest.Amount `json:"paid_amount"`
}

// recordBody is a handling record on the wire.
type recordBody struct {
	ContactResult Contact      `json:"contact_result" enum:"REACHED,UNREACHABLE,CALL_BACK"`
	Intention     Intention    `json:"intention" enum:"YES,NO,UNSURE"`
	Reason        string       `json:"reason,omitempty"`
	ExpectedDate  string       `json:"expected_date,omitempty"`
	Remark        string       `json:"remark,omitempty"`
	HandledBy     string       `json:"handled_by"`
	HandledAt     rest.Instant `json:"handled_at"`
}

type renewalTaskOutput struct {
	Body struct {
		TaskBody
		Lines   []lineBody   `json:"lines"`
		Records []recordBody `json:"records" doc:"The newest first"`
	}
}

// mine reads a task that the caller sees, and its customer. Any other looks like one that does not exist.
// Errors: ErrMissing, party.ErrNotMine.
func (s *Service) mine(ctx context.Context, at TaskPath) (Task, party.Party, error) {
	caller := rest.Caller(ctx)
	partner, err := party.ActingFor(ctx, s.Table, caller, auth.PartyID(at.IndirectPartnerID))
	if err != nil {
		return Task{}, party.Party{}, err
	}
	t, err := s.task(ctx, partner, ID(at.TaskID))
	if err != nil {
		return t, party.Party{}, err
	}
	customer, sees, err := party.NewScope(s.Table, party.ReaderOf(caller)).Sees(ctx, t.Partner, t.Customer)
	if err == nil && !sees {
		err = ErrMissing.Saying("you have no renewal task %q", at.TaskID).In("task_id")
	}
	return t, customer, err
}

// show shows a task with its lines and its history.
func (s *Service) show(ctx context.Context, in *TaskPath) (*renewalTaskOutput, error) {
	t, customer, err := s.mine(ctx, *in)
	if err != nil {
		return nil, err
	}
	out := &renewalTaskOutput{}
	out.Body.TaskBody, out.Body.Lines, out.Body.Records = s.body(t.Row, customer), []lineBody{}, []recordBody{}
	for _, l := range t.Lines {
		out.Body.Lines = append(out.Body.Lines, lineBody{
			ResourceID: string(l.Resource), ResourceName: l.Name, ProductID: l.Product, ServiceTypeCode: l.Service, ExpireDate: l.Expiry.String(),
			PaidAmount: rest.Amount(l.Paid),
		})
	}
	history := table.Query{PK: t.PK, Prefix: recordPrefix(t.Row), Descending: true, Strong: true}
	for r, err := range table.All[Record](ctx, s.Table, history) {
		if err != nil {
			return nil, err
		}
		out.Body.Records = append(out.Body.Records, recordBody{
			ContactResult: r.Contact, Intention: r.Intention, Reason: r.Reason, ExpectedDate: r.Expected.String(), Remark: r.Remark,
			HandledBy: r.By, HandledAt: rest.Instant(r.At),
		})
	}
	return out, nil
}

type handleRenewalInput struct {
	TaskPath
	Body struct {
		ContactResult string `json:"contact_result" enum:"REACHED,UNREACHABLE,CALL_BACK"`
		Intention     string `json:"intention" enum:"YES,NO,UNSURE" doc:"Whether the customer will renew"`
		Reason        string `json:"reason,omitempty" enum:"BUDGET,REPLACED,PROJECT_ENDED,MIGRATED,PRICE,OTHER" doc:"Why not; with the intention NO alone"`
		ExpectedDate  string `json:"expected_date,omitempty" maxLength:"10" doc:"Beijing date on which the customer is expected to renew"`
		Remark        string `json:"remark,omitempty" maxLength:"500"`
	}
}

// handle records how a task was handled, and makes one that was to do one in progress. Errors: ErrReseller, ErrMissing, ErrState, CBC.0100.
func (s *Service) handle(ctx context.Context, in *handleRenewalInput) (*renewalTaskOutput, error) {
	caller := rest.Caller(ctx)
	if caller.Kind == auth.Reseller {
		return nil, ErrReseller
	}
	expected, err := dateIn("expected_date", in.Body.ExpectedDate)
	if err != nil {
		return nil, err
	}
	r := Record{
		Contact: Contact(in.Body.ContactResult), Intention: Intention(in.Body.Intention), Reason: in.Body.Reason, Expected: expected,
		Remark: in.Body.Remark, By: caller.Masked(), At: s.Clock.Now(),
	}
	if err := r.Check(r.At); err != nil {
		return nil, err
	}
	claim := rest.ClaimOf(ctx)
	_, _, err = claim.Once(ctx, s.Table, func() (string, error) {
		return in.TaskID, table.Retry(ctx, func() error { return s.record(ctx, in.TaskPath, r, claim) })
	})
	if err != nil {
		return nil, err
	}
	return s.show(ctx, &in.TaskPath)
}

// record is the effect of handle.
func (s *Service) record(ctx context.Context, at TaskPath, r Record, claim rest.Claim) error {
	t, _, err := s.mine(ctx, at)
	if err != nil {
		return err
	}
	next := t
	if next.State, err = t.State.After(Handle); err != nil {
		return err
	}
	next.Records++
	next.Intention, next.Handled = r.Intention, r.At
	list(&next)
	r.N = next.Records
	key := recordKey(t.Row, r.N)
	r.PK, r.SK = key.PK, key.SK
	tx := table.NewTx()
	tx.Replace(&t, &next)
	tx.Create(&r)
	event.Append(tx, next.told(EventHandled, r.By, r.At, map[string]string{"contact": string(r.Contact), "intention": string(r.Intention)}))
	claim.Put(tx, 0, at.TaskID)
	return s.Table.Commit(ctx, tx)
}

type renewalEnrolInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
}

// enrol enrols a partner that was there before its creation was heard of. Error: party.ErrUnknown, also for parties that have no customers.
func (s *Service) enrol(ctx context.Context, in *renewalEnrolInput) (*struct{}, error) {
	unknown := party.ErrUnknown.Saying("there is no partner %q", in.PartnerID).In("partner_id")
	if !table.IsID(in.PartnerID) {
		return nil, unknown
	}
	id := auth.PartyID(in.PartnerID)
	if err := s.Enrol(ctx, id, rest.Caller(ctx).Masked()); err != nil {
		return nil, err
	}
	var g Generation
	err := s.Table.Get(ctx, generationKey(id), &g)
	if errors.Is(err, table.ErrNotFound) {
		return nil, unknown
	}
	return nil, err
}
