package performance

import (
	"context"
	"strconv"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// billDetailInput has BSS's fields.
type billDetailInput struct {
	rest.Lenient
	rest.QueryPaging
	BillCycle         string `query:"bill_cycle" minLength:"7" maxLength:"7" required:"true" doc:"Such as 2026-11"`
	CustomerID        string `query:"customer_id" minLength:"1" maxLength:"64" required:"true"`
	ServiceTypeCode   string `query:"service_type_code" maxLength:"64"`
	RegionCode        string `query:"region_code" maxLength:"64"`
	ChargingMode      int    `query:"charging_mode" minimum:"0" maximum:"11" doc:"1 yearly or monthly, 3 by use, 10 reserved, 11 savings plan"`
	BillDetailType    int    `query:"bill_detail_type" minimum:"0" maximum:"200"`
	ResourceID        string `query:"resource_id" maxLength:"200"`
	ResourceName      string `query:"resource_name" maxLength:"128"`
	TradeID           string `query:"trade_id" maxLength:"64"`
	AccountManagerID  string `query:"account_manager_id" maxLength:"64"`
	AssociationType   string `query:"association_type" enum:"1,2"`
	BillDateBegin     string `query:"bill_date_begin" maxLength:"10" doc:"A date of the bill cycle, as the bill has it; with bill_date_end"`
	BillDateEnd       string `query:"bill_date_end" maxLength:"10"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64"`
}

// FeeRecord is the SDK's SubCustomerMonthlyBillDetail. It is exported for the schema of the operations alone.
type FeeRecord struct {
	BillCycle        Month        `json:"bill_cycle"`
	CustomerID       auth.PartyID `json:"customer_id"`
	AssociationType  string       `json:"association_type"`
	ServiceTypeCode  string       `json:"service_type_code"`
	ServiceTypeName  string       `json:"service_type_name"`
	ResourceTypeCode string       `json:"resource_type_code,omitempty"`
	ResourceTypeName string       `json:"resource_type_name,omitempty"`
	ChargingMode     int          `json:"charging_mode"`
	TradeTime        rest.Instant `json:"trade_time"`
	TradeID          string       `json:"trade_id"`
	ID               LineID       `json:"id"`
	BillDetailType   int          `json:"bill_detail_type"`
	ResourceID       string       `json:"resource_id,omitempty"`
	ResourceName     string       `json:"resource_name,omitempty"`
	RegionCode       string       `json:"region_code,omitempty"`
	ProductID        string       `json:"product_id,omitempty"`
	ConsumeTime      rest.Instant `json:"consume_time"`
	UsageType        string       `json:"usage_type,omitempty"`
	UsageAmount      *Exact       `json:"usage_amount,omitempty"`
	OfficialAmount   *Exact       `json:"official_amount,omitempty" doc:"At list prices, unrounded"`
	PaymentAmount    Exact        `json:"payment_amount" doc:"To pay, unrounded"`
	CashAmount       rest.Amount  `json:"cash_amount" doc:"Paid: cut to the fen, as the amounts below"`
	CreditAmount     rest.Amount  `json:"credit_amount"`
	CouponAmount     rest.Amount  `json:"coupon_amount"`
	CashCoupon       rest.Amount  `json:"flexipurchase_coupon_amount"`
	StoredCard       rest.Amount  `json:"stored_value_card_amount"`
	DebtAmount       rest.Amount  `json:"debt_amount"`
	WriteoffAmount   rest.Amount  `json:"writeoff_amount"`
	AccountManagerID string       `json:"account_manager_id,omitempty"`
	PartnerID        auth.PartyID `json:"partner_id"`
}

type billDetailOutput struct {
	rest.CountHeader
	Body struct {
		TotalCount int         `json:"total_count"`
		Currency   string      `json:"currency"`
		FeeRecords []FeeRecord `json:"fee_records"`
		Marker     string      `json:"marker,omitempty"`
	}
}

// billDetail lists what a customer consumed in a month while it was the partner's, by time.
func (s *Service) billDetail(ctx context.Context, in *billDetailInput) (*billDetailOutput, error) {
	caller := rest.Caller(ctx)
	partner, err := party.ActingFor(ctx, s.Table, caller, auth.PartyID(in.IndirectPartnerID))
	if err != nil {
		return nil, err
	}
	month, err := ParseMonth("bill_cycle", in.BillCycle)
	if err != nil {
		return nil, err
	}
	customer, err := s.consumer(ctx, partner, auth.PartyID(in.CustomerID), month)
	if err != nil {
		return nil, err
	}
	q := table.Query{PK: ofCustomer(customer.ID, month), Prefix: linePrefix, Scope: "fee records " + caller.Masked() + " " + in.scope()}
	if q, err = in.days(month, q); err != nil {
		return nil, err
	}
	page, err := rest.List(ctx, s.Table, q, in.Paging(), func(l *Line) bool { return in.matches(l, partner, customer) })
	if err != nil {
		return nil, err
	}
	types, err := s.services(ctx)
	if err != nil {
		return nil, err
	}
	out := &billDetailOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Currency, out.Body.Marker, out.Body.FeeRecords = page.Total, Currency, page.Marker, []FeeRecord{}
	for _, l := range page.Items {
		out.Body.FeeRecords = append(out.Body.FeeRecords, feeRecord(l, types[l.Service], customer))
	}
	return out, nil
}

// consumer reads a customer that is the partner's, or that consumed in the month while it was. Any other looks like one that does not exist.
// Error: party.ErrUnknown.
func (s *Service) consumer(ctx context.Context, partner, id auth.PartyID, month Month) (party.Party, error) {
	customer, err := party.CustomerOf(ctx, s.Table, partner, id)
	if err == nil {
		return customer, nil
	}
	refusal, refused := problem.As(err)
	if !refused {
		return customer, err
	}
	if !table.IsID(string(id)) {
		return customer, refusal.In("customer_id")
	}
	var share Share
	if err := s.Table.Get(ctx, shareKey(partner, month, id), &share); absent(err) {
		return customer, refusal.In("customer_id")
	} else if err != nil {
		return customer, err
	}
	return s.customer(ctx, id)
}

func (in *billDetailInput) scope() string {
	return strings.Join([]string{
		in.BillCycle, in.CustomerID, in.ServiceTypeCode, in.RegionCode, strconv.Itoa(in.ChargingMode), strconv.Itoa(in.BillDetailType), in.ResourceID,
		in.ResourceName, in.TradeID, in.AccountManagerID, in.AssociationType, in.BillDateBegin, in.BillDateEnd, in.IndirectPartnerID,
	}, "\x1f")
}

// days bounds a query by dates, which are the source's. Error: CBC.0100.
func (in *billDetailInput) days(month Month, q table.Query) (table.Query, error) {
	if in.BillDateBegin == "" || in.BillDateEnd == "" {
		return q, nil // one alone is no filter. Source: SDK, bill_date_end
	}
	var bounds [2]calendar.Date
	for n, one := range []struct{ field, text string }{{"bill_date_begin", in.BillDateBegin}, {"bill_date_end", in.BillDateEnd}} {
		day, err := calendar.ParseDate(one.text)
		if err != nil {
			return q, problem.Invalid(one.field, "%v", err)
		}
		if MonthOf(day) != month {
			return q, problem.Invalid(one.field, "%s is not in bill_cycle %s", day, month)
		}
		bounds[n] = day
	}
	if bounds[1].Before(bounds[0]) {
		return q, problem.Invalid("bill_date_end", "%s is before bill_date_begin %s", bounds[1], bounds[0])
	}
	const dayForm = "060102"
	q.Prefix = ""
	q.From = linePrefix + time.Date(bounds[0].Year, bounds[0].Month, bounds[0].Day, 0, 0, 0, 0, time.UTC).Format(dayForm)
	q.To = linePrefix + time.Date(bounds[1].Year, bounds[1].Month, bounds[1].Day, 0, 0, 0, 0, time.UTC).Format(dayForm) + "~"
	return q, nil
}

func (in *billDetailInput) matches(l *Line, partner auth.PartyID, customer party.Party) bool {
	return l.Partner == partner && (in.ServiceTypeCode == "" || strings.EqualFold(in.ServiceTypeCode, l.Service)) &&
		(in.RegionCode == "" || in.RegionCode == l.Region) && (in.ChargingMode == 0 || in.ChargingMode == l.Mode) &&
		(in.BillDetailType == 0 || in.BillDetailType == l.Detail) && (in.ResourceID == "" || in.ResourceID == l.Resource) &&
		(in.ResourceName == "" || in.ResourceName == l.ResourceName) && (in.TradeID == "" || in.TradeID == l.trade()) &&
		(in.AccountManagerID == "" || in.AccountManagerID == string(customer.Profile.Manager)) &&
		(in.AssociationType == "" || in.AssociationType == strconv.Itoa(l.Type))
}

func feeRecord(l *Line, t *ServiceType, customer party.Party) FeeRecord {
	r := FeeRecord{
		BillCycle: l.Month(), CustomerID: l.Customer(), AssociationType: strconv.Itoa(l.Type), ServiceTypeCode: l.Service, ServiceTypeName: l.ServiceName,
		ResourceTypeCode: l.ResourceType, ChargingMode: l.Mode, TradeTime: rest.Instant(l.At), TradeID: l.trade(), ID: l.ID(), BillDetailType: l.Detail,
		ResourceID: l.Resource, ResourceName: l.ResourceName, RegionCode: l.Region, ProductID: l.Sku, ConsumeTime: rest.Instant(l.At),
		UsageType: l.Unit, PaymentAmount: l.Amount, PartnerID: l.Partner,
	}
	if l.Partner == customer.Partner {
		r.AccountManagerID = string(customer.Profile.Manager)
	}
	if l.Quantity != "" {
		r.UsageAmount = &l.Quantity
	}
	if l.List != "" {
		r.OfficialAmount = &l.List
	}
	if t != nil {
		for _, of := range t.Resources {
			if of.Code == l.ResourceType {
				r.ResourceTypeName = of.Name
			}
		}
	}
	switch paid := rest.Amount(l.Fen); l.Instrument {
	case Cash, StoredValueCardPurchase:
		r.CashAmount = paid
	case CreditLine:
		r.CreditAmount = paid
	case Voucher, TestVoucher:
		r.CouponAmount = paid
	case CountingCashCoupon, NonCountingCashCoupon:
		r.CashCoupon = paid
	case StoredValueCard:
		r.StoredCard = paid
	}
	return r
}

// ConsumersBody is what ListConsumeSubCustomers takes. It is exported for the schema of the operations alone.
type ConsumersBody struct {
	rest.Paging
	BillCycle string `json:"bill_cycle" minLength:"7" maxLength:"7"`
}

type consumersInput struct {
	rest.Lenient
	Body ConsumersBody
}

// Consumer is the SDK's SubCustomerInfoV3. It is exported for the schema of the operations alone.
type Consumer struct {
	CustomerID auth.PartyID `json:"customer_id"`
}

type consumersOutput struct {
	rest.CountHeader
	Body struct {
		TotalCount   int        `json:"total_count"`
		SubCustomers []Consumer `json:"sub_customers"`
		Marker       string     `json:"marker,omitempty"`
	}
}

// consumers lists which customers consumed in a month while they were the calling partner's, in the order of their ids.
func (s *Service) consumers(ctx context.Context, in *consumersInput) (*consumersOutput, error) {
	month, err := ParseMonth("bill_cycle", in.Body.BillCycle)
	if err != nil {
		return nil, err
	}
	caller := rest.Caller(ctx)
	q := sharesOf(caller.Party, month)
	q.Scope = "consumers " + caller.Masked() + " " + in.Body.BillCycle
	page, err := rest.List(ctx, s.Table, q, in.Body.Paging, func(share *Share) bool { return len(share.billed()) > 0 })
	if err != nil {
		return nil, err
	}
	out := &consumersOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.SubCustomers = page.Total, page.Marker, []Consumer{}
	for _, share := range page.Items {
		out.Body.SubCustomers = append(out.Body.SubCustomers, Consumer{share.Customer})
	}
	return out, nil
}

// billed gives the rows that the partner's own bills have: not those that were transferred to it.
func (s *Share) billed() []ShareRow {
	var all []ShareRow
	for _, r := range s.Rows {
		if !r.Moved {
			all = append(all, r)
		}
	}
	return all
}
