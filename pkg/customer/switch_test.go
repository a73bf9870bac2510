package customer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/party"
)

func TestASwitchToReferralGivesTheMoneyBackAndKeepsTheCustomer(t *testing.T) {
	w, _ := newParting(t)
	w.hangs("c", 3, 3)
	r := w.requested(w.asks(admin, "c", party.Referral))
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees).Into(t, nil)
	if c := w.read("c"); c.Partner != "partner" || c.AssociationType != party.Referral {
		t.Errorf("the customer is %+v", c.Row)
	}
	w.finished(r.ID)
	want := "balance 0.00, 0 vouchers, 0 discounts, authorized false, budget false, 7 listed, departing false"
	if got := w.leftOf("c"); got != want || w.sees(admin) != "1 4 3" {
		t.Errorf("left are %s; the partner sees %s", got, w.sees(admin))
	}
	var is struct {
		Type int `json:"association_type"`
	}
	w.call(admin, "GET", "/v2/partners/sub-customers/c/association", "").Into(t, &is)
	if is.Type != party.Referral || w.requestNow(r.ID).State != "done" || w.balance("partner") != 123_45 {
		t.Errorf("it is of type %d, and the record %+v", is.Type, w.requestNow(r.ID))
	}
	if got := w.events("c"); !strings.Contains(got, "association.switched") || strings.Contains(got, "association.ended") {
		t.Errorf("the events are %s", got)
	}
}

func TestASwitchToResaleLeavesTheCustomerItsOwnMoney(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	w.change("c", func(p *party.Party) { p.AssociationType = party.Referral })
	w.money("c", 50_00)
	w.things("c", "voucher", 2)
	r := w.requested(w.asks(admin, "c", party.Resale))
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees).Into(t, nil)
	w.finished(r.ID)
	a, err := account.Load(t.Context(), w.db, "c.cash")
	if err != nil || a.Balance != 50_00 || a.Free() != 0 || w.left("c", "voucher") != 2 {
		t.Errorf("the account is %+v, %v", a, err)
	}
	if c := w.read("c"); c.AssociationType != party.Resale || w.requestNow(r.ID).State != "done" {
		t.Errorf("the customer is %+v", c.Row)
	}
	w.clock.Set(w.clock.Now().Add(95 * 24 * time.Hour))
	r = w.requested(w.call(as("c"), "POST", ownRequestsPath, customerAsks))
	w.call(admin, "POST", requestsPath+"/"+r.ID+"/decide", agrees).Into(t, nil)
	w.finished(r.ID)
	if w.balance("c") != 50_00 || w.balance("partner") != 0 {
		t.Errorf("after it left again the customer has %s and the partner %s", w.balance("c"), w.balance("partner"))
	}
}

func TestASimulationShowsWhatWouldHappenAndChangesNothing(t *testing.T) {
	w, s := newParting(t)
	w.hangs("c", 2, 1)
	s.payments = []string{"CS1"}
	before := w.leftOf("c") + w.events("c")
	type simulated struct {
		Reclaimed struct {
			Balance  any
			Vouchers int
			Worth    any `json:"voucher_amount"`
		}
		Ended struct {
			Authorizations, Discounts int
			Budget                    any
		}
		Kept struct {
			Balance   any
			Resources int
		}
		Failed []item `json:"fail_check_items"`
	}
	for target, want := range map[int]string{
		0:              "{{123.45 2 5} {1 2 1000} {0 3} [ORDER_AWAITS_PARTNER_PAYMENT]}",
		party.Referral: "{{123.45 2 5} {1 2 1000} {0 3} [ORDER_AWAITS_PARTNER_PAYMENT]}",
	} {
		var got simulated
		w.call(admin, "POST", requestsPath+"/simulate", "{"+wants("c", target)+"}").Into(t, &got)
		if said := fmt.Sprintf("{%v %v %v [%s]}", got.Reclaimed, got.Ended, got.Kept, codes(got.Failed)); said != want {
			t.Errorf("to %d: %s, want %s", target, said, want)
		}
	}
	var own simulated
	w.call(as("c"), "POST", ownRequestsPath+"/simulate", "").Into(t, &own)
	if fmt.Sprint(own.Reclaimed.Balance, own.Kept.Resources) != "123.45 3" {
		t.Errorf("the customer is shown %+v", own)
	}
	w.change("c", func(p *party.Party) { p.AssociationType = party.Referral })
	var kept simulated
	w.call(admin, "POST", requestsPath+"/simulate", "{"+wants("c", party.Resale)+"}").Into(t, &kept)
	if fmt.Sprint(kept.Reclaimed.Balance, kept.Kept.Balance, kept.Ended) != "0 123.45 {0 0 <nil>}" {
		t.Errorf("to resale: %+v", kept)
	}
	if after := w.leftOf("c") + w.events("c"); after != before {
		t.Errorf("before %s, after %s", before, after)
	}
}

func TestANewCustomerBringsItsResourcesAndItsMoney(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "")
	w.money("c", 50_00)
	w.resources(w.read("c"), 70)
	w.things("c", "voucher", 70)
	url := w.invited(admin, `{"kind":"OFFLINE","association_type":2}`).Link
	w.accept("c", url).Into(t, nil)
	if err := w.relists("c"); err != nil {
		t.Fatal(err)
	}
	if err := w.relists("c"); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("it is still due: %v", err)
	}
	if n := w.left("c", "voucher"); n != 0 {
		t.Errorf("%d vouchers of others are left", n)
	}
	if got := w.sees(admin); got != "1 94 0" { // its resources, and none of the orders from before
		t.Errorf("the partner sees %s", got)
	}
	if a, err := account.Load(t.Context(), w.db, "c.cash"); err != nil || a.Balance != 50_00 || a.Free() != 0 {
		t.Errorf("the account is %+v, %v", a, err)
	}
	var own, partners struct{ Records []requestOut }
	w.call(as("c"), "GET", ownRequestsPath+"?kind=ASSOCIATE", "").Into(t, &own)
	w.call(admin, "GET", requestsPath+"?kind=ASSOCIATE&customer_id=c", "").Into(t, &partners)
	if len(own.Records) != 1 || len(partners.Records) != 1 || own.Records[0].ID != partners.Records[0].ID || own.Records[0].From != "CUSTOMER" {
		t.Errorf("the customer's records are %+v, the partner's %+v", own, partners)
	}
	id := own.Records[0].ID
	w.call(as("c"), "POST", ownRequestsPath+"/"+id+"/decide", agrees).Refused(t, 409, "CBC.99001016", "")
	w.call(admin, "POST", requestsPath+"/"+id+"/withdraw", "").Refused(t, 409, "CBC.99001016", "")
}

func TestACustomerAssociatesAgainOnceNothingIsLeftOfItsLastAssociation(t *testing.T) {
	w, _ := newParting(t)
	w.hangs("c", 1, 2)
	r := w.requested(w.asks(admin, "c", 0))
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", agrees).Into(t, nil)
	url := w.invited(otherAdmin, `{"kind":"OFFLINE","association_type":2}`).Link
	w.accept("c", url).Refused(t, 400, "CBC.99001005", "still being ended")
	w.finished(r.ID)
	w.accept("c", url).Into(t, nil)
	if err := w.relists("c"); err != nil {
		t.Fatal(err)
	}
	if first, second := w.sees(admin), w.sees(otherAdmin); first != "0 0 0" || second != "1 3 0" {
		t.Errorf("the first partner sees %s and the second %s", first, second)
	}
	for _, who := range []caller{admin, otherAdmin} {
		var list struct{ Records []requestOut }
		w.call(who, "GET", requestsPath, "").Into(t, &list)
		if len(list.Records) != 1 {
			t.Errorf("%s lists %+v", who, list.Records)
		}
	}
	var own struct{ Records []requestOut }
	w.call(as("c"), "GET", ownRequestsPath, "").Into(t, &own)
	if len(own.Records) != 2 || own.Records[1].ID != r.ID || own.Records[1].Kind != "DISASSOCIATE" {
		t.Errorf("the customer lists %+v", own.Records)
	}
	w.requested(w.call(as("c"), "GET", ownRequestsPath+"/"+r.ID, ""))
	w.call(otherAdmin, "GET", requestsPath+"/"+r.ID, "").Refused(t, 404, "CBC.0404", r.ID)
	if got := w.prechecks(otherAdmin, "c", 0); !got.Passed { // the first partner's request is none of the second's
		t.Errorf("the second partner is told %+v", got)
	}
}
