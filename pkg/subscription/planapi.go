package subscription

import (
	"context"
	"net/http"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/sheet"
	"partnercenter/pkg/party"
)

type planInput struct {
	PeriodType int    `query:"period_type" minimum:"2" maximum:"3" doc:"2 month, 3 year: of rows that do not say"`
	PeriodNum  int    `query:"period_num" minimum:"1" doc:"1-11 months or 1-3 years: of rows that do not say"`
	RawBody    []byte `contentType:"text/csv"`
}

type planPath struct {
	PlanID string `path:"plan_id" maxLength:"64"`
}

// planResult is a row of a plan on the wire.
type planResult struct {
	Line       int             `json:"line" doc:"Of the sheet; its header is 1"`
	ResourceID string          `json:"resource_id,omitempty"`
	Outcome    string          `json:"outcome" enum:"accepted,renewed,refused"`
	PeriodType int             `json:"period_type,omitempty"`
	PeriodNum  int             `json:"period_num,omitempty"`
	Amount     rest.AmountText `json:"amount" doc:"Yuan: of the resource and what is attached to it; 0.00 when the plan refuses it"`
	ExpireTime *rest.Instant   `json:"expire_time,omitempty" doc:"From which the term extends it"`
	Until      *rest.Instant   `json:"new_expire_time,omitempty" doc:"To which"`
	OrderID    OrderID         `json:"order_id,omitempty"`
	ErrorCode  string          `json:"error_code,omitempty"`
	ErrorMsg   string          `json:"error_msg,omitempty"`
}

type planOutput struct {
	Status int
	Body   struct {
		PlanID     string          `json:"plan_id"`
		State      string          `json:"state" enum:"planned,expired,running,done"`
		ValidUntil rest.Instant    `json:"valid_until" doc:"From then on it can't be committed any more"`
		Currency   string          `json:"currency"`
		Total      rest.AmountText `json:"total_amount" doc:"Yuan: of the rows that the plan accepts"`
		Balance    rest.AmountText `json:"balance" doc:"Yuan: now"`
		Rows       int             `json:"rows"`
		Accepted   int             `json:"accepted" doc:"Rows that the plan accepts"`
		Renewed    int             `json:"renewed"`
		Refused    int             `json:"refused" doc:"By the plan, or when it was committed"`
		OrderIDs   []OrderID       `json:"order_ids" doc:"In the order of the rows"`
		Results    []planResult    `json:"results"`
	}
}

// createPlan judges and prices the renewal of many resources. It renews none.
func (s *Service) createPlan(ctx context.Context, in *planInput) (*planOutput, error) {
	id, _, err := rest.ClaimOf(ctx).Once(ctx, s.Table, func() (string, error) {
		rows, err := readPlan(in)
		if err != nil {
			return "", err
		}
		holder, err := party.Get(ctx, s.Table, rest.Caller(ctx).Party)
		if err != nil {
			return "", err
		}
		if _, err := s.payer(ctx, holder); err != nil { // one that can't consume plans nothing
			return "", err
		}
		if err := s.judge(ctx, holder, rows); err != nil {
			return "", err
		}
		return s.draw(ctx, holder, rows)
	})
	if err != nil {
		return nil, err
	}
	return s.planned(ctx, id, http.StatusCreated)
}

func (s *Service) showPlan(ctx context.Context, in *planPath) (*planOutput, error) {
	return s.planned(ctx, in.PlanID, http.StatusOK)
}

// commitPlan renews what a plan accepts: a few rows at once, more as due work. To commit it again answers with the orders of the first time.
func (s *Service) commitPlan(ctx context.Context, in *planPath) (*planOutput, error) {
	p, err := s.execute(ctx, rest.Caller(ctx), in.PlanID)
	if err != nil {
		return nil, err
	}
	if p.small() {
		for n := range p.Parts {
			if err := s.runPart(ctx, planPartKey(p.Customer, p.ID, n)); err != nil {
				return nil, err
			}
		}
	}
	out, err := s.planned(ctx, p.ID, http.StatusOK)
	if err == nil && out.Body.State == "running" {
		out.Status = http.StatusAccepted
	}
	return out, err
}

// planned shows a plan of the caller as it stands.
func (s *Service) planned(ctx context.Context, id string, status int) (*planOutput, error) {
	p, err := s.plan(ctx, rest.Caller(ctx).Party, id)
	if err != nil {
		return nil, err
	}
	rows, orders, done, err := s.outcomes(ctx, p)
	if err != nil {
		return nil, err
	}
	balance, err := BalanceOf(ctx, s.Table, p.Customer)
	if err != nil {
		return nil, err
	}
	out := &planOutput{Status: status}
	b := &out.Body
	b.PlanID, b.ValidUntil, b.Currency, b.Rows, b.Accepted = p.ID, rest.Instant(p.Until), "CNY", p.Rows, p.Accepted
	b.Total, b.Balance, b.OrderIDs, b.Results = rest.AmountText(p.Total), rest.AmountText(balance), []OrderID{}, []planResult{}
	switch {
	case !p.Committed.IsZero() && done:
		b.State = "done"
	case !p.Committed.IsZero():
		b.State = "running"
	case s.Clock.Now().Before(p.Until):
		b.State = "planned"
	default:
		b.State = "expired"
	}
	for _, row := range rows {
		r := showPlanRow(row, orders[row.Line])
		switch r.Outcome {
		case "renewed":
			b.Renewed++
			b.OrderIDs = append(b.OrderIDs, r.OrderID)
		case "refused":
			b.Refused++
		}
		b.Results = append(b.Results, r)
	}
	return out, nil
}

func showPlanRow(row PlanRow, order OrderID) planResult {
	r := planResult{
		Line: row.Line, ResourceID: string(row.Resource), Outcome: "accepted", PeriodType: int(row.Term.Unit), PeriodNum: row.Term.Count,
		Amount: rest.AmountText(row.Price), OrderID: order,
	}
	if row.Accepted {
		from, to := rest.Instant(row.Expiry.LastSecond()), rest.Instant(row.Until.LastSecond())
		r.ExpireTime, r.Until = &from, &to
	}
	switch {
	case order != "":
		r.Outcome = "renewed"
	case row.Code != "":
		r.Outcome, r.ErrorCode, r.ErrorMsg = "refused", row.Code, row.Message
	}
	return r
}

// readPlan reads the sheet of a plan: a row that can't be read is refused by itself. Errors: CBC.0100 on the sheet, ErrNoSuchPeriod on the query.
func readPlan(in *planInput) ([]PlanRow, error) {
	usual := calendar.Term{Unit: calendar.Unit(in.PeriodType), Count: in.PeriodNum}
	switch {
	case (usual.Unit == 0) != (usual.Count == 0):
		return nil, problem.Invalid("period_type", "period_type and period_num go together: name both or neither")
	case usual.Unit != 0:
		if err := CheckTerm(usual); err != nil {
			return nil, err
		}
	}
	all, err := sheet.Read(in.RawBody, []string{"resource_id"}, []string{"period_type", "period_num"})
	if err != nil {
		return nil, err
	}
	var rows []PlanRow
	seen := map[ID]int{}
	for line, err := range all {
		if len(rows) == planRows {
			return nil, problem.Invalid("body", "more than %d rows: make several plans", planRows)
		}
		row := PlanRow{Line: line.Line}
		if err == nil {
			err = row.read(line, usual, seen)
		}
		if err != nil {
			if err := row.refuse(err); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil, problem.Invalid("body", "no rows: name 1 to %d resources", planRows)
	}
	return rows, nil
}

// read takes over the cells of a line.
func (r *PlanRow) read(line sheet.Row, usual calendar.Term, seen map[ID]int) error {
	f := &fields{row: line}
	id := ID(f.id("resource_id"))
	if f.err != nil {
		return f.err
	}
	r.Resource, r.Term = id, usual
	if line.Get("period_type") != "" {
		r.Term.Unit = calendar.Unit(f.number("period_type", int(calendar.Month), int(calendar.Year)))
	}
	if line.Get("period_num") != "" {
		r.Term.Count = f.number("period_num", 1, maxRenewalMonths)
	}
	switch before, twice := seen[id]; {
	case f.err != nil:
		return f.err
	case r.Term == calendar.Term{}:
		return problem.Invalid("period_type", "neither the row nor the query names a period_type and a period_num")
	case twice:
		return errQuoteTwice.Saying("%q is on line %d already", id, before).In("resource_id")
	}
	seen[id] = line.Line
	return CheckTerm(r.Term)
}
