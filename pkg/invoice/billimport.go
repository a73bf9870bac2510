package invoice

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/sheet"
	"partnercenter/pkg/foundation/table"
)

// The columns of a sheet of trades.
var (
	neededColumns = []string{"partner_id", "source", "period", "line_id", "order_id", "goods_name", "amount", "trade_time"}
	otherColumns  = []string{"customer_id", "charging_mode", "tax_rate", "buyer_code"}
)

type importInput struct {
	DryRun  bool   `query:"dry_run" doc:"Judge the rows and write nothing"`
	RawBody []byte `contentType:"text/csv"`
}

type verdict struct {
	Row     int    `json:"row" doc:"The line in the file, the header being 1"`
	LineID  string `json:"line_id,omitempty"`
	Taken   bool   `json:"taken"`
	Problem string `json:"problem,omitempty"`
}

type importOutput struct {
	Body struct {
		Rows     int       `json:"rows"`
		Taken    int       `json:"taken" doc:"Posted now or earlier"`
		Refused  int       `json:"refused"`
		Verdicts []verdict `json:"verdicts"`
	}
}

// parcelOfLines is some rows of one bill, which go into one transaction.
type parcelOfLines struct {
	bill  Bill
	lines []BillLine
	rows  []int // their verdicts
}

// importLines posts the rows of a sheet, bill by bill. A row that is refused leaves the others alone; to import a sheet again posts what is missing.
// Error: CBC.0100 for a sheet that can't be read or is too long.
func (s *Service) importLines(ctx context.Context, in *importInput) (*importOutput, error) {
	rows, err := sheet.Read(in.RawBody, neededColumns, otherColumns)
	if err != nil {
		return nil, err
	}
	out := &importOutput{}
	b := &out.Body
	var parcels []*parcelOfLines
	for row, err := range rows {
		v := verdict{Row: row.Line}
		if b.Rows++; b.Rows > mostImported {
			return nil, problem.Invalid("body", "the sheet has more than %d rows; split it", mostImported)
		}
		if err == nil {
			v.LineID = row.Get("line_id")
			err = s.sort(ctx, &parcels, row, len(b.Verdicts))
		}
		if err := v.say(err); err != nil {
			return nil, err
		}
		b.Verdicts = append(b.Verdicts, v)
	}
	for _, p := range parcels {
		if err := s.postParcel(ctx, p, in.DryRun, b.Verdicts); err != nil {
			return nil, err
		}
	}
	for _, v := range b.Verdicts {
		if v.Taken {
			b.Taken++
		} else {
			b.Refused++
		}
	}
	return out, nil
}

// say puts a refusal into the verdict; any other error is not the row's.
func (v *verdict) say(err error) error {
	if err == nil {
		return nil
	}
	refusal, ok := problem.As(err)
	if !ok {
		return err
	}
	v.Taken, v.Problem = false, refusal.Public()
	return nil
}

// sort reads a row into the parcel that it belongs to.
func (s *Service) sort(ctx context.Context, parcels *[]*parcelOfLines, row sheet.Row, at int) error {
	b := Bill{BillRow: BillRow{
		Partner: auth.PartyID(row.Get("partner_id")), Source: Source(row.Get("source")), Period: Month(row.Get("period")), Buyer: row.Get("buyer_code"),
	}}
	if err := s.begin(ctx, &b); err != nil {
		return err
	}
	l, err := lineOf(row, b.Period)
	if err != nil {
		return err
	}
	var mine *parcelOfLines
	for _, p := range *parcels {
		if p.bill.Partner != b.Partner || p.bill.ID != b.ID {
			continue
		}
		for _, there := range p.lines {
			if there.ID == l.ID {
				return problem.Invalid("line_id", "line %s is there twice", l.ID)
			}
		}
		if len(p.lines) < mostPosted {
			mine = p
		}
	}
	if mine == nil {
		mine = &parcelOfLines{bill: b}
		*parcels = append(*parcels, mine)
	}
	mine.lines, mine.rows = append(mine.lines, l), append(mine.rows, at)
	return nil
}

// lineOf reads a row. Error: CBC.0100.
func lineOf(row sheet.Row, m Month) (BillLine, error) {
	posted := postedLine{
		LineID: row.Get("line_id"), OrderID: row.Get("order_id"), CustomerID: row.Get("customer_id"), GoodsName: row.Get("goods_name"),
		Charging: Charging(row.Get("charging_mode")), TaxRate: row.Get("tax_rate"),
	}
	for column, id := range map[string]string{"line_id": posted.LineID, "order_id": posted.OrderID} {
		if !table.IsID(id) {
			return BillLine{}, problem.Invalid(column, "%.70q is not 1 to 64 letters, digits, dots, underscores, colons or hyphens", id)
		}
	}
	if posted.CustomerID != "" && !table.IsID(posted.CustomerID) {
		return BillLine{}, problem.Invalid("customer_id", "%.70q is no id", posted.CustomerID)
	}
	if c := posted.Charging; c != "" && c != OneTime && c != Usage && c != Term {
		return BillLine{}, problem.Invalid("charging_mode", "%.20q is not ONE_TIME, USAGE or TERM", c)
	}
	amount, err := money.Parse(row.Get("amount"))
	if err != nil {
		return BillLine{}, problem.Invalid("amount", "%v", err)
	}
	at, err := time.Parse(time.RFC3339, row.Get("trade_time"))
	if err != nil {
		return BillLine{}, problem.Invalid("trade_time", "%.40q is not a time such as 2026-11-30T15:59:59Z", row.Get("trade_time"))
	}
	posted.Amount, posted.TradeTime = rest.Amount(amount), rest.Instant(at.UTC())
	return posted.line(m)
}

// postParcel posts some rows of a bill, and writes their verdicts. When a row keeps all of them from being posted together, each is posted by itself.
func (s *Service) postParcel(ctx context.Context, p *parcelOfLines, dry bool, verdicts []verdict) error {
	err := s.postLines(ctx, p, dry)
	if errors.Is(err, problem.Invalid("lines", "")) && len(p.lines) > 1 {
		for n := range p.lines {
			if err := s.postParcel(ctx, &parcelOfLines{bill: p.bill, lines: p.lines[n : n+1], rows: p.rows[n : n+1]}, dry, verdicts); err != nil {
				return err
			}
		}
		return nil
	}
	for _, at := range p.rows {
		verdicts[at].Taken = true
		if err := verdicts[at].say(err); err != nil {
			return err
		}
	}
	return nil
}

// postLines posts some rows of a bill, all of them or none. Errors: as post; rest.ErrTryAgain.
func (s *Service) postLines(ctx context.Context, p *parcelOfLines, dry bool) error {
	return rest.Persist(ctx, func() error {
		tx := table.NewTx()
		err := s.post(ctx, tx, p.bill, p.lines, s.Clock.Now())
		if err != nil || dry || tx.Len() == 0 {
			return err
		}
		return s.Table.Commit(ctx, tx)
	})
}
