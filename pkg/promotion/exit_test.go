package promotion_test

import (
	"fmt"
	"net/http"
	"testing"

	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/promotion"
)

func TestWhatAResellerThatExitsHasGoesBackToItsDistributorsQuota(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("dist", "1000", "")
	var out results
	w.down(quota, "100", "reseller", "reseller-2").Into(t, &out)
	voucher := w.issue("reseller reseller", out.Quotas[0].QuotaID, "40", "below")
	w.use("below", voucher, "CS1", 15_00)

	tx := table.NewTx()
	after, err := promotion.Depart(t.Context(), w.db, tx, promotion.Departure{
		Operation: promotion.Transferred, Customer: "below", Partner: "reseller", At: w.clock.Now(),
	})
	if err != nil || after != "" {
		t.Fatalf("got %q, %v", after, err)
	}
	w.commit(tx)
	if c := w.coupon("below", voucher); c.Status != promotion.CouponReclaimed || c.Back != 25_00 {
		t.Errorf("the voucher is %+v", c)
	}
	if got := w.operations("reseller reseller", ""); got != "9/0/below/25.00 1/0/below/40.00" {
		t.Errorf("the records are %s", got)
	}

	for range 2 { // the second finds nothing
		tx = table.NewTx()
		after, err = promotion.ReturnQuotas(t.Context(), w.db, tx, "reseller", "dist", "", w.clock.Now())
		if err != nil || after != "" {
			t.Fatalf("got %q, %v", after, err)
		}
		if tx.Len() > 0 {
			w.commit(tx)
		}
	}
	if got := w.sums("dist", quota); got.Balance != 885_00 {
		t.Errorf("the distributor's quota is %+v, want 1000 less the other's 100 and the 15 that were used", got)
	}
}

func TestMoreQuotasThanOneTransactionTakesGoBackAll(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("dist", "1000", "")
	for range 45 {
		w.down(quota, "10", "reseller").Into(t, nil)
	}
	after, calls := "", 0
	for calls < 10 {
		tx := table.NewTx()
		var err error
		after, err = promotion.ReturnQuotas(t.Context(), w.db, tx, "reseller", "dist", after, w.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		w.commit(tx)
		if calls++; after == "" {
			break
		}
	}
	if got := w.sums("dist", quota); calls != 3 || got.Balance != 1000_00 {
		t.Errorf("after %d transactions it is %+v", calls, got)
	}
}

func TestAnAccountThatBecomesAPartnerHasNoVouchersAndNoDiscounts(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "100", "")
	voucher := w.issue("partner partner", quota, "40", "c1")
	var given struct {
		CouponID string `json:"coupon_id"`
	}
	w.as("vendor vendor", http.MethodPost, discountsPath, discountBody("15", "2026-12-01T00:00:00Z", "2026-12-20T16:00:00Z")).Into(t, &given)
	for _, all := range []bool{false, true} {
		tx := table.NewTx()
		_, err := promotion.Depart(t.Context(), w.db, tx, promotion.Departure{Operation: promotion.Bound, All: all, Customer: "c1", At: w.clock.Now()})
		if err != nil {
			t.Fatal(err)
		}
		w.commit(tx)
		want := fmt.Sprint(promotion.CouponReclaimed, " ", promotion.CouponUsable)
		if all {
			want = fmt.Sprint(promotion.CouponReclaimed, " ", promotion.CouponReclaimed)
		}
		if got := fmt.Sprint(w.coupon("c1", voucher).Status, " ", w.coupon("c1", given.CouponID).Status); got != want {
			t.Errorf("all %t: they are %s, want %s", all, got, want)
		}
	}
	if got := w.sums("partner", quota); got.Balance != 100_00 {
		t.Errorf("the quota is %+v", got)
	}
}
