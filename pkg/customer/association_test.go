package customer_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/party"
)

type precheckOut struct {
	Passed bool   `json:"passed"`
	Failed []item `json:"fail_check_items"`
}

func (w *world) prechecks(who caller, id string, target int) precheckOut {
	w.t.Helper()
	var out precheckOut
	w.call(who, "POST", requestsPath+"/precheck", "{"+wants(id, target)+"}").into(w.t, &out)
	return out
}

// obstacles lets the vendor say what is in the way of a customer.
func (w *world) obstacles(id, list string) {
	w.t.Helper()
	w.call(vendorAdmin, "PUT", "/v2/vendor/customers/"+id+"/association-obstacles", `{"obstacles":[`+list+`]}`).into(w.t, nil)
}

func TestEachGuardIsToldByThePrecheckAndRefusesTheRequest(t *testing.T) {
	obstacle := func(name string) func(*world, *stub) {
		return func(w *world, _ *stub) { w.obstacles("c", `"`+name+`"`) }
	}
	for _, c := range []struct {
		code   string
		target int
		set    func(*world, *stub)
	}{
		{"INDEPENDENT_MEMBERS", 0, obstacle("INDEPENDENT_MEMBERS")},
		{"INDEPENDENT_MEMBER", 0, obstacle("INDEPENDENT_MEMBER")},
		{"RESERVED_INSTANCE", party.Referral, obstacle("RESERVED_INSTANCE")},
		{"SUPPORT_PLAN", 0, obstacle("SUPPORT_PLAN")},
		{"ARREARS", 0, obstacle("ARREARS")},
		{"SPECIAL_CONTRACT", 0, obstacle("SPECIAL_CONTRACT")},
		{"PICKUP_COUPON", party.Referral, obstacle("PICKUP_COUPON")},
		{"ORDER_AWAITS_PARTNER_PAYMENT", 0, func(_ *world, s *stub) { s.payments = []string{"CS1"} }},
		{"CUSTOMER_FROZEN", 0, func(w *world, _ *stub) {
			w.change("c", func(p *party.Party) { p.Profile.Frozen = party.AccountFrozen })
		}},
		{"PARTNER_FROZEN", 0, func(w *world, _ *stub) { w.change("partner", func(p *party.Party) { p.Standing = party.Frozen }) }},
		{"LIVE_REQUEST", 0, func(w *world, _ *stub) { w.asked(w.call(as("c"), "POST", ownRequestsPath, customerAsks)) }},
	} {
		t.Run(c.code, func(t *testing.T) {
			w, s := newParting(t)
			w.customer("c", "partner")
			if got := w.prechecks(admin, "c", c.target); !got.Passed || len(got.Failed) != 0 {
				t.Fatalf("before: %+v", got)
			}
			c.set(w, s)
			got := w.prechecks(admin, "c", c.target)
			if c.code == "LIVE_REQUEST" { // by whose being made another guard fails as well
				got.Failed = got.Failed[:1]
			}
			if got.Passed || codes(got.Failed) != c.code || got.Failed[0].Message == "" || got.Failed[0].Action == "" {
				t.Errorf("got %+v", got)
			}
			w.asks(admin, "c", c.target).refused(t, 400, "CBC.99001005", c.code+": ")
			if c.code != "LIVE_REQUEST" {
				var own precheckOut
				w.call(as("c"), "POST", ownRequestsPath+"/precheck", "").into(t, &own)
				if c.target == 0 && codes(own.Failed) != c.code {
					t.Errorf("the customer is told %+v", own)
				}
			}
		})
	}
}

func TestSeveralGuardsAreToldAtOnce(t *testing.T) {
	w, s := newParting(t)
	w.customer("c", "partner")
	w.obstacles("c", `"SPECIAL_CONTRACT","ARREARS","ARREARS"`)
	s.payments = []string{"CS1"}
	want := "ORDER_AWAITS_PARTNER_PAYMENT ARREARS SPECIAL_CONTRACT"
	if got := w.prechecks(admin, "c", 0); codes(got.Failed) != want {
		t.Errorf("got %+v, want %s", got, want)
	}
	w.obstacles("c", "")
	s.payments = nil
	if got := w.prechecks(admin, "c", 0); !got.Passed {
		t.Errorf("mended: %+v", got)
	}
}

func TestOnlyTheAdministratorEndsAnAssociation(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	w.change("c", func(p *party.Party) { p.Profile.Manager = "account_manager" })
	r := w.asked(w.call(as("c"), "POST", ownRequestsPath, customerAsks))
	for _, role := range []string{"account_manager", "supervisor", "finance", "sales", "custom"} {
		who := caller("partner partner " + role)
		w.asks(who, "c", 0).refused(t, 403, "CBC.0155", "")
		w.call(who, "POST", requestsPath+"/"+r.ID+"/decide", agrees).refused(t, 403, "CBC.0155", "")
		w.call(who, "POST", requestsPath+"/"+r.ID+"/withdraw", "").refused(t, 403, "CBC.0155", "")
		if role == "custom" {
			continue
		}
		if got := w.prechecks(who, "c", 0); got.Passed || got.Failed[0].Code != "NOT_PARTNER_ADMIN" {
			t.Errorf("%s is told %+v", role, got)
		}
	}
	w.call("customer c finance", "POST", ownRequestsPath, customerAsks).refused(t, 403, "CBC.0155", "")
	item := caller("partner partner custom+association:end") // its administrator may give a custom role any item
	w.asks(item, "c", 0).refused(t, 403, "CBC.0155", "administrator")
	w.call(item, "POST", requestsPath+"/"+r.ID+"/decide", agrees).refused(t, 403, "CBC.0155", "administrator")
	w.call(item, "POST", requestsPath+"/"+r.ID+"/withdraw", "").refused(t, 403, "CBC.0155", "administrator")
	w.call(item, "PUT", "/v2/partners/sensitive-operations", `{"code_required":true}`).refused(t, 403, "CBC.0155", "administrator")
	if got := w.requestNow(r.ID); got.State != "pending" {
		t.Errorf("the request is %s", got.State)
	}
}

func TestAnAccountManagerSeesTheRecordsOfItsOwnCustomersAlone(t *testing.T) {
	w, _ := newParting(t)
	w.customer("hers", "partner")
	w.customer("theirs", "partner")
	w.change("hers", func(p *party.Party) { p.Profile.Manager = "account_manager" })
	hers, theirs := w.asked(w.asks(admin, "hers", 0)), w.asked(w.asks(admin, "theirs", 0))
	manager := caller("partner partner account_manager")
	var list struct{ Records []requestOut }
	w.call(manager, "GET", requestsPath, "").into(t, &list)
	if len(list.Records) != 1 || list.Records[0].ID != hers.ID {
		t.Errorf("she lists %+v", list.Records)
	}
	w.call(manager, "GET", requestsPath+"/"+hers.ID, "").into(t, nil)
	w.call(manager, "GET", requestsPath+"/"+theirs.ID, "").refused(t, 404, "CBC.0404", theirs.ID)
	w.call(manager, "POST", requestsPath+"/precheck", "{"+wants("theirs", 0)+"}").refused(t, 400, "CBC.99000047", "theirs")
}

func TestARequestNeedsItsReasonItsNoticeAndATypeThatDiffers(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	for body, field := range map[string]string{
		`{"customer_id":"c","kind":"DISASSOCIATE","notice_accepted":true}`:                                                 "reason",
		`{"customer_id":"c","kind":"DISASSOCIATE","reason":"r","notice_accepted":false}`:                                   "notice_accepted",
		`{"customer_id":"c","kind":"DISASSOCIATE","target_type":1,"reason":"r","notice_accepted":true}`:                    "target_type",
		`{"customer_id":"c","kind":"SWITCH","reason":"r","notice_accepted":true}`:                                          "target_type",
		`{"customer_id":"c","kind":"SWITCH","target_type":2,"reason":"r","notice_accepted":true}`:                          "target_type",
		`{"customer_id":"c","kind":"ASSOCIATE","reason":"r","notice_accepted":true}`:                                       "kind",
		`{"customer_id":"c","kind":"DISASSOCIATE","reason":"r","notice_accepted":true,"indirect_partner_id":"unheard-of"}`: "indirect_partner_id",
	} {
		w.call(admin, "POST", requestsPath, body).refused(t, 400, "CBC.0100", field)
	}
	r := w.asked(w.asks(admin, "c", 0))
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", `{"decision":"REJECT"}`).refused(t, 400, "CBC.0100", "reason")
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", `{"decision":"AGREE"}`).refused(t, 400, "CBC.0100", "notice_accepted")
	w.call(as("free"), "POST", ownRequestsPath, customerAsks).refused(t, 400, "CBC.99000047", "free")
	w.customer("alone", "")
	w.call(as("alone"), "POST", ownRequestsPath, customerAsks).refused(t, 404, "CBC.0404", "no partner")
	w.call(as("alone"), "POST", ownRequestsPath+"/precheck", "").refused(t, 404, "CBC.0404", "no partner")
}

func TestARequestIsDecidedOnceAndByTheOtherSide(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	r := w.asked(w.asks(admin, "c", 0))
	if r.State != "pending" || r.From != "PARTNER" || r.Type != party.Resale {
		t.Errorf("got %+v", r)
	}
	partners, customers := requestsPath+"/"+r.ID, ownRequestsPath+"/"+r.ID
	w.call(admin, "POST", partners+"/decide", agrees).refused(t, 409, "CBC.99001016", "other side")
	w.call(as("c"), "POST", customers+"/withdraw", "").refused(t, 409, "CBC.99001016", "other side")
	if got := w.asked(w.call(as("c"), "POST", customers+"/decide", rejects)); got.State != "rejected" || got.Why != "not now" {
		t.Errorf("got %+v", got)
	}
	for _, body := range []string{agrees, rejects} {
		w.call(as("c"), "POST", customers+"/decide", body).refused(t, 409, "CBC.99001016", "rejected")
	}
	w.call(admin, "POST", partners+"/withdraw", "").refused(t, 409, "CBC.99001016", "rejected")
	if w.read("c").Partner != "partner" {
		t.Error("the rejected request ended the association")
	}
	if got := w.events("c"); got != "association.requested notify.immediate association.request_closed" {
		t.Errorf("the events are %s", got)
	}
}

func TestAWithdrawnRequestIsNotDecided(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	r := w.asked(w.call(as("c"), "POST", ownRequestsPath, customerAsks))
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/withdraw", "").into(t, nil)
	for _, body := range []string{agrees, rejects} {
		w.call(admin, "POST", requestsPath+"/"+r.ID+"/decide", body).refused(t, 409, "CBC.99001016", "withdrawn")
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
			r := w.asked(w.asks(admin, string(id), 0))
			w.clock.Advance(time.Second)
			second := func() answer { return w.send(as(string(id)), "second", "POST", ownRequestsPath+"/"+r.ID+path, rejects) }
			if path == "/withdraw" {
				second = func() answer { return w.send(admin, "second-"+r.ID, "POST", requestsPath+"/"+r.ID+path, "") }
			}
			done := make(chan answer)
			go func() { done <- w.send(as(string(id)), "first", "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees) }()
			go func() { done <- second() }()
			a, b := <-done, <-done
			if (a.status == 409) == (b.status == 409) || max(a.status, b.status) != 409 {
				t.Errorf("%d %s and %d %s", a.status, a.body, b.status, b.body)
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
		if a := <-done; a.status == 201 {
			made++
		} else if a.status != 400 && a.status != 409 {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	if made != 1 {
		t.Errorf("%d requests were made", made)
	}
}

func TestARepeatedRequestIsMadeOnce(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	first := w.asked(w.signed(admin, "same", "POST", requestsPath, partnerAsks("c", 0)))
	again := w.signed(admin, "same", "POST", requestsPath, partnerAsks("c", 0))
	if got := w.asked(again); got.ID != first.ID || again.header.Get("Idempotent-Replay") != "true" {
		t.Errorf("got %+v", got)
	}
	decide := func() requestOut {
		return w.asked(w.signed(as("c"), "decision", "POST", ownRequestsPath+"/"+first.ID+"/decide", agrees))
	}
	if a, b := decide(), decide(); a.State != "executing" || b.State != "executing" {
		t.Errorf("%s, %s", a.State, b.State)
	}
}

func TestAnothersRequestLooksLikeOneThatDoesNotExist(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	w.customer("d", "other")
	r := w.asked(w.asks(admin, "c", 0))
	for _, id := range []string{r.ID, "nothing", "not%20an%20id"} {
		for path, body := range map[string]string{"/decide": agrees, "/withdraw": ""} {
			w.call(otherAdmin, "POST", requestsPath+"/"+id+path, body).refused(t, 404, "CBC.0404", "")
			w.call(as("d"), "POST", ownRequestsPath+"/"+id+path, body).refused(t, 404, "CBC.0404", "")
		}
		w.call(otherAdmin, "GET", requestsPath+"/"+id, "").refused(t, 404, "CBC.0404", "")
		w.call(as("d"), "GET", ownRequestsPath+"/"+id, "").refused(t, 404, "CBC.0404", "")
	}
	for _, id := range []string{"d", "nobody", "partner"} {
		w.asks(admin, id, 0).refused(t, 400, "CBC.99000047", id)
		w.call(admin, "GET", "/v2/partners/sub-customers/"+id+"/association", "").refused(t, 400, "CBC.99000047", id)
		w.call(admin, "POST", requestsPath+"/simulate", "{"+wants(id, 0)+"}").refused(t, 400, "CBC.99000047", id)
	}
	var list struct {
		Total int `json:"total_count"`
	}
	w.call(otherAdmin, "GET", requestsPath, "").into(t, &list)
	w.call(vendorAdmin, "PUT", "/v2/vendor/customers/nobody/association-obstacles", `{"obstacles":[]}`).refused(t, 400, "CBC.99000047", "nobody")
	if list.Total != 0 {
		t.Errorf("the other partner lists %d", list.Total)
	}
}

func TestAnUnansweredRequestExpiresAfter30Days(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	r := w.asked(w.asks(admin, "c", 0))
	asked := w.clock.Now()
	w.clock.Set(asked.Add(30*24*time.Hour - time.Second))
	if err := w.does(r.ID); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("before its end: %v", err)
	}
	w.clock.Set(asked.Add(30 * 24 * time.Hour))
	if got := w.requestNow(r.ID).State; got != "expired" { // before anybody has swept
		t.Errorf("at its end it reads as %s", got)
	}
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees).refused(t, 409, "CBC.99001016", "expired")
	w.call(admin, "POST", requestsPath+"/"+r.ID+"/withdraw", "").refused(t, 409, "CBC.99001016", "expired")
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
	r := w.asked(w.call(as("c"), "POST", ownRequestsPath, customerAsks)) // on 1 December
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/withdraw", "").into(t, nil)
	for _, c := range []struct{ day, want string }{{"2026-12-02", "no no"}, {"2027-02-28", "no no"}, {"2027-03-01", "yes yes"}} {
		at, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Set(at.Add(-7 * time.Hour)) // an hour of that day in Beijing
		var own precheckOut
		w.call(as("c"), "POST", ownRequestsPath+"/precheck", "").into(t, &own)
		partner := w.prechecks(admin, "c", 0)
		yes := map[bool]string{true: "yes", false: "no"}
		if got := yes[own.Passed] + " " + yes[partner.Passed]; got != c.want {
			t.Errorf("on %s customer and partner may ask: %s, want %s", c.day, got, c.want)
		}
		if !own.Passed && (codes(own.Failed) != "CUSTOMER_COOL_DOWN" || codes(partner.Failed) != "CUSTOMER_ASKED_LATELY") {
			t.Errorf("on %s: %+v, %+v", c.day, own, partner)
		}
	}
	r = w.asked(w.asks(admin, "c", party.Referral))
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", rejects).into(t, nil)
	if got := w.prechecks(admin, "c", 0); codes(got.Failed) != "PARTNER_COOL_DOWN" {
		t.Errorf("the partner may ask again: %+v", got)
	}
	w.asked(w.call(as("c"), "POST", ownRequestsPath, customerAsks)) // the partner's request is not the customer's
}

func TestAGuardThatFailsWhenItIsAgreedToFailsTheRequest(t *testing.T) {
	w, s := newParting(t)
	w.customer("c", "partner")
	r := w.asked(w.asks(admin, "c", 0))
	s.payments = []string{"CS1"}
	got := w.asked(w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees))
	if got.State != "failed" || codes(got.Failed) != "ORDER_AWAITS_PARTNER_PAYMENT" || w.read("c").Partner != "partner" {
		t.Errorf("got %+v", got)
	}
	if err := w.does(r.ID); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("it is still due: %v", err)
	}
}
