package customer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// hangs puts what hangs on the association of a customer there: money, things and a budget, resources and orders.
func (w *world) hangs(id auth.PartyID, things, resources int) {
	w.t.Helper()
	w.customer(id, "partner")
	w.money(id, 123_45)
	for _, kind := range []string{"voucher", "discount"} {
		w.things(id, kind, things)
	}
	w.resources(w.read(id), resources)
	w.agreed(admin, string(id))
	w.call(admin, "POST", "/v2/partners/sub-customers/budget",
		fmt.Sprintf(`{"customer_id":%q,"budget_type":"MONTHLY","budget_amount":1000,"measure_id":1}`, id)).Into(w.t, nil)
}

// authorized says whether a customer has authorized the partner.
func (w *world) authorized(id auth.PartyID) bool {
	w.t.Helper()
	a, err := w.service().Authorization(w.t.Context(), "partner", id)
	if err != nil {
		w.t.Fatal(err)
	}
	return a.State == auth.Authorized
}

// leftOf says everything of a customer that hangs on its association with the partner.
func (w *world) leftOf(id auth.PartyID) string {
	w.t.Helper()
	departing, err := party.Departing(w.t.Context(), w.db, "partner")
	if err != nil {
		w.t.Fatal(err)
	}
	var budget table.Raw
	err = w.db.Get(w.t.Context(), table.Key{PK: "PARTY#" + string(id), SK: "BUDGET"}, &budget)
	return fmt.Sprintf("balance %s, %d vouchers, %d discounts, authorized %t, budget %t, %d listed, departing %t",
		w.balance(id), w.left(id, "voucher"), w.left(id, "discount"), w.authorized(id), err == nil, w.listedFor("partner"), departing[id])
}

const nothingLeft = "balance 0.00, 0 vouchers, 0 discounts, authorized false, budget false, 0 listed, departing false"

func TestADisassociationLeavesNothingBehind(t *testing.T) {
	w, _ := newParting(t)
	w.hangs("c", 3, 6)
	if got := w.sees(admin); got != "1 8 6" {
		t.Fatalf("before, the partner sees %s", got)
	}
	r := w.requested(w.asks(admin, "c", 0))
	var mine struct {
		Partner string `json:"partner_id"`
		Name    string `json:"partner_name"`
		Type    int    `json:"association_type"`
		Request *requestOut
	}
	w.call(as("c"), "GET", myPartnerPath, "").Into(t, &mine)
	if mine.Partner != "partner" || mine.Name != "Partner" || mine.Type != 2 || mine.Request == nil || mine.Request.ID != r.ID {
		t.Errorf("my partner is %+v", mine)
	}
	decided := w.requested(w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees))
	if decided.State != "executing" {
		t.Errorf("it is %s", decided.State)
	}
	if got := w.sees(admin); got != "0 0 0" { // before any due work
		t.Errorf("from the first step on the partner sees %s", got)
	}
	w.call(admin, "GET", "/v2/partners/sub-customers/c/association", "").Refused(t, 400, "CBC.99000047", "c")
	w.finished(r.ID)
	if got := w.leftOf("c"); got != nothingLeft {
		t.Errorf("left are %s", got)
	}
	if w.balance("partner") != 123_45 || w.requestNow(r.ID).State != "done" || fmt.Sprint(w.requestNow(r.ID).Amount) != "123.45" {
		t.Errorf("the partner has %s, the record is %+v", w.balance("partner"), w.requestNow(r.ID))
	}
	mine.Partner, mine.Request = "", nil
	w.call(as("c"), "GET", myPartnerPath, "").Into(t, &mine)
	if c := w.read("c"); mine.Partner != "" || mine.Request != nil || c.Partner != "" || c.AssociationType != 0 {
		t.Errorf("my partner is %+v", mine)
	}
	if err := w.does(r.ID); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("it is still due: %v", err)
	}
	var told []string
	for _, e := range strings.Fields(w.events("c")) {
		if strings.HasPrefix(e, "association.") || strings.HasPrefix(e, "account.") {
			told = append(told, e)
		}
	}
	if got := strings.Join(told, " "); got != "association.requested association.ended account.unbound association.settled" {
		t.Errorf("the events are %s", got)
	}
	w.audited("partner.cash", "c.cash")
	for tr, err := range account.Entries(t.Context(), w.db, "partner.cash") {
		if err != nil || tr.Reason != account.Unbinding || tr.Below != "c" || tr.BelowName != "Name of c" || tr.ID != tr.Reference {
			t.Errorf("the partner's entry is %+v, %v", tr, err)
		}
	}
}

func TestASagaOf500ThingsIsDoneWhateverCrashesAfterWhateverStep(t *testing.T) {
	open := function.Port[*table.Client]{Name: "table"}
	for _, verdict := range []table.Verdict{table.CrashAfter, table.CrashBefore} {
		w, _ := newParting(t)
		w.hangs("c", 122, 110) // 122 vouchers, 122 discounts, an authorization, 147 resources, 110 orders
		r := w.requested(w.asks(admin, "c", 0))
		w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees).Into(t, nil)
		crashes, seen := 0, map[string]bool{}
		for n := 0; ; n++ {
			if n == 200 {
				t.Fatal("it is never done")
			}
			met := 0
			open.Put(w.env, w.db.WithFault(func(op table.Op) table.Verdict {
				if op.Kind != table.OpTx {
					return table.Pass
				}
				if met++; met == 2 || met == 1 && (verdict == table.CrashAfter || n%2 == 0) {
					return verdict
				}
				return table.Pass
			}))
			err := w.does(r.ID)
			if errors.Is(err, lifecycle.ErrNotDue) {
				break
			}
			if !errors.Is(err, table.ErrCrash) && err != nil {
				t.Fatal(err)
			}
			crashes++
			open.Put(w.env, w.db)
			if got := w.sees(admin); got != "0 0 0" {
				t.Fatalf("after %d crashes the partner sees %s", crashes, got)
			}
			seen[w.leftOf("c")] = true
			w.clock.Advance(5 * time.Minute)
		}
		open.Put(w.env, w.db)
		if got := w.leftOf("c"); got != nothingLeft || w.requestNow(r.ID).State != "done" {
			t.Errorf("after %d crashes left are %s, and the request is %s", crashes, got, w.requestNow(r.ID).State)
		}
		if len(seen) < 12 {
			t.Errorf("the crashes met %d states alone", len(seen))
		}
		w.audited("partner.cash", "c.cash")
		if got := strings.Count(w.events("c"), "account.unbound"); got != 1 {
			t.Errorf("the money went back %d times", got)
		}
		if got := strings.Count(w.events("c"), "subscription.partner_changed"); got != 110 {
			t.Errorf("%d main resources have their event, want 110", got)
		}
	}
}

func TestWhatComesIntoTheAccountMeanwhileGoesBackAtTheEnd(t *testing.T) {
	w, _ := newParting(t)
	w.hangs("c", 1, 1)
	r := w.requested(w.asks(admin, "c", 0))
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees).Into(t, nil)
	open := function.Port[*table.Client]{Name: "table"}
	met := 0
	open.Put(w.env, w.db.WithFault(func(op table.Op) table.Verdict {
		if op.Kind != table.OpTx {
			return table.Pass
		}
		if met++; met == 3 { // the money has gone back
			w.refunds("c", 10_00)
		}
		return table.Pass
	}))
	w.finished(r.ID)
	open.Put(w.env, w.db)
	if w.balance("c") != 0 || w.balance("partner") != 133_45 || fmt.Sprint(w.requestNow(r.ID).Amount) != "133.45" {
		t.Errorf("the customer has %s and the partner %s; %+v", w.balance("c"), w.balance("partner"), w.requestNow(r.ID))
	}
	w.audited("partner.cash", "c.cash")
}

// refunds credits a customer's account, as the refund of an order does.
func (w *world) refunds(id auth.PartyID, fen money.Fen) {
	w.t.Helper()
	a, err := account.Load(w.t.Context(), w.db, account.Of(id, account.Cash))
	if err != nil {
		w.t.Fatal(err)
	}
	w.commit(func(tx *table.Tx) {
		_, err = account.Credit(tx, a, account.Transfer{
			ID: "refund", From: account.VendorRevenue, Amount: fen, Reason: account.Refund, Reference: "CS1", At: w.clock.Now(),
		})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}
