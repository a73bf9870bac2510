package opportunity_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/opportunity"
	"partnercenter/pkg/party"
)

// meets lets the next transaction meet a fault.
func (w *world) meets(v table.Verdict) {
	function.Port[*table.Client]{Name: "table"}.Put(w.env, tabletest.FirstTx(w.t, w.db, v))
}

// behindItsBack does something once, before the next transaction is committed.
func (w *world) behindItsBack(do func()) {
	function.Port[*table.Client]{Name: "table"}.Put(w.env, tabletest.Meanwhile(w.t, w.db, do))
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

// faults are all that a transaction can meet.
var faults = map[string]table.Verdict{
	"conflict": table.Conflict, "throttle": table.Throttle, "lost": table.LostAnswer, "not done": table.CrashBefore, "done": table.CrashAfter,
	"no trouble": table.Pass,
}

// twice sends a request, and again.
func (w *world) twice(call resttest.Call) {
	w.t.Helper()
	call.Signature = "same"
	first, second := call.On(w.api), call.On(w.api)
	if second.Status/100 != 2 || first.Status != second.Status && first.Status != http.StatusInternalServerError {
		w.t.Errorf("first %d %s, second %d %s", first.Status, first.Body, second.Status, second.Body)
	}
}

func TestASharingThatMeetsAFaultIsOne(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.meets(fault)
			w.twice(resttest.Call{Who: vendor, Method: http.MethodPost, Path: "/v2/vendor/opportunities", Body: ho(alpha, "Apollo", "s1")})
			all := w.list(alpha, path)
			if all.names() != "Apollo" || w.holds("Apollo") != "LIVE:alpha O:alpha S:alpha" {
				t.Fatalf("shared are %q, held is %s", all.names(), w.holds("Apollo"))
			}
			if got := w.events("alpha", all.Opportunities[0].OpportunityID); len(got) != 2 || !slices.Contains(got, "shared SHARE") {
				t.Errorf("the events are %q", got)
			}
		})
	}
}

func TestAnEditThatMeetsAFaultIsOne(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.verified(alpha, "Apollo", "offer-1", "s1")
			before := w.show(alpha, id)
			w.meets(fault)
			w.twice(resttest.Call{
				Who: vendor, Method: http.MethodPut, Path: "/v2/vendor/opportunities/alpha/" + id, IfMatch: before.etag, Body: `{"cloud_services":["s1","s2"]}`,
			})
			if got := w.audit("alpha", id); strings.Count(got, "changed") != 1 || w.holds("Apollo") != "LIVE:alpha O:alpha S:alpha S:alpha" {
				t.Errorf("the audit trail is %s, held is %s", got, w.holds("Apollo"))
			}
			if got := w.show(alpha, id); !slices.Equal(got.Services, []string{"s1", "s2"}) {
				t.Errorf("it is %+v", got)
			}
		})
	}
}

func TestDueWorkThatMeetsAFaultIsDoneOnce(t *testing.T) {
	for what, c := range map[string]struct {
		id          func(w *world) string
		at          time.Time
		trail, left string
	}{
		"escalation": {
			func(w *world) string { return w.submits(alpha, "Apollo", "offer-1", "s1") }, day("2026-12-03").Start(), "created, stepped SUBMIT, stepped ESCALATE", "LIVE:alpha",
		},
		"overdue": {
			func(w *world) string { return w.verifying(alpha, "Apollo", "offer-1", "s1") }, day("2026-12-12").Start(),
			"created, stepped SUBMIT, stepped AUDIT_PASS, stepped VERIFY_OVERDUE", "",
		},
		"no answer": {
			func(w *world) string { return w.shared(alpha, "Apollo", "s1") }, day("2026-12-03").Start(), "shared SHARE, stepped ANSWER_OVERDUE", "",
		},
		"release": {
			func(w *world) string {
				id := w.shared(alpha, "Apollo", "s1")
				w.ok(alpha, http.MethodPost, path+"/"+id+"/answer", `{"answer":"ACCEPT"}`)
				w.ok(alpha, http.MethodPost, path+"/"+id+"/progress", `{"note":"It goes on"}`)
				w.ok(alpha, http.MethodPost, path+"/"+id+"/progress", `{"note":"It runs","outcome":"DELIVERED"}`)
				return id
			}, day("2027-11-27").Start(), "shared SHARE, stepped ACCEPT, stepped PROGRESS, stepped DELIVERED, released", "",
		},
	} {
		for name, fault := range faults {
			t.Run(what+" "+name, func(t *testing.T) {
				w := newWorld(t)
				id := c.id(w)
				w.clock.Set(c.at)
				w.meets(fault)
				do := opportunity.DueWork(w.env)[opportunity.Work]
				due := lifecycle.Due{Key: table.Key{PK: "PARTY#alpha", SK: "OPPORTUNITY#" + id}, Kind: opportunity.Work, Account: "alpha"}
				first := do(t.Context(), due) // the sweep comes by again
				if second := do(t.Context(), due); second != nil && !errors.Is(second, lifecycle.ErrNotDue) || first != nil && second != nil && fault != table.CrashAfter {
					t.Errorf("first %v, second %v", first, second)
				}
				if got := w.audit("alpha", id); got != c.trail || w.holds("Apollo") != c.left {
					t.Errorf("the audit trail is %s, held is %q", got, w.holds("Apollo"))
				}
			})
		}
	}
}
