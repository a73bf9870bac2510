package specialist_test

import (
	"net/http"
	"testing"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/specialist"
)

// faults are what can happen to a transaction. Behind a crash the caller repeats its request.
var faults = map[string]struct {
	verdict table.Verdict
	crash   bool
}{
	"conflict": {table.Conflict, false}, "throttle": {table.Throttle, false}, "lost answer": {table.LostAnswer, false},
	"crash before": {table.CrashBefore, true}, "crash after": {table.CrashAfter, true},
}

// An invitation is accepted and each kind of review decided on once, whatever happens to the transaction of that.
func TestWhatMeetsAFaultHappensOnce(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.account("a1")
			w.sync("a1", "C9").Into(t, nil)
			w.invite(partner, "a1").Into(t, nil)
			w.faulty(fault.verdict, fault.crash, resttest.Call{Who: ada, Path: members + "/acceptances", Body: `{"partner_id":"p1"}`})
			w.expectState(partner, "a1", specialist.Bound)
			w.expectCounted("C9", "")
			w.expectTrail(specialist.EventBound, 1)
			for n, kind := range []specialist.ReviewKind{
				specialist.ReviewApplication, specialist.ReviewCancel, specialist.ReviewCertificate, specialist.ReviewTransfer,
			} {
				p := w.pair(n + 10)
				review := p.asks(kind)
				told := len(w.trail("p1", specialist.EventReviewed)) + len(w.trail("p1", specialist.EventTransferred))
				w.faulty(fault.verdict, fault.crash, resttest.Call{Who: vendor, Path: reviews + "/" + review + "/decision", Body: `{"decision":"PASS"}`})
				r, err := w.service().Review(t.Context(), review)
				if err != nil || r.State != specialist.Passed {
					t.Errorf("the %s is %s, %v", kind, r.State, err)
				}
				if now := len(w.trail("p1", specialist.EventReviewed)) + len(w.trail("p1", specialist.EventTransferred)); now != told+1 {
					t.Errorf("the %s is told of %d times", kind, now-told)
				}
				w.expectHeldOnce(string(kind), p.number, p.one, p.other)
			}
			w.expectCounted("C12 C13 C9", "")
		})
	}
}

// faulty makes a call whose first transaction meets a fault, and makes it again when that ended the process.
func (w *world) faulty(verdict table.Verdict, crash bool, call resttest.Call) {
	w.t.Helper()
	w.calls++
	call.Signature, call.Method = "faulty"+call.Path, http.MethodPost
	use := function.Port[*table.Client]{Name: "table"}
	use.Put(w.env, tabletest.FirstTx(w.t, w.db, verdict))
	a := call.On(w.api)
	use.Put(w.env, w.db)
	if crash != (a.Status == http.StatusInternalServerError) {
		w.t.Errorf("got %d %s", a.Status, a.Body)
	}
	if crash {
		a = call.On(w.api)
	}
	if a.Status >= http.StatusMultipleChoices {
		w.t.Errorf("got %d %s", a.Status, a.Body)
	}
}

func (w *world) expectTrail(kind string, want int) {
	w.t.Helper()
	if got := len(w.trail("p1", kind)); got != want {
		w.t.Errorf("%s is in the trail %d times, want %d", kind, got, want)
	}
}
