package performance

import (
	"context"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Kind is the kind of export that a file of a slip's lines is.
const Kind = "performance_lines"

// Producer makes files of lines.
func Producer(env *function.Env) export.Producer { return New(env).file }

// The parameters of an export.
const (
	paramMonth   = "month"
	paramPartner = "partner"
	paramSeen    = "seen"
)

type exportInput struct {
	Body struct {
		Period            string `json:"period" minLength:"7" maxLength:"7"`
		IndirectPartnerID string `json:"indirect_partner_id,omitempty" maxLength:"64" doc:"For distributors: the reseller whose lines these are"`
	}
}

// askFile asks for a file of all lines of the calling partner's slip that are visible now.
func askFile(x *export.Exports, ctx context.Context, in *exportInput) (*export.Output, error) {
	month, err := ParseMonth("period", in.Body.Period)
	if err != nil {
		return nil, err
	}
	partner, err := party.ActingFor(ctx, x.Table, rest.Caller(ctx), auth.PartyID(in.Body.IndirectPartnerID))
	if err != nil {
		return nil, err
	}
	e, err := x.Ask(ctx, Kind, map[string]string{
		paramMonth: string(month), paramPartner: string(partner), paramSeen: seenUntil(x.Clock.Now()).String(),
	})
	return &export.Output{Body: export.Show(e)}, err
}

// columns are those of a file of lines.
var columns = []string{
	"line_id", "customer_id", "association_type", "consume_time", "service_type_code", "service_type_name", "resource_id", "resource_name",
	"region_code", "order_id", "charge_category", "payment_instrument", "unrounded_amount", "amount", "counts", "rule", "reason", "incentive_policy",
	"transferred_to", "transferred_from",
}

// file makes the file of an export. Texts of bills that a spreadsheet would run as formulas are neutralised, as everywhere in exports.
func (s *Service) file(ctx context.Context, e export.Export) (*export.Sheet, error) {
	seen, err := calendar.ParseDate(e.Params[paramSeen])
	if err != nil {
		return nil, problem.Invalid("period", "the day %q is none", e.Params[paramSeen])
	}
	month, partner := Month(e.Params[paramMonth]), auth.PartyID(e.Params[paramPartner])
	sheet := export.NewSheet(columns...)
	for l, err := range s.linesOf(ctx, partner, month, LineFilter{}, table.Query{}, seen) {
		if err != nil {
			return nil, err
		}
		b := showLine(l, partner, auth.Partner)
		if err := sheet.Row(
			string(b.LineID), string(b.CustomerID), strconv.Itoa(b.AssociationType), l.At.UTC().Format(time.RFC3339), b.ServiceTypeCode, b.ServiceTypeName,
			b.ResourceID, b.ResourceName, b.RegionCode, b.OrderID, string(b.Category), string(b.PaidWith), string(b.Unrounded), l.Fen.String(),
			strconv.FormatBool(b.Counts), string(b.Rule), b.Reason, strconv.Itoa(b.IncentivePolicy), string(b.TransferredTo), string(b.TransferredFrom),
		); err != nil {
			return nil, err
		}
	}
	return sheet, nil
}
