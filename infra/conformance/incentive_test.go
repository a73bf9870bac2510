package conformance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2/model"
)

const (
	statementsPath = "/v2/partners/incentive-statements"
	requestsPath   = "/v2/partners/payment-requests"
	ofPartner      = "/v2/vendor/incentives/partners/"
)

// certify has a partner's business information certified.
func certify(t *testing.T, c cloud, id string) {
	t.Helper()
	var p principal
	c.local(t, "/local/keys", map[string]any{"party_id": id, "roles": []string{"admin"}}, &p)
	c.does(t, p, "PUT", "/v2/partners/business-information", `{"title":"伙伴有限公司","taxpayer_id":"91440300MA5EXAMPL1","registered_address":"深圳市龙岗区1号",
		"registered_phone":"0755-1234567","bank_name":"招商银行","bank_account":"755900001111222","currency":"CNY"}`)
	c.does(t, c.vendor(t), "POST", ofPartner+id+"/business-information/decisions", `{"decision":"CERTIFY"}`)
}

// An incentive goes from its statement, which nobody confirms, to the bank: the deadline passes, the vendor approves, the partner applies, invoices by the
// link of the mail, is paid, returned by the bank and paid again.
func TestAnIncentiveIsPaidByBankTransfer(t *testing.T) {
	c := running(t)
	const id, mail = "rewarded", "finance@rewarded.example"
	o := opened(t, c, "partner", id, map[string]any{"email": mail, "mobile": "13855556666", "locale": "en-US"})
	vendor, heard := c.vendor(t), c.listens(t, o.partner)
	o.does(t, vendor, "PUT", "/v2/vendor/invoice-buyers/HWC", buyer)
	period, _ := month(clock(t, c))
	made := o.does(t, vendor, "POST", ofPartner+id+"/special-incentives", fmt.Sprintf(`{"period":%q,"amount":1060,"reason":"a campaign"}`, period))
	statement := made["statement_id"].(string)
	shown := o.does(t, o.partner, "GET", statementsPath+"/"+statement, "")
	last, err := time.ParseInLocation("2006-01-02", shown["confirm_by"].(string), beijing)
	if err != nil || shown["state"] != "TO_CONFIRM" || shown["association_type"] != "--" {
		t.Fatalf("the statement is %v", shown)
	}
	c.until(t, last.Add(24*time.Hour+10*time.Minute))
	if got := o.does(t, o.partner, "GET", statementsPath+"/"+statement, ""); got["state"] != "ISSUING" || got["confirmed_by_deadline"] != true {
		t.Fatalf("after its last day the statement is %v", got)
	}
	o.does(t, vendor, "POST", ofPartner+id+"/statements/"+statement+"/decisions", `{"decision":"APPROVE"}`)

	apply := func() *http.Response {
		return o.as(t, o.partner, "POST", requestsPath, `{"method":"BANK_TRANSFER"}`, "")
	}
	refused(t, apply(), http.StatusConflict, "CBC.99001305")
	certify(t, c, id)
	var made2 struct {
		ID string `json:"payment_request_id"`
	}
	decode(t, apply(), http.StatusCreated, &made2)
	c.local(t, "/local/clock", map[string]string{"advance": "PT10M"}, nil)
	visibility := o.does(t, o.partner, "GET", invoiceLists+"visibility?payment_request_id="+made2.ID, "")
	if text := fmt.Sprint(visibility); !strings.Contains(text, "PENDING_SYNC") {
		t.Errorf("certified and applied for on one day, the lists are %s", text)
	}
	refused(t, o.as(t, o.partner, "GET", invoiceLists+"I-"+made2.ID+"-a", "", ""), http.StatusConflict, "CBC.99001145")
	c.local(t, "/local/clock", map[string]string{"advance": "P1D"}, nil)
	link := c.mailed(t, mail)
	if page := follow(t, "GET", link+"?lang=en-US", nil); !strings.Contains(page, "1,060.00") || !strings.Contains(page, made2.ID) {
		t.Errorf("the page of the mail does not show the list: %s", page)
	}
	o.invoices(t, made2.ID, "26442000000000000077", "1000", "60", "1060")
	if got := o.does(t, o.partner, "GET", requestsPath+"/"+made2.ID, ""); got["state"] != "PAYING" || got["pay_by"] == nil {
		t.Fatalf("approved, the payment request is %v", got)
	}
	results := ofPartner + id + "/payment-requests/" + made2.ID + "/results"
	o.does(t, vendor, "POST", results, `{"result":"RETURNED","reason":"no such account"}`)
	o.does(t, o.partner, "POST", requestsPath+"/"+made2.ID+"/retry", "")
	o.does(t, vendor, "POST", results, `{"result":"PAID","bank_reference":"BANK-2"}`)
	if got := o.does(t, o.partner, "GET", requestsPath+"/"+made2.ID, ""); got["state"] != "COMPLETED" || got["bank_reference"] != "BANK-2" {
		t.Errorf("paid, the payment request is %v", got)
	}
	heard("incentive.statement_step close", "incentive.statement_step elapse", "incentive.statement_step approve", "incentive.request_step apply",
		"incentive.request_step pay", "invoice.list_step issue", "invoice.list_step approve")
}

// invoices has a partner's invoice for a payment request registered, sent and approved.
func (o office) invoices(t *testing.T, request, no, net, tax, total string) {
	t.Helper()
	list := "I-" + request + "-a"
	day := clock(t, o.cloud).In(beijing).Format("2006-01-02")
	o.does(t, o.partner, "POST", invoiceLists+list+"/invoices", fmt.Sprintf(`{"invoices":[{"invoice_no":%q,"invoice_type":"SPECIAL_ELECTRONIC",
		"invoice_date":%q,"amount":%s,"tax_amount":%s,"total_amount":%s}]}`, no, day, net, tax, total))
	o.does(t, o.partner, "POST", invoiceLists+list+"/parcels", `{}`)
	for _, step := range []string{"receive", "approve"} {
		o.does(t, o.vendor(t), "POST", vendorInvoiceLists+"/"+o.partner.PartyID+"/"+list+"/steps", fmt.Sprintf(`{"step":%q}`, step))
	}
}

// Each way to be paid but by bank, on its real parts. The first version of the agreement that payouts need is signed; a second one blocks them until it is.
func TestAnIncentiveIsPaidOnceTheNewAgreementIsSigned(t *testing.T) {
	for n, p := range []payout{
		{"VOUCHER_QUOTA", "0.00 designated 0.00", "100.00"},
		{"OWED_INVOICE", "100.00 designated 0.00", ""},
		{"TOP_UP_ACCOUNT", "100.00 designated 0.00", ""},
	} {
		t.Run(p.method, func(t *testing.T) { p.isMade(t, fmt.Sprint("paid-", n)) })
	}
}

// payout is a way to be paid, and what the partner then holds.
type payout struct{ method, cash, quotas string }

func (p payout) isMade(t *testing.T, id string) {
	c := running(t)
	o := opened(t, c, "distributor", id, map[string]any{"email": id + "@paid.example", "locale": "en-US"})
	vendor := c.vendor(t)
	o.isAwarded(t, 100)
	o.publishes(t, "paying-"+id, 1)
	o.signs(t)
	o.publishes(t, "paying-"+id, 2)
	apply := func() *http.Response {
		return o.as(t, o.partner, "POST", requestsPath, fmt.Sprintf(`{"method":%q}`, p.method), "")
	}
	refused(t, apply(), http.StatusConflict, "CBC.99001200")
	if open := o.does(t, o.partner, "GET", requestsPath, "")["payment_requests"].([]any); len(open) != 0 {
		t.Errorf("refused, there is %v", open)
	}
	o.signs(t)
	var request struct {
		ID string `json:"payment_request_id"`
	}
	decode(t, apply(), http.StatusCreated, &request)
	c.local(t, "/local/clock", map[string]string{"advance": "PT20M"}, nil)
	if p.method == "TOP_UP_ACCOUNT" {
		o.invoices(t, request.ID, "26442000000000000078", "94.34", "5.66", "100")
		o.does(t, vendor, "POST", ofPartner+id+"/payment-requests/"+request.ID+"/results", `{"result":"PAID","bank_reference":"B-1"}`)
	}
	if got := o.does(t, o.partner, "GET", requestsPath+"/"+request.ID, ""); got["state"] != "COMPLETED" {
		t.Errorf("the payment request is %v", got)
	}
	quotas, _ := o.quotas(t, model.QueryCouponQuotasReqExt{})
	held := ""
	for _, q := range quotas {
		held += q.Balance.StringFixed(2)
	}
	if cash := o.holds(t, "")[1]; cash != p.cash || held != p.quotas {
		t.Errorf("the partner has %s of cash and quotas of %s, want %s and %s", cash, held, p.cash, p.quotas)
	}
	if p.method == "OWED_INVOICE" {
		o.owesAnInvoice(t)
	}
}

// isAwarded gives the office an incentive that it can apply for.
func (o office) isAwarded(t *testing.T, yuan int) {
	t.Helper()
	id, vendor := o.partner.PartyID, o.vendor(t)
	certify(t, o.cloud, id)
	o.does(t, vendor, "PUT", "/v2/vendor/invoice-buyers/HWC", buyer)
	o.local(t, "/local/clock", map[string]string{"advance": "P1D"}, nil) // who is certified is synchronised a day later
	period, _ := month(clock(t, o.cloud))
	made := o.does(t, vendor, "POST", ofPartner+id+"/special-incentives", fmt.Sprintf(`{"period":%q,"amount":%d,"reason":"a campaign"}`, period, yuan))
	statement := made["statement_id"].(string)
	o.does(t, o.partner, "POST", statementsPath+"/"+statement+"/decisions", `{"decision":"CONFIRM"}`)
	o.does(t, vendor, "POST", ofPartner+id+"/statements/"+statement+"/decisions", `{"decision":"APPROVE"}`)
}

// publishes has the vendor publish a version of an agreement that distributors' payouts need from today on.
func (o office) publishes(t *testing.T, code string, version int) {
	t.Helper()
	o.does(t, o.vendor(t), "POST", "/v2/vendor/agreements", fmt.Sprintf(`{"code":%q,"version":%d,"effective_from":%q,"required_for":["payout"],
		"signed_by":["distributor"],"documents":[{"locale":"zh-CN","title":"协议","text":"第%d版"},{"locale":"en-US","title":"Agreement","text":"Edition %d"}]}`,
		code, version, clock(t, o.cloud).In(beijing).Format("2006-01-02"), version, version))
}

// signs has the office sign every agreement that blocks something.
func (o office) signs(t *testing.T) {
	t.Helper()
	const path = "/v2/agreements"
	for _, one := range o.does(t, o.partner, "GET", path+"?locale=en-US", "")["agreements"].([]any) {
		if a := one.(map[string]any); len(a["blocks"].([]any)) > 0 {
			at := path + "/" + a["code"].(string)
			shown := o.does(t, o.partner, "GET", at+"?locale=en-US", "")
			o.does(t, o.partner, "POST", at+"/signatures", fmt.Sprintf(`{"version":%v,"locale":"en-US","document_hash":%q,"accepted":true}`,
				shown["version"], shown["document_hash"]))
		}
	}
}

// owesAnInvoice withdraws what was paid against an owed invoice once the vendor has it.
func (o office) owesAnInvoice(t *testing.T) {
	t.Helper()
	withdraw := func() *http.Response {
		return o.as(t, o.partner, "POST", "/v2/accounts/partner-accounts/withdrawals", fmt.Sprintf(`{"amount":100,"bank_card":{"account_name":%q,
			"account_no":"6222020000001234","bank_name":"ICBC","branch":"Xidan","account_type":"CORPORATE","currency":"CNY"}}`, "Partner "+o.partner.PartyID), "")
	}
	refused(t, withdraw(), http.StatusBadRequest, "CBC.99001077") // what is owed has to be covered
	o.does(t, o.vendor(t), "POST", ofPartner+o.partner.PartyID+"/owed-invoices/settlements", `{"amount":100,"reason":"invoice 26442000000000000079"}`)
	decode(t, withdraw(), http.StatusCreated, nil)
}
