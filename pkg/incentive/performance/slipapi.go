package performance

import (
	"context"
	"slices"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// SlipBody is a performance slip on the wire. It is exported for the schema of the operations alone.
type SlipBody struct {
	SlipID       string        `json:"slip_id"`
	PartnerID    auth.PartyID  `json:"partner_id"`
	Period       Month         `json:"period"`
	State        State         `json:"state" enum:"ESTIMATE,DRAFT,FINAL"`
	Amount       rest.Amount   `json:"amount" doc:"The performance: the sum of its lines, each cut to the fen. For partners, of consumption up to visible_until"`
	Unrounded    Exact         `json:"unrounded_amount,omitempty" doc:"The sum of the same lines before they were cut; once all of the month is visible"`
	Lines        int           `json:"lines"`
	CountedLines int           `json:"counted_lines"`
	VisibleUntil string        `json:"visible_until" doc:"The last day in Beijing whose consumption partners see: the working day after it has come"`
	Reviewing    bool          `json:"reviewing" doc:"The vendor's review is under way"`
	ReviewedAt   *rest.Instant `json:"reviewed_at,omitempty"`
	Items        []SlipItem    `json:"items,omitempty" doc:"Of one slip that is shown, once all of the month is visible; they sum to the amount"`
}

// SlipItem is a row of a slip on the wire. It is exported for the schema of the operations alone.
type SlipItem struct {
	ServiceTypeCode string      `json:"service_type_code"`
	ServiceTypeName string      `json:"service_type_name"`
	IncentivePolicy int         `json:"incentive_policy"`
	AssociationType int         `json:"association_type"`
	Amount          rest.Amount `json:"amount"`
	OnCredit        rest.Amount `json:"on_credit" doc:"Of the amount, what was bought on credit"`
}

// show gives a slip as a caller sees it.
func (s *Service) show(slip Slip, by auth.Kind) SlipBody {
	now := s.Clock.Now()
	b := SlipBody{
		SlipID: slip.ID(), PartnerID: slip.Partner, Period: slip.Month, State: slip.StateAt(now), Amount: rest.Amount(slip.Amount), Unrounded: slip.Exact,
		Lines: slip.Lines, CountedLines: slip.Counted, VisibleUntil: seenUntil(now).String(), Reviewing: slip.Stage == Reviewing,
	}
	if b.Unrounded == "" {
		b.Unrounded = "0"
	}
	if by != auth.Vendor && !slip.Month.whole(now) {
		b.Amount = rest.Amount(slip.until(slip.Month.First().DaysUntil(seenUntil(now))))
		b.Unrounded = ""
	}
	if !slip.Reviewed.IsZero() {
		at := rest.Instant(slip.Reviewed)
		b.ReviewedAt = &at
	}
	return b
}

// SlipRow is what of a slip is of one service, product policy and association type.
type SlipRow struct {
	Service         string // service type code
	ServiceName     string
	Policy          int // incentive policy: see the constants of them
	AssociationType int
	Amount          money.Fen
	OnCredit        money.Fen // of Amount, what was bought on credit
}

// Slip gives the rows of a partner's slip, as it stands: they sum to its amount. What does not count is in no row. Ask SlipState whether it is final.
func (s *Service) Slip(ctx context.Context, partner auth.PartyID, month Month) ([]SlipRow, error) {
	type kind struct {
		service      string
		policy, kind int
	}
	rows, order := map[kind]*SlipRow{}, []kind{}
	for share, err := range table.All[Share](ctx, s.Table, sharesOf(partner, month)) {
		if err != nil {
			return nil, err
		}
		for _, r := range share.Rows {
			is := kind{r.Service, r.Policy, r.Type}
			row := rows[is]
			if row == nil {
				row = &SlipRow{Service: r.Service, ServiceName: r.ServiceName, Policy: r.Policy, AssociationType: r.Type}
				rows[is], order = row, append(order, is)
			}
			if row.Amount += r.Counted; r.Instrument == CreditLine {
				row.OnCredit += r.Counted
			}
		}
	}
	var all []SlipRow
	for _, is := range order {
		if row := rows[is]; row.Amount != 0 || row.OnCredit != 0 {
			all = append(all, *row)
		}
	}
	slices.SortStableFunc(all, func(a, b SlipRow) int { return strings.Compare(a.Service, b.Service) })
	return all, nil
}

// SlipState gives the state of a partner's slip, and its amount.
func (s *Service) SlipState(ctx context.Context, partner auth.PartyID, month Month) (State, money.Fen, error) {
	slip, _, err := s.slip(ctx, partner, month)
	return slip.StateAt(s.Clock.Now()), slip.Amount, err
}

func sharesOf(partner auth.PartyID, month Month) table.Query {
	return table.Query{PK: ofPartner(partner, month), Prefix: sharePrefix, Strong: true}
}

type slipsInput struct {
	rest.QueryPaging
	PeriodBegin       string `query:"period_begin" maxLength:"7" doc:"Such as 2026-01; the last twelve months when absent"`
	PeriodEnd         string `query:"period_end" maxLength:"7" doc:"Included; this month when absent"`
	State             string `query:"state" enum:"ESTIMATE,DRAFT,FINAL"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: the reseller whose slips these are"`
}

type slipsOutput struct {
	Body struct {
		Slips      []SlipBody `json:"slips"`
		TotalCount int        `json:"total_count"`
	}
}

// months reads a stretch of months. Error: CBC.0100.
func (s *Service) months(begin, end string) (from, to Month, err error) {
	to = MonthOf(calendar.DateOf(s.Clock.Now()))
	if end != "" {
		if to, err = ParseMonth("period_end", end); err != nil {
			return "", "", err
		}
	}
	from = to.Plus(1 - openMonths)
	if begin != "" {
		if from, err = ParseMonth("period_begin", begin); err != nil {
			return "", "", err
		}
	}
	switch {
	case from > to:
		return "", "", problem.Invalid("period_begin", "%s is after period_end %s", from, to)
	case from < to.Plus(1-mostMonths):
		return "", "", problem.Invalid("period_begin", "%s is more than %d months before period_end %s", from, mostMonths, to)
	}
	return from, to, nil
}

// listSlips lists the slips of the calling partner, the newest first. A month without lines has none.
func (s *Service) listSlips(ctx context.Context, in *slipsInput) (*slipsOutput, error) {
	partner, err := party.ActingFor(ctx, s.Table, rest.Caller(ctx), auth.PartyID(in.IndirectPartnerID))
	if err != nil {
		return nil, err
	}
	if err := in.Paging().Check(); err != nil {
		return nil, err
	}
	from, to, err := s.months(in.PeriodBegin, in.PeriodEnd)
	if err != nil {
		return nil, err
	}
	var keys []table.Key
	for month := to; month >= from; month = month.Plus(-1) {
		keys = append(keys, slipKey(partner, month))
	}
	found, err := table.GetAll[Slip](ctx, s.Table, keys)
	if err != nil {
		return nil, err
	}
	out := &slipsOutput{}
	out.Body.Slips = []SlipBody{}
	for _, key := range keys {
		slip := found[key]
		if slip == nil || in.State != "" && State(in.State) != slip.StateAt(s.Clock.Now()) {
			continue
		}
		if out.Body.TotalCount++; out.Body.TotalCount > in.Offset && len(out.Body.Slips) < in.Limit {
			out.Body.Slips = append(out.Body.Slips, s.show(*slip, rest.Caller(ctx).Kind))
		}
	}
	return out, nil
}

// mostMonths is the longest stretch of months that slips are listed of.
const mostMonths = 36

type slipInput struct {
	Period            string `path:"period" maxLength:"7"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: the reseller whose slip it is"`
}

type slipOutput struct{ Body SlipBody }

func (s *Service) showSlip(ctx context.Context, in *slipInput) (*slipOutput, error) {
	partner, err := party.ActingFor(ctx, s.Table, rest.Caller(ctx), auth.PartyID(in.IndirectPartnerID))
	if err != nil {
		return nil, err
	}
	return s.slipShown(ctx, partner, in.Period)
}

// slipShown gives a slip with its rows. Error: ErrMissing when there are no lines.
func (s *Service) slipShown(ctx context.Context, partner auth.PartyID, period string) (*slipOutput, error) {
	month, err := ParseMonth("period", period)
	if err != nil {
		return nil, err
	}
	slip, found, err := s.slip(ctx, partner, month)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrMissing.Saying("there is no performance in %s", month).In("period")
	}
	by := rest.Caller(ctx).Kind
	out := &slipOutput{Body: s.show(slip, by)}
	if by != auth.Vendor && !month.whole(s.Clock.Now()) {
		return out, nil
	}
	rows, err := s.Slip(ctx, partner, month)
	for _, r := range rows {
		out.Body.Items = append(out.Body.Items, SlipItem{
			ServiceTypeCode: r.Service, ServiceTypeName: r.ServiceName, IncentivePolicy: r.Policy, AssociationType: r.AssociationType,
			Amount: rest.Amount(r.Amount), OnCredit: rest.Amount(r.OnCredit),
		})
	}
	return out, err
}

// PartnerSlip names a partner's slip. It is exported for the schema of the operations alone.
type PartnerSlip struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	Period    string `path:"period" maxLength:"7"`
}

func (s *Service) showPartnerSlip(ctx context.Context, in *PartnerSlip) (*slipOutput, error) {
	partner, err := s.partner(ctx, in.PartnerID)
	if err != nil {
		return nil, err
	}
	return s.slipShown(ctx, partner.ID, in.Period)
}

// partner reads a partner of whatever kind. Error: party.ErrUnknown.
func (s *Service) partner(ctx context.Context, id string) (party.Party, error) {
	p, err := party.Get(ctx, s.Table, auth.PartyID(id))
	if err == nil && (p.Kind == auth.Customer || p.Kind == auth.Vendor) {
		err = party.ErrUnknown.Saying("%q is no partner", id).In("partner_id")
	}
	return p, err
}

// customersOf gives whose lines are in a partner's slip, in order.
func (s *Service) customersOf(ctx context.Context, partner auth.PartyID, month Month) ([]auth.PartyID, error) {
	var all []auth.PartyID
	for share, err := range table.All[Share](ctx, s.Table, sharesOf(partner, month)) {
		if err != nil {
			return nil, err
		}
		all = append(all, share.Customer)
	}
	return all, nil
}
