package invoice

import (
	"context"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

type listsInput struct {
	rest.QueryPaging
	State            string `query:"state" enum:"TO_INVOICE,REGISTERED,MAILED,RECEIVED,APPROVED,REJECTED"`
	Source           string `query:"source" enum:"INCENTIVE,KOOGALLERY,PROCUREMENT"`
	Period           string `query:"period" maxLength:"7" doc:"A Beijing month such as 2026-11"`
	PaymentRequestID string `query:"payment_request_id" maxLength:"40"`
}

func (in *listsInput) keeps(l *listed) bool {
	r := l.Row
	return (in.State == "" || string(r.State) == in.State) && (in.Source == "" || string(r.Source) == in.Source) &&
		(in.Period == "" || slices.Contains(r.Periods, Month(in.Period))) && (in.PaymentRequestID == "" || r.Payable == in.PaymentRequestID)
}

// listed is a list as the index has it.
type listed struct {
	table.Head
	Row ListRow `dynamodbav:"row"`
}

// ListBody is an invoice list on the wire, as lists show it. It is exported for the schema of the operations alone.
type ListBody struct {
	ListID           ListID        `json:"list_id"`
	ListNo           string        `json:"list_no" doc:"Without gaps by issuer and Beijing year"`
	PartnerID        string        `json:"partner_id"`
	Source           Source        `json:"source" enum:"INCENTIVE,KOOGALLERY,PROCUREMENT"`
	PaymentRequestID string        `json:"payment_request_id"`
	Periods          []Month       `json:"periods"`
	BuyerCode        string        `json:"buyer_code"`
	State            ListState     `json:"state" enum:"DRAFT,TO_INVOICE,REGISTERED,MAILED,RECEIVED,APPROVED,REJECTED"`
	TaxRate          string        `json:"tax_rate" doc:"A share such as 0.06"`
	Amount           rest.Amount   `json:"amount" doc:"Without tax"`
	TaxAmount        rest.Amount   `json:"tax_amount"`
	TotalAmount      rest.Amount   `json:"total_amount" doc:"With tax; what the invoices sum to"`
	Reason           string        `json:"reason,omitempty" doc:"Of the last rejection"`
	CreatedAt        rest.Instant  `json:"created_at"`
	IssuedAt         *rest.Instant `json:"issued_at,omitempty"`
}

func showRow(r ListRow) ListBody {
	return ListBody{
		ListID: r.ID, ListNo: r.Number, PartnerID: string(r.Partner), Source: r.Source, PaymentRequestID: r.Payable, Periods: r.Periods,
		BuyerCode: r.Buyer, State: r.State, TaxRate: r.Rate.String(), Amount: rest.Amount(r.Net), TaxAmount: rest.Amount(r.Tax),
		TotalAmount: rest.Amount(r.Gross), Reason: r.Reason, CreatedAt: rest.Instant(r.Created), IssuedAt: instant(r.IssuedAt),
	}
}

// instant gives a time on the wire, nil for none.
func instant(at time.Time) *rest.Instant {
	if at.IsZero() {
		return nil
	}
	shown := rest.Instant(at)
	return &shown
}

type listsOutput struct {
	rest.CountHeader
	Body struct {
		InvoiceLists []ListBody `json:"invoice_lists"`
		TotalCount   int        `json:"total_count"`
		Marker       string     `json:"marker,omitempty"`
	}
}

func (s *Service) listLists(ctx context.Context, in *listsInput) (*listsOutput, error) {
	if in.Period != "" && Month(in.Period).first().IsZero() {
		return nil, problem.Invalid("period", "%q is no month such as 2026-11", in.Period)
	}
	partner := rest.Caller(ctx).Party
	q := table.Query{
		Index: table.Listed, PK: listsOf(partner), Descending: true,
		Scope: "invoicelists " + in.State + " " + in.Source + " " + in.Period + " " + in.PaymentRequestID,
	}
	page, err := rest.List[listed](ctx, s.Table, q, in.Paging(), in.keeps)
	if err != nil {
		return nil, err
	}
	out := &listsOutput{CountHeader: page.Header()}
	out.Body.InvoiceLists, out.Body.TotalCount, out.Body.Marker = []ListBody{}, page.Total, page.Marker
	for _, l := range page.Items {
		out.Body.InvoiceLists = append(out.Body.InvoiceLists, showRow(l.Row))
	}
	return out, nil
}

type listInput struct {
	ListID ListID `path:"list_id" maxLength:"64"`
}

// LineBody is a line of a list on the wire.
type LineBody struct {
	GoodsName   string      `json:"goods_name"`
	TaxRate     string      `json:"tax_rate"`
	Amount      rest.Amount `json:"amount" doc:"Without tax"`
	TaxAmount   rest.Amount `json:"tax_amount"`
	TotalAmount rest.Amount `json:"total_amount"`
}

// InvoiceShown is a partner's invoice on the wire.
type InvoiceShown struct {
	InvoiceNo   string      `json:"invoice_no"`
	InvoiceCode string      `json:"invoice_code,omitempty"`
	InvoiceType Kind        `json:"invoice_type" enum:"SPECIAL_PAPER,SPECIAL_ELECTRONIC"`
	InvoiceDate string      `json:"invoice_date"`
	Amount      rest.Amount `json:"amount"`
	TaxAmount   rest.Amount `json:"tax_amount"`
	TotalAmount rest.Amount `json:"total_amount"`
}

// ParcelShown is a parcel on the wire.
type ParcelShown struct {
	Carrier    string       `json:"carrier"`
	TrackingNo string       `json:"tracking_no,omitempty"`
	MailedAt   rest.Instant `json:"mailed_at"`
}

// ListShown is an invoice list on the wire, with what it says. It is exported for the schema of the operations alone.
type ListShown struct {
	ListBody
	Buyer    Buyer          `json:"buyer"`
	Seller   Seller         `json:"seller"`
	Lines    []LineBody     `json:"lines"`
	Remark   string         `json:"remark" doc:"What the invoices bear in their remarks"`
	Invoices []InvoiceShown `json:"invoices"`
	Parcels  []ParcelShown  `json:"parcels"`
	PayBy    string         `json:"pay_by,omitempty" doc:"Once they are approved: the Beijing date by which they are paid"`
	PagePath string         `json:"page_path,omitempty" doc:"Below this API's address: the list's page, to read and to print without signing in"`
}

type listOutput struct{ Body ListShown }

func (s *Service) showList(ctx context.Context, in *listInput) (*listOutput, error) {
	caller := rest.Caller(ctx)
	l, err := s.visible(ctx, in.ListID)
	if err != nil {
		return nil, err
	}
	out, err := s.shown(ctx, l)
	if err != nil {
		return nil, err
	}
	p, err := party.Get(ctx, s.Table, caller.Party)
	if err != nil {
		return nil, err
	}
	links := s.Links()
	url, err := links.URL(ctx, LinkTo(caller.Party, l.ID, notify.LocaleOf(p.Locale), s.Clock.Now()))
	out.Body.PagePath = strings.TrimPrefix(url, links.Site)
	return out, err
}

// visible reads a list of the calling partner that is issued. Errors: ErrNoList; ErrHidden, which says why.
func (s *Service) visible(ctx context.Context, id ListID) (List, error) {
	partner := rest.Caller(ctx).Party
	l, err := s.list(ctx, partner, id)
	if err != nil || l.State != Draft {
		return l, err
	}
	why, from, err := s.hidden(ctx, l)
	if err != nil {
		return l, err
	}
	return l, ErrHidden.Saying("the invoice list is not there yet: %s", explain(why, from)).In("list_id")
}

// hidden gives why a draft is not to be seen: something is missing, or it is about to be issued.
func (s *Service) hidden(ctx context.Context, l List) ([]Hidden, time.Time, error) {
	why, from, err := s.obstacles(ctx, l, s.Clock.Now())
	if err == nil && len(why) == 0 {
		why = []Hidden{InPreparation}
	}
	return why, from, err
}

// shown gives an issued list with what it says.
func (s *Service) shown(ctx context.Context, l List) (*listOutput, error) {
	c, err := s.content(ctx, l)
	if err != nil {
		return nil, err
	}
	out := &listOutput{Body: ListShown{
		ListBody: showRow(l.ListRow), Buyer: c.Buyer, Seller: c.Seller, Lines: []LineBody{}, Remark: c.Remark, Invoices: []InvoiceShown{},
		Parcels: []ParcelShown{}, PayBy: l.PayBy.String(),
	}}
	b := &out.Body
	for _, line := range c.Lines {
		b.Lines = append(b.Lines, LineBody{
			GoodsName: line.Goods, TaxRate: line.Rate.String(), Amount: rest.Amount(line.Net), TaxAmount: rest.Amount(line.Tax),
			TotalAmount: rest.Amount(line.Gross),
		})
	}
	for _, i := range l.Invoices {
		b.Invoices = append(b.Invoices, InvoiceShown{
			InvoiceNo: i.Number, InvoiceCode: i.Code, InvoiceType: i.Kind, InvoiceDate: i.Date.String(), Amount: rest.Amount(i.Net),
			TaxAmount: rest.Amount(i.Tax), TotalAmount: rest.Amount(i.Gross),
		})
	}
	for _, p := range l.Parcels {
		b.Parcels = append(b.Parcels, ParcelShown{Carrier: p.Carrier, TrackingNo: p.Number, MailedAt: rest.Instant(p.At)})
	}
	return out, nil
}
