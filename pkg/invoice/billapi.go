package invoice

import (
	"context"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// bills registers what partners see and do of their bills.
func bills(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListSettlementBills", Method: http.MethodGet, Path: billsPath,
		Summary: "List the calling partner's KooGallery and procurement-involved bills, the latest period first", Allow: auth.Partners(auth.InvoiceRead),
	}, function.Lazily(env, New, (*Service).listBills))
	rest.Register(api, rest.Operation{
		ID: "ExportSettlementBills", Method: http.MethodGet, Path: billsPath + "/export",
		Summary: "Give the calling partner's bills as CSV", Allow: auth.Partners(auth.InvoiceRead), Produces: []string{csvType},
	}, function.Lazily(env, New, (*Service).exportBills))
	rest.Register(api, rest.Operation{
		ID: "ShowSettlementBill", Method: http.MethodGet, Path: billsPath + "/{bill_id}",
		Summary: "Show a bill", Allow: auth.Partners(auth.InvoiceRead),
	}, function.Lazily(env, New, (*Service).showBill))
	rest.Register(api, rest.Operation{
		ID: "ListSettlementBillLines", Method: http.MethodGet, Path: billsPath + "/{bill_id}/lines",
		Summary: "List the trades of a bill", Allow: auth.Partners(auth.InvoiceRead),
	}, function.Lazily(env, New, (*Service).listBillLines))
	rest.Register(api, rest.Operation{
		ID: "ExportSettlementBillLines", Method: http.MethodGet, Path: billsPath + "/{bill_id}/lines/export",
		Summary: "Give the trades of a bill as CSV", Allow: auth.Partners(auth.InvoiceRead), Produces: []string{csvType},
	}, function.Lazily(env, New, (*Service).exportBillLines))
	rest.Register(api, rest.Operation{
		ID: "ConfirmSettlementBill", Method: http.MethodPost, Path: billsPath + "/{bill_id}/confirmation",
		Summary: "Confirm a procurement-involved bill; after five working days it counts as confirmed", Allow: auth.Partners(auth.InvoiceRegister),
	}, function.Lazily(env, New, (*Service).confirmBill))
}

const csvType = "text/csv; charset=utf-8"

// BillFilter is what bills are asked for by. It is exported for the schema of the operations alone.
type BillFilter struct {
	State       string `query:"state" enum:"TO_CONFIRM,TO_COUNTERSIGN,COUNTERSIGNING,COUNTERSIGN_REJECTED,TO_PAYMENT_REQUEST,PAYMENT_REQUEST_FAILED,INVOICE_REVIEW,PAYING,PAY_FAILED,COMPLETED"`
	Source      string `query:"source" enum:"KOOGALLERY,PROCUREMENT"`
	PeriodBegin string `query:"period_begin" maxLength:"7" doc:"A Beijing month such as 2026-11, included"`
	PeriodEnd   string `query:"period_end" maxLength:"7" doc:"Included"`
}

func (f BillFilter) check() error {
	for field, m := range map[string]string{"period_begin": f.PeriodBegin, "period_end": f.PeriodEnd} {
		if m != "" && Month(m).first().IsZero() {
			return problem.Invalid(field, "%q is no month such as 2026-11", m)
		}
	}
	if f.PeriodBegin != "" && f.PeriodEnd != "" && f.PeriodBegin > f.PeriodEnd {
		return problem.Invalid("period_begin", "%s is after period_end %s", f.PeriodBegin, f.PeriodEnd)
	}
	return nil
}

// keeps holds for a bill that is asked for; what is still collected is the vendor's alone.
func (f BillFilter) keeps(r BillRow) bool {
	return r.State != Collecting && (f.State == "" || string(r.State) == f.State) && (f.Source == "" || string(r.Source) == f.Source) &&
		(f.PeriodBegin == "" || string(r.Period) >= f.PeriodBegin) && (f.PeriodEnd == "" || string(r.Period) <= f.PeriodEnd)
}

func (f BillFilter) scope() string {
	return "bills " + f.State + " " + f.Source + " " + f.PeriodBegin + " " + f.PeriodEnd
}

type billsInput struct {
	rest.QueryPaging
	BillFilter
}

// BillBody is a bill on the wire. It is exported for the schema of the operations alone.
type BillBody struct {
	BillID           BillID        `json:"bill_id"`
	PartnerID        string        `json:"partner_id"`
	Source           Source        `json:"source" enum:"KOOGALLERY,PROCUREMENT"`
	Period           Month         `json:"period"`
	State            BillState     `json:"state" enum:"COLLECTING,TO_CONFIRM,TO_COUNTERSIGN,COUNTERSIGNING,COUNTERSIGN_REJECTED,TO_PAYMENT_REQUEST,PAYMENT_REQUEST_FAILED,INVOICE_REVIEW,PAYING,PAY_FAILED,COMPLETED"`
	InvoiceState     ListState     `json:"invoice_state,omitempty" enum:"TO_INVOICE,MAILED,RECEIVED,APPROVED,REJECTED" doc:"Of its invoices, from INVOICE_REVIEW on"`
	LineCount        int           `json:"line_count"`
	Amount           rest.Amount   `json:"amount" doc:"Without tax; 0 until it is out"`
	TaxAmount        rest.Amount   `json:"tax_amount"`
	TotalAmount      rest.Amount   `json:"total_amount"`
	BuyerCode        string        `json:"buyer_code"`
	PaymentRequestID string        `json:"payment_request_id,omitempty"`
	Reason           string        `json:"reason,omitempty" doc:"Of what went wrong last"`
	OutAt            *rest.Instant `json:"out_at,omitempty"`
	CountersignedAt  *rest.Instant `json:"countersigned_at,omitempty"`
	PayBy            string        `json:"pay_by,omitempty" doc:"A Beijing date"`
	PaidAt           *rest.Instant `json:"paid_at,omitempty"`
}

func showBillRow(r BillRow) BillBody {
	return BillBody{
		BillID: r.ID, PartnerID: string(r.Partner), Source: r.Source, Period: r.Period, State: r.State, InvoiceState: r.Invoice, LineCount: r.Count,
		Amount: rest.Amount(r.Net), TaxAmount: rest.Amount(r.Tax), TotalAmount: rest.Amount(r.Gross), BuyerCode: r.Buyer, PaymentRequestID: r.Payable,
		Reason: r.Reason, OutAt: instant(r.Out), CountersignedAt: instant(r.Ended), PayBy: r.PayBy.String(), PaidAt: instant(r.Paid),
	}
}

type billsOutput struct {
	rest.CountHeader
	Body struct {
		Bills      []BillBody `json:"bills"`
		TotalCount int        `json:"total_count"`
		Marker     string     `json:"marker,omitempty"`
	}
}

func (s *Service) billsQuery(ctx context.Context, f BillFilter) table.Query {
	return table.Query{PK: ownerKey(rest.Caller(ctx).Party), Prefix: billPrefix, Descending: true, Scope: f.scope()}
}

func (s *Service) listBills(ctx context.Context, in *billsInput) (*billsOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	page, err := rest.List[Bill](ctx, s.Table, s.billsQuery(ctx, in.BillFilter), in.Paging(), func(b *Bill) bool { return in.keeps(b.BillRow) })
	if err != nil {
		return nil, err
	}
	out := &billsOutput{CountHeader: page.Header()}
	out.Body.Bills, out.Body.TotalCount, out.Body.Marker = []BillBody{}, page.Total, page.Marker
	for _, b := range page.Items {
		out.Body.Bills = append(out.Body.Bills, showBillRow(b.BillRow))
	}
	return out, nil
}

type billInput struct {
	BillID BillID `path:"bill_id" maxLength:"64"`
}

// BillShown is a bill with its invoice lists on the wire. It is exported for the schema of the operations alone.
type BillShown struct {
	BillBody
	ConfirmBy        string   `json:"confirm_by,omitempty" doc:"The Beijing date after which it counts as confirmed"`
	PaymentReference string   `json:"payment_reference,omitempty"`
	ListIDs          []ListID `json:"list_ids" doc:"Of its invoice lists that are issued"`
}

type billOutput struct{ Body BillShown }

// seenBill reads a bill of the calling partner that is out. Error: ErrNoBill.
func (s *Service) seenBill(ctx context.Context, id BillID) (Bill, error) {
	b, err := s.Bill(ctx, rest.Caller(ctx).Party, id)
	if err == nil && b.State == Collecting {
		err = ErrNoBill.Saying("there is no bill %.64q", id).In("bill_id")
	}
	return b, err
}

func (s *Service) showBill(ctx context.Context, in *billInput) (*billOutput, error) {
	b, err := s.seenBill(ctx, in.BillID)
	if err != nil {
		return nil, err
	}
	return s.shownBill(ctx, b)
}

func (s *Service) shownBill(ctx context.Context, b Bill) (*billOutput, error) {
	out := &billOutput{Body: BillShown{BillBody: showBillRow(b.BillRow), PaymentReference: b.Bank, ListIDs: []ListID{}}}
	if b.State == ToConfirm {
		out.Body.ConfirmBy = b.ConfirmBy.String()
	}
	if b.Payable == "" {
		return out, nil
	}
	first, err := s.list(ctx, b.Partner, listID(Payable{Source: b.Source, ID: b.Payable}, 1))
	if err != nil {
		return nil, err
	}
	out.Body.ListIDs, err = s.issuedOf(ctx, first)
	return out, err
}

func (s *Service) confirmBill(ctx context.Context, in *billInput) (*billOutput, error) {
	if err := s.stepBillOnce(ctx, rest.Caller(ctx).Party, in.BillID, Confirm, nil); err != nil {
		return nil, err
	}
	return s.showBill(ctx, in)
}

type billLinesInput struct {
	BillID BillID `path:"bill_id" maxLength:"64"`
	rest.QueryPaging
}

// LineShown is a trade of a bill on the wire. It is exported for the schema of the operations alone.
type LineShown struct {
	LineID     string       `json:"line_id"`
	OrderID    string       `json:"order_id"`
	CustomerID string       `json:"customer_id,omitempty"`
	GoodsName  string       `json:"goods_name"`
	Charging   Charging     `json:"charging_mode" enum:"ONE_TIME,USAGE,TERM"`
	TaxRate    string       `json:"tax_rate"`
	Amount     rest.Amount  `json:"amount" doc:"Without tax"`
	TradeTime  rest.Instant `json:"trade_time"`
}

type billLinesOutput struct {
	rest.CountHeader
	Body struct {
		Lines      []LineShown `json:"lines"`
		TotalCount int         `json:"total_count"`
		Marker     string      `json:"marker,omitempty"`
	}
}

func (s *Service) listBillLines(ctx context.Context, in *billLinesInput) (*billLinesOutput, error) {
	b, err := s.seenBill(ctx, in.BillID)
	if err != nil {
		return nil, err
	}
	q := linesOf(b)
	q.Strong = false
	page, err := rest.List[BillLine](ctx, s.Table, q, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &billLinesOutput{CountHeader: page.Header()}
	out.Body.Lines, out.Body.TotalCount, out.Body.Marker = []LineShown{}, page.Total, page.Marker
	for _, l := range page.Items {
		out.Body.Lines = append(out.Body.Lines, LineShown{
			LineID: l.ID, OrderID: l.Order, CustomerID: l.Customer, GoodsName: l.Goods, Charging: l.Charging, TaxRate: l.Rate.String(),
			Amount: rest.Amount(l.Amount), TradeTime: rest.Instant(l.At),
		})
	}
	return out, nil
}
