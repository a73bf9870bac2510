package promotion

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

type discountInput struct {
	CustomerID string `path:"customer_id" maxLength:"64"`
	Body       struct {
		PercentOff        int          `json:"percent_off" minimum:"1" maximum:"99" doc:"Of the order's price, rounded down to the fen"`
		EffectiveTime     rest.Instant `json:"effective_time"`
		ExpireTime        rest.Instant `json:"expire_time"`
		CloudServiceTypes []string     `json:"cloud_service_types,omitempty" maxItems:"10" maxLength:"64" doc:"What it is limited to; anything when absent"`
		ProductIDs        []string     `json:"product_ids,omitempty" maxItems:"10" maxLength:"64"`
		MinOrderAmount    rest.Amount  `json:"min_order_amount,omitempty" doc:"Yuan: the least that an order costs which it reduces"`
	}
}

type discountOutput struct {
	Body struct {
		CouponID CouponID `json:"coupon_id"`
	}
}

// createDiscount gives a customer a discount coupon of the vendor's. It is used once, whatever becomes of the order.
// Source: DOMAIN.md 1, "Unsubscribe & refund", discount coupon.
func (s *Service) createDiscount(ctx context.Context, in *discountInput) (*discountOutput, error) {
	b := in.Body
	c := Coupon{
		Type: DiscountCoupon, Percent: b.PercentOff, Status: CouponUsable, Customer: auth.PartyID(in.CustomerID), Issuer: rest.Caller(ctx).Party,
		Valid: time.Time(b.EffectiveTime), Expire: time.Time(b.ExpireTime),
		Limits: Limits{Services: b.CloudServiceTypes, Products: b.ProductIDs, MinOrder: money.Fen(b.MinOrderAmount)},
	}
	id, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		if err := c.lasts(now); err != nil {
			return "", err
		}
		holder, err := party.Get(ctx, s.Table, c.Customer)
		if err == nil && holder.Kind != auth.Customer {
			err = party.ErrUnknown.Saying("no customer %q", c.Customer).In("customer_id")
		}
		if err != nil {
			return "", err
		}
		tx.Check(&holder) // whoever becomes a partner gives up the discounts that it has
		c.ID, c.Created, c.Updated = CouponID(table.NewID(now)), now, now
		c.Head = couponHead(c.Customer, c.ID)
		c.arm()
		tx.Create(&c)
		event.Append(tx, event.Event{Type: EventDiscountGiven, Subject: string(c.ID), Owner: string(c.Customer), At: now, By: rest.Caller(ctx).Masked()})
		return string(c.ID), nil
	})
	out := &discountOutput{}
	out.Body.CouponID = CouponID(id)
	return out, err
}

// lasts holds for a coupon whose term is one that is not over. Error: CBC.0100.
func (c Coupon) lasts(now time.Time) error {
	switch {
	case c.Limits.MinOrder < 0:
		return problem.Invalid("min_order_amount", "%s is less than 0", c.Limits.MinOrder)
	case c.Valid.IsZero():
		return problem.Invalid("effective_time", "a coupon takes effect at some time")
	case !c.Expire.After(c.Valid) || !c.Expire.After(now):
		return problem.Invalid("expire_time", "%s has passed, or is not after effective_time", c.Expire.Format(time.RFC3339))
	}
	return nil
}
