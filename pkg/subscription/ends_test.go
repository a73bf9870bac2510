package subscription_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/subscription/renewlink"
)

const (
	quotePath    = "/v2/bills/ratings/period-resources/renew-rate"
	configPath   = "/v2/orders/subscriptions/resources/renew/config"
	schedulePath = "/v2/orders/subscriptions/resources/to-on-demand"
	convertPath  = schedulePath + "/instantly"
)

type quotes struct {
	Currency string `json:"currency"`
	Results  []struct {
		ID     string `json:"resource_id"`
		Amount string `json:"amount"`
	} `json:"renew_inquiry_results"`
	Official struct {
		Amount string `json:"official_website_amount"`
	} `json:"official_website_rating_result"`
	Failed []struct {
		ID   string `json:"resource_id"`
		Code string `json:"error_code"`
	} `json:"fail_resource_infos"`
}

func TestARenewalIsQuotedAsItIsPaid(t *testing.T) {
	w := shopWorld(t, "200.00")
	var family bought
	w.as("c", http.MethodPost, buyPath, `{"products":[{"product_id":"small","period_type":2,"period_num":1,"attached":[{"product_id":"tiny"}]}],"is_auto_pay":1}`).Into(t, &family)
	ids := w.resourcesOf(family.OrderID)
	pending, gone, unsold := w.resourcesOf(w.buys(1, "small").OrderID)[0], w.resourcesOf(w.buys(1, "small").OrderID)[0], w.resourcesOf(w.buys(1, "big").OrderID)[0]
	w.renews(pending, 0)
	w.ends(gone, 1)
	w.call(auth.Vendor, "vendor", http.MethodPut, "/v2/vendor/products/big", "application/json", `{"on_sale":false}`).Into(t, &struct{}{})
	w.resources(row{ID: "monthly", Customer: "c", Expiry: tenth}) // an import makes products that are sold by what was bought alone
	before := w.state("c")
	var got quotes
	body := fmt.Sprintf(`{"resource_ids":[%q,%q,%q,%q,%q,"nobody"],"period_type":2,"period_num":3,"include_relative_resources":true}`, ids[0], ids[1], pending, gone, unsold)
	w.as("c", http.MethodPost, quotePath, body).Into(t, &got)
	if got.Currency != "CNY" || len(got.Results) != 1 || got.Results[0].ID != ids[0] || got.Results[0].Amount != "42.00" || got.Official.Amount != "42.00" {
		t.Errorf("got %+v, want 42.00 for the family", got)
	}
	want := map[string]string{
		ids[1]: "CBC.30050007", pending: "CBC.30050010", gone: "CBC.30050009", unsold: "CBC.30050013", "nobody": "CBC.30050009",
	}
	for _, f := range got.Failed {
		if want[f.ID] != f.Code {
			t.Errorf("%s: %s, want %s", f.ID, f.Code, want[f.ID])
		}
		delete(want, f.ID)
	}
	if len(want) > 0 {
		t.Errorf("not refused: %v", want)
	}
	w.as("c", http.MethodPost, quotePath, fmt.Sprintf(`{"resource_ids":[%q],"period_type":2,"period_num":3}`, ids[0])).Into(t, &got)
	if got.Official.Amount != "30.00" {
		t.Errorf("without what is attached it costs %s, want 30.00", got.Official.Amount)
	}
	asPartner := func(customer string) answer {
		return w.call(auth.Partner, "partner", http.MethodPost, quotePath, "application/json",
			fmt.Sprintf(`{"resource_ids":[%q],"period_type":3,"period_num":1,"customer_id":%q}`, ids[0], customer))
	}
	asPartner("c").Into(t, &got)
	if got.Official.Amount != "100.00" {
		t.Errorf("its partner is told %s for a year, want 100.00", got.Official.Amount)
	}
	w.as("c", http.MethodPost, quotePath, `{"resource_ids":["monthly"],"period_type":3,"period_num":1}`).Into(t, &got)
	if len(got.Failed) != 1 || got.Failed[0].Code != "CBC.30050008" {
		t.Errorf("by the year, for which it has no price: %+v", got.Failed)
	}
	asPartner("").Refused(t, 400, "CBC.0100", "customer_id")
	asPartner("nobody").Refused(t, 400, "CBC.99000047", "nobody")
	w.as("c", http.MethodPost, quotePath, `{"resource_ids":["a","a"],"period_type":2,"period_num":1}`).Refused(t, 400, "CBC.30050012", "twice")
	w.as("c", http.MethodPost, quotePath, `{"resource_ids":["a"],"period_type":2,"period_num":12}`).Refused(t, 400, "CBC.30010069", "period_num")
	if after := w.state("c"); after != before {
		t.Errorf("quotes changed\n%s\nto\n%s", before, after)
	}
}

func TestAUnifiedExpiryDayCostsItsDays(t *testing.T) {
	w := shopWorld(t, "200.00")
	id := w.resourcesOf(w.buys(1, "big").OrderID)[0] // until 2027-01-01
	w.as("c", http.MethodPost, configPath, `{"config_name":"EXPIRE_DATE","config_value":"15"}`).done(t)
	var got quotes
	w.as("c", http.MethodPost, quotePath, fmt.Sprintf(`{"resource_ids":[%q],"period_type":2,"period_num":1}`, id)).Into(t, &got)
	order := w.renews(id, 1)
	s := w.read("c", id)
	if s.Expiry != date(2027, 2, 15) || s.Anchor != 15 || got.Official.Amount != "44.00" || w.order(order).Amount != 44_00 {
		t.Errorf("it expires on %s for %s, quoted %s, want 2027-02-15 for 44.00: 14 days more at 1.00", s.Expiry, w.order(order).Amount, got.Official.Amount)
	}
	if w.renews(id, 1); w.read("c", id).Expiry != date(2027, 3, 15) {
		t.Errorf("renewed again it expires on %s", w.read("c", id).Expiry)
	}
	w.as("c", http.MethodPost, configPath, `{"config_name":"EXPIRE_DATE","config_value":"-1"}`).done(t)
	if w.renews(id, 1); w.read("c", id).Expiry != date(2027, 4, 30) {
		t.Errorf("by the last day of the month it expires on %s", w.read("c", id).Expiry)
	}
	w.audited("c")
}

func TestTheLinkOfAMailShowsTheExpiryThatItBrings(t *testing.T) {
	w := shopWorld(t, "200.00")
	id := w.resourcesOf(w.buys(1, "big").OrderID)[0] // until 2027-01-01
	w.as("c", http.MethodPost, configPath, `{"config_name":"EXPIRE_DATE","config_value":"15"}`).done(t)
	offer := subscription.Offer{Customer: "c", Resource: subscription.ID(id), Expiry: date(2027, 1, 1), Term: oneMonth, Price: 44_00}
	renews := renewlink.Purpose(w.service)
	page, err := renews.Show(t.Context(), renewlink.To(offer, notify.English, w.clock.Now()))
	if err != nil || !slices.Contains(page.Facts, link.Fact{Name: "New expiry", Value: "2027-02-15 (Beijing)"}) {
		t.Errorf("got %+v %v, want 2027-02-15 as its new expiry", page, err)
	}
	page, err = renews.Act(t.Context(), renewlink.To(offer, notify.English, w.clock.Now()), "")
	if err != nil || !slices.Contains(page.Facts, link.Fact{Name: "New expiry", Value: "2027-02-15 (Beijing)"}) {
		t.Errorf("got %+v %v, want 2027-02-15 as its new expiry", page, err)
	}
}

func TestANewDeductionDayHoldsForEveryResource(t *testing.T) {
	w := shopWorld(t, "500.00")
	var ids []string
	for range 25 {
		id := w.resourcesOf(w.buys(1, "small").OrderID)[0]
		w.as("c", http.MethodPost, togglePath+id, ``).done(t)
		ids = append(ids, id)
	}
	w.clock.Set(beijing(2026, 12, 29, 12, 0))
	for name, body := range map[string]string{
		"1 day": `{"config_name":"DEDUCTION_DATE","config_value":"1"}`, "8 days": `{"config_name":"DEDUCTION_DATE","config_value":"8"}`,
		"no number": `{"config_name":"DEDUCTION_DATE","config_value":"two"}`, "day 29": `{"config_name":"EXPIRE_DATE","config_value":"29"}`,
		"day 0": `{"config_name":"EXPIRE_DATE","config_value":"0"}`, "another name": `{"config_name":"COLOUR","config_value":"1"}`,
	} {
		t.Run(name, func(t *testing.T) {
			w.as("c", http.MethodPost, configPath, body).Refused(t, 400, "CBC.0100", "config_")
		})
	}
	w.as("c", http.MethodPost, configPath, `{"config_name":"DEDUCTION_DATE","config_value":"2"}`).done(t)
	if err := w.service().DoRearm(context.Background(), lifecycle.Due{Key: table.Key{PK: "PARTY#c", SK: "REARM"}, Kind: subscription.WorkRearm, Account: "c"}); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		s := w.read("c", id)
		if at, ok := lifecycle.DueAt(&s.Head); !ok || !at.Equal(beijing(2026, 12, 30, 3, 0)) {
			t.Errorf("%s is due at %s, want two days before 2027-01-01 at 03:00", id, at)
		}
	}
	if got := w.as("c", http.MethodGet, configPath, "").Body; !strings.Contains(got, `"deduction_date":2`) || strings.Contains(got, "expire_date") {
		t.Errorf("the configuration is shown as %s", got)
	}
	w.audited("c")
}

func TestConversionToOnDemand(t *testing.T) {
	w := shopWorld(t, "100.00")
	w.clock.Set(beijing(2026, 12, 1, 0, 0))
	scheduled, kept, converted := w.resourcesOf(w.buys(1, "small").OrderID)[0], w.resourcesOf(w.buys(1, "small").OrderID)[0], w.resourcesOf(w.buys(1, "small").OrderID)[0]
	schedule := func(operation string, ids ...string) answer {
		return w.as("c", http.MethodPost, schedulePath, fmt.Sprintf(`{"operation":%q,"resource_ids":["%s"]}`, operation, strings.Join(ids, `","`)))
	}
	var out struct {
		Errors []struct {
			ID   string `json:"id"`
			Code string `json:"error_code"`
		} `json:"error_details"`
	}
	w.as("c", http.MethodPost, togglePath+scheduled, ``).done(t)
	schedule("SET_UP", scheduled, kept, "nobody").Into(t, &out)
	if len(out.Errors) != 1 || out.Errors[0].ID != "nobody" || out.Errors[0].Code != "CBC.99003012" {
		t.Errorf("got %+v, want nobody refused", out)
	}
	schedule("CANCEL", kept).Into(t, &out)
	if schedule("CANCEL", kept).Into(t, &out); len(out.Errors) != 1 || out.Errors[0].Code != "CBC.99003659" {
		t.Errorf("cancelled twice: %+v", out)
	}
	schedule("TOGGLE", kept).Refused(t, 400, "CBC.0100", "operation")
	if s, k := w.read("c", scheduled), w.read("c", kept); s.Policy != subscription.PolicyToOnDemand || k.Policy != subscription.PolicyToGrace {
		t.Errorf("the policies are %d and %d", s.Policy, k.Policy)
	}
	w.clock.Set(beijing(2026, 12, 11, 8, 30)) // 248 of 768 hours
	var results struct {
		Results []struct {
			ID      string `json:"resource_id"`
			Result  string `json:"result"`
			Code    string `json:"error_code"`
			OrderID string `json:"order_id"`
		} `json:"to_ondemand_service_results"`
	}
	w.as("c", http.MethodPost, convertPath, fmt.Sprintf(`{"resource_ids":[%q,"nobody"]}`, converted)).Into(t, &results)
	if r := results.Results; len(r) != 2 || r[0].Result != "SUCCESS" || r[1].Result != "FAIL" || r[1].Code != "CBC.99003012" {
		t.Fatalf("got %+v", results)
	}
	rows := bases(w.refund(results.Results[0].OrderID))
	if len(rows) != 2 || w.balance("c") != "76.77" {
		t.Errorf("got %v and %s left, want 6.77 back without a fee", rows, w.balance("c"))
	}
	if s := w.read("c", converted); s.Status != subscription.StatusClosed || s.Closing != subscription.ClosedConverted {
		t.Errorf("it is %s, %s", s.Status, s.Closing)
	}
	w.run("c", scheduled, beijing(2027, 1, 2, 0, 0))
	if s := w.read("c", scheduled); s.Status != subscription.StatusClosed || s.Closing != subscription.ClosedConverted {
		t.Errorf("after its expiry it is %s, %s", s.Status, s.Closing)
	}
	w.standing("c", party.Frozen)
	schedule("SET_UP", kept).Refused(t, 400, "CBC.99003626", "frozen")
}

// A refund while the worker renews: the renewal is part of what is given back, or never happens.
func TestARefundDuringTheRunOfThree(t *testing.T) {
	for range 3 {
		w := shopWorld(t, "100.00")
		id := w.resourcesOf(w.buys(1, "small").OrderID)[0]
		w.as("c", http.MethodPost, togglePath+id, ``).done(t)
		w.clock.Set(beijing(2026, 12, 25, 3, 0))
		var both sync.WaitGroup
		both.Go(func() {
			w.quietly(http.MethodPost, endPath, fmt.Sprintf(`{"resource_ids":[%q],"unsubscribe_type":1}`, id))
		})
		both.Go(func() {
			if err := w.service().Do(context.Background(), due("c", id)); err != nil && !errors.Is(err, table.ErrConflict) {
				t.Error(err)
			}
		})
		both.Wait()
		if s := w.read("c", id); s.Status != subscription.StatusClosed {
			t.Errorf("unsubscribed during the run it is %s", s.Status)
		}
		if got := w.balance("c"); got != "91.46" { // 189 of 768 hours of the term are left, less the fee; a renewal comes back whole
			t.Errorf("the balance is %s, want 91.46 whether it was renewed or not", got)
		}
		w.audited("c")
	}
}

func TestALargeConversionIsReviewedToo(t *testing.T) {
	w := shopWorld(t, "70000.00")
	w.product("huge", 60_000, ``)
	id := w.resourcesOf(w.buys(1, "huge").OrderID)[0]
	a := w.as("c", http.MethodPost, convertPath, fmt.Sprintf(`{"resource_ids":[%q]}`, id))
	var out struct {
		Results []struct {
			Result  string `json:"result"`
			OrderID string `json:"order_id"`
		} `json:"to_ondemand_service_results"`
	}
	if a.Into(t, &out); len(out.Results) != 1 || out.Results[0].Result != "AUDIT" || w.balance("c") != "10000.00" {
		t.Fatalf("got %s with %s left, want it under review and nothing back", a.Body, w.balance("c"))
	}
	w.call(auth.Vendor, "vendor", http.MethodPost, "/v2/vendor/refund-reviews/"+out.Results[0].OrderID, "application/json", `{"allow":true,"reason":"fine"}`).Into(t, &struct{}{})
	if s := w.read("c", id); s.Closing != subscription.ClosedConverted || w.balance("c") != "70000.00" {
		t.Errorf("allowed, it is %s, %s with %s left, want converted and everything back", s.Status, s.Closing, w.balance("c"))
	}
	w.audited("c")
}

func TestWhatIsOverItsTermIsLetGoForNothing(t *testing.T) {
	w := shopWorld(t, "100.00")
	id := w.resourcesOf(w.buys(1, "small").OrderID)[0]
	w.run("c", id, beijing(2027, 1, 2, 12, 0))
	if s := w.read("c", id); s.Status != subscription.StatusExpired {
		t.Fatalf("it is %s, want in grace", s.Status)
	}
	if rows := w.refund(w.ends(id, 1)); len(rows) != 0 {
		t.Errorf("got %+v, want nothing back", rows)
	}
	if s := w.read("c", id); s.Status != subscription.StatusClosed || w.balance("c") != "90.00" {
		t.Errorf("it is %s with %s left, want closed and 90.00", s.Status, w.balance("c"))
	}
	w.audited("c")
}

func TestBadEndsAndReviewsChangeNothing(t *testing.T) {
	w := shopWorld(t, "100.00")
	id := w.resourcesOf(w.buys(1, "small").OrderID)[0]
	before := w.state("c")
	ids := func(n int) string { return strings.TrimSuffix(strings.Repeat(`"x",`, n), ",") }
	const vendorReviews, opening = "/v2/vendor/refund-reviews", "/v2/vendor/orders/CS261201000000ABCDEFGH/opening"
	for name, c := range map[string]struct {
		by                       auth.Kind
		method, path, body, code string
	}{
		"schedule nothing":      {auth.Customer, "POST", schedulePath, `{"operation":"SET_UP","resource_ids":[]}`, "CBC.0100"},
		"schedule 101":          {auth.Customer, "POST", schedulePath, `{"operation":"SET_UP","resource_ids":[` + ids(101) + `]}`, "CBC.0100"},
		"convert nothing":       {auth.Customer, "POST", convertPath, `{"resource_ids":[]}`, "CBC.0100"},
		"convert 11":            {auth.Customer, "POST", convertPath, `{"resource_ids":[` + ids(11) + `]}`, "CBC.0100"},
		"quote nothing":         {auth.Customer, "POST", quotePath, `{"resource_ids":[],"period_type":2,"period_num":1}`, "CBC.0100"},
		"quote 11":              {auth.Customer, "POST", quotePath, `{"resource_ids":[` + ids(11) + `],"period_type":2,"period_num":1}`, "CBC.0100"},
		"a spec of no product":  {auth.Customer, "POST", specPath + id, `{"product_id":""}`, "CBC.0100"},
		"reviews of no month":   {auth.Vendor, "GET", vendorReviews + "?month=soon", ``, "CBC.0100"},
		"a made-up marker":      {auth.Vendor, "GET", vendorReviews + "?marker=AAAA", ``, "CBC.0100"},
		"decide on no order":    {auth.Vendor, "POST", vendorReviews + "/x", `{"allow":true,"reason":"y"}`, "CBC.0101"},
		"decide without saying": {auth.Vendor, "POST", vendorReviews + "/x", `{"reason":"y"}`, "CBC.0100"},
		"open no order":         {auth.Vendor, "POST", opening, `{"customer_id":"c","opened":true}`, "CBC.0101"},
		"open without saying":   {auth.Vendor, "POST", opening, `{"customer_id":"c"}`, "CBC.0100"},
	} {
		t.Run(name, func(t *testing.T) {
			w.call(c.by, map[auth.Kind]auth.PartyID{auth.Customer: "c", auth.Vendor: "vendor"}[c.by], c.method, c.path, "application/json", c.body).
				Refused(t, 400, c.code, "")
		})
	}
	if after := w.state("c"); after != before {
		t.Errorf("refused calls changed\n%s\nto\n%s", before, after)
	}
}

// Whatever is asked about what another customer has is answered as if there were no such thing, and changes nothing.
func TestWhatIsAnothersLooksAbsent(t *testing.T) {
	w := shopWorld(t, "100.00")
	w.customer("d", "V1", "100.00")
	id := w.resourcesOf(w.buys(1, "small").OrderID)[0]
	pending := w.buys(0, "small").OrderID
	before := w.state("c", "d")
	mine := fmt.Sprintf(`{"resource_ids":[%q]`, id)
	for name, c := range map[string]struct{ method, path, body, code string }{
		"renew":       {"POST", renewPath, mine + `,"period_type":2,"period_num":1}`, "CBC.99003012"},
		"unsubscribe": {"POST", endPath, mine + `,"unsubscribe_type":1}`, "CBC.99003012"},
		"schedule":    {"POST", schedulePath, mine + `,"operation":"SET_UP"}`, "CBC.99003012"},
		"convert":     {"POST", convertPath, mine + `}`, "CBC.99003012"},
		"quote":       {"POST", quotePath, mine + `,"period_type":2,"period_num":1}`, "CBC.30050009"},
		"change":      {"POST", specPath + id, `{"product_id":"big"}`, "CBC.99003012"},
		"pay":         {"POST", payPath, `{"order_id":"` + pending + `","use_coupon":"NO","use_discount":"NO"}`, "CBC.0101"},
		"cancel":      {"PUT", cancelPath, `{"order_id":"` + pending + `"}`, "CBC.0101"},
		"coupons":     {"GET", "/v2/orders/customer-orders/order-coupons?order_id=" + pending, ``, "CBC.0101"},
		"discounts":   {"GET", "/v2/orders/customer-orders/order-discounts?order_id=" + pending, ``, "CBC.0101"},
		"events":      {"GET", resourcesPath + id + "/events", ``, "CBC.99003012"},
		"timeline":    {"GET", resourcesPath + id + "/timeline", ``, "CBC.99003012"},
	} {
		t.Run(name, func(t *testing.T) {
			a, none := w.as("d", c.method, c.path, c.body), w.as("d", c.method, strings.ReplaceAll(c.path, id, "nobody"), strings.ReplaceAll(c.body, id, "nobody"))
			if !a.is(c.code) {
				t.Errorf("got %d %s, want %s", a.Status, a.Body, c.code)
			}
			if a.Status != none.Status || strings.ReplaceAll(a.Body, id, "nobody") != none.Body {
				t.Errorf("got %d %s, of nobody's %d %s", a.Status, a.Body, none.Status, none.Body)
			}
		})
	}
	if after := w.state("c", "d"); after != before {
		t.Errorf("refused calls changed\n%s\nto\n%s", before, after)
	}
}
