package joining_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/cascade"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/system/joining"
)

// stands sets a party's standing, as the vendor does, and carries it down as events would.
func (w *world) stands(id auth.PartyID, to party.Standing) {
	w.t.Helper()
	w.clock.Advance(time.Minute)
	office := &party.Service{Table: w.db, Clock: w.clock}
	if _, err := office.SetStanding(w.t.Context(), id, to, "test", auth.Principal{Party: "vendor", Kind: auth.Vendor}); err != nil {
		w.t.Fatal(err)
	}
	s := &cascade.Service{Table: w.db, Clock: w.clock}
	for _, of := range []auth.PartyID{id, "res"} {
		if err := s.Begin(w.t.Context(), of); err != nil {
			w.t.Fatal(err)
		}
		_ = s.DoCascade(w.t.Context(), lifecycle.Due{Key: table.Key{PK: "PARTY#" + string(of), SK: "CASCADE"}}) // perhaps not due
	}
}

func (w *world) party(id auth.PartyID) party.Party {
	w.t.Helper()
	p, err := party.Get(w.t.Context(), w.db, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// finishes does all that is due of a membership.
func (w *world) finishes(id, plan string) {
	w.t.Helper()
	env := environment(w.clock, w.db)
	membership.PartsPort.Put(env, joining.Parts(env))
	if err := membership.New(env).DoMembership(w.t.Context(), lifecycle.Due{Key: table.Key{PK: "PARTY#" + id, SK: "MEMBERSHIP#" + plan}}); err != nil {
		w.t.Fatal(err)
	}
}

// joins lets the reseller apply, and its distributor approve, or not.
func (w *world) joins() resttest.Answer {
	w.t.Helper()
	w.call(reseller, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Into(w.t, nil)
	w.finishes("res", "reseller")
	return w.call(distributor, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["res"],"decision":"approve"}`)
}

// distributes makes the distributor a member of its plan.
func (w *world) distributes() {
	w.t.Helper()
	w.call(vendor, "POST", "/v2/program/invitations", `{"plan":"distribution","party_id":"dist"}`).Into(w.t, nil)
	w.call(distributor, "POST", "/v2/program/memberships/distribution/action", `{"action":"accept"}`).Into(w.t, nil)
	w.finishes("dist", "distribution")
	w.call(vendor, "POST", "/v2/program/members/decisions", `{"plan":"distribution","party_ids":["dist"],"decision":"approve"}`).Into(w.t, nil)
}

// account makes one that nobody has.
func (w *world) account(id auth.PartyID) {
	w.t.Helper()
	tx := table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: id, Kind: auth.Customer, Name: "A", Email: "a@a.example"}}, "test", w.clock.Now())
	if err := w.db.Commit(w.t.Context(), tx); err != nil {
		w.t.Fatal(err)
	}
}

// serves gives an API on a table as a client sees it.
func (w *world) serves(db *table.Client, d function.Declaration) *rest.API {
	env := environment(w.clock, db)
	api := rest.New(rest.Config{Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: w.env.Log})
	d.HTTP(api, env)
	return api
}

func creating(n int, kind string) resttest.Call {
	return resttest.Call{
		Who: reseller, Signature: fmt.Sprint("create", n), Method: "POST", Path: "/v2/partners/sub-customers",
		Body: fmt.Sprintf(`{"domain_name":"newcust%d","xaccount_id":"x%d","xaccount_type":"T","cooperation_type":%q}`, n, n, kind),
	}
}

func (w *world) customersOf(partner auth.PartyID) (ids []auth.PartyID) {
	w.t.Helper()
	for m, err := range table.All[party.Member](w.t.Context(), w.db, party.Customers(partner)) {
		if err != nil {
			w.t.Fatal(err)
		}
		ids = append(ids, m.Row.ID)
	}
	return ids
}

func TestWhoExitsWinsNoCustomerOfAnyType(t *testing.T) {
	w := newWorld(t)
	w.exits()
	api := w.serves(w.db, customer.Function())
	for n, kind := range []string{"1", "0"} {
		creating(n, kind).On(api).Refused(t, 400, "CBC.99007490", "exiting")
	}
	w.finishes("res", "reseller")
	creating(3, "1").On(api).Refused(t, 400, "CBC.99007490", "exiting")
	if ids := w.customersOf("res"); len(ids) > 0 {
		t.Errorf("the exited reseller has %v", ids)
	}
}

func TestACustomerThatIsWonWhileItsResellerExitsIsNotLeftBehind(t *testing.T) {
	w := newWorld(t)
	w.joins().Into(t, nil)
	api := w.serves(tabletest.Meanwhile(t, w.db, func() {
		w.call(reseller, "POST", "/v2/program/memberships/reseller/action", `{"action":"exit","reason":"x"}`).Into(t, nil)
		w.finishes("res", "reseller")
	}), customer.Function())
	creating(1, "0").On(api).Refused(t, 400, "CBC.99007490", "exiting")
	if ids := w.customersOf("res"); len(ids) > 0 {
		t.Errorf("the exited reseller has %v", ids)
	}
}

func TestWhatTheVendorSetsDoesNotEndAnExit(t *testing.T) {
	w := newWorld(t)
	w.exits()
	w.stands("res", party.Restricted)
	w.stands("res", party.Normal)
	if got := w.party("res").Standing; got != party.Exiting {
		t.Errorf("in the middle of its exit it is %s", got)
	}
	w.finishes("res", "reseller")
	a := w.call(distributor, "POST", "/v2/partners/coupon-quotas/indirect-partner-adjust", `{"quota_id":"`+w.quota+`","quota_amount":100,"indirect_partner_ids":["res"]}`)
	if !strings.Contains(a.Body, "CBC.99000037") {
		t.Errorf("the exited reseller gets a quota: %d %s", a.Status, a.Body)
	}
}

func TestARestrictionOutlivesAnExit(t *testing.T) {
	w := newWorld(t)
	w.joins().Into(t, nil)
	w.stands("res", party.Restricted)
	w.call(reseller, "POST", "/v2/program/memberships/reseller/action", `{"action":"exit","reason":"x"}`).Into(t, nil)
	w.finishes("res", "reseller")
	w.joins().Into(t, nil)
	if got := w.party("res"); got.Standing != party.Restricted {
		t.Errorf("it has joined again as %s", got.Standing)
	}
}

func TestACustomerIsFrozenWithWhomItGoesOverTo(t *testing.T) {
	for name, c := range map[string]struct {
		who    auth.PartyID
		lifted bool
		want   bool
	}{"of a reseller that is frozen meanwhile": {"res", true, false}, "to a distributor that is frozen meanwhile": {"dist", false, true}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.exits()
			w.stands(c.who, party.Frozen)
			w.finishes("res", "reseller")
			if c.lifted {
				w.stands(c.who, party.Normal)
			}
			if got := w.party("c"); got.Partner != "dist" || got.Profile.FrozenAbove != c.want {
				t.Errorf("it is %s's, and frozen with it is %t", got.Partner, got.Profile.FrozenAbove)
			}
		})
	}
}

func TestADistributorExitsBehindItsResellers(t *testing.T) {
	w := newWorld(t)
	w.distributes()
	w.exits()
	const exit = "/v2/program/memberships/distribution/action"
	w.call(distributor, "POST", exit, `{"action":"exit","reason":"x"}`).Refused(t, 409, "CBC.99001215", "res")
	w.finishes("res", "reseller")
	w.call(distributor, "POST", exit, `{"action":"exit","reason":"x"}`).Refused(t, 409, "CBC.99001215", `"c"`)
	tx := table.NewTx()
	if _, err := party.Dissociate(t.Context(), w.db, tx, w.party("c"), w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if err := w.db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	w.call(distributor, "POST", exit, `{"action":"exit","reason":"x"}`).Into(t, nil)
	w.finishes("dist", "distribution")
	if m, err := membership.Load(t.Context(), w.db, "dist", membership.Distribution); err != nil || m.State != membership.Exited {
		t.Errorf("it is %s, %v", m.State, err)
	}
}

func TestADistributorWhoseTermHasEndedTakesNoResellers(t *testing.T) {
	w := newWorld(t)
	w.distributes()
	w.clock.Advance(400 * 24 * time.Hour)
	w.account("acc")
	const invitation = `{"plan":"reseller","party_id":"acc","email":"a@a.example"}`
	w.call(distributor, "POST", "/v2/program/invitations", invitation).Refused(t, 409, "CBC.99001217", "has ended") // though nobody has written it down yet
	w.finishes("dist", "distribution")
	w.call(distributor, "POST", "/v2/program/invitations", invitation).Refused(t, 409, "CBC.99001217", "has ended")
}

// distributesAlone has the distributor join its plan, and its reseller and that one's customer leave it.
func (w *world) distributesAlone() {
	w.t.Helper()
	w.distributes()
	w.exits()
	w.finishes("res", "reseller")
	tx := table.NewTx()
	if _, err := party.Dissociate(w.t.Context(), w.db, tx, w.party("c"), w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
	if err := w.db.Commit(w.t.Context(), tx); err != nil {
		w.t.Fatal(err)
	}
}

func TestNobodyJoinsADistributorThatExitsMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.distributesAlone()
	w.account("acc")
	w.call("customer acc admin al", "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Into(t, nil)
	w.finishes("acc", "reseller")
	api := w.serves(tabletest.Meanwhile(t, w.db, func() {
		w.call(distributor, "POST", "/v2/program/memberships/distribution/action", `{"action":"exit","reason":"x"}`).Into(t, nil)
		w.finishes("dist", "distribution")
	}), joining.Function())
	a := resttest.Call{
		Who: distributor, Signature: "raced", Method: "POST", Path: "/v2/program/members/decisions", Body: `{"plan":"reseller","party_ids":["acc"],"decision":"approve"}`,
	}.On(api)
	if !strings.Contains(a.Body, "CBC.99001217") || w.party("acc").Kind != auth.Customer {
		t.Errorf("got %s, and it is a %s", a.Body, w.party("acc").Kind)
	}
}

func TestADistributorThatExitsWaitsForWhoHasJoinedItMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.distributesAlone()
	w.call(reseller, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Into(t, nil)
	w.finishes("res", "reseller")
	api := w.serves(tabletest.Meanwhile(t, w.db, func() {
		w.call(distributor, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["res"],"decision":"approve"}`).Into(t, nil)
	}), joining.Function())
	resttest.Call{
		Who: distributor, Signature: "raced", Method: "POST", Path: "/v2/program/memberships/distribution/action", Body: `{"action":"exit","reason":"x"}`,
	}.On(api).Into(t, nil)
	state := func() membership.State {
		w.finishes("dist", "distribution")
		m, err := membership.Load(t.Context(), w.db, "dist", membership.Distribution)
		if err != nil {
			t.Fatal(err)
		}
		return m.State
	}
	if got := state(); got != membership.Exiting || w.party("res").Distributor != "dist" {
		t.Errorf("with a reseller below it, it is %s", got)
	}
	w.call(reseller, "POST", "/v2/program/memberships/reseller/action", `{"action":"exit","reason":"x"}`).Into(t, nil)
	w.finishes("res", "reseller")
	w.clock.Advance(24 * time.Hour)
	if got := state(); got != membership.Exited {
		t.Errorf("with nobody below it, it is %s", got)
	}
}

func TestNobodyJoinsWhoTopsUpMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.account("acc")
	tx := table.NewTx()
	if err := account.Open(tx, "acc", 0, "opening-acc", w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if err := w.db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	w.call("customer acc admin al", "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Into(t, nil)
	w.finishes("acc", "reseller")
	api := w.serves(tabletest.Meanwhile(t, w.db, func() {
		paid := table.NewTx()
		a, err := account.Load(t.Context(), w.db, account.Of("acc", account.Cash))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := account.Credit(paid, a, account.Transfer{ID: "t", Amount: 5_00, From: account.VendorRevenue, Reason: account.TopUp, Reference: "x", At: w.clock.Now()}); err != nil {
			t.Fatal(err)
		}
		if err := w.db.Commit(t.Context(), paid); err != nil {
			t.Fatal(err)
		}
	}), joining.Function())
	a := resttest.Call{
		Who: distributor, Signature: "raced", Method: "POST", Path: "/v2/program/members/decisions", Body: `{"plan":"reseller","party_ids":["acc"],"decision":"approve"}`,
	}.On(api)
	if !strings.Contains(a.Body, "BALANCE") || w.party("acc").Kind != auth.Customer {
		t.Errorf("got %s, and it is a %s", a.Body, w.party("acc").Kind)
	}
}
