package subscription

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/promotion"
)

type ordersInput struct {
	rest.QueryPaging
	OrderID          string `query:"order_id" maxLength:"64"`
	CustomerID       string `query:"customer_id" maxLength:"64" doc:"For partners: one customer's; absent is all customers'"`
	CreateTimeBegin  string `query:"create_time_begin" maxLength:"20" doc:"UTC, such as 2026-12-01T00:00:00Z; at most a year before the end"`
	CreateTimeEnd    string `query:"create_time_end" maxLength:"20"`
	PaymentTimeBegin string `query:"payment_time_begin" maxLength:"20"`
	PaymentTimeEnd   string `query:"payment_time_end" maxLength:"20"`
	ServiceTypeCode  string `query:"service_type_code" maxLength:"64"`
	Status           int    `query:"status" minimum:"1" maximum:"13" doc:"1 under review, 3 processing, 4 cancelled, 5 completed, 6 awaiting payment"`
	OrderType        string `query:"order_type" maxLength:"2" doc:"1 new, 2 renewal, 3 change, 4 unsubscribe, 10 to on-demand"`
	OrderBy          string `query:"order_by" maxLength:"16" doc:"createTime or -createTime, the newest first, which it is when absent"`
	Method           string `query:"method" maxLength:"16" doc:"oneself, which it is when absent, or sub_customer: orders paid for enterprise sub-accounts"`
	IndirectPartner  string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: the reseller whose customers' orders these are"`
}

// orderBody is an order on the wire: the SDK's CustomerOrderV2 and CustomerOrderV3.
type orderBody struct {
	OrderID             string        `json:"order_id"`
	CustomerID          string        `json:"customer_id"`
	ServiceTypeCode     string        `json:"service_type_code,omitempty"`
	ServiceTypeName     string        `json:"service_type_name,omitempty"`
	SourceType          int           `json:"source_type"`
	Status              int           `json:"status"`
	OrderType           int           `json:"order_type"`
	AmountAfterDiscount rest.Amount   `json:"amount_after_discount" doc:"Yuan; of a refund what is given back, negative"`
	OfficialAmount      rest.Amount   `json:"official_amount"`
	MeasureID           int           `json:"measure_id" doc:"1 yuan"`
	CreateTime          rest.Instant  `json:"create_time"`
	PaymentTime         *rest.Instant `json:"payment_time,omitempty"`
	Currency            string        `json:"currency"`
	AmountInfo          amountInfo    `json:"amount_info"`
	UserName            string        `json:"user_name,omitempty"`
	PendingUntil        *rest.Instant `json:"pending_payment_end_time,omitempty"`
	SubOrders           []orderBody   `json:"sub_order_infos,omitempty" doc:"Of a combined transaction"`
	AgentPayInfo        *agentPayInfo `json:"agent_pay_info,omitempty" doc:"Once the customer has asked its partner to pay"`
}

type amountInfo struct {
	Discounts        []discountItem `json:"discounts"`
	FlexiCoupon      rest.Amount    `json:"flexipurchase_coupon_amount" doc:"What a cash coupon paid; of a refund what of it goes back to one"`
	CouponAmount     rest.Amount    `json:"coupon_amount" doc:"What a voucher paid; of a refund what goes back to one beside it"`
	StoredCardAmount rest.Amount    `json:"stored_card_amount"`
	CommissionAmount rest.Amount    `json:"commission_amount" doc:"The fee of a refund"`
	ConsumedAmount   rest.Amount    `json:"consumed_amount" doc:"What of a refund was consumed"`
}

// discountItem is a reduction of an order's price.
type discountItem struct {
	Type   string      `json:"discount_type"`
	Amount rest.Amount `json:"discount_amount"`
}

type ordersOutputList struct {
	rest.CountHeader
	Body struct {
		TotalCount int         `json:"total_count"`
		OrderInfos []orderBody `json:"order_infos"`
		Marker     string      `json:"marker,omitempty" doc:"Where the next page starts; absent on the last one"`
	}
}

// listOrders lists a customer's orders, for itself or for its partner, or those of all customers of the calling partner.
func (s *Service) listOrders(ctx context.Context, in *ordersInput) (*ordersOutputList, error) {
	paging := in.Paging()
	if err := paging.Check(); err != nil {
		return nil, err
	}
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	out := &ordersOutputList{}
	if out.Body.OrderInfos = []orderBody{}; in.Method == "sub_customer" {
		return out, nil // no customer has enterprise sub-accounts
	}
	caller := rest.Caller(ctx)
	query := table.Query{After: in.Marker, Scope: in.scope(caller), Page: int32(paging.Size() + 1)}
	page, err := s.orderPage(ctx, caller, in, filter, &query)
	if err != nil {
		return nil, err
	}
	for _, o := range page.Items {
		body, err := s.showOrder(ctx, o)
		if err != nil {
			return nil, err
		}
		out.Body.OrderInfos = append(out.Body.OrderInfos, body)
	}
	out.CountHeader, out.Body.TotalCount = page.Header(), page.Total
	if page.More {
		last := page.Items[len(page.Items)-1]
		if query.PK = last.PK; query.Index != "" {
			query.PK = last.G1PK
		}
		out.Body.Marker, err = s.Table.Marker(ctx, query, last)
	}
	return out, err
}

// orderPage reads one page, and sets the index that its markers are of.
func (s *Service) orderPage(ctx context.Context, caller auth.Principal, in *ordersInput, f OrderFilter, q *table.Query) (rest.Page[*Order], error) {
	var none rest.Page[*Order]
	if caller.Kind == auth.Customer {
		return rest.Collect(s.ordersOfCustomer(ctx, caller.Party, "", f, *q), in.Paging())
	}
	partner, err := party.ActingFor(ctx, s.Table, caller, auth.PartyID(in.IndirectPartner))
	if err != nil {
		return none, err
	}
	if in.CustomerID != "" {
		holder, err := s.customerOf(ctx, caller, partner, auth.PartyID(in.CustomerID))
		if err != nil {
			return none, err
		}
		return rest.Collect(s.ordersOfCustomer(ctx, holder.ID, holder.Partner, f, *q), in.Paging())
	}
	q.Index = table.Listed
	return rest.Collect(s.ordersOfPartner(ctx, party.ReaderOf(caller), partner, s.bounded(f), *q), in.Paging())
}

// customerOf reads a customer that the caller may see and that is associated with the partner whose business the call is, when that is another.
func (s *Service) customerOf(ctx context.Context, caller auth.Principal, partner, id auth.PartyID) (party.Party, error) {
	holder, err := party.ForCaller(ctx, s.Table, caller, id)
	if err == nil && partner != caller.Party && holder.Partner != partner {
		return party.Party{}, party.ErrUnknown.Saying("no customer %q", id).In("customer_id")
	}
	return holder, err
}

// bounded gives a filter whose times of placing span a year at most: a partner's list without them is of the last year.
func (s *Service) bounded(f OrderFilter) OrderFilter {
	if f.To.IsZero() {
		f.To = s.Clock.Now()
		if end := yearAfter(f.From); !f.From.IsZero() && end.Before(f.To) {
			f.To = end
		}
	}
	if f.From.IsZero() {
		day := calendar.DateOf(f.To)
		f.From = day.AddMonths(-monthsOfYear, day.Day).Start()
	}
	return f
}

func yearAfter(t time.Time) time.Time {
	day := calendar.DateOf(t)
	return t.Add(day.AddMonths(monthsOfYear, day.Day).Start().Sub(day.Start()))
}

// filter reads the query. Error: CBC.0100 on the field.
func (in *ordersInput) filter() (OrderFilter, error) {
	f := OrderFilter{ID: OrderID(strings.ToUpper(in.OrderID)), Status: OrderStatus(in.Status), ServiceType: in.ServiceTypeCode}
	var err error
	if f.From, f.To, err = window("create_time", in.CreateTimeBegin, in.CreateTimeEnd); err != nil {
		return f, err
	}
	if f.PaidFrom, f.PaidTo, err = window("payment_time", in.PaymentTimeBegin, in.PaymentTimeEnd); err != nil {
		return f, err
	}
	if in.OrderType != "" {
		kind, err := strconv.Atoi(in.OrderType)
		if err != nil {
			return f, problem.Invalid("order_type", "%q is not a number such as 2", in.OrderType)
		}
		f.Type = OrderType(kind)
	}
	switch strings.ToLower(in.OrderBy) {
	case "", "-createtime":
	case "createtime":
		f.OldestFirst = true
	default:
		return f, problem.Invalid("order_by", "%q is neither createTime nor -createTime", in.OrderBy)
	}
	if in.Method != "" && in.Method != "oneself" && in.Method != "sub_customer" {
		return f, problem.Invalid("method", "%q is neither oneself nor sub_customer", in.Method)
	}
	return f, nil
}

// window reads the begin and end of a time range of at most a year. Error: CBC.0100 on the field.
func window(name, begin, end string) (from, to time.Time, err error) {
	read := func(field, text string) (at rest.Instant, err error) {
		quoted, _ := json.Marshal(text) // a text always is
		if err := at.UnmarshalJSON(quoted); err != nil {
			return at, problem.Invalid(field, "%v", err)
		}
		return at, nil
	}
	b, err := read(name+"_begin", begin)
	if err != nil {
		return from, to, err
	}
	e, err := read(name+"_end", end)
	if err != nil {
		return from, to, err
	}
	if from, to = time.Time(b), time.Time(e); begin == "" || end == "" {
		return from, to, nil
	}
	if to.Before(from) {
		return from, to, problem.Invalid(name+"_end", "%s is before %s_begin", end, name)
	}
	if to.After(yearAfter(from)) {
		return from, to, problem.Invalid(name+"_end", "%s is more than a year after %s_begin", end, name)
	}
	return from, to, nil
}

// scope binds a marker to who asked for what.
func (in *ordersInput) scope(caller auth.Principal) string {
	asked := *in
	asked.QueryPaging = rest.QueryPaging{}
	filters, err := json.Marshal(asked)
	if err != nil {
		panic(err) // a struct of texts and numbers
	}
	return "orders " + string(caller.Party) + " " + string(filters)
}

// showOrder shows an order as its list has it, a combined transaction with its parts.
func (s *Service) showOrder(ctx context.Context, o *Order) (orderBody, error) {
	body := showRow(o)
	if len(o.Parts) == 0 {
		return body, nil
	}
	t, err := loadTransaction(ctx, s.Table, o.Customer, o.ID)
	for i := range t.Parts {
		body.SubOrders = append(body.SubOrders, showRow(&t.Parts[i]))
	}
	return body, err
}

// showDiscount shows what a discount coupon took off: type 300.
func showDiscount(amount money.Fen) []discountItem {
	if amount == 0 {
		return []discountItem{}
	}
	return []discountItem{{Type: strconv.Itoa(promotion.DiscountCoupon), Amount: rest.Amount(amount)}}
}

func showRow(o *Order) orderBody {
	body := orderBody{
		OrderID: string(o.ID), CustomerID: string(o.Customer), ServiceTypeCode: o.ServiceTypeCode, ServiceTypeName: o.ServiceTypeName,
		SourceType: int(o.Source), Status: int(o.Status), OrderType: int(o.Type), AmountAfterDiscount: rest.Amount(o.Amount),
		MeasureID: 1, CreateTime: rest.Instant(o.Placed), Currency: "CNY",
	}
	if o.GivesBack {
		body.AmountAfterDiscount = -body.AmountAfterDiscount
	}
	body.OfficialAmount = body.AmountAfterDiscount + rest.Amount(o.Discount)
	body.AmountInfo = amountInfo{
		Discounts: showDiscount(o.Discount), CommissionAmount: rest.Amount(o.Fee), ConsumedAmount: rest.Amount(o.Consumed),
		CouponAmount: rest.Amount(o.Vouchers), FlexiCoupon: rest.Amount(o.CashCoupons),
	}
	if !o.Paid.IsZero() {
		at := rest.Instant(o.Paid)
		body.PaymentTime = &at
	}
	body.AgentPayInfo = showAgentPay(o.Agent)
	return body
}
