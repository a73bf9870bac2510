package subscription

import (
	"context"
	"fmt"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/promotion"
)

type purchaseInput struct {
	rest.Lenient
	Body struct {
		Products    []purchaseItem `json:"products" minItems:"1" maxItems:"10" doc:"Several are a combined transaction, which is paid and cancelled together"`
		IsAutoPay   int            `json:"is_auto_pay,omitempty" enum:"0,1" doc:"1 pays the order at once"`
		CouponID    string         `json:"coupon_id,omitempty" maxLength:"64" doc:"A voucher or cash coupon that pays the order at once, or is held for it while it awaits payment"`
		IsAutoRenew int            `json:"is_auto_renew,omitempty" enum:"0,1" doc:"1 makes the resources renew themselves"`
	}
}

type purchaseItem struct {
	ProductID  string       `json:"product_id" minLength:"1" maxLength:"64"`
	Name       string       `json:"resource_name,omitempty" maxLength:"64"`
	PeriodType int          `json:"period_type" enum:"2,3" doc:"2 month, 3 year"`
	PeriodNum  int          `json:"period_num" doc:"1-11 months or 1-5 years"`
	Attached   []boughtBody `json:"attached,omitempty" maxItems:"24" doc:"What is attached to the resource, for the same term"`
}

type boughtBody struct {
	ProductID string `json:"product_id" minLength:"1" maxLength:"64"`
	Name      string `json:"resource_name,omitempty" maxLength:"64"`
}

type purchaseOutput struct {
	Body struct {
		OrderID     OrderID     `json:"order_id" doc:"To pay or cancel by"`
		SubOrderIDs []OrderID   `json:"sub_order_ids,omitempty" doc:"Of a combined transaction"`
		Status      int         `json:"status" doc:"3 processing: the vendor opens the resources; 5 completed; 6 awaiting payment"`
		Amount      rest.Amount `json:"amount" doc:"Yuan"`
	}
}

// purchase orders new resources. They open when the order is paid.
func (s *Service) purchase(ctx context.Context, in *purchaseInput) (*purchaseOutput, error) {
	caller := rest.Caller(ctx)
	o, err := s.once(ctx, 0, func() (Order, error) {
		p := Purchase{AutoRenew: in.Body.IsAutoRenew == 1, Source: sourceOf(caller), By: caller.Masked(), Now: s.Clock.Now()}
		var err error
		if p.Holder, err = party.Get(ctx, s.Table, caller.Party); err != nil {
			return Order{}, err
		}
		if p.Items, err = s.items(ctx, in.Body.Products); err != nil {
			return Order{}, err
		}
		if err := p.Guard(); err != nil {
			return Order{}, err
		}
		t := p.Orders()
		var with *CouponUse
		if in.Body.CouponID != "" {
			with = &CouponUse{ID: promotion.CouponID(in.Body.CouponID)}
		}
		return s.Place(ctx, t, with, p.By, in.Body.IsAutoPay == 1, func(tx *table.Tx) {
			tx.Check(&p.Holder) // whose partner lists it
			rest.ClaimOf(ctx).Put(tx, 0, string(t.Top.ID))
		})
	})
	if err != nil {
		return nil, err
	}
	out := &purchaseOutput{}
	out.Body.OrderID, out.Body.SubOrderIDs, out.Body.Status, out.Body.Amount = o.ID, o.Parts, int(o.Status), rest.Amount(o.Amount)
	return out, unpaid([]judged{{Order: o}}, in.Body.IsAutoPay == 1)
}

// items reads the products of a purchase. Errors: ErrNoSuchPeriod, ErrNoProduct.
func (s *Service) items(ctx context.Context, wanted []purchaseItem) ([]Item, error) {
	known := Products{}
	bought := func(b boughtBody, field string) (Bought, error) {
		id := ProductID(b.ProductID)
		if _, ok := known[id]; !ok {
			p, err := loadProduct(ctx, s.Table, id)
			if refusal, refused := problem.As(err); refused {
				return Bought{}, refusal.In(field)
			}
			if err != nil {
				return Bought{}, err
			}
			known[id] = p
		}
		return Bought{Product: known[id], Name: b.Name}, nil
	}
	items := make([]Item, len(wanted))
	for n, w := range wanted {
		term := calendar.Term{Unit: calendar.Unit(w.PeriodType), Count: w.PeriodNum}
		if err := CheckPurchase(term); err != nil {
			return nil, err
		}
		var err error
		items[n].Term = term
		if items[n].Main, err = bought(boughtBody{w.ProductID, w.Name}, fmt.Sprintf("products[%d].product_id", n)); err != nil {
			return nil, err
		}
		for i, a := range w.Attached {
			one, err := bought(a, fmt.Sprintf("products[%d].attached[%d].product_id", n, i))
			if err != nil {
				return nil, err
			}
			items[n].Attached = append(items[n].Attached, one)
		}
	}
	return items, nil
}

type payInput struct {
	rest.Lenient
	Body struct {
		OrderID       string       `json:"order_id" minLength:"1" maxLength:"64" doc:"Of a combined transaction the transaction's"`
		UseCoupon     string       `json:"use_coupon" enum:"YES,NO"`
		UseDiscount   string       `json:"use_discount" enum:"YES,NO"`
		CouponInfos   []usedCoupon `json:"coupon_infos,omitempty" maxItems:"3" doc:"With use_coupon YES only"`
		DiscountInfos []usedPrice  `json:"discount_infos,omitempty" maxItems:"1" doc:"With use_discount YES only: exactly one"`
	}
}

type usedCoupon struct {
	ID   string `json:"id" maxLength:"64"`
	Type int    `json:"type" enum:"300,301,302,303" doc:"300 discount coupon, 301 voucher, 302 cash coupon, 303 stored-value card"`
}

type usedPrice struct {
	ID   string `json:"id" maxLength:"64"`
	Type int    `json:"type" enum:"0,2,3" doc:"0 promotion, 2 commercial, 3 granted by the partner"`
}

// pay pays an order, or a combined transaction, with a coupon of the caller's and from its balance.
func (s *Service) pay(ctx context.Context, in *payInput) (*struct{}, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	caller := rest.Caller(ctx)
	_, err := s.once(ctx, 0, func() (Order, error) {
		return s.Pay(ctx, caller.Party, OrderID(in.Body.OrderID), in.coupon(), caller.Masked(), func(tx *table.Tx) { rest.ClaimOf(ctx).Put(tx, 0, in.Body.OrderID) })
	})
	return nil, err
}

// coupon gives the coupon that is to pay; nil for none.
func (in *payInput) coupon() *CouponUse {
	if in.Body.UseCoupon == "NO" {
		return nil
	}
	c := in.Body.CouponInfos[0]
	return &CouponUse{ID: promotion.CouponID(c.ID), Type: c.Type}
}

// check holds when coupons and discounts are named exactly when they are used, and one coupon at most. Nobody grants discounts.
func (in *payInput) check() error {
	b := in.Body
	switch {
	case b.UseCoupon == "NO" && len(b.CouponInfos) > 0:
		return problem.Invalid("coupon_infos", "it goes with use_coupon YES only")
	case b.UseDiscount == "NO" && len(b.DiscountInfos) > 0:
		return problem.Invalid("discount_infos", "it goes with use_discount YES only")
	case b.UseCoupon == "YES" && len(b.CouponInfos) == 0:
		return problem.Invalid("coupon_infos", "use_coupon YES names a coupon")
	case b.UseDiscount == "YES" && len(b.DiscountInfos) == 0:
		return problem.Invalid("discount_infos", "use_discount YES names one discount")
	case len(b.CouponInfos) > 1:
		return problem.Invalid("coupon_infos", "an order is paid with one coupon, not with %d", len(b.CouponInfos))
	case b.UseDiscount == "YES":
		return problem.Invalid("discount_infos", "you have no discount %q", b.DiscountInfos[0].ID)
	}
	return nil
}

type cancelInput struct {
	rest.Lenient
	Body struct {
		OrderID string `json:"order_id" minLength:"1" maxLength:"64"`
	}
}

// cancelOrder cancels an order that awaits payment.
func (s *Service) cancelOrder(ctx context.Context, in *cancelInput) (*struct{}, error) {
	caller, id := rest.Caller(ctx), OrderID(in.Body.OrderID)
	_, err := s.once(ctx, 0, func() (Order, error) {
		return Order{}, s.cancel(ctx, caller.Party, id, OrderDropped, caller.Masked(), func(tx *table.Tx) { rest.ClaimOf(ctx).Put(tx, 0, string(id)) })
	})
	return nil, err
}

type openingInput struct {
	OrderID string `path:"order_id" maxLength:"64"`
	Body    struct {
		CustomerID string `json:"customer_id" minLength:"1" maxLength:"64"`
		Opened     bool   `json:"opened" doc:"Whether every resource of the order is open; false gives everything back"`
		Reason     string `json:"reason,omitempty" maxLength:"200" doc:"Why not"`
	}
}

type openingOutput struct {
	Body struct {
		OrderID OrderID `json:"order_id"`
		Status  int     `json:"status"`
	}
}

// reportOpening takes the vendor's report on the resources of a paid order, or of one part of a combined transaction.
func (s *Service) reportOpening(ctx context.Context, in *openingInput) (*openingOutput, error) {
	if !in.Body.Opened && in.Body.Reason == "" {
		return nil, problem.Invalid("reason", "it says why the resources could not be opened")
	}
	o, err := s.Opened(ctx, auth.PartyID(in.Body.CustomerID), OrderID(in.OrderID), in.Body.Opened, in.Body.Reason, rest.Caller(ctx).Masked())
	out := &openingOutput{}
	out.Body.OrderID, out.Body.Status = o.ID, int(o.Status)
	return out, err
}
