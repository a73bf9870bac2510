package opportunity_test

import (
	"net/http"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
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

// behindItsBack does something once, before the next transaction is committed.
func (w *world) behindItsBack(do func()) {
	done := false
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db.WithFault(func(op table.Op) table.Verdict {
		if !done && op.Kind == table.OpTx {
			done = true
			do()
		}
		return table.Pass
	}))
}

// freezes freezes a partner.
func (w *world) freezes(id auth.PartyID) {
	w.t.Helper()
	old, err := party.Get(w.t.Context(), w.db, id)
	next := old
	next.Standing = party.Frozen
	if err == nil {
		err = w.db.Replace(w.t.Context(), &old, &next)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestAPartnerThatIsFrozenMeanwhileNeitherSubmitsNorIsSharedTo(t *testing.T) {
	w := newWorld(t)
	id := w.drafts(alpha, "Apollo Ltd", "offer-1", "s1")
	w.behindItsBack(func() { w.freezes("alpha") })
	w.refused(alpha, http.MethodPost, path+"/"+id+"/submit", "", http.StatusBadRequest, "CBC.99003626", "frozen")
	if got := w.show(alpha, id); got.State != "DRAFT" || w.audit("alpha", id) != "created" {
		t.Errorf("it is %s, the audit trail %s", got.State, w.audit("alpha", id))
	}
	w.behindItsBack(func() { w.freezes("beta") })
	w.refused(vendor, http.MethodPost, "/v2/vendor/opportunities", ho(beta, "Apollo", "s1"), http.StatusBadRequest, "CBC.99003626", "beta")
	if w.holds("Apollo") != "" {
		t.Errorf("held is %s", w.holds("Apollo"))
	}
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
