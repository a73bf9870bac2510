package promotion_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"partnercenter/pkg/promotion"
)

func TestEachCustomerIsIssuedAVoucherOrToldWhyNot(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "1000", "")
	var out results
	w.as("partner partner", http.MethodPost, couponsPath,
		issueBody(quota, "12.50", `,"memo":"thanks"`, "c1", "advisory", "frozen", "theirs", "nobody", "partner")).Into(t, &out)
	want := "c1 advisory frozen:CBC.99003626 theirs:CBC.99000047 nobody:CBC.99000047 partner:CBC.99000047"
	if got := out.text(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := w.sums("partner", quota); got.Balance != 975_00 || got.Held != 25_00 {
		t.Errorf("got %+v, want 975 left and 25 held", got)
	}
	c := w.coupon("c1", out.CouponInfos[0].CouponID)
	if c.Type != promotion.Voucher || c.Balance != 12_50 || c.Status != promotion.CouponUsable || c.Memo != "thanks" || c.SK != "COUPON#"+string(c.ID) {
		t.Errorf("the voucher is %+v", c)
	}
	if got := w.operations("partner partner", "?result=-1&customer_id=theirs"); got != "1/-1/theirs/12.50" {
		t.Errorf("the refusals are %q", got)
	}
}

func TestARepeatedRequestIssuesOnceAndAnswersAlike(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "100", "")
	body := issueBody(quota, "10", "", "c1", "theirs")
	first := w.send("same", "partner partner", http.MethodPost, couponsPath, body)
	second := w.send("same", "partner partner", http.MethodPost, couponsPath, body)
	if first.Status != http.StatusOK || first.Body != second.Body || second.Header.Get("Idempotent-Replay") != "true" {
		t.Errorf("got %+v, then %+v", first, second)
	}
	if got := w.sums("partner", quota); got.Held != 10_00 {
		t.Errorf("got %+v, want one voucher", got)
	}
}

func TestB35AQuotaOfOneMeetsSixtyFourIssuers(t *testing.T) {
	for name, limited := range map[string]struct{ value, more, code string }{
		"by its value":        {"10", "", "CBC.99001003"},
		"by customer's limit": {"10000", `,"vouchers_per_customer":1`, "CBC.99001008"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			quota := w.grant("partner", limited.value, limited.more)
			var wait sync.WaitGroup
			var issued, refused atomic.Int32
			for n := range 64 {
				wait.Go(func() {
					a := w.send(fmt.Sprint("at-once-", n), "partner partner", http.MethodPost, couponsPath, issueBody(quota, "10", "", "c1"))
					switch {
					case strings.Contains(a.Body, `"coupon_id"`):
						issued.Add(1)
					case strings.Contains(a.Body, limited.code):
						refused.Add(1)
					default:
						t.Errorf("got %d %s", a.Status, a.Body)
					}
				})
			}
			wait.Wait()
			got := w.sums("partner", quota)
			if got.Held != 10_00 || issued.Load() != 1 || refused.Load() != 63 {
				t.Errorf("%d issued, %d refused, and the quota has %+v; want 1, 63, and one voucher of 10", issued.Load(), refused.Load(), got)
			}
		})
	}
}

func TestWhatIsNotIssued(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "100", `,"cloud_service_types":["ecs","rds"],"product_ids":["p1"],"min_order_amount":20`)
	foreign, wide, boundless := w.grant("rival", "100", ""), w.grant("partner", "100", ""), strings.Repeat("x", 500_000)
	many := strings.Split("c1 c2 c3 advisory frozen 6 7 8 9 10 11", " ")
	for name, c := range map[string]struct{ body, code, says string }{
		"nothing":                {issueBody(quota, "0", "", "c1"), "CBC.0100", "face_value"},
		"less than nothing":      {issueBody(quota, "-1", "", "c1"), "CBC.0100", "face_value"},
		"three decimals":         {issueBody(quota, "1.005", "", "c1"), "CBC.0100", "decimals"},
		"1e400":                  {issueBody(quota, "1e400", "", "c1"), "CBC.0100", ""},
		"full-width digits":      {issueBody(quota, `"１０"`, "", "c1"), "CBC.0100", ""},
		"spaces":                 {issueBody(quota, `" 10"`, "", "c1"), "CBC.0100", ""},
		"not a number":           {issueBody(quota, "NaN", "", "c1"), "CBC.0100", ""},
		"more than there is":     {issueBody(quota, "10000000000000000", "", "c1"), "CBC.0100", ""},
		"too much for all":       {issueBody(quota, "9999999999999", "", "c1", "c2"), "CBC.0100", "face_value"},
		"no customers":           {issueBody(quota, "1", ""), "CBC.0100", "customer_ids"},
		"eleven customers":       {issueBody(quota, "1", "", many...), "CBC.0100", "customer_ids"},
		"one customer twice":     {issueBody(quota, "1", "", "c1", "c1"), "CBC.0100", "twice"},
		"another's quota":        {issueBody(foreign, "1", "", "c1"), "CBC.0101", "no quota"},
		"no quota":               {issueBody("x", "1", "", "c1"), "CBC.0101", "no quota"},
		"a key as a quota":       {issueBody("x#y/z", "1", "", "c1"), "CBC.0101", "no quota"},
		"more than the quota":    {issueBody(quota, "50.01", "", "c1", "c2"), "CBC.99001003", "100.02"},
		"a service outside":      {issueBody(quota, "1", `,"cloud_service_types":["ecs","obs"]`, "c1"), "CBC.0100", "obs"},
		"a product outside":      {issueBody(quota, "1", `,"product_ids":["p2"]`, "c1"), "CBC.0100", "p2"},
		"an empty product":       {issueBody(quota, "1", `,"product_ids":[""]`, "c1"), "CBC.0100", "empty"},
		"smaller orders":         {issueBody(quota, "1", `,"min_order_amount":19.99`, "c1"), "CBC.0100", "19.99"},
		"valid before the quota": {issueBody(quota, "1", `,"valid_time":"2026-11-30T23:59:59Z"`, "c1"), "CBC.0100", "valid_time"},
		"expires after it":       {issueBody(quota, "1", `,"expire_time":"2026-12-31T16:00:01Z"`, "c1"), "CBC.0100", "expire_time"},
		"expires before valid":   {issueBody(quota, "1", `,"valid_time":"2026-12-09T00:00:00Z","expire_time":"2026-12-09T00:00:00Z"`, "c1"), "CBC.0100", "expire_time"},
		"expired already":        {issueBody(quota, "1", `,"expire_time":"2026-12-01T01:00:00Z"`, "c1"), "CBC.0100", "passed"},
		"no time":                {issueBody(quota, "1", `,"expire_time":"tomorrow"`, "c1"), "CBC.0100", "expire_time"},
		"a boundless customer":   {issueBody(quota, "1", "", boundless), "CBC.0100", "customer_ids"},
		"a boundless service":    {issueBody(wide, "1", `,"cloud_service_types":["`+boundless+`"]`, "c1"), "CBC.0100", "cloud_service_types"},
		"a boundless product":    {issueBody(wide, "1", `,"product_ids":["`+boundless+`"]`, "c1"), "CBC.0100", "product_ids"},
		"for somebody's":         {issueBody(quota, "1", `,"indirect_partner_id":"reseller"`, "below"), "CBC.99000037", "reseller"},
	} {
		t.Run(name, func(t *testing.T) {
			w.as("partner partner", http.MethodPost, couponsPath, c.body).Refused(t, c.code, c.says)
		})
	}
	w.as("customer c1", http.MethodPost, couponsPath, issueBody(quota, "1", "", "c1")).Refused(t, "CBC.0155", "")
	w.as("vendor vendor", http.MethodPost, couponsPath, issueBody(quota, "1", "", "c1")).Refused(t, "CBC.0155", "")
	if got := w.sums("partner", quota); got.Balance != 100_00 || w.operations("partner partner", "") != "" {
		t.Errorf("got %+v and the records %s, want everything left and no record", got, w.operations("partner partner", ""))
	}
}

func TestNothingIsIssuedFromAQuotaThatIsNotNormal(t *testing.T) {
	w := newWorld(t)
	early := w.grant("partner", "100", "")
	for status, says := range map[int]string{3: "invalid", 4: "adjusted", 5: "frozen"} {
		quota := w.grant("partner", "100", "")
		if a := w.set("partner", quota, status); a.Status != http.StatusNoContent {
			t.Fatalf("got %d %s", a.Status, a.Body)
		}
		w.as("partner partner", http.MethodPost, couponsPath, issueBody(quota, "1", "", "c1")).Refused(t, "CBC.99001006", says)
		if status == 3 {
			w.set("partner", quota, 0).Refused(t, "CBC.99001006", "for good")
		}
	}
	w.set("partner", early, 1).Refused(t, "CBC.0100", "quota_status")
	w.set("rival", early, 4).Refused(t, "CBC.0101", "no quota")
	w.clock.Advance(31 * 24 * 3600e9)
	w.as("partner partner", http.MethodPost, couponsPath, issueBody(early, "1", "", "c1")).Refused(t, "CBC.99001006", "expired")
}

func TestAQuotaForSomeCustomersIsForThemAlone(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "100", `,"customer_ids":["c2"]`)
	var out results
	w.as("partner partner", http.MethodPost, couponsPath, issueBody(quota, "1", "", "c1", "c2")).Into(t, &out)
	if got := out.text(); got != "c2 c1:CBC.99000025" {
		t.Errorf("got %s", got)
	}
}

func TestTheVendorGrantsQuotasThatCanBe(t *testing.T) {
	w := newWorld(t)
	body := func(value, from, until string) string {
		return `{"quota_type":0,"quota_value":` + value + `,"effective_time":"` + from + `","expire_time":"` + until + `"}`
	}
	const from, until = "2026-12-01T00:00:00Z", "2026-12-31T16:00:00Z"
	for name, c := range map[string]struct{ caller, partner, body, code, says string }{
		"nothing":      {"vendor vendor", "partner", body("0", from, until), "CBC.0100", "quota_value"},
		"less":         {"vendor vendor", "partner", body("-1", from, until), "CBC.0100", "quota_value"},
		"a third":      {"vendor vendor", "partner", body("0.001", from, until), "CBC.0100", ""},
		"1e400":        {"vendor vendor", "partner", body("1e400", from, until), "CBC.0100", ""},
		"not a number": {"vendor vendor", "partner", body("NaN", from, until), "CBC.0100", ""},
		"full width":   {"vendor vendor", "partner", body(`"１００"`, from, until), "CBC.0100", ""},
		"spaces":       {"vendor vendor", "partner", body(`"1 "`, from, until), "CBC.0100", ""},
		"no start":     {"vendor vendor", "partner", body("1", "", until), "CBC.0100", "effective_time"},
		"no end":       {"vendor vendor", "partner", body("1", from, ""), "CBC.0100", "expire_time"},
		"an end past":  {"vendor vendor", "partner", body("1", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"), "CBC.0100", "passed"},
		"a customer":   {"vendor vendor", "c1", body("1", from, until), "CBC.0100", "customer"},
		"a reseller":   {"vendor vendor", "reseller", body("1", from, until), "CBC.0100", "reseller"},
		"nobody":       {"vendor vendor", "nobody", body("1", from, until), "CBC.99000047", "nobody"},
		"a frozen one": {"vendor vendor", "frozen-partner", body("1", from, until), "CBC.99003626", "frozen"},
		"by a partner": {"partner partner", "partner", body("1", from, until), "CBC.0155", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w.as(c.caller, http.MethodPost, "/v2/vendor/partners/"+c.partner+"/coupon-quotas", c.body).Refused(t, c.code, c.says)
		})
	}
}
