package customer_test

import (
	"fmt"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

// meets lets the next transaction meet a fault.
func (w *world) meets(v table.Verdict) {
	function.Port[*table.Client]{Name: "table"}.Put(w.env, tabletest.FirstTx(w.t, w.db, v))
}

func TestAnAcceptanceThatMeetsAFaultHappensOnce(t *testing.T) {
	w := newWorld(t)
	url := w.invited(admin, `{"kind":"OFFLINE","association_type":2}`).Link
	for name, c := range map[string]struct {
		fault         table.Verdict
		first, second int
		replayed      string
	}{
		"conflict":   {table.Conflict, 204, 204, "true"},
		"throttle":   {table.Throttle, 204, 204, "true"},
		"lost":       {table.LostAnswer, 204, 204, "true"},
		"not done":   {table.CrashBefore, 500, 204, ""},
		"done":       {table.CrashAfter, 500, 204, "true"},
		"no trouble": {table.Pass, 204, 204, "true"},
	} {
		t.Run(name, func(t *testing.T) {
			id := auth.PartyID("c-" + strings.ReplaceAll(name, " ", "-"))
			w.customer(id, "")
			w.meets(c.fault)
			accept := func() answer {
				body := fmt.Sprintf(`{"link":%q,"notice_accepted":true}`, url)
				return w.signed(caller("customer "+string(id)+" admin"), name, "POST", acceptPath, body)
			}
			first := accept()
			second := accept()
			if first.Status != c.first || second.Status != c.second || second.Header.Get("Idempotent-Replay") != c.replayed {
				t.Errorf("first %d %s, second %d %s %v", first.Status, first.Body, second.Status, second.Body, second.Header)
			}
			if got := w.events(string(id)); got != "association.started" || w.read(id).Partner != "partner" {
				t.Errorf("the events are %q, the partner is %q", got, w.read(id).Partner)
			}
		})
	}
}

func TestACreationThatMeetsAFaultMakesOneCustomer(t *testing.T) {
	for _, fault := range []table.Verdict{table.Conflict, table.LostAnswer, table.CrashBefore, table.CrashAfter} {
		w := newWorld(t)
		w.meets(fault)
		create := func() answer {
			return w.signed(admin, "same", "POST", createPath, `{"domain_name":"apollo-1","xaccount_id":"x","xaccount_type":"p"}`)
		}
		create()
		if second := create(); second.Status != 200 {
			t.Errorf("fault %d: the repeat answers %d %s", fault, second.Status, second.Body)
		}
		if n := count(t, w); n != 1 {
			t.Errorf("fault %d: %d customers", fault, n)
		}
	}
}

func TestAnInvitationThatIsRevokedMeanwhileBringsNobody(t *testing.T) {
	for _, kind := range []string{`"kind":"OFFLINE"`, `"kind":"ONLINE","email":"c@customer.example"`} {
		w := newWorld(t)
		w.customer("c", "")
		i := w.invited(admin, `{"association_type":2,`+kind+`}`)
		url := i.Link
		if url == "" {
			url = w.mailed("c@customer.example")
		}
		w.meanwhile(func() { w.call(admin, "DELETE", invitationsPath+"/"+i.ID, "").Into(t, nil) })
		w.accept("c", url).Refused(t, 410, "CBC.99001019", "revoked")
		if c := w.read("c"); c.Partner != "" {
			t.Errorf("%s: the partner is %q", kind, c.Partner)
		}
	}
}
