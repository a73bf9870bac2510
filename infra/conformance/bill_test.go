package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2/model"
	intl "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bssintl/v2/model"
)

// charge is a line of a provider's bill: who, when within the month, what, how much, and what paid.
type charge struct {
	account, day, service, category, amount, paid string
}

// billed makes a bill in FOCUS's format of a UTC month.
func billed(month time.Time, charges ...charge) string {
	const form = "2006-01-02T15:04:05Z"
	file := "BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargeCategory,SubAccountId,ServiceName,ServiceCategory," +
		"ResourceId,ResourceName,RegionId,SkuId,ConsumedQuantity,ConsumedUnit,ListCost,x_PaymentInstrument\n"
	for n, c := range charges {
		file += fmt.Sprintf("%s,CNY,%s,%s,%s-%sT04:00:00Z,%s,%s,%s,%s,vm-%d,web-%d,cn-north-1,sku-1,2.5,Hours,%s,%s\n", c.amount, month.Format(form),
			monthFrom(month, 1).Format(form), month.Format("2006-01"), c.day, "Usage", c.account, c.service, c.category, n, n, strings.TrimPrefix(c.amount, "-"), c.paid)
	}
	return file
}

// lastMonth gives the month before the business time's, which is over and visible.
func (c cloud) lastMonth(t *testing.T) time.Time {
	t.Helper()
	now := clock(t, c).In(beijing)
	if now.Day() < 10 { // past its last working days, and any holiday behind them
		c.until(t, time.Date(now.Year(), now.Month(), 10, 9, 0, 0, 0, beijing))
		now = clock(t, c).In(beijing)
	}
	return monthFrom(now, -1)
}

// monthFrom gives the first of the month so many months from a time's, in UTC: time.Date carries months into years, and every month has a first.
func monthFrom(at time.Time, months int) time.Time {
	return time.Date(at.Year(), at.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
}

// brought imports a bill of a month by a call, and waits until it is in the performance.
func (c cloud) brought(t *testing.T, month time.Time, file string) map[string]any {
	t.Helper()
	var im map[string]any
	decode(t, send(t, c.signed(t, c.vendor(t), request{
		Method: "POST", Path: "/v2/vendor/consumption/imports", Query: "period=" + month.Format("2006-01") + "&source=focus", ContentType: "text/csv", Body: file,
	})), http.StatusAccepted, &im)
	c.local(t, "/local/clock", map[string]string{"advance": "PT15M"}, nil)
	return c.does(t, c.vendor(t), "GET", "/v2/vendor/consumption/imports/"+im["import_id"].(string), "")
}

func TestBillsOfSubCustomersThroughTheSDK(t *testing.T) {
	c := running(t)
	o := opened(t, c, "partner", "biller", map[string]any{"email": "boss@biller.example", "locale": "en-US"})
	c.imports(t, "customers", "biller", customers+"bill-a,A,V0,2,a@bill.example,13800000000,zh-CN,0.00,bill/a;bill/a2\nbill-b,B,V0,1,b@bill.example,13800000000,zh-CN,0.00,\n")
	o.does(t, c.vendor(t), "PUT", "/v2/vendor/consumption/sub-accounts", `{"sub_account_id":"bill/b","customer_id":"bill-b"}`)
	month := c.lastMonth(t)
	cycle := month.Format("2006-01")
	im := c.brought(t, month, billed(month,
		charge{"bill/a", "03", "Elastic Cloud Server", "Compute", "12.3456", "cash"}, charge{"bill/a2", "05", "Elastic Cloud Server", "Compute", "5.00", "voucher"},
		charge{"bill/a", "20", "Object Storage Service", "Storage", "7.777", "stored_value_card"}, charge{"bill/b", "21", "Elastic Cloud Server", "Compute", "100.00", "cash"},
		charge{"bill/nobody", "21", "Elastic Cloud Server", "Compute", "1.00", "cash"},
	))
	if im["state"] != "DONE" || im["imported"] != 4.0 || im["refused"] != 1.0 {
		t.Fatalf("the import is %v", im)
	}

	detail := func(q model.ListSubCustomerBillDetailRequest) ([]model.SubCustomerMonthlyBillDetail, int32) {
		t.Helper()
		q.BillCycle = cycle
		out, err := o.client.ListSubCustomerBillDetail(&q)
		if err != nil {
			t.Fatal(err)
		}
		if *out.Currency != "CNY" {
			t.Errorf("the currency is %s", *out.Currency)
		}
		return *out.FeeRecords, *out.TotalCount
	}
	records, count := detail(model.ListSubCustomerBillDetailRequest{CustomerId: "bill-a"})
	if count != 3 || len(records) != 3 {
		t.Fatalf("%d records of %d", len(records), count)
	}
	r := records[0]
	if *r.BillCycle != cycle || *r.CustomerId != "bill-a" || *r.AssociationType != "2" || *r.ServiceTypeCode != "hws.service.type.elastic-cloud-server" ||
		*r.ServiceTypeName != "Elastic Cloud Server" || *r.ResourceTypeCode != "hws.resource.type.compute" || *r.ResourceTypeName != "Compute" ||
		*r.ChargingMode != 3 || *r.BillDetailType != 5 || *r.ResourceId != "vm-0" || *r.ResourceName != "web-0" || *r.RegionCode != "cn-north-1" ||
		*r.ProductId != "sku-1" || *r.ConsumeTime != cycle+"-03T04:00:00Z" || *r.PartnerId != "biller" || *r.TradeId == "" || *r.Id == "" ||
		!r.PaymentAmount.Equal(*yuan("12.3456")) || !r.CashAmount.Equal(*yuan("12.34")) || !r.OfficialAmount.Equal(*yuan("12.3456")) ||
		!r.UsageAmount.Equal(*yuan("2.5")) || *r.UsageType != "Hours" || !r.CouponAmount.IsZero() || !r.DebtAmount.IsZero() {
		t.Errorf("the record is %v", r)
	}
	if !records[1].CouponAmount.Equal(*yuan("5")) || !records[1].CashAmount.IsZero() || !records[2].StoredValueCardAmount.Equal(*yuan("7.77")) {
		t.Errorf("the others are %v", records[1:])
	}
	for want, q := range map[int32]model.ListSubCustomerBillDetailRequest{
		1: {CustomerId: "bill-a", ServiceTypeCode: pointer("hws.service.type.object-storage-service")},
		2: {CustomerId: "bill-a", BillDateBegin: pointer(cycle + "-01"), BillDateEnd: pointer(cycle + "-05")},
		3: {CustomerId: "bill-a", Offset: pointer(int32(1)), Limit: pointer(int32(1)), ChargingMode: pointer(int32(3))},
		0: {CustomerId: "bill-a", BillDetailType: pointer(int32(1))},
	} {
		if found, count := detail(q); count != want || q.Limit != nil && (len(found) != 1 || *found[0].ResourceId != "vm-1") {
			t.Errorf("%v finds %d: %v", q, count, found)
		}
	}
	_, err := o.client.ListSubCustomerBillDetail(&model.ListSubCustomerBillDetailRequest{BillCycle: cycle, CustomerId: "somebody"})
	sdkRefused(t, err, http.StatusBadRequest, "CBC.99000047")

	consumers, err := o.client.ListConsumeSubCustomers(&model.ListConsumeSubCustomersRequest{Body: &model.ListConsumeSubCustomersReq{BillCycle: cycle}})
	if err != nil || *consumers.TotalCount != 2 || *(*consumers.SubCustomers)[0].CustomerId != "bill-a" || *(*consumers.SubCustomers)[1].CustomerId != "bill-b" {
		t.Errorf("who consumed: %v, %v", consumers, err)
	}

	sums, err := o.client.ListSubcustomerMonthlyBills(&model.ListSubcustomerMonthlyBillsRequest{Cycle: cycle, ChargeMode: "3", CustomerId: pointer("bill-a")})
	if err != nil || *sums.Count != 2 || *sums.Currency != "CNY" {
		t.Fatalf("the sums are %v, %v", sums, err)
	}
	first := (*sums.BillSums)[0]
	if *first.CustomerId != "bill-a" || *first.CloudServiceType != "hws.service.type.elastic-cloud-server" || *first.CloudServiceTypeName != "Elastic Cloud Server" ||
		*first.BillType != "0" || *first.ChargeMode != "3" || !first.Amount.Equal(*yuan("17.34")) || *first.MeasureId != 1 || len(*first.AccountDetails) != 2 ||
		*first.ResourceTypeCode != "hws.resource.type.compute" || *first.ResourceTypeName != "Compute" || !first.DebtAmount.IsZero() {
		t.Errorf("the first sum is %v", first)
	}
	for _, d := range *first.AccountDetails {
		if want := map[string]string{"BALANCE_TYPE_DEBIT": "12.34", "BALANCE_TYPE_COUPON": "5"}[*d.BalanceType]; want == "" || !d.Amount.Equal(*yuan(want)) || *d.BillType != "0" {
			t.Errorf("a detail is %v", d)
		}
	}

	due, err := o.intl.ListPostpaidBillSum(&intl.ListPostpaidBillSumRequest{BillCycle: cycle})
	if err != nil || *due.BillCycle != cycle || !due.InitialAmountDue.Equal(*yuan("25.11")) || !due.ConsumeAmount.Equal(*yuan("25.11")) ||
		!due.Refunds.IsZero() || !due.Adjustments.IsZero() || !due.TaxAmount.IsZero() || *due.Currency != "CNY" {
		t.Errorf("due are %v, %v", due, err)
	}

	slip := o.does(t, o.partner, "GET", "/v2/partners/performance/slips/"+cycle, "")
	if slip["state"] != "DRAFT" || slip["amount"] != 120.11 || slip["counted_lines"] != 3.0 {
		t.Errorf("the slip is %v", slip)
	}
	not := o.does(t, o.partner, "GET", "/v2/partners/performance/lines?counts=false&period="+cycle, "")["lines"].([]any)
	if len(not) != 1 || not[0].(map[string]any)["rule"] != "voucher" {
		t.Fatalf("not counted are %v", not)
	}
	asked := o.does(t, o.partner, "POST", "/v2/partners/performance/questions", fmt.Sprintf(`{"line_id":%q,"text":"Why does it not count?"}`, not[0].(map[string]any)["line_id"]))
	o.does(t, c.vendor(t), "POST", fmt.Sprintf("/v2/vendor/performance/questions/%s/answer", asked["question_id"]), `{"answer":"A voucher paid for it."}`)
	c.ticks(t)
	if said := c.reads(t, "boss@biller.example"); !strings.Contains(said, "Why does it not count?") || !strings.Contains(said, "A voucher paid for it.") {
		t.Errorf("who asked reads %s", said)
	}
	o.does(t, c.vendor(t), "POST", "/v2/vendor/performance/partners/biller/slips/"+cycle+"/review", "")
	c.local(t, "/local/clock", map[string]string{"advance": "PT15M"}, nil)
	if slip := o.does(t, o.partner, "GET", "/v2/partners/performance/slips/"+cycle, ""); slip["state"] != "FINAL" || slip["amount"] != 120.11 {
		t.Errorf("reviewed it is %v", slip)
	}
}

// TestADistributorReadsTheBillsOfItsResellersCustomers: operations of BSS's group F that have indirect_partner_id.
func TestADistributorReadsTheBillsOfItsResellersCustomers(t *testing.T) {
	c := running(t)
	d := opened(t, c, "distributor", "bills-d", nil)
	r := opened(t, c, "reseller", "bills-r", map[string]any{"distributor_id": "bills-d"})
	x := opened(t, c, "distributor", "bills-x", nil)
	opened(t, c, "reseller", "bills-xr", map[string]any{"distributor_id": "bills-x"})
	c.imports(t, "customers", "bills-r", customers+"bills-c,C,V0,2,c@bills.example,13800000000,zh-CN,0.00,bills/c\n")
	c.imports(t, "customers", "bills-d", customers+"bills-own,O,V0,2,o@bills.example,13800000000,zh-CN,0.00,bills/own\n")
	month := c.lastMonth(t)
	cycle := month.Format("2006-01")
	if im := c.brought(t, month, billed(month,
		charge{"bills/c", "03", "Elastic Cloud Server", "Compute", "12.50", "cash"}, charge{"bills/own", "04", "Elastic Cloud Server", "Compute", "1.00", "cash"},
	)); im["state"] != "DONE" || im["imported"] != 2.0 {
		t.Fatalf("the import is %v", im)
	}
	detail := func(o office, customer string, reseller *string) (int32, error) {
		out, err := o.client.ListSubCustomerBillDetail(&model.ListSubCustomerBillDetailRequest{BillCycle: cycle, CustomerId: customer, IndirectPartnerId: reseller})
		if err != nil {
			return 0, err
		}
		return *out.TotalCount, nil
	}
	monthly := func(o office, reseller *string) (string, error) {
		out, err := o.client.ListSubcustomerMonthlyBills(&model.ListSubcustomerMonthlyBillsRequest{Cycle: cycle, ChargeMode: "3", IndirectPartnerId: reseller})
		if err != nil {
			return "", err
		}
		found := ""
		for _, s := range *out.BillSums {
			found += *s.CustomerId + " " + s.Amount.StringFixed(2)
		}
		return found, nil
	}
	for name, got := range map[string]func() (string, string, error){
		"the reseller's customer by the distributor": func() (string, string, error) {
			n, err := detail(d, "bills-c", pointer("bills-r"))
			return fmt.Sprint(n), "1", err
		},
		"by the reseller itself": func() (string, string, error) { n, err := detail(r, "bills-c", nil); return fmt.Sprint(n), "1", err },
		"the distributor's own":  func() (string, string, error) { n, err := detail(d, "bills-own", nil); return fmt.Sprint(n), "1", err },
		"sums of the reseller": func() (string, string, error) {
			sum, err := monthly(d, pointer("bills-r"))
			return sum, "bills-c 12.50", err
		},
		"sums of its own": func() (string, string, error) { sum, err := monthly(d, nil); return sum, "bills-own 1.00", err },
	} {
		if is, want, err := got(); err != nil || is != want {
			t.Errorf("%s: %s, want %s (%v)", name, is, want, err)
		}
	}
	for name, err := range map[string]error{
		"another's reseller":         second(detail(d, "bills-c", pointer("bills-xr"))),
		"by another distributor":     second(detail(x, "bills-c", pointer("bills-r"))),
		"nobody":                     second(detail(d, "bills-c", pointer("nobody"))),
		"sums of another's reseller": second(monthly(d, pointer("bills-xr"))),
		"sums of nobody":             second(monthly(d, pointer("nobody"))),
		"by a reseller":              second(monthly(r, pointer("bills-r"))),
	} {
		t.Run(name, func(t *testing.T) { sdkRefused(t, err, http.StatusBadRequest, "CBC.99000037") })
	}
	for name, err := range map[string]error{
		"the reseller's customer without it": second(detail(d, "bills-c", nil)), "the distributor's own as the reseller's": second(detail(d, "bills-own", pointer("bills-r"))),
	} {
		t.Run(name, func(t *testing.T) { sdkRefused(t, err, http.StatusBadRequest, "CBC.99000047") })
	}
}

func TestAnUploadedBillThroughThePresignedAddress(t *testing.T) {
	c := running(t)
	o := opened(t, c, "partner", "uploader", nil)
	c.imports(t, "customers", "uploader", customers+"up-a,A,V0,2,a@up.example,13800000000,zh-CN,0.00,up/a\n")
	month := c.lastMonth(t)
	var charges []charge
	for n := range 1200 { // three chunks
		charges = append(charges, charge{"up/a", fmt.Sprintf("%02d", 1+n%28), "Elastic Cloud Server", "Compute", fmt.Sprintf("0.%04d", 100+n), "cash"})
	}
	file := billed(month, charges...)
	sum := sha256.Sum256([]byte(file))
	im := o.does(t, c.vendor(t), "POST", "/v2/vendor/consumption/uploads", fmt.Sprintf(`{"source":"focus","period":%q,"sha256":%q,"size":%d}`,
		month.Format("2006-01"), hex.EncodeToString(sum[:]), len(file)))
	put, err := http.NewRequest(http.MethodPut, im["upload_url"].(string), strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	decode(t, send(t, put), http.StatusOK, nil)
	path := "/v2/vendor/consumption/imports/" + im["import_id"].(string)
	o.does(t, c.vendor(t), "POST", path+"/start", "")
	c.local(t, "/local/clock", map[string]string{"advance": "PT20M"}, nil)
	if im = o.does(t, c.vendor(t), "GET", path, ""); im["state"] != "DONE" || im["lines"] != 1200.0 || im["imported"] != 1200.0 {
		t.Fatalf("the import is %v", im)
	}
	fen := 0
	for n := range 1200 {
		fen += (100 + n) / 100
	}
	slip := o.does(t, o.partner, "GET", "/v2/partners/performance/slips/"+month.Format("2006-01"), "")
	if want := float64(fen) / 100; slip["amount"] != want || slip["lines"] != 1200.0 {
		t.Errorf("the slip is %v, want %v", slip, want)
	}
}

func TestAnOrderIsPerformanceOnTheMorningAfter(t *testing.T) {
	c := running(t)
	o := opened(t, c, "partner", "earner", nil)
	s := o.customer(t, "earn-a", 2)
	o.does(t, c.vendor(t), "POST", "/v2/vendor/partners/earner/top-ups", `{"remittance_no":"earn-1","amount":1000}`)
	if _, err := o.give("earn-a", "500", ""); err != nil {
		t.Fatal(err)
	}
	o.does(t, c.vendor(t), "POST", "/v2/vendor/products", `{"product_id":"earn","service_type_code":"hws.service.type.ec2","service_type_name":"ECS","resource_type_code":"hws.resource.type.vm",`+
		`"resource_spec_code":"small","region_code":"cn-north-1","month_price":120,"on_sale":true}`)
	decode(t, c.as(t, s.customer, "POST", "/v2/orders/subscriptions", `{"products":[{"product_id":"earn","period_type":2,"period_num":1}],"is_auto_pay":1}`, ""), http.StatusOK, nil)
	paid := clock(t, c).In(beijing)
	c.until(t, time.Date(paid.Year(), paid.Month(), paid.Day()+1, 6, 0, 0, 0, beijing))
	slip := o.does(t, c.vendor(t), "GET", "/v2/vendor/performance/partners/earner/slips/"+paid.Format("2006-01"), "")
	if slip["amount"] != 120.0 || slip["counted_lines"] != 1.0 {
		t.Errorf("the slip is %v", slip)
	}
}

func TestReferenceListsThroughTheSDK(t *testing.T) {
	c := running(t)
	o := opened(t, c, "partner", "lister", nil)
	o.does(t, c.vendor(t), "PUT", "/v2/vendor/performance/policies",
		`{"service_type_code":"hws.service.type.listed","service_type_name":"Listed Cloud Thing","from_month":"2026-01","incentive_policy":13,"allow_discount":true}`)
	policies, err := o.client.ListIncentiveDiscountPolicies(&model.ListIncentiveDiscountPoliciesRequest{
		Time: "2026-05", ServiceTypeCode: pointer("hws.service.type.listed"),
	})
	if err != nil || *policies.TotalCount != 1 {
		t.Fatalf("the policies are %v, %v", policies, err)
	}
	if p := (*policies.Policies)[0]; *p.ServiceTypeCode != "hws.service.type.listed" || *p.ServiceTypeName != "Listed Cloud Thing" || *p.IncentivePolicy != "13" || *p.AllowDiscount != "YES" {
		t.Errorf("the policy is %v", p)
	}
	if before, err := o.client.ListIncentiveDiscountPolicies(&model.ListIncentiveDiscountPoliciesRequest{
		Time: "2025-12", ServiceTypeCode: pointer("hws.service.type.listed"),
	}); err != nil || *(*before.Policies)[0].IncentivePolicy != "0" {
		t.Errorf("before it began: %v, %v", before, err)
	}
	types, err := o.client.ListServiceTypes(&model.ListServiceTypesRequest{ServiceTypeName: pointer("cloud thing")})
	if err != nil || *types.TotalCount != 1 || *(*types.ServiceTypes)[0].ServiceTypeCode != "hws.service.type.listed" || *(*types.ServiceTypes)[0].Abbreviation != "LCT" {
		t.Errorf("the service types are %v, %v", types, err)
	}
	c.imports(t, "customers", "lister", customers+"list-a,A,V0,2,a@list.example,13800000000,zh-CN,0.00,list/a\n")
	month := c.lastMonth(t)
	c.brought(t, month, billed(month, charge{"list/a", "02", "Listing Service", "Listed Things", "1.00", "cash"}))
	resources, err := o.client.ListResourceTypes(&model.ListResourceTypesRequest{Limit: pointer(int32(1000))})
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, r := range *resources.ResourceTypes {
		found = found || *r.ResourceTypeCode == "hws.resource.type.listed-things" && *r.ResourceTypeName == "Listed Things" &&
			*r.ServiceTypeCode == "hws.service.type.listing-service" && *r.ResourceTypeDesc != ""
	}
	if !found {
		t.Errorf("the resource types are %v", resources)
	}
	provinces, err := o.client.ListProvinces(&model.ListProvincesRequest{Limit: pointer(int32(100))})
	if err != nil || *provinces.Count != 34 || len(*provinces.Provinces) != 34 || (*provinces.Provinces)[0].Name != "北京市" {
		t.Errorf("the provinces are %v, %v", provinces, err)
	}
	cities, err := o.client.ListCities(&model.ListCitiesRequest{ProvinceCode: "440000"})
	if err != nil || *cities.Count != 21 || len(*cities.Cities) != 10 || (*cities.Cities)[0] != (model.City{Code: "440100", Name: "广州市"}) {
		t.Errorf("the cities are %v, %v", cities, err)
	}
	counties, err := o.client.ListCounties(&model.ListCountiesRequest{CityCode: "440300", Limit: pointer(int32(1000))})
	if err != nil || *counties.Count != 9 || len(*counties.Counties) != 9 {
		t.Errorf("the counties are %v, %v", counties, err)
	}
	_, err = o.client.ListCities(&model.ListCitiesRequest{ProvinceCode: "1"})
	sdkRefused(t, err, http.StatusBadRequest, "CBC.0100")
}
