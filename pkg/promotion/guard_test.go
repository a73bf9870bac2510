package promotion_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
)

// stand sets a party's standing.
func (w *world) stand(id auth.PartyID, to party.Standing) {
	w.t.Helper()
	old, err := party.Get(context.Background(), w.db, id)
	if err != nil {
		w.t.Fatal(err)
	}
	next := old
	next.Standing = to
	tx := table.NewTx()
	tx.Replace(&old, &next)
	w.commit(tx)
}

func TestWhoIsFrozenOrExitingNeitherGivesNorGets(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "100", "")
	parent := w.grant("dist", "100", "")
	child := w.child(parent, "50", "reseller")
	id, below := w.issue("partner partner", quota, "10", "c1"), w.issue("reseller reseller", child, "10", "below")
	for standing, code := range map[party.Standing]string{party.Frozen: "CBC.99003626", party.Restricted: "CBC.99003626", "exiting": "CBC.99007490"} {
		w.stand("reseller", standing)
		w.as("reseller reseller", http.MethodPost, couponsPath, issueBody(child, "1", "", "below")).Refused(t, code, "reseller")
		w.as("distributor dist", http.MethodPost, couponsPath, issueBody(child, "1", `,"indirect_partner_id":"reseller"`, "below")).Refused(t, code, "reseller")
	}
	w.stand("reseller", party.Frozen)
	w.reclaim("reseller reseller", below).Refused(t, "CBC.99003626", "frozen")
	var out results
	w.up(child).Into(t, &out)
	if got := out.text(); got != child+":CBC.99003626" {
		t.Errorf("of a frozen reseller got %s", got)
	}
	w.stand("reseller", "exiting")
	var back results
	if w.up(child).Into(t, &back); len(back.ErrorDetails) != 0 {
		t.Errorf("of an exiting reseller got %+v", back)
	}
	w.stand("c1", party.Frozen)
	w.reclaim("partner partner", id).Refused(t, "CBC.99003626", "frozen")
	w.stand("dist", party.Frozen)
	w.down(parent, "1", "reseller-2").Refused(t, "CBC.99003626", "dist")
	w.up(child).Refused(t, "CBC.99003626", "dist")
	w.sums("dist", parent)
	w.sums("partner", quota)
}

func TestSensitiveOperationsNeedACodeWhenThePartnerWantsThat(t *testing.T) {
	w := newWorld(t)
	quota, parent := w.grant("partner", "100", ""), w.grant("dist", "100", "")
	child := w.child(parent, "50", "reseller")
	id := w.issue("partner partner", quota, "10", "c1")
	for _, who := range []auth.PartyID{"partner", "dist"} {
		tx := table.NewTx()
		party.Sensitive{}.Require(tx, who, true)
		w.commit(tx)
	}
	for name, a := range map[string]answer{
		"issue": w.as("partner partner", http.MethodPost, couponsPath, issueBody(quota, "1", "", "c1")), "reclaim": w.reclaim("partner partner", id),
		"issue quotas": w.down(parent, "1", "reseller"), "reclaim quotas": w.up(child),
	} {
		if a.Status != http.StatusBadRequest || !strings.Contains(a.Body, "verification_code") {
			t.Errorf("%s: got %d %s", name, a.Status, a.Body)
		}
	}
	if got := w.sums("partner", quota); got.Held != 10_00 {
		t.Errorf("got %+v, want nothing done", got)
	}
}

func TestALostAnswerIssuesOnce(t *testing.T) {
	for name, verdict := range map[string]table.Verdict{"lost": table.LostAnswer, "conflict": table.Conflict, "throttle": table.Throttle} {
		w := newWorld(t)
		quota := w.grant("partner", "100", "")
		w.db = tabletest.FirstTx(t, w.db, verdict)
		w.serve()
		w.issue("partner partner", quota, "10", "c1")
		if got := w.sums("partner", quota); got.Held != 10_00 || got.Balance != 90_00 {
			t.Errorf("%s: got %+v, want one voucher", name, got)
		}
	}
}

func TestACustomerThatLeavesMeanwhileGetsNothing(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "100", "")
	inner := w.db
	w.db = tabletest.Meanwhile(t, inner, func() {
		old, err := party.Get(context.Background(), inner, "c1")
		if err != nil {
			t.Error(err)
		}
		next := old
		next.Partner, next.AssociationType = "", 0
		tx := table.NewTx()
		tx.Replace(&old, &next)
		if err := inner.Commit(context.Background(), tx); err != nil {
			t.Error(err)
		}
	})
	w.serve()
	var out results
	w.as("partner partner", http.MethodPost, couponsPath, issueBody(quota, "10", "", "c1", "c2")).Into(t, &out)
	if got := out.text(); got != "c2 c1:CBC.99000047" {
		t.Errorf("got %s", got)
	}
	w.sums("partner", quota)
}
