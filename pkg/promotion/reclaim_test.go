package promotion_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/promotion"
)

func TestAReclaimedVoucherIsWhollyBackInItsQuota(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "100", "")
	id := w.issue("partner partner", quota, "40", "c1")
	w.use("c1", id, "CS1", 15_00)
	if a := w.reclaim("partner partner", id); a.Status != http.StatusNoContent || a.Body != "" {
		t.Fatalf("got %d %s", a.Status, a.Body)
	}
	if got := w.sums("partner", quota); got.Balance != 85_00 || got.Held != 0 || got.Used != 15_00 {
		t.Errorf("got %+v, want 85 back and 15 used", got)
	}
	w.reclaim("partner partner", id).Refused(t, "CBC.99001004", "reclaimed")
	if got := w.operations("partner partner", ""); got != "2/0/c1/25.00 1/0/c1/40.00" {
		t.Errorf("the records are %s", got)
	}
}

func TestWhatIsNotTakenBack(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "1000", "")
	used, locked := w.issue("partner partner", quota, "10", "c1"), w.issue("partner partner", quota, "10", "c1")
	advisory, expired := w.issue("partner partner", quota, "10", "advisory"), w.issue("partner partner", quota, "10", "c2")
	good := w.issue("partner partner", quota, "10", "c3")
	w.use("c1", used, "CS1", 10_00)
	w.lock("c1", locked, "CS2")
	w.reclaim("partner rival", good).Refused(t, "CBC.0101", "no voucher")
	w.reclaim("distributor dist", good).Refused(t, "CBC.0101", "no voucher")
	w.reclaim("partner partner", "x").Refused(t, "CBC.0101", "no voucher")
	w.reclaim("partner partner", "x#y").Refused(t, "CBC.0101", "no voucher")
	w.reclaim("customer c3", good).Refused(t, "CBC.0155", "")
	w.reclaim("partner partner", used).Refused(t, "CBC.99001004", "used up")
	w.reclaim("partner partner", locked).Refused(t, "CBC.99001004", "locked")
	w.reclaim("partner partner", advisory).Refused(t, "CBC.99001002", "resale")
	w.clock.Set(time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC))
	w.reclaim("partner partner", expired).Refused(t, "CBC.99001004", "expired")
	if got := w.sums("partner", quota); got.Balance != 950_00 || got.Held != 40_00 || got.Used != 10_00 {
		t.Errorf("got %+v", got)
	}
}

func TestAnExpiredVoucherGoesBackOnce(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "100", "")
	var out results
	w.as("partner partner", http.MethodPost, couponsPath, issueBody(quota, "10", `,"expire_time":"2026-12-05T00:00:00Z"`, "c1", "c2")).Into(t, &out)
	one, locked := out.CouponInfos[0].CouponID, out.CouponInfos[1].CouponID
	w.lock("c2", locked, "CS1")
	if err := w.due("c1", one); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("before it expires got %v", err)
	}
	w.clock.Set(time.Date(2026, 12, 5, 0, 0, 0, 0, time.UTC))
	for range 2 {
		if err := w.due("c1", one); err != nil && !errors.Is(err, lifecycle.ErrNotDue) {
			t.Fatal(err)
		}
	}
	if err := w.due("c2", locked); err != nil {
		t.Fatal(err)
	}
	if c := w.coupon("c1", one); c.Status != promotion.CouponExpired || c.Balance != 0 {
		t.Errorf("it is %+v, want expired", c)
	}
	if got := w.sums("partner", quota); got.Balance != 90_00 || got.Held != 10_00 {
		t.Errorf("got %+v, want one back and the other still held by its order", got)
	}
	w.unlock("c2", locked, "CS1")
	w.clock.Advance(time.Second)
	if err := w.due("c2", locked); err != nil {
		t.Fatal(err)
	}
	if got := w.operations("partner partner", "?operation_types=4"); got != "4/0/c2/10.00 4/0/c1/10.00" {
		t.Errorf("the records are %s", got)
	}
}

func TestWhatComesBackToAnExpiredQuotaIsLost(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "100", "")
	id := w.issue("partner partner", quota, "10", "c1")
	w.clock.Set(time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC))
	if err := w.due("c1", id); err != nil {
		t.Fatal(err)
	}
	if got := w.sums("partner", quota); got.Balance != 90_00 || got.Lost != 10_00 {
		t.Errorf("got %+v, want 10 lost", got)
	}
}

func TestAnEndedAssociationLeavesNoVoucherOfThePartner(t *testing.T) {
	for op, want := range map[promotion.Operation]string{promotion.Unbound: "3", promotion.Switched: "8", promotion.Bound: "7"} {
		w := newWorld(t)
		quota := w.grant("partner", "1000", "")
		var ids []string
		for range 23 {
			ids = append(ids, w.issue("partner partner", quota, "10", "c1"))
		}
		w.lock("c1", ids[0], "CS1")
		w.use("c1", ids[1], "CS2", 4_00)
		d := promotion.Departure{Operation: op, Customer: "c1", Partner: "partner", At: w.clock.Now()}
		if op == promotion.Bound {
			d.Partner = "rival"
		}
		calls := 0
		for more := true; more && calls < 5; calls++ {
			tx := table.NewTx()
			after, err := promotion.Depart(context.Background(), w.db, tx, d)
			if err != nil || tx.Len() > 90 {
				t.Fatalf("%d items, %v", tx.Len(), err)
			}
			w.commit(tx)
			d.After, more = after, after != ""
		}
		n, left, err := promotion.Holdings(context.Background(), w.db, "c1", "partner")
		if err != nil || n != 0 || left != 0 || calls != 2 {
			t.Errorf("after %d calls %d vouchers of %s are left, %v", calls, n, left, err)
		}
		if got := w.sums("partner", quota); got.Balance != 996_00 || got.Used != 4_00 {
			t.Errorf("got %+v, want all back but what was used", got)
		}
		if got := w.operations("partner partner", "?operation_types="+want+"&limit=1&coupon_ids="+ids[1]); got != want+"/0/c1/6.00" {
			t.Errorf("the record is %s", got)
		}
	}
}
