package account

import (
	"context"
	"errors"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/sheet"
	"partnercenter/pkg/foundation/table"
)

// arrivals registers the bank's feed.
func arrivals(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ImportRemittances", Method: http.MethodPost, Path: "/v2/vendor/remittances/import", Consumes: "text/csv",
		Summary: "Import the bank's feed, up to 200 rows, and credit what is somebody's",
		Description: "Columns remittance_no, payer_name, amount, currency, arrived_on (a date in Beijing) and, if any, account_no. " +
			"A row that came before changes nothing.",
		Allow: auth.Only(auth.Vendor, auth.TopUpBook),
	}, function.Lazily(env, New, (*Service).importFeed))
	rest.Register(api, rest.Operation{
		ID: "ListUnmatchedRemittances", Method: http.MethodGet, Path: "/v2/vendor/remittances/unmatched",
		Summary: "List what arrived on a day and is nobody's yet",
		Allow:   auth.Only(auth.Vendor, auth.TopUpBook),
	}, function.Lazily(env, New, (*Service).listUnmatched))
}

type feedInput struct {
	RawBody []byte `contentType:"text/csv"`
}

type feedVerdict struct {
	Line         int          `json:"line"`
	RemittanceNo string       `json:"remittance_no,omitempty"`
	Outcome      Outcome      `json:"outcome" enum:"credited,unmatched,known,refused"`
	PartnerID    auth.PartyID `json:"partner_id,omitempty"`
	TransferID   string       `json:"transfer_id,omitempty"`
	ErrorCode    string       `json:"error_code,omitempty"`
	ErrorMsg     string       `json:"error_msg,omitempty"`
}

type feedOutput struct {
	Body struct {
		Rows     int           `json:"rows"`
		Verdicts []feedVerdict `json:"verdicts" doc:"One for each row, in their order"`
	}
}

// importFeed books each row in a transaction of its own. What breaks off is imported again as a whole.
func (s *Service) importFeed(ctx context.Context, in *feedInput) (*feedOutput, error) {
	all, err := sheet.Read(in.RawBody, feedColumns, feedOptional)
	if err != nil {
		return nil, err
	}
	count := 0
	for range all { //nolint:errcheck // the rows' errors are told when they are read again
		if count++; count > feedRows {
			return nil, problem.Invalid("body", "more than %d rows: import them in parts, which may overlap", feedRows)
		}
	}
	if all, err = sheet.Read(in.RawBody, feedColumns, feedOptional); err != nil {
		return nil, err
	}
	out := &feedOutput{}
	out.Body.Rows, out.Body.Verdicts = count, []feedVerdict{}
	for row, err := range all {
		v := feedVerdict{Line: row.Line}
		if err == nil {
			v, err = s.feedRow(ctx, row)
		}
		refusal, refused := problem.As(err)
		if busy := errors.Is(err, table.ErrConflict) || errors.Is(err, table.ErrBusy); refused && !busy {
			v.Outcome, v.ErrorCode, v.ErrorMsg = Declined, refusal.Code, refusal.Public()
		} else if err != nil {
			return nil, err
		}
		out.Body.Verdicts = append(out.Body.Verdicts, v)
	}
	return out, nil
}

func (s *Service) feedRow(ctx context.Context, row sheet.Row) (feedVerdict, error) {
	v := feedVerdict{Line: row.Line}
	a, err := parseArrival(row, calendar.DateOf(s.Clock.Now()))
	if err != nil {
		return v, err
	}
	v.RemittanceNo = a.Number
	a, v.Outcome, err = s.arrive(ctx, a)
	if err == nil {
		v.PartnerID, v.TransferID = a.Partner, a.Transfer
	}
	return v, err
}

type unmatchedInput struct {
	ArrivedOn string `query:"arrived_on" required:"true" maxLength:"10" doc:"A date in Beijing"`
	rest.QueryPaging
}

type unmatchedBody struct {
	RemittanceNo string      `json:"remittance_no"`
	AccountNo    string      `json:"account_no,omitempty"`
	PayerName    string      `json:"payer_name"`
	Amount       rest.Amount `json:"amount"`
	ArrivedOn    string      `json:"arrived_on"`
}

type unmatchedOutput struct {
	rest.CountHeader
	Body struct {
		Remittances []unmatchedBody `json:"remittances"`
		TotalCount  int             `json:"total_count"`
		Marker      string          `json:"marker,omitempty"`
	}
}

func (s *Service) listUnmatched(ctx context.Context, in *unmatchedInput) (*unmatchedOutput, error) {
	on, err := calendar.ParseDate(in.ArrivedOn)
	if err != nil {
		return nil, problem.Invalid("arrived_on", "%.40q is no date such as 2026-12-01", in.ArrivedOn)
	}
	q := table.Query{PK: unmatchedHead(on, "").PK, Strong: true, Scope: "unmatched " + on.String()}
	page, err := rest.List[unmatched](ctx, s.Table, q, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &unmatchedOutput{CountHeader: page.Header()}
	out.Body.Remittances, out.Body.TotalCount, out.Body.Marker = []unmatchedBody{}, page.Total, page.Marker
	for _, u := range page.Items {
		a, err := s.arrival(ctx, u.Number)
		if err != nil {
			return nil, err
		}
		out.Body.Remittances = append(out.Body.Remittances, unmatchedBody{
			RemittanceNo: a.Number, AccountNo: a.Account, PayerName: a.Payer, Amount: rest.Amount(a.Amount), ArrivedOn: a.On.String(),
		})
	}
	return out, nil
}
