package promotion

import (
	"context"
	"fmt"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type ownCouponsInput struct {
	rest.QueryPaging
	CouponID          string `query:"coupon_id" maxLength:"64"`
	OrderID           string `query:"order_id" maxLength:"64" doc:"That holds it, or used it last"`
	PromotionPlanID   string `query:"promotion_plan_id" maxLength:"64" doc:"Vouchers of partners are of no plan"`
	CouponType        int    `query:"coupon_type" minimum:"1" maximum:"4" doc:"1 vouchers, 2 discount coupons, 4 cash coupons"`
	Status            int    `query:"status" minimum:"1" maximum:"5" doc:"2 usable, 3 used, 4 expired, 5 taken back"`
	ActiveStartTime   string `query:"active_start_time" maxLength:"20" doc:"UTC, such as 2026-12-01T15:59:59Z"`
	ActiveEndTime     string `query:"active_end_time" maxLength:"20" doc:"UTC"`
	SourceID          string `query:"source_id" maxLength:"64" doc:"The partner that issued them"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64" doc:"Not looked at: a customer has no resellers"`
}

// ownCouponBody is the SDK's IQueryUserCouponsResultV2.
type ownCouponBody struct {
	CouponID      CouponID      `json:"coupon_id"`
	Status        CouponStatus  `json:"status"`
	CustomerID    auth.PartyID  `json:"customer_id"`
	CouponType    int           `json:"coupon_type"`
	MeasureID     int           `json:"measure_id"`
	FaceValue     rest.Amount   `json:"face_value"`
	PercentOff    int           `json:"percent_off,omitempty" doc:"Of a discount coupon"`
	ValidTime     rest.Instant  `json:"valid_time"`
	ExpireTime    rest.Instant  `json:"expire_time"`
	OrderID       string        `json:"order_id,omitempty"`
	MediaType     int           `json:"media_type"`
	FetchMethod   int           `json:"fetch_method"`
	UseLimits     []useLimit    `json:"use_limits"`
	ActiveTime    rest.Instant  `json:"active_time"`
	ReserveTime   *rest.Instant `json:"reserve_time,omitempty"`
	CreateTime    rest.Instant  `json:"create_time"`
	CouponVersion int           `json:"coupon_version"`
	Balance       rest.Amount   `json:"balance"`
	LockOrderID   string        `json:"lock_order_id,omitempty"`
	IsFrozen      string        `json:"is_frozen"`
	Currency      string        `json:"currency"`
	SourceID      auth.PartyID  `json:"source_id"`
}

type ownCouponsOutput struct {
	rest.CountHeader
	Body struct {
		Count       int             `json:"count"`
		UserCoupons []ownCouponBody `json:"user_coupons"`
		Marker      string          `json:"marker,omitempty"`
	}
}

// listOwnCoupons lists the calling customer's vouchers.
func (s *Service) listOwnCoupons(ctx context.Context, in *ownCouponsInput) (*ownCouponsOutput, error) {
	from, err := instantOf("active_start_time", in.ActiveStartTime)
	if err != nil {
		return nil, err
	}
	to, err := instantOf("active_end_time", in.ActiveEndTime)
	if err != nil {
		return nil, err
	}
	filter := couponFilter{coupon: in.CouponID, order: in.OrderID, kind: in.CouponType, status: in.Status, created: span{from, to}}
	if filter.created.backwards() {
		return nil, problem.Invalid("active_end_time", "it is before active_start_time")
	}
	now := s.Clock.Now()
	since := historyFrom(now)
	query := table.Query{
		PK: ownerKey(rest.Caller(ctx).Party), Prefix: couponPrefix, Descending: true, Strong: true,
		Scope: fmt.Sprintf("own coupons %+v %s %s", filter, in.SourceID, in.PromotionPlanID),
	}
	page, err := rest.List(ctx, s.Table, query, in.Paging(), func(c *Coupon) bool {
		return filter.wants(*c, now) && (in.SourceID == "" || in.SourceID == string(c.Issuer)) && in.PromotionPlanID == "" &&
			(c.StatusAt(now) == CouponUsable || !c.endedAt(now).Before(since))
	})
	if err != nil {
		return nil, err
	}
	out := &ownCouponsOutput{CountHeader: page.Header()}
	out.Body.Count, out.Body.Marker, out.Body.UserCoupons = page.Total, page.Marker, []ownCouponBody{}
	for _, c := range page.Items {
		out.Body.UserCoupons = append(out.Body.UserCoupons, c.ownBody(now))
	}
	return out, nil
}

// endedAt gives when a voucher ended that has: one whose term has passed, then, though nobody has noted it yet.
func (c Coupon) endedAt(now time.Time) time.Time {
	if c.Status == CouponUsable && c.StatusAt(now) == CouponExpired {
		return c.Expire
	}
	return c.Updated
}

func (c Coupon) ownBody(now time.Time) ownCouponBody {
	return ownCouponBody{
		CouponID: c.ID, Status: c.StatusAt(now), CustomerID: c.Customer, CouponType: KindOf(c), MeasureID: yuan, FaceValue: amount(c.Face), PercentOff: c.Percent,
		ValidTime: rest.Instant(c.Valid), ExpireTime: rest.Instant(c.Expire), OrderID: c.Order, MediaType: electronic, FetchMethod: online,
		UseLimits: c.Limits.uses(), ActiveTime: rest.Instant(c.Created), ReserveTime: instant(c.LastUsed), CreateTime: rest.Instant(c.Created),
		CouponVersion: Reusable, Balance: amount(c.Balance), LockOrderID: c.Lock, IsFrozen: unfrozen, Currency: currency, SourceID: c.Issuer,
	}
}
