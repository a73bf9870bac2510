package subscription_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
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
	w.as("c", http.MethodPost, buyPath, `{"products":[{"product_id":"small","period_type":2,"period_num":1,"attached":[{"product_id":"tiny"}]}],"is_auto_pay":1}`).into(t, &family)
	ids := w.resourcesOf(family.OrderID)
	pending, gone, unsold := w.resourcesOf(w.buys(1, "small").OrderID)[0], w.resourcesOf(w.buys(1, "small").OrderID)[0], w.resourcesOf(w.buys(1, "big").OrderID)[0]
	w.renews(pending, 0)
	w.ends(gone, 1)
	w.call(auth.Vendor, "vendor", http.MethodPut, "/v2/vendor/products/big", "application/json", `{"on_sale":false}`).into(t, &struct{}{})
	before := w.state("c")
	var got quotes
	body := fmt.Sprintf(`{"resource_ids":[%q,%q,%q,%q,%q,"nobody"],"period_type":2,"period_num":3,"include_relative_resources":true}`, ids[0], ids[1], pending, gone, unsold)
	w.as("c", http.MethodPost, quotePath, body).into(t, &got)
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
	w.as("c", http.MethodPost, quotePath, fmt.Sprintf(`{"resource_ids":[%q],"period_type":2,"period_num":3}`, ids[0])).into(t, &got)
	if got.Official.Amount != "30.00" {
		t.Errorf("without what is attached it costs %s, want 30.00", got.Official.Amount)
	}
	asPartner := func(customer string) answer {
		return w.call(auth.Partner, "partner", http.MethodPost, quotePath, "application/json",
			fmt.Sprintf(`{"resource_ids":[%q],"period_type":3,"period_num":1,"customer_id":%q}`, ids[0], customer))
	}
	asPartner("c").into(t, &got)
	if got.Official.Amount != "100.00" {
		t.Errorf("its partner is told %s for a year, want 100.00", got.Official.Amount)
	}
	asPartner("").refused(t, 400, "CBC.0100", "customer_id")
	asPartner("nobody").refused(t, 400, "CBC.99000047", "nobody")
	w.as("c", http.MethodPost, quotePath, `{"resource_ids":["a","a"],"period_type":2,"period_num":1}`).refused(t, 400, "CBC.30050012", "twice")
	w.as("c", http.MethodPost, quotePath, `{"resource_ids":["a"],"period_type":2,"period_num":12}`).refused(t, 400, "CBC.30010069", "period_num")
	if after := w.state("c"); after != before {
		t.Errorf("quotes changed\n%s\nto\n%s", before, after)
	}
}

func TestAUnifiedExpiryDayCostsItsDays(t *testing.T) {
	w := shopWorld(t, "200.00")
	id := w.resourcesOf(w.buys(1, "big").OrderID)[0] // until 2027-01-01
	w.as("c", http.MethodPost, configPath, `{"config_name":"EXPIRE_DATE","config_value":"15"}`).done(t)
	var got quotes
	w.as("c", http.MethodPost, quotePath, fmt.Sprintf(`{"resource_ids":[%q],"period_type":2,"period_num":1}`, id)).into(t, &got)
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
			w.as("c", http.MethodPost, configPath, body).refused(t, 400, "CBC.0100", "config_")
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
	if got := w.as("c", http.MethodGet, configPath, "").body; !strings.Contains(got, `"deduction_date":2`) || strings.Contains(got, "expire_date") {
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
	schedule("SET_UP", scheduled, kept, "nobody").into(t, &out)
	if len(out.Errors) != 1 || out.Errors[0].ID != "nobody" || out.Errors[0].Code != "CBC.99003012" {
		t.Errorf("got %+v, want nobody refused", out)
	}
	schedule("CANCEL", kept).into(t, &out)
	if schedule("CANCEL", kept).into(t, &out); len(out.Errors) != 1 || out.Errors[0].Code != "CBC.99003659" {
		t.Errorf("cancelled twice: %+v", out)
	}
	schedule("TOGGLE", kept).refused(t, 400, "CBC.0100", "operation")
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
	w.as("c", http.MethodPost, convertPath, fmt.Sprintf(`{"resource_ids":[%q,"nobody"]}`, converted)).into(t, &results)
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
	schedule("SET_UP", kept).refused(t, 400, "CBC.99003626", "frozen")
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
