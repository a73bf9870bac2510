package performance_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive/performance"
)

// orders has customers settle one order each, of November.
func (w *world) orders() {
	performance.SettledPort.Put(w.env, func(context.Context, auth.PartyID, time.Time, time.Time, time.Duration) iter.Seq2[performance.Settlement, error] {
		return func(yield func(performance.Settlement, error) bool) {
			yield(performance.Settlement{
				Order: "order-1", At: calendar.Date{Year: 2026, Month: time.November, Day: 20}.At(12, 0), Resource: "vm-2",
				ServiceTypeCode: "hws.service.type.ec2", Cash: 700,
			}, nil)
		}
	})
}

// reviews has a review of the partner's November begin, and does what is due of it at once, and of nothing else.
func (w *world) reviews() {
	w.t.Helper()
	w.call(vendor, http.MethodPost, vendorSlip+"/review", "").Into(w.t, nil)
	due := lifecycle.Due{Key: table.Key{PK: "PERFORMANCE#partner#2026-11", SK: "SLIP"}, Kind: performance.WorkReview}
	w.work().Do(w.t, due)
}

// writesLines says whether a call writes lines.
func writesLines(op table.Op) bool {
	return op.Kind == table.OpWrite && strings.HasPrefix(op.Keys[0].SK, "LINE#")
}

// one does a piece of work of a customer's month that is due now.
func (w *world) one(kind string) {
	w.t.Helper()
	due, some := w.work().First(w.t, w.clock.Now())
	if !some || due.Kind != kind {
		w.t.Fatalf("due is %+v, want %s", due, kind)
	}
	w.work().Do(w.t, due)
}

func TestAReviewWaitsForOrdersThatAreBeingCollected(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.imports(bill(map[string]string{}))
	w.clock.Set(december(2).At(9, 0))
	w.call(vendor, http.MethodPost, "/v2/vendor/consumption/orders", `{"customer_id":"a","period":"2026-11"}`).Into(t, nil)
	w.orders()
	reviewed := false
	slow := w.beside(writesLines, func() { reviewed = true; w.reviews() }) // it has seen the slip open
	slow.orders()
	slow.one(performance.WorkOrders)
	if !reviewed {
		t.Fatal("no review was in between")
	}
	if s := w.slip(vendor, vendorSlip); s.State == "FINAL" || !s.Reviewing {
		t.Errorf("while orders were collected: %+v", s)
	}
	w.settle()
	if s := w.slip(vendor, vendorSlip); s.State != "FINAL" || s.Amount != "17.00" || s.Lines != 2 {
		t.Errorf("behind them: %+v", s)
	}
	w.audit("partner")
}

func TestAReviewWaitsForARecount(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.imports(bill(map[string]string{}))
	w.clock.Set(december(2).At(9, 0))
	const standing = "/v2/vendor/performance/partners/partner/standing"
	w.call(vendor, http.MethodPut, standing, `{"in_plan_until":"2026-11-01"}`).Into(t, nil)
	w.call(vendor, http.MethodPost, vendorSlip+"/recount", "").Into(t, nil)
	slow := w.beside(writesLines, func() { // it has judged by the standing that was
		w.call(vendor, http.MethodPut, standing, `{}`).Into(t, nil)
		w.reviews()
	})
	slow.one(performance.WorkCount)
	w.settle()
	if s := w.slip(vendor, vendorSlip); s.State != "FINAL" || s.Amount != "10.00" {
		t.Errorf("got %+v", s)
	}
	w.audit("partner")
}

func TestAnOrderThatComesTooLateIsNotedOnce(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.imports(bill(map[string]string{}))
	w.review()
	w.orders()
	for range 3 {
		w.call(vendor, http.MethodPost, "/v2/vendor/consumption/orders", `{"customer_id":"a","period":"2026-11"}`).Into(t, nil)
		w.settle()
	}
	told := 0
	for e, err := range event.List(t.Context(), w.db, "a", time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == performance.EventOrderLate && e.Subject == "order-1" {
			told++
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
	if w.amount("partner") != "10.00" {
		t.Errorf("the final slip is %s", w.amount("partner"))
	}
	w.audit("partner")
}

// A transfer is recounted within minutes, and a review of who gets the performance may end before.
func TestAReviewCountsWhatWasTransferredBefore(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "sub-a")
	w.imports(bill(map[string]string{}))
	w.clock.Set(december(2).At(9, 0))
	w.call(vendor, http.MethodPost, "/v2/vendor/performance/transfers",
		`{"period":"2026-11","customer_id":"a","from_partner_id":"partner","to_partner_id":"other","reason":"sold by the other"}`).Into(t, nil)
	w.call(vendor, http.MethodPost, "/v2/vendor/performance/partners/other/slips/2026-11/review", "").Into(t, nil)
	w.work().Do(t, lifecycle.Due{Key: table.Key{PK: "PERFORMANCE#other#2026-11", SK: "SLIP"}, Kind: performance.WorkReview})
	w.settle()
	if partner, other := w.amount("partner"), w.amount("other"); partner != "0.00" || other != "10.00" {
		t.Errorf("who had it has %s, and who got it %s", partner, other)
	}
	w.audit("partner", "other")
}

func TestAnOrderThatIsSettledWhileACollectionIsDueDoesNotPutItOff(t *testing.T) {
	w := newWorld(t)
	w.customer("a", "partner", 2, "")
	settled := func() {
		t.Helper()
		if err := w.service().OrderSettled(t.Context(), "a", w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	settled()
	w.clock.Set(december(2).At(5, 1))
	settled()
	due, some := w.work().First(t, w.clock.Now())
	if !some || !due.At.Equal(december(2).At(5, 0)) {
		t.Fatalf("due is %+v, %t", due, some)
	}
	read := 0
	var reads performance.Settled = func(context.Context, auth.PartyID, time.Time, time.Time, time.Duration) iter.Seq2[performance.Settlement, error] {
		return func(func(performance.Settlement, error) bool) {
			if read++; read == 1 {
				settled() // the collection has read as far as this
			}
		}
	}
	performance.SettledPort.Put(w.env, reads)
	for range 2 {
		if err := w.handlers[due.Kind](t.Context(), due); err != nil && !errors.Is(err, table.ErrConflict) {
			t.Fatal(err)
		}
	}
	if due, some := w.work().First(t, december(4).Start()); read != 2 || some {
		t.Errorf("it was read %d times, and is due: %+v", read, due)
	}
}
