package renewaltask

import (
	"context"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Kind is the kind of export that a file of tasks is.
const Kind = "renewal_tasks"

// The parameters of an export: whose scope it has, and the days.
const (
	paramKind     = "kind"
	paramManager  = "manager"
	paramTab      = "tab"
	paramReseller = "reseller"
	paramFrom     = "from"
	paramTo       = "to"
)

// Producer makes files of tasks.
func Producer(env *function.Env) export.Producer { return New(env).file }

type renewalExportInput struct {
	Body struct {
		ExpireDateBegin   string `json:"expire_date_begin" minLength:"10" maxLength:"10" doc:"Beijing date such as 2026-12-01, included"`
		ExpireDateEnd     string `json:"expire_date_end" minLength:"10" maxLength:"10" doc:"Included; at most 12 months after the begin"`
		Tab               string `json:"tab,omitempty" enum:"OWN,RESELLERS" doc:"For distributors: OWN when absent"`
		IndirectPartnerID string `json:"indirect_partner_id,omitempty" maxLength:"64" doc:"For distributors: one reseller's customers' tasks"`
	}
}

// ask asks for a file of all tasks within the caller's scope whose orders expire on some days. Errors: CBC.0100, CBC.0155, party.ErrNotMine.
func ask(x *export.Exports, ctx context.Context, in *renewalExportInput) (*export.Output, error) {
	b := in.Body
	wanted := TaskFilter{
		Tab: b.Tab, State: allStates, ExpireDateBegin: b.ExpireDateBegin, ExpireDateEnd: b.ExpireDateEnd, IndirectPartnerID: b.IndirectPartnerID,
	}
	f, err := wanted.filter(calendar.DateOf(x.Clock.Now()))
	if err != nil {
		return nil, err
	}
	s := &Service{Table: x.Table, Clock: x.Clock}
	if err := s.mayAsk(ctx, f); err != nil {
		return nil, err
	}
	scope := party.ReaderOf(rest.Caller(ctx))
	e, err := x.Ask(ctx, Kind, map[string]string{
		paramKind: string(scope.Kind), paramManager: string(scope.Manager), paramTab: string(f.Tab), paramReseller: string(f.Reseller),
		paramFrom: f.From.String(), paramTo: f.To.String(),
	})
	return &export.Output{Body: export.Show(e)}, err
}

// columns are those of a file of tasks.
var columns = []string{
	"task_id", "order_id", "customer_id", "customer_name", "customer_mobile", "customer_email", "reseller_id", "service_type_name",
	"expire_date", "expiring_amount", "renewed_amount", "renewal_rate", "state", "ending", "overdue", "intention", "handled_at",
}

// file makes the file of an export: whom the scope does not reach any more is not in it. Customers' names, phone numbers and addresses are masked.
// Source: DOMAIN.md 0, "Export tasks".
func (s *Service) file(ctx context.Context, e export.Export) (*export.Sheet, error) {
	p := e.Params
	from, fromErr := calendar.ParseDate(p[paramFrom])
	to, err := calendar.ParseDate(p[paramTo])
	if err != nil || fromErr != nil {
		return nil, problem.Invalid("expire_date_begin", "the days %q to %q are none", p[paramFrom], p[paramTo])
	}
	f := Filter{Tab: Tab(p[paramTab]), States: States(), From: from, To: to, Reseller: auth.PartyID(p[paramReseller])}
	v := party.NewScope(s.Table, party.Reader{Party: e.Owner, Kind: auth.Kind(p[paramKind]), Manager: auth.UserID(p[paramManager])})
	sheet := export.NewSheet(columns...)
	for one, err := range s.find(ctx, v, f, table.Query{}) {
		if err != nil {
			return nil, err
		}
		if err := sheet.Row(s.cells(one.Row, one.customer)...); err != nil {
			return nil, err
		}
	}
	return sheet, nil
}

func (s *Service) cells(r Row, customer party.Party) []string {
	reseller, handled := "", ""
	if r.Distributor != "" {
		reseller = string(r.Partner)
	}
	if !r.Handled.IsZero() {
		handled = r.Handled.UTC().Format(time.RFC3339)
	}
	return []string{
		string(r.ID()), string(r.Order), string(r.Customer), export.MaskName(customer.Name), notify.MaskMobile(customer.Mobile),
		notify.MaskEmail(customer.Email), reseller, r.Service, r.Expiry.String(), r.Expiring.String(), r.Renewed.String(),
		Rate(r.Renewed, r.Expiring), string(r.State), string(r.Ending), strconv.FormatBool(r.Overdue(s.Clock.Now())), string(r.Intention), handled,
	}
}
