package customer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

const (
	reportsPath = "/v2/partners/customer-reports"
	followPath  = "/v2/vendor/followed-customers"
)

type reportOut struct {
	ID         string `json:"report_id"`
	State      string `json:"state"`
	Email      string `json:"email"`
	Until      string `json:"locked_until"`
	Customer   string `json:"customer_id"`
	Invitation string `json:"invitation_id"`
}

func (w *world) report(who caller, email, mobile string) answer {
	w.t.Helper()
	body := `{"customer_name":"Apollo"`
	if email != "" {
		body += fmt.Sprintf(`,"email":%q`, email)
	}
	if mobile != "" {
		body += fmt.Sprintf(`,"mobile":%q`, mobile)
	}
	return w.call(who, "POST", reportsPath, body+`}`)
}

func (w *world) reported(who caller, email, mobile string) reportOut {
	w.t.Helper()
	var out reportOut
	w.report(who, email, mobile).Into(w.t, &out)
	return out
}

func (w *world) reportNow(id string) reportOut {
	w.t.Helper()
	var out reportOut
	w.call(admin, "GET", reportsPath+"/"+id, "").Into(w.t, &out)
	return out
}

// runs does the due work of a report.
func (w *world) runs(id string) error {
	return w.service().DoReport(w.t.Context(), lifecycle.Due{Key: table.Key{PK: "PARTY#partner", SK: "REPORT#" + id}, Kind: customer.WorkReport})
}

func TestAReportedCustomerIsItsReportersFor15Days(t *testing.T) {
	w := newWorld(t)
	r := w.reported(admin, "a@x.example", "13800000000")
	if r.State != "reported" || r.Until[:10] != "2026-12-16" {
		t.Errorf("got %+v", r)
	}
	for _, who := range []caller{admin, otherAdmin, distributor} {
		w.report(who, "A@X.example", "").Refused(t, 409, "CBC.99001018", "reported")
		w.report(who, "", "13800000000").Refused(t, 409, "CBC.99001018", "reported")
	}
	w.clock.Set(begin.Add(15*24*time.Hour - time.Second))
	if err := w.runs(r.ID); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("before its end: %v", err)
	}
	w.clock.Advance(10 * time.Second)
	w.report(otherAdmin, "", "13800000000").Into(t, nil) // before anybody has swept
	if err := w.runs(r.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.runs(r.ID); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("again: %v", err)
	}
	if got := w.reportNow(r.ID).State; got != "expired" {
		t.Errorf("after its end it is %s", got)
	}
	w.report(admin, "", "13800000000").Refused(t, 409, "CBC.99001018", "reported") // the other's lock is still there
	w.report(admin, "a@x.example", "").Into(t, nil)
	if got := w.events("partner"); got != "report.created report.ended report.created" {
		t.Errorf("the events are %s", got)
	}
}

func TestAPartnerHas100LiveReports(t *testing.T) {
	w := newWorld(t)
	first := w.reported(admin, "0@x.example", "")
	for n := range 98 {
		w.report(admin, fmt.Sprintf("%d@x.example", n+1), "").Into(t, nil)
	}
	w.clock.Advance(time.Second)
	done := make(chan int)
	for n := range 2 { // the last one, twice at once
		go func() {
			body := fmt.Sprintf(`{"customer_name":"A","email":"last-%d@x.example"}`, n)
			done <- w.send(admin, fmt.Sprint("last-", n), "POST", reportsPath, body).Status
		}()
	}
	if first, second := <-done, <-done; first+second != 201+400 {
		t.Errorf("the hundredth twice at once: %d and %d, want 201 and 400", first, second)
	}
	w.report(admin, "100@x.example", "").Refused(t, 400, "CBC.99001017", "100")
	w.report(otherAdmin, "100@x.example", "").Into(t, nil)
	w.call(admin, "DELETE", reportsPath+"/"+first.ID, "").Into(t, nil)
	w.call(admin, "DELETE", reportsPath+"/"+first.ID, "").Refused(t, 409, "CBC.99001016", "withdrawn")
	w.report(admin, "0@x.example", "").Into(t, nil)
	w.report(admin, "101@x.example", "").Refused(t, 400, "CBC.99001017", "100")
	var list struct {
		Total int `json:"total_count"`
	}
	w.call(admin, "GET", reportsPath+"?state=reported&limit=5", "").Into(t, &list)
	if list.Total != 100 {
		t.Errorf("%d live reports", list.Total)
	}
}

func TestReportsAtOnceOfOneCustomerAreOne(t *testing.T) {
	w := newWorld(t)
	done := make(chan int)
	for n, who := range []caller{admin, otherAdmin} {
		go func() {
			done <- w.send(who, fmt.Sprint("report-", n), "POST", reportsPath, `{"customer_name":"A","email":"a@x.example"}`).Status
		}()
	}
	if first, second := <-done, <-done; first+second != 201+409 {
		t.Errorf("got %d and %d, want 201 and 409", first, second)
	}
}

func TestWhomTheVendorLooksAfterCannotBeReported(t *testing.T) {
	w := newWorld(t)
	follow := func(by string) answer {
		return w.call(vendorAdmin, "PUT", followPath, fmt.Sprintf(`{"contact":"a@x.example","followed_by":%q}`, by))
	}
	for by, says := range map[string]string{
		"DIRECT_SALES": "direct sales", "VENDOR_REPORTED": "reported by the vendor", "TELE_SALES": "tele-sales", "SUPPORT_CENTRE": "support centre",
	} {
		follow(by).Into(t, nil)
		w.report(admin, "a@x.example", "").Refused(t, 400, "CBC.99001005", says)
	}
	follow("NOBODY").Into(t, nil)
	w.report(admin, "a@x.example", "").Into(t, nil)
	follow("EVERYBODY").Refused(t, 400, "CBC.0100", "followed_by")
	for _, nothing := range []string{"  ", "apollo", "0086-13800000000"} { // no report would ever be compared with it
		w.call(vendorAdmin, "PUT", followPath, fmt.Sprintf(`{"contact":%q,"followed_by":"TELE_SALES"}`, nothing)).Refused(t, 400, "CBC.0100", "contact")
	}
	w.call(vendorAdmin, "PUT", followPath, `{"contact":"13800000000","followed_by":"TELE_SALES"}`).Into(t, nil)
	w.report(admin, "", "13800000000").Refused(t, 400, "CBC.99001005", "tele-sales")
}

func TestBadReportsAreRefused(t *testing.T) {
	w := newWorld(t)
	w.report(admin, "", "").Refused(t, 400, "CBC.0100", "email")
	w.report(admin, "nobody", "").Refused(t, 400, "CBC.0100", "mail address")
	for _, two := range []string{`a<b@x.example>`, `"a"b@x.example`, `a,b@x.example`, `a@x.example;b`, `a@x.exam\u0000ple`} { // one address, spelt in one way
		w.call(admin, "POST", reportsPath, `{"customer_name":"A","email":"`+strings.ReplaceAll(two, `"`, `\"`)+`"}`).Refused(t, 400, "CBC.0100", "mail address")
	}
	w.report(admin, "", "0049123").Refused(t, 400, "CBC.0100", "mobile")
	w.report("partner partner supervisor", "a@x.example", "").Refused(t, 403, "CBC.0155", "customer:report")
	theirs := w.reported(otherAdmin, "t@x.example", "")
	foreign := w.call(admin, "GET", reportsPath+"/"+theirs.ID, "")
	unknown := w.call(admin, "GET", reportsPath+"/nothing", "")
	foreign.Refused(t, 404, "CBC.0404", theirs.ID)
	if strings.Replace(foreign.Body, theirs.ID, "nothing", 1) != unknown.Body {
		t.Errorf("another's report answers %s, an unknown one %s", foreign.Body, unknown.Body)
	}
	mine := w.reported(admin, "m@x.example", "")
	w.call("partner partner account_manager", "GET", reportsPath+"/"+mine.ID, "").Refused(t, 404, "CBC.0404", mine.ID)
}

func TestAnEditMovesTheLockAndSendsAnotherInvitation(t *testing.T) {
	w := newWorld(t)
	r := w.reported(admin, "old@x.example", "13800000000")
	i := w.invited(admin, `{"kind":"ONLINE","association_type":2,"report_id":"`+r.ID+`"}`)
	old := w.mailed("old@x.example")
	var out reportOut
	w.call(admin, "PUT", reportsPath+"/"+r.ID+"/contact", `{"email":"new@x.example"}`).Into(t, &out)
	if out.Email != "new@x.example" || out.Invitation != i.ID {
		t.Errorf("got %+v", out)
	}
	w.report(otherAdmin, "old@x.example", "13800000000").Into(t, nil)
	w.report(otherAdmin, "new@x.example", "").Refused(t, 409, "CBC.99001018", "reported")
	if page := w.page("GET", old); !strings.Contains(page, "链接已失效") {
		t.Errorf("the old link shows %s", page)
	}
	fresh := w.mailed("new@x.example")
	if page := w.page("POST", fresh); !strings.Contains(page, "邀请已接受") {
		t.Errorf("the new link shows %s", page)
	}
	if got := w.reportNow(r.ID); got.State != "registered" || got.Customer == "" {
		t.Errorf("the report is %+v", got)
	}
	w.call(admin, "PUT", reportsPath+"/"+r.ID+"/contact", `{"email":"late@x.example"}`).Refused(t, 409, "CBC.99001016", "registered")
}
