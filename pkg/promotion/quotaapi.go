package promotion

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type listQuotasInput struct {
	rest.Lenient
	Body struct {
		rest.Paging
		QuotaIDs           []string      `json:"quota_ids,omitempty" maxItems:"100" maxLength:"64"`
		QuotaStatusList    []QuotaStatus `json:"quota_status_list,omitempty" maxItems:"10" doc:"0 normal, 3 invalid, 4 adjusting, 5 frozen"`
		QuotaType          QuotaType     `json:"quota_type,omitempty" minimum:"0" maximum:"1" doc:"0 vouchers, when absent too; 1 cash coupons"`
		CreateTimeBegin    rest.Instant  `json:"create_time_begin,omitempty"`
		CreateTimeEnd      rest.Instant  `json:"create_time_end,omitempty"`
		EffectiveTimeBegin rest.Instant  `json:"effective_time_begin,omitempty"`
		EffectiveTimeEnd   rest.Instant  `json:"effective_time_end,omitempty"`
		ExpireTimeBegin    rest.Instant  `json:"expire_time_begin,omitempty"`
		ExpireTimeEnd      rest.Instant  `json:"expire_time_end,omitempty"`
		IndirectPartnerID  string        `json:"indirect_partner_id,omitempty" maxLength:"64" doc:"For distributors: the reseller whose quotas"`
	}
}

// QuotaBody is a quota on the wire: the SDK's CouponQuotaV2. It is exported for the schema of the operations alone.
type QuotaBody struct {
	QuotaID             QuotaID      `json:"quota_id"`
	QuotaType           QuotaType    `json:"quota_type"`
	CreateTime          rest.Instant `json:"create_time"`
	LastUpdateTime      rest.Instant `json:"last_update_time"`
	QuotaValue          rest.Amount  `json:"quota_value"`
	QuotaStatus         QuotaStatus  `json:"quota_status"`
	Balance             rest.Amount  `json:"balance"`
	MeasureID           int          `json:"measure_id"`
	Currency            string       `json:"currency"`
	EffectiveTime       rest.Instant `json:"effective_time"`
	ExpireTime          rest.Instant `json:"expire_time"`
	LimitInfos          []limitInfo  `json:"limit_infos"`
	VouchersPerCustomer int          `json:"vouchers_per_customer,omitempty"`
}

func (q Quota) body(now time.Time) QuotaBody {
	return QuotaBody{
		QuotaID: q.ID, QuotaType: q.Type, CreateTime: rest.Instant(q.Created), LastUpdateTime: rest.Instant(q.Updated), QuotaValue: amount(q.Value),
		QuotaStatus: q.StatusAt(now), Balance: amount(q.Balance), MeasureID: yuan, Currency: currency, EffectiveTime: rest.Instant(q.Effective),
		ExpireTime: rest.Instant(q.Expire), LimitInfos: q.Limits.infos(), VouchersPerCustomer: q.Each,
	}
}

type listQuotasOutput struct {
	rest.CountHeader
	Body struct {
		TotalCount int         `json:"total_count"`
		Quotas     []QuotaBody `json:"quotas"`
		Marker     string      `json:"marker,omitempty"`
	}
}

// listQuotas lists a partner's quotas.
func (s *Service) listQuotas(ctx context.Context, in *listQuotasInput) (*listQuotasOutput, error) {
	b := in.Body
	spans := []span{
		{time.Time(b.CreateTimeBegin), time.Time(b.CreateTimeEnd)},
		{time.Time(b.EffectiveTimeBegin), time.Time(b.EffectiveTimeEnd)},
		{time.Time(b.ExpireTimeBegin), time.Time(b.ExpireTimeEnd)},
	}
	for i, field := range []string{"create_time", "effective_time", "expire_time"} {
		if err := ordered(field, spans[i].from, spans[i].to); err != nil {
			return nil, err
		}
	}
	partner, err := s.acting(ctx, b.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	filter := b
	filter.Paging = rest.Paging{}
	scope, err := json.Marshal(filter)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	q := table.Query{PK: ownerKey(partner), Prefix: quotaPrefix, Descending: true, Strong: true, Scope: "quotas " + string(scope)}
	page, err := rest.List(ctx, s.Table, q, b.Paging, func(q *Quota) bool {
		return q.Type == b.QuotaType && (len(b.QuotaIDs) == 0 || slices.Contains(b.QuotaIDs, string(q.ID))) &&
			(len(b.QuotaStatusList) == 0 || slices.Contains(b.QuotaStatusList, q.StatusAt(now))) &&
			spans[0].has(q.Created) && spans[1].has(q.Effective) && spans[2].has(q.Expire)
	})
	if err != nil {
		return nil, err
	}
	out := &listQuotasOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Quotas = page.Total, page.Marker, []QuotaBody{}
	for _, q := range page.Items {
		out.Body.Quotas = append(out.Body.Quotas, q.body(now))
	}
	return out, nil
}
