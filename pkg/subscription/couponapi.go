package subscription

import (
	"context"

	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
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

type couponBody struct {
	CouponID  string      `json:"coupon_id"`
	Type      int         `json:"coupon_type"`
	MeasureID int         `json:"measure_id"`
	Balance   rest.Amount `json:"balance"`
}

// coupon is a voucher or a coupon of a customer.
type coupon struct {
	table.Head
	ID      string    `dynamodbav:"id"`
	Type    int       `dynamodbav:"type"`
	Balance money.Fen `dynamodbav:"balance"`
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
	for c, err := range table.All[coupon](ctx, s.Table, table.Query{PK: ownerKey(t.Top.Customer), Prefix: "COUPON#", Strong: true}) {
		if err != nil {
			return nil, err
		}
		out.Body.Coupons = append(out.Body.Coupons, couponBody{CouponID: c.ID, Type: c.Type, MeasureID: 1, Balance: rest.Amount(c.Balance)})
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

// discount is a price reduction that a customer was granted.
type discount struct {
	table.Head
	ID    string `dynamodbav:"id"`
	Value string `dynamodbav:"value"`
	Type  int    `dynamodbav:"type"`
}

// listOrderDiscounts lists the discounts that a pending order of the caller can be paid with.
func (s *Service) listOrderDiscounts(ctx context.Context, in *ofOrderInput) (*orderDiscountsOutput, error) {
	t, err := loadTransaction(ctx, s.Table, rest.Caller(ctx).Party, OrderID(in.OrderID))
	if err != nil {
		return nil, err
	}
	out := &orderDiscountsOutput{}
	out.Body.Discounts = []discountBody{}
	if t.Top.Status != OrderAwaitingPayment {
		return out, nil
	}
	for d, err := range table.All[discount](ctx, s.Table, table.Query{PK: ownerKey(t.Top.Customer), Prefix: "DISCOUNT#", Strong: true}) {
		if err != nil {
			return nil, err
		}
		out.Body.Discounts = append(out.Body.Discounts, discountBody{ID: d.ID, Value: d.Value, Type: d.Type})
	}
	return out, nil
}
