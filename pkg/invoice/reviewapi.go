package invoice

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type queueInput struct {
	rest.QueryPaging
	State  string `query:"state" enum:"MAILED,RECEIVED" doc:"RECEIVED when absent: those to decide on"`
	Source string `query:"source" enum:"INCENTIVE,KOOGALLERY,PROCUREMENT"`
}

// waiting is a list in the vendor's queue as the index has it.
type waiting struct {
	table.Head
	Row ListRow `dynamodbav:"row"`
}

func (s *Service) listQueue(ctx context.Context, in *queueInput) (*listsOutput, error) {
	state := ListState(in.State)
	if state == "" {
		state = Received
	}
	partitions := s.months(func(m Month) string { return queueOf(state, m) })
	page, err := rest.ListAll[waiting](ctx, s.Table, partitions, "invoicequeue "+string(state)+" "+in.Source, in.Paging(),
		func(w *waiting) bool { return in.Source == "" || string(w.Row.Source) == in.Source })
	if err != nil {
		return nil, err
	}
	out := &listsOutput{CountHeader: page.Header()}
	out.Body.InvoiceLists, out.Body.TotalCount, out.Body.Marker = []ListBody{}, page.Total, page.Marker
	for _, w := range page.Items {
		out.Body.InvoiceLists = append(out.Body.InvoiceLists, showRow(w.Row))
	}
	return out, nil
}

// months names the partitions of a queue that is kept month by month, the oldest first.
func (s *Service) months(partition func(Month) string) []string {
	this := MonthOf(calendar.DateOf(s.Clock.Now()))
	all := make([]string, 0, queueMonths+1)
	for n := -queueMonths; n <= 0; n++ {
		all = append(all, partition(this.plus(n)))
	}
	return all
}

type numbersInput struct {
	rest.QueryPaging
	BuyerCode string `query:"buyer_code" maxLength:"16" doc:"The issuer; HWC when absent"`
	Year      int    `query:"year" minimum:"2020" maximum:"2100" doc:"Beijing; this one when absent"`
}

type numberedList struct {
	ListNo      string       `json:"list_no"`
	ListID      ListID       `json:"list_id"`
	PartnerID   string       `json:"partner_id"`
	TotalAmount rest.Amount  `json:"total_amount"`
	IssuedAt    rest.Instant `json:"issued_at"`
}

type numbersOutput struct {
	rest.CountHeader
	Body struct {
		InvoiceLists []numberedList `json:"invoice_lists"`
		TotalCount   int            `json:"total_count"`
		Marker       string         `json:"marker,omitempty"`
	}
}

func (s *Service) listNumbers(ctx context.Context, in *numbersInput) (*numbersOutput, error) {
	issuer, year := in.BuyerCode, in.Year
	if issuer == "" {
		issuer = DefaultBuyer
	}
	if year == 0 {
		year = calendar.DateOf(s.Clock.Now()).Year
	}
	q := table.Query{PK: seriesOf(issuer, year), Prefix: numberPrefix, Strong: true, Scope: seriesOf(issuer, year)}
	page, err := rest.List[numbered](ctx, s.Table, q, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &numbersOutput{CountHeader: page.Header()}
	out.Body.InvoiceLists, out.Body.TotalCount, out.Body.Marker = []numberedList{}, page.Total, page.Marker
	for _, n := range page.Items {
		out.Body.InvoiceLists = append(out.Body.InvoiceLists, numberedList{
			ListNo: n.Number, ListID: n.List, PartnerID: string(n.Partner), TotalAmount: rest.Amount(n.Gross), IssuedAt: rest.Instant(n.At),
		})
	}
	return out, nil
}

// PartnerListPath names a list of a partner. It is exported for the schema of the operations alone.
type PartnerListPath struct {
	PartnerID auth.PartyID `path:"partner_id" maxLength:"64"`
	ListID    ListID       `path:"list_id" maxLength:"64"`
}

func (s *Service) showPartnerList(ctx context.Context, in *PartnerListPath) (*listOutput, error) {
	l, err := s.issued(ctx, in.PartnerID, in.ListID)
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, l)
}

// issued reads an issued list of a partner. Error: ErrNoList.
func (s *Service) issued(ctx context.Context, partner auth.PartyID, id ListID) (List, error) {
	l, err := s.list(ctx, partner, id)
	if err == nil && l.State == Draft {
		err = ErrNoList.Saying("the invoice list %s is not issued yet", id).In("list_id")
	}
	return l, err
}

type reviewInput struct {
	PartnerListPath
	Body struct {
		Step   ListEvent `json:"step" enum:"receive,approve,reject"`
		Reason string    `json:"reason,omitempty" maxLength:"256" doc:"Of a rejection"`
	}
}

func (s *Service) reviewInvoices(ctx context.Context, in *reviewInput) (*listOutput, error) {
	if (in.Body.Step == Reject) != (in.Body.Reason != "") {
		return nil, problem.Invalid("reason", "a rejection says why, and nothing else does")
	}
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		l, err := s.issued(ctx, in.PartnerID, in.ListID)
		if err != nil {
			return "", err
		}
		return string(l.ID), s.review(ctx, tx, l, in.Body.Step, in.Body.Reason, now)
	})
	if err != nil {
		return nil, err
	}
	return s.showPartnerList(ctx, &in.PartnerListPath)
}
