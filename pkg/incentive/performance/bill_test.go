package performance_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive/performance"
)

func TestBillsOfACustomerAreThoseOfTheTimeWithThePartner(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.customer("b", "other", 2, "sub-b")
	w.imports(bill(
		map[string]string{"BilledCost": "1.239", "ConsumedQuantity": "3.5", "ConsumedUnit": "Hours", "ListCost": "2.00", "RegionId": "cn-south-1"},
		map[string]string{"BilledCost": "5.00", "x_PaymentInstrument": "voucher", "ChargePeriodStart": "2026-11-20 00:00:00"},
		map[string]string{"BilledCost": "-2.00", "ChargeCategory": "Credit"}, map[string]string{"BilledCost": "7.00", "SubAccountId": "sub-b"},
	))
	const path = "/v2/bills/subcustomer-bills/res-fee-records?bill_cycle=2026-11&customer_id=a"
	var out struct {
		TotalCount int `json:"total_count"`
		Currency   string
		Records    []struct {
			Payment  jsonNumber `json:"payment_amount"`
			Cash     jsonNumber `json:"cash_amount"`
			Coupon   jsonNumber `json:"coupon_amount"`
			Usage    jsonNumber `json:"usage_amount"`
			Official jsonNumber `json:"official_amount"`
			Type     int        `json:"bill_detail_type"`
			Resource string     `json:"resource_type_name"`
		} `json:"fee_records"`
	}
	w.call(admin, http.MethodGet, path, "").Into(t, &out)
	if out.TotalCount != 3 || out.Currency != "CNY" || len(out.Records) != 3 {
		t.Fatalf("got %+v", out)
	}
	for filter, want := range map[string]int{
		"&region_code=cn-south-1": 1, "&bill_detail_type=9": 1, "&charging_mode=3": 3, "&charging_mode=1": 0, "&association_type=2": 3,
		"&association_type=1": 0, "&bill_date_begin=2026-11-20&bill_date_end=2026-11-21": 1, "&bill_date_begin=2026-11-20": 3,
		"&service_type_code=HWS.service.type.elastic-cloud-server": 3, "&resource_id=vm-1&limit=1": 3, "&trade_id=x": 0, "&account_manager_id=m": 0,
	} {
		w.call(admin, http.MethodGet, path+filter, "").Into(t, &out)
		if out.TotalCount != want {
			t.Errorf("%s finds %d, want %d", filter, out.TotalCount, want)
		}
	}
	w.call(admin, http.MethodGet, path+"&region_code=cn-south-1", "").Into(t, &out)
	if r := out.Records[0]; r.Payment != "1.239" || r.Cash != "1.23" || r.Usage != "3.5" || r.Official != "2" || r.Type != 5 || r.Resource != "Compute" {
		t.Errorf("got %+v", r)
	}
	strange := w.call(admin, http.MethodGet, strings.Replace(path, "=a", "=b", 1), "")
	none := w.call(admin, http.MethodGet, strings.Replace(path, "=a", "=z", 1), "")
	if strange.Status != none.Status || strings.ReplaceAll(strange.Body, `"b`, `"z`) != none.Body && strange.Status != http.StatusBadRequest {
		t.Errorf("a stranger's customer: %d %s; none: %d %s", strange.Status, strange.Body, none.Status, none.Body)
	}
	expect(t, w.call(admin, http.MethodGet, path+"&bill_date_begin=2026-10-01&bill_date_end=2026-11-02", ""), http.StatusBadRequest, "CBC.0100", "bill_date_begin")
	expect(t, w.call(admin, http.MethodGet, path+"&bill_date_begin=2026-11-05&bill_date_end=2026-11-02", ""), http.StatusBadRequest, "CBC.0100", "bill_date_end")

	var consumers struct {
		Customers []struct {
			ID string `json:"customer_id"`
		} `json:"sub_customers"`
	}
	w.call(admin, http.MethodPost, "/v2/bills/subcustomer-bills/res-fee-records/sub-customers/query", `{"bill_cycle":"2026-11"}`).Into(t, &consumers)
	if len(consumers.Customers) != 1 || consumers.Customers[0].ID != "a" {
		t.Errorf("got %+v", consumers)
	}
	var sums struct {
		Sums []struct {
			Amount  jsonNumber
			Bill    string `json:"bill_type"`
			Details []struct {
				Type   string `json:"balance_type"`
				Amount jsonNumber
			} `json:"account_details"`
		} `json:"bill_sums"`
		Count int
	}
	w.call(admin, http.MethodGet, "/v2/bills/partner-bills/subcustomer-bills/monthly-sum?cycle=2026-11&charge_mode=3&customer_id=a", "").Into(t, &sums)
	if sums.Count != 2 || sums.Sums[0].Amount != "6.23" || len(sums.Sums[0].Details) != 2 || sums.Sums[1].Amount != "-2.00" || sums.Sums[1].Bill != "2" {
		t.Errorf("got %+v", sums)
	}
	var due struct {
		Due     jsonNumber `json:"initial_amount_due"`
		Consume jsonNumber `json:"consume_amount"`
		Adjust  jsonNumber `json:"adjustments"`
	}
	w.call(admin, http.MethodGet, "/v2/bills/partner-bills/postpaid-bill-summary?bill_cycle=2026-11", "").Into(t, &due)
	if due.Due != "4.23" || due.Consume != "6.23" || due.Adjust != "-2.00" {
		t.Errorf("got %+v", due)
	}
}

func TestReferenceListsAnswerEverybody(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.imports(bill(map[string]string{}, map[string]string{"ServiceName": "Object Storage Service", "ServiceCategory": "Storage"}))
	for _, c := range []struct {
		path, says string
		status     int
	}{
		{"/v2/products/service-types?service_type_name=storage", `"abbreviation":"OSS"`, 200},
		{"/v2/products/service-types", `"total_count":2`, 200},
		{"/v2/products/resource-types", `"resource_type_code":"hws.resource.type.storage"`, 200},
		{"/v2/systems/configs/provinces?limit=100", `"count":34`, 200},
		{"/v2/systems/configs/provinces?offset=33", `"澳门特别行政区"`, 200},
		{"/v2/systems/configs/cities?province_code=440000&limit=100", `{"code":"440300","name":"深圳市"}`, 200},
		{"/v2/systems/configs/cities?province_code=110000", `"count":1`, 200},
		{"/v2/systems/configs/counties?city_code=440300&limit=100", `{"code":"440305","name":"南山区"}`, 200},
		{"/v2/systems/configs/counties?city_code=441900", `"count":1`, 200},
		{"/v2/systems/configs/counties?city_code=440000", "city_code", 400},
		{"/v2/systems/configs/cities?province_code=zz", "province_code", 400},
		{"/v2/systems/configs/cities", "province_code", 400},
	} {
		for _, who := range []caller{vendor, admin, "customer a admin c"} {
			expect(t, w.call(who, http.MethodGet, c.path, ""), c.status, "", c.says)
		}
	}
	w.call(vendor, http.MethodPut, "/v2/vendor/performance/policies",
		`{"service_type_code":"hws.service.type.obs","service_type_name":"OBS","from_month":"2026-10","incentive_policy":1,"allow_discount":true}`).Into(t, nil)
	const policies = "/v2/products/incentive-discount-policies?time="
	expect(t, w.call(admin, http.MethodGet, policies+"2026-11&service_type_code=hws.service.type.obs", ""), 200, `"incentive_policy":"1"`, `"allow_discount":"YES"`)
	expect(t, w.call(admin, http.MethodGet, policies+"2026-09", ""), 200, `"total_count":3`, `"incentive_policy":"0"`)
	expect(t, w.call(admin, http.MethodGet, policies+"2026-9x", ""), http.StatusBadRequest, "CBC.0100", "time")
}

func TestOrdersAndTheirRefundsArePerformanceOnTheMorningAfter(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "")
	bought := december(20).AddMonths(-12, 20)
	w.sheetOf("subscriptions", "resource_id,resource_name,customer_id,service_type_code,service_type_name,resource_type_code,resource_spec_code,region_code,"+
		"parent_resource_id,period_type,period_num,price_per_period,effective_time,expire_time,expire_policy\n"+
		fmt.Sprintf("vm,VM,a,hws.service.type.ec2,Elastic Cloud Server,hws.resource.type.vm,s2,cn-north-1,,2,1,100.00,%s,%s,0\n",
			bought.At(12, 0).Format("2006-01-02T15:04:05Z"), december(20).LastSecond().Format("2006-01-02T15:04:05Z")))
	customer := caller("customer a admin c")
	w.call(customer, http.MethodPost, "/v2/orders/subscriptions/resources/renew", `{"resource_ids":["vm"],"period_type":2,"period_num":1,"is_auto_pay":1}`).Into(t, nil)
	heard := func() {
		t.Helper()
		for range 2 { // the queue may deliver twice
			if err := w.service().OrderSettled(t.Context(), "a", w.clock.Now().Add(-time.Second)); err != nil {
				t.Fatal(err)
			}
		}
	}
	heard()
	if due, some := w.work().First(t, december(2).At(5, 0)); !some || due.Kind != performance.WorkOrders || !due.At.Equal(december(2).At(5, 0)) {
		t.Fatalf("due is %+v, %t", due, some)
	}
	w.runs(december(2).At(6, 0))
	state, amount, err := w.service().SlipState(t.Context(), "partner", "2026-12")
	if err != nil || amount.String() != "100.00" || state != performance.Estimate {
		t.Errorf("got %s, %s, %v", state, amount, err)
	}
	rows, err := w.service().Slip(t.Context(), "partner", "2026-12")
	if err != nil || len(rows) != 1 || rows[0].Service != "hws.service.type.ec2" || rows[0].Amount != 100_00 || rows[0].AssociationType != 2 {
		t.Errorf("got %+v, %v", rows, err)
	}
	w.call(customer, http.MethodPost, "/v2/orders/subscriptions/resources/unsubscribe", `{"resource_ids":["vm"],"unsubscribe_type":2,"unsubscribe_reason_type":5}`).Into(t, nil)
	heard()
	w.runs(december(3).At(6, 0))
	if _, amount, _ := w.service().SlipState(t.Context(), "partner", "2026-12"); amount != 0 {
		t.Errorf("after the refund: %s", amount)
	}
	for range 2 { // to collect anew changes nothing
		w.call(vendor, http.MethodPost, "/v2/vendor/consumption/orders", `{"customer_id":"a","period":"2026-11"}`).Into(t, nil)
		w.settle()
	}
	if _, amount, _ := w.service().SlipState(t.Context(), "partner", "2026-12"); amount != 0 {
		t.Errorf("collected anew: %s", amount)
	}
	var out struct{ Lines []line }
	w.call(vendor, http.MethodGet, "/v2/vendor/performance/lines?partner_id=partner&period=2026-12", "").Into(t, &out)
	if len(out.Lines) != 2 || out.Lines[0].OrderID == "" || string(out.Lines[0].Amount) != "100.00" || string(out.Lines[1].Amount) != "-100.00" {
		t.Errorf("got %+v", out)
	}
	if err := w.service().Audit(t.Context(), "partner", "2026-12"); err != nil {
		t.Error(err)
	}
	expect(t, w.call(vendor, http.MethodPost, "/v2/vendor/consumption/orders", `{"customer_id":"partner","period":"2026-11"}`), http.StatusBadRequest, "CBC.99000047", "customer_id")
}

// sheetOf imports a sheet of something.
func (w *world) sheetOf(what, sheet string) {
	w.t.Helper()
	var out struct{ Imported, Refused int }
	w.call(vendor, http.MethodPost, "/v2/vendor/"+what+"/import", sheet).Into(w.t, &out)
	if out.Imported == 0 || out.Refused > 0 {
		w.t.Fatalf("import of %s: %+v", sheet, out)
	}
}

func TestALineIsUnderOneKilobyte(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("界", 300)
	w.customer("customer-with-a-name-as-long-as-an-identifier-may-be-64-letters.", "partner", 2, "sub-a")
	w.imports(bill(map[string]string{
		"BilledCost": "-1234567890123.12345678901234567890", "ServiceName": long, "ServiceCategory": long, "ResourceId": long, "ResourceName": long,
		"RegionId": long, "SkuId": long, "ConsumedQuantity": "1234567890123.12345678901234567890", "ConsumedUnit": long,
		"ListCost": "1234567890123.12345678901234567890", "x_PaymentInstrument": "stored_value_card_purchase",
	}))
	key := "CONSUMPTION#customer-with-a-name-as-long-as-an-identifier-may-be-64-letters.#2026-11"
	n := 0
	for item, err := range table.All[performance.Line](t.Context(), w.db, table.Query{PK: key, Prefix: "LINE#", Strong: true}) {
		if err != nil {
			t.Fatal(err)
		}
		attributes, err := table.Marshal(item)
		if size := table.Size(attributes); err != nil || size > 1024 {
			t.Errorf("a line takes %d bytes, %v", size, err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("%d lines, want 1", n)
	}
}
