package conformance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
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
	vendor := c.vendor(t)
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
		ID     string  `json:"payment_request_id"`
		Amount float64 `json:"amount"`
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
	list := "I-" + made2.ID + "-a"
	day := clock(t, c).In(beijing).Format("2006-01-02")
	o.does(t, o.partner, "POST", invoiceLists+list+"/invoices", fmt.Sprintf(`{"invoices":[{"invoice_no":"26442000000000000077","invoice_type":"SPECIAL_ELECTRONIC",
		"invoice_date":%q,"amount":1000,"tax_amount":60,"total_amount":1060}]}`, day))
	o.does(t, o.partner, "POST", invoiceLists+list+"/parcels", `{}`)
	for _, step := range []string{"receive", "approve"} {
		o.does(t, vendor, "POST", vendorInvoiceLists+"/"+id+"/"+list+"/steps", fmt.Sprintf(`{"step":%q}`, step))
	}
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
}
