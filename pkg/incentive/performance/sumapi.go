package performance

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// monthlyBillsInput has BSS's fields.
type monthlyBillsInput struct {
	rest.Lenient
	rest.QueryPaging
	CustomerID        string `query:"customer_id" maxLength:"64"`
	Cycle             string `query:"cycle" minLength:"7" maxLength:"7" required:"true"`
	CloudServiceType  string `query:"cloud_service_type" maxLength:"64"`
	ChargeMode        string `query:"charge_mode" enum:"1,3,11" required:"true" doc:"1 yearly or monthly, 3 by use, 11 savings plan"`
	BillType          string `query:"bill_type" enum:"0,1,2" doc:"0 consumption, 1 unsubscription, 2 written off by the vendor"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64"`
}

// BillSum is the SDK's BillSumInfoV2. It is exported for the schema of the operations alone.
type BillSum struct {
	CustomerID           auth.PartyID    `json:"customer_id"`
	CloudServiceType     string          `json:"cloud_service_type"`
	CloudServiceTypeName string          `json:"cloud_service_type_name"`
	ResourceTypeCode     string          `json:"resource_type_code,omitempty"`
	ResourceTypeName     string          `json:"resource_type_name,omitempty"`
	BillType             string          `json:"bill_type"`
	ChargeMode           string          `json:"charge_mode"`
	Amount               rest.Amount     `json:"amount"`
	DebtAmount           *rest.Amount    `json:"debt_amount,omitempty"`
	MeasureID            int             `json:"measure_id" doc:"1 yuan"`
	AccountDetails       []AccountDetail `json:"account_details"`
}

// AccountDetail is the SDK's BalanceTypeDeductSumV2. It is exported for the schema of the operations alone.
type AccountDetail struct {
	BalanceType string      `json:"balance_type"`
	Amount      rest.Amount `json:"amount"`
	BillType    string      `json:"bill_type"`
}

// balanceOf gives BSS's balance type of what paid.
func balanceOf(i Instrument) string {
	switch i {
	case CreditLine:
		return "BALANCE_TYPE_CREDIT"
	case Voucher, TestVoucher:
		return "BALANCE_TYPE_COUPON"
	case CountingCashCoupon, NonCountingCashCoupon:
		return "BALANCE_TYPE_RCASH_COUPON"
	case StoredValueCard:
		return "BALANCE_TYPE_STORED_VALUE_CARD"
	case Cash, StoredValueCardPurchase:
	}
	return "BALANCE_TYPE_DEBIT"
}

type monthlyBillsOutput struct {
	rest.CountHeader
	Body struct {
		BillSums []BillSum `json:"bill_sums"`
		Count    int       `json:"count"`
		Currency string    `json:"currency"`
	}
}

// monthlyBills sums what the partner's customers consumed in a month, by customer, service, resource type and bill type.
func (s *Service) monthlyBills(ctx context.Context, in *monthlyBillsInput) (*monthlyBillsOutput, error) {
	partner, err := party.ActingFor(ctx, s.Table, rest.Caller(ctx), auth.PartyID(in.IndirectPartnerID))
	if err != nil {
		return nil, err
	}
	month, err := ParseMonth("cycle", in.Cycle)
	if err != nil {
		return nil, err
	}
	q := sharesOf(partner, month)
	if in.CustomerID != "" {
		customer, err := s.consumer(ctx, partner, auth.PartyID(in.CustomerID), month)
		if err != nil {
			return nil, err
		}
		q.Prefix, q.From, q.To = "", shareKey(partner, month, customer.ID).SK, shareKey(partner, month, customer.ID).SK
	}
	types, err := s.services(ctx)
	if err != nil {
		return nil, err
	}
	var all []BillSum
	for share, err := range table.All[Share](ctx, s.Table, q) {
		if err != nil {
			return nil, err
		}
		all = append(all, share.sums(in, types)...)
	}
	page, err := slice(all, in.QueryPaging)
	if err != nil {
		return nil, err
	}
	out := &monthlyBillsOutput{CountHeader: page.Header()}
	out.Body.BillSums, out.Body.Count, out.Body.Currency = page.Items, page.Total, Currency
	return out, nil
}

// sums gives the sums that a list asks for.
func (s *Share) sums(in *monthlyBillsInput, types map[string]*ServiceType) []BillSum {
	var all []BillSum
	for _, r := range s.billed() {
		if in.ChargeMode != strconv.Itoa(r.Mode) || in.BillType != "" && in.BillType != r.Bill ||
			in.CloudServiceType != "" && !strings.EqualFold(in.CloudServiceType, r.Service) {
			continue
		}
		at := slices.IndexFunc(all, func(b BillSum) bool {
			return b.CloudServiceType == r.Service && b.ResourceTypeCode == r.ResourceType && b.BillType == r.Bill
		})
		if at < 0 {
			at, all = len(all), append(all, newSum(s.Customer, r, types[r.Service]))
		}
		all[at].add(r)
	}
	return all
}

func newSum(customer auth.PartyID, r ShareRow, t *ServiceType) BillSum {
	b := BillSum{
		CustomerID: customer, CloudServiceType: r.Service, CloudServiceTypeName: r.ServiceName, ResourceTypeCode: r.ResourceType, BillType: r.Bill,
		ChargeMode: strconv.Itoa(r.Mode), MeasureID: 1, AccountDetails: []AccountDetail{},
	}
	if r.Bill == "0" {
		b.DebtAmount = new(rest.Amount)
	}
	if t != nil {
		for _, of := range t.Resources {
			if of.Code == r.ResourceType {
				b.ResourceTypeName = of.Name
			}
		}
	}
	return b
}

func (b *BillSum) add(r ShareRow) {
	b.Amount += rest.Amount(r.Charged)
	kind := balanceOf(r.Instrument)
	at := slices.IndexFunc(b.AccountDetails, func(d AccountDetail) bool { return d.BalanceType == kind })
	if at < 0 {
		at, b.AccountDetails = len(b.AccountDetails), append(b.AccountDetails, AccountDetail{BalanceType: kind, BillType: r.Bill})
	}
	b.AccountDetails[at].Amount += rest.Amount(r.Charged)
}

type postpaidInput struct {
	rest.Lenient
	BillCycle string `query:"bill_cycle" minLength:"7" maxLength:"7" required:"true"`
}

type postpaidOutput struct {
	Body struct {
		BillCycle        Month       `json:"bill_cycle"`
		InitialAmountDue rest.Amount `json:"initial_amount_due" doc:"consume_amount + refunds + adjustments"`
		ConsumeAmount    rest.Amount `json:"consume_amount"`
		Refunds          rest.Amount `json:"refunds" doc:"Not above 0"`
		Adjustments      rest.Amount `json:"adjustments"`
		TaxAmount        rest.Amount `json:"tax_amount" doc:"0: amounts have their tax in them"`
		Currency         string      `json:"currency"`
	}
}

// postpaid sums a month of the calling partner's resale customers, who trade with the partner as it does with the vendor.
func (s *Service) postpaid(ctx context.Context, in *postpaidInput) (*postpaidOutput, error) {
	month, err := ParseMonth("bill_cycle", in.BillCycle)
	if err != nil {
		return nil, err
	}
	sums := map[string]money.Fen{}
	for share, err := range table.All[Share](ctx, s.Table, sharesOf(rest.Caller(ctx).Party, month)) {
		if err != nil {
			return nil, err
		}
		for _, r := range share.billed() {
			if r.Type == party.Resale {
				sums[r.Bill] += r.Charged
			}
		}
	}
	out := &postpaidOutput{}
	b := &out.Body
	b.BillCycle, b.Currency = month, Currency
	b.ConsumeAmount, b.Refunds, b.Adjustments = rest.Amount(sums["0"]), rest.Amount(sums["1"]), rest.Amount(sums["2"])
	b.InitialAmountDue = b.ConsumeAmount + b.Refunds + b.Adjustments
	return out, nil
}
