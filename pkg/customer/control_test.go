package customer_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/party"
)

const (
	freezePath   = "/v2/partners/sub-customers/freeze"
	unfreezePath = "/v2/partners/sub-customers/unfreeze"
	budgetPath   = "/v2/partners/sub-customers/budget"
	realnamePath = "/v2/customers/realname-auths"
	reviewPath   = "/v2/vendor/realname-reviews"
)

type failures struct {
	Details []struct {
		Code string `json:"error_code"`
		ID   string `json:"id"`
	} `json:"error_details"`
}

func TestCustomersAreFrozenAndUnfrozenEachByItself(t *testing.T) {
	w := newWorld(t)
	w.customer("c1", "partner")
	w.customer("c2", "partner")
	w.customer("theirs", "other")
	body := `{"customer_ids":["c1","theirs","c2","nobody"],"reason":"unpaid"}`
	var out failures
	w.signed(admin, "same", "POST", freezePath, body).Into(t, &out)
	if fmt.Sprint(out.Details) != "[{CBC.99000047 theirs} {CBC.99000047 nobody}]" {
		t.Errorf("got %+v", out)
	}
	w.signed(admin, "same", "POST", freezePath, body).Into(t, &out)
	if got := w.events("c1"); got != "customer.frozen" || len(out.Details) != 2 {
		t.Errorf("after a repeat the events are %q, the failures %+v", got, out)
	}
	if blocked, err := party.Blocked(t.Context(), w.db, w.read("c1")); err != nil || !blocked {
		t.Errorf("a frozen customer is blocked: %t, %v", blocked, err)
	}
	w.call(admin, "POST", freezePath, `{"customer_ids":["c1"],"reason":"again","freeze_type":"ACCOUNT"}`).Into(t, &out)
	if fmt.Sprint(out.Details) != "[{CBC.99003656 c1}]" {
		t.Errorf("frozen again: %+v", out)
	}
	if got := w.list(admin, `{"customer_id":"c1"}`); got.Infos[0].IsFrozen != 1 {
		t.Errorf("the list says %+v", got)
	}
	w.call(admin, "POST", unfreezePath, `{"customer_ids":["c1"],"reason":"paid"}`).Into(t, nil)
	if c := w.read("c1"); c.Profile.Frozen != party.NotFrozen {
		t.Errorf("the customer is %+v", c.Profile)
	}
	w.change("partner", func(p *party.Party) { p.Standing = party.Frozen })
	out = failures{}
	w.call(admin, "POST", unfreezePath, `{"customer_ids":["c2"],"reason":"paid","unfreeze_type":"ACCOUNT_AND_RESOURCE"}`).Into(t, &out)
	if fmt.Sprint(out.Details) != "[{CBC.99003626 c2}]" {
		t.Errorf("a frozen partner unfreezes resources: %+v", out)
	}
	w.call(admin, "POST", unfreezePath, `{"customer_ids":["c2"],"reason":"paid"}`).Into(t, nil)
	if c := w.read("c2"); c.Profile.Frozen != party.NotFrozen {
		t.Errorf("a frozen partner unfreezes the account, which is %+v", c.Profile)
	}
	w.call(admin, "POST", freezePath, `{"customer_ids":["c1","c1"],"reason":"x"}`).Refused(t, 400, "CBC.0100", "customer_ids")
	w.call(admin, "POST", freezePath, `{"customer_ids":["c1"]}`).Refused(t, 400, "CBC.0100", "reason")
	w.call(admin, "POST", freezePath, `{"customer_ids":["c1"],"reason":" "}`).Refused(t, 400, "CBC.0100", "reason")
	w.call("partner partner sales", "POST", freezePath, body).Refused(t, 403, "CBC.0155", "customer:freeze")
}

// DOMAIN.md 0: a frozen distributor's resellers are frozen likewise, whether or not that has been carried down to them.
func TestAResellerBelowAFrozenDistributorUnfreezesAccountsAlone(t *testing.T) {
	w := newWorld(t)
	const ron caller = "reseller res admin"
	w.customer("with", "res")
	w.customer("alone", "res")
	w.call(ron, "POST", freezePath, `{"customer_ids":["with"],"reason":"unpaid","freeze_type":"ACCOUNT_AND_RESOURCE"}`).Into(t, nil)
	w.call(ron, "POST", freezePath, `{"customer_ids":["alone"],"reason":"unpaid"}`).Into(t, nil)
	w.change("dist", func(p *party.Party) { p.Standing = party.Frozen })
	for _, kind := range []string{"ACCOUNT", "ACCOUNT_AND_RESOURCE"} {
		var out failures
		w.call(ron, "POST", unfreezePath, `{"customer_ids":["with"],"reason":"paid","unfreeze_type":"`+kind+`"}`).Into(t, &out)
		if fmt.Sprint(out.Details) != "[{CBC.99003626 with}]" || w.read("with").Profile.Frozen != party.ResourcesFrozen {
			t.Errorf("by %s: %+v", kind, out)
		}
	}
	w.call(ron, "POST", unfreezePath, `{"customer_ids":["alone"],"reason":"paid"}`).Into(t, nil)
	if c := w.read("alone"); c.Profile.Frozen != party.NotFrozen {
		t.Errorf("the account is %+v", c.Profile)
	}
}

func TestABudgetIsSetCountedExceededAndRecorded(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	set := func(fields string) answer {
		return w.call(admin, "POST", budgetPath, `{"customer_id":"c",`+fields+`}`)
	}
	set(`"budget_amount":"100.5","frozen_operate_type":1`).Into(t, nil)
	spend := func(id string, amount money.Fen) {
		t.Helper()
		if err := w.service().CountSpent(t.Context(), "c", id, amount, w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	show := func() string {
		return strings.TrimSpace(w.call(admin, "GET", budgetPath+"?customer_id=c", "").Body)
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { _ = w.service().CountSpent(t.Context(), "c", "e1", 100_50, w.clock.Now()) })
	}
	all.Wait()
	if got := show(); got != `{"budget_amount":100.50,"used_amount":100.50,"measure_id":1,"currency":"CNY","budget_type":"MONTHLY"}` {
		t.Errorf("after one payment that came three times: %s", got)
	}
	if c := w.read("c"); c.Profile.Frozen != party.NotFrozen {
		t.Error("a budget that is just used up froze the account")
	}
	spend("e2", 1)
	if got := w.events("c"); w.read("c").Profile.Frozen != party.AccountFrozen || got != "customer.budget_set customer.budget_exceeded customer.frozen" {
		t.Errorf("after it is exceeded: %+v, %s", w.read("c").Profile, got)
	}
	set(`"budget_amount":200,"cancel_partner_frozen":"1"`).Into(t, nil)
	if c := w.read("c"); c.Profile.Frozen != party.NotFrozen {
		t.Error("the account is still frozen")
	}
	w.clock.Advance(31 * 24 * time.Hour)
	if got := show(); !strings.Contains(got, `"used_amount":0.00`) {
		t.Errorf("in the next month: %s", got)
	}
	set(`"budget_amount":300,"budget_type":"PACKAGE"`).Into(t, nil)
	var records struct {
		Total int `json:"total_count"`
		List  []struct {
			Amount   money.Fen `json:"-"`
			Type     string    `json:"budget_type"`
			Operator string    `json:"operator"`
			Name     string    `json:"partner_corp_name"`
		} `json:"record_list"`
	}
	w.call(admin, "GET", budgetPath+"/records?customer_id=c", "").Into(t, &records)
	if records.Total != 3 || records.List[0].Type != "PACKAGE" || records.List[0].Operator != "admin" || records.List[0].Name != "Partner" {
		t.Errorf("the records are %+v", records)
	}
	w.call(admin, "GET", budgetPath+"/records?customer_id=c&operation_type=DELETE", "").Into(t, &records)
	if records.Total != 0 {
		t.Errorf("deletions: %+v", records)
	}
}

func TestBudgetsOfOthersAreRefusedOrLeftOut(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	w.customer("referral", "partner")
	w.change("referral", func(p *party.Party) { p.AssociationType = party.Referral })
	w.customer("theirs", "other")
	set := func(fields string) answer { return w.call(admin, "POST", budgetPath, fields) }
	set(`{"customer_id":"theirs","budget_amount":1}`).Refused(t, 400, "CBC.99000047", "theirs")
	set(`{"customer_id":"referral","budget_amount":1}`).Refused(t, 400, "CBC.99001002", "referral")
	set(`{"customer_id":"c","budget_amount":-1}`).Refused(t, 400, "CBC.0100", "budget_amount")
	set(`{"customer_id":"c","budget_amount":1.005}`).Refused(t, 400, "CBC.0100", "budget_amount")
	set(`{"customer_id":"c","budget_amount":1,"budget_type":"DAILY"}`).Refused(t, 400, "CBC.0100", "budget_type")
	set(`{"customer_id":"c","budget_amount":1,"frozen_operate_type":2}`).Refused(t, 400, "CBC.0100", "frozen_operate_type")
	w.call(admin, "GET", budgetPath+"?customer_id=theirs", "").Refused(t, 400, "CBC.99000047", "theirs")
	var out struct {
		Infos []struct {
			ID string `json:"customer_id"`
		} `json:"budget_infos"`
	}
	w.call(admin, "POST", budgetPath+"/query", `{"customer_ids":["theirs","c","referral","nobody"]}`).Into(t, &out)
	if fmt.Sprint(out.Infos) != "[{c}]" {
		t.Errorf("got %+v", out)
	}
}

const (
	person = `{"customer_id":"c","identify_type":0,"verified_type":3,"verified_file_url":["a.jpg","b.png","c/d.pdf"],"name":"Li Lei",` +
		`"verified_number":"E123","change_type":-1,"xaccount_type":"p"}`
	company = `{"customer_id":"c","identify_type":1,"certificate_type":0,"verified_file_url":["a.jpg"],"corp_name":"Apollo Ltd",` +
		`"verified_number":"9133",` +
		`"xaccount_type":"p","enterprise_person":{"legel_name":"Li Lei","legel_id_number":"3301"}}`
)

func TestARealNameIsReviewedChangedAndKeptWhenTheChangeIsRejected(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	status := func() string {
		info := w.list(admin, `{}`).Infos[0]
		return fmt.Sprint(info.VerifiedStatus, " ", info.CustomerType)
	}
	decide := func(body string) answer { return w.call(vendorAdmin, "PUT", reviewPath+"/c", body) }
	result := func() string {
		return strings.TrimSpace(w.call(admin, "GET", realnamePath+"/result?customer_id=c", "").Body)
	}
	w.call(admin, "GET", realnamePath+"/result?customer_id=c", "").Refused(t, 404, "CBC.0404", "c")
	if got := w.call(admin, "POST", realnamePath+"/individual", person); strings.TrimSpace(got.Body) != `{"is_review":1}` {
		t.Errorf("got %d %s", got.Status, got.Body)
	}
	w.call(admin, "POST", realnamePath+"/individual", person).Refused(t, 409, "CBC.99001016", "under review")
	if got := status() + result(); got != `0 -1{"review_result":0}` {
		t.Errorf("under review: %s", got)
	}
	decide(`{"passed":false}`).Refused(t, 400, "CBC.0100", "opinion")
	decide(`{"passed":false,"opinion":"unreadable"}`).Into(t, nil)
	decide(`{"passed":true}`).Refused(t, 409, "CBC.99001016", "decided")
	if got := status() + result(); got != `1 -1{"review_result":1,"opinion":"unreadable"}` {
		t.Errorf("rejected: %s", got)
	}
	w.call(admin, "POST", realnamePath+"/individual", person).Into(t, nil)
	var waiting struct {
		Total int `json:"total_count"`
	}
	w.call(vendorAdmin, "GET", reviewPath+"?month=2026-12", "").Into(t, &waiting)
	if shown := w.call(vendorAdmin, "GET", reviewPath+"/c", ""); waiting.Total != 1 || !strings.Contains(shown.Body, `"number":"E123"`) {
		t.Errorf("%d wait, the papers are %s", waiting.Total, shown.Body)
	}
	decide(`{"passed":true}`).Into(t, nil)
	if got := status(); got != "2 0" || w.read("c").Profile.RealName != "Li Lei" {
		t.Errorf("passed: %s, %+v", got, w.read("c").Profile)
	}
	change := strings.Replace(company, `"xaccount_type"`, `"change_type":1,"xaccount_type"`, 1)
	w.call(admin, "POST", realnamePath+"/enterprise", company).Refused(t, 409, "CBC.99001016", "verified already")
	w.call(admin, "PUT", realnamePath+"/enterprise", change).Into(t, nil)
	decide(`{"passed":false,"opinion":"no"}`).Into(t, nil)
	if got := status(); got != "2 0" {
		t.Errorf("after a rejected change: %s", got)
	}
	w.call(admin, "PUT", realnamePath+"/enterprise", change).Into(t, nil)
	decide(`{"passed":true}`).Into(t, nil)
	if got := status(); got != "2 1" || w.read("c").Profile.RealName != "Apollo Ltd" {
		t.Errorf("after a change: %s", got)
	}
	w.call(vendorAdmin, "GET", reviewPath+"?month=2026-12", "").Into(t, &waiting)
	if waiting.Total != 0 {
		t.Errorf("%d wait after all are decided", waiting.Total)
	}
}

func TestABankCardNeedsTheCodeOfItsPhone(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	apply := func(code string) answer {
		card := fmt.Sprintf(`"identify_type":4,"bank_card_info":{"bank_account":"6222","areacode":"0086","mobile":"13800000000",`+
			`"verification_code":%q}`, code)
		return w.call(admin, "POST", realnamePath+"/individual", strings.Replace(person, `"identify_type":0`, card, 1))
	}
	registration := w.code("13800000000")
	apply(registration).Refused(t, 400, "CBC.99001011", "verification_code")
	w.call(admin, "POST", codePath, `{"receiver_type":1,"mobile_phone":"13800000000","scene":18,"customer_id":"c"}`).Into(t, nil)
	texts := w.phone.Texts()
	apply(texts[len(texts)-1].Params["code"]).Into(t, nil)
	if got := w.events("c"); got != "customer.realname_submitted" {
		t.Errorf("the events are %s", got)
	}
}

func TestBadRealNamesAreRefused(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	w.customer("theirs", "other")
	for name, c := range map[string]struct {
		method, path, old, new string
		status                 int
		code, says             string
	}{
		"another's customer":  {"POST", "/individual", `"c",`, `"theirs",`, 400, "CBC.99000047", "theirs"},
		"two files":           {"POST", "/individual", `"a.jpg",`, ``, 400, "CBC.0100", "verified_file_url"},
		"no papers":           {"POST", "/individual", `"verified_type":3,`, ``, 400, "CBC.0100", "verified_type"},
		"another scheme":      {"POST", "/individual", `"identify_type":0`, `"identify_type":1`, 400, "CBC.0100", "identify_type"},
		"no card":             {"POST", "/individual", `"identify_type":0`, `"identify_type":4`, 400, "CBC.0100", "bank_card_info"},
		"an address":          {"POST", "/individual", `a.jpg`, `https://evil.example/a.jpg`, 400, "CBC.0100", "relative"},
		"a way up":            {"POST", "/individual", `a.jpg`, `../a.jpg`, 400, "CBC.0100", "relative"},
		"a program":           {"POST", "/individual", `a.jpg`, `a.exe`, 400, "CBC.0100", "relative"},
		"a company of digits": {"POST", "/enterprise", `Apollo Ltd`, `123 4`, 400, "CBC.0100", "corp_name"},
		"a country":           {"POST", "/enterprise", `"xaccount_type"`, `"reg_country":"China","xaccount_type"`, 400, "CBC.0100", "reg_country"},
		"no change":           {"PUT", "/enterprise", ``, ``, 400, "CBC.0100", "change_type"},
		"an unverified":       {"PUT", "/enterprise", `"xaccount_type"`, `"change_type":1,"xaccount_type"`, 409, "CBC.99001016", "individual"},
	} {
		body := person
		if c.path == "/enterprise" {
			body = company
		}
		t.Run(name, func(t *testing.T) {
			w.call(admin, c.method, realnamePath+c.path, strings.Replace(body, c.old, c.new, 1)).Refused(t, c.status, c.code, c.says)
		})
	}
	if got := w.events("c"); got != "" {
		t.Errorf("refused calls did %s", got)
	}
	w.call(vendorAdmin, "PUT", reviewPath+"/c", `{"passed":true}`).Refused(t, 404, "CBC.0404", "c")
}
