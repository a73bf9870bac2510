package renewaltask

import (
	"context"
	"encoding/json"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

// TaskFilter is what tasks are asked for by. It is exported for the schema of the operations alone.
type TaskFilter struct {
	Tab               string `query:"tab" enum:"OWN,RESELLERS" doc:"For distributors: its own customers' tasks, or its RESELLERS'; OWN when absent"`
	State             string `query:"state" enum:"TODO,IN_PROGRESS,COMPLETED,TERMINATED,ALL" doc:"TODO when absent"`
	Renewed           string `query:"renewed" enum:"true,false" doc:"Whether at least 60 percent of the amount is renewed"`
	Overdue           string `query:"overdue" enum:"true,false" doc:"Whether the order expired while there is something to do"`
	ExpireDateBegin   string `query:"expire_date_begin" maxLength:"10" doc:"Beijing date such as 2026-12-01, included; at most 12 months before the end"`
	ExpireDateEnd     string `query:"expire_date_end" maxLength:"10" doc:"Beijing date such as 2026-12-31, included"`
	CustomerID        string `query:"customer_id" maxLength:"64"`
	CustomerName      string `query:"customer_name" maxLength:"128" doc:"A part of the name"`
	OrderID           string `query:"order_id" maxLength:"64"`
	Product           string `query:"product" maxLength:"64" doc:"A product's id or a service type code"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: one reseller's customers' tasks"`
}

const allStates = "ALL"

// filter reads the filter. Error: CBC.0100.
func (t TaskFilter) filter(today calendar.Date) (Filter, error) {
	f := Filter{
		Tab: Tab(t.Tab), States: []State{State(t.State)}, Renewed: asked(t.Renewed), Overdue: asked(t.Overdue),
		Customer: auth.PartyID(t.CustomerID), Name: t.CustomerName, Order: subscription.OrderID(t.OrderID), Product: t.Product,
		Reseller: auth.PartyID(t.IndirectPartnerID),
	}
	switch t.State {
	case "":
		f.States = []State{ToDo}
	case allStates:
		f.States = States()
	}
	switch {
	case f.Reseller != "" && f.Tab == Own:
		return f, problem.Invalid("indirect_partner_id", "the tab OWN has no reseller's tasks; name the tab RESELLERS")
	case f.Reseller != "":
		f.Tab = Resellers
	case f.Tab == "":
		f.Tab = Own
	}
	var err error
	if f.From, err = dateIn("expire_date_begin", t.ExpireDateBegin); err != nil {
		return f, err
	}
	if f.To, err = dateIn("expire_date_end", t.ExpireDateEnd); err != nil {
		return f, err
	}
	return f.bounded(today)
}

// asked reads a filter of two values; absent is nil.
func asked(value string) *bool {
	if value == "" {
		return nil
	}
	yes := value == "true"
	return &yes
}

// dateIn reads a date; empty is none. Error: CBC.0100.
func dateIn(field, value string) (calendar.Date, error) {
	if value == "" {
		return calendar.Date{}, nil
	}
	day, err := calendar.ParseDate(value)
	if err != nil {
		return day, problem.Invalid(field, "%v", err)
	}
	return day, nil
}

// mayAsk refuses tabs and resellers that are not the caller's. Errors: CBC.0155, party.ErrNotMine.
func (s *Service) mayAsk(ctx context.Context, f Filter) error {
	caller := rest.Caller(ctx)
	if _, err := party.ActingFor(ctx, s.Table, caller, f.Reseller); err != nil {
		return err
	}
	if f.Tab == Resellers && caller.Kind != auth.Distributor {
		return problem.Denied("a %s has no resellers; the tab RESELLERS is a distributor's", caller.Kind)
	}
	return nil
}

type renewalTasksInput struct {
	rest.QueryPaging
	TaskFilter
}

// TaskBody is a task on the wire. It is exported for the schema of the operations alone.
type TaskBody struct {
	TaskID            string        `json:"task_id"`
	OrderID           string        `json:"order_id"`
	CustomerID        string        `json:"customer_id"`
	CustomerName      string        `json:"customer_name"`
	IndirectPartnerID string        `json:"indirect_partner_id,omitempty" doc:"The reseller whose customer it is"`
	Month             string        `json:"month"`
	State             State         `json:"state" enum:"TODO,IN_PROGRESS,COMPLETED,TERMINATED"`
	Ending            Ending        `json:"ending,omitempty" enum:"RENEWED,RESOURCES_ENDED,CUSTOMER_LEFT,DECLINED,LAPSED"`
	ExpireDate        string        `json:"expire_date" doc:"Beijing: of the line that expires first"`
	Overdue           bool          `json:"overdue"`
	Renewed           bool          `json:"renewed" doc:"Whether at least 60 percent of the amount is renewed"`
	ExpiringAmount    rest.Amount   `json:"expiring_amount" doc:"Paid for what expires in the month"`
	RenewedAmount     rest.Amount   `json:"renewed_amount" doc:"Paid for the time after that, as of the last daily look"`
	RenewalRate       string        `json:"renewal_rate" doc:"Percent with two decimals, rounded down"`
	ServiceTypeName   string        `json:"service_type_name,omitempty"`
	ServiceTypeCodes  []string      `json:"service_type_codes"`
	Intention         Intention     `json:"intention,omitempty" enum:"YES,NO,UNSURE" doc:"As it was last recorded"`
	HandledAt         *rest.Instant `json:"handled_at,omitempty"`
	CreatedAt         rest.Instant  `json:"created_at"`
}

func (s *Service) body(r Row, customer party.Party) TaskBody {
	b := TaskBody{
		TaskID: string(r.ID()), OrderID: string(r.Order), CustomerID: string(r.Customer), CustomerName: customer.Name, Month: string(r.Month),
		State: r.State, Ending: r.Ending, ExpireDate: r.Expiry.String(), Overdue: r.Overdue(s.Clock.Now()), Renewed: Reached(r.Renewed, r.Expiring),
		ExpiringAmount: rest.Amount(r.Expiring), RenewedAmount: rest.Amount(r.Renewed), RenewalRate: Rate(r.Renewed, r.Expiring),
		ServiceTypeName: r.Service, ServiceTypeCodes: r.Services, Intention: r.Intention, CreatedAt: rest.Instant(r.Created),
	}
	if r.Distributor != "" {
		b.IndirectPartnerID = string(r.Partner)
	}
	if !r.Handled.IsZero() {
		at := rest.Instant(r.Handled)
		b.HandledAt = &at
	}
	return b
}

type renewalTasksOutput struct {
	rest.CountHeader
	Body struct {
		Tasks      []TaskBody `json:"tasks"`
		TotalCount int        `json:"total_count"`
		Marker     string     `json:"marker,omitempty"`
	}
}

// list lists the tasks within the caller's scope.
func (s *Service) list(ctx context.Context, in *renewalTasksInput) (*renewalTasksOutput, error) {
	f, err := in.filter(calendar.DateOf(s.Clock.Now()))
	if err != nil {
		return nil, err
	}
	paging := in.Paging()
	if err := paging.Check(); err != nil {
		return nil, err
	}
	if err := s.mayAsk(ctx, f); err != nil {
		return nil, err
	}
	caller := rest.Caller(ctx)
	query := table.Query{After: paging.Marker, Scope: scopeOf(caller, in.TaskFilter), Page: int32(paging.Size() + 1)}
	page, err := rest.Collect(s.find(ctx, party.NewScope(s.Table, party.ReaderOf(caller)), f, query), paging)
	if err != nil {
		return nil, err
	}
	out := &renewalTasksOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Tasks = page.Total, []TaskBody{}
	for _, one := range page.Items {
		out.Body.Tasks = append(out.Body.Tasks, s.body(one.Row, one.customer))
	}
	if page.More {
		last := page.Items[len(page.Items)-1].Task
		query.PK = last.PK
		if caller.Kind != auth.Reseller {
			query.Index, query.PK = table.Listed, last.G1PK
		}
		out.Body.Marker, err = s.Table.Marker(ctx, query, last)
	}
	return out, err
}

// scopeOf binds a marker to who asked for what.
func scopeOf(caller auth.Principal, f TaskFilter) string {
	filters, err := json.Marshal(f)
	if err != nil {
		panic(err) // a struct of texts
	}
	return "renewal tasks " + caller.Masked() + " " + string(filters)
}
