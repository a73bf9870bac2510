package account

import (
	"context"
	"fmt"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
)

type adjustRecordsInput struct {
	rest.Lenient
	rest.QueryPaging
	CustomerID        string `query:"customer_id" maxLength:"64" doc:"One customer's or, for distributors, one reseller's"`
	OperationType     string `query:"operation_type" enum:"SOURCE_OPERATION_BEADJUST,SOURCE_OPERATION_BERETRIEVE,SOURCE_OPERATION_BEUNBIND"`
	Begin             string `query:"operation_time_begin" doc:"UTC, such as 2026-12-01T15:59:59Z"`
	End               string `query:"operation_time_end" doc:"UTC, that second included"`
	TransID           string `query:"trans_id" maxLength:"64"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: a reseller of theirs"`
}

// adjustRecord is the SDK's AdjustRecordV3.
type adjustRecord struct {
	CustomerID    string          `json:"customer_id"`
	CustomerName  string          `json:"customer_name" doc:"Its name then"`
	OperationType string          `json:"operation_type"`
	Amount        rest.AmountText `json:"amount" doc:"Yuan"`
	Currency      string          `json:"currency"`
	OperationTime rest.Instant    `json:"operation_time"`
	MeasureID     int32           `json:"measure_id" doc:"1 yuan"`
	TransID       string          `json:"trans_id"`
}

type adjustRecordsOutput struct {
	rest.CountHeader
	Body struct {
		Records    []adjustRecord `json:"records"`
		TotalCount int            `json:"total_count"`
		Marker     string         `json:"marker,omitempty" doc:"Where the next page starts; absent on the last one"`
	}
}

// listAdjustRecords lists a partner's appropriations and reclaims, the latest first.
func (s *Service) listAdjustRecords(ctx context.Context, in *adjustRecordsInput) (*adjustRecordsOutput, error) {
	partner, err := s.actingFor(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	w, err := instants(in.Begin, in.End)
	if err != nil {
		return nil, err
	}
	l := in.list(partner)
	l.Window = w.around(in.TransID)
	l.Scope = scope(ctx, "adjust records", partner, ChangesQuery{Begin: in.Begin, End: in.End}, in.CustomerID, in.OperationType, in.TransID)
	page, marker, err := s.page(ctx, l, in.Paging())
	if err != nil {
		return nil, err
	}
	out := &adjustRecordsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Records = page.Total, marker, []adjustRecord{}
	for _, t := range page.Items {
		out.Body.Records = append(out.Body.Records, adjustRecord{
			CustomerID: string(t.Below), CustomerName: t.BelowName, OperationType: trades[t.Reason].detail, Amount: rest.AmountText(t.Amount),
			Currency: currency, OperationTime: rest.Instant(t.At), MeasureID: measureYuan, TransID: t.ID,
		})
	}
	return out, nil
}

// list gives the adjustments of a partner: those of one customer are read from that customer's entries, of which only the ones with this partner
// are kept, so that whoever is nobody of the partner's has none.
func (in *adjustRecordsInput) list(partner auth.PartyID) list {
	cash := Of(partner, Cash)
	l := list{Account: cash}
	if in.CustomerID != "" {
		l.Account = Of(auth.PartyID(in.CustomerID), Cash)
	}
	l.Keep = func(t *Transfer) bool {
		switch {
		case !t.Reason.adjustment(), t.Below == partner,
			in.CustomerID != "" && (t.Below != auth.PartyID(in.CustomerID) || t.other(l.Account) != cash),
			in.OperationType != "" && trades[t.Reason].detail != in.OperationType,
			in.TransID != "" && t.ID != in.TransID:
			return false
		}
		return true
	}
	return l
}

// page reads one page of a list, and the marker of the next when there is one.
func (s *Service) page(ctx context.Context, l list, paging rest.Paging) (rest.Page[*Transfer], string, error) {
	if err := paging.Check(); err != nil {
		return rest.Page[*Transfer]{}, "", err
	}
	l.After, l.Page = paging.Marker, paging.Size()
	page, err := rest.Collect(s.latest(ctx, l), paging)
	if err != nil || !page.More {
		return page, "", err
	}
	marker, err := s.Table.Marker(ctx, l.query(), page.Items[len(page.Items)-1])
	return page, marker, err
}

// changeID names an entry among those of all accounts.
func changeID(id ID, seq int64) string { return fmt.Sprintf("%s.%d", id, seq) }
