package opportunity_test

import (
	"net/http"
	"testing"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
)

// meets lets the next transaction meet a fault.
func (w *world) meets(v table.Verdict) {
	met := false
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db.WithFault(func(op table.Op) table.Verdict {
		if met || op.Kind != table.OpTx {
			return table.Pass
		}
		met = true
		return v
	}))
}

// CASES.md, invariant 9.
func TestAStepThatMeetsAFaultIsTakenOnce(t *testing.T) {
	for name, c := range map[string]struct {
		fault         table.Verdict
		first, second int
		replayed      string
	}{
		"conflict":   {table.Conflict, 200, 200, "true"},
		"throttle":   {table.Throttle, 200, 200, "true"},
		"lost":       {table.LostAnswer, 200, 200, "true"},
		"not done":   {table.CrashBefore, 500, 200, ""},
		"done":       {table.CrashAfter, 200, 200, "true"},
		"no trouble": {table.Pass, 200, 200, "true"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.verifying(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
			w.meets(c.fault)
			pass := func() resttest.Answer {
				return resttest.Call{
					Who: vendor, Signature: "same", Method: http.MethodPost, Path: decisions(alpha, id), Body: `{"decision":"VERIFY_PASS"}`,
				}.On(w.api)
			}
			first, second := pass(), pass()
			if first.Status != c.first || second.Status != c.second || second.Header.Get("Idempotent-Replay") != c.replayed {
				t.Errorf("first %d %s, second %d %s %v", first.Status, first.Body, second.Status, second.Body, second.Header)
			}
			if got := w.audit("alpha", id); got != "created, stepped SUBMIT, stepped AUDIT_PASS, stepped VERIFY_PASS" {
				t.Errorf("the audit trail is %s", got)
			}
			if got := w.holds("Apollo Ltd"); got != "LIVE:alpha O:alpha S:alpha" {
				t.Errorf("it holds %s", got)
			}
		})
	}
}
