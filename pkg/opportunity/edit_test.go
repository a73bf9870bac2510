package opportunity_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// oneField is an edit of each field, alone, that reviewers would find no fault with.
var oneField = map[string]string{
	"opportunity_name": `"Sea"`, "customer_company": `"Zeus"`, "customer_region": `"Beijing"`, "customer_industry": `"Energy"`,
	"description": `"A sea of data for all figures"`, "budget": `"2 million"`, "authority": `"The CFO decides"`, "need": `"Reports at noon"`,
	"timing": `"Before May"`, "amount": `7`, "expected_order_date": `"2027-04-30"`, "presales_activities": `["POC"]`, "public_tender": `false`,
	"offerings": `[{"offering_id":"offer-1","offering_name":"Lake","kind":"KOOGALLERY"}]`, "cloud_services": `["s1"]`,
	"contact":               `{"name":"Li Lei","phone":"13800001234","email":"li.lei@apollo.example","title":"CTO"}`,
	"personal_data_consent": `true`,
}

// eachState gives an opportunity of alpha's in each state, each of a company of its own.
func eachState(w *world) map[string]string {
	w.t.Helper()
	company := 0
	next := func() string { company++; return "Company " + strings.Repeat("x", company) }
	ends := func(id, body string) string {
		w.ok(vendor, http.MethodPost, decisions(alpha, id), body)
		return id
	}
	answered := func(body string) string {
		id := w.shared(alpha, next(), "s1")
		w.ok(alpha, http.MethodPost, path+"/"+id+"/answer", body)
		return id
	}
	goesOn := func(id, outcome string) string {
		w.ok(alpha, http.MethodPost, path+"/"+id+"/progress", `{"note":"It goes on"`+outcome+`}`)
		return id
	}
	verified := func() string { return w.verified(alpha, next(), "offer-1", "s1") }
	rejected := w.submits(alpha, next(), "offer-1", "s1")
	w.ok(reviewer, http.MethodPost, decisions(alpha, rejected), `{"decision":"AUDIT_REJECT","reason_category":"INVALID","reason":"why"}`)
	return map[string]string{
		"DRAFT": w.drafts(alpha, next(), "offer-1", "s1"), "AUDITING": w.submits(alpha, next(), "offer-1", "s1"), "AUDIT_REJECTED": rejected,
		"VERIFYING": w.verifying(alpha, next(), "offer-1", "s1"), "VERIFIED": verified(), "SHARED": w.shared(alpha, next(), "s1"),
		"VERIFY_REJECTED": ends(w.verifying(alpha, next(), "offer-1", "s1"), `{"decision":"VERIFY_REJECT","reason_category":"TRADED","reason":"why"}`),
		"ACCEPTED":        answered(`{"answer":"ACCEPT"}`), "REJECTED": answered(`{"answer":"REJECT","reason":"why"}`), "IN_PROGRESS": goesOn(verified(), ""),
		"DELIVERED": goesOn(goesOn(answered(`{"answer":"ACCEPT"}`), ""), `,"outcome":"DELIVERED"`),
		"LOST":      ends(verified(), `{"decision":"LOST","reason":"why"}`), "CANCELLED": ends(verified(), `{"decision":"CANCEL","reason":"why"}`),
	}
}

// CASES.md, invariant 7.
func TestInEachStateTheAPIChangesTheEditableFieldsAlone(t *testing.T) {
	w := newWorld(t)
	for state, id := range eachState(w) {
		before := w.show(alpha, id)
		if before.State != state {
			t.Fatalf("it is %s, want %s", before.State, state)
		}
		for field, value := range oneField {
			got := w.matching(alpha, http.MethodPut, path+"/"+id, "*", `{"`+field+`":`+value+`}`)
			if slices.Contains(before.Fields, field) {
				if got.Status != http.StatusOK {
					t.Errorf("%s of %s: got %d %s", field, state, got.Status, got.Body)
				}
				continue
			}
			refusedIs(t, got, http.StatusConflict, "CBC.99001233", field)
		}
		if after := w.show(alpha, id); len(before.Fields) == 0 && after.etag != before.etag {
			t.Errorf("refused edits changed what is %s", state)
		}
		want := map[string]int{"DRAFT": 17, "VERIFIED": 6, "ACCEPTED": 6, "IN_PROGRESS": 6}[state]
		if len(before.Fields) != want {
			t.Errorf("%s shows the editable fields %q, want %d", state, before.Fields, want)
		}
	}
}

func TestInEachStateTheVendorChangesChoicesAlone(t *testing.T) {
	w := newWorld(t)
	for state, id := range eachState(w) {
		one := "/v2/vendor/opportunities/alpha/" + id
		if state == "DRAFT" {
			refusedIs(t, w.matching(vendor, http.MethodPut, one, "*", `{"cloud_services":["s1"]}`), http.StatusNotFound, "CBC.0404", id)
			continue
		}
		editable := w.ok(vendor, http.MethodGet, one, "").Fields
		for _, field := range []string{"offerings", "cloud_services"} {
			got := w.matching(vendor, http.MethodPut, one, "*", `{"`+field+`":`+oneField[field]+`}`)
			if slices.Contains(editable, field) {
				if got.Status != http.StatusOK {
					t.Errorf("%s of %s: got %d %s", field, state, got.Status, got.Body)
				}
				continue
			}
			refusedIs(t, got, http.StatusConflict, "CBC.99001233", field)
		}
		want := map[string]string{
			"AUDITING": "offerings", "VERIFYING": "offerings", "SHARED": "offerings", "VERIFIED": "offerings cloud_services", "ACCEPTED": "offerings cloud_services",
			"IN_PROGRESS": "offerings cloud_services",
		}[state]
		if got := strings.Join(editable, " "); got != want {
			t.Errorf("%s shows the vendor %q, want %q", state, got, want)
		}
	}
}

func TestAnHOThatWaitsHoldsTheOfferingsThatTheVendorGivesIt(t *testing.T) {
	w := newWorld(t)
	w.verified(beta, "Apollo", "offer-9", "s9")
	id := w.shared(alpha, "Apollo Ltd", "s1")
	one := "/v2/vendor/opportunities/alpha/" + id
	const offering = `{"offering_id":"ID","offering_name":"Sea","kind":"KOOGALLERY"}`
	give := func(ids ...string) string {
		all := make([]string, len(ids))
		for i, id := range ids {
			all[i] = strings.Replace(offering, "ID", id, 1)
		}
		return `{"offerings":[` + strings.Join(all, ",") + `]}`
	}
	refusedIs(t, w.matching(vendor, http.MethodPut, one, "*", give("offer-1", "OFFER-9")), http.StatusConflict, "CBC.99001232", "another")
	w.matching(vendor, http.MethodPut, one, "*", give("offer-2", "offer-3")).Into(t, nil)
	if got := w.holds("Apollo"); got != "LIVE:alpha LIVE:beta O:alpha O:alpha O:beta S:alpha S:beta" {
		t.Errorf("held is %s", got)
	}
	w.matching(vendor, http.MethodPut, one, "*", give()).Into(t, nil) // an HO needs none
	if got := w.holds("Apollo"); got != "LIVE:alpha LIVE:beta O:beta S:alpha S:beta" {
		t.Errorf("without offerings held is %s", got)
	}
	w.ok(alpha, http.MethodPost, path+"/"+id+"/answer", `{"answer":"REJECT","reason":"No capacity"}`)
	if got := w.holds("Apollo"); got != "LIVE:beta O:beta S:beta" {
		t.Errorf("declined held is %s", got)
	}
}
