package membership_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/membership"
)

// TestOfTwoIdentitiesTakenAtOnceOneHolds accepts an invitation to one plan and applies for another at once.
func TestOfTwoIdentitiesTakenAtOnceOneHolds(t *testing.T) {
	for round := range 4 {
		w := newWorld(t)
		w.call(vendor, "POST", "/v2/program/invitations", `{"plan":"distribution","party_id":"account"}`).Into(t, nil)
		calls := []resttest.Call{
			{Path: "/v2/program/memberships/distribution/action", Body: `{"action":"accept"}`},
			{Path: "/v2/program/plans/reseller/applications", Body: `{"distributor_id":"dist"}`},
			{Path: "/v2/program/plans/reseller/applications", Body: `{"distributor_id":"rival"}`},
			{Path: "/v2/program/plans/solution-provider/applications", Body: `{}`},
		}
		answers := make([]resttest.Answer, len(calls))
		var group sync.WaitGroup
		for i, c := range calls {
			c.Who, c.Method, c.Signature = account, "POST", fmt.Sprint("race-", round, "-", i)
			group.Go(func() { answers[i] = c.On(w.api) })
		}
		group.Wait()
		held := 0
		for _, a := range answers {
			switch {
			case a.Status < 300:
				held++
			case !strings.Contains(a.Body, "CBC.99001214") && !strings.Contains(a.Body, "CBC.99001211"):
				t.Errorf("got %d %s", a.Status, a.Body)
			}
		}
		all, err := membership.All(t.Context(), w.db, "account")
		live := 0
		for _, m := range all {
			if m.State.Holds() {
				live++
			}
		}
		if err != nil || held != 1 || live != 1 {
			t.Errorf("%d succeeded, and %d identities are held: %+v, %v", held, live, all, err)
		}
	}
}

func TestNobodyJoinsAPlanWhoIsFrozenMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.call(partner, "POST", "/v2/program/plans/services/applications", `{}`).Into(t, nil)
	w.mustWork("partner", "services")
	frozen := func() { w.change("partner", func(p *party.Party) { p.Standing = party.Frozen }) }
	a := resttest.Call{
		Who: vendor, Signature: "raced", Method: "POST", Path: "/v2/program/members/decisions", Body: `{"plan":"services","party_ids":["partner"],"decision":"approve"}`,
	}.On(w.serves(w.environment(tabletest.Meanwhile(t, w.db, frozen))))
	if m := w.membership("partner", "services"); !strings.Contains(a.Body, "STANDING") || m.State != membership.UnderReview {
		t.Errorf("got %s, and it is %s", a.Body, m.State)
	}
}

func TestAnExitTakesNoCustomerThatHasLeftMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.exits()
	db := tabletest.Before(t, w.db, tabletest.Reading(party.Key("c1")), func() {
		w.commit(func(tx *table.Tx) {
			if _, err := party.Dissociate(t.Context(), w.db, tx, w.party("c1"), w.clock.Now()); err != nil {
				t.Fatal(err)
			}
		})
		w.commit(func(tx *table.Tx) {
			if _, err := party.Associate(tx, w.party("c1"), "rival", party.Resale, "", "", w.clock.Now()); err != nil {
				t.Fatal(err)
			}
		})
	})
	if err := w.service(db).DoMembership(t.Context(), lifecycle.Due{Key: keyOf("res", "reseller")}); err != nil {
		t.Fatal(err)
	}
	w.mustWork("res", "reseller")
	if got := w.customers("rival"); got != "c1 " || w.party("c1").Partner != "rival" || w.membership("res", "reseller").Moved != 1 {
		t.Errorf("its new partner has %q, and it is %+v", got, w.party("c1").Row)
	}
}
