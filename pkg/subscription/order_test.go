package subscription_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

const (
	buyPath    = "/v2/orders/subscriptions"
	payPath    = "/v3/orders/customer-orders/pay"
	cancelPath = "/v2/orders/customer-orders/cancel"
	endPath    = "/v2/orders/subscriptions/resources/unsubscribe"
	specPath   = "/v2/orders/subscriptions/resources/spec/"
	refundPath = "/v2/orders/customer-orders/refund-orders?order_id="
)

// shopWorld has a catalogue and a customer with money.
func shopWorld(t *testing.T, balance string) *world {
	t.Helper()
	w := newWorld(t)
	w.customer("c", "V1", balance)
	w.product("small", 10, ``)
	w.product("big", 30, ``)
	w.product("tiny", 4, ``)
	w.product("later", 20, `,"opening":"reported"`)
	w.product("b1", 10, `,"bundle":"spring"`)
	w.product("b2", 10, `,"bundle":"spring"`)
	w.product("trial", 1, `,"unsubscribe":"never"`)
	w.product("plan", 1, `,"unsubscribe":"savings_plan"`)
	return w
}

func (w *world) product(id string, price int, more string) {
	w.t.Helper()
	w.call(auth.Vendor, "vendor", http.MethodPost, "/v2/vendor/products", "application/json", fmt.Sprintf(
		`{"product_id":%q,"service_type_code":"ecs","service_type_name":"Server","resource_type_code":"vm","resource_spec_code":%q,"region_code":"cn","month_price":%d,"year_price":%d,"on_sale":true%s}`,
		id, id+".spec", price, 10*price, more)).Into(w.t, &struct{}{})
}

type bought struct {
	OrderID string   `json:"order_id"`
	Parts   []string `json:"sub_order_ids"`
	Status  int      `json:"status"`
	Amount  float64  `json:"amount"`
}

// buys orders products for a month each, paid at once.
func (w *world) buys(pay int, products ...string) bought {
	w.t.Helper()
	var items []string
	for _, p := range products {
		items = append(items, fmt.Sprintf(`{"product_id":%q,"period_type":2,"period_num":1}`, p))
	}
	var out bought
	w.as("c", http.MethodPost, buyPath, fmt.Sprintf(`{"products":[%s],"is_auto_pay":%d}`, strings.Join(items, ","), pay)).Into(w.t, &out)
	return out
}

// resourcesOf lists the resources that an order was for.
func (w *world) resourcesOf(order string) []string {
	w.t.Helper()
	var out struct {
		Data []struct {
			ID string `json:"resource_id"`
		} `json:"data"`
	}
	w.as("c", http.MethodPost, listPath, fmt.Sprintf(`{"order_id":%q,"status_list":[2,3,4,5]}`, order)).Into(w.t, &out)
	var ids []string
	for _, r := range out.Data {
		ids = append(ids, r.ID)
	}
	return ids
}

func (w *world) order(id string) subscription.Order {
	w.t.Helper()
	var o subscription.Order
	if err := w.db.Get(context.Background(), table.Key{PK: "PARTY#c", SK: "ORDER#" + id}, &o); err != nil {
		w.t.Fatal(err)
	}
	return o
}

// works does the due work of an order.
func (w *world) works(id string) {
	w.t.Helper()
	due := lifecycle.Due{Key: table.Key{PK: "PARTY#c", SK: "ORDER#" + id}, Kind: subscription.WorkOrder, Account: "c"}
	if err := w.service().DoOrder(context.Background(), due); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) pays(order string) answer {
	w.t.Helper()
	return w.as("c", http.MethodPost, payPath, fmt.Sprintf(`{"order_id":%q,"use_coupon":"NO","use_discount":"NO"}`, order))
}

func (w *world) cancels(order string) answer {
	w.t.Helper()
	return w.as("c", http.MethodPut, cancelPath, fmt.Sprintf(`{"order_id":%q}`, order))
}

// done checks that a call without an answer succeeded.
func (a answer) done(t *testing.T) {
	t.Helper()
	if a.Status != http.StatusNoContent {
		t.Fatalf("got %d %s, want 204", a.Status, a.Body)
	}
}

// one calls an operation on one resource that makes one order.
func (w *world) one(path, body string) string {
	w.t.Helper()
	var out struct {
		OrderIDs []string `json:"order_ids"`
		Failed   []struct {
			ErrorCode string `json:"error_code"`
			ErrorMsg  string `json:"error_msg"`
		} `json:"fail_resource_infos"`
	}
	w.as("c", http.MethodPost, path, body).Into(w.t, &out)
	if len(out.OrderIDs) != 1 {
		w.t.Fatalf("got %+v, want one order", out)
	}
	return out.OrderIDs[0]
}

func (w *world) renews(id string, pay int) string {
	w.t.Helper()
	return w.one(renewPath, fmt.Sprintf(`{"resource_ids":[%q],"period_type":2,"period_num":1,"is_auto_pay":%d}`, id, pay))
}

func (w *world) ends(id string, kind int) string {
	w.t.Helper()
	return w.one(endPath, fmt.Sprintf(`{"resource_ids":[%q],"unsubscribe_type":%d,"unsubscribe_reason_type":5,"unsubscribe_reason":"moved"}`, id, kind))
}

// refusals calls an operation on resources and gives the code of each refused one.
func (w *world) refusals(path, body string) map[string]string {
	w.t.Helper()
	var out struct {
		Failed []struct {
			ID   string `json:"resource_id"`
			Code string `json:"error_code"`
		} `json:"fail_resource_infos"`
	}
	w.as("c", http.MethodPost, path, body).Into(w.t, &out)
	codes := map[string]string{}
	for _, f := range out.Failed {
		codes[f.ID] = f.Code
	}
	return codes
}

// conversions converts resources to on-demand and gives the codes that the refused ones got.
func (w *world) conversions(ids ...string) map[string]string {
	w.t.Helper()
	var out struct {
		Results []struct {
			ID   string `json:"resource_id"`
			Code string `json:"error_code"`
		} `json:"to_ondemand_service_results"`
	}
	named, err := json.Marshal(ids)
	if err != nil {
		w.t.Fatal(err)
	}
	w.as("c", http.MethodPost, convertPath, fmt.Sprintf(`{"resource_ids":%s}`, named)).Into(w.t, &out)
	codes := map[string]string{}
	for _, r := range out.Results {
		if r.Code != "" {
			codes[r.ID] = r.Code
		}
	}
	return codes
}

type refundRow struct {
	Amount float64 `json:"amount"`
	Base   string  `json:"base_order_id"`
	Kind   string  `json:"kind"`
	Basis  string  `json:"basis"`
	Hours  int     `json:"hours"`
	Used   int     `json:"hours_used"`
	Rate   int     `json:"fee_rate"`
	Type   string  `json:"resource_type_code"`
}

// refund gives the rows of a refund, and checks that they sum to what the order gives back.
func (w *world) refund(id string) []refundRow {
	w.t.Helper()
	var out struct {
		Rows []refundRow `json:"refund_infos"`
	}
	w.as("c", http.MethodGet, refundPath+id, "").Into(w.t, &out)
	sum := 0
	for _, r := range out.Rows {
		if r.Kind != "voucher" { // beside the money
			sum += fen(r.Amount)
		}
	}
	if amount := int(w.order(id).Amount); sum != -amount {
		w.t.Errorf("the rows of %s sum to %d fen, the refund is of %d", id, sum, amount)
	}
	return out.Rows
}

// fen rounds a number of yuan that JSON brought.
func fen(yuan float64) int {
	if yuan < 0 {
		return -int(-yuan*100 + 0.5)
	}
	return int(yuan*100 + 0.5)
}

// audited checks the invariants of a customer.
func (w *world) audited(customer auth.PartyID) {
	w.t.Helper()
	w.sound(customer)
	holder, err := party.Get(context.Background(), w.db, customer)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := subscription.Audit(context.Background(), w.db, customer, subscription.TermsOf(holder), calendar.DateOf(w.clock.Now())); err != nil {
		w.t.Error(err)
	}
}

func TestAPurchaseOpensWhenItIsPaid(t *testing.T) {
	w := shopWorld(t, "100.00")
	w.clock.Set(beijing(2026, 12, 31, 10, 30))
	var o bought
	w.as("c", http.MethodPost, buyPath,
		`{"products":[{"product_id":"small","resource_name":"web","period_type":2,"period_num":2,"attached":[{"product_id":"tiny"}]}],"is_auto_renew":1}`).Into(t, &o)
	if o.Status != 6 || fen(o.Amount) != 28_00 || len(w.resourcesOf(o.OrderID)) != 0 || w.balance("c") != "100.00" {
		t.Fatalf("got %+v, resources %v, want an order of 28.00 that awaits payment", o, w.resourcesOf(o.OrderID))
	}
	w.pays(o.OrderID).done(t)
	ids := w.resourcesOf(o.OrderID)
	if len(ids) != 2 || w.balance("c") != "72.00" {
		t.Fatalf("paid, it opened %v and left %s, want two resources and 72.00", ids, w.balance("c"))
	}
	s, disk := w.read("c", ids[0]), w.read("c", ids[0]+"#"+ids[1])
	got := fmt.Sprintln(s.Name, s.Status, s.Expiry, s.Policy, s.Anchor, s.SpecCode, s.Partner, disk.Parent == s.ResourceID, disk.Expiry == s.Expiry)
	if want := fmt.Sprintln("web", "in use", "2027-02-28", subscription.PolicyAutoRenew, 31, "small.spec", "partner", true, true); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	w.pays(o.OrderID).Refused(t, 400, "CBC.99003655", "completed")
	w.cancels(o.OrderID).Refused(t, 400, "CBC.99003655", "completed")
	w.run("c", ids[0], beijing(2027, 2, 22, 0, 0))
	if s := w.read("c", ids[0]); s.Expiry != date(2027, 3, 31) {
		t.Errorf("renewed by itself it expires on %s, want 2027-03-31 by its anchor", s.Expiry)
	}
	w.audited("c")
}

func TestAPurchaseThatTheBalanceIsTooSmallForAwaitsItsPayment(t *testing.T) {
	w := shopWorld(t, "5.00")
	w.as("c", http.MethodPost, buyPath, `{"products":[{"product_id":"small","period_type":2,"period_num":1}],"is_auto_pay":1}`).
		Refused(t, 400, "CBC.30050006", "await payment")
	var list struct {
		Orders []struct {
			ID     string `json:"order_id"`
			Status int    `json:"status"`
		} `json:"order_infos"`
	}
	w.as("c", http.MethodGet, "/v2/orders/customer-orders", "").Into(t, &list)
	if len(list.Orders) != 1 || list.Orders[0].Status != 6 {
		t.Fatalf("got %+v, want one order that awaits payment", list)
	}
	id := list.Orders[0].ID
	w.pays(id).Refused(t, 400, "CBC.99001001", "10.00")
	w.cancels(id).done(t)
	w.cancels(id).Refused(t, 400, "CBC.99003655", "cancelled")
	w.pays(id).Refused(t, 400, "CBC.99003655", "cancelled")
	if w.balance("c") != "5.00" {
		t.Errorf("the balance is %s, want 5.00", w.balance("c"))
	}
	w.audited("c")
}

func TestACombinedTransactionIsPaidAndCancelledAsOne(t *testing.T) {
	w := shopWorld(t, "100.00")
	o := w.buys(0, "small", "big")
	if len(o.Parts) != 2 || fen(o.Amount) != 40_00 {
		t.Fatalf("got %+v, want two parts of 40.00", o)
	}
	w.pays(o.Parts[0]).Refused(t, 400, "CBC.99000089", o.OrderID)
	w.cancels(o.Parts[1]).Refused(t, 400, "CBC.99000089", o.OrderID)
	w.pays(o.OrderID).done(t)
	for _, part := range o.Parts {
		if got := w.order(part); got.Status != subscription.OrderCompleted || len(w.resourcesOf(part)) != 1 {
			t.Errorf("part %s is %s with %v", part, got.Status, w.resourcesOf(part))
		}
	}
	if w.balance("c") != "60.00" {
		t.Errorf("the balance is %s, want 60.00", w.balance("c"))
	}
	dropped := w.buys(0, "small", "big", "tiny")
	w.cancels(dropped.OrderID).done(t)
	lapsing := w.buys(0, "small", "big")
	w.clock.Advance(7*24*time.Hour - time.Second)
	w.works(lapsing.OrderID)
	if got := w.order(lapsing.OrderID).Status; got != subscription.OrderAwaitingPayment {
		t.Errorf("a second before its window ends it is %s", got)
	}
	w.clock.Advance(time.Second)
	w.pays(lapsing.OrderID).Refused(t, 400, "CBC.99003655", "was to be paid by")
	w.works(lapsing.OrderID)
	for _, o := range []bought{dropped, lapsing} {
		for _, id := range append(o.Parts, o.OrderID) {
			if got := w.order(id).Status; got != subscription.OrderCancelled {
				t.Errorf("%s is %s, want cancelled", id, got)
			}
		}
	}
	w.sound("c")
}

func TestABundleIsRenewedAndUnsubscribedAsAWhole(t *testing.T) {
	w := shopWorld(t, "100.00")
	o := w.buys(1, "b1", "b2", "small")
	one, two, other := w.resourcesOf(o.Parts[0])[0], w.resourcesOf(o.Parts[1])[0], w.resourcesOf(o.Parts[2])[0]
	renew := func(ids string) string {
		return fmt.Sprintf(`{"resource_ids":[%s],"period_type":2,"period_num":1,"is_auto_pay":1}`, ids)
	}
	got := w.refusals(renewPath, renew(fmt.Sprintf("%q,%q", one, other)))
	if len(got) != 1 || got[one] != "CBC.99003634" {
		t.Errorf("renewing one of the bundle: %v, want it refused and the other resource renewed", got)
	}
	if got := w.refusals(renewPath, renew(fmt.Sprintf("%q,%q", one, two))); len(got) != 0 {
		t.Errorf("renewing the whole bundle: %v", got)
	}
	end := `{"resource_ids":[%s],"unsubscribe_type":1}`
	if got := w.refusals(endPath, fmt.Sprintf(end, fmt.Sprintf("%q", two))); got[two] != "CBC.99003185" {
		t.Errorf("unsubscribing one of the bundle: %v", got)
	}
	if got := w.conversions(two); got[two] != "CBC.99003185" {
		t.Errorf("converting one of the bundle: %v", got)
	}
	if got := w.refusals(endPath, fmt.Sprintf(end, fmt.Sprintf("%q,%q", one, two))); len(got) != 0 {
		t.Errorf("unsubscribing the whole bundle: %v", got)
	}
	if w.balance("c") != "80.00" {
		t.Errorf("the balance is %s, want 100.00 less two terms of the resource that is left", w.balance("c"))
	}
	w.audited("c")
}

func TestABundleOfWhichOneIsRefusedStaysAsItIs(t *testing.T) {
	w := shopWorld(t, "100.00")
	o := w.buys(1, "b1", "b2")
	one, two := w.resourcesOf(o.Parts[0])[0], w.resourcesOf(o.Parts[1])[0]
	spec := bought{}
	w.product("b3", 20, `,"bundle":"spring"`)
	w.as("c", http.MethodPost, specPath+two, `{"product_id":"b3"}`).Into(t, &spec) // awaits payment
	ids := fmt.Sprintf("%q,%q", one, two)
	got := w.refusals(renewPath, fmt.Sprintf(`{"resource_ids":[%s],"period_type":2,"period_num":1,"is_auto_pay":1}`, ids))
	if got[one] != "CBC.99003634" || got[two] != "CBC.99003100" {
		t.Errorf("renewing: %v, want the pending order refused and the other with it", got)
	}
	got = w.refusals(endPath, fmt.Sprintf(`{"resource_ids":[%s],"unsubscribe_type":1}`, ids))
	if got[one] != "CBC.99003185" || got[two] != "CBC.99003651" {
		t.Errorf("unsubscribing: %v, want the pending order refused and the other with it", got)
	}
	if got = w.conversions(one, two); got[one] != "CBC.99003185" || got[two] != "CBC.99003651" {
		t.Errorf("converting: %v, want the pending order refused and the other with it", got)
	}
	if w.balance("c") != "80.00" || w.read("c", one).Expiry != w.read("c", two).Expiry {
		t.Errorf("the balance is %s, one expires on %s, the other on %s", w.balance("c"), w.read("c", one).Expiry, w.read("c", two).Expiry)
	}
	w.cancels(spec.OrderID).done(t)
	renew := func(signature string) answer {
		return w.signed(auth.Customer, "c", signature, http.MethodPost, renewPath, "application/json", fmt.Sprintf(
			`{"resource_ids":[%s],"period_type":2,"period_num":1}`, ids,
		))
	}
	first := renew("again")
	if second := renew("again"); first.Status != http.StatusOK || strings.Contains(first.Body, "fail_resource_infos") || second.Body != first.Body {
		t.Errorf("got %s, then %s; want two orders, twice the same", first.Body, second.Body)
	}
	w.audited("c")
}

func TestWhatTheVendorOpensIsPaidFirstAndGivenBackWhenItDoesNot(t *testing.T) {
	w := shopWorld(t, "100.00")
	report := func(order, body string) answer {
		return w.call(auth.Vendor, "vendor", http.MethodPost, "/v2/vendor/orders/"+order+"/opening", "application/json", body)
	}
	good, bad, late := w.buys(1, "later"), w.buys(1, "later"), w.buys(1, "later", "later", "small")
	if good.Status != 3 || len(w.resourcesOf(good.OrderID)) != 0 || w.balance("c") != "10.00" {
		t.Fatalf("got %+v, want it processing, nothing open and all paid", good)
	}
	w.clock.Advance(time.Hour)
	report(good.OrderID, `{"customer_id":"c","opened":true}`).Into(t, &struct{}{})
	report(good.OrderID, `{"customer_id":"c","opened":true}`).Into(t, &struct{}{})
	report(good.OrderID, `{"customer_id":"c","opened":false,"reason":"late"}`).Refused(t, 400, "CBC.99003655", "completed")
	id := w.resourcesOf(good.OrderID)[0]
	if s := w.read("c", id); !s.Effective.Equal(w.clock.Now().Truncate(time.Second)) {
		t.Errorf("it is effective from %s, want from when it opened", s.Effective)
	}
	report(bad.OrderID, `{"customer_id":"c","opened":false}`).Refused(t, 400, "CBC.0100", "reason")
	report(bad.OrderID, `{"customer_id":"nobody","opened":true}`).Refused(t, 400, "CBC.0101", bad.OrderID)
	report(bad.OrderID, `{"customer_id":"c","opened":false,"reason":"sold out"}`).Into(t, &struct{}{})
	if got := w.order(bad.OrderID); got.Status != subscription.OrderCompleted || w.balance("c") != "30.00" {
		t.Errorf("not opened, the order is %s and the balance %s, want completed and 20.00 back", got.Status, w.balance("c"))
	}
	report(late.Parts[0], `{"customer_id":"c","opened":true}`).Into(t, &struct{}{})
	if got := w.order(late.OrderID).Status; got != subscription.OrderProcessing {
		t.Errorf("with a part to open the transaction is %s", got)
	}
	w.clock.Advance(24 * time.Hour)
	w.works(late.OrderID)
	if got := w.order(late.OrderID); got.Status != subscription.OrderCompleted || got.Opening != 0 || w.balance("c") != "50.00" {
		t.Errorf("after the window it is %s with %d to open and the balance %s, want completed and 20.00 back", got.Status, got.Opening, w.balance("c"))
	}
	var refunds int
	for o, err := range table.All[subscription.Order](context.Background(), w.db, table.Query{PK: "PARTY#c", Prefix: "ORDER#", Strong: true}) {
		if err != nil {
			t.Fatal(err)
		}
		if o.Refund != nil {
			refunds++
			rows := w.refund(string(o.ID))
			if len(rows) != 1 || rows[0].Basis != "not_opened" || rows[0].Kind != "paid" || fen(rows[0].Amount) != -20_00 {
				t.Errorf("got %+v, want one row that gives everything back", rows)
			}
		}
	}
	if refunds != 2 {
		t.Errorf("%d refunds, want 2", refunds)
	}
	w.sound("c")
}

func TestBadPurchasesAndPaymentsChangeNothing(t *testing.T) {
	w := shopWorld(t, "100.00")
	pending := w.buys(0, "small")
	before := w.state("c")
	w.product("gone", 10, ``)
	w.call(auth.Vendor, "vendor", http.MethodPut, "/v2/vendor/products/gone", "application/json", `{"on_sale":false}`).Into(t, &struct{}{})
	w.product("other", 10, `,"bundle":"autumn"`)
	buy := func(item string) string { return `{"products":[` + item + `],"is_auto_pay":1}` }
	item := func(product string, unit, count int) string {
		return fmt.Sprintf(`{"product_id":%q,"period_type":%d,"period_num":%d}`, product, unit, count)
	}
	pay := func(more string) string { return fmt.Sprintf(`{"order_id":%q,%s}`, pending.OrderID, more) }
	many := strings.Repeat(`{"product_id":"tiny"},`, 24)
	for name, c := range map[string]struct{ method, path, body, code, says string }{
		"no product":              {"POST", buyPath, buy(``), "CBC.0100", "products"},
		"eleven products":         {"POST", buyPath, buy(strings.Repeat(item("small", 2, 1)+",", 10) + item("small", 2, 1)), "CBC.0100", "products"},
		"an unknown product":      {"POST", buyPath, buy(item("nothing", 2, 1)), "CBC.99006006", "nothing"},
		"off the shelf":           {"POST", buyPath, buy(item("gone", 2, 1)), "CBC.30010001", "gone"},
		"12 months":               {"POST", buyPath, buy(item("small", 2, 12)), "CBC.30010069", "1 to 11"},
		"6 years":                 {"POST", buyPath, buy(item("small", 3, 6)), "CBC.30010069", "1 to 5"},
		"by the day":              {"POST", buyPath, buy(item("small", 0, 1)), "CBC.0100", "period_type"},
		"two bundles":             {"POST", buyPath, buy(item("b1", 2, 1) + "," + item("other", 2, 1)), "CBC.0100", "autumn"},
		"26 resources":            {"POST", buyPath, buy(item("small", 2, 1) + `,{"product_id":"small","period_type":2,"period_num":1,"attached":[` + strings.TrimSuffix(many, ",") + `]}`), "CBC.0100", "25"},
		"a coupon, not used":      {"POST", payPath, pay(`"use_coupon":"NO","use_discount":"NO","coupon_infos":[{"id":"x","type":301}]`), "CBC.0100", "coupon_infos"},
		"no coupon, used":         {"POST", payPath, pay(`"use_coupon":"YES","use_discount":"NO"`), "CBC.0100", "coupon_infos"},
		"a coupon of nobody":      {"POST", payPath, pay(`"use_coupon":"YES","use_discount":"NO","coupon_infos":[{"id":"x","type":301}]`), "CBC.0101", "x"},
		"four coupons":            {"POST", payPath, pay(`"use_coupon":"YES","use_discount":"NO","coupon_infos":[{"id":"1","type":301},{"id":"2","type":301},{"id":"3","type":301},{"id":"4","type":301}]`), "CBC.0100", "coupon_infos"},
		"a discount, not used":    {"POST", payPath, pay(`"use_coupon":"NO","use_discount":"NO","discount_infos":[{"id":"x","type":2}]`), "CBC.0100", "discount_infos"},
		"no discount, used":       {"POST", payPath, pay(`"use_coupon":"NO","use_discount":"YES"`), "CBC.0100", "discount_infos"},
		"a discount of nobody":    {"POST", payPath, pay(`"use_coupon":"NO","use_discount":"YES","discount_infos":[{"id":"x","type":2}]`), "CBC.0100", "x"},
		"use_coupon MAYBE":        {"POST", payPath, pay(`"use_coupon":"MAYBE","use_discount":"NO"`), "CBC.0100", "use_coupon"},
		"pay an unknown order":    {"POST", payPath, `{"order_id":"CS1","use_coupon":"NO","use_discount":"NO"}`, "CBC.0101", "CS1"},
		"cancel an unknown order": {"PUT", cancelPath, `{"order_id":"CS1"}`, "CBC.0101", "CS1"},
		"coupons of no order":     {"GET", "/v2/orders/customer-orders/order-coupons?order_id=CS1", "", "CBC.0101", "CS1"},
		"discounts of no order":   {"GET", "/v2/orders/customer-orders/order-discounts?order_id=CS1", "", "CBC.0101", "CS1"},
		"details of no order":     {"GET", "/v2/orders/customer-orders/details/CS1", "", "CBC.0101", "CS1"},
		"a refund of no order":    {"GET", refundPath + "CS1", "", "CBC.0101", "CS1"},
		"a refund of a purchase":  {"GET", refundPath + pending.OrderID, "", "CBC.99000083", pending.OrderID},
		"a window of 366 days":    {"GET", "/v2/orders/customer-orders?create_time_begin=2026-01-01T00:00:00Z&create_time_end=2027-01-02T00:00:00Z", "", "CBC.0100", "create_time_end"},
		"an end before its begin": {"GET", "/v2/orders/customer-orders?payment_time_begin=2026-01-02T00:00:00Z&payment_time_end=2026-01-01T00:00:00Z", "", "CBC.0100", "payment_time_end"},
		"a time that is none":     {"GET", "/v2/orders/customer-orders?create_time_begin=yesterday", "", "CBC.0100", "create_time_begin"},
		"an order of the moon":    {"GET", "/v2/orders/customer-orders?order_by=moon", "", "CBC.0100", "order_by"},
		"a method of nobody":      {"GET", "/v2/orders/customer-orders?method=everybody", "", "CBC.0100", "method"},
		"a made-up marker":        {"GET", "/v2/orders/customer-orders?marker=AAAA", "", "CBC.0100", "marker"},
	} {
		t.Run(name, func(t *testing.T) { w.as("c", c.method, c.path, c.body).Refused(t, 400, c.code, c.says) })
	}
	if after := w.state("c"); after != before {
		t.Errorf("refused calls changed\n%s\nto\n%s", before, after)
	}
}

func TestAnOrderThatIsPaidTooLateBringsNothingBack(t *testing.T) {
	w := shopWorld(t, "20.00")
	id := w.resourcesOf(w.buys(1, "small").OrderID)[0] // until 2027-01-01, in grace until 01-02, kept until 01-09
	w.run("c", id, date(2027, 1, 3).At(12, 0))
	pending := w.renews(id, 0)
	w.clock.Set(date(2027, 1, 9).End())
	w.pays(pending).Refused(t, 400, "CBC.99003016", "released")
	if s := w.read("c", id); s.Status != subscription.StatusFrozen || w.balance("c") != "10.00" {
		t.Errorf("it is %s with %s left, want frozen and 10.00", s.Status, w.balance("c"))
	}
}

func TestAProductThatIsPutThereAgainIsTheSame(t *testing.T) {
	w := shopWorld(t, "0.00")
	again := func(price int) answer {
		return w.call(auth.Vendor, "vendor", http.MethodPost, "/v2/vendor/products", "application/json", fmt.Sprintf(
			`{"product_id":"twice","service_type_code":"ecs","resource_type_code":"vm","resource_spec_code":"s","region_code":"cn","month_price":%d,"on_sale":true}`, price))
	}
	if first, second := again(10), again(10); first.Status != http.StatusCreated || second.Status != first.Status || second.Body != first.Body {
		t.Errorf("got %d %s, then %d %s; want the same", first.Status, first.Body, second.Status, second.Body)
	}
	again(11).Refused(t, 400, "CBC.0100", "product_id")
}

func TestWhatOpensWhenItIsPaidIsListedToThePartnerOfThatInstant(t *testing.T) {
	w := shopWorld(t, "20.00")
	w.party(party.Party{Row: party.Row{ID: "other", Kind: auth.Partner, Name: "Other"}})
	o := w.buys(0, "small")
	reading := func(op table.Op) bool { return op.Kind == table.OpGet && op.Keys[0].SK == "ORDER#"+o.OrderID } // the customer is read by now
	function.Port[*table.Client]{Name: "table"}.Put(w.env, tabletest.Before(t, w.db, reading, func() {
		w.leaves("c", "other")
		w.relists("c")
	}))
	w.pays(o.OrderID).done(t)
	if id := w.resourcesOf(o.OrderID)[0]; w.read("c", id).Partner != "other" {
		t.Errorf("it is listed to %q, want the partner that the customer has", w.read("c", id).Partner)
	}
}

func TestAnIDThatNothingCanHaveIsUnknown(t *testing.T) {
	w := shopWorld(t, "20.00")
	for _, id := range []string{strings.Repeat("r", 2000), "", "r#1"} {
		for path, more := range map[string]string{renewPath: `"period_type":2,"period_num":1`, endPath: `"unsubscribe_type":1`} {
			if got := w.refusals(path, fmt.Sprintf(`{"resource_ids":[%q],%s}`, id, more)); got[id] != "CBC.99003012" {
				t.Errorf("%s of %.9q: %v, want CBC.99003012", path, id, got)
			}
		}
		if got := w.conversions(id); got[id] != "CBC.99003012" {
			t.Errorf("converting %.9q: %v, want CBC.99003012", id, got)
		}
		w.as("c", http.MethodPost, listPath, fmt.Sprintf(`{"resource_ids":[%q]}`, id)).Into(t, &struct{}{})
	}
}

func TestTheResourcesOfACombinedTransactionAndOfARefundAreListed(t *testing.T) {
	w := shopWorld(t, "100.00")
	o := w.buys(1, "small", "big")
	one, two := w.resourcesOf(o.Parts[0]), w.resourcesOf(o.Parts[1])
	if got, want := w.resourcesOf(o.OrderID), append(one, two...); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the transaction was for %v, want %v", got, want)
	}
	if got := w.resourcesOf(w.ends(one[0], subscription.WholeResource)); fmt.Sprint(got) != fmt.Sprint(one) {
		t.Errorf("the refund was of %v, want %v", got, one)
	}
}
