package subscription

import (
	"context"
	"fmt"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
)

type orderDetailInput struct {
	OrderID         string `path:"order_id" maxLength:"64"`
	Language        string `header:"X-Language" maxLength:"16" doc:"zh_CN or en_US"`
	Offset          int    `query:"offset" minimum:"0" doc:"Lines to skip"`
	Limit           int    `query:"limit" minimum:"1" maximum:"100" default:"10" doc:"Lines of a page"`
	IndirectPartner string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: the reseller whose customer's order it is"`
}

// orderLineBody is a line of an order on the wire: the SDK's OrderLineItemEntityV2.
type orderLineBody struct {
	ID                  string        `json:"order_line_item_id"`
	OrderID             string        `json:"order_id"`
	ResourceID          string        `json:"resource_id"`
	ServiceTypeCode     string        `json:"service_type_code,omitempty"`
	ServiceTypeName     string        `json:"service_type_name,omitempty"`
	ProductID           string        `json:"product_id"`
	ProductSpecDesc     string        `json:"product_spec_desc,omitempty"`
	PeriodType          *int          `json:"period_type,omitempty" doc:"2 month, 3 year; absent of a refund"`
	PeriodNum           *int          `json:"period_num,omitempty"`
	EffectiveTime       *rest.Instant `json:"effective_time,omitempty"`
	ExpireTime          *rest.Instant `json:"expire_time,omitempty"`
	SubscriptionNum     int           `json:"subscription_num"`
	AmountAfterDiscount rest.Amount   `json:"amount_after_discount"`
	OfficialAmount      rest.Amount   `json:"official_amount"`
	AmountInfo          amountInfo    `json:"amount_info"`
	Currency            string        `json:"currency"`
}

type orderDetailOutput struct {
	Body struct {
		TotalCount int             `json:"total_count"`
		OrderInfo  orderBody       `json:"order_info"`
		Lines      []orderLineBody `json:"order_line_items"`
	}
}

// showOrderDetails shows an order with its lines; those of a combined transaction are the lines of its parts.
func (s *Service) showOrderDetails(ctx context.Context, in *orderDetailInput) (*orderDetailOutput, error) {
	o, err := s.OrderFor(ctx, rest.Caller(ctx), auth.PartyID(in.IndirectPartner), OrderID(in.OrderID))
	if err != nil {
		return nil, err
	}
	t := Transaction{Top: o}
	if len(o.Parts) > 0 {
		if t, err = loadTransaction(ctx, s.Table, o.Customer, o.ID); err != nil {
			return nil, err
		}
	}
	out := &orderDetailOutput{}
	out.Body.OrderInfo = showDetail(&o)
	var lines []orderLineBody
	for i := range t.Parts {
		out.Body.OrderInfo.SubOrders = append(out.Body.OrderInfo.SubOrders, showDetail(&t.Parts[i]))
	}
	for _, leaf := range t.leaves() {
		catalogue, err := s.productsOf(ctx, append(leaf.Lines, refundedLines(*leaf)...))
		if err != nil {
			return nil, err
		}
		lines = append(lines, showLines(*leaf, catalogue)...)
	}
	out.Body.TotalCount = len(lines)
	from := min(in.Offset, len(lines))
	out.Body.Lines = append([]orderLineBody{}, lines[from:min(from+in.Limit, len(lines))]...)
	return out, nil
}

func showDetail(o *Order) orderBody {
	body := showRow(o)
	body.UserName = o.User
	if !o.PayBefore.IsZero() {
		at := rest.Instant(o.PayBefore)
		body.PendingUntil = &at
	}
	return body
}

// refundedLines gives a refund's lines as lines of an order, for what both show.
func refundedLines(o Order) []OrderLine {
	if o.Refund == nil {
		return nil
	}
	lines := make([]OrderLine, len(o.Refund.Lines))
	for i, l := range o.Refund.Lines {
		lines[i] = OrderLine{Resource: l.Resource, Product: l.Product, Amount: -l.Back, From: l.From, To: l.To}
	}
	return lines
}

func showLines(o Order, catalogue Products) []orderLineBody {
	var all []orderLineBody
	for i, l := range append(o.Lines, refundedLines(o)...) {
		product := catalogue[l.Product]
		body := orderLineBody{
			ID: fmt.Sprintf("%s-%d", o.ID, i+1), OrderID: string(o.ID), ResourceID: string(l.Resource), ServiceTypeCode: product.ServiceTypeCode,
			ServiceTypeName: product.ServiceTypeName, ProductID: string(l.Product), ProductSpecDesc: product.ResourceSpecCode, SubscriptionNum: 1,
			AmountAfterDiscount: rest.Amount(l.price()), OfficialAmount: rest.Amount(l.price() + l.Discount),
			AmountInfo: amountInfo{Discounts: showDiscount(l.Discount), CouponAmount: rest.Amount(l.Voucher), FlexiCoupon: rest.Amount(l.CashCoupon)}, Currency: "CNY",
		}
		if o.Refund == nil {
			unit, count := int(o.Unit), o.Count
			body.PeriodType, body.PeriodNum = &unit, &count
		} else {
			line := o.Refund.Lines[i]
			body.AmountInfo.CouponAmount, body.AmountInfo.FlexiCoupon = rest.Amount(line.Voucher), rest.Amount(line.CashCoupon)
			body.AmountInfo.CommissionAmount, body.AmountInfo.ConsumedAmount = rest.Amount(line.Fee), rest.Amount(line.Consumed)
		}
		if !l.From.IsZero() {
			from, to := rest.Instant(l.From), rest.Instant(l.To.LastSecond())
			body.EffectiveTime, body.ExpireTime = &from, &to
		}
		all = append(all, body)
	}
	return all
}
