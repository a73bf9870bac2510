package subscription

import (
	"context"

	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/promotion"
)

type ofOrderInput struct {
	OrderID string `query:"order_id" required:"true" minLength:"1" maxLength:"64"`
}

type orderCouponsOutput struct {
	Body struct {
		Count   int          `json:"count"`
		Coupons []couponBody `json:"user_coupons" doc:"Those that the order can be paid with"`
		MaxUse  []couponUse  `json:"coupon_max_use_quantity"`
	}
}

// couponUse says how many coupons of a type one order takes.
type couponUse struct {
	Type     int `json:"coupon_type"`
	Quantity int `json:"use_quantity_value"`
}

// couponBody is a coupon on the wire: the SDK's CouponInfoV2.
type couponBody struct {
	CouponID  string       `json:"coupon_id"`
	Status    int          `json:"status" doc:"2 usable"`
	Type      int          `json:"coupon_type" doc:"1 voucher, 4 cash coupon"`
	MeasureID int          `json:"measure_id" doc:"1 yuan"`
	FaceValue rest.Amount  `json:"face_value"`
	Balance   rest.Amount  `json:"balance"`
	Effective rest.Instant `json:"effective_time"`
	Expire    rest.Instant `json:"expire_time"`
	Version   int          `json:"coupon_version" doc:"2: what is left can be used again"`
	LockedBy  string       `json:"used_by_order_id,omitempty" doc:"The order, when it is held for it"`
}

func showCoupon(c promotion.Coupon) couponBody {
	return couponBody{
		CouponID: string(c.ID), Status: int(c.Status), Type: promotion.KindOf(c), MeasureID: 1, FaceValue: rest.Amount(c.Face), Balance: rest.Amount(c.Balance),
		Effective: rest.Instant(c.Valid), Expire: rest.Instant(c.Expire), Version: promotion.Reusable, LockedBy: c.Lock,
	}
}

// listOrderCoupons lists the coupons that a pending order of the caller can be paid with.
func (s *Service) listOrderCoupons(ctx context.Context, in *ofOrderInput) (*orderCouponsOutput, error) {
	t, err := loadTransaction(ctx, s.Table, rest.Caller(ctx).Party, OrderID(in.OrderID))
	if err != nil {
		return nil, err
	}
	out := &orderCouponsOutput{}
	out.Body.Coupons, out.Body.MaxUse = []couponBody{}, []couponUse{}
	if t.Top.Status != OrderAwaitingPayment {
		return out, nil
	}
	buys, err := s.buys(ctx, t)
	if err != nil {
		return nil, err
	}
	all, err := promotion.Coupons(ctx, s.Table, t.Top.Customer)
	if err != nil {
		return nil, err
	}
	kinds := map[int]bool{}
	for _, c := range promotion.Applicable(all, in.OrderID, buys, s.Clock.Now()) {
		out.Body.Coupons = append(out.Body.Coupons, showCoupon(c))
		if kind := promotion.KindOf(c); !kinds[kind] {
			kinds[kind] = true
			out.Body.MaxUse = append(out.Body.MaxUse, couponUse{Type: kind, Quantity: 1})
		}
	}
	out.Body.Count = len(out.Body.Coupons)
	return out, nil
}

type orderDiscountsOutput struct {
	Body struct {
		Discounts []discountBody `json:"discounts"`
	}
}

type discountBody struct {
	ID    string `json:"discount_id"`
	Value string `json:"discount_value"`
	Type  int    `json:"discount_type"`
}

// listOrderDiscounts lists the discounts that a pending order of the caller can be paid with: none, since the vendor reduces orders by coupons and
// partners grant no discounts.
func (s *Service) listOrderDiscounts(ctx context.Context, in *ofOrderInput) (*orderDiscountsOutput, error) {
	out := &orderDiscountsOutput{}
	out.Body.Discounts = []discountBody{}
	_, err := loadTransaction(ctx, s.Table, rest.Caller(ctx).Party, OrderID(in.OrderID))
	return out, err
}
