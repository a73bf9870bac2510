package membership_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/program/membership"
)

// shown is a membership as operations show it.
type shown struct {
	State       string
	Host        string
	Certificate string `json:"certificate_no"`
	Until       string `json:"valid_until"`
	Moved       int    `json:"moved_customers"`
	Reason      string
	Failed      []membership.Failure `json:"fail_check_items"`
}

func TestAnInvitedAccountBecomesADistributor(t *testing.T) {
	w := newWorld(t)
	var m shown
	w.call(vendor, "POST", "/v2/program/invitations", `{"plan":"distribution","party_id":"account"}`).Into(t, &m)
	if m.State != "INVITED" || m.Host != "vendor" || w.told("account", immediate.Event) != 1 {
		t.Fatalf("got %+v", m)
	}
	w.call(account, "POST", "/v2/program/plans/distribution/applications", `{}`).Refused(t, 409, "CBC.99001213", "by invitation only")
	w.call(account, "POST", "/v2/program/memberships/distribution/action", `{"action":"accept"}`).Into(t, &m)
	if m.State != "APPLIED" {
		t.Errorf("accepted, it is %+v", m)
	}
	w.mustWork("account", "distribution")
	var list struct{ Members []shown }
	w.call(vendor, "GET", "/v2/program/members?plan=distribution&state=UNDER_REVIEW", "").Into(t, &list)
	if len(list.Members) != 1 {
		t.Fatalf("%+v is under review", list)
	}
	w.call(vendor, "POST", "/v2/program/members/decisions", `{"plan":"distribution","party_ids":["account","nobody"],"decision":"approve"}`).Into(t, &struct{}{})
	p := w.party("account")
	if p.Kind != auth.Distributor || p.Level != "" {
		t.Errorf("the account is %+v", p.Row)
	}
	var u auth.User
	if err := w.db.Get(t.Context(), auth.UserKey("admin-of-account"), &u); err != nil || u.Kind != auth.Distributor {
		t.Errorf("its administrator is a %s's, %v", u.Kind, err)
	}
	w.mustWork("account", "distribution")
	if got := w.membership("account", "distribution"); got.State != membership.Joined || got.Step != "" || w.told("account", membership.EventVoided) != 1 {
		t.Errorf("got %+v", got)
	}
	joined := "distributor account admin cat"
	w.call(joined, "GET", "/v2/program/memberships/distribution/certificate?locale=en-US", "").Into(t, nil)
	facts := w.printed[0].Blocks[1].(document.Facts)
	if facts[0].Value != "Account" || facts[4].Value != "2026-12-01" || facts[5].Value != "2027-12-01" {
		t.Errorf("the certificate says %+v", facts)
	}
	w.call(distributor, "GET", "/v2/program/memberships/distribution/certificate", "").Refused(t, 404, "CBC.0404", "no member")
}

// DOMAIN.md 16.
func TestWhoJoinsIsAwaitedToDeclareItsRelations(t *testing.T) {
	w := newWorld(t)
	key := table.Key{PK: "PARTY#account", SK: "RELATIONS"}
	reads := func() (r agreement.Relations) {
		if err := w.db.Get(t.Context(), key, &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	w.call(vendor, "POST", "/v2/program/invitations", `{"plan":"distribution","party_id":"account"}`).Into(t, nil)
	w.call(account, "POST", "/v2/program/memberships/distribution/action", `{"action":"accept"}`).Into(t, nil)
	w.mustWork("account", "distribution")
	if err := w.db.Get(t.Context(), key, &agreement.Relations{}); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("it has not joined, and is awaited: %v", err)
	}
	w.call(vendor, "POST", "/v2/program/members/decisions", `{"plan":"distribution","party_ids":["account"],"decision":"approve"}`).Into(t, nil)
	first := calendar.Date{Year: 2026, Month: 12, Day: 31}.Start()
	if r := reads(); !r.Missing() || !r.Until.Equal(first) {
		t.Fatalf("joined, it is %+v", r)
	}
	relations := &agreement.Service{Table: w.db, Clock: w.clock}
	for n, at := range []time.Time{first, first.Add(30 * 24 * time.Hour)} {
		w.clock.Set(at.Add(-time.Second))
		if err := relations.DoDeclaration(t.Context(), lifecycle.Due{Key: key}); !errors.Is(err, lifecycle.ErrNotDue) {
			t.Errorf("before %s: %v", at, err)
		}
		w.clock.Set(at)
		if err := relations.DoDeclaration(t.Context(), lifecycle.Due{Key: key}); err != nil || w.told("account", agreement.EventDeclarationDue) != n+1 {
			t.Errorf("on %s: %v", at, err)
		}
	}
	w.call("distributor account admin cat", "POST", "/v2/relation-declarations", `{"none":true}`).Into(t, nil)
	if r := reads(); r.Missing() || r.N != 1 || !r.Until.Equal(agreement.Until(w.clock.Now())) {
		t.Errorf("declared, it is %+v", r)
	}
	tx := table.NewTx()
	if err := agreement.Await(t.Context(), w.db, tx, "account", w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if err := w.db.Commit(t.Context(), tx); err != nil || reads().N != 1 {
		t.Errorf("joining again, it is %+v, %v", reads(), err)
	}
}

func TestAnInvitationRunsOutAndIsSentAgain(t *testing.T) {
	w := newWorld(t)
	w.call(vendor, "POST", "/v2/program/invitations", `{"plan":"distribution","party_id":"account","email":"boss@account.example","locale":"en-US"}`).Into(t, nil)
	first := w.membership("account", "distribution")
	if first.Email != "boss@account.example" || first.Locale != "en-US" {
		t.Errorf("got %+v", first)
	}
	s := w.service(w.db)
	if o, err := s.Open(t.Context(), first.Link()); err != nil || !o.Alive || o.Plan.Code != "distribution" {
		t.Errorf("its link opens %+v, %v", o, err)
	}
	if err := w.works("account", "distribution"); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("it is not due, and it says %v", err)
	}
	w.clock.Advance(30 * 24 * time.Hour)
	w.call(account, "POST", "/v2/program/memberships/distribution/action", `{"action":"accept"}`).Refused(t, 409, "CBC.99001211", "EXPIRED")
	w.mustWork("account", "distribution")
	if w.told("account", membership.EventExpired) != 1 {
		t.Error("nothing tells that it has expired")
	}
	w.call(vendor, "POST", "/v2/program/invitations", `{"plan":"distribution","party_id":"account"}`).Into(t, nil)
	if o, err := s.Open(t.Context(), first.Link()); err != nil || o.Alive {
		t.Errorf("the first link opens %+v, %v", o, err)
	}
	w.call(account, "POST", "/v2/program/memberships/distribution/action", `{"action":"accept"}`).Into(t, nil)
}

func TestWhoDeclinesAnInvitationCanBeInvitedByAnother(t *testing.T) {
	w := newWorld(t)
	const invite, action = "/v2/program/invitations", "/v2/program/memberships/reseller/action"
	const body = `{"plan":"reseller","party_id":"account","email":"a@account.example"}`
	w.call(distributor, "POST", invite, body).Into(t, nil)
	first := w.membership("account", "reseller")
	w.call(rival, "POST", invite, body).Refused(t, 409, "CBC.99001211", "another distributor")
	w.call(account, "POST", action, `{"action":"accept","reason":"x"}`).Refused(t, 400, "CBC.0100", "reason")
	w.call(account, "POST", action, `{"action":"decline","reason":"not now"}`).Into(t, nil)
	if m := w.membership("account", "reseller"); m.State != membership.Declined || m.Why != "not now" || w.told("account", membership.EventDeclined) != 1 {
		t.Errorf("declined, it is %+v", m)
	}
	if o, err := w.service(w.db).Open(t.Context(), first.Link()); err != nil || o.Alive {
		t.Errorf("its link opens %+v, %v", o, err)
	}
	w.call(account, "POST", action, `{"action":"decline"}`).Refused(t, 409, "CBC.99001211", "DECLINED")
	w.call(rival, "POST", invite, body).Into(t, nil)
}

func TestJoiningNeedsItsAgreementSigned(t *testing.T) {
	w := newWorld(t)
	var published struct {
		Hashes map[string]string `json:"document_hashes"`
	}
	w.call(vendor, "POST", "/v2/vendor/agreements", `{"code":"letter","version":1,"effective_from":"2026-12-01","required_for":["joining"],
		"documents":[{"locale":"zh-CN","title":"t","text":"x"},{"locale":"en-US","title":"t","text":"x"}]}`).Into(t, &published)
	apply := func() string {
		return w.call(account, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Body
	}
	if got := apply(); !strings.Contains(got, agreement.ErrUnsigned.Code) {
		t.Errorf("got %s, want that the letter is to be signed", got)
	}
	w.call(account, "POST", "/v2/agreements/letter/signatures", `{"version":1,"locale":"zh-CN","document_hash":"`+published.Hashes["zh-CN"]+`","accepted":true}`).Into(t, nil)
	if got := apply(); !strings.Contains(got, "APPLIED") {
		t.Errorf("got %s", got)
	}
}

func TestAnAccountThatHasSomethingUnsettledIsToldAllOfIt(t *testing.T) {
	w := newWorld(t)
	w.facts["account"] = membership.Facts{Resources: 1, Balance: 100, Contracts: 1}
	a := w.call(account, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`)
	a.Refused(t, 409, "CBC.99001212", "RESOURCES")
	a.Refused(t, 409, "CBC.99001212", "BALANCE")
	a.Refused(t, 409, "CBC.99001212", "CONTRACTS")
	w.facts["account"] = membership.Facts{}
	w.call(account, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Into(t, nil)
	w.facts["account"] = membership.Facts{Resources: 1} // bought a moment later
	w.mustWork("account", "reseller")
	if m := w.membership("account", "reseller"); m.State != membership.Rejected || len(m.Failed) != 1 || m.Failed[0].Guard != membership.Resources {
		t.Errorf("got %+v", m)
	}
	w.facts["account"] = membership.Facts{}
	w.call(account, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Into(t, nil)
	w.mustWork("account", "reseller")
	w.facts["account"] = membership.Facts{Owes: true} // before the decision
	a = w.call(distributor, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["account"],"decision":"approve"}`)
	if !strings.Contains(a.Body, "ARREARS") || w.party("account").Kind != auth.Customer {
		t.Errorf("got %s", a.Body)
	}
}

func TestADistributorDecidesOnItsOwnApplicationsAlone(t *testing.T) {
	w := newWorld(t)
	w.call(account, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"nobody"}`).Refused(t, 400, "CBC.99000047", "no distributor")
	w.call(account, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"partner"}`).Refused(t, 400, "CBC.99000047", "no distributor")
	w.call(account, "POST", "/v2/program/plans/reseller/applications", `{}`).Refused(t, 400, "CBC.0100", "distributor_id")
	w.call(account, "POST", "/v2/program/plans/nothing/applications", `{}`).Refused(t, 404, "CBC.0404", "no plan")
	w.call(account, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Into(t, nil)
	w.mustWork("account", "reseller")
	approve := `{"plan":"reseller","party_ids":["account"],"decision":"approve"}`
	stranger := w.call(rival, "POST", "/v2/program/members/decisions", approve).Body
	nobody := w.call(rival, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["nobody"],"decision":"approve"}`).Body
	if strings.ReplaceAll(stranger, "account", "nobody") != nobody || !strings.Contains(nobody, "CBC.0404") {
		t.Errorf("a stranger's is %s, and nobody's %s", stranger, nobody)
	}
	w.call(distributor, "POST", "/v2/program/members/decisions", `{"plan":"distribution","party_ids":["account"],"decision":"approve"}`).Refused(t, 403, "CBC.0155", "")
	w.call(distributor, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["account"],"decision":"reject"}`).Refused(t, 400, "CBC.0100", "reason")
	w.signed(distributor, "same", "POST", "/v2/program/members/decisions", approve).Into(t, nil)
	w.signed(distributor, "same", "POST", "/v2/program/members/decisions", approve).Into(t, nil)
	if p := w.party("account"); p.Kind != auth.Reseller || p.Distributor != "dist" || w.told("account", membership.EventJoined) != 1 {
		t.Errorf("the account is %+v", p)
	}
	var own struct {
		Plans []struct {
			Code       string
			Membership *shown
		}
	}
	w.call("reseller account admin cat", "GET", "/v2/program/plans", "").Into(t, &own)
	for _, p := range own.Plans {
		if (p.Membership != nil) != (p.Code == "reseller") {
			t.Errorf("of %s it shows %+v", p.Code, p.Membership)
		}
	}
}

func TestAnAccountHasOneIdentity(t *testing.T) {
	w := newWorld(t)
	w.call(vendor, "POST", "/v2/program/invitations", `{"plan":"distribution","party_id":"partner"}`).Refused(t, 409, "CBC.99001214", "two identities")
	w.call(partner, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Refused(t, 409, "CBC.99001214", "")
	w.call(reseller, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"rival"}`).Refused(t, 409, "CBC.99001214", "another distributor")
	w.call(vendor, "POST", "/v2/program/invitations", `{"plan":"distribution","party_id":"account"}`).Into(t, nil)
	w.call(account, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Into(t, nil)
	w.call(account, "POST", "/v2/program/memberships/distribution/action", `{"action":"accept"}`).Refused(t, 409, "CBC.99001214", `"reseller"`)
	w.mustWork("account", "reseller")
	w.call(distributor, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["account"],"decision":"reject","reason":"too small"}`).Into(t, nil)
	w.call(account, "POST", "/v2/program/memberships/distribution/action", `{"action":"accept"}`).Into(t, nil)
	w.call(partner, "POST", "/v2/program/plans/services/applications", `{}`).Into(t, nil) // a path is no identity
}

func TestADistributorInvitesWhomItKnowsAndRegistersAnew(t *testing.T) {
	w := newWorld(t)
	unknown := w.call(distributor, "POST", "/v2/program/invitations", `{"plan":"reseller","party_id":"nobody","email":"a@account.example"}`)
	guessed := w.call(distributor, "POST", "/v2/program/invitations", `{"plan":"reseller","party_id":"account","email":"b@account.example"}`)
	if guessed.Status != unknown.Status || strings.ReplaceAll(guessed.Body, "account", "nobody") != strings.ReplaceAll(unknown.Body, "account", "nobody") {
		t.Errorf("a guess is %s, and nobody %s", guessed.Body, unknown.Body)
	}
	w.call(distributor, "POST", "/v2/program/invitations", `{"plan":"reseller","party_id":"account","email":"A@account.example"}`).Into(t, nil)
	w.call(account, "POST", "/v2/program/memberships/reseller/action", `{"action":"accept"}`).Into(t, nil)
	w.mustWork("account", "reseller")
	if p := w.party("account"); p.Kind != auth.Reseller || p.Distributor != "dist" {
		t.Errorf("invited by its distributor, it is %+v", p)
	}
	var made struct {
		PartyID string `json:"party_id"`
		AdminID string `json:"administrator_id"`
		State   string
	}
	body := `{"name":"New","email":"n@new.example","administrator":{"name":"Nell","email":"nell@new.example"}}`
	w.signed(distributor, "same", "POST", "/v2/program/resellers", body).Into(t, &made)
	again := made
	w.signed(distributor, "same", "POST", "/v2/program/resellers", body).Into(t, &again)
	if made.State != "INVITED" || again != made {
		t.Fatalf("got %+v, then %+v", made, again)
	}
	id := auth.PartyID(made.PartyID)
	w.call("customer "+made.PartyID+" admin "+made.AdminID, "POST", "/v2/program/memberships/reseller/action", `{"action":"accept"}`).Into(t, nil)
	w.mustWork(id, "reseller")
	if p := w.party(id); p.Kind != auth.Reseller || p.Distributor != "dist" || w.told(made.PartyID, membership.EventInvited) != 1 {
		t.Errorf("registered, it is %+v", p)
	}
}

func TestARestrictedOrFrozenDistributorTakesNoResellers(t *testing.T) {
	w := newWorld(t)
	w.call(account, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Into(t, nil)
	w.mustWork("account", "reseller")
	for _, standing := range []party.Standing{party.Restricted, party.Frozen} {
		w.change("dist", func(p *party.Party) { p.Standing = standing })
		w.call(distributor, "POST", "/v2/program/invitations", `{"plan":"reseller","party_id":"account","email":"a@account.example"}`).Refused(t, 409, "CBC.99001217", "")
		w.call(distributor, "POST", "/v2/program/resellers", `{"name":"New","email":"n@new.example","administrator":{"name":"Nell","email":"nell@new.example"}}`).
			Refused(t, 409, "CBC.99001217", "")
		a := w.call(distributor, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["account"],"decision":"approve"}`)
		if !strings.Contains(a.Body, "CBC.99001217") {
			t.Errorf("%s, it approves: %s", standing, a.Body)
		}
	}
}

func TestAMembershipIsRenewedBeforeItsEndOrExpires(t *testing.T) {
	w := newWorld(t)
	w.call(partner, "POST", "/v2/program/plans/services/applications", `{}`).Into(t, nil)
	w.mustWork("partner", "services")
	w.call(vendor, "POST", "/v2/program/members/decisions", `{"plan":"services","party_ids":["partner"],"decision":"approve"}`).Into(t, nil)
	w.call(partner, "POST", "/v2/program/memberships/services/action", `{"action":"renew"}`).Refused(t, 409, "CBC.99001216", "from 2027-11-01")
	w.clock.Set(time.Date(2027, 11, 20, 0, 0, 0, 0, time.UTC))
	var m shown
	w.call(partner, "POST", "/v2/program/memberships/services/action", `{"action":"renew"}`).Into(t, &m)
	if m.Until != "2028-12-01T16:00:00Z" {
		t.Errorf("renewed, it is %+v", m)
	}
	member, err := membership.Member(t.Context(), w.db, "partner", w.clock.Now())
	if err != nil || !member {
		t.Errorf("it is a member: %t, %v", member, err)
	}
	for plan, want := range map[membership.PlanCode]bool{"services": true, "learning": false} {
		if member, err := membership.Member(t.Context(), w.db, "partner", w.clock.Now(), plan); err != nil || member != want {
			t.Errorf("it is a member of %s: %t, %v; want %t", plan, member, err, want)
		}
	}
	w.clock.Set(time.Date(2028, 12, 1, 16, 0, 0, 0, time.UTC))
	if member, _ = membership.Member(t.Context(), w.db, "partner", w.clock.Now()); member {
		t.Error("its term is over, and it is a member")
	}
	w.mustWork("partner", "services")
	if got := w.membership("partner", "services"); got.State != membership.Expired {
		t.Errorf("got %+v", got)
	}
}

// exits lets the reseller join and exit.
func (w *world) exits() {
	w.t.Helper()
	w.call(reseller, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Into(w.t, nil)
	w.mustWork("res", "reseller")
	w.call(distributor, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["res"],"decision":"approve"}`).Into(w.t, nil)
	w.call(reseller, "POST", "/v2/program/memberships/reseller/action", `{"action":"exit"}`).Refused(w.t, 400, "CBC.0100", "reason")
	w.call(reseller, "POST", "/v2/program/memberships/reseller/action", `{"action":"exit","reason":"we merge"}`).Into(w.t, nil)
}

// moved checks that everything has gone over, each thing once.
func (w *world) moved() {
	w.t.Helper()
	m := w.membership("res", "reseller")
	if m.State != membership.Exited || m.Moved != 2 || w.customers("dist") != "c1 c2 c3 " || w.customers("res") != "" {
		w.t.Errorf("it is %s, %d moved, the distributor has %q, the reseller %q", m.State, m.Moved, w.customers("dist"), w.customers("res"))
	}
	for _, of := range []string{"c1/money", "c1/vouchers", "c2/money", "c2/vouchers", "res/own"} {
		id, name, _ := strings.Cut(of, "/")
		var done trace
		if err := w.db.Get(w.t.Context(), table.Key{PK: "PARTY#" + id, SK: "TRACE#" + name}, &done); err != nil || done.N != 1 {
			w.t.Errorf("%s was done %d times, %v", of, done.N, err)
		}
	}
	for id, kind := range map[string]int{"c1": party.Resale, "c2": party.Referral} {
		if c := w.party(auth.PartyID(id)); c.Partner != "dist" || c.AssociationType != kind || w.told(id, membership.EventTransferred) != 1 {
			w.t.Errorf("customer %s is %+v", id, c.Row)
		}
	}
	leaving, err := party.Departing(w.t.Context(), w.db, "res")
	if err != nil || len(leaving) > 0 || w.told("res", membership.EventExited) != 1 || w.told("res", membership.EventMoved) != 2 {
		w.t.Errorf("%v are still leaving, %v", leaving, err)
	}
}

func TestAResellerThatExitsLeavesItsCustomersToItsDistributor(t *testing.T) {
	w := newWorld(t)
	w.exits()
	if w.party("res").Standing != party.Exiting || w.membership("res", "reseller").State != membership.Exiting {
		t.Error("it is not exiting from the first moment on")
	}
	w.call(reseller, "POST", "/v2/program/memberships/reseller/action", `{"action":"exit","reason":"again"}`).Refused(t, 409, "CBC.99001211", "EXITING")
	w.mustWork("res", "reseller")
	w.moved()
	// It may join again, also with another distributor.
	w.call(reseller, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"rival"}`).Into(t, nil)
	w.mustWork("res", "reseller")
	w.call(rival, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["res"],"decision":"approve"}`).Into(t, nil)
	if p := w.party("res"); p.Distributor != "rival" || p.Standing != party.Normal {
		t.Errorf("joined anew, it is %+v", p)
	}
}

// TestAnExitGoesOnAfterACrashAtAnyStep lets the process end before and after each write.
func TestAnExitGoesOnAfterACrashAtAnyStep(t *testing.T) {
	w := newWorld(t)
	w.exits()
	for _, verdict := range []table.Verdict{table.CrashBefore, table.CrashAfter, table.LostAnswer} {
		for range 30 {
			crashed := false
			db := w.db.WithFault(func(op table.Op) table.Verdict {
				if (op.Kind == table.OpTx || op.Kind == table.OpWrite) && !crashed {
					crashed = true
					return verdict
				}
				return table.Pass
			})
			err := w.service(db).DoMembership(t.Context(), lifecycle.Due{Key: keyOf("res", "reseller")})
			if errors.Is(err, lifecycle.ErrNotDue) {
				break
			}
			if verdict != table.LostAnswer && !errors.Is(err, table.ErrCrash) {
				t.Fatalf("got %v", err)
			}
			if verdict == table.CrashBefore {
				if err := w.one(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	w.mustWork("res", "reseller")
	w.moved()
}

// one does one step of the exit and ends the process before the next.
func (w *world) one() error {
	n := 0
	db := w.db.WithFault(func(op table.Op) table.Verdict {
		if op.Kind == table.OpTx {
			n++
		}
		if n > 1 {
			return table.CrashBefore
		}
		return table.Pass
	})
	err := w.service(db).DoMembership(w.t.Context(), lifecycle.Due{Key: keyOf("res", "reseller")})
	if errors.Is(err, table.ErrCrash) || errors.Is(err, lifecycle.ErrNotDue) {
		return nil
	}
	return err
}

func TestWhatIsVoidOnJoiningIsSoBeforeAnExit(t *testing.T) {
	w := newWorld(t)
	w.call(account, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Into(t, nil)
	w.mustWork("account", "reseller")
	w.call(distributor, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["account"],"decision":"approve"}`).Into(t, nil)
	const who, exit = "reseller account admin cat", "/v2/program/memberships/reseller/action"
	w.call(who, "POST", exit, `{"action":"exit","reason":"x"}`).Refused(t, 409, "CBC.99001211", "void")
	w.mustWork("account", "reseller")
	w.call(who, "POST", exit, `{"action":"exit","reason":"x"}`).Into(t, nil)
	w.mustWork("account", "reseller")
	if n := w.told("account", membership.EventVoided); n != 1 || w.membership("account", "reseller").State != membership.Exited {
		t.Errorf("voided %d times, it is %s", n, w.membership("account", "reseller").State)
	}
}

func TestWhoHasSomebodyBelowItDoesNotExit(t *testing.T) {
	w := newWorld(t)
	w.call(vendor, "POST", "/v2/program/invitations", `{"plan":"distribution","party_id":"dist"}`).Into(t, nil)
	w.call(distributor, "POST", "/v2/program/memberships/distribution/action", `{"action":"accept"}`).Into(t, nil)
	w.mustWork("dist", "distribution")
	w.call(vendor, "POST", "/v2/program/members/decisions", `{"plan":"distribution","party_ids":["dist"],"decision":"approve"}`).Into(t, nil)
	w.call(distributor, "POST", "/v2/program/memberships/distribution/action", `{"action":"exit","reason":"enough"}`).Refused(t, http.StatusConflict, "CBC.99001215", `"res"`)
	w.call(reseller, "POST", "/v2/program/memberships/reseller/action", `{"action":"exit","reason":"x"}`).Refused(t, 409, "CBC.99001211", "not there")
	w.call(reseller, "GET", "/v2/program/members?plan=reseller&state=JOINED", "").Refused(t, 403, "CBC.0155", "")
}
