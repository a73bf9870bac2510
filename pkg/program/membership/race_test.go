package membership_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"partnercenter/pkg/foundation/rest/resttest"
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
