package subscription

import (
	"context"
	"fmt"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
)

// ErrNoRefund: the order gives nothing back. Source: DOMAIN.md 18.
var ErrNoRefund = problem.New(http.StatusBadRequest, "CBC.99000083", "the order has no refund details")

type refundInput struct {
	OrderID         string `query:"order_id" required:"true" minLength:"1" maxLength:"64"`
	CustomerID      string `query:"customer_id" maxLength:"64" doc:"For partners: whose order it is"`
	IndirectPartner string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: the reseller whose customer's order it is"`
}

// refundBody is one row of a refund on the wire: the SDK's OrderRefundInfoV2, and behind it how the amount comes about.
type refundBody struct {
	ID               string      `json:"id"`
	Amount           rest.Amount `json:"amount" doc:"Yuan: negative what was paid and not yet given back, positive what of it was consumed or is the fee; all rows but those of vouchers sum to the refund, negative"`
	MeasureID        string      `json:"measure_id" doc:"1 yuan"`
	CustomerID       string      `json:"customer_id"`
	ResourceTypeCode string      `json:"resource_type_code"`
	ServiceTypeCode  string      `json:"service_type_code"`
	ServiceTypeName  string      `json:"service_type_name,omitempty"`
	RegionCode       string      `json:"region_code"`
	BaseOrderID      string      `json:"base_order_id" doc:"The order that was paid"`

	Kind       string       `json:"kind" enum:"paid,consumed,fee,voucher" doc:"voucher: returns to the voucher, beside the money"`
	ResourceID string       `json:"resource_id"`
	ProductID  string       `json:"product_id"`
	Basis      Basis        `json:"basis" doc:"The rule: five_day, in_use, not_effective, not_opened, to_on_demand, down_spec"`
	From       rest.Instant `json:"period_from" doc:"What the order had paid for"`
	To         rest.Instant `json:"period_to"`
	Hours      int64        `json:"hours,omitempty" doc:"Whole hours of the period"`
	Used       int64        `json:"hours_used,omitempty" doc:"Of which had passed"`
	FeeRate    int          `json:"fee_rate,omitempty" doc:"Percent of what was paid"`
	Source     string       `json:"source_of_money" enum:"balance,partner_balance,coupon" doc:"From where it was paid, and to where it returns"`
	CouponID   string       `json:"coupon_id,omitempty" doc:"The voucher or cash coupon to which some of it returns"`
	Coupons    rest.Amount  `json:"cash_coupon_amount,omitempty" doc:"What of the refund returns to the cash coupon"`
}

type refundOutput struct {
	Body struct {
		TotalCount  int          `json:"total_count"`
		RefundInfos []refundBody `json:"refund_infos"`
	}
}

// showRefund shows from which resources and orders a refund came, to the fen.
func (s *Service) showRefund(ctx context.Context, in *refundInput) (*refundOutput, error) {
	o, err := s.OrderFor(ctx, rest.Caller(ctx), auth.PartyID(in.IndirectPartner), OrderID(in.OrderID))
	if err == nil && in.CustomerID != "" && o.Customer != auth.PartyID(in.CustomerID) {
		err = ErrNoOrder.Saying("no order %q of customer %q", in.OrderID, in.CustomerID).In("order_id")
	}
	if err != nil {
		return nil, err
	}
	if o.Refund == nil {
		return nil, ErrNoRefund.Saying("order %q of type %d gives nothing back", o.ID, o.Type).In("order_id")
	}
	catalogue, err := s.productsOf(ctx, refundedLines(o))
	if err != nil {
		return nil, err
	}
	out := &refundOutput{}
	out.Body.RefundInfos = refundRows(o, catalogue)
	out.Body.TotalCount = len(out.Body.RefundInfos)
	return out, nil
}

// refundRows gives the rows of a refund: of each resource and order what was held, less what was consumed, less the fee.
func refundRows(o Order, catalogue Products) []refundBody {
	rows := []refundBody{}
	for _, l := range o.Refund.Lines {
		product, source := catalogue[l.Product], "balance"
		if l.Payer != "" {
			source = "partner_balance"
		}
		for _, part := range []struct {
			kind   string
			amount money.Fen
		}{{"paid", -(l.Back + l.Consumed + l.Fee)}, {"consumed", l.Consumed}, {"fee", l.Fee}, {"voucher", -l.Voucher}} {
			if part.amount == 0 {
				continue
			}
			from := source
			if part.kind == "voucher" {
				from = "coupon"
			}
			rows = append(rows, refundBody{
				ID: fmt.Sprintf("%s-%d", o.ID, len(rows)+1), Amount: rest.Amount(part.amount), MeasureID: "1", CustomerID: string(o.Customer),
				ResourceTypeCode: product.ResourceTypeCode, ServiceTypeCode: product.ServiceTypeCode, ServiceTypeName: product.ServiceTypeName,
				RegionCode: product.RegionCode, BaseOrderID: string(l.Base), Kind: part.kind, ResourceID: string(l.Resource), ProductID: string(l.Product),
				Basis: l.Basis, From: rest.Instant(l.From), To: rest.Instant(l.To.LastSecond()), Hours: l.Hours, Used: l.Passed, FeeRate: l.FeeRate,
				Source: from, CouponID: string(l.Coupon), Coupons: rest.Amount(l.CashCoupon),
			})
		}
	}
	return rows
}
