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
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/subscription"
)

// bases sums the rows of a refund by the order that was paid and what they are.
func bases(rows []refundRow) map[string]int {
	sums := map[string]int{}
	for _, r := range rows {
		sums[r.Base+" "+r.Kind] += fen(r.Amount)
	}
	return sums
}

func TestACancelledRenewalCanBeMadeAgain(t *testing.T) {
	w := shopWorld(t, "100.00")
	o := w.buys(1, "small")
	id := w.resourcesOf(o.OrderID)[0]
	first := w.renews(id, 0)
	if got := w.refusals(renewPath, fmt.Sprintf(`{"resource_ids":[%q],"period_type":2,"period_num":1}`, id)); got[id] != "CBC.99003100" {
		t.Errorf("a second renewal beside the pending one: %v", got)
	}
	w.cancels(first).done(t)
	second := w.renews(id, 0)
	w.pays(first).Refused(t, 400, "CBC.99003655", "cancelled")
	w.pays(second).done(t)
	if s := w.read("c", id); s.Expiry != date(2027, 2, 1) || w.balance("c") != "80.00" {
		t.Errorf("it expires on %s with %s left, want 2027-02-01 and 80.00", s.Expiry, w.balance("c"))
	}
	w.audited("c")
}

func TestRenewalPeriodsAreUnsubscribedAndMadeAgain(t *testing.T) {
	w := shopWorld(t, "100.00")
	o := w.buys(1, "small")
	id := w.resourcesOf(o.OrderID)[0]
	body := fmt.Sprintf(`{"resource_ids":[%q],"unsubscribe_type":2}`, id)
	if got := w.refusals(endPath, body); got[id] != "CBC.99003658" {
		t.Errorf("without a renewal: %v", got)
	}
	renewal, second := w.renews(id, 1), ""
	second = w.renews(id, 1)
	rows := w.refund(w.ends(id, 2))
	want := map[string]int{renewal + " paid": -10_00, second + " paid": -10_00}
	if got := bases(rows); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	s := w.read("c", id)
	if s.Expiry != date(2027, 1, 1) || s.Status != subscription.StatusInUse || w.balance("c") != "90.00" {
		t.Errorf("it is %s until %s with %s left, want in use until 2027-01-01 and 90.00", s.Status, s.Expiry, w.balance("c"))
	}
	w.renews(id, 1)
	if s := w.read("c", id); s.Expiry != date(2027, 2, 1) || w.balance("c") != "80.00" {
		t.Errorf("renewed again it expires on %s with %s left", s.Expiry, w.balance("c"))
	}
	w.audited("c")
}

// renewedAhead imports a resource whose last term, January, has not begun.
func (w *world) renewedAhead(id string) {
	w.t.Helper()
	sheet := resourcesHeader + row{ID: id, Customer: "c", Expiry: date(2027, 1, 31)}.csv()
	sheet = strings.Replace(sheet, "2026-12-31T04:00:00Z", "2026-05-31T04:00:00Z", 1) // bought in May
	if got := w.imports("subscriptions", "", sheet); got.Imported != 1 {
		w.t.Fatalf("got %+v", got)
	}
}

// Of what was imported the order of the last term alone is known, which may not have begun.
func TestAnImportedTermThatHasNotBegunIsUnsubscribedDownToWhereItBegins(t *testing.T) {
	w := shopWorld(t, "0.00")
	w.resources(row{ID: "ahead", Customer: "c", Expiry: date(2027, 1, 31)}) // bought for a time to come
	if got := w.refusals(endPath, `{"resource_ids":["ahead"],"unsubscribe_type":2}`); got["ahead"] != "CBC.99003658" {
		t.Errorf("the purchase itself is no renewal period: %v", got)
	}
	w.renewedAhead("r")
	w.ends("r", subscription.RenewalPeriods)
	s := w.read("c", "r")
	if s.Expiry != date(2026, 12, 31) || s.Status != subscription.StatusInUse || w.balance("c") != "10.00" {
		t.Errorf("it is %s until %s with %s left, want in use until 2026-12-31 and 10.00", s.Status, s.Expiry, w.balance("c"))
	}
	if at, ok := lifecycle.DueAt(&s.Head); !ok || !at.Equal(s.Expiry.End()) {
		t.Errorf("it is due at %s, want when 2026-12-31 ends", at)
	}
}

func TestAnUnsubscriptionIsTracedToEachOfItsOrders(t *testing.T) {
	w := shopWorld(t, "100.00")
	w.clock.Set(beijing(2026, 12, 1, 10, 30))
	o := w.buys(1, "small")
	id := w.resourcesOf(o.OrderID)[0]
	first, second := w.renews(id, 1), w.renews(id, 1)
	w.clock.Set(beijing(2026, 12, 11, 18, 40)) // 248 of 758 hours
	end := w.ends(id, 1)
	got := bases(w.refund(end))
	want := map[string]int{
		o.OrderID + " paid": -10_00, o.OrderID + " consumed": 3_28, o.OrderID + " fee": 1_00, first + " paid": -10_00, second + " paid": -10_00,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if s := w.read("c", id); s.Status != subscription.StatusClosed || w.balance("c") != "95.72" {
		t.Errorf("it is %s with %s left, want closed and 95.72", s.Status, w.balance("c"))
	}
	if got := w.refusals(endPath, fmt.Sprintf(`{"resource_ids":[%q],"unsubscribe_type":1}`, id)); got[id] != "CBC.99003016" {
		t.Errorf("a second time: %v", got)
	}
	if kinds := w.events("c"); !slices.Contains(kinds, "unsubscribed") {
		t.Errorf("the events %v do not tell of it", kinds)
	}
	w.audited("c")
}

func TestWhatIsNotInEffectCostsNoneOfTheFiveDays(t *testing.T) {
	w := shopWorld(t, "0.00")
	next := calendar.DateOf(w.clock.Now()).AddMonths(2, 1)
	w.resources(row{ID: "later", Customer: "c", Expiry: next})
	if rows := w.refund(w.ends("later", 1)); len(rows) != 1 || rows[0].Basis != "not_effective" || w.balance("c") != "10.00" {
		t.Errorf("got %+v and the balance %s, want all of its price", rows, w.balance("c"))
	}
	if n := w.fiveDays(2026); n != 0 {
		t.Errorf("%d five-day unsubscriptions are used, want none", n)
	}
}

func TestFiveDaysWithoutAReasonTenTimesAYear(t *testing.T) {
	w := shopWorld(t, "200.00")
	for n := range 11 {
		id := w.resourcesOf(w.buys(1, "small").OrderID)[0]
		rows := w.refund(w.ends(id, 1))
		want := "five_day"
		if n == 10 {
			want = "in_use"
		}
		if rows[0].Basis != want {
			t.Errorf("number %d was refunded by %s, want %s", n+1, rows[0].Basis, want)
		}
	}
	if w.balance("c") != "199.00" {
		t.Errorf("the balance is %s, want 200.00 less one fee", w.balance("c"))
	}
	w.clock.Set(beijing(2027, 1, 1, 0, 0))
	id := w.resourcesOf(w.buys(1, "small").OrderID)[0]
	w.clock.Advance(5*24*time.Hour - time.Second)
	if rows := w.refund(w.ends(id, 1)); rows[0].Basis != "five_day" {
		t.Errorf("in the new year, on the last second, it was refunded by %s", rows[0].Basis)
	}
	id = w.resourcesOf(w.buys(1, "small").OrderID)[0]
	w.clock.Advance(5*24*time.Hour + time.Second)
	if rows := w.refund(w.ends(id, 1)); rows[len(rows)-1].Kind != "fee" {
		t.Errorf("after five days it costs no fee: %+v", rows)
	}
	w.audited("c")
}

func TestOfFiveDayUnsubscriptionsAtOnceTenAYearCostNothing(t *testing.T) {
	w := shopWorld(t, "200.00")
	for range 9 {
		w.ends(w.resourcesOf(w.buys(1, "small").OrderID)[0], subscription.WholeResource)
	}
	one, other := w.resourcesOf(w.buys(1, "small").OrderID)[0], w.resourcesOf(w.buys(1, "small").OrderID)[0]
	whole, looked, met := w.db, false, false
	function.Port[*table.Client]{Name: "table"}.Put(w.env, whole.WithFault(func(op table.Op) table.Verdict {
		if looked && !met { // whatever comes behind the first look
			met = true
			function.Port[*table.Client]{Name: "table"}.Put(w.env, whole)
			w.ends(other, subscription.WholeResource)
		}
		looked = looked || op.Kind == table.OpGet && strings.HasPrefix(op.Keys[0].SK, "FIVEDAY#")
		return table.Pass
	}))
	w.ends(one, subscription.WholeResource)
	if got := w.fiveDays(2026); got != 10 || w.balance("c") != "199.00" {
		t.Errorf("%d five-day unsubscriptions, the balance is %s; want 10 and 200.00 less one fee", got, w.balance("c"))
	}
	w.audited("c")
}

func TestWhatCannotBeUnsubscribed(t *testing.T) {
	w := shopWorld(t, "200.00")
	trial, plan := w.resourcesOf(w.buys(1, "trial").OrderID)[0], w.resourcesOf(w.buys(1, "plan").OrderID)[0]
	pending := w.resourcesOf(w.buys(1, "small").OrderID)[0]
	w.renews(pending, 0)
	before := w.state("c")
	got := w.refusals(endPath, fmt.Sprintf(`{"resource_ids":[%q,%q,%q,"nobody"],"unsubscribe_type":1}`, trial, plan, pending))
	want := map[string]string{trial: "CBC.99003657", plan: "CBC.30000053", pending: "CBC.99003651", "nobody": "CBC.99003012"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := w.conversions(trial, plan, "nobody"); got[trial] != "CBC.99003657" || got[plan] != "CBC.30000053" || got["nobody"] != "CBC.99003012" {
		t.Errorf("converting them: %v", got)
	}
	w.as("c", http.MethodPost, specPath+trial, `{"product_id":"plan"}`).Refused(t, 400, "CBC.99003657", "")
	w.as("c", http.MethodPost, specPath+plan, `{"product_id":"trial"}`).Refused(t, 400, "CBC.30000053", "")
	for name, body := range map[string]string{
		"type 3":     `{"resource_ids":["x"],"unsubscribe_type":3}`,
		"reason 6":   `{"resource_ids":["x"],"unsubscribe_type":1,"unsubscribe_reason_type":6}`,
		"no ids":     `{"resource_ids":[],"unsubscribe_type":1}`,
		"eleven ids": `{"resource_ids":["1","2","3","4","5","6","7","8","9","10","11"],"unsubscribe_type":1}`,
		"twice":      `{"resource_ids":["x","x"],"unsubscribe_type":1}`,
	} {
		t.Run(name, func(t *testing.T) { w.as("c", http.MethodPost, endPath, body).Refused(t, 400, "CBC.0100", "") })
	}
	if after := w.state("c"); after != before {
		t.Errorf("refused calls changed\n%s\nto\n%s", before, after)
	}
}

func TestALargeRefundIsTheVendorsDecision(t *testing.T) {
	for name, allow := range map[string]bool{"allowed": true, "refused": false} {
		t.Run(name, func(t *testing.T) {
			w := shopWorld(t, "70000.00")
			w.product("huge", 60_000, ``)
			o := w.buys(1, "huge")
			id := w.resourcesOf(o.OrderID)[0]
			end := w.ends(id, 1)
			if s := w.read("c", id); s.Status != subscription.StatusFrozen || !s.Reviewing || w.balance("c") != "10000.00" {
				t.Fatalf("under review it is %s and the balance %s, want frozen and nothing back yet", s.Status, w.balance("c"))
			}
			if got := w.refusals(endPath, fmt.Sprintf(`{"resource_ids":[%q],"unsubscribe_type":1}`, id)); got[id] != "CBC.99003144" {
				t.Errorf("unsubscribing it again: %v", got)
			}
			reviews := func() string {
				return w.call(auth.Vendor, "vendor", http.MethodGet, "/v2/vendor/refund-reviews", "", "").Body
			}
			decide := func(order, body string) answer {
				return w.call(auth.Vendor, "vendor", http.MethodPost, "/v2/vendor/refund-reviews/"+order, "application/json", body)
			}
			if !strings.Contains(reviews(), end) {
				t.Errorf("it is not to review: %s", reviews())
			}
			decide(end, `{"allow":true,"reason":""}`).Refused(t, 400, "CBC.0100", "reason")
			decide(o.OrderID, `{"allow":true,"reason":"x"}`).Refused(t, 400, "CBC.0101", o.OrderID)
			w.clock.Set(beijing(2027, 1, 3, 12, 0)) // expired meanwhile: nothing happens to what is under review
			if _, due := subscription.Next(w.read("c", id), subscription.TermsFor("V1", 0), w.clock.Now()); due {
				t.Error("it is due though it is under review")
			}
			decide(end, fmt.Sprintf(`{"allow":%t,"reason":"looked at"}`, allow)).Into(t, &struct{}{})
			decide(end, `{"allow":true,"reason":"again"}`).Refused(t, 400, "CBC.0101", end)
			s, order := w.read("c", id), w.order(end)
			got := fmt.Sprintln(s.Status, s.Reviewing, order.Status, w.balance("c"), strings.Contains(reviews(), end))
			want := fmt.Sprintln("closed", false, "completed", "70000.00", false)
			if !allow {
				want = fmt.Sprintln("in use", false, "cancelled", "10000.00", false)
			}
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			years := fmt.Sprintln(w.fiveDays(2026), w.fiveDays(2027))
			if want := map[bool]string{true: fmt.Sprintln(0, 1), false: fmt.Sprintln(0, 0)}[allow]; years != want {
				t.Errorf("of the five-day unsubscriptions of 2026 and 2027 %s are used, want %s", years, want)
			}
			if !allow { // what came due meanwhile is done next
				if err := w.service().Do(context.Background(), due("c", id)); err != nil {
					t.Fatal(err)
				}
				if s := w.read("c", id); s.Status != subscription.StatusFrozen {
					t.Errorf("a day and a half after its expiry it is %s, want frozen after a day of grace", s.Status)
				}
			}
			w.audited("c")
		})
	}
}

func TestADecisionThatIsSentAgainIsTheSame(t *testing.T) {
	w := shopWorld(t, "200000.00")
	w.product("huge", 60_000, "")
	id := w.resourcesOf(w.buys(1, "huge").OrderID)[0]
	end := w.ends(id, subscription.WholeResource)
	decide := func(signature, body string) answer {
		return w.signed(auth.Vendor, "vendor", signature, http.MethodPost, "/v2/vendor/refund-reviews/"+end, "application/json", body)
	}
	first, again := decide("one", `{"allow":true,"reason":"fine"}`), decide("one", `{"allow":true,"reason":"fine"}`)
	if first.Status != http.StatusOK || again.Status != first.Status || again.Body != first.Body {
		t.Errorf("got %d %s, then %d %s; want the same", first.Status, first.Body, again.Status, again.Body)
	}
	decide("other", `{"allow":false,"reason":"no"}`).Refused(t, 400, "CBC.0101", end)
	if w.balance("c") != "200000.00" {
		t.Errorf("the balance is %s", w.balance("c"))
	}
}

func TestTheSpecOfWhatNoOrderIsKnownOfStays(t *testing.T) {
	w := shopWorld(t, "100.00")
	w.renewedAhead("r")
	w.ends("r", subscription.RenewalPeriods)
	w.as("c", http.MethodPost, specPath+"r", `{"product_id":"big"}`).Refused(t, 400, "CBC.99003661", "r")
}

func TestASpecIsChangedUpAndDown(t *testing.T) {
	w := shopWorld(t, "200.00")
	o := w.buys(1, "small") // 10.00 until 2027-01-01: 768 hours
	id := w.resourcesOf(o.OrderID)[0]
	renewal := w.renews(id, 1)
	change := func(to string, pay int) bought {
		t.Helper()
		var out bought
		w.as("c", http.MethodPost, specPath+id, fmt.Sprintf(`{"product_id":%q,"is_auto_pay":%d}`, to, pay)).Into(t, &out)
		return out
	}
	w.clock.Set(beijing(2026, 12, 13, 0, 0)) // 480 hours are left
	up := change("big", 0)
	if fen(up.Amount) != 12_50+20_00 || up.Status != 6 || w.read("c", id).SpecCode != "small.spec" {
		t.Fatalf("got %+v on %s, want 12.50 for the hours left and 20.00 for the renewal, to pay", up, w.read("c", id).SpecCode)
	}
	w.pays(up.OrderID).done(t)
	if s := w.read("c", id); s.SpecCode != "big.spec" || s.PendingOrder != "" || w.balance("c") != "147.50" {
		t.Fatalf("paid, it is %s with %s left", s.SpecCode, w.balance("c"))
	}
	w.clock.Set(beijing(2026, 12, 23, 0, 0)) // 240 hours are left
	down := change("tiny", 0)
	rows := bases(w.refund(down.OrderID))
	want := map[string]int{ // 30.00 become 4.00: of each hour first what the up-spec added
		up.OrderID + " paid": -(20_00 + 6_25), renewal + " paid": -6_00, o.OrderID + " paid": -1_87,
	}
	if fmt.Sprint(rows) != fmt.Sprint(want) || down.Status != 5 || fen(down.Amount) != -34_12 {
		t.Errorf("got %v of %+v, want %v", rows, down, want)
	}
	if s := w.read("c", id); s.SpecCode != "tiny.spec" || w.balance("c") != "181.62" {
		t.Errorf("it is %s with %s left, want tiny.spec and 181.62", s.SpecCode, w.balance("c"))
	}
	// Unsubscribed at once, the running stretch is worth 240 hours of 4.00, less fees of 10% of what is held; the renewal all of its 4.00.
	rows = bases(w.refund(w.ends(id, 1)))
	if back := rows[renewal+" paid"]; back != -4_00 {
		t.Errorf("the renewal gives back %d fen, want 4.00: %v", back, rows)
	}
	if held := rows[o.OrderID+" paid"]; held != -(10_00 - 1_87) {
		t.Errorf("of the purchase %d fen are explained, want what was left: %v", held, rows)
	}
	for name, c := range map[string]struct{ path, product, code string }{
		"unsubscribed":       {specPath + id, "small", "CBC.99003016"},
		"an unknown id":      {specPath + "nobody", "small", "CBC.99003012"},
		"an unknown product": {specPath + w.resourcesOf(w.buys(1, "small").OrderID)[0], "nothing", "CBC.99006006"},
		"the same product":   {specPath + w.resourcesOf(w.buys(1, "small").OrderID)[0], "small", "CBC.99003660"},
	} {
		t.Run(name, func(t *testing.T) {
			w.as("c", http.MethodPost, c.path, fmt.Sprintf(`{"product_id":%q}`, c.product)).Refused(t, 400, c.code, "")
		})
	}
	w.audited("c")
}

func TestAnAttachedResourceIsRespeccedByItself(t *testing.T) {
	w := shopWorld(t, "200.00")
	var o bought
	w.as("c", http.MethodPost, buyPath, `{"products":[{"product_id":"small","period_type":2,"period_num":1,"attached":[{"product_id":"small"}]}],"is_auto_pay":1}`).Into(t, &o)
	ids := w.resourcesOf(o.OrderID)
	var up bought
	w.as("c", http.MethodPost, specPath+ids[1], `{"product_id":"big"}`).Into(t, &up)
	if got := w.refusals(renewPath, fmt.Sprintf(`{"resource_ids":[%q],"period_type":2,"period_num":1}`, ids[0])); got[ids[0]] != "CBC.99003100" {
		t.Errorf("its main resource is renewed meanwhile: %v", got)
	}
	w.pays(up.OrderID).done(t)
	main, disk := w.read("c", ids[0]), w.read("c", ids[0]+"#"+ids[1])
	if main.SpecCode != "small.spec" || disk.SpecCode != "big.spec" || main.PendingOrder != "" || disk.PendingOrder != "" {
		t.Errorf("the main resource is %s, the attached one %s", main.SpecCode, disk.SpecCode)
	}
	before := w.balance("c")
	w.renews(ids[0], 1)
	if w.balance("c") != "120.00" || before != "160.00" {
		t.Errorf("renewing both took the balance from %s to %s, want 10.00 and 30.00 of 160.00", before, w.balance("c"))
	}
	rows := w.refund(w.ends(ids[0], 1))
	if len(rows) != 5 { // five days: both of the purchase, the change, both of the renewal
		t.Errorf("got %+v, want five rows", rows)
	}
	if w.balance("c") != "200.00" {
		t.Errorf("the balance is %s, want all of 200.00 back", w.balance("c"))
	}
	w.audited("c")
}

func TestAnOrderEndsWithItsResource(t *testing.T) {
	w := shopWorld(t, "200.00")
	renewed := w.resourcesOf(w.buys(1, "small").OrderID)[0]
	changed := w.resourcesOf(w.buys(1, "small").OrderID)[0]
	w.clock.Set(beijing(2026, 12, 30, 0, 0))
	renewal := w.renews(renewed, 0)
	var up bought
	w.as("c", http.MethodPost, specPath+changed, `{"product_id":"big"}`).Into(t, &up)
	w.run("c", changed, beijing(2027, 1, 2, 0, 0))
	if got := w.order(up.OrderID).Status; got != subscription.OrderCancelled || w.read("c", changed).PendingOrder != "" {
		t.Errorf("when the resource enters grace its change is %s", got)
	}
	w.run("c", renewed, beijing(2027, 1, 3, 0, 0))
	if got := w.order(renewal).Status; got != subscription.OrderAwaitingPayment {
		t.Errorf("in grace the renewal is %s", got)
	}
	w.run("c", renewed, beijing(2027, 1, 10, 0, 0))
	if got := w.order(renewal).Status; got != subscription.OrderCancelled || w.read("c", renewed).Status != subscription.StatusClosed {
		t.Errorf("when the resource is released its renewal is %s", got)
	}
	w.clock.Set(beijing(2027, 1, 3, 0, 0))
	w.run("c", changed, beijing(2027, 1, 10, 0, 0))
	w.audited("c")
}

// One resource, everything at once: whatever wins, the ledger and the chain of terms hold, and what lost changed nothing.
func TestEverythingAtOnceHasOneLegalOutcome(t *testing.T) {
	for round := range 4 {
		w := shopWorld(t, "100.00")
		id := w.resourcesOf(w.buys(1, "small").OrderID)[0]
		w.as("c", http.MethodPost, togglePath+id, ``).done(t)
		pending := w.renews(id, 0)
		w.clock.Set(beijing(2026, 12, 25, 3, 0).Add(time.Duration(round) * time.Minute))
		calls := []func(){
			func() {
				w.quietly(http.MethodPost, payPath, fmt.Sprintf(`{"order_id":%q,"use_coupon":"NO","use_discount":"NO"}`, pending))
			},
			func() { w.quietly(http.MethodPut, cancelPath, fmt.Sprintf(`{"order_id":%q}`, pending)) },
			func() {
				w.quietly(http.MethodPost, endPath, fmt.Sprintf(`{"resource_ids":[%q],"unsubscribe_type":1}`, id))
			},
			func() {
				w.quietly(http.MethodPost, endPath, fmt.Sprintf(`{"resource_ids":[%q],"unsubscribe_type":2}`, id))
			},
			func() { w.quietly(http.MethodPost, specPath+id, `{"product_id":"big","is_auto_pay":1}`) },
			func() {
				if err := w.service().Do(context.Background(), due("c", id)); err != nil && !errors.Is(err, table.ErrConflict) {
					w.t.Error(err)
				}
			},
		}
		var all sync.WaitGroup
		for _, call := range calls {
			all.Go(call)
		}
		all.Wait()
		s, o := w.read("c", id), w.order(pending)
		if s.PendingOrder != "" && w.order(string(s.PendingOrder)).Status != subscription.OrderAwaitingPayment {
			t.Errorf("the resource waits for order %s", s.PendingOrder)
		}
		if o.Status != subscription.OrderCompleted && o.Status != subscription.OrderCancelled {
			t.Errorf("paid and cancelled at once, the order is %s", o.Status)
		}
		w.audited("c")
	}
}

// fiveDays gives how many five-day unsubscriptions of a year the customer has used.
func (w *world) fiveDays(year int) int {
	w.t.Helper()
	var count struct {
		table.Head
		Used int `dynamodbav:"used"`
	}
	if err := w.db.Get(context.Background(), table.Key{PK: "PARTY#c", SK: fmt.Sprint("FIVEDAY#", year)}, &count); err != nil && !errors.Is(err, table.ErrNotFound) {
		w.t.Fatal(err)
	}
	return count.Used
}

// quietly calls an operation of which it is open whether it is refused; it never fails otherwise.
func (w *world) quietly(method, path, body string) {
	if a := w.beside("c", method, path, body); a.Status >= http.StatusInternalServerError {
		w.t.Errorf("%s %s: %d %s", method, path, a.Status, a.Body)
	}
}
