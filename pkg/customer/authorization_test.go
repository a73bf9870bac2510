package customer_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/customer"
	"partnercenter/pkg/customer/authorizationletter"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

const (
	authorizationsPath = "/v2/partners/customer-authorizations"
	ownPath            = "/v2/customers/partner-authorizations"
	leavePath          = "/v2/partners/indirect-partners/res/customer-operation-authorization"
	reseller           = caller("reseller res admin")
)

type authorizationOut struct {
	ID       string `json:"authorization_id"`
	Customer string `json:"customer_id"`
	Name     string `json:"customer_name"`
	Partner  string `json:"partner_id"`
	State    string `json:"state"`
	Before   string `json:"answer_before"`
	Decided  string `json:"decided_at"`
	Revoked  string `json:"revoked_at"`
	Reason   string `json:"reason"`
}

type authorizationsOut struct {
	Authorizations []authorizationOut `json:"authorizations"`
	Total          int                `json:"total_count"`
	Marker         string             `json:"marker"`
}

func (w *world) ask(who caller, customer string) answer {
	w.t.Helper()
	return w.call(who, "POST", authorizationsPath, fmt.Sprintf(`{"customer_id":%q,"commitment_accepted":true}`, customer))
}

func (w *world) asked(who caller, customer string) authorizationOut {
	w.t.Helper()
	var out authorizationOut
	w.ask(who, customer).Into(w.t, &out)
	return out
}

func (w *world) decide(customer, id, verb, body string) answer {
	w.t.Helper()
	return w.call(caller("customer "+customer+" admin"), "POST", ownPath+"/"+id+"/"+verb, body)
}

func (w *world) agreed(who caller, customer string) authorizationOut {
	w.t.Helper()
	a := w.asked(who, customer)
	w.decide(customer, a.ID, "agree", `{"letter_accepted":true}`).Into(w.t, nil)
	return a
}

func (w *world) standing(who caller, customer string) authorizationOut {
	w.t.Helper()
	var out authorizationOut
	w.call(who, "GET", authorizationsPath+"/"+customer, "").Into(w.t, &out)
	return out
}

// tell sends what the events of authorizations want sent at once, as the notifier does.
func (w *world) tell(owners ...string) {
	w.t.Helper()
	sender := &immediate.Sender{
		Table: w.db, Clock: w.clock, Once: &notify.Once{Table: w.db, Mail: w.inbox, SMS: w.phone, Clock: w.clock, Wall: clock.System{}},
		Writers: map[string]immediate.Writer{
			customer.WriterAuthorizationRequested: authorizationletter.Requested(w.service),
			customer.WriterAuthorizationResult:    authorizationletter.Result(w.service),
		},
	}
	for _, owner := range owners {
		for e, err := range event.List(context.Background(), w.db, owner, time.Time{}) {
			if err != nil {
				w.t.Fatal(err)
			}
			if e.Type != immediate.Event {
				continue
			}
			if err := sender.Send(context.Background(), *e); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// due gives the end of a request as due work, as the sweep finds it.
func authorizationDue(partner, customer auth.PartyID) lifecycle.Due {
	return lifecycle.Due{Key: auth.AuthorizationKey(partner, customer), Kind: "authorization"}
}

func TestAPartnerAsksAndItsCustomerAgreesAndRevokes(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	if got := w.standing(admin, "c"); got.State != "none" || got.Name != "Name of c" {
		t.Errorf("before, it is %+v", got)
	}
	a := w.asked(admin, "c")
	if a.State != "pending" || a.Customer != "c" || a.Partner != "partner" || a.Before[:10] != "2026-12-31" {
		t.Errorf("asked for, it is %+v", a)
	}
	w.decide("c", a.ID, "agree", `{"letter_accepted":false}`).Refused(t, 400, "CBC.0100", "letter")
	w.decide("c", a.ID, "revoke", `{}`).Refused(t, 409, "CBC.99001016", "pending")
	w.decide("c", a.ID, "agree", `{"letter_accepted":true}`).Into(t, nil)
	if got := w.standing(admin, "c"); got.State != "authorized" || got.Decided == "" || got.Before != "" {
		t.Errorf("agreed to, it is %+v", got)
	}
	w.decide("c", a.ID, "agree", `{"letter_accepted":true}`).Refused(t, 409, "CBC.99001016", "authorized")
	w.ask(admin, "c").Refused(t, 409, "CBC.99001016", "authorized")
	w.clock.Advance(365 * 24 * time.Hour) // it has no end of its own
	if got := w.standing(admin, "c").State; got != "authorized" {
		t.Errorf("a year later it is %s", got)
	}
	w.decide("c", a.ID, "revoke", `{"reason":"no longer needed"}`).Into(t, nil)
	if got := w.standing(admin, "c"); got.State != "revoked" || got.Revoked == "" || got.Reason != "no longer needed" {
		t.Errorf("revoked, it is %+v", got)
	}
	again := w.asked(admin, "c")
	if again.ID == a.ID || again.State != "pending" || again.Reason != "" {
		t.Errorf("asked for again, it is %+v", again)
	}
	w.decide("c", a.ID, "agree", `{"letter_accepted":true}`).Refused(t, 404, "CBC.0404", a.ID)
	want := "authorization.requested notify.immediate authorization.decided authorization.ended authorization.requested notify.immediate"
	if got := w.events("c"); got != want {
		t.Errorf("the events are %q, want %q", got, want)
	}
}

func TestTheFirstRequestOfAPartnerNeedsTheCommitmentLetter(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	w.customer("d", "partner")
	unsigned := func(id string) answer { return w.call(admin, "POST", authorizationsPath, `{"customer_id":"`+id+`"}`) }
	unsigned("c").Refused(t, 400, "CBC.0100", "commitment_accepted")
	w.asked(admin, "c")
	unsigned("d").Into(t, nil)
	if got := w.events("partner"); got != "authorization.commitment_signed" {
		t.Errorf("the partner's events are %q", got)
	}
}

func TestOneOfManyRequestsAtOnceIsLive(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	w.asked(admin, "c")
	w.decide("c", w.standing(admin, "c").ID, "reject", `{"reason":"later"}`).Into(t, nil)
	w.clock.Advance(10 * time.Second)
	answers := make(chan answer)
	for n := range 8 {
		go func() {
			answers <- w.send(admin, fmt.Sprint("at once ", n), "POST", authorizationsPath, `{"customer_id":"c"}`)
		}()
	}
	won := 0
	for range 8 {
		switch a := <-answers; a.Status {
		case 201:
			won++
		case 409:
		default:
			t.Errorf("got %d %s", a.Status, a.Body)
		}
	}
	if got := w.events("c"); won != 1 || strings.Count(got, "authorization.requested") != 2 {
		t.Errorf("%d requests succeeded; the events are %q", won, got)
	}
}

func TestARequestAgainIsTheSameOne(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	var first, second authorizationOut
	body := `{"customer_id":"c","commitment_accepted":true}`
	w.signed(admin, "same", "POST", authorizationsPath, body).Into(t, &first)
	again := w.signed(admin, "same", "POST", authorizationsPath, body)
	again.Into(t, &second)
	if first != second || again.Header.Get("Idempotent-Replay") != "true" {
		t.Errorf("%+v and %+v", first, second)
	}
}

func TestARequestExpiresAfterThirtyDays(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	a := w.asked(admin, "c")
	do := w.service().DoAuthorization
	if err := do(t.Context(), authorizationDue("partner", "c")); err == nil {
		t.Error("it ended before it was due")
	}
	w.clock.Advance(30 * 24 * time.Hour)
	if got := w.standing(admin, "c").State; got != "expired" {
		t.Errorf("before its due work is done it is %s", got)
	}
	w.decide("c", a.ID, "agree", `{"letter_accepted":true}`).Refused(t, 409, "CBC.99001016", "expired")
	if err := do(t.Context(), authorizationDue("partner", "c")); err != nil {
		t.Fatal(err)
	}
	if err := do(t.Context(), authorizationDue("partner", "c")); err == nil {
		t.Error("it ended twice")
	}
	if got := w.events("c"); got != "authorization.requested notify.immediate authorization.ended" || w.standing(admin, "c").State != "expired" {
		t.Errorf("the events are %q", got)
	}
	w.asked(admin, "c")
	w.clock.Advance(30 * 24 * time.Hour)
	w.asked(admin, "c") // before the due work of the last one is done
	if got := w.events("c"); strings.Count(got, "authorization.ended") != 2 || strings.Count(got, "authorization.requested") != 3 {
		t.Errorf("the events are %q", got)
	}
}

func TestStrangersAndReferralCustomersAuthorizeNobody(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	w.customer("theirs", "other")
	w.customer("free", "")
	w.change("free", func(p *party.Party) { p.Level = "V1" })
	unknown := w.ask(admin, "nobody")
	for _, id := range []string{"theirs", "free", "partner"} {
		got := w.ask(admin, id)
		if strings.ReplaceAll(got.Body, id, "nobody") != unknown.Body || got.Status != unknown.Status {
			t.Errorf("%s answers %d %s, nobody %d %s", id, got.Status, got.Body, unknown.Status, unknown.Body)
		}
	}
	w.change("c", func(p *party.Party) { p.AssociationType = party.Referral })
	w.ask(admin, "c").Refused(t, 400, "CBC.99001002", "referral")
	w.change("c", func(p *party.Party) { p.AssociationType = party.Resale })
	a := w.asked(admin, "c")
	for _, verb := range []string{"agree", "reject", "revoke"} {
		body := map[string]string{"agree": `{"letter_accepted":true}`, "reject": `{"reason":"r"}`, "revoke": `{}`}[verb]
		w.decide("theirs", a.ID, verb, body).Refused(t, 404, "CBC.0404", a.ID)
		w.call("customer c finance", "POST", ownPath+"/"+a.ID+"/"+verb, body).Refused(t, 403, "CBC.0155", "authorization:decide")
		w.call(admin, "POST", ownPath+"/"+a.ID+"/"+verb, body).Refused(t, 403, "CBC.0155", "customer")
	}
	w.call("customer theirs admin", "GET", ownPath+"/"+a.ID, "").Refused(t, 404, "CBC.0404", a.ID)
	w.call(otherAdmin, "GET", authorizationsPath+"/c", "").Refused(t, 400, "CBC.99000047", "c")
	w.decide("c", a.ID, "reject", `{"reason":"  "}`).Refused(t, 400, "CBC.0100", "reason")
	w.call("partner partner account_manager", "POST", authorizationsPath, `{"customer_id":"c"}`).Refused(t, 400, "CBC.99000047", "c")
	w.call("partner partner finance", "POST", authorizationsPath, `{"customer_id":"c"}`).Refused(t, 403, "CBC.0155", "authorization:request")
}

func TestAResellerNeedsItsDistributorsLeaveFirst(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "res")
	w.ask(reseller, "c").Refused(t, 400, "CBC.99001040", "distributor")
	w.call(reseller, "PUT", leavePath, `{"authorized":true}`).Refused(t, 403, "CBC.0155", "distributor")
	w.call(distributor, "PUT", strings.Replace(leavePath, "res/", "partner/", 1), `{"authorized":true}`).Refused(t, 400, "CBC.99000037", "partner")
	for range 2 { // twice is as once
		w.call(distributor, "PUT", leavePath, `{"authorized":true}`).Into(t, nil)
	}
	var leave struct {
		Authorized bool `json:"authorized"`
	}
	if w.call(distributor, "GET", leavePath, "").Into(t, &leave); !leave.Authorized {
		t.Error("the leave that was given does not show")
	}
	a := w.agreed(reseller, "c")
	var seen authorizationsOut
	w.call(distributor, "GET", authorizationsPath+"?indirect_partner_id=res", "").Into(t, &seen)
	if len(seen.Authorizations) != 1 || seen.Authorizations[0].ID != a.ID {
		t.Errorf("the distributor sees %+v", seen)
	}
	w.call(distributor, "PUT", leavePath, `{"authorized":false}`).Into(t, nil)
	w.decide("c", a.ID, "revoke", `{}`).Into(t, nil)
	w.ask(reseller, "c").Refused(t, 400, "CBC.99001040", "distributor")
	if got := w.events("res"); strings.Count(got, "authorization.reseller_set") != 2 {
		t.Errorf("the reseller's events are %q", got)
	}
}

func TestTheLeaveOfADistributorThatTheResellerHasLeftIsNone(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "res")
	w.commit(func(tx *table.Tx) {
		key := auth.DistributorAuthorizationKey("res")
		tx.Create(&auth.DistributorAuthorization{Head: key.Head(), Distributor: "before", At: w.clock.Now()})
	})
	shown := func() string { return strings.TrimSpace(w.call(distributor, "GET", leavePath, "").Body) }
	if got := shown(); got != `{"authorized":false}` {
		t.Errorf("before, it is %s", got)
	}
	w.call(distributor, "PUT", leavePath, `{"authorized":false}`).Into(t, nil)
	w.call(distributor, "PUT", leavePath, `{"authorized":true}`).Into(t, nil)
	if got := shown(); !strings.HasPrefix(got, `{"authorized":true,"authorized_at":"2026-12-01`) {
		t.Errorf("given, it is %s", got)
	}
	w.asked(reseller, "c")
	w.call(distributor, "PUT", leavePath, `{"authorized":false}`).Into(t, nil)
	if got := shown(); got != `{"authorized":false}` || strings.Count(w.events("res"), "authorization.reseller_set") != 2 {
		t.Errorf("taken back, it is %s, the events are %s", got, w.events("res"))
	}
}

func TestAuthorizationsEndWithTheAssociation(t *testing.T) {
	for _, agreed := range []bool{false, true} {
		w := newWorld(t)
		w.customer("c", "partner")
		a := w.asked(admin, "c")
		if agreed {
			w.decide("c", a.ID, "agree", `{"letter_accepted":true}`).Into(t, nil)
		}
		for range 2 { // a step of a saga may come again
			w.commit(func(tx *table.Tx) {
				if err := w.service().RevokeAuthorization(t.Context(), tx, "partner", "c"); err != nil {
					t.Fatal(err)
				}
			})
		}
		if got := w.standing(admin, "c").State; got != "revoked" || strings.Count(w.events("c"), "authorization.ended") != 1 {
			t.Errorf("it is %s, the events are %q", got, w.events("c"))
		}
	}
}

func TestACustomerSeesAndDecidesOnItsOwnPartnersRequestAlone(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	list := func() authorizationsOut {
		var out authorizationsOut
		w.call("customer c finance", "GET", ownPath, "").Into(t, &out)
		return out
	}
	if got := list(); got.Authorizations == nil || got.Total != 0 {
		t.Errorf("before, the list is %+v", got)
	}
	a := w.asked(admin, "c")
	if got := list(); got.Total != 1 || got.Authorizations[0].ID != a.ID || got.Authorizations[0].State != "pending" {
		t.Errorf("the list is %+v", got)
	}
	old := w.read("c")
	w.commit(func(tx *table.Tx) {
		if _, err := party.Dissociate(t.Context(), w.db, tx, old, w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	})
	w.decide("c", a.ID, "agree", `{"letter_accepted":true}`).Refused(t, 404, "CBC.0404", a.ID)
	if got := list(); got.Total != 0 {
		t.Errorf("without the partner the list is %+v", got)
	}
}

func TestAPartnersAuthorizationsAreListedByStateAndManager(t *testing.T) {
	w := newWorld(t)
	for n := range 5 {
		w.customer(auth.PartyID(fmt.Sprint("c", n)), "partner")
	}
	w.change("c1", func(p *party.Party) { p.Profile.Manager = "account_manager" })
	for n := range 5 {
		w.asked(admin, fmt.Sprint("c", n))
	}
	w.decide("c3", w.standing(admin, "c3").ID, "reject", `{"reason":"no"}`).Into(t, nil)
	for query, want := range map[string]string{
		"": "c0 c1 c2 c3 c4", "?state=rejected": "c3", "?state=pending&limit=2": "c0 c1", "?state=authorized": "", "?offset=4": "c4",
	} {
		if got := w.ids(admin, query); got != want {
			t.Errorf("%q lists %q, want %q", query, got, want)
		}
	}
	if got := w.ids("partner partner account_manager", ""); got != "c1" {
		t.Errorf("an account manager sees %q", got)
	}
	if got := w.ids(otherAdmin, ""); got != "" {
		t.Errorf("another partner sees %q", got)
	}
	var first authorizationsOut
	w.call(admin, "GET", authorizationsPath+"?limit=3", "").Into(t, &first)
	if got := w.ids(admin, "?limit=3&marker="+first.Marker); got != "c3 c4" {
		t.Errorf("the second page is %q", got)
	}
}

func (w *world) ids(who caller, query string) string {
	w.t.Helper()
	var out authorizationsOut
	w.call(who, "GET", authorizationsPath+query, "").Into(w.t, &out)
	var ids []string
	for _, a := range out.Authorizations {
		ids = append(ids, a.Customer)
	}
	return strings.Join(ids, " ")
}

func TestEachSideIsToldOnceInItsLanguage(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	w.change("c", func(p *party.Party) { p.Mobile, p.Locale = "13800000000", "en-US" })
	w.change("partner", func(p *party.Party) { p.Email = "p@partner.example" })
	a := w.asked(admin, "c")
	w.tell("c", "c")
	mails, texts := w.inbox.Mails(), w.phone.Texts()
	if len(mails) != 1 || mails[0].To != "c@customer.example" || !strings.Contains(mails[0].Subject, "Partner asks for your authorization") {
		t.Errorf("the customer's mails are %+v", mails)
	}
	if len(texts) != 1 || texts[0].To != "13800000000" || texts[0].Template != "authorization_requested" || texts[0].Params["partner"] != "Partner" {
		t.Errorf("the customer's SMS are %+v", texts)
	}
	w.decide("c", a.ID, "reject", `{"reason":"not now"}`).Into(t, nil)
	w.tell("partner", "partner")
	mails = w.inbox.Mails()
	if len(mails) != 2 || mails[1].To != "p@partner.example" || mails[1].Subject != "Name of c已拒绝您的授权申请" || !strings.Contains(mails[1].Text, "not now") {
		t.Errorf("the partner's mails are %+v", mails)
	}
}

func TestWhatWasAnsweredMeanwhileIsNotWrittenAbout(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	w.change("partner", func(p *party.Party) { p.Email = "p@partner.example" })
	a := w.agreed(admin, "c")
	w.decide("c", a.ID, "revoke", `{}`).Into(t, nil)
	w.tell("c", "partner")
	if mails := w.inbox.Mails(); len(mails) != 1 || !strings.Contains(mails[0].Subject, "已终止") {
		t.Errorf("the mails are %+v, want the revocation alone", mails)
	}
}

func TestARequestThatMeetsAFaultIsMadeOnce(t *testing.T) {
	for _, fault := range []table.Verdict{table.Conflict, table.LostAnswer, table.CrashBefore, table.CrashAfter} {
		w := newWorld(t)
		w.customer("c", "partner")
		w.meets(fault)
		body := `{"customer_id":"c","commitment_accepted":true}`
		w.signed(admin, "same", "POST", authorizationsPath, body)
		w.signed(admin, "same", "POST", authorizationsPath, body).Into(t, nil)
		if got := w.events("c"); got != "authorization.requested notify.immediate" {
			t.Errorf("fault %d: the events are %q", fault, got)
		}
	}
}
