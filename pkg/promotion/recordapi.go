package promotion

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

func numbered(op Operation) string { return strconv.Itoa(int(op)) }

func resultOf(result int) string { return strconv.Itoa(result) }

// recordsOf finds the records of a partner in a span, the latest first.
func recordsOf(owner auth.PartyID, prefix string, when span) table.Query {
	q := table.Query{PK: ownerKey(owner), From: prefix, To: prefix + behind, Descending: true, Strong: true}
	if !when.from.IsZero() {
		q.From = prefix + when.from.UTC().Format(secondFormat)
	}
	if !when.to.IsZero() {
		q.To = prefix + when.to.UTC().Format(secondFormat) + behind
	}
	return q
}

type couponRecordsInput struct {
	rest.QueryPaging
	OperationTypes     []string `query:"operation_types,explode" maxItems:"10" doc:"1 issued, 2 taken back by hand, 3 to 9 as in the documentation"`
	QuotaID            string   `query:"quota_id" maxLength:"64"`
	QuotaType          string   `query:"quota_type" enum:"0,1" doc:"0 vouchers, 1 cash coupons"`
	CouponIDs          []string `query:"coupon_ids,explode" maxItems:"100"`
	CustomerID         string   `query:"customer_id" maxLength:"64"`
	OperationTimeBegin string   `query:"operation_time_begin" maxLength:"20" doc:"UTC, such as 2026-12-01T15:59:59Z"`
	OperationTimeEnd   string   `query:"operation_time_end" maxLength:"20" doc:"UTC"`
	Result             string   `query:"result" maxLength:"8" doc:"0 done, -1 refused; any other value asks for nothing in particular"`
	IndirectPartnerID  string   `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: the reseller whose records"`
}

// wanted reports whether a record is one that is asked for.
func (in *couponRecordsInput) wanted(r *Record) bool {
	asked := in.Result == resultOf(done) || in.Result == resultOf(failed)
	return (len(in.OperationTypes) == 0 || slices.Contains(in.OperationTypes, numbered(r.Operation))) &&
		(in.QuotaID == "" || in.QuotaID == string(r.Quota)) && (in.QuotaType == "" || in.QuotaType == strconv.Itoa(int(r.QuotaType))) &&
		(len(in.CouponIDs) == 0 || slices.Contains(in.CouponIDs, string(r.Coupon))) &&
		(in.CustomerID == "" || in.CustomerID == string(r.Customer)) && (!asked || in.Result == resultOf(r.Result))
}

// recordBody is the SDK's CouponRecordV2.
type recordBody struct {
	ID              string       `json:"id"`
	OperationType   string       `json:"operation_type"`
	QuotaID         QuotaID      `json:"quota_id"`
	QuotaType       QuotaType    `json:"quota_type"`
	CouponID        CouponID     `json:"coupon_id"`
	CustomerID      auth.PartyID `json:"customer_id"`
	OperationAmount rest.Amount  `json:"operation_amount"`
	OperationTime   rest.Instant `json:"operation_time"`
	Result          string       `json:"result"`
	Remark          string       `json:"remark"`
}

type couponRecordsOutput struct {
	rest.CountHeader
	Body struct {
		TotalCount int          `json:"total_count"`
		Records    []recordBody `json:"records"`
		Marker     string       `json:"marker,omitempty"`
	}
}

// listCouponRecords lists what happened to a partner's vouchers.
func (s *Service) listCouponRecords(ctx context.Context, in *couponRecordsInput) (*couponRecordsOutput, error) {
	when, err := spanOf("operation_time", in.OperationTimeBegin, in.OperationTimeEnd)
	if err != nil {
		return nil, err
	}
	partner, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	query := recordsOf(partner, recordPrefix, when)
	query.Scope = fmt.Sprintf("coupon records %q %q %q %q %q %q", in.OperationTypes, in.QuotaID, in.QuotaType, in.CouponIDs, in.CustomerID, in.Result)
	page, err := rest.List(ctx, s.Table, query, in.Paging(), in.wanted)
	if err != nil {
		return nil, err
	}
	out := &couponRecordsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Records = page.Total, page.Marker, []recordBody{}
	for _, r := range page.Items {
		out.Body.Records = append(out.Body.Records, recordBody{
			ID: r.ID, OperationType: numbered(r.Operation), QuotaID: r.Quota, QuotaType: r.QuotaType, CouponID: r.Coupon, CustomerID: r.Customer,
			OperationAmount: amount(r.Amount), OperationTime: rest.Instant(r.At), Result: resultOf(r.Result), Remark: r.Remark,
		})
	}
	return out, nil
}
