package conformance

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2/model"
	"github.com/shopspring/decimal"
)

// mailed gives the link in the last mail to an address. It moves the clock by nothing, which waits until all that is on its way has arrived.
func (c cloud) mailed(t *testing.T, to string) string {
	t.Helper()
	c.local(t, "/local/clock", map[string]string{"advance": "PT1S"}, nil)
	answer, err := http.Get(c.Inbox + "/store")
	if err != nil {
		t.Fatal(err)
	}
	var store struct {
		Emails []struct {
			Destination struct {
				To []string `json:"to"`
			} `json:"destination"`
			Body struct {
				HTML string `json:"html"`
			} `json:"body"`
		} `json:"emails"`
	}
	decode(t, answer, http.StatusOK, &store)
	for _, mail := range slices.Backward(store.Emails) {
		if link := pageLink.FindString(mail.Body.HTML); link != "" && slices.Contains(mail.Destination.To, to) {
			return html.UnescapeString(link)
		}
	}
	t.Fatalf("no mail to %s with a link among %d", to, len(store.Emails))
	return ""
}

var pageLink = regexp.MustCompile(`http://[^"]+/links/[^"]+`)

// follow opens a link as a browser does, and gives what its page says.
func follow(t *testing.T, method, link string, form url.Values) string {
	t.Helper()
	r, err := http.NewRequest(method, link, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer := send(t, r)
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return html.UnescapeString(string(page))
}

var nth atomic.Int32

// as calls an operation of ours as somebody, perhaps on a customer's behalf, and gives what it answers.
func (c cloud) as(t *testing.T, p principal, method, path, body, onBehalf string) *http.Response {
	t.Helper()
	target, query, _ := strings.Cut(path, "?")
	r := request{
		Method: method, Path: target, Query: query, ContentType: "application/json", Body: body,
		Unsigned: map[string]string{"Idempotency-Key": fmt.Sprint("scenario-", nth.Add(1))},
	}
	if onBehalf != "" {
		r.Headers = map[string]string{"X-On-Behalf-Of": onBehalf}
	}
	return send(t, c.signed(t, p, r))
}

// does calls an operation that is to succeed.
func (c cloud) does(t *testing.T, p principal, method, path, body string) map[string]any {
	t.Helper()
	answer := c.as(t, p, method, path, body, "")
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s %s: %s %s (%v)", method, path, answer.Status, text, err)
	}
	out := map[string]any{}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	return out
}

// until moves the clock.
func (c cloud) until(t *testing.T, at time.Time) {
	t.Helper()
	c.local(t, "/local/clock", map[string]string{"now": at.Format(time.RFC3339)}, nil)
}

// A partner wins a customer, acts for it, keeps it renewing, and lets it go, with nothing left behind.
func TestACustomersLifeWithItsPartner(t *testing.T) {
	c := running(t)
	o := opened(t, c, "partner", "life", map[string]any{"email": "life@partner.example", "locale": "en-US"})
	vendor := c.vendor(t)

	report := o.does(t, o.partner, "POST", "/v2/partners/customer-reports", `{"customer_name":"Apollo","email":"first@apollo.example"}`)["report_id"].(string)
	o.does(t, o.partner, "POST", "/v2/partners/customer-invitations",
		fmt.Sprintf(`{"kind":"ONLINE","association_type":2,"report_id":%q,"locale":"en-US","label":"gold"}`, report))
	first := o.mailed(t, "first@apollo.example")
	o.does(t, o.partner, "PUT", "/v2/partners/customer-reports/"+report+"/contact", `{"email":"second@apollo.example"}`)
	second := o.mailed(t, "second@apollo.example")
	if page := follow(t, "POST", first, nil); !strings.Contains(page, "no longer good") {
		t.Errorf("the link of the former address still opens: %s", page)
	}
	if page := follow(t, "GET", second, nil); !strings.Contains(page, "Partner life") || !strings.Contains(page, "Resale") {
		t.Errorf("the page shows neither partner nor type: %s", page)
	}
	if page := follow(t, "POST", second, nil); !strings.Contains(page, "is accepted") {
		t.Fatalf("the invitation is not accepted: %s", page)
	}
	infos, count := o.customers(t, model.QuerySubCustomerListReq{Label: pointer("gold")})
	if count != 1 || *infos[0].AssociationType != "2" || *infos[0].Email != "second@apollo.example" {
		t.Fatalf("the customers are %v", infos)
	}
	id := infos[0].CustomerId
	var customer principal
	c.local(t, "/local/keys", map[string]any{"party_id": id, "roles": []string{"admin"}}, &customer)
	s := scene{cloud: c, customer: customer, client: c.sdk(t, customer)}

	o.does(t, vendor, "POST", "/v2/vendor/partners/life/top-ups", `{"remittance_no":"life-1","amount":50000}`)
	amount := decimal.RequireFromString("20000")
	if _, err := o.client.UpdateCustomerAccountAmount(&model.UpdateCustomerAccountAmountRequest{
		Body: &model.AdjustAccountReq{CustomerId: id, Amount: &amount},
	}); err != nil {
		t.Fatal(err)
	}

	o.does(t, vendor, "POST", "/v2/vendor/products", `{"product_id":"life","service_type_code":"hws.service.type.ec2","resource_type_code":"hws.resource.type.vm",`+
		`"resource_spec_code":"big","region_code":"cn-north-1","month_price":6000,"on_sale":true}`)
	const buy = `{"products":[{"product_id":"life","period_type":2,"period_num":1}],"is_auto_pay":1}`
	refused(t, o.as(t, o.partner, "POST", "/v2/orders/subscriptions", buy, id), http.StatusForbidden, "CBC.0151")
	asked := o.does(t, o.partner, "POST", "/v2/partners/customer-authorizations", fmt.Sprintf(`{"customer_id":%q,"commitment_accepted":true}`, id))
	o.does(t, customer, "POST", "/v2/customers/partner-authorizations/"+asked["authorization_id"].(string)+"/agree", `{"letter_accepted":true}`)
	decode(t, o.as(t, o.partner, "POST", "/v2/orders/subscriptions", buy, id), http.StatusOK, nil)
	orders := s.orders(t, model.ListCustomerOrdersRequest{})
	if len(orders) != 1 || *orders[0].SourceType != 2 || *orders[0].Status != 5 {
		t.Fatalf("the orders are %v, want one of an agent that is completed", orders)
	}
	opened := (*s.list(t, model.QueryResourcesReq{}).Data)[0]
	resource := *opened.ResourceId

	expiry, err := time.Parse(time.RFC3339, *opened.ExpireTime)
	if err != nil {
		t.Fatal(err)
	}
	c.until(t, time.Date(expiry.Year(), expiry.Month(), 1, 1, 0, 0, 0, beijing))
	tasks := func(state string) []any {
		t.Helper()
		return o.does(t, o.partner, "GET", "/v2/partners/renewal-tasks?state="+state, "")["tasks"].([]any)
	}
	list := tasks("TODO")
	if len(list) != 1 {
		t.Fatalf("%d tasks, want one", len(list))
	}
	task := list[0].(map[string]any)["task_id"].(string)
	o.does(t, o.partner, "POST", "/v2/partners/renewal-tasks/"+task+"/handling", `{"contact_result":"REACHED","intention":"YES"}`)
	if _, err := s.client.RenewalResources(&model.RenewalResourcesRequest{Body: &model.RenewalResourcesReq{
		ResourceIds: []string{resource}, PeriodType: 2, PeriodNum: 1, IsAutoPay: pointer(int32(1)),
	}}); err != nil {
		t.Fatal(err)
	}
	c.local(t, "/local/clock", map[string]string{"advance": "P1D"}, nil)
	if list := tasks("COMPLETED"); len(list) != 1 {
		t.Errorf("%d tasks are completed, want the one", len(list))
	}
	if got := s.balance(t); got != "8000.00" {
		t.Errorf("the customer has %s, want 8000.00", got)
	}

	quota := o.granted(t, "100", 300*day, "")
	issue := func(face string) {
		t.Helper()
		if got, refused := o.issue(t, model.CreatePartnerCouponsReq{QuotaId: quota, CustomerIds: []string{id}, FaceValue: yuan(face)}); len(got) != 1 {
			t.Fatalf("no voucher is issued: %v", refused)
		}
	}
	issue("30")

	requests := "/v2/partners/association-requests"
	wish := fmt.Sprintf(`{"customer_id":%q,"kind":"SWITCH","target_type":1`, id)
	reasons := `,"reason":"it pays itself","notice_accepted":true}`
	o.does(t, vendor, "PUT", "/v2/vendor/customers/"+id+"/association-obstacles", `{"obstacles":["RESERVED_INSTANCE","SPECIAL_CONTRACT"]}`)
	if items := o.does(t, o.partner, "POST", requests+"/precheck", wish+`}`)["fail_check_items"].([]any); len(items) != 2 {
		t.Errorf("the check fails for %v, want both obstacles", items)
	}
	if answer := o.as(t, o.partner, "POST", requests, wish+reasons, ""); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("with obstacles it answers %s", answer.Status)
	}
	o.does(t, vendor, "PUT", "/v2/vendor/customers/"+id+"/association-obstacles", `{"obstacles":[]}`)
	switching := o.does(t, o.partner, "POST", requests, wish+reasons)["request_id"].(string)
	agree := `{"decision":"AGREE","notice_accepted":true}`
	o.does(t, customer, "POST", "/v2/customers/association-requests/"+switching+"/decide", agree)
	c.local(t, "/local/clock", map[string]string{"advance": "PT10M"}, nil)
	infos, _ = o.customers(t, model.QuerySubCustomerListReq{CustomerId: &id})
	if got := s.balance(t); *infos[0].AssociationType != "1" || got != "0.00" {
		t.Errorf("switched, its type is %s and it has %s", *infos[0].AssociationType, got)
	}
	refused(t, o.as(t, o.partner, "POST", "/v2/orders/subscriptions", buy, id), http.StatusForbidden, "CBC.0151")

	issue("20")
	leaving := o.does(t, customer, "POST", "/v2/customers/association-requests", `{"reason":"we part","notice_accepted":true}`)["request_id"].(string)
	o.does(t, o.partner, "POST", requests+"/"+leaving+"/decide", agree)
	if _, count := o.customers(t, model.QuerySubCustomerListReq{}); count != 0 {
		t.Error("the former partner still lists the customer")
	}
	c.local(t, "/local/clock", map[string]string{"advance": "PT10M"}, nil)
	if mine := o.does(t, customer, "GET", "/v2/customers/partner", ""); mine["partner_id"] != nil || mine["request"] != nil {
		t.Errorf("the customer still has %v", mine)
	}
	if got := o.does(t, o.partner, "GET", requests+"/"+leaving, "")["state"]; got != "done" {
		t.Errorf("the request is %v, want done", got)
	}
	records, _ := o.records(t, model.ListPartnerCouponsRecordRequest{})
	became := ""
	for _, r := range records {
		became += *r.OperationType + ":" + r.OperationAmount.String() + " "
	}
	if want := "3:20 1:20 8:30 1:30 "; became != want { // the latest first
		t.Errorf("the vouchers went through %s, want %s", became, want)
	}
	if tree := o.does(t, o.partner, "GET", "/v2/partners/coupon-quotas/"+quota+"/tree", ""); tree["balance"] != 100.0 || tree["balanced"] != true {
		t.Errorf("the quota is %v, want all of it back", tree)
	}
	balances, err := o.client.ListPartnerBalances(&model.ListPartnerBalancesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%.2f", (*balances.AccountBalances)[0].Amount); got != "38000.00" { // 50,000 less twice 6,000
		t.Errorf("the partner has %s, want all that its customer did not spend", got)
	}
	if one := s.one(t, resource); *one.Status != 2 {
		t.Errorf("the resource is %v, want it to stay", one)
	}
}
