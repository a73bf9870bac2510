package promotion

import (
	"context"
	"fmt"
	"iter"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type issuedCouponsInput struct {
	rest.QueryPaging
	CouponID           string `query:"coupon_id" maxLength:"64"`
	CustomerID         string `query:"customer_id" maxLength:"64"`
	OrderID            string `query:"order_id" maxLength:"64" doc:"That holds it, or used it last"`
	CouponType         int    `query:"coupon_type" minimum:"1" maximum:"4" doc:"1 vouchers, 4 cash coupons"`
	Status             int    `query:"status" minimum:"1" maximum:"5" doc:"2 usable, 3 used, 4 expired, 5 taken back"`
	CreateTimeBegin    string `query:"create_time_begin" maxLength:"20" doc:"UTC, such as 2026-12-01T15:59:59Z"`
	CreateTimeEnd      string `query:"create_time_end" maxLength:"20" doc:"UTC"`
	EffectiveTimeBegin string `query:"effective_time_begin" maxLength:"20" doc:"UTC"`
	EffectiveTimeEnd   string `query:"effective_time_end" maxLength:"20" doc:"UTC"`
	ExpireTimeBegin    string `query:"expire_time_begin" maxLength:"20" doc:"UTC"`
	ExpireTimeEnd      string `query:"expire_time_end" maxLength:"20" doc:"UTC"`
	IndirectPartnerID  string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: the reseller that issued them"`
}

// couponFilter is what vouchers are asked for by.
type couponFilter struct {
	coupon, customer, order string
	kind, status            int // 0 is any
	created, valid, expire  span
}

// wants reports whether a voucher is one that is asked for.
func (f couponFilter) wants(c Coupon, now time.Time) bool {
	return (f.coupon == "" || f.coupon == string(c.ID)) && (f.customer == "" || f.customer == string(c.Customer)) &&
		(f.order == "" || f.order == c.Lock || f.order == c.Order) && (f.kind == 0 || f.kind == KindOf(c)) &&
		(f.status == 0 || f.status == int(c.StatusAt(now))) &&
		f.created.has(c.Created) && f.valid.has(c.Valid) && f.expire.has(c.Expire)
}

func (in *issuedCouponsInput) filter() (f couponFilter, err error) {
	f = couponFilter{coupon: in.CouponID, customer: in.CustomerID, order: in.OrderID, kind: in.CouponType, status: in.Status}
	if f.created, err = spanOf("create_time", in.CreateTimeBegin, in.CreateTimeEnd); err != nil {
		return f, err
	}
	if f.valid, err = spanOf("effective_time", in.EffectiveTimeBegin, in.EffectiveTimeEnd); err != nil {
		return f, err
	}
	f.expire, err = spanOf("expire_time", in.ExpireTimeBegin, in.ExpireTimeEnd)
	return f, err
}

// issuedCouponBody is the SDK's IQueryUserPartnerCouponsResultV2.
type issuedCouponBody struct {
	CouponID      CouponID      `json:"coupon_id"`
	Status        CouponStatus  `json:"status"`
	CustomerID    auth.PartyID  `json:"customer_id"`
	CouponType    int           `json:"coupon_type"`
	MeasureID     int           `json:"measure_id"`
	FaceValue     rest.Amount   `json:"face_value"`
	EffectiveTime rest.Instant  `json:"effective_time"`
	ExpireTime    rest.Instant  `json:"expire_time"`
	OrderID       string        `json:"order_id,omitempty"`
	MediaType     int           `json:"media_type"`
	FetchMethod   int           `json:"fetch_method"`
	UseLimits     []useLimit    `json:"use_limits"`
	ActiveTime    rest.Instant  `json:"active_time"`
	LastUsedTime  *rest.Instant `json:"last_used_time,omitempty"`
	CreateTime    rest.Instant  `json:"create_time"`
	Balance       rest.Amount   `json:"balance"`
	LockOrderID   string        `json:"lock_order_id,omitempty"`
	IsFrozen      string        `json:"is_frozen"`
}

type issuedCouponsOutput struct {
	rest.CountHeader
	Body struct {
		TotalCount  int                `json:"total_count"`
		UserCoupons []issuedCouponBody `json:"user_coupons"`
		Marker      string             `json:"marker,omitempty"`
	}
}

// listIssuedCoupons lists the vouchers that a partner issued.
func (s *Service) listIssuedCoupons(ctx context.Context, in *issuedCouponsInput) (*issuedCouponsOutput, error) {
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	partner, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	paging, now := in.Paging(), s.Clock.Now()
	if err := paging.Check(); err != nil {
		return nil, err
	}
	query := table.Query{
		PK: ownerKey(partner), Prefix: recordPrefix, Descending: true, Strong: true, After: in.Marker, Page: readAtOnce,
		Scope: fmt.Sprintf("issued coupons %+v", filter),
	}
	page, err := rest.Collect(rest.Only(s.issuedCoupons(ctx, query), func(c found) bool { return filter.wants(c.coupon, now) }), paging)
	if err != nil {
		return nil, err
	}
	out := &issuedCouponsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.UserCoupons = page.Total, []issuedCouponBody{}
	for _, f := range page.Items {
		out.Body.UserCoupons = append(out.Body.UserCoupons, f.coupon.issuedBody(now))
	}
	if page.More {
		out.Body.Marker, err = s.Table.Marker(ctx, query, page.Items[len(page.Items)-1].to)
	}
	return out, err
}

func (c Coupon) issuedBody(now time.Time) issuedCouponBody {
	return issuedCouponBody{
		CouponID: c.ID, Status: c.StatusAt(now), CustomerID: c.Customer, CouponType: KindOf(c), MeasureID: yuan, FaceValue: amount(c.Face),
		EffectiveTime: rest.Instant(c.Valid), ExpireTime: rest.Instant(c.Expire), OrderID: c.Order, MediaType: electronic, FetchMethod: online,
		UseLimits: c.Limits.uses(), ActiveTime: rest.Instant(c.Created), LastUsedTime: instant(c.LastUsed), CreateTime: rest.Instant(c.Created),
		Balance: amount(c.Balance), LockOrderID: c.Lock, IsFrozen: unfrozen,
	}
}

// found is a voucher with the record of its issue.
type found struct {
	to     *Record
	coupon Coupon
}

// issuedCoupons yields the vouchers whose issue records tell of, read many at once, in their order.
func (s *Service) issuedCoupons(ctx context.Context, q table.Query) iter.Seq2[found, error] {
	return func(yield func(found, error) bool) {
		var chunk []*Record
		flush := func() bool {
			keys := make([]table.Key, len(chunk))
			for i, to := range chunk {
				head := couponHead(to.Customer, to.Coupon)
				keys[i] = head.Key()
			}
			coupons, err := table.GetAll[Coupon](ctx, s.Table, keys)
			if err != nil {
				yield(found{}, err)
				return false
			}
			for i, to := range chunk {
				if c, ok := coupons[keys[i]]; ok && !yield(found{to, *c}, nil) {
					return false
				}
			}
			chunk = chunk[:0]
			return true
		}
		for to, err := range table.All[Record](ctx, s.Table, q) {
			if err != nil {
				yield(found{}, err)
				return
			}
			if to.Operation != Issued || to.Result != done {
				continue
			}
			if chunk = append(chunk, to); len(chunk) == readAtOnce && !flush() {
				return
			}
		}
		flush()
	}
}

// historyFrom gives the first instant from which a customer sees vouchers that have ended.
func historyFrom(now time.Time) time.Time {
	today := calendar.DateOf(now)
	return today.AddMonths(-historyMonths, today.Day).Start()
}
