package customer_test

import (
	"fmt"
	"testing"

	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

const resellerAdmin = caller("reseller res admin")

// goesOver makes a customer of the reseller one of another partner, as an exit does.
func (w *world) goesOver(id, to auth.PartyID) {
	w.t.Helper()
	w.commit(func(tx *table.Tx) {
		if _, err := party.Transfer(w.t.Context(), w.db, tx, w.read(id), w.read(to), w.clock.Now()); err != nil {
			w.t.Fatal(err)
		}
	})
}

// handsOver does what the exit of the reseller does to a customer.
func (w *world) handsOver(id auth.PartyID) {
	w.t.Helper()
	w.commit(func(tx *table.Tx) {
		if err := w.service().HandOver(w.t.Context(), tx, w.read(id), "res", "dist"); err != nil {
			w.t.Fatal(err)
		}
	})
}

func TestARequestThatNobodyHasDecidedFailsWhenItsResellerExits(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "res")
	asked := w.requested(w.asks(resellerAdmin, "c", 0))
	w.goesOver("c", "dist")
	w.handsOver("c")
	now := w.requested(w.call(resellerAdmin, "GET", requestsPath+"/"+asked.ID, ""))
	if now.State != "failed" || len(now.Failed) != 1 || now.Failed[0].Code != "ASSOCIATION_CHANGED" {
		t.Fatalf("got %+v", now)
	}
	w.handsOver("c") // again changes nothing
	if again := w.requested(w.asks(distributor, "c", 0)); again.State != "pending" {
		t.Errorf("the distributor asks in vain: %+v", again)
	}
	w.handsOver("c")
	var seen struct{ Records []requestOut }
	w.call(as("c"), "GET", ownRequestsPath, "").Into(t, &seen)
	if got := seen.Records; len(got) != 2 || got[0].State != "pending" || got[1].ID != asked.ID || got[1].State != "failed" {
		t.Errorf("the customer sees %+v", got)
	}
}

func TestNoMoneyMovesOfACustomerThatIsNoLongerTheDistributors(t *testing.T) {
	w := newWorld(t)
	for _, id := range []auth.PartyID{"stays", "leaves"} {
		w.customer(id, "res")
		w.money(id, 50_00)
		w.goesOver(id, "dist")
	}
	w.goesOver("leaves", "other")
	w.handsOver("stays")
	w.handsOver("leaves")
	if got := fmt.Sprint(w.balance("stays"), " ", w.balance("leaves"), " ", w.balance("res")); got != "0.00 50.00 50.00" {
		t.Errorf("got %s", got)
	}
}

func TestAnExitRevokesEveryOpenInvitation(t *testing.T) {
	w := newWorld(t)
	const offline = `{"kind":"OFFLINE","association_type":2}`
	all := []inviteOut{w.invited(resellerAdmin, offline), w.invited(otherAdmin, offline)}
	taken := w.read("res") // invitations that are over already stay as they are
	for n := range 45 {
		w.commit(func(tx *table.Tx) {
			i := customer.Invitation{ID: fmt.Sprintf("i%02d", n), Partner: taken.ID, Kind: customer.Offline, State: customer.InviteOpen, Expires: w.clock.Now()}
			if n%9 == 0 {
				i.State = customer.InviteAccepted
			}
			i.PK, i.SK = "PARTY#res", "INVITATION#"+i.ID
			tx.Create(&i)
		})
	}
	steps := 0
	for after, more := "", true; more; steps++ {
		w.commit(func(tx *table.Tx) {
			var err error
			if after, err = w.service().RevokeInvitations(t.Context(), tx, "res", after); err != nil {
				t.Fatal(err)
			}
		})
		more = after != ""
	}
	states := map[customer.InviteState]int{}
	for i, err := range table.All[customer.Invitation](t.Context(), w.db, table.Query{PK: "PARTY#res", Prefix: "INVITATION#", Strong: true}) {
		if err != nil {
			t.Fatal(err)
		}
		states[i.State]++
	}
	if states[customer.InviteRevoked] != 41 || states[customer.InviteAccepted] != 5 || len(states) != 2 || steps != 3 {
		t.Errorf("after %d steps, there are %v", steps, states)
	}
	if i, err := w.service().Invitation(t.Context(), "other", all[1].ID); err != nil || i.State != customer.InviteOpen {
		t.Errorf("another partner's is %+v, %v", i, err)
	}
}
