package conformance

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/global"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/region"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2/model"
	bssintl "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bssintl/v2"
	intl "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bssintl/v2/model"
)

const (
	invoiceLists       = "/v2/partners/invoice-lists/"
	settlementBills    = "/v2/partners/settlement-bills/"
	vendorInvoiceLists = "/v2/vendor/invoice-lists"
	vendorBills        = "/v2/vendor/settlement-bills"
)

// buyer is the vendor's company that partners invoice.
const buyer = `{"title":"华为云计算技术有限公司","taxpayer_id":"91520900MA6J6CBN9Q","registered_address":"贵州省贵安新区","registered_phone":"0851-88888888",
	"bank_name":"中国银行贵安支行","bank_account":"132057361123","mailbox":"invoices@example.com",
	"recipient":{"name":"财经共享中心","phone":"0755-28780808","address":"深圳市龙岗区坂田华为基地","postcode":"518129"}}`

// month gives the Beijing month of an instant, and its next month's n-th day at an hour.
func month(at time.Time) (name string, next func(day, hour int) time.Time) {
	at = at.In(beijing)
	return at.Format("2006-01"), func(day, hour int) time.Time { return time.Date(at.Year(), at.Month()+1, day, hour, 0, 0, 0, beijing) }
}

// texted gives the parameters of the last SMS to a number by a template.
func (c cloud) texted(t *testing.T, mobile, template string) map[string]string {
	t.Helper()
	answer, err := http.Get(c.API + "/local/sms")
	if err != nil {
		t.Fatal(err)
	}
	var phone struct {
		SMS []struct {
			To       string            `json:"to"`
			Template string            `json:"template"`
			Params   map[string]string `json:"params"`
		} `json:"sms"`
	}
	decode(t, answer, http.StatusOK, &phone)
	for _, text := range slices.Backward(phone.SMS) {
		if strings.HasSuffix(text.To, mobile) && text.Template == template {
			return text.Params
		}
	}
	t.Fatalf("no SMS %s to %s among %d", template, mobile, len(phone.SMS))
	return nil
}

// fetched gives the file at an address.
func fetched(t *testing.T, address string) (file, kind string) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %.200s (%v)", address, answer.Status, body, err)
	}
	return string(body), answer.Header.Get("Content-Type")
}

// A partner's goods are sold, billed, countersigned, invoiced by the link, rejected, invoiced again, approved and paid.
// A procurement-involved bill is confirmed before.
func TestAPartnersBillIsInvoicedByItsLinkAndPaid(t *testing.T) {
	for _, sold := range []goods{
		{source: "KOOGALLERY", partner: "gallery-invoicer", mobile: "13811112222", buyer: "GALLERY", invoices: "264420000001"},
		{source: "PROCUREMENT", partner: "procured-invoicer", mobile: "13811113333", buyer: "PROCURE", invoices: "264420000002"},
	} {
		t.Run(sold.source, sold.areInvoiced)
	}
}

// goods are what a partner sold by one source, to which buyer, and how its invoices' numbers of 20 digits begin.
type goods struct{ source, partner, mobile, buyer, invoices string }

func (g goods) invoice(n int) string { return fmt.Sprintf("%s%08d", g.invoices, n) }

func (g goods) areInvoiced(t *testing.T) {
	c := running(t)
	mail, mobile := "finance@"+g.partner+".example", g.mobile
	o := opened(t, c, "partner", g.partner, map[string]any{"email": mail, "mobile": mobile, "locale": "en-US"})
	vendor := c.vendor(t)
	o.does(t, vendor, "PUT", "/v2/vendor/invoice-buyers/"+g.buyer, buyer)
	certify(t, c, g.partner)
	heard := c.listens(t, o.partner)
	now := clock(t, c)
	period, next := month(now)
	bill := strings.Replace(period, "-", "", 1) + "-" + g.source[:1]
	o.does(t, vendor, "POST", vendorBills, fmt.Sprintf(`{"partner_id":%q,"source":%q,"period":%q,"buyer_code":%q,"lines":[
		{"line_id":"1","order_id":"CS1","goods_name":"*软件*协同办公","amount":2728.83,"trade_time":%q},
		{"line_id":"2","order_id":"CS2","goods_name":"=HYPERLINK(\"x\")","amount":100,"trade_time":%q}]}`, g.partner, g.source, period, g.buyer, wire(now), wire(now)))
	if answer := o.as(t, o.partner, "GET", settlementBills+bill, "", ""); answer.StatusCode != http.StatusNotFound {
		t.Errorf("before it is out the bill answers %s", answer.Status)
	}
	c.until(t, next(4, 9))
	if g.source == "PROCUREMENT" {
		g.isConfirmed(t, o, bill)
	}
	if got := o.does(t, o.partner, "GET", settlementBills+bill, ""); got["state"] != "TO_COUNTERSIGN" || got["total_amount"] != 2998.56 {
		t.Fatalf("the bill is %v", got)
	}
	steps := func(step, more string) map[string]any {
		t.Helper()
		return o.does(t, vendor, "POST", vendorBills+"/"+g.partner+"/"+bill+"/steps", fmt.Sprintf(`{"step":%q%s}`, step, more))
	}
	steps("start_countersign", "")
	steps("pass_countersign", "")
	c.local(t, "/local/clock", map[string]string{"advance": "PT20M"}, nil)

	link := c.mailed(t, mail)
	short := c.texted(t, mobile, "invoice_list")["link"]
	if !strings.HasPrefix(short, c.API+"/l/") || len(strings.TrimPrefix(short, c.API+"/l/")) != 10 {
		t.Fatalf("the SMS has the link %q", short)
	}
	payment := o.does(t, o.partner, "GET", settlementBills+bill, "")["payment_request_id"].(string)
	for range 50 {
		for _, at := range []string{link, short} {
			if page := follow(t, "GET", at+"?lang=en-US", nil); !strings.Contains(page, "To invoice") || !strings.Contains(page, payment) || !strings.Contains(page, "2,998.56") {
				t.Fatalf("the page does not show the list: %s", page)
			}
		}
	}
	if page := follow(t, "POST", link, url.Values{}); !strings.Contains(page, payment) {
		t.Errorf("acting on the link shows %s", page)
	}
	if file, kind := fetched(t, short+"/invoice-list.csv"); !strings.HasPrefix(kind, "text/csv") || !strings.Contains(file, `'=HYPERLINK`) || !strings.Contains(file, ",2998.56,") {
		t.Errorf("the CSV is %s %q", kind, file)
	}
	if file, kind := fetched(t, link+"/invoice-list.pdf"); kind != "application/pdf" || !strings.HasPrefix(file, "%PDF-") {
		t.Errorf("the PDF is %s %.20q", kind, file)
	}
	if page := follow(t, "GET", link[:len(link)-3], nil); !strings.Contains(page, "Not a valid link") {
		t.Errorf("an altered link shows %s", page)
	}

	list := g.source[:1] + "-" + payment + "-a"
	register := func(no, kind, net, gross string) *http.Response {
		t.Helper()
		return o.as(t, o.partner, "POST", invoiceLists+list+"/invoices", fmt.Sprintf(`{"invoices":[{"invoice_no":%q,"invoice_type":%q,"invoice_date":%q,`+
			`"amount":%s,"tax_amount":169.73,"total_amount":%s}]}`, no, kind, next(4, 9).Format("2006-01-02"), net, gross), "")
	}
	refused(t, register(g.invoice(1), "SPECIAL_ELECTRONIC", "2828.84", "2998.57"), http.StatusBadRequest, "CBC.99001142")
	refused(t, register(g.invoice(1), "ORDINARY_ELECTRONIC", "2828.83", "2998.56"), http.StatusBadRequest, "CBC.99001143")
	decode(t, register(g.invoice(1), "SPECIAL_ELECTRONIC", "2828.83", "2998.56"), http.StatusOK, nil)
	review := func(step, reason string) {
		t.Helper()
		o.does(t, vendor, "POST", vendorInvoiceLists+"/"+g.partner+"/"+list+"/steps", fmt.Sprintf(`{"step":%q,"reason":%q}`, step, reason))
	}
	o.does(t, o.partner, "POST", invoiceLists+list+"/parcels", `{}`)
	review("receive", "")
	review("reject", "the remark lacks the period")
	again := c.mailed(t, mail)
	if page := follow(t, "GET", again+"?lang=en-US", nil); !strings.Contains(page, "the remark lacks the period") {
		t.Errorf("after the rejection the page shows %s", page)
	}
	decode(t, register(g.invoice(2), "SPECIAL_ELECTRONIC", "2828.83", "2998.56"), http.StatusOK, nil)
	o.does(t, o.partner, "POST", invoiceLists+list+"/parcels", `{}`)
	queue := o.does(t, vendor, "GET", vendorInvoiceLists+"?limit=1000&state=MAILED", "")["invoice_lists"].([]any)
	if len(queue) == 0 {
		t.Error("the vendor's queue is empty")
	}
	review("receive", "")
	review("approve", "")
	if got := o.does(t, o.partner, "GET", settlementBills+bill, ""); got["state"] != "PAYING" || got["pay_by"] == nil {
		t.Fatalf("approved, the bill is %v", got)
	}
	steps("paid", `,"payment_reference":"BANK-1"`)
	if got := o.does(t, o.partner, "GET", settlementBills+bill, ""); got["state"] != "COMPLETED" || got["payment_reference"] != "BANK-1" {
		t.Errorf("paid, the bill is %v", got)
	}
	if page := follow(t, "GET", short+"?lang=en-US", nil); !strings.Contains(page, "Invoices approved") || !strings.Contains(page, "…0002") {
		t.Errorf("in the end the page shows %s", page)
	}
	heard("invoice.bill_step pass_countersign", "invoice.bill_step paid", "invoice.list_drafted draft", "invoice.list_step issue", "invoice.list_step register",
		"invoice.list_step reject", "invoice.list_step approve")
}

// isConfirmed lets the partner confirm its bill, of which it was told by mail and SMS.
func (g goods) isConfirmed(t *testing.T, o office, bill string) {
	t.Helper()
	told := o.texted(t, g.mobile, "bill_to_confirm")
	shown := o.does(t, o.partner, "GET", settlementBills+bill, "")
	if shown["state"] != "TO_CONFIRM" || told["bill"] != bill || told["day"] != shown["confirm_by"] {
		t.Fatalf("the bill is %v, and told of by %v", shown, told)
	}
	decode(t, o.as(t, o.vendor(t), "POST", vendorBills+"/"+g.partner+"/"+bill+"/steps", `{"step":"start_countersign"}`, ""), http.StatusConflict, nil)
	o.does(t, o.partner, "POST", settlementBills+bill+"/confirmation", "")
}

// Ten partners' bills of a thousand goods each make two hundred lists, which are issued at once and numbered without a gap.
func TestTwoHundredInvoiceListsAreNumberedWithoutAGap(t *testing.T) {
	c := running(t)
	vendor := c.vendor(t)
	o := office{cloud: c, partner: vendor}
	o.does(t, vendor, "PUT", "/v2/vendor/invoice-buyers/BULK", buyer)
	now := clock(t, c)
	period, next := month(now)
	bill := strings.Replace(period, "-", "", 1) + "-K"
	for n := range 10 {
		id := fmt.Sprint("bulk-", n)
		c.local(t, "/local/parties", map[string]any{"kind": "partner", "party_id": id, "name": id}, nil)
		certify(t, c, id)
		sheet := "partner_id,source,period,line_id,order_id,goods_name,amount,trade_time,buyer_code\n"
		for line := range 1000 {
			sheet += fmt.Sprintf("%s,KOOGALLERY,%s,%04d,O-%d,Goods %d,1.00,%s,BULK\n", id, period, line, line, line, wire(now))
		}
		var out struct {
			Taken int `json:"taken"`
		}
		r := request{Method: "POST", Path: vendorBills + "/import", ContentType: "text/csv", Body: sheet, Unsigned: map[string]string{"Idempotency-Key": "bulk-" + id}}
		decode(t, send(t, c.signed(t, vendor, r)), http.StatusOK, &out)
		if out.Taken != 1000 {
			t.Fatalf("%d of 1000 lines are taken", out.Taken)
		}
	}
	c.until(t, next(4, 9))
	for n := range 10 {
		for _, step := range []string{"start_countersign", "pass_countersign"} {
			o.does(t, vendor, "POST", fmt.Sprintf("%s/bulk-%d/%s/steps", vendorBills, n, bill), fmt.Sprintf(`{"step":%q}`, step))
		}
	}
	c.local(t, "/local/clock", map[string]string{"advance": "PT30M"}, nil)
	got := o.does(t, vendor, "GET", vendorInvoiceLists+"/issued?buyer_code=BULK&limit=1000&year="+next(4, 9).Format("2006"), "")
	numbered := got["invoice_lists"].([]any)
	for n, one := range numbered {
		if want := fmt.Sprintf("BULK-%s-%06d", next(4, 9).Format("2006"), n+1); one.(map[string]any)["list_no"] != want {
			t.Fatalf("number %d is %v", n+1, one)
		}
	}
	if len(numbered) != 200 {
		t.Errorf("%d lists are numbered, want 200", len(numbered))
	}
}

// The unmodified SDK lists what a partner asked to be invoiced for.
func TestListInvoices(t *testing.T) {
	s := set(t, "invoiced", 2, "100.00")
	pay := int32(1)
	if _, err := s.client.RenewalResources(&model.RenewalResourcesRequest{Body: &model.RenewalResourcesReq{
		ResourceIds: []string{s.resource("invoiced", 1)}, PeriodType: 2, PeriodNum: 1, IsAutoPay: &pay,
	}}); err != nil {
		t.Fatal(err)
	}
	var partner principal
	s.local(t, "/local/keys", map[string]any{"party_id": "partner-invoiced", "roles": []string{"admin"}}, &partner)
	vendor := s.vendor(t)
	spent, next := month(s.now)
	s.until(t, next(6, 9))
	s.does(t, partner, "POST", "/v2/invoice-info", `{"title_type":"ENTERPRISE","title":"Partner invoiced","taxpayer_id":"91440300MA5EXAMPLE","registered_address":"深圳市龙岗区",`+
		`"registered_phone":"0755-28780808","bank_name":"招商银行","bank_account":"755900001111222","email":"tax@partner.example"}`)
	s.does(t, vendor, "POST", "/v2/vendor/invoicing/info/partner-invoiced/decision", `{"approve":true}`)
	asked := s.does(t, partner, "POST", "/v2/invoice-requests", fmt.Sprintf(`{"months":[%q],"invoice_type":"SPECIAL_ELECTRONIC"}`, spent))
	steps := "/v2/vendor/invoicing/requests/partner-invoiced/" + asked["request_id"].(string) + "/steps"
	s.does(t, vendor, "POST", steps, `{"step":"approve"}`)
	s.does(t, vendor, "POST", steps, `{"step":"issue","invoice_no":"26442000000000009999"}`)

	credential, err := global.NewCredentialsBuilder().WithAk(partner.AK).WithSk(partner.SK).WithDomainId(partner.PartyID).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	client, err := bssintl.BssintlClientBuilder().WithRegion(region.NewRegion("cn-north-1", s.API)).WithCredential(credential).
		WithHttpConfig(config.DefaultHttpConfig()).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	window := func(from, to time.Time) *intl.ListInvoicesRequest {
		return &intl.ListInvoicesRequest{StartTime: wire(from), EndTime: wire(to), Offset: 0, Limit: 10}
	}
	out, err := bssintl.NewBssintlClient(client).ListInvoices(window(next(6, 0), next(7, 0)))
	if err != nil {
		t.Fatal(err)
	}
	if *out.Count != 1 || len(*out.Invoices) != 1 {
		t.Fatalf("got %v", out)
	}
	i := (*out.Invoices)[0]
	if *i.RequestId != asked["request_id"] || *i.InvoiceState != 8 || *i.InvoiceType != 0 || *i.TitleType != 1 || *i.InvoiceTitle != "Partner invoiced" ||
		!i.InvoiceAmount.Equal(*yuan(fmt.Sprint(asked["amount"]))) || *i.InvoiceNo != "26442000000000009999" || *i.Email != "tax@partner.example" ||
		*i.BillCycle != strings.Replace(spent, "-", "", 1) || *i.InvoiceMode != "1" || *i.RequestMode != "0" {
		t.Errorf("got %v", i)
	}
	if out, err = bssintl.NewBssintlClient(client).ListInvoices(window(next(7, 0), next(8, 0))); err != nil || *out.Count != 0 {
		t.Errorf("on another day there are %v, %v", out, err)
	}
}
