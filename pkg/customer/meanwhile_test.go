package customer_test

import (
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
)

// meanwhile lets something happen, once, before the next transaction commits.
func (w *world) meanwhile(happens func()) {
	open := function.Port[*table.Client]{Name: "table"}
	open.Put(w.env, tabletest.Meanwhile(w.t, w.db, func() {
		open.Put(w.env, w.db)
		happens()
	}))
}

func TestABudgetThatIsSetWhileItsAssociationEndsIsNotLeftBehind(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	r := w.requested(w.asks(admin, "c", 0))
	w.meanwhile(func() {
		w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees).Into(t, nil)
		w.finished(r.ID)
	})
	w.call(admin, "POST", budgetPath, `{"customer_id":"c","budget_amount":1,"frozen_operate_type":1}`).Refused(t, 400, "CBC.99000047", "c")
	if got := w.leftOf("c"); got != nothingLeft {
		t.Errorf("left are %s", got)
	}
}

func TestAPartnerThatIsFrozenMeanwhileUnfreezesNoResources(t *testing.T) {
	w := newWorld(t)
	for _, id := range []auth.PartyID{"c1", "c2"} {
		w.customer(id, "partner")
		w.change(id, func(p *party.Party) { p.Profile.Frozen = party.ResourcesFrozen })
	}
	w.meanwhile(func() {
		w.change("partner", func(p *party.Party) { p.Standing = party.Frozen })
		w.change("c1", func(p *party.Party) { p.Profile.FrozenAbove = true })
	})
	var out failures
	body := `{"customer_ids":["c1","c2"],"reason":"paid","unfreeze_type":"ACCOUNT_AND_RESOURCE"}`
	w.call(admin, "POST", unfreezePath, body).Into(t, &out)
	for _, id := range []auth.PartyID{"c1", "c2"} {
		if c := w.read(id); c.Profile.Frozen != party.ResourcesFrozen {
			t.Errorf("a frozen partner has unfrozen the resources of %s: %+v", id, out)
		}
	}
}

func TestNoCustomerBecomesOneOfResaleOfAPartnerThatIsFrozenMeanwhile(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	w.change("c", func(p *party.Party) { p.AssociationType = party.Referral })
	r := w.requested(w.asks(admin, "c", party.Resale))
	w.meanwhile(func() { w.change("partner", func(p *party.Party) { p.Standing = party.Frozen }) })
	got := w.requested(w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees))
	if got.State != "failed" || codes(got.Failed) != "PARTNER_FROZEN" || w.read("c").AssociationType != party.Referral {
		t.Errorf("got %+v, the customer is %+v", got, w.read("c").Row)
	}
}

// CASES.md B54.
func TestADecisionIsShownWhetherTheIndexHasItsRequestOrNot(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	r := w.requested(w.asks(admin, "c", 0))
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db.WithFault(func(op table.Op) table.Verdict {
		if op.Index != "" {
			return table.CrashBefore
		}
		return table.Pass
	}))
	if got := w.requested(w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", rejects)); got.State != "rejected" {
		t.Errorf("got %+v", got)
	}
}

func (w *world) spends(id auth.PartyID, payment string, amount money.Fen) {
	w.t.Helper()
	if err := w.service().CountSpent(w.t.Context(), id, payment, amount, w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
}

// A package is for once, and so is what its being exceeded does, however many months it lasts.
func TestAPackageThatIsExceededFreezesTheAccountOnce(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	w.call(admin, "POST", budgetPath, `{"customer_id":"c","budget_amount":100,"budget_type":"PACKAGE","frozen_operate_type":1}`).Into(t, nil)
	w.spends("c", "e1", 100_01)
	w.call(admin, "POST", unfreezePath, `{"customer_ids":["c"],"reason":"goes on"}`).Into(t, nil)
	w.clock.Advance(31 * 24 * time.Hour)
	w.spends("c", "e2", 1)
	if got := w.events("c"); w.read("c").Profile.Frozen != party.NotFrozen || strings.Count(got, "customer.budget_exceeded") != 1 {
		t.Errorf("it is frozen %d, the events are %s", w.read("c").Profile.Frozen, got)
	}
}

// What is exceeded already when a budget is set is exceeded by the next payment.
func TestABudgetThatIsSetBelowWhatIsUsedFreezesTheAccount(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	set := func(fields string) { w.call(admin, "POST", budgetPath, `{"customer_id":"c",`+fields+`}`).Into(t, nil) }
	set(`"budget_amount":100,"frozen_operate_type":0`)
	w.spends("c", "e1", 150_00)
	set(`"budget_amount":120,"frozen_operate_type":1`)
	w.spends("c", "e2", 1)
	if got := w.events("c"); w.read("c").Profile.Frozen != party.AccountFrozen || !strings.HasSuffix(got, "customer.budget_exceeded customer.frozen") {
		t.Errorf("it is frozen %d, the events are %s", w.read("c").Profile.Frozen, got)
	}
}
