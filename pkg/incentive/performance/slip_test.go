package performance_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/party"
)

const (
	slipPath   = "/v2/partners/performance/slips/2026-11"
	vendorSlip = "/v2/vendor/performance/partners/partner/slips/2026-11"
)

type slip struct {
	SlipID       string `json:"slip_id"`
	State        string
	Amount       jsonNumber
	Unrounded    jsonNumber `json:"unrounded_amount"`
	VisibleUntil string     `json:"visible_until"`
	Reviewing    bool
	Lines        int
	CountedLines int `json:"counted_lines"`
	Items        []struct {
		ServiceTypeCode string `json:"service_type_code"`
		IncentivePolicy int    `json:"incentive_policy"`
		AssociationType int    `json:"association_type"`
		Amount          jsonNumber
		OnCredit        jsonNumber `json:"on_credit"`
	}
}

func (w *world) slip(who caller, path string) slip {
	w.t.Helper()
	var s slip
	w.call(who, http.MethodGet, path, "").Into(w.t, &s)
	return s
}

// changes changes a customer behind the capability's back.
func (w *world) changes(id auth.PartyID, change func(tx *table.Tx, c party.Party) error) {
	w.t.Helper()
	c, err := party.Get(w.t.Context(), w.db, id)
	if err != nil {
		w.t.Fatal(err)
	}
	w.commit(func(tx *table.Tx) {
		if err := change(tx, c); err != nil {
			w.t.Fatal(err)
		}
	})
}

func TestALineIsItsPartnersOfTheTimeOfConsumption(t *testing.T) {
	w := newWorld(t)
	w.clock.Set(calendar.Date{Year: 2026, Month: time.November, Day: 1}.Start())
	w.customer("a", "partner", 1, "sub-a")
	w.clock.Set(calendar.Date{Year: 2026, Month: time.November, Day: 10}.Start())
	w.changes("a", func(tx *table.Tx, c party.Party) error {
		return party.Change(t.Context(), w.db, tx, c, party.Switched(c, party.Resale, w.clock.Now()))
	})
	w.clock.Set(calendar.Date{Year: 2026, Month: time.November, Day: 15}.Start())
	w.changes("a", func(tx *table.Tx, c party.Party) error {
		_, err := party.Dissociate(t.Context(), w.db, tx, c, w.clock.Now())
		return err
	})
	w.clock.Set(calendar.Date{Year: 2026, Month: time.November, Day: 20}.Start())
	w.changes("a", func(tx *table.Tx, c party.Party) error {
		_, err := party.Associate(tx, c, "other", party.Resale, "", "", w.clock.Now())
		return err
	})
	w.clock.Set(december(3).At(9, 0))
	day := func(day int, amount string) map[string]string {
		return map[string]string{"ChargePeriodStart": fmt.Sprintf("2026-11-%02d 04:00:00", day), "BilledCost": amount}
	}
	w.imports(bill(day(2, "1.00"), day(9, "2.00"), day(10, "4.00"), day(14, "8.00"), day(16, "16.00"), day(20, "32.00"), day(30, "64.00")))
	if w.amount("partner") != "15.00" || w.amount("other") != "96.00" {
		t.Errorf("partner %s, other %s", w.amount("partner"), w.amount("other"))
	}
	s := w.slip(vendor, vendorSlip)
	if len(s.Items) != 2 || s.Items[0].AssociationType != 1 || s.Items[0].Amount != "3.00" || s.Items[1].Amount != "12.00" {
		t.Errorf("by association type: %+v", s.Items)
	}
	w.audit("partner", "other")
}

func TestPartnersSeeALineOneWorkingDayLater(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.imports(bill(
		map[string]string{"BilledCost": "1.00", "ChargePeriodStart": "2026-11-27 04:00:00"}, // Friday
		map[string]string{"BilledCost": "2.00", "ChargePeriodStart": "2026-11-28 04:00:00"}, // Saturday
		map[string]string{"BilledCost": "4.00", "ChargePeriodStart": "2026-11-30 04:00:00"}, // Monday
		map[string]string{"BilledCost": "8.00", "ChargePeriodStart": "2026-11-30 20:00:00"}, // Tuesday in Beijing
	))
	for _, c := range []struct {
		on                   calendar.Date
		until, amount, state string
		lines                int
		rows                 bool
	}{
		{calendar.Date{Year: 2026, Month: time.November, Day: 29}, "2026-11-26", "0.00", "ESTIMATE", 0, false},
		{calendar.Date{Year: 2026, Month: time.November, Day: 30}, "2026-11-29", "3.00", "ESTIMATE", 2, false},
		{december(1), "2026-11-30", "7.00", "DRAFT", 3, false},
		{december(2), "2026-12-01", "15.00", "DRAFT", 4, true},
	} {
		w.clock.Set(c.on.At(10, 0))
		s := w.slip(admin, slipPath)
		var lines struct{ Lines []line }
		w.call(admin, http.MethodGet, "/v2/partners/performance/lines?period=2026-11", "").Into(t, &lines)
		if s.VisibleUntil != c.until || string(s.Amount) != c.amount || s.State != c.state || len(lines.Lines) != c.lines || (len(s.Items) > 0) != c.rows {
			t.Errorf("on %s: %+v and %d lines, want %+v", c.on, s, len(lines.Lines), c)
		}
		if v := w.slip(vendor, vendorSlip); v.Amount != "15.00" {
			t.Errorf("on %s the vendor sees %s", c.on, v.Amount)
		}
	}
}

func TestFactsDecideAsTheyAreWhenASlipIsReviewedAndThenNoMore(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.customer("b", "partner", 1, "sub-b")
	w.imports(bill(
		map[string]string{"BilledCost": "1.00"}, map[string]string{"BilledCost": "2.00", "ServiceName": "Old Thing"},
		map[string]string{"BilledCost": "4.00", "ServiceName": "Mall Thing"}, map[string]string{"BilledCost": "8.00", "ServiceName": "No Rebate"},
		map[string]string{"BilledCost": "16.00", "SubAccountId": "sub-b", "ChargePeriodStart": "2026-11-25 08:00:00"},
	))
	if w.amount("partner") != "31.00" {
		t.Fatalf("before: %s", w.amount("partner"))
	}
	policy := func(service string, policy int, from string, curated bool) {
		t.Helper()
		w.call(vendor, http.MethodPut, "/v2/vendor/performance/policies", fmt.Sprintf(
			`{"service_type_code":"hws.service.type.%s","service_type_name":"%s","from_month":"%s","incentive_policy":%d,"allow_discount":false,"curated":%t}`,
			service, service, from, policy, curated)).Into(t, nil)
	}
	policy("old-thing", 2, "2026-10", false)
	policy("mall-thing", 0, "2026-11", true)
	policy("no-rebate", 13, "2026-11", false)
	policy("elastic-cloud-server", 2, "2026-12", false) // the next month's
	w.call(vendor, http.MethodPut, "/v2/vendor/performance/partners/partner/standing", `{"in_plan_until":"2026-11-20"}`).Into(t, nil)
	w.call(vendor, http.MethodPost, vendorSlip+"/recount", "").Into(t, nil)
	w.settle()
	if w.amount("partner") != "9.00" {
		t.Errorf("recounted: %s, want 1.00 and 8.00", w.amount("partner"))
	}
	for rule, want := range map[string]int{"product_policy": 1, "koogallery_curated": 1, "not_in_plan": 1, "cash": 2, "voucher": 0} {
		if got := w.lines("partner", "&rule="+rule); len(got) != want {
			t.Errorf("%d lines by %s, want %d", len(got), rule, want)
		}
	}
	if not := w.lines("partner", "&counts=false"); len(not) != 3 || not[0].Reason == "" {
		t.Errorf("not counted are %+v", not)
	}
	w.call(vendor, http.MethodPut, "/v2/vendor/performance/partners/partner/standing", `{"certified_from":"2026-11-20"}`).Into(t, nil)
	w.review()
	s := w.slip(admin, slipPath)
	if s.State != "FINAL" || s.Amount != "16.00" || s.CountedLines != 1 || s.Lines != 5 {
		t.Errorf("reviewed: %+v", s)
	}
	w.audit("partner")

	w.call(vendor, http.MethodPut, "/v2/vendor/performance/partners/partner/standing", `{}`).Into(t, nil)
	w.call(vendor, http.MethodPost, vendorSlip+"/recount", "").Into(t, nil)
	w.settle()
	late := w.imports(bill(map[string]string{"BilledCost": "32.00", "Id": "late"}, map[string]string{"BilledCost": "1.00"}))
	if late.Refused != 2 || w.amount("partner") != "16.00" {
		t.Errorf("behind the review: %+v, %s", late, w.amount("partner"))
	}
	expect(t, w.call(vendor, http.MethodPost, vendorSlip+"/review", ""), http.StatusConflict, "CBC.99001016", "final")
	w.audit("partner")
}

// review has the partner's November reviewed.
func (w *world) review() {
	w.t.Helper()
	if w.clock.Now().Before(december(2).Start()) {
		w.clock.Set(december(2).At(9, 0))
	}
	w.call(vendor, http.MethodPost, vendorSlip+"/review", "").Into(w.t, nil)
	w.settle()
}

func TestASlipIsNotReviewedWhileAnythingOfItIsToCome(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.imports(bill(map[string]string{}))
	expect(t, w.call(vendor, http.MethodPost, vendorSlip+"/review", ""), http.StatusConflict, "CBC.99001016", "not visible yet")
	w.clock.Set(december(2).At(9, 0))
	w.call(vendor, http.MethodPost, "/v2/vendor/consumption/imports?source=focus&period=2026-11", bill(map[string]string{"Id": "more"})).Into(t, nil)
	expect(t, w.call(vendor, http.MethodPost, vendorSlip+"/review", ""), http.StatusConflict, "CBC.99001016", "under way")
	w.settle()
	w.review()
	if s := w.slip(vendor, vendorSlip); s.State != "FINAL" || s.Amount != "20.00" {
		t.Errorf("got %+v", s)
	}
	expect(t, w.call(vendor, http.MethodPost, "/v2/vendor/performance/partners/nobody/slips/2026-11/review", ""), http.StatusBadRequest, "CBC.99000047", "")
	expect(t, w.call(vendor, http.MethodPost, "/v2/vendor/performance/partners/a/slips/2026-11/review", ""), http.StatusBadRequest, "CBC.99000047", "")
	expect(t, w.call(vendor, http.MethodPost, "/v2/vendor/performance/partners/partner/slips/november/review", ""), http.StatusBadRequest, "CBC.0100", "period")
}

func TestTransferredPerformanceIsOnePartnersAndNotTheOthers(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.imports(bill(
		map[string]string{"BilledCost": "1.00", "ResourceId": "vm-1"}, map[string]string{"BilledCost": "2.00", "ResourceId": "vm-2"},
		map[string]string{"BilledCost": "4.00", "ResourceId": "vm-2", "x_PaymentInstrument": "voucher"},
	))
	move := func(resource string) answer {
		return w.call(vendor, http.MethodPost, "/v2/vendor/performance/transfers", fmt.Sprintf(
			`{"period":"2026-11","customer_id":"a","resource_id":%q,"from_partner_id":"partner","to_partner_id":"other","reason":"sold by the other"}`, resource))
	}
	move("vm-2").Into(t, nil)
	w.settle()
	if w.amount("partner") != "1.00" || w.amount("other") != "2.00" {
		t.Errorf("partner %s, other %s", w.amount("partner"), w.amount("other"))
	}
	for _, l := range w.lines("partner", "&rule=transferred") {
		if l.TransferredTo != "other" || l.Counts {
			t.Errorf("got %+v", l)
		}
	}
	if got := w.lines("other", ""); len(got) != 2 || got[0].TransferredFrom != "partner" {
		t.Errorf("the other has %+v", got)
	}
	for _, who := range []caller{admin, otherAdmin} {
		var list struct {
			Transfers []struct {
				ResourceID string `json:"resource_id"`
			}
		}
		w.call(who, http.MethodGet, "/v2/partners/performance/transfers?period=2026-11", "").Into(t, &list)
		if len(list.Transfers) != 1 || list.Transfers[0].ResourceID != "vm-2" {
			t.Errorf("%s lists %+v", who, list)
		}
	}
	var bills struct {
		Sums []any `json:"bill_sums"`
	}
	w.call(otherAdmin, http.MethodGet, "/v2/bills/partner-bills/subcustomer-bills/monthly-sum?cycle=2026-11&charge_mode=3", "").Into(t, &bills)
	if len(bills.Sums) != 0 {
		t.Errorf("the other's bills have %v", bills.Sums)
	}
	w.audit("partner", "other")
	w.review()
	expect(t, move(""), http.StatusConflict, "CBC.99001016", "final")
	expect(t, w.call(vendor, http.MethodPost, "/v2/vendor/performance/transfers",
		`{"period":"2026-11","customer_id":"a","from_partner_id":"partner","to_partner_id":"partner","reason":"x"}`), http.StatusBadRequest, "CBC.0100", "to_partner_id")
}

func TestAPartnerAsksAboutItsLinesAlone(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.imports(bill(map[string]string{"x_PaymentInstrument": "voucher"}))
	id := w.lines("partner", "")[0].LineID
	const path = "/v2/partners/performance/questions"
	ask := func(who caller, line string) answer {
		return w.call(who, http.MethodPost, path, fmt.Sprintf(`{"line_id":%q,"text":"Why was this not counted?"}`, line))
	}
	var q struct {
		QuestionID string `json:"question_id"`
		State      string
		Answer     string
	}
	ask(admin, id).Into(t, &q)
	strange := ask(otherAdmin, id)
	none := ask(otherAdmin, strings.Replace(id, "~a~", "~z~", 1))
	if strange.Status != http.StatusNotFound || none.Status != http.StatusNotFound {
		t.Errorf("a stranger's line: %d %s; none: %d %s", strange.Status, strange.Body, none.Status, none.Body)
	}
	expect(t, ask(admin, "x"), http.StatusNotFound, "CBC.0404", "line_id")
	var list struct {
		Questions []struct {
			QuestionID string `json:"question_id"`
			State      string
			Answer     string
		}
	}
	w.call(vendor, http.MethodGet, "/v2/vendor/performance/questions", "").Into(t, &list)
	if len(list.Questions) != 1 || list.Questions[0].QuestionID != q.QuestionID {
		t.Fatalf("got %+v", list)
	}
	reply := func() answer {
		return w.call(vendor, http.MethodPost, "/v2/vendor/performance/questions/"+q.QuestionID+"/answer", `{"answer":"A voucher paid it."}`)
	}
	before := len(w.told())
	reply().Into(t, &q)
	if told := w.told(); len(told) != before+1 || told[before].Owner != "partner" || !strings.HasSuffix(q.QuestionID, "~"+told[before].Subject) {
		t.Errorf("who asked is told by %+v", told)
	}
	expect(t, reply(), http.StatusConflict, "CBC.99001016", "answered already")
	w.call(admin, http.MethodGet, path, "").Into(t, &list)
	if len(list.Questions) != 1 || list.Questions[0].State != "ANSWERED" || list.Questions[0].Answer != "A voucher paid it." {
		t.Errorf("got %+v", list)
	}
	w.call(vendor, http.MethodGet, "/v2/vendor/performance/questions", "").Into(t, &list)
	if len(list.Questions) != 0 {
		t.Errorf("still open: %+v", list)
	}
	expect(t, w.call(vendor, http.MethodPost, "/v2/vendor/performance/questions/partner~0/answer", `{"answer":"x"}`), http.StatusNotFound, "CBC.0404", "")
}

func TestADistributorSeesItsResellersPerformanceAndNobodyElseDoes(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "res", 2, "sub-a")
	w.imports(bill(map[string]string{}))
	w.clock.Set(december(3).At(9, 0))
	if s := w.slip(reseller, slipPath); s.Amount != "10.00" {
		t.Errorf("the reseller sees %+v", s)
	}
	if s := w.slip(distributor, slipPath+"?indirect_partner_id=res"); s.Amount != "10.00" {
		t.Errorf("the distributor sees %+v", s)
	}
	expect(t, w.call(admin, http.MethodGet, slipPath+"?indirect_partner_id=res", ""), http.StatusBadRequest, "CBC.99000037", "")
	expect(t, w.call(distributor, http.MethodGet, slipPath, ""), http.StatusNotFound, "CBC.0404", "")
	var slips struct{ Slips []slip }
	w.call(reseller, http.MethodGet, "/v2/partners/performance/slips?state=DRAFT", "").Into(t, &slips)
	if len(slips.Slips) != 1 || slips.Slips[0].SlipID != "res-2026-11" {
		t.Errorf("got %+v", slips)
	}
	expect(t, w.call(reseller, http.MethodGet, "/v2/partners/performance/slips?period_begin=2027-01", ""), http.StatusBadRequest, "CBC.0100", "period_begin")
	expect(t, w.call(reseller, http.MethodGet, "/v2/partners/performance/lines?period=2026-11&rule=gold", ""), http.StatusBadRequest, "CBC.0100", "rule")
}

func TestEveryStepOfEveryStateIsLegalOrRefused(t *testing.T) {
	legal := map[string]string{
		"slip  review": "reviewing", "slip reviewing close": "closed",
		"import ANNOUNCED start": "SCANNING", "import SCANNING cut": "WRITING", "import SCANNING refuse": "FAILED", "import WRITING finish": "DONE",
		"import FAILED announce": "ANNOUNCED",
		"question OPEN answer":   "ANSWERED",
	}
	walked := 0
	check := func(name, got string, err error) {
		t.Helper()
		want, ok := legal[name]
		if ok && (err != nil || got != want) || !ok && !errors.Is(err, performance.ErrState) {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
		walked++
	}
	for _, s := range []performance.Stage{performance.Open, performance.Reviewing, performance.Closed} {
		for _, step := range []performance.Step{performance.StepReview, performance.StepClose} {
			next, err := s.After(step)
			check(fmt.Sprint("slip ", s, " ", step), string(next), err)
		}
	}
	for _, s := range []performance.ImportState{performance.Announced, performance.Scanning, performance.Writing, performance.Done, performance.Failed} {
		for _, step := range []performance.ImportStep{
			performance.StepStart, performance.StepCut, performance.StepRefuse, performance.StepFinish, performance.StepAnnounce,
		} {
			next, err := s.After(step)
			check(fmt.Sprint("import ", s, " ", step), string(next), err)
		}
	}
	for _, s := range []performance.QuestionState{performance.Waiting, performance.Answered} {
		next, err := s.Answers()
		check(fmt.Sprint("question ", s, " answer"), string(next), err)
	}
	if walked != 3*2+5*5+2 {
		t.Errorf("%d steps were walked", walked)
	}
}

// told gives the events by which somebody is written to that a question is answered.
func (w *world) told() []event.Event {
	w.t.Helper()
	var all []event.Event
	for e, err := range event.List(w.t.Context(), w.db, "partner", time.Time{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if immediate.WriterOf(*e) == performance.WriterAnswered {
			all = append(all, *e)
		}
	}
	return all
}

func TestAContractWithIncentive0IsNoPerformanceWhileItHolds(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.customer("b", "partner", 2, "sub-b")
	w.imports(bill(
		map[string]string{"BilledCost": "1.00", "ChargePeriodStart": "2026-11-10 08:00:00"}, map[string]string{"BilledCost": "2.00", "ChargePeriodStart": "2026-11-20 08:00:00"},
		map[string]string{"BilledCost": "4.00", "ChargePeriodStart": "2026-11-20 08:00:00", "SubAccountId": "sub-b"},
	))
	const standing = "/v2/vendor/performance/partners/partner/standing"
	set := func(deals string) answer {
		return w.call(vendor, http.MethodPut, standing, `{"zero_incentive_contracts":[`+deals+`]}`)
	}
	set(`{"customer_id":"a","from":"2026-11-15","until":"2026-11-20"}`).Into(t, nil)
	for _, bad := range []struct{ deals, says string }{
		{`{"customer_id":"nobody"}`, "zero_incentive_contracts[0].customer_id"},
		{`{"customer_id":"b"},{"customer_id":"partner"}`, "zero_incentive_contracts[1].customer_id"},
		{`{"customer_id":"a","from":"2026-13-01"}`, "zero_incentive_contracts[0].from"},
		{`{"customer_id":"a","from":"2026-11-15","until":"2026-11-14"}`, "zero_incentive_contracts[0].until"},
	} {
		if got := set(bad.deals); got.Status < 400 || !strings.Contains(got.Body, bad.says) {
			t.Errorf("%s: got %d %s", bad.deals, got.Status, got.Body)
		}
	}
	if got := w.call(vendor, http.MethodGet, standing, ""); !strings.Contains(got.Body, `"zero_incentive_contracts":[{"customer_id":"a","from":"2026-11-15","until":"2026-11-20"}]`) {
		t.Errorf("got %s", got.Body)
	}
	w.call(vendor, http.MethodPost, vendorSlip+"/recount", "").Into(t, nil)
	w.settle()
	out := w.lines("partner", "&rule=contract_incentive_zero")
	if w.amount("partner") != "5.00" || len(out) != 1 || out[0].Amount != "2.00" || out[0].Counts || !strings.Contains(out[0].Reason, "incentive 0") {
		t.Errorf("%s, without %+v", w.amount("partner"), out)
	}
	w.audit("partner")
}

func TestLinesAreFoundByTheAccountManagerOfTheirCustomer(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.customer("b", "partner", 2, "sub-b")
	w.imports(bill(map[string]string{"BilledCost": "1.00"}, map[string]string{"BilledCost": "2.00", "SubAccountId": "sub-b"}))
	w.changes("b", func(tx *table.Tx, c party.Party) error {
		next := c
		next.Profile.Manager = "mary"
		tx.Replace(&c, &next)
		return nil
	})
	for filter, want := range map[string]int{
		"": 2, "&account_manager_id=mary": 1, "&account_manager_id=john": 0, "&account_manager_id=mary&customer_id=b": 1, "&account_manager_id=mary&customer_id=a": 0,
	} {
		if got := w.lines("partner", filter); len(got) != want || want == 1 && got[0].CustomerID != "b" {
			t.Errorf("%s: got %+v, want %d lines", filter, got, want)
		}
	}
	w.changes("b", func(tx *table.Tx, c party.Party) error { // it left, and its manager is another partner's
		next := c
		next.Partner = "other"
		tx.Replace(&c, &next)
		return nil
	})
	if got := w.lines("partner", "&account_manager_id=mary"); len(got) != 0 {
		t.Errorf("another partner's: %+v", got)
	}
}

func TestAReviewThatIsAskedForTwiceIsOne(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.imports(bill(map[string]string{}))
	w.clock.Set(december(2).At(9, 0))
	for range 2 { // signed alike
		resttest.Call{Who: string(vendor), Signature: "review", Method: http.MethodPost, Path: vendorSlip + "/review"}.On(w.api).Into(t, nil)
	}
	w.settle()
	expect(t, w.call(vendor, http.MethodPost, vendorSlip+"/review", ""), http.StatusConflict, "CBC.99001016", "final")
}

func TestAMonthWithoutNeighboursIsNone(t *testing.T) {
	w := newWorld(t)
	for path, field := range map[string]string{
		"/v2/partners/performance/slips?period_end=0000-05":   "period_end",
		"/v2/partners/performance/slips/9999-12":              "period",
		"/v2/partners/performance/lines?period=9999-12":       "period",
		"/v2/partners/performance/slips?period_begin=0000-01": "period_begin",
	} {
		expect(t, w.call(admin, http.MethodGet, path, ""), http.StatusBadRequest, "CBC.0100", field)
	}
	review := strings.Replace(vendorSlip, "2026-11", "9999-12", 1) + "/review"
	expect(t, w.call(vendor, http.MethodPost, review, ""), http.StatusBadRequest, "CBC.0100", "period")
	expect(t, w.call(vendor, http.MethodPost, "/v2/vendor/consumption/imports?source=focus&period=9999-12", bill(map[string]string{})),
		http.StatusBadRequest, "CBC.0100", "period")
}
