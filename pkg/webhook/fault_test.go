package webhook_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/webhook"
)

// faults are all that can happen to a call of the table.
var faults = map[string]table.Verdict{
	"conflict": table.Conflict, "throttle": table.Throttle, "lost answer": table.LostAnswer, "crash before": table.CrashBefore, "crash after": table.CrashAfter,
}

// meeting lets what does run with a table whose n-th call meets a fault, and tells whether there was an n-th call.
func (w *world) meeting(n int, v table.Verdict, does func() error) (met bool, err error) {
	db := function.Port[*table.Client]{Name: "table"}
	db.Put(w.env, w.db.WithFault(func(op table.Op) table.Verdict {
		if op.N != n {
			return table.Pass
		}
		met = true
		return v
	}))
	err = does()
	db.Put(w.env, w.db)
	return met, err
}

// everyFault has a world's thing done with each fault at each of its calls, and then once more by check, as the queue does with what failed.
func everyFault(t *testing.T, faults map[string]table.Verdict, does func(w *world, r *receiver) func() error, check func(w *world, r *receiver, err error)) {
	for name, verdict := range faults {
		t.Run(name, func(t *testing.T) {
			n := 1
			for met := true; met; n++ {
				w, r := newWorld(t, "anywhere"), newReceiver(t) // whose t the checks fail
				one := does(w, r)
				var err error
				met, err = w.meeting(n, verdict, one)
				if !met && err != nil {
					t.Fatalf("without a fault: %v", err)
				}
				check(w, r, err)
				if t.Failed() {
					t.Fatalf("with a %s at call %d", name, n)
				}
			}
			if n < 4 {
				t.Errorf("there are only %d calls: the fault has met nothing", n-2)
			}
		})
	}
}

// CASES.md, invariant 9: an event is lost at no call of the table, and each endpoint has one delivery of it.
func TestAFaultWhileAnEventIsTakenLosesNoDelivery(t *testing.T) {
	e := event.Event{ID: "E1", Type: "subscription.renewed", Owner: "resale", Subject: "r1", At: start}
	everyFault(t, faults, func(w *world, r *receiver) func() error {
		w.hook(p1, r.URL)
		w.hook(p1, r.URL) // a second of the same party
		w.hook("customer resale", r.URL)
		return func() error { return webhook.New(w.env).Fan(t.Context(), e) }
	}, func(w *world, r *receiver, _ error) {
		if err := webhook.New(w.env).Fan(t.Context(), e); err != nil { // the queue gives it again
			w.t.Fatal(err)
		}
		w.soon()
		if len(r.heard()) != 3 {
			w.t.Errorf("heard %d times, want once at each endpoint", len(r.heard()))
		}
	})
}

// made gives a due delivery to an endpoint of p1 that answers with a status.
func (w *world) made(r *receiver, code int) (hook, lifecycle.Due) {
	w.t.Helper()
	r.answers(status(code))
	h := w.hook(p1, r.URL)
	w.happens("E1", "account.balance_low", "p1", nil)
	due, some := w.work().First(w.t, w.clock.Now())
	if !some {
		w.t.Fatal("nothing is due")
	}
	return h, due
}

// failsSince lets the endpoint of p1 have failed since an instant.
func (w *world) failsSince(at time.Time) {
	w.t.Helper()
	var d webhook.Directory
	if err := w.db.Get(w.t.Context(), table.Key{PK: "PARTY#p1", SK: "WEBHOOKS"}, &d); err != nil {
		w.t.Fatal(err)
	}
	next := d
	next.Endpoints = slices.Clone(d.Endpoints)
	next.Endpoints[0].Failing, next.Endpoints[0].Failures, next.Endpoints[0].Retry = at, 6, w.clock.Now().Truncate(time.Second)
	if err := w.db.Replace(w.t.Context(), &d, &next); err != nil {
		w.t.Fatal(err)
	}
}

// CASES.md, invariant 9: a delivery goes out at least once whatever happens at a call of the table, a second time only if nobody could know of the first, and
// the log has what came of it.
func TestAFaultWhileADeliveryIsSentNeverLosesIt(t *testing.T) {
	var h hook
	everyFault(t, faults, func(w *world, r *receiver) func() error {
		var due lifecycle.Due
		h, due = w.made(r, http.StatusOK)
		return func() error { return webhook.New(w.env).DoDelivery(t.Context(), due) }
	}, func(w *world, r *receiver, err error) {
		w.soon()
		d := w.deliveries(p1, h.ID)
		if len(d) != 1 || d[0].State != "DELIVERED" || len(d[0].Attempts) != 1 || d[0].Attempts[0].Status != 200 {
			w.t.Errorf("after %v the log has %+v", err, d)
		}
		if n := len(r.heard()); n != 1 && (n != 2 || err == nil) {
			w.t.Errorf("after %v heard %d times", err, n)
		}
	})
}

// An attempt that fails is counted once, however the table fails, and the last attempt ends the delivery, switches the endpoint off and tells its owner once.
func TestAFaultWhileAnAttemptFailsCountsItOnce(t *testing.T) {
	var h hook
	for _, last := range []bool{false, true} {
		t.Run(fmt.Sprint("last ", last), func(t *testing.T) {
			everyFault(t, faults, func(w *world, r *receiver) func() error {
				var due lifecycle.Due
				h, due = w.made(r, http.StatusInternalServerError)
				if last {
					w.failsSince(w.clock.Now().Add(-25 * time.Hour))
				}
				return func() error { return webhook.New(w.env).DoDelivery(t.Context(), due) }
			}, func(w *world, r *receiver, err error) {
				w.soon()
				d := w.deliveries(p1, h.ID)[0]
				want, told := "PENDING", "webhook.created"
				if last {
					want, told = "FAILED", "webhook.created webhook.failed notify.immediatewebhook_failed"
				}
				if d.State != want || len(d.Attempts) != 1 || d.Attempts[0].Status != 500 {
					w.t.Errorf("after %v the log has %+v", err, d)
				}
				if got := strings.Join(w.told("p1"), " "); got != told {
					w.t.Errorf("after %v the events are %s, want %s", err, got, told)
				}
				if n := len(r.heard()); n != 1 && (n != 2 || !errors.Is(err, table.ErrCrash)) {
					w.t.Errorf("after %v heard %d times", err, n)
				}
			})
		})
	}
}
