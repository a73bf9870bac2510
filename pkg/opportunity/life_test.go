package opportunity_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/rest/resttest"
)

func TestAPOGoesFromDraftToDelivery(t *testing.T) {
	w := newWorld(t)
	id := w.drafts(manager, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	if got := w.show(manager, id); got.State != "DRAFT" || got.UserID != "max" || got.Deadline != "" || len(got.Fields) != 17 {
		t.Errorf("the draft is %+v", got)
	}
	if got := w.ok(manager, http.MethodPost, path+"/"+id+"/submit", ""); got.State != "AUDITING" || got.Deadline != "2026-12-02T16:00:00Z" {
		t.Errorf("submitted it is %+v", got)
	}
	if got := w.ok(reviewer, http.MethodPost, decisions(alpha, id), `{"decision":"AUDIT_PASS"}`); got.State != "VERIFYING" || got.Deadline != "2026-12-11T16:00:00Z" {
		t.Errorf("audited it is %+v", got)
	}
	if got := w.ok(vendor, http.MethodPost, decisions(alpha, id), `{"decision":"VERIFY_PASS"}`); got.State != "VERIFIED" || got.Deadline != "" {
		t.Errorf("verified it is %+v", got)
	}
	w.ok(manager, http.MethodPost, path+"/"+id+"/progress", `{"note":"The POC runs","stage":"POC"}`)
	w.ok(manager, http.MethodPost, path+"/"+id+"/progress", `{"note":"The contract is signed","stage":"CONTRACT"}`)
	got := w.ok(manager, http.MethodPost, path+"/"+id+"/progress", `{"note":"All runs","outcome":"DELIVERED"}`)
	if got.State != "DELIVERED" || steps(got) != "SUBMIT AUDIT_PASS VERIFY_PASS PROGRESS PROGRESS DELIVERED" {
		t.Errorf("in the end it is %+v", got)
	}
	if r := got.History[1]; r.Note != "The contract is signed" || r.Stage != "CONTRACT" || r.Side != "PARTNER" || r.By != "alpha/max" {
		t.Errorf("the progress is recorded as %+v", r)
	}
	if r := got.History[4]; r.Side != "VENDOR" || r.By != "" {
		t.Errorf("the partner learns who audited: %+v", r)
	}
	want := "created, stepped SUBMIT, stepped AUDIT_PASS, stepped VERIFY_PASS, stepped PROGRESS, stepped PROGRESS, stepped DELIVERED"
	if got := w.audit("alpha", id); got != want {
		t.Errorf("the audit trail is %s, want %s", got, want)
	}
	if n := len(w.events("alpha", id)); n != 7+2 {
		t.Errorf("%d events, want two notices besides", n)
	}
	w.refused(manager, http.MethodPost, path+"/"+id+"/progress", `{"note":"More"}`, http.StatusConflict, "CBC.99001230", "DELIVERED")
}

func TestWhatIsRejectedSaysWhyAndIsCopied(t *testing.T) {
	w := newWorld(t)
	id := w.submits(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	at := decisions(alpha, id)
	for body, says := range map[string]string{
		`{"decision":"AUDIT_REJECT","reason":"why"}`:                            "reason_category",
		`{"decision":"AUDIT_REJECT","reason_category":"INCOMPLETE"}`:            "reason: it is missing",
		`{"decision":"AUDIT_REJECT","reason_category":"OVERDUE","reason":"x"}`:  "reason_category",
		`{"decision":"AUDIT_REJECT","reason_category":"NOT_REAL","reason":"x"}`: "found by verification",
		`{"decision":"AUDIT_PASS","reason_category":"INVALID"}`:                 "has none",
		`{"decision":"AUDIT_PASS","reason":"fine, but Beta says the same"}`:     "reason: AUDIT_PASS has none",
		`{"decision":"SUBMIT"}`: "decision",
	} {
		w.refused(reviewer, http.MethodPost, at, body, http.StatusBadRequest, "CBC.0100", says)
	}
	w.refused(vendor, http.MethodPost, at, `{"decision":"VERIFY_PASS"}`, http.StatusConflict, "CBC.99001230", "AUDITING")
	w.ok(reviewer, http.MethodPost, at, `{"decision":"AUDIT_REJECT","reason_category":"INVALID","reason":"The budget is not clear"}`)
	got := w.show(alpha, id)
	if got.State != "AUDIT_REJECTED" || got.Category != "INVALID" || got.Reason != "The budget is not clear" || len(got.Fields) != 0 {
		t.Errorf("it is %+v", got)
	}
	w.refused(alpha, http.MethodPost, path+"/"+id+"/submit", "", http.StatusConflict, "CBC.99001230", "AUDIT_REJECTED")
	copied := w.ok(alpha, http.MethodPost, path+"/"+id+"/copy", "")
	if copied.State != "DRAFT" || copied.CopyOf != id || copied.Company != "Apollo Ltd" || len(copied.Offerings) != 1 || !copied.Consent || copied.Category != "" {
		t.Errorf("the copy is %+v", copied)
	}
	if again := w.ok(alpha, http.MethodPost, path+"/"+copied.OpportunityID+"/submit", ""); again.State != "AUDITING" {
		t.Errorf("the copy, submitted as it is, is %s", again.State)
	}
	w.refused(alpha, http.MethodPost, path+"/"+copied.OpportunityID+"/copy", "", http.StatusConflict, "CBC.99001230", "AUDITING")
}

func TestWhatIsSubmittedIsNotWithdrawn(t *testing.T) {
	w := newWorld(t)
	id := w.drafts(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	w.call(alpha, http.MethodDelete, path+"/"+id, "").Into(t, nil)
	w.refused(alpha, http.MethodGet, path+"/"+id, "", http.StatusNotFound, "CBC.0404", id)
	if got := w.audit("alpha", id); got != "created, deleted" {
		t.Errorf("the audit trail is %s", got)
	}
	id = w.submits(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	w.refused(alpha, http.MethodDelete, path+"/"+id, "", http.StatusConflict, "CBC.99001231", "ask the vendor's auditor to reject it, then copy the rejected one")
	w.refused(alpha, http.MethodPost, path+"/"+id+"/progress", `{"note":"wrong data","outcome":"CANCEL"}`, http.StatusConflict, "CBC.99001231", "auditor")
	if got := w.show(alpha, id); got.State != "AUDITING" || steps(got) != "SUBMIT" {
		t.Errorf("it is %+v", got)
	}
	w.ok(reviewer, http.MethodPost, decisions(alpha, id), `{"decision":"AUDIT_PASS"}`)
	w.ok(vendor, http.MethodPost, decisions(alpha, id), `{"decision":"VERIFY_PASS"}`)
	w.refused(alpha, http.MethodPost, path+"/"+id+"/progress", `{"note":"no","outcome":"CANCEL"}`, http.StatusConflict, "CBC.99001231", "business developer")
	w.refused(vendor, http.MethodPost, decisions(alpha, id), `{"decision":"CANCEL"}`, http.StatusBadRequest, "CBC.0100", "reason")
	if got := w.ok(vendor, http.MethodPost, decisions(alpha, id), `{"decision":"CANCEL","reason":"The customer stops"}`); got.State != "CANCELLED" {
		t.Errorf("the vendor cancelled it: %+v", got)
	}
	if got := w.show(alpha, id); got.Reason != "The customer stops" || w.holds("Apollo Ltd") != "" {
		t.Errorf("the partner reads %q, held is %q", got.Reason, w.holds("Apollo Ltd"))
	}
}

func TestTheCheckFindsWhatSubmitRefuses(t *testing.T) {
	w := newWorld(t)
	id := w.ok(alpha, http.MethodPost, path, `{"opportunity_name":"Lake","amount":0,"budget":"TBD"}`).OpportunityID
	var out struct {
		Submittable bool
		Faults      []struct {
			Field, Message string
			Category       string `json:"reason_category"`
		}
	}
	w.call(alpha, http.MethodPost, path+"/"+id+"/check", "").Into(t, &out)
	if out.Submittable || len(out.Faults) != 17 {
		t.Fatalf("the check finds %+v", out)
	}
	refusal := w.call(alpha, http.MethodPost, path+"/"+id+"/submit", "")
	for _, f := range out.Faults {
		if !strings.Contains(refusal.Body, f.Field+" ("+f.Category+")") {
			t.Errorf("submit does not name %s: %s", f.Field, refusal.Body)
		}
	}
	refusedIs(t, refusal, http.StatusBadRequest, "CBC.99001234", "personal_data_consent (COMPLIANCE)")
	if got := w.show(alpha, id); got.State != "DRAFT" || len(got.History) != 0 {
		t.Errorf("a refused submission changed it: %+v", got)
	}
	id = w.drafts(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	w.call(alpha, http.MethodPost, path+"/"+id+"/check", "").Into(t, &out)
	if !out.Submittable || len(out.Faults) != 0 {
		t.Errorf("the check of a good one finds %+v", out)
	}
	w.verified(beta, "APOLLO", "offer-9", "hws.service.type.dws")
	w.call(alpha, http.MethodPost, path+"/"+id+"/check", "").Into(t, &out)
	if out.Submittable || len(out.Faults) != 1 || out.Faults[0].Category != "DUPLICATE" || strings.Contains(out.Faults[0].Message, "beta") {
		t.Errorf("the check of a duplicate finds %+v", out)
	}
	w.refused(alpha, http.MethodPost, path+"/"+id+"/submit", "", http.StatusBadRequest, "CBC.99001234", "DUPLICATE")
}

func TestAVerificationWithoutAResultIsRejectedAfterTenWorkingDays(t *testing.T) {
	w := newWorld(t)
	id := w.verifying(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	end := day("2026-12-12").Start()
	w.until(end.Add(-time.Second))
	if got := w.show(alpha, id); got.State != "VERIFYING" {
		t.Errorf("a second before its end it is %s", got.State)
	}
	w.clock.Set(end) // the sweep has not come by yet
	w.refused(vendor, http.MethodPost, decisions(alpha, id), `{"decision":"VERIFY_PASS"}`, http.StatusConflict, "CBC.99001230", "2026-12-11")
	w.until(end.Add(5 * time.Minute))
	got := w.show(alpha, id)
	if got.State != "VERIFY_REJECTED" || got.Category != "OVERDUE" || steps(got) != "SUBMIT AUDIT_PASS VERIFY_OVERDUE" {
		t.Errorf("at its end it is %+v", got)
	}
	if w.ok(alpha, http.MethodPost, path+"/"+id+"/copy", "").State != "DRAFT" {
		t.Error("it is not copied")
	}
	if w.holds("Apollo Ltd") != "" {
		t.Errorf("it still holds %s", w.holds("Apollo Ltd"))
	}
}

func TestAnAuditThatLastsTooLongIsEscalatedAndNotDecided(t *testing.T) {
	w := newWorld(t)
	id := w.submits(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	w.until(day("2026-12-03").Start())
	if got := w.show(alpha, id); got.State != "AUDITING" || !got.Escalated || steps(got) != "SUBMIT ESCALATE" {
		t.Errorf("it is %+v", got)
	}
	if got := w.events("vendor", id); !slices.Equal(got, []string{"notify.immediate"}) {
		t.Errorf("the vendor is told %q", got)
	}
	w.until(day("2027-02-01").Start())
	if got := w.show(alpha, id); got.State != "AUDITING" || len(got.History) != 2 {
		t.Errorf("months later it is %+v", got)
	}
	if got := w.ok(reviewer, http.MethodPost, decisions(alpha, id), `{"decision":"AUDIT_PASS"}`); got.State != "VERIFYING" || got.Escalated {
		t.Errorf("audited late it is %+v", got)
	}
}

func TestAnHOIsAnsweredWithinThreeWorkingDays(t *testing.T) {
	w := newWorld(t)
	id := w.shared(alpha, "Apollo Ltd", "hws.service.type.dws")
	if got := w.show(another, id); got.State != "SHARED" || got.Deadline != "2026-12-02T16:00:00Z" || got.UserID != "" {
		t.Errorf("it is %+v", got)
	}
	w.refused(alpha, http.MethodPost, path+"/"+id+"/answer", `{"answer":"REJECT"}`, http.StatusBadRequest, "CBC.0100", "reason")
	w.refused(alpha, http.MethodPost, path+"/"+id+"/answer", `{"answer":"ACCEPT","reason":"x"}`, http.StatusBadRequest, "CBC.0100", "reason")
	w.refused(alpha, http.MethodDelete, path+"/"+id, "", http.StatusConflict, "CBC.99001231", "reject it with a reason")
	if got := w.ok(another, http.MethodPost, path+"/"+id+"/answer", `{"answer":"ACCEPT"}`); got.State != "ACCEPTED" || got.UserID != "mia" {
		t.Errorf("accepted it is %+v", got)
	}
	w.refused(manager, http.MethodGet, path+"/"+id, "", http.StatusNotFound, "CBC.0404", id)
	w.ok(another, http.MethodPost, path+"/"+id+"/progress", `{"note":"We met"}`)
	w.refused(another, http.MethodPost, path+"/"+id+"/progress", `{"note":"They chose others","outcome":"LOST"}`, http.StatusConflict, "CBC.99001231",
		"ask the vendor's business developer to cancel it, or to record it as lost")
	if got := w.ok(vendor, http.MethodPost, decisions(alpha, id), `{"decision":"LOST","reason":"They chose others"}`); got.State != "LOST" || got.Reason != "They chose others" {
		t.Errorf("lost it is %+v", got)
	}
	second := w.shared(alpha, "Apollo Ltd", "hws.service.type.dws")
	if got := w.ok(manager, http.MethodPost, path+"/"+second+"/answer", `{"answer":"REJECT","reason":"No capacity"}`); got.State != "REJECTED" || got.Reason != "No capacity" || got.UserID != "max" {
		t.Errorf("rejected it is %+v", got)
	}
	w.refused(another, http.MethodGet, path+"/"+second, "", http.StatusNotFound, "CBC.0404", second)
	third := w.shared(alpha, "Apollo Ltd", "hws.service.type.dws")
	w.clock.Set(day("2026-12-03").Start())
	w.refused(alpha, http.MethodPost, path+"/"+third+"/answer", `{"answer":"ACCEPT"}`, http.StatusConflict, "CBC.99001230", "2026-12-02")
	w.until(day("2026-12-03").At(0, 5))
	if got := w.show(alpha, third); got.State != "REJECTED" || got.Category != "OVERDUE" || steps(got) != "SHARE ANSWER_OVERDUE" {
		t.Errorf("without an answer it is %+v", got)
	}
	if got := w.audit("alpha", third); got != "shared SHARE, stepped ANSWER_OVERDUE" || w.holds("Apollo Ltd") != "" {
		t.Errorf("the audit trail is %s, held is %q", got, w.holds("Apollo Ltd"))
	}
}

func TestAnHOIsSharedToPartnersThatDoBusinessAlone(t *testing.T) {
	w := newWorld(t)
	for who, want := range map[string]string{"partner customer": "CBC.99000047", "partner nobody": "CBC.99000047", "partner cold": "CBC.99003626"} {
		w.refused(vendor, http.MethodPost, "/v2/vendor/opportunities", ho(who, "Apollo", "hws.service.type.dws"), http.StatusBadRequest, want, partyOf(who))
	}
	w.refused(vendor, http.MethodPost, "/v2/vendor/opportunities", `{"partner_id":"alpha","opportunity_name":"x"}`, http.StatusBadRequest, "CBC.99001234", "COMPLIANCE")
	if w.holds("Apollo") != "" {
		t.Error("a refused one holds something")
	}
}

// Issue 7, "Must show" 4.
func TestOfPartnersThatRaceToVerificationExactlyOneGetsThere(t *testing.T) {
	w := newWorld(t)
	const racers = 8
	ids := make([]string, racers)
	partners := make([]string, racers)
	for i := range racers {
		partners[i] = []string{alpha, beta}[i%2]
		company := []string{"Apollo Co., Ltd.", "APOLLO", "Apollo Inc", "ａｐｏｌｌｏ"}[i%4]
		ids[i] = w.verifying(partners[i], company, fmt.Sprint("offer-", i), "hws.service.type.dws")
	}
	answers := make([]resttest.Answer, racers)
	var all sync.WaitGroup
	for i := range racers {
		all.Add(1)
		go func() {
			defer all.Done()
			answers[i] = resttest.Call{
				Who: fmt.Sprint("vendor vendor operations bd", i), Signature: fmt.Sprint("race", i), Method: http.MethodPost,
				Path: decisions(partners[i], ids[i]), Body: `{"decision":"VERIFY_PASS"}`,
			}.On(w.api)
		}()
	}
	all.Wait()
	passed := 0
	for i, a := range answers {
		state := w.show(partners[i], ids[i]).State
		switch {
		case a.Status == http.StatusOK && state == "VERIFIED":
			passed++
		case a.Status != http.StatusConflict || !strings.Contains(a.Body, "CBC.99001232") || state != "VERIFYING":
			t.Errorf("got %d %s and %s", a.Status, a.Body, state)
		}
	}
	if passed != 1 {
		t.Errorf("%d of %d passed, want one", passed, racers)
	}
}

func TestTheLoserLearnsOnlyThatAnotherOneExists(t *testing.T) {
	w := newWorld(t)
	winner := w.verified(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	other := w.verified(beta, "Apollo Ltd", "offer-2", "hws.service.type.ecs") // another service: no duplicate
	w.ok(vendor, http.MethodPost, decisions(beta, other), `{"decision":"LOST","reason":"gone"}`)
	loser := w.ok(beta, http.MethodPost, path, draft("Apollo Ltd", "OFFER-1", "hws.service.type.obs")).OpportunityID
	w.refused(beta, http.MethodPost, path+"/"+loser+"/submit", "", http.StatusBadRequest, "CBC.99001234", "another opportunity")
	w.ok(vendor, http.MethodPost, decisions(alpha, winner), `{"decision":"CANCEL","reason":"for now"}`)
	w.ok(beta, http.MethodPost, path+"/"+loser+"/submit", "")
	w.ok(reviewer, http.MethodPost, decisions(beta, loser), `{"decision":"AUDIT_PASS"}`)
	again := w.verified(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	w.refused(vendor, http.MethodPost, decisions(beta, loser), `{"decision":"VERIFY_PASS"}`, http.StatusConflict, "CBC.99001232", "another opportunity")
	shown := w.ok(vendor, http.MethodGet, "/v2/vendor/opportunities/beta/"+loser, "")
	if len(shown.Duplicates) != 1 || shown.Duplicates[0].OpportunityID != again || !shown.Duplicates[0].Counts {
		t.Errorf("the vendor sees the duplicates %+v", shown.Duplicates)
	}
	w.ok(vendor, http.MethodPost, decisions(beta, loser), `{"decision":"VERIFY_REJECT","reason_category":"DUPLICATE","reason":"Alpha was first"}`)
	got := w.show(beta, loser)
	text := w.call(beta, http.MethodGet, path+"/"+loser, "").Body
	if got.Category != "DUPLICATE" || strings.Contains(strings.ToLower(text), "alpha") || strings.Contains(text, again) {
		t.Errorf("the loser reads %s", text)
	}
	if mine := w.ok(vendor, http.MethodGet, "/v2/vendor/opportunities/beta/"+loser, ""); mine.Reason != "Alpha was first" {
		t.Errorf("the vendor reads %q", mine.Reason)
	}
}

// DOMAIN.md 12, Duplicates: "afterwards no other PO for it is accepted".
func TestWhatWasDeliveredExcludesOthersForAYear(t *testing.T) {
	w := newWorld(t)
	rival := w.verifying(beta, "Apollo", "offer-2", "s1")
	id := w.verified(alpha, "Apollo Ltd", "offer-1", "s1")
	w.refused(alpha, http.MethodPost, path+"/"+id+"/progress", `{"note":"done","outcome":"DELIVERED"}`, http.StatusConflict, "CBC.99001230", "record some")
	w.ok(alpha, http.MethodPost, path+"/"+id+"/progress", `{"note":"It is signed"}`)
	if got := w.ok(alpha, http.MethodPost, path+"/"+id+"/progress", `{"note":"done","outcome":"DELIVERED"}`); got.State != "DELIVERED" || got.Deadline != "" {
		t.Errorf("delivered it is %+v", got)
	}
	w.refused(vendor, http.MethodPost, decisions(beta, rival), `{"decision":"VERIFY_PASS"}`, http.StatusConflict, "CBC.99001232", "another")
	w.refused(vendor, http.MethodPost, "/v2/vendor/opportunities", ho(beta, "Apollo", "s1"), http.StatusConflict, "CBC.99001232", "another")
	seen := w.ok(vendor, http.MethodGet, "/v2/vendor/opportunities/beta/"+rival, "")
	if len(seen.Duplicates) != 1 || seen.Duplicates[0].OpportunityID != id || !seen.Duplicates[0].Counts {
		t.Errorf("the vendor sees the duplicates %+v", seen.Duplicates)
	}
	w.until(day("2027-11-27").Start().Add(-time.Second))
	if got := w.holds("Apollo"); got != "LIVE:alpha O:alpha S:alpha" {
		t.Errorf("within a year held is %s", got)
	}
	w.until(day("2027-11-27").At(0, 5))
	if got := w.show(alpha, id); w.holds("Apollo") != "" || got.State != "DELIVERED" || steps(got) != "SUBMIT AUDIT_PASS VERIFY_PASS PROGRESS DELIVERED" {
		t.Errorf("a year later held is %q, and it is %+v", w.holds("Apollo"), got)
	}
	if got := w.audit("alpha", id); !strings.HasSuffix(got, "stepped DELIVERED, released") {
		t.Errorf("the audit trail is %s", got)
	}
	w.until(day("2028-12-01").Start()) // nothing more is due
	if got := w.audit("alpha", id); strings.Count(got, "released") != 1 {
		t.Errorf("the audit trail is %s", got)
	}
}

func TestWhoLosesToAnotherOneAndThenToTimeIsToldTheFormer(t *testing.T) {
	w := newWorld(t)
	loser := w.verifying(beta, "Apollo", "offer-2", "s1")
	slow := w.verifying(beta, "Hera", "offer-2", "s1")
	winner := w.verified(alpha, "Apollo Ltd", "offer-1", "s1")
	w.until(day("2026-12-12").At(0, 5))
	got := w.show(beta, loser)
	if got.State != "VERIFY_REJECTED" || got.Category != "DUPLICATE" || !strings.HasPrefix(got.Reason, "another opportunity") || steps(got) != "SUBMIT AUDIT_PASS VERIFY_OVERDUE" {
		t.Errorf("the loser reads %+v", got)
	}
	if text := w.call(beta, http.MethodGet, path+"/"+loser, "").Body; strings.Contains(strings.ToLower(text), "alpha") || strings.Contains(text, winner) {
		t.Errorf("the loser reads who won: %s", text)
	}
	if got := w.show(beta, slow); got.Category != "OVERDUE" {
		t.Errorf("who lost to time alone reads %+v", got)
	}
}

func TestAnHOCountsFromWhenItWasSharedAndAPOFromWhenItWasVerified(t *testing.T) {
	w := newWorld(t)
	po := w.verifying(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	w.shared(beta, "Apollo", "hws.service.type.dws") // later submitted, but it counts at once
	w.refused(vendor, http.MethodPost, decisions(alpha, po), `{"decision":"VERIFY_PASS"}`, http.StatusConflict, "CBC.99001232", "another")
	w.refused(vendor, http.MethodPost, "/v2/vendor/opportunities", ho(alpha, "Apollo", "hws.service.type.dws"), http.StatusConflict, "CBC.99001232", "another")
	w.until(day("2026-12-03").At(0, 5)) // nobody answered: it no longer counts
	if got := w.ok(vendor, http.MethodPost, decisions(alpha, po), `{"decision":"VERIFY_PASS"}`); got.State != "VERIFIED" {
		t.Errorf("it is %s", got.State)
	}
	w.refused(vendor, http.MethodPost, "/v2/vendor/opportunities", ho(beta, "Apollo", "hws.service.type.dws"), http.StatusConflict, "CBC.99001232", "another")
}
