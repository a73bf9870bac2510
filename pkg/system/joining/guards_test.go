package joining_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"partnercenter/pkg/account"
	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/promotion"
	"partnercenter/pkg/system/parting"
)

const applications, toDist = "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`

// commit makes a transaction.
func (w *world) commit(do func(tx *table.Tx) error) {
	w.t.Helper()
	tx := table.NewTx()
	if err := errors.Join(do(tx), w.db.Commit(w.t.Context(), tx)); err != nil {
		w.t.Fatal(err)
	}
}

// becomes changes what a party is behind everybody's back.
func (w *world) becomes(id auth.PartyID, change func(p *party.Party)) {
	w.t.Helper()
	w.commit(func(tx *table.Tx) error {
		old := w.party(id)
		next := old
		change(&next)
		tx.Replace(&old, &next)
		return nil
	})
}

// issued gives a quota that the distributor has issued to its reseller.
func (w *world) issued(amount int) (quota string) {
	w.t.Helper()
	var down struct {
		Quotas []struct {
			ID string `json:"quota_id"`
		} `json:"simple_quota_infos"`
	}
	w.call(distributor, "POST", "/v2/partners/coupon-quotas/indirect-partner-adjust",
		fmt.Sprintf(`{"quota_id":%q,"quota_amount":%d,"indirect_partner_ids":["res"]}`, w.quota, amount)).Into(w.t, &down)
	return down.Quotas[0].ID
}

// coupons reads the vouchers and discount coupons of an account.
func (w *world) coupons(id auth.PartyID) (all []*promotion.Coupon) {
	w.t.Helper()
	for c, err := range table.All[promotion.Coupon](w.t.Context(), w.db, table.Query{PK: "PARTY#" + string(id), Prefix: "COUPON#", Strong: true}) {
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// statuses counts the coupons of an account by what became of them.
func (w *world) statuses(id auth.PartyID) map[promotion.CouponStatus]int {
	w.t.Helper()
	n := map[promotion.CouponStatus]int{}
	for _, c := range w.coupons(id) {
		n[c.Status]++
	}
	return n
}

// left gives what is left of a quota of the reseller.
func (w *world) left(quota string) money.Fen {
	w.t.Helper()
	var q promotion.Quota
	if err := w.db.Get(w.t.Context(), table.Key{PK: "PARTY#res", SK: "QUOTA#" + quota}, &q); err != nil {
		w.t.Fatal(err)
	}
	return q.Balance
}

// DOMAIN.md 11, "Guards on the account", by what the other capabilities really have.
func TestCreditContractsAndArrearsAreInTheWayOfJoining(t *testing.T) {
	w := newWorld(t)
	plans := w.api
	accounts, associations := w.serves(w.db, account.Function()), w.serves(w.db, parting.Function())
	asks := func(api *rest.API, path, body string) {
		w.api = api
		w.call(vendor, "PUT", path, body).Into(t, nil)
		w.api = plans
	}
	obstacle := func(names ...customer.Obstacle) func(id auth.PartyID) {
		return func(id auth.PartyID) {
			listed := make([]string, len(names))
			for i, n := range names {
				listed[i] = fmt.Sprintf("%q", n)
			}
			asks(associations, "/v2/vendor/customers/"+string(id)+"/association-obstacles", `{"obstacles":[`+strings.Join(listed, ",")+`]}`)
		}
	}
	guards := []membership.Guard{membership.PostPaid, membership.Contracts, membership.Arrears, membership.Balance, membership.Resources}
	for id, c := range map[auth.PartyID]struct {
		has  func(id auth.PartyID)
		want membership.Guard // none when it may apply
	}{
		"on-credit": {func(id auth.PartyID) { // which it has from when it was a partner
			w.becomes(id, func(p *party.Party) { p.Kind = auth.Partner })
			asks(accounts, "/v2/vendor/partners/"+string(id)+"/credit", `{"credit_amount":500}`)
			w.becomes(id, func(p *party.Party) { p.Kind = auth.Customer })
		}, membership.PostPaid},
		"special-contract": {obstacle(customer.SpecialContract), membership.Contracts},
		"services":         {obstacle(customer.ProfessionalService), membership.Contracts},
		"support":          {obstacle(customer.SupportPlan), membership.Contracts},
		"owing":            {obstacle(customer.Arrears), membership.Arrears},
		"reserving":        {obstacle(customer.ReservedInstance), ""}, // in the way of leaving a partner alone
		"settled":          {func(auth.PartyID) {}, ""},
		"settled-again":    {func(id auth.PartyID) { obstacle(customer.Arrears, customer.SupportPlan)(id); obstacle()(id) }, ""},
	} {
		w.account(id)
		c.has(id)
		got := w.call("customer "+string(id)+" admin cat", "POST", applications, toDist)
		if c.want == "" {
			got.Into(t, nil)
			continue
		}
		got.Refused(t, 409, "CBC.99001212", string(c.want)+": ")
		for _, other := range guards {
			if other != c.want && strings.Contains(got.Body, string(other)+": ") {
				t.Errorf("%s is told %s", id, got.Body)
			}
		}
	}
}

// DOMAIN.md 11: what is left of vouchers and discounts is void on joining; what was spent stays spent.
func TestUnusedVouchersAreVoidOnJoining(t *testing.T) {
	w := newWorld(t)
	const id = auth.PartyID("v")
	w.imports("customers?partner_id=res", "customer_id,name,customer_level,association_type,email,mobile,locale,opening_balance\nv,V,V0,2,v@c.example,13800000001,zh-CN,0.00\n")
	quota := w.issued(100)
	for range 3 {
		w.call(reseller, "POST", "/v2/promotions/benefits/partner-coupons", `{"quota_id":"`+quota+`","face_value":20,"customer_ids":["v"]}`).Into(t, nil)
	}
	const many = 25 // more than one transaction takes
	for range many {
		w.call(vendor, "POST", "/v2/vendor/customers/v/discount-coupons",
			`{"percent_off":15,"effective_time":"2026-12-01T00:00:00Z","expire_time":"2026-12-20T16:00:00Z"}`).Into(t, nil)
	}
	w.commit(func(tx *table.Tx) error { // no longer the reseller's, which has taken nothing back
		_, err := party.Dissociate(t.Context(), w.db, tx, w.party(id), w.clock.Now())
		return err
	})
	w.commit(func(tx *table.Tx) error { return party.Departed(t.Context(), w.db, tx, "res", id) })
	spent := 0
	for _, c := range w.coupons(id) {
		if c.Type != promotion.DiscountCoupon && spent == 0 {
			next := *c
			next.Status, next.Balance, spent = promotion.CouponUsed, 0, spent+1
			w.commit(func(tx *table.Tx) error { tx.Replace(c, &next); return nil })
		}
	}
	before := w.left(quota)

	w.call("customer v admin cat", "POST", applications, toDist).Into(t, nil)
	w.finishes("v", "reseller")
	if got, want := w.statuses(id), map[promotion.CouponStatus]int{promotion.CouponUsable: many + 2, promotion.CouponUsed: 1}; !maps.Equal(got, want) {
		t.Fatalf("applied, it has %v, want %v", got, want)
	}
	w.call(distributor, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["v"],"decision":"approve"}`).Into(t, nil)
	w.finishes("v", "reseller")
	if p := w.party(id); p.Kind != auth.Reseller {
		t.Errorf("it is %+v", p.Row)
	}
	if got, want := w.statuses(id), map[promotion.CouponStatus]int{promotion.CouponReclaimed: many + 2, promotion.CouponUsed: 1}; !maps.Equal(got, want) {
		t.Errorf("joined, it has %v, want %v", got, want)
	}
	if back := w.left(quota) - before; back != 40_00 {
		t.Errorf("%s went back to the quota, want 40.00", back)
	}
}

// DOMAIN.md 11: nothing that the reseller had open outlives its exit.
func TestAResellersExitClosesItsRequestsAndInvitations(t *testing.T) {
	w := newWorld(t)
	plans, associations := w.api, w.serves(w.db, parting.Function())
	w.api = w.serves(w.db, customer.Function())
	var invited struct {
		ID string `json:"invitation_id"`
	}
	w.call(reseller, "POST", "/v2/partners/customer-invitations", `{"kind":"OFFLINE","association_type":2}`).Into(t, &invited)
	w.api = associations
	type request struct {
		ID     string `json:"request_id"`
		State  string
		Failed []struct{ Code string } `json:"fail_check_items"`
	}
	const requests, parts = "/v2/partners/association-requests", `{"customer_id":"c","kind":"DISASSOCIATE","reason":"it fits no more","notice_accepted":true}`
	var asked request
	w.call(reseller, "POST", requests, parts).Into(t, &asked)
	w.api = plans
	w.exits()
	if err := w.works(w.db); err != nil {
		t.Fatal(err)
	}
	if got := w.is(); got != gone {
		t.Errorf("got  %s\nwant %s", got, gone)
	}
	i, err := customer.New(w.env).Invitation(t.Context(), "res", invited.ID)
	if err != nil || i.State != customer.InviteRevoked {
		t.Errorf("the invitation is %+v, %v", i, err)
	}
	w.api = associations
	var ended request
	w.call(reseller, "GET", requests+"/"+asked.ID, "").Into(t, &ended)
	if ended.State != "failed" || len(ended.Failed) != 1 || ended.Failed[0].Code != "ASSOCIATION_CHANGED" {
		t.Errorf("the request is %+v", ended)
	}
	w.call(distributor, "POST", requests, parts).Into(t, nil) // who has the customer now may ask
}
