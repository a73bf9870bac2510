package customer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

func TestARequestIsDecidedOnceAndByTheOtherSide(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	r := w.requested(w.asks(admin, "c", 0))
	if r.State != "pending" || r.From != "PARTNER" || r.Type != party.Resale {
		t.Errorf("got %+v", r)
	}
	partners, customers := requestsPath+"/"+r.ID, ownRequestsPath+"/"+r.ID
	w.call(admin, "POST", partners+"/decide", agrees).Refused(t, 409, "CBC.99001016", "other side")
	w.call(as("c"), "POST", customers+"/withdraw", "").Refused(t, 409, "CBC.99001016", "other side")
	if got := w.requested(w.call(as("c"), "POST", customers+"/decide", rejects)); got.State != "rejected" || got.Why != "not now" {
		t.Errorf("got %+v", got)
	}
	for _, body := range []string{agrees, rejects} {
		w.call(as("c"), "POST", customers+"/decide", body).Refused(t, 409, "CBC.99001016", "rejected")
	}
	w.call(admin, "POST", partners+"/withdraw", "").Refused(t, 409, "CBC.99001016", "rejected")
	if w.read("c").Partner != "partner" {
		t.Error("the rejected request ended the association")
	}
	if got := w.events("c"); got != "association.requested notify.immediate association.request_closed" {
		t.Errorf("the events are %s", got)
	}
}

func TestBlanksAreNoReason(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	blank := `{"reason":" ","notice_accepted":true}`
	w.call(as("c"), "POST", ownRequestsPath, blank).Refused(t, 400, "CBC.0100", "reason")
	w.call(admin, "POST", requestsPath, strings.Replace(blank, "{", "{"+wants("c", 0)+",", 1)).Refused(t, 400, "CBC.0100", "reason")
	r := w.requested(w.asks(admin, "c", 0))
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", `{"decision":"REJECT","reason":" "}`).Refused(t, 400, "CBC.0100", "reason")
	if got := w.requestNow(r.ID).State; got != "pending" {
		t.Errorf("it is %s", got)
	}
}

func TestAWithdrawnRequestIsNotDecided(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	r := w.requested(w.call(as("c"), "POST", ownRequestsPath, customerAsks))
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/withdraw", "").Into(t, nil)
	for _, body := range []string{agrees, rejects} {
		w.call(admin, "POST", requestsPath+"/"+r.ID+"/decide", body).Refused(t, 409, "CBC.99001016", "withdrawn")
	}
	if err := w.does(r.ID); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("it is still due: %v", err)
	}
	if w.read("c").Partner != "partner" {
		t.Error("the withdrawn request ended the association")
	}
}

func TestOfTwoDecisionsAtOnceOneHolds(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	for _, path := range []string{"/decide", "/withdraw"} { // against an agreement
		for n := range 4 {
			id := auth.PartyID(fmt.Sprintf("c%d-%s", n, path[1:]))
			w.customer(id, "partner")
			r := w.requested(w.asks(admin, string(id), 0))
			w.clock.Advance(time.Second)
			second := func() answer { return w.send(as(string(id)), "second", "POST", ownRequestsPath+"/"+r.ID+path, rejects) }
			if path == "/withdraw" {
				second = func() answer { return w.send(admin, "second-"+r.ID, "POST", requestsPath+"/"+r.ID+path, "") }
			}
			done := make(chan answer)
			go func() { done <- w.send(as(string(id)), "first", "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees) }()
			go func() { done <- second() }()
			a, b := <-done, <-done
			if (a.Status == 409) == (b.Status == 409) || max(a.Status, b.Status) != 409 {
				t.Errorf("%d %s and %d %s", a.Status, a.Body, b.Status, b.Body)
			}
			state, left := w.requestNow(r.ID).State, w.read(id).Partner == ""
			if left != (state == "executing") || state == "pending" {
				t.Errorf("it is %s, and the customer has left: %t", state, left)
			}
		}
	}
}

func TestOfRequestsAtOnceOneHolds(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	w.clock.Advance(time.Second)
	done := make(chan answer)
	for n := range 3 {
		go func() { done <- w.send(admin, fmt.Sprint("partner-", n), "POST", requestsPath, partnerAsks("c", 0)) }()
		go func() { done <- w.send(as("c"), fmt.Sprint("customer-", n), "POST", ownRequestsPath, customerAsks) }()
	}
	made := 0
	for range 6 {
		if a := <-done; a.Status == 201 {
			made++
		} else if a.Status != 400 && a.Status != 409 {
			t.Errorf("%d %s", a.Status, a.Body)
		}
	}
	if made != 1 {
		t.Errorf("%d requests were made", made)
	}
}

func TestARepeatedRequestIsMadeOnce(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	first := w.requested(w.signed(admin, "same", "POST", requestsPath, partnerAsks("c", 0)))
	again := w.signed(admin, "same", "POST", requestsPath, partnerAsks("c", 0))
	if got := w.requested(again); got.ID != first.ID || again.Header.Get("Idempotent-Replay") != "true" {
		t.Errorf("got %+v", got)
	}
	decide := func() requestOut {
		return w.requested(w.signed(as("c"), "decision", "POST", ownRequestsPath+"/"+first.ID+"/decide", agrees))
	}
	if a, b := decide(), decide(); a.State != "executing" || b.State != "executing" {
		t.Errorf("%s, %s", a.State, b.State)
	}
}

func TestAnothersRequestLooksLikeOneThatDoesNotExist(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	w.customer("d", "other")
	r := w.requested(w.asks(admin, "c", 0))
	for _, id := range []string{r.ID, "nothing", "not%20an%20id"} {
		for path, body := range map[string]string{"/decide": agrees, "/withdraw": ""} {
			w.call(otherAdmin, "POST", requestsPath+"/"+id+path, body).Refused(t, 404, "CBC.0404", "")
			w.call(as("d"), "POST", ownRequestsPath+"/"+id+path, body).Refused(t, 404, "CBC.0404", "")
		}
		w.call(otherAdmin, "GET", requestsPath+"/"+id, "").Refused(t, 404, "CBC.0404", "")
		w.call(as("d"), "GET", ownRequestsPath+"/"+id, "").Refused(t, 404, "CBC.0404", "")
	}
	for _, id := range []string{"d", "nobody", "partner"} {
		w.asks(admin, id, 0).Refused(t, 400, "CBC.99000047", id)
		w.call(admin, "GET", "/v2/partners/sub-customers/"+id+"/association", "").Refused(t, 400, "CBC.99000047", id)
		w.call(admin, "POST", requestsPath+"/simulate", "{"+wants(id, 0)+"}").Refused(t, 400, "CBC.99000047", id)
	}
	var list struct {
		Total int `json:"total_count"`
	}
	w.call(otherAdmin, "GET", requestsPath, "").Into(t, &list)
	w.call(vendorAdmin, "PUT", "/v2/vendor/customers/nobody/association-obstacles", `{"obstacles":[]}`).Refused(t, 400, "CBC.99000047", "nobody")
	if list.Total != 0 {
		t.Errorf("the other partner lists %d", list.Total)
	}
}

func TestAnUnansweredRequestExpiresAfter30Days(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	r := w.requested(w.asks(admin, "c", 0))
	asked := w.clock.Now()
	w.clock.Set(asked.Add(30*24*time.Hour - time.Second))
	if err := w.does(r.ID); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("before its end: %v", err)
	}
	w.clock.Set(asked.Add(30 * 24 * time.Hour))
	if got := w.requestNow(r.ID).State; got != "expired" { // before anybody has swept
		t.Errorf("at its end it reads as %s", got)
	}
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees).Refused(t, 409, "CBC.99001016", "expired")
	w.call(admin, "POST", requestsPath+"/"+r.ID+"/withdraw", "").Refused(t, 409, "CBC.99001016", "expired")
	if err := w.does(r.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.does(r.ID); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("again: %v", err)
	}
	if got := w.prechecks(admin, "c", 0); codes(got.Failed) != "PARTNER_COOL_DOWN" { // it is no longer live
		t.Errorf("then %+v", got)
	}
	if got := w.events("c"); got != "association.requested notify.immediate association.request_closed" || w.read("c").Partner != "partner" {
		t.Errorf("the events are %s", got)
	}
}

func TestASideAsksOnceInThreeMonths(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	r := w.requested(w.call(as("c"), "POST", ownRequestsPath, customerAsks)) // on 1 December
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/withdraw", "").Into(t, nil)
	for _, c := range []struct{ day, want string }{{"2026-12-02", "no no"}, {"2027-02-28", "no no"}, {"2027-03-01", "yes yes"}} {
		at, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Set(at.Add(-7 * time.Hour)) // an hour of that day in Beijing
		var own precheckOut
		w.call(as("c"), "POST", ownRequestsPath+"/precheck", "").Into(t, &own)
		partner := w.prechecks(admin, "c", 0)
		yes := map[bool]string{true: "yes", false: "no"}
		if got := yes[own.Passed] + " " + yes[partner.Passed]; got != c.want {
			t.Errorf("on %s customer and partner may ask: %s, want %s", c.day, got, c.want)
		}
		if !own.Passed && (codes(own.Failed) != "CUSTOMER_COOL_DOWN" || codes(partner.Failed) != "CUSTOMER_ASKED_LATELY") {
			t.Errorf("on %s: %+v, %+v", c.day, own, partner)
		}
	}
	r = w.requested(w.asks(admin, "c", party.Referral))
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", rejects).Into(t, nil)
	if got := w.prechecks(admin, "c", 0); codes(got.Failed) != "PARTNER_COOL_DOWN" {
		t.Errorf("the partner may ask again: %+v", got)
	}
	w.requested(w.call(as("c"), "POST", ownRequestsPath, customerAsks)) // the partner's request is not the customer's
}

func TestAGuardThatFailsWhenItIsAgreedToFailsTheRequest(t *testing.T) {
	w, s := newParting(t)
	w.customer("c", "partner")
	r := w.requested(w.asks(admin, "c", 0))
	s.payments = []string{"CS1"}
	got := w.requested(w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees))
	if got.State != "failed" || codes(got.Failed) != "ORDER_AWAITS_PARTNER_PAYMENT" || w.read("c").Partner != "partner" {
		t.Errorf("got %+v", got)
	}
	if err := w.does(r.ID); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("it is still due: %v", err)
	}
}

func TestAnAgreementThatMeetsAFaultHappensOnce(t *testing.T) {
	for name, c := range map[string]struct {
		fault         table.Verdict
		first, second int
	}{
		"conflict": {table.Conflict, 200, 200}, "throttle": {table.Throttle, 200, 200}, "lost": {table.LostAnswer, 200, 200},
		"not done": {table.CrashBefore, 500, 200}, "done": {table.CrashAfter, 500, 200},
	} {
		w, _ := newParting(t)
		w.customer("c", "partner")
		r := w.requested(w.asks(admin, "c", 0))
		w.meets(c.fault)
		decide := func() answer { return w.signed(as("c"), "same", "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees) }
		first, second := decide(), decide()
		if first.Status != c.first || second.Status != c.second || w.requested(second).State != "executing" {
			t.Errorf("%s: first %d %s, second %d %s", name, first.Status, first.Body, second.Status, second.Body)
		}
		if got := w.events("c"); got != "association.requested notify.immediate association.ended" || w.read("c").Partner != "" {
			t.Errorf("%s: the events are %s", name, got)
		}
	}
}
