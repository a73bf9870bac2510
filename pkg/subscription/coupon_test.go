package subscription_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/promotion"
	"partnercenter/pkg/subscription"
)

const couponsOf = "/v2/orders/customer-orders/order-coupons?order_id="

// couponWorld is a shop whose customer's partner has a quota of vouchers and one of cash coupons, by their type.
func couponWorld(t *testing.T, balance string) (*world, map[int]string) {
	t.Helper()
	w := shopWorld(t, balance)
	quotas := map[int]string{}
	for kind, quota := range map[int]int{promotion.Voucher: 0, promotion.CashCoupon: 1} {
		var out struct {
			QuotaID string `json:"quota_id"`
		}
		w.call(auth.Vendor, "vendor", http.MethodPost, "/v2/vendor/partners/partner/coupon-quotas", "application/json", fmt.Sprintf(
			`{"quota_type":%d,"quota_value":1000,"effective_time":"2026-11-30T16:00:00Z","expire_time":"2027-11-30T16:00:00Z"}`, quota)).Into(t, &out)
		quotas[kind] = out.QuotaID
	}
	return w, quotas
}

// issues gives the customer a coupon of a quota; more is more of the body.
func (w *world) issues(quota, face, more string) string {
	w.t.Helper()
	var out struct {
		Infos []struct {
			CouponID string `json:"coupon_id"`
		} `json:"coupon_infos"`
	}
	w.call(auth.Partner, "partner", http.MethodPost, "/v2/promotions/benefits/partner-coupons", "application/json",
		fmt.Sprintf(`{"quota_id":%q,"face_value":%s,"customer_ids":["c"]%s}`, quota, face, more)).Into(w.t, &out)
	if len(out.Infos) != 1 {
		w.t.Fatal("no voucher was issued")
	}
	return out.Infos[0].CouponID
}

func (w *world) paysWith(order, coupon string, kind int) answer {
	w.t.Helper()
	return w.as("c", http.MethodPost, payPath, fmt.Sprintf(
		`{"order_id":%q,"use_coupon":"YES","use_discount":"NO","coupon_infos":[{"id":%q,"type":%d}]}`, order, coupon, kind))
}

// coupon says what a coupon holds, what was used of it, and which order holds it.
func (w *world) coupon(id string) string {
	w.t.Helper()
	c, err := promotion.Load(context.Background(), w.db, "c", promotion.CouponID(id))
	if err != nil {
		w.t.Fatal(err)
	}
	return fmt.Sprint(c.Balance, " ", c.Used, " ", c.Status, " ", c.Lock)
}

// unchanged checks that a call changed neither the customer's side nor a coupon.
func (w *world) unchanged(coupon string, call func()) {
	w.t.Helper()
	before := w.state("c") + w.coupon(coupon)
	call()
	if after := w.state("c") + w.coupon(coupon); after != before {
		w.t.Errorf("it changed\n%s\nto\n%s", before, after)
	}
}

func TestAVoucherPaysFirstAndEachPartItsShare(t *testing.T) {
	w, quotas := couponWorld(t, "100.00")
	id := w.issues(quotas[promotion.Voucher], "15", "")
	o := w.buys(0, "small", "big")
	var usable struct {
		Count   int `json:"count"`
		Coupons []struct {
			ID      string      `json:"coupon_id"`
			Type    int         `json:"coupon_type"`
			Balance json.Number `json:"balance"`
		} `json:"user_coupons"`
	}
	w.as("c", http.MethodGet, couponsOf+o.OrderID, "").Into(t, &usable)
	if got := fmt.Sprint(usable.Coupons); usable.Count != 1 || got != fmt.Sprintf("[{%s 1 15.00}]", id) {
		t.Errorf("the order can be paid with %s", got)
	}
	w.paysWith(o.OrderID, id, promotion.Voucher).done(t)
	if got := w.coupon(id); w.balance("c") != "75.00" || got != "0.00 15.00 used up " {
		t.Errorf("it left %s and the voucher %s, want 75.00 and nothing", w.balance("c"), got)
	}
	type amounts struct {
		Amount json.Number `json:"amount_after_discount"`
		Info   struct {
			Coupon json.Number `json:"coupon_amount"`
			Cash   json.Number `json:"flexipurchase_coupon_amount"`
		} `json:"amount_info"`
	}
	var detail struct {
		Order amounts   `json:"order_info"`
		Lines []amounts `json:"order_line_items"`
	}
	w.as("c", http.MethodGet, "/v2/orders/customer-orders/details/"+o.OrderID, "").Into(t, &detail)
	if got, want := fmt.Sprint(detail.Order, detail.Lines), "{40.00 {15.00 0.00}} [{10.00 {3.75 0.00}} {30.00 {11.25 0.00}}]"; got != want {
		t.Errorf("the order shows %s, want %s", got, want)
	}
	w.audited("c")
}

func TestAVoucherThatHoldsMorePaysAllAndKeepsTheRest(t *testing.T) {
	w, quotas := couponWorld(t, "0.00")
	id := w.issues(quotas[promotion.Voucher], "25", "")
	first, second := w.buys(0, "small"), w.buys(0, "small")
	w.paysWith(first.OrderID, id, promotion.Voucher).done(t)
	w.paysWith(second.OrderID, id, promotion.Voucher).done(t)
	if got := w.coupon(id); got != "5.00 20.00 usable " || w.balance("c") != "0.00" {
		t.Errorf("the voucher is %s and the balance %s", got, w.balance("c"))
	}
	third := w.buys(0, "small")
	w.unchanged(id, func() {
		w.paysWith(third.OrderID, id, promotion.Voucher).Refused(t, 400, "CBC.99001001", "5.00 yuan are needed")
	})
	w.audited("c")
}

// The table of DOMAIN.md 1, "Unsubscribe & refund": a month of small for 10.00, of which a coupon pays 6.00 and the balance 4.00.
func TestWhatACouponPaidGoesBackToItWhereTheRulesSaySo(t *testing.T) {
	for name, c := range map[string]struct {
		kind    int
		hours   time.Duration // until it is unsubscribed, of 758
		renewed bool          // by another voucher, for a term to come
		balance string        // of 4.00 at first
		coupon  string        // what became of 6.00 and 10.00
	}{
		"voucher, five days":         {kind: promotion.Voucher, hours: 1, balance: "4.00", coupon: "hold 16.00, 0.00 used"},
		"cash coupon, five days":     {kind: promotion.CashCoupon, hours: 1, balance: "4.00", coupon: "hold 16.00, 0.00 used"},
		"voucher, in use":            {kind: promotion.Voucher, hours: 248, balance: "2.29", coupon: "hold 10.00, 6.00 used"},
		"cash coupon, in use":        {kind: promotion.CashCoupon, hours: 248, balance: "2.29", coupon: "hold 13.43, 2.57 used"},
		"voucher, and renewed by it": {kind: promotion.Voucher, hours: 248, renewed: true, balance: "2.29", coupon: "hold 10.00, 6.00 used"},
	} {
		t.Run(name, func(t *testing.T) {
			w, quotas := couponWorld(t, "4.00")
			w.clock.Set(beijing(2026, 12, 1, 10, 30))
			id := w.issues(quotas[c.kind], "6", "")
			o := w.buys(0, "small")
			w.paysWith(o.OrderID, id, c.kind).done(t)
			more := w.issues(quotas[c.kind], "10", "")
			res := w.resourcesOf(o.OrderID)[0]
			if c.renewed {
				w.paysWith(w.renews(res, 0), more, c.kind).done(t)
			}
			w.clock.Set(beijing(2026, 12, 1, 10, 30).Add(c.hours * time.Hour))
			w.ends(res, subscription.WholeResource)
			if w.balance("c") != c.balance {
				t.Errorf("the balance is %s, want %s", w.balance("c"), c.balance)
			}
			if got := w.inCoupons(id, more); got != c.coupon {
				t.Errorf("the coupons %s, want %s", got, c.coupon)
			}
			w.audited("c")
		})
	}
}

// inCoupons says what coupons hold together, and what was used of them.
func (w *world) inCoupons(ids ...string) string {
	w.t.Helper()
	var sum promotion.Coupon
	for _, id := range ids {
		c, err := promotion.Load(context.Background(), w.db, "c", promotion.CouponID(id))
		if err != nil {
			w.t.Fatal(err)
		}
		sum.Balance, sum.Used = sum.Balance+c.Balance, sum.Used+c.Used
	}
	return fmt.Sprintf("hold %s, %s used", sum.Balance, sum.Used)
}

func TestEachPartAndEveryOrderGivesItsShareBackToOneVoucher(t *testing.T) {
	w, quotas := couponWorld(t, "100.00")
	id := w.issues(quotas[promotion.Voucher], "15", "")
	o := w.buys(0, "small", "big") // 3.75 and 11.25 of it
	w.paysWith(o.OrderID, id, promotion.Voucher).done(t)
	w.ends(w.resourcesOf(o.Parts[0])[0], subscription.WholeResource)
	if got := w.coupon(id); got != "3.75 11.25 usable " || w.balance("c") != "81.25" {
		t.Errorf("one part ended, the voucher is %q and the balance %s", got, w.balance("c"))
	}
	more := w.issues(quotas[promotion.Voucher], "20", "")
	other := w.buys(0, "small")
	w.paysWith(other.OrderID, more, promotion.Voucher).done(t)
	res := w.resourcesOf(other.OrderID)[0]
	w.paysWith(w.renews(res, 0), more, promotion.Voucher).done(t)
	if got := w.coupon(more); got != "0.00 20.00 used up " {
		t.Fatalf("renewed, the voucher is %q", got)
	}
	w.ends(res, subscription.WholeResource)
	if got := w.coupon(more); got != "20.00 0.00 usable " || w.balance("c") != "81.25" {
		t.Errorf("two orders ended at once, the voucher is %q and the balance %s", got, w.balance("c"))
	}
	w.audited("c")
}

func TestARefundShowsWhatReturnsToACoupon(t *testing.T) {
	w, quotas := couponWorld(t, "4.00")
	id := w.issues(quotas[promotion.Voucher], "6", "")
	o := w.buys(0, "small")
	w.paysWith(o.OrderID, id, promotion.Voucher).done(t)
	rows := w.refund(w.ends(w.resourcesOf(o.OrderID)[0], subscription.WholeResource))
	if got := fmt.Sprint(bases(rows)); got != fmt.Sprint(map[string]int{o.OrderID + " paid": -4_00, o.OrderID + " voucher": -6_00}) {
		t.Errorf("the rows are %s", got)
	}
}

func TestWhatCouldNotBeOpenedIsBackInTheVoucher(t *testing.T) {
	w, quotas := couponWorld(t, "4.00")
	id := w.issues(quotas[promotion.Voucher], "16", "")
	o := w.buys(0, "later")
	w.paysWith(o.OrderID, id, promotion.Voucher).done(t)
	if got := w.coupon(id); w.balance("c") != "0.00" || got != "0.00 16.00 used up " {
		t.Fatalf("paid, the voucher is %s and the balance %s", got, w.balance("c"))
	}
	w.call(auth.Vendor, "vendor", http.MethodPost, "/v2/vendor/orders/"+o.OrderID+"/opening", "application/json",
		`{"customer_id":"c","opened":false,"reason":"sold out"}`).Into(t, &struct{}{})
	if got := w.coupon(id); w.balance("c") != "4.00" || got != "16.00 0.00 usable " {
		t.Errorf("not opened, the voucher is %s and the balance %s", got, w.balance("c"))
	}
	w.audited("c")
}

func TestALesserSpecGivesBackTheShareThatWasPaidWithCash(t *testing.T) {
	w, quotas := couponWorld(t, "12.00")
	w.clock.Set(beijing(2026, 12, 1, 0, 0))
	id := w.issues(quotas[promotion.Voucher], "18", "")
	o := w.buys(0, "big") // 30.00 for 744 hours until 1 January's end: 768
	w.paysWith(o.OrderID, id, promotion.Voucher).done(t)
	w.clock.Set(beijing(2026, 12, 17, 0, 0)) // 384 of 768 hours remain
	res := w.resourcesOf(o.OrderID)[0]
	w.as("c", http.MethodPost, specPath+res, `{"product_id":"small"}`).Into(t, &struct{}{})
	if w.balance("c") != "4.00" { // half of 20.00, of which 12 of 30 were cash
		t.Errorf("the balance is %s, want 4.00", w.balance("c"))
	}
	w.ends(res, subscription.WholeResource)
	if w.balance("c") != "5.20" { // of 4.00 in cash, half is left: 2.00 less a fee of 10% of the 8.00 that are held
		t.Errorf("unsubscribed, the balance is %s, want 5.20", w.balance("c"))
	}
	w.audited("c")
}

func TestAPendingOrderHoldsItsVoucher(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(w *world, order, id string)
		want string
	}{
		"paid with it": {func(w *world, order, id string) { w.paysWith(order, id, promotion.Voucher).done(w.t) }, "0.00 5.00 used up "},
		"paid without": {func(w *world, order, _ string) { w.pays(order).done(w.t) }, "5.00 0.00 usable "},
		"cancelled":    {func(w *world, order, _ string) { w.cancels(order).done(w.t) }, "5.00 0.00 usable "},
		"lapsed": {func(w *world, order, _ string) {
			w.clock.Advance(8 * 24 * time.Hour)
			w.works(order)
		}, "5.00 0.00 usable "},
	} {
		t.Run(name, func(t *testing.T) {
			w, quotas := couponWorld(t, "100.00")
			id := w.issues(quotas[promotion.Voucher], "5", "")
			var o bought
			w.as("c", http.MethodPost, buyPath,
				fmt.Sprintf(`{"products":[{"product_id":"small","period_type":2,"period_num":1}],"coupon_id":%q}`, id)).Into(t, &o)
			if got := w.coupon(id); got != "5.00 0.00 usable "+o.OrderID {
				t.Fatalf("the voucher is %s, want it held", got)
			}
			other := w.buys(0, "small")
			w.unchanged(id, func() {
				w.paysWith(other.OrderID, id, promotion.Voucher).Refused(t, 400, "CBC.99001014", "locked")
				w.call(auth.Partner, "partner", http.MethodPost, "/v2/promotions/benefits/partner-coupons/reclaim", "application/json",
					fmt.Sprintf(`{"coupon_id":%q}`, id)).Refused(t, 400, "CBC.99001004", o.OrderID)
			})
			c.end(w, o.OrderID, id)
			if got := w.coupon(id); got != c.want {
				t.Errorf("the voucher is %q, want %q", got, c.want)
			}
			w.audited("c")
		})
	}
}

func TestADiscountCouponIsUsedOnceWhateverBecomesOfTheOrder(t *testing.T) {
	w, _ := couponWorld(t, "100.00")
	w.clock.Set(beijing(2026, 12, 1, 10, 30))
	var out struct {
		CouponID string `json:"coupon_id"`
	}
	w.call(auth.Vendor, "vendor", http.MethodPost, "/v2/vendor/customers/c/discount-coupons", "application/json",
		`{"percent_off":15,"effective_time":"2026-11-30T16:00:00Z","expire_time":"2026-12-31T16:00:00Z","min_order_amount":33.33}`).Into(t, &out)
	small := w.buys(0, "big")
	w.unchanged(out.CouponID, func() {
		w.paysWith(small.OrderID, out.CouponID, promotion.DiscountCoupon).Refused(t, 400, "CBC.99001014", "larger")
	})
	w.cancels(small.OrderID).done(t)

	o := w.buys(0, "big", "tiny") // 34.00, of which 15 percent are 5.10: 4.50 and 0.60
	w.paysWith(o.OrderID, out.CouponID, promotion.DiscountCoupon).done(t)
	var detail struct {
		Order struct {
			Paid     json.Number `json:"amount_after_discount"`
			Official json.Number `json:"official_amount"`
			Info     struct {
				Discounts []struct {
					Type   string      `json:"discount_type"`
					Amount json.Number `json:"discount_amount"`
				} `json:"discounts"`
			} `json:"amount_info"`
		} `json:"order_info"`
	}
	w.as("c", http.MethodGet, "/v2/orders/customer-orders/details/"+o.OrderID, "").Into(t, &detail)
	if got, want := fmt.Sprint(detail.Order), "{28.90 34.00 {[{300 5.10}]}}"; got != want || w.balance("c") != "71.10" {
		t.Errorf("the order shows %s and left %s, want %s and 71.10", got, w.balance("c"), want)
	}
	w.ends(w.resourcesOf(o.Parts[0])[0], subscription.WholeResource)
	if got := w.coupon(out.CouponID); w.balance("c") != "96.60" || got != "0.00 0.00 used up " {
		t.Errorf("unsubscribed within five days, the balance is %s and the coupon %q", w.balance("c"), got)
	}
	again := w.buys(0, "big", "tiny")
	w.unchanged(out.CouponID, func() {
		w.paysWith(again.OrderID, out.CouponID, promotion.DiscountCoupon).Refused(t, 400, "CBC.99001014", "used up")
	})
	w.audited("c")
}

func TestAnAutoRenewalTakesTheVoucherThatHoldsMost(t *testing.T) {
	for name, c := range map[string]struct {
		faces   []string
		balance string // of 20.00
		left    string // of the voucher that is used
	}{
		"covers all":     {[]string{"3", "12"}, "20.00", "2.00 10.00 usable "},
		"with the rest":  {[]string{"3", "4"}, "14.00", "0.00 4.00 used up "},
		"none":           {nil, "10.00", ""},
		"but of another": {[]string{`12,"cloud_service_types":["obs"]`, "4"}, "14.00", "0.00 4.00 used up "},
	} {
		t.Run(name, func(t *testing.T) {
			w, quotas := couponWorld(t, "30.00")
			id := w.resourcesOf(w.buys(1, "small").OrderID)[0]
			used := ""
			for _, face := range c.faces {
				face, more, _ := strings.Cut(face, ",")
				if more != "" {
					more = "," + more
				}
				used = w.issues(quotas[promotion.Voucher], face, more)
			}
			w.as("c", http.MethodPost, "/v2/orders/subscriptions/resources/autorenew/"+id, "").done(t)
			expiry := w.read("c", id).Expiry
			w.clock.Set(expiry.AddDays(-7).At(3, 0))
			w.renewsItself(id)
			if w.balance("c") != c.balance || w.read("c", id).Expiry == expiry {
				t.Errorf("it expires on %s with a balance of %s, want it renewed and %s", w.read("c", id).Expiry, w.balance("c"), c.balance)
			}
			if used != "" && w.coupon(used) != c.left {
				t.Errorf("the voucher is %q, want %q", w.coupon(used), c.left)
			}
			w.audited("c")
		})
	}
}

// renewsItself does the due work of a resource.
func (w *world) renewsItself(id string) {
	w.t.Helper()
	due := lifecycle.Due{Key: table.Key{PK: "PARTY#c", SK: "SUB#" + id}, Kind: subscription.WorkSubscription, Account: "c"}
	if err := w.service().Do(context.Background(), due); err != nil {
		w.t.Fatal(err)
	}
}

func TestCouponsThatDoNotPay(t *testing.T) {
	w, quotas := couponWorld(t, "100.00")
	id := w.issues(quotas[promotion.Voucher], "5", "")
	limited := w.issues(quotas[promotion.Voucher], "5", `,"product_ids":["big"]`)
	large := w.issues(quotas[promotion.Voucher], "5", `,"min_order_amount":10.01`)
	soon := w.issues(quotas[promotion.Voucher], "5", `,"expire_time":"2026-12-02T16:00:00Z"`)
	w.clock.Set(calendar.Date{Year: 2026, Month: time.December, Day: 3}.Start())
	o := w.buys(0, "small")
	for name, c := range map[string]struct{ id, code, says string }{
		"of nobody":         {"nobody", "CBC.0101", "coupon_infos"},
		"for other things":  {limited, "CBC.99001014", "limited"},
		"for larger orders": {large, "CBC.99001014", "larger"},
		"expired":           {soon, "CBC.99001014", "expired"},
	} {
		w.unchanged(id, func() {
			a := w.paysWith(o.OrderID, c.id, promotion.Voucher)
			t.Run(name, func(t *testing.T) { a.Refused(t, 400, c.code, c.says) })
		})
	}
	w.unchanged(id, func() {
		w.paysWith(o.OrderID, id, promotion.CashCoupon).Refused(t, 400, "CBC.0100", "type 301")
		w.as("c", http.MethodPost, payPath, fmt.Sprintf(
			`{"order_id":%q,"use_coupon":"YES","use_discount":"NO","coupon_infos":[{"id":%q,"type":301},{"id":%q,"type":301}]}`, o.OrderID, id, large),
		).Refused(t, 400, "CBC.0100", "one coupon")
		w.as("c", http.MethodPost, buyPath, `{"products":[{"product_id":"small","period_type":2,"period_num":1}],"coupon_id":"nobody"}`).
			Refused(t, 400, "CBC.0101", "coupon_id")
	})
}

func TestOneVoucherPaysOneOfManyOrdersAtOnce(t *testing.T) {
	w, quotas := couponWorld(t, "0.00")
	id := w.issues(quotas[promotion.Voucher], "10", "")
	var orders []string
	for range 8 {
		orders = append(orders, w.buys(0, "small").OrderID)
	}
	var all sync.WaitGroup
	answers := make([]answer, len(orders))
	for n, order := range orders {
		all.Go(func() {
			answers[n] = w.beside("c", http.MethodPost, payPath, fmt.Sprintf(
				`{"order_id":%q,"use_coupon":"YES","use_discount":"NO","coupon_infos":[{"id":%q,"type":301}]}`, order, id))
		})
	}
	all.Wait()
	paid := 0
	for _, a := range answers {
		if a.Status == http.StatusNoContent {
			paid++
		}
	}
	if got := w.coupon(id); paid != 1 || got != "0.00 10.00 used up " {
		t.Errorf("%d orders were paid and the voucher is %s, want one order", paid, got)
	}
	w.audited("c")
}
