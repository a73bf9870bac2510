package performance

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// LineFilter is what lines are asked for by. It is exported for the schema of the operations alone.
type LineFilter struct {
	Period     string `query:"period" minLength:"7" maxLength:"7" required:"true" doc:"Such as 2026-11"`
	CustomerID string `query:"customer_id" maxLength:"64"`
	Counts     string `query:"counts" enum:"true,false" doc:"Whether the line is performance"`
	Rule       string `query:"rule" maxLength:"32" doc:"What decided so, such as voucher or not_in_plan"`
	Service    string `query:"service_type_code" maxLength:"64"`
	ResourceID string `query:"resource_id" maxLength:"200"`
	OrderID    string `query:"order_id" maxLength:"64"`
	Manager    string `query:"account_manager_id" maxLength:"64" doc:"The partner's user who manages the customer now"`
}

func (f LineFilter) check() (Month, error) {
	month, err := ParseMonth("period", f.Period)
	if err == nil && f.Rule != "" && rules[Rule(f.Rule)] == "" {
		err = problem.Invalid("rule", "%.32q is no rule, such as %s", f.Rule, VoucherPaid)
	}
	if err == nil && f.CustomerID != "" && !table.IsID(f.CustomerID) {
		err = party.ErrUnknown.Saying("no customer %.64q", f.CustomerID).In("customer_id")
	}
	return month, err
}

// LineBody is a line of a partner's performance on the wire. It is exported for the schema of the operations alone.
type LineBody struct {
	LineID          LineID       `json:"line_id"`
	CustomerID      auth.PartyID `json:"customer_id"`
	AssociationType int          `json:"association_type,omitempty"`
	Source          string       `json:"source" doc:"Whose bill it stands in; order for what was ordered here"`
	ConsumeTime     rest.Instant `json:"consume_time"`
	Category        Category     `json:"charge_category"`
	PaidWith        Instrument   `json:"payment_instrument"`
	Unrounded       Exact        `json:"unrounded_amount"`
	Amount          rest.Amount  `json:"amount" doc:"What was charged: cut to the fen, toward zero"`
	Counts          bool         `json:"counts" doc:"Whether the amount is performance"`
	Rule            Rule         `json:"rule" doc:"What decided so"`
	Reason          string       `json:"reason" doc:"What the rule says"`
	IncentivePolicy int          `json:"incentive_policy"`
	TransferredTo   auth.PartyID `json:"transferred_to,omitempty"`
	TransferredFrom auth.PartyID `json:"transferred_from,omitempty"`
	ServiceTypeCode string       `json:"service_type_code"`
	ServiceTypeName string       `json:"service_type_name,omitempty"`
	ResourceID      string       `json:"resource_id,omitempty"`
	ResourceName    string       `json:"resource_name,omitempty"`
	RegionCode      string       `json:"region_code,omitempty"`
	OrderID         string       `json:"order_id,omitempty"`
	ImportID        string       `json:"import_id,omitempty" doc:"For the vendor: which file has it"`
	ImportLine      int          `json:"import_line,omitempty"`
}

// showLine gives a line as it stands in a partner's slip.
func showLine(l *Line, partner auth.PartyID, by auth.Kind) LineBody {
	b := LineBody{
		LineID: l.ID(), CustomerID: l.Customer(), AssociationType: l.Type, Source: l.Source, ConsumeTime: rest.Instant(l.At), Category: l.Category,
		PaidWith: l.Instrument, Unrounded: l.Amount, Amount: rest.Amount(l.Fen), IncentivePolicy: l.Policy, ServiceTypeCode: l.Service,
		ServiceTypeName: l.ServiceName, ResourceID: l.Resource, ResourceName: l.ResourceName, RegionCode: l.Region, OrderID: l.Order,
	}
	v := l.verdictFor(partner)
	b.Counts, b.Rule, b.Reason = v.Counts, v.Rule, v.Reason
	if l.Moved != "" && partner == l.Moved {
		b.TransferredFrom = l.Partner
	} else {
		b.TransferredTo = l.Moved
	}
	if by == auth.Vendor {
		b.ImportID, b.ImportLine = l.Import, l.Number
	} else {
		b.Source = sourceShown(l.Source)
	}
	return b
}

// sourceShown says to partners whether a line was ordered here or stands in a bill.
func sourceShown(source string) string {
	if source == SourceOrder {
		return source
	}
	return "bill"
}

// verdictFor gives the verdict on a line as it stands in a partner's slip.
func (l *Line) verdictFor(partner auth.PartyID) Verdict {
	if l.Moved != "" && partner == l.Moved {
		return Verdict{Counts: l.MovedCount, Rule: l.MovedRule, Reason: l.MovedRule.Reason()}
	}
	return Verdict{Counts: l.Counts, Rule: l.Rule, Reason: l.Rule.Reason()}
}

// in says whether a line is in a partner's slip.
func (l *Line) in(partner auth.PartyID) bool { return l.Partner == partner || l.Moved == partner }

func (f LineFilter) matches(l *Line, partner auth.PartyID) bool {
	v := l.verdictFor(partner)
	return (f.Counts == "" || v.Counts == (f.Counts == "true")) && (f.Rule == "" || v.Rule == Rule(f.Rule)) &&
		(f.Service == "" || strings.EqualFold(f.Service, l.Service)) && (f.ResourceID == "" || f.ResourceID == l.Resource) &&
		(f.OrderID == "" || f.OrderID == l.Order)
}

// linesOf yields the lines of a partner's slip, customer by customer in the order of their ids, each one's by time. q says where it starts; seen is the
// last day whose lines it shows, none for all.
func (s *Service) linesOf(ctx context.Context, partner auth.PartyID, month Month, f LineFilter, q table.Query, seen calendar.Date) iter.Seq2[*Line, error] {
	return func(yield func(*Line, error) bool) {
		customers, err := s.linesFrom(ctx, partner, month, f, q)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, customer := range customers {
			q.PK, q.Prefix = ofCustomer(customer, month), linePrefix
			for l, err := range table.All[Line](ctx, s.Table, q) {
				hidden := err == nil && (!l.in(partner) || !f.matches(l, partner) || !seen.IsZero() && calendar.DateOf(l.At).After(seen))
				if !hidden && !yield(l, err) || err != nil {
					return
				}
			}
			q.After = ""
		}
	}
}

// linesFrom gives whose lines a list goes through: from the marker's customer on.
func (s *Service) linesFrom(ctx context.Context, partner auth.PartyID, month Month, f LineFilter, q table.Query) ([]auth.PartyID, error) {
	first := auth.PartyID("")
	if q.After != "" {
		pk, err := s.Table.MarkerPK(ctx, q.Scope, q.After)
		if err != nil {
			return nil, err
		}
		if first, _, err = ofKey(pk); err != nil {
			return nil, table.ErrMarker
		}
	}
	if f.CustomerID != "" {
		return s.managed(ctx, partner, []auth.PartyID{auth.PartyID(f.CustomerID)}, auth.UserID(f.Manager))
	}
	all, err := s.customersOf(ctx, partner, month)
	if err != nil {
		return nil, err
	}
	var rest []auth.PartyID
	for _, customer := range all {
		if customer >= first {
			rest = append(rest, customer)
		}
	}
	return s.managed(ctx, partner, rest, auth.UserID(f.Manager))
}

// managed gives those of some customers, in their order, that are the partner's and that a user of it manages now; all of them without a user. Who
// manages another partner's customer is not told.
func (s *Service) managed(ctx context.Context, partner auth.PartyID, customers []auth.PartyID, manager auth.UserID) ([]auth.PartyID, error) {
	if manager == "" {
		return customers, nil
	}
	keys := make([]table.Key, len(customers))
	for i, id := range customers {
		keys[i] = party.Key(id)
	}
	found, err := table.GetAll[party.Party](ctx, s.Table, keys)
	return slices.DeleteFunc(customers, func(id auth.PartyID) bool {
		p := found[party.Key(id)]
		return p == nil || p.Partner != partner || p.Profile.Manager != manager
	}), err
}

type linesInput struct {
	rest.QueryPaging
	LineFilter
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: the reseller whose lines these are"`
}

type linesOutput struct {
	rest.CountHeader
	Body struct {
		Lines      []LineBody `json:"lines"`
		TotalCount int        `json:"total_count"`
		Marker     string     `json:"marker,omitempty"`
	}
}

// listLines lists the lines of the calling partner's slip of a month, with why each counts or does not.
func (s *Service) listLines(ctx context.Context, in *linesInput) (*linesOutput, error) {
	partner, err := party.ActingFor(ctx, s.Table, rest.Caller(ctx), auth.PartyID(in.IndirectPartnerID))
	if err != nil {
		return nil, err
	}
	return s.page(ctx, partner, in.LineFilter, in.Paging(), seenUntil(s.Clock.Now()))
}

type partnerLinesInput struct {
	rest.QueryPaging
	LineFilter
	PartnerID string `query:"partner_id" minLength:"1" maxLength:"64" required:"true"`
}

// listPartnerLines lists the lines of any partner's slip for the vendor, who sees them at once.
func (s *Service) listPartnerLines(ctx context.Context, in *partnerLinesInput) (*linesOutput, error) {
	partner, err := s.partner(ctx, in.PartnerID)
	if err != nil {
		return nil, err
	}
	return s.page(ctx, partner.ID, in.LineFilter, in.Paging(), calendar.Date{})
}

func (s *Service) page(ctx context.Context, partner auth.PartyID, f LineFilter, paging rest.Paging, seen calendar.Date) (*linesOutput, error) {
	month, err := f.check()
	if err != nil {
		return nil, err
	}
	if err := paging.Check(); err != nil {
		return nil, err
	}
	caller := rest.Caller(ctx)
	filters, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	q := table.Query{After: paging.Marker, Page: int32(paging.Size() + 1), Scope: "performance lines " + caller.Masked() + " " + string(partner) + string(filters)}
	page, err := rest.Collect(s.linesOf(ctx, partner, month, f, q, seen), paging)
	if err != nil {
		return nil, err
	}
	out := &linesOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Lines = page.Total, []LineBody{}
	for _, l := range page.Items {
		out.Body.Lines = append(out.Body.Lines, showLine(l, partner, caller.Kind))
	}
	if page.More {
		last := page.Items[len(page.Items)-1]
		q.PK, q.Prefix = last.PK, linePrefix
		out.Body.Marker, err = s.Table.Marker(ctx, q, last)
	}
	return out, err
}
