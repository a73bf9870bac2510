package invoice_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

const (
	customer  = "customer c"
	infoPaths = "/v2/vendor/invoicing/info"
	reqPaths  = "/v2/vendor/invoicing/requests"
)

// infoBody is right for an account of a name.
func infoBody(title string) string {
	return `{"title_type":"ENTERPRISE","title":"` + title + `","taxpayer_id":"91440300MA5EXAMPLE","registered_address":"深圳市龙岗区坂田","registered_phone":"0755-28780808",
		"bank_name":"招商银行","bank_account":"755900001111222","email":"tax@customer.example","recipient":{"name":"李四","phone":"13900000000","address":"深圳市"}}`
}

type info struct {
	State   string `json:"state"`
	Valid   *struct{ Title, Email string }
	Pending *struct{ Title, Email string }
	By      string `json:"review_by"`
	Reason  string `json:"reason"`
	Open    int    `json:"open_requests"`
	Of      string `json:"pending_info_id"`
	Older   []struct {
		ID   string `json:"info_id"`
		Info struct{ Title string }
	} `json:"older"`
}

func (w *world) info(caller string) (i info) {
	w.t.Helper()
	w.as(caller, http.MethodGet, infoPath, "").Into(w.t, &i)
	return i
}

// valid sees to it that the customer has valid invoice info.
func (w *world) valid() {
	w.t.Helper()
	w.as(customer, http.MethodPost, infoPath, infoBody("客户有限公司")).Into(w.t, nil)
	w.as(vendor, http.MethodPost, infoPaths+"/c/decision", `{"approve":true}`).Into(w.t, nil)
}

// DOMAIN.md 21, row 11.
func TestAnAccountHasOneInvoiceInfoThatIsReviewed(t *testing.T) {
	w := newWorld(t)
	w.as(customer, http.MethodPut, infoPath, infoBody("客户有限公司")).Refused(t, 404, "CBC.0404", "no invoice info")
	w.as(customer, http.MethodPost, infoPath, infoBody("另一家")).Refused(t, 400, "CBC.99001141", "verified name")
	w.as(customer, http.MethodPost, infoPath, strings.Replace(infoBody("客户有限公司"), "91440300MA5EXAMPLE", "9144", 1)).Refused(t, 400, "CBC.99001141", "taxpayer_id")
	w.as(customer, http.MethodPost, infoPath, infoBody("客户有限公司")).Into(t, nil)
	if i := w.info(customer); i.State != "UNDER_REVIEW" || i.Valid != nil || i.By != "2026-12-02" {
		t.Fatalf("got %+v", i)
	}
	w.as(customer, http.MethodPut, infoPath, infoBody("客户有限公司")).Refused(t, 409, "CBC.99001147", "2026-12-02")
	var queue struct {
		Info []struct {
			ID string `json:"account_id"`
		} `json:"invoice_info"`
	}
	w.as(vendor, http.MethodGet, infoPaths, "").Into(t, &queue)
	if len(queue.Info) != 1 || queue.Info[0].ID != "c" {
		t.Fatalf("to review: %+v", queue)
	}
	w.as(vendor, http.MethodPost, infoPaths+"/c/decision", `{"approve":false}`).Refused(t, 400, "CBC.0100", "reason")
	w.as(vendor, http.MethodPost, infoPaths+"/c/decision", `{"approve":false,"reason":"the bank is unknown"}`).Into(t, nil)
	if i := w.info(customer); i.State != "REJECTED" || i.Reason != "the bank is unknown" {
		t.Fatalf("got %+v", i)
	}
	w.as(customer, http.MethodPut, infoPath, infoBody("客户有限公司")).Into(t, nil)
	w.as(vendor, http.MethodPost, infoPaths+"/c/decision", `{"approve":true}`).Into(t, nil)
	w.as(vendor, http.MethodPost, infoPaths+"/c/decision", `{"approve":true}`).Refused(t, 409, "CBC.99001140", "VALID")
	w.as(customer, http.MethodPost, infoPath, infoBody("客户有限公司")).Refused(t, 409, "CBC.99001146", "one invoice info")
	w.as(customer, http.MethodPut, infoPath, strings.Replace(infoBody("客户有限公司"), "tax@", "new@", 1)).Into(t, nil)
	if i := w.info(customer); i.State != "UNDER_REVIEW" || i.Valid.Email != "tax@customer.example" || i.Pending.Email != "new@customer.example" {
		t.Fatalf("while it is reviewed: %+v", i)
	}
	w.as(vendor, http.MethodPost, infoPaths+"/c/decision", `{"approve":false,"reason":"no"}`).Into(t, nil)
	if i := w.info(customer); i.State != "VALID" || i.Valid.Email != "tax@customer.example" || i.Pending != nil {
		t.Errorf("a refused change: %+v", i)
	}
	w.as(vendor, http.MethodGet, infoPaths, "").Into(t, &queue)
	if len(queue.Info) != 0 {
		t.Errorf("still to review: %+v", queue)
	}
}

func TestTwoFirstInvoiceInfosAtOnceAreOne(t *testing.T) {
	w := newWorld(t)
	codes := make(chan int, 4)
	for i := range 4 {
		go func() {
			codes <- w.send(fmt.Sprint("first-", i), customer, http.MethodPost, infoPath, infoBody("客户有限公司")).Status
		}()
	}
	made := 0
	for range 4 {
		if <-codes == http.StatusCreated {
			made++
		}
	}
	if made != 1 {
		t.Errorf("%d were made", made)
	}
}

// DOMAIN.md 9, "Return".
func TestElectronicInvoicesAreReturnedToHuaweiCloudComputingAlone(t *testing.T) {
	w := newWorld(t)
	w.valid()
	for month, c := range map[string]struct {
		kind, issue, entity string
		refused             bool
	}{
		"2026-07": {"SPECIAL_ELECTRONIC", `"invoice_no":"` + digital(1) + `"`, "HUAWEI_CLOUD_COMPUTING", false},
		"2026-08": {"SPECIAL_ELECTRONIC", `"invoice_no":"` + digital(2) + `","contracting_entity":"HUAWEI_CLOUD_COMPUTING"`, "HUAWEI_CLOUD_COMPUTING", false},
		"2026-09": {"ORDINARY_ELECTRONIC", `"invoice_no":"` + digital(3) + `","contracting_entity":"OTHER"`, "OTHER", true},
		"2026-10": {"SPECIAL_PAPER", `"invoice_no":"12345678","invoice_code":"4403202612","carrier":"SF","tracking_no":"SF1","contracting_entity":"OTHER"`, "OTHER", false},
	} {
		w.consumed["c "+month] = 100_00
		r := w.ask(`{"months":["` + month + `"],"invoice_type":"` + c.kind + `"}`)
		w.steps(r.ID, `{"step":"approve"}`).Into(t, nil)
		if r = w.asked(r.ID); r.Entity != "" {
			t.Errorf("%s: before it is issued its entity is %s", month, r.Entity)
		}
		w.steps(r.ID, `{"step":"issue",`+c.issue+`}`).Into(t, nil)
		if r = w.asked(r.ID); r.Entity != c.entity {
			t.Errorf("%s: the entity is %s", month, r.Entity)
		}
		if r.State == "TO_SIGN" {
			w.does(r.ID, "receipt", "").Into(t, nil)
		}
		back := w.does(r.ID, "return", `{"reason":"wrong","carrier":"SF","tracking_no":"SF2"}`)
		if !c.refused {
			back.Into(t, nil)
			continue
		}
		back.Refused(t, 409, "CBC.99001140", "Huawei Cloud Computing")
		if r = w.asked(r.ID); r.State != "ISSUED" {
			t.Errorf("%s: it is %s", month, r.State)
		}
	}
}

type request struct {
	ID     string `json:"request_id"`
	State  string `json:"state"`
	Title  string `json:"title"`
	Amount amount `json:"amount"`
	Due    string `json:"due_by"`
	Reason string `json:"reason"`
	No     string `json:"invoice_no"`
	Asked  bool   `json:"withdrawal_asked"`
	Pays   bool   `json:"postage_by_receiver"`
	Entity string `json:"contracting_entity"`
}

func (w *world) ask(body string) (r request) {
	w.t.Helper()
	w.as(customer, http.MethodPost, requestsPath, body).Into(w.t, &r)
	return r
}

func (w *world) does(id, what, body string) answer {
	w.t.Helper()
	return w.as(customer, http.MethodPost, requestsPath+"/"+id+"/"+what, body)
}

func (w *world) steps(id, body string) answer {
	w.t.Helper()
	return w.as(vendor, http.MethodPost, reqPaths+"/c/"+id+"/steps", body)
}

func (w *world) asked(id string) (r request) {
	w.t.Helper()
	w.as(customer, http.MethodGet, requestsPath+"/"+id, "").Into(w.t, &r)
	return r
}

func TestAPaperInvoiceIsReviewedSentSignedAndReturned(t *testing.T) {
	w := newWorld(t)
	w.valid()
	w.consumed["c 2026-10"], w.consumed["c 2026-09"] = 50_00, 49_99
	r := w.ask(`{"months":["2026-10","2026-09"],"invoice_type":"SPECIAL_PAPER"}`)
	if r.State != "TO_REVIEW" || r.Amount != "99.99" || r.Due != "2026-12-02" || !r.Pays || r.Title != "客户有限公司" {
		t.Fatalf("got %+v", r)
	}
	w.as(customer, http.MethodPut, infoPath, infoBody("客户有限公司")).Refused(t, 409, "CBC.99001147", "1 requests")
	w.as(customer, http.MethodPost, requestsPath, `{"months":["2026-10"],"invoice_type":"SPECIAL_PAPER"}`).Refused(t, 400, "CBC.99001148", r.ID)
	w.steps(r.ID, `{"step":"issue","invoice_no":"12345678","invoice_code":"4403202612","carrier":"SF","tracking_no":"SF1"}`).Refused(t, 409, "CBC.99001140", "TO_REVIEW")
	w.steps(r.ID, `{"step":"approve"}`).Into(t, nil)
	if r = w.asked(r.ID); r.State != "ISSUING" || r.Due != "2026-12-04" {
		t.Fatalf("got %+v", r)
	}
	w.does(r.ID, "withdrawal", "").Into(t, nil)
	w.does(r.ID, "withdrawal", "").Refused(t, 409, "CBC.99001140", "asked for already")
	w.steps(r.ID, `{"step":"refuse_withdrawal"}`).Refused(t, 400, "CBC.0100", "reason")
	w.steps(r.ID, `{"step":"refuse_withdrawal","reason":"it is printed"}`).Into(t, nil)
	if r = w.asked(r.ID); r.State != "ISSUING" || r.Asked || r.Reason != "it is printed" || r.Due != "2026-12-04" {
		t.Fatalf("got %+v", r)
	}
	w.steps(r.ID, `{"step":"allow_withdrawal"}`).Refused(t, 409, "CBC.99001140", "no withdrawal")
	w.steps(r.ID, `{"step":"issue","invoice_no":"12345678","invoice_code":"4403202612"}`).Refused(t, 400, "CBC.0100", "carrier")
	w.steps(r.ID, `{"step":"issue","invoice_no":"12345678","invoice_code":"4403202612","carrier":"SF","tracking_no":"SF1"}`).Into(t, nil)
	w.does(r.ID, "receipt", "").Into(t, nil)
	if i := w.info(customer); i.Open != 0 {
		t.Errorf("open: %+v", i)
	}
	w.does(r.ID, "return", `{"reason":"wrong address"}`).Refused(t, 400, "CBC.0100", "tracking_no")
	w.does(r.ID, "return", `{"reason":"wrong address","carrier":"SF","tracking_no":"SF2"}`).Into(t, nil)
	w.steps(r.ID, `{"step":"refuse_return","reason":"it is torn"}`).Into(t, nil)
	if r = w.asked(r.ID); r.State != "SIGNED" || r.Reason != "it is torn" {
		t.Fatalf("got %+v", r)
	}
	w.does(r.ID, "return", `{"reason":"wrong address","carrier":"SF","tracking_no":"SF3"}`).Into(t, nil)
	w.steps(r.ID, `{"step":"accept_return"}`).Into(t, nil)
	if again := w.ask(`{"months":["2026-10"],"invoice_type":"ORDINARY_ELECTRONIC"}`); again.Amount != "50.00" {
		t.Errorf("after the return: %+v", again)
	}
}

func TestAnElectronicInvoiceThatWasUsedIsConfirmedBeforeItGoesBack(t *testing.T) {
	w := newWorld(t)
	w.valid()
	w.consumed["c 2026-10"] = 100_00
	r := w.ask(`{"months":["2026-10"],"invoice_type":"SPECIAL_ELECTRONIC"}`)
	w.steps(r.ID, `{"step":"approve"}`).Into(t, nil)
	if r = w.asked(r.ID); r.Due != "2026-12-01" {
		t.Errorf("electronic ones are issued the same day: %+v", r)
	}
	w.steps(r.ID, `{"step":"issue","invoice_no":"`+digital(1)+`"}`).Into(t, nil)
	if r = w.asked(r.ID); r.State != "ISSUED" || r.No != digital(1) || r.Pays {
		t.Errorf("got %+v", r)
	}
	w.does(r.ID, "return", `{"reason":"wrong title","used_for_vat":true}`).Refused(t, 400, "CBC.0100", "tax platform")
	w.does(r.ID, "return", `{"reason":"wrong title","used_for_vat":true,"red_letter_no":"4403202612000001"}`).Into(t, nil)
	w.steps(r.ID, `{"step":"accept_return"}`).Into(t, nil)
	w.does(r.ID, "return", `{"reason":"again"}`).Refused(t, 409, "CBC.99001140", "RETURNED")
}

func TestAWithdrawnRequestIsDeletedAndItsMonthsAreFree(t *testing.T) {
	w := newWorld(t)
	w.valid()
	w.consumed["c 2026-10"] = 100_00
	r := w.ask(`{"months":["2026-10"],"invoice_type":"SPECIAL_ELECTRONIC"}`)
	w.as(customer, http.MethodDelete, requestsPath+"/"+r.ID, "").Refused(t, 409, "CBC.99001140", "TO_REVIEW")
	w.does(r.ID, "withdrawal", "").Into(t, nil)
	if i := w.info(customer); i.Open != 0 {
		t.Errorf("got %+v", i)
	}
	second := w.ask(`{"months":["2026-10"],"invoice_type":"SPECIAL_ELECTRONIC"}`)
	if got := w.as(customer, http.MethodDelete, requestsPath+"/"+r.ID, ""); got.Status != 204 {
		t.Errorf("got %d %s", got.Status, got.Body)
	}
	w.as(customer, http.MethodGet, requestsPath+"/"+r.ID, "").Refused(t, 404, "CBC.0404", r.ID)
	w.steps(second.ID, `{"step":"reject","reason":"no"}`).Into(t, nil)
	if i := w.info(customer); i.Open != 0 {
		t.Errorf("after the rejection: %+v", i)
	}
}

// DOMAIN.md 9: from the 3rd of the next month; of partners from the 5th at 12:00 Beijing.
func TestAMonthIsInvoicedOnceItsBillIsOut(t *testing.T) {
	w := newWorld(t)
	w.valid()
	w.consumed["c 2026-11"] = 100_00
	body := `{"months":["2026-11"],"invoice_type":"SPECIAL_ELECTRONIC"}`
	w.as(customer, http.MethodPost, requestsPath, body).Refused(t, 400, "CBC.99001148", "2026-12-03 00:00")
	w.clock.Set(december(3).Start())
	w.ask(body)
	w.as(partner, http.MethodPost, infoPath, infoBody("某某科技有限公司")).Into(t, nil)
	w.as(vendor, http.MethodPost, infoPaths+"/p/decision", `{"approve":true}`).Into(t, nil)
	w.consumed["p 2026-11"] = 500_00
	w.as(partner, http.MethodPost, requestsPath, body).Refused(t, 400, "CBC.99001148", "2026-12-05 12:00")
	w.clock.Set(december(5).At(12, 0))
	w.as(partner, http.MethodPost, requestsPath, body).Into(t, nil)
}

func TestInvoicesThatCanNotBeAreRefused(t *testing.T) {
	w := newWorld(t)
	body := func(months, kind string) string { return `{"months":[` + months + `],"invoice_type":"` + kind + `"}` }
	w.as(customer, http.MethodPost, requestsPath, body(`"2026-10"`, "SPECIAL_PAPER")).Refused(t, 404, "CBC.0404", "no valid invoice info")
	w.valid()
	w.as(customer, http.MethodPost, requestsPath, body(`"2026-10"`, "SPECIAL_PAPER")).Refused(t, 400, "CBC.99001148", "nothing was consumed")
	w.as(customer, http.MethodPost, requestsPath, body(`"2026-10","2026-10"`, "SPECIAL_PAPER")).Refused(t, 400, "CBC.0100", "twice")
	w.as(customer, http.MethodPost, requestsPath, body(`"2026-13"`, "SPECIAL_PAPER")).Refused(t, 400, "CBC.0100", "month")
	w.as("customer resale", http.MethodPost, infoPath, infoBody("转售客户")).Into(t, nil)
	w.as(vendor, http.MethodPost, infoPaths+"/resale/decision", `{"approve":true}`).Into(t, nil)
	w.as("customer resale", http.MethodPost, requestsPath, body(`"2026-10"`, "SPECIAL_PAPER")).Refused(t, 409, "CBC.99001140", "by its partner")
	w.person("person", "张三")
	w.as("customer person", http.MethodPost, infoPath, `{"title_type":"PERSONAL","title":"张三","email":"z@example.com"}`).Into(t, nil)
	w.as(vendor, http.MethodPost, infoPaths+"/person/decision", `{"approve":true}`).Into(t, nil)
	w.consumed["person 2026-10"] = 1_00
	w.as("customer person", http.MethodPost, requestsPath, body(`"2026-10"`, "SPECIAL_ELECTRONIC")).Refused(t, 400, "CBC.0100", "enterprises alone")
	w.as("customer person", http.MethodPost, requestsPath, body(`"2026-10"`, "ORDINARY_PAPER")).Refused(t, 400, "CBC.0100", "recipient")
	w.as("customer person", http.MethodPost, requestsPath, body(`"2026-10"`, "ORDINARY_ELECTRONIC")).Into(t, nil)
}

func (w *world) person(id, name string) {
	w.t.Helper()
	tx := table.NewTx()
	party.Create(tx, party.Party{
		Row:     party.Row{ID: "person", Kind: "customer", Name: id},
		Profile: party.Profile{RealName: name, VerifiedAs: party.Verified, CustomerType: 1},
	}, "test", w.clock.Now())
	w.commit(tx)
}

func TestOneMonthAskedForTwiceAtOnceIsInvoicedOnce(t *testing.T) {
	w := newWorld(t)
	w.valid()
	w.consumed["c 2026-10"] = money.Fen(100_00)
	codes := make(chan int, 5)
	for i := range 5 {
		go func() {
			codes <- w.send(fmt.Sprint("month-", i), customer, http.MethodPost, requestsPath, `{"months":["2026-10"],"invoice_type":"SPECIAL_ELECTRONIC"}`).Status
		}()
	}
	made := 0
	for range 5 {
		if <-codes == http.StatusCreated {
			made++
		}
	}
	if i := w.info(customer); made != 1 || i.Open != 1 {
		t.Errorf("%d were made, open %d", made, i.Open)
	}
}

func TestListInvoicesIsThatOfBSS(t *testing.T) {
	w := newWorld(t)
	w.valid()
	w.consumed["c 2026-10"], w.consumed["c 2026-09"] = 100_00, 50_00
	first := w.ask(`{"months":["2026-10"],"invoice_type":"SPECIAL_ELECTRONIC"}`)
	w.clock.Set(december(10).At(10, 0))
	second := w.ask(`{"months":["2026-09"],"invoice_type":"ORDINARY_PAPER"}`)
	w.steps(second.ID, `{"step":"approve"}`).Into(t, nil)
	ids := func(query string) string {
		var got struct {
			Count    int
			Invoices []map[string]any
		}
		w.as(customer, http.MethodGet, "/v1.0/c/payments/intl-invoices?"+query, "").Into(t, &got)
		text := fmt.Sprint(got.Count)
		for _, i := range got.Invoices {
			text += fmt.Sprintf(" %s:%v:%v:%v:%v", map[string]string{first.ID: "first", second.ID: "second"}[i["requestId"].(string)], i["invoiceState"], i["invoiceType"], i["invoiceMode"], i["billCycle"])
		}
		return text
	}
	for query, want := range map[string]string{
		"start_time=2026-12-01T00:00:00Z&end_time=2026-12-31T00:00:00Z&offset=0&limit=10": "2 second:6:1:0:202609 first:1:0:1:202610",
		"start_time=2026-12-01T02:00:00Z&end_time=2026-12-01T02:00:00Z&offset=0&limit=10": "1 first:1:0:1:202610",
		"start_time=2026-12-02T00:00:00Z&end_time=2026-12-31T00:00:00Z&offset=0&limit=10": "1 second:6:1:0:202609",
		"start_time=2026-12-01T00:00:00Z&end_time=2026-12-31T00:00:00Z&offset=1&limit=1":  "2 first:1:0:1:202610",
		"start_time=2020-01-01T00:00:00Z&end_time=2026-11-30T00:00:00Z&offset=0&limit=10": "0",
	} {
		if got := ids(query); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	w.as(customer, http.MethodGet, "/v1.0/p/payments/intl-invoices?start_time=2026-12-01T00:00:00Z&end_time=2026-12-31T00:00:00Z", "").Refused(t, 403, "CBC.0151", "")
	w.as(customer, http.MethodGet, "/v1.0/c/payments/intl-invoices?start_time=yesterday&end_time=2026-12-31T00:00:00Z", "").Refused(t, 400, "CBC.0100", "start_time")
	w.as(customer, http.MethodGet, "/v1.0/c/payments/intl-invoices?start_time=2026-12-31T00:00:00Z&end_time=2026-12-01T00:00:00Z", "").Refused(t, 400, "CBC.0100", "after")
}

func TestAVendorSeesRequestsInTheirOrder(t *testing.T) {
	w := newWorld(t)
	w.valid()
	w.clock.Set(calendar.Date{Year: 2027, Month: 1, Day: 6}.At(12, 0))
	for _, m := range []string{"2026-09", "2026-10", "2026-11"} {
		w.consumed["c "+m] = 1_00
		w.clock.Advance(time.Second)
		w.ask(`{"months":["` + m + `"],"invoice_type":"SPECIAL_ELECTRONIC"}`)
	}
	var got struct {
		Requests []struct {
			Months []string `json:"months"`
		} `json:"requests"`
		Marker string `json:"marker"`
	}
	w.as(vendor, http.MethodGet, reqPaths+"?limit=2", "").Into(t, &got)
	first, marker := fmt.Sprint(got.Requests), got.Marker
	w.as(vendor, http.MethodGet, reqPaths+"?limit=2&marker="+marker, "").Into(t, &got)
	if text := first + fmt.Sprint(got.Requests); text != "[{[2026-09]} {[2026-10]}][{[2026-11]}]" {
		t.Errorf("got %s", text)
	}
	w.as(customer, http.MethodGet, requestsPath+"?state=TO_REVIEW&limit=1", "").Into(t, &got)
	if fmt.Sprint(got.Requests) != "[{[2026-11]}]" || got.Marker == "" {
		t.Errorf("got %+v", got)
	}
}
