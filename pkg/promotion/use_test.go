package promotion_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/promotion"
)

func (w *world) use(customer, id, order string, amount money.Fen) {
	w.t.Helper()
	tx := table.NewTx()
	if _, err := promotion.Use(tx, w.coupon(customer, id), order, amount, w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
	w.commit(tx)
}

func (w *world) lock(customer, id, order string) {
	w.t.Helper()
	tx := table.NewTx()
	if err := promotion.Lock(tx, w.coupon(customer, id), order, w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
	w.commit(tx)
}

func (w *world) unlock(customer, id, order string) {
	w.t.Helper()
	tx := table.NewTx()
	promotion.Unlock(tx, w.coupon(customer, id), order, w.clock.Now())
	w.commit(tx)
}

func (w *world) giveBack(customer, id string, amount money.Fen) {
	w.t.Helper()
	tx := table.NewTx()
	if err := promotion.GiveBack(context.Background(), w.db, tx, auth.PartyID(customer), []promotion.Return{{Coupon: promotion.CouponID(id), Amount: amount}}, w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
	w.commit(tx)
}

func TestALockedVoucherIsItsOrdersAlone(t *testing.T) {
	w := newWorld(t)
	id := w.issue("partner partner", w.grant("partner", "100", ""), "30", "c1")
	w.lock("c1", id, "CS1")
	w.lock("c1", id, "CS1") // again changes nothing
	tx := table.NewTx()
	if err := promotion.Lock(tx, w.coupon("c1", id), "CS2", w.clock.Now()); !errors.Is(err, promotion.ErrNotUsable) {
		t.Errorf("another order's lock got %v", err)
	}
	if _, err := promotion.Use(tx, w.coupon("c1", id), "CS2", 1, w.clock.Now()); !errors.Is(err, promotion.ErrNotUsable) {
		t.Errorf("another order's use got %v", err)
	}
	w.unlock("c1", id, "CS2") // which does not hold it
	if got := w.usable("c1", promotion.Purchase{Amount: 1}); len(got) != 0 {
		t.Errorf("others may use %v", got)
	}
	w.use("c1", id, "CS1", 10_00)
	if c := w.coupon("c1", id); c.Lock != "" || c.Balance != 20_00 || c.Order != "CS1" || c.Status != promotion.CouponUsable {
		t.Errorf("it is %+v", c)
	}
	for _, wrong := range []money.Fen{0, -1, 20_01} {
		if _, err := promotion.Use(tx, w.coupon("c1", id), "CS3", wrong, w.clock.Now()); err == nil {
			t.Errorf("%s were used of 20", wrong)
		}
	}
}

func (w *world) usable(customer string, p promotion.Purchase) []promotion.Coupon {
	w.t.Helper()
	found, err := promotion.Coupons(context.Background(), w.db, auth.PartyID(customer))
	found = promotion.Applicable(found, "", p, w.clock.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

func TestAVoucherIsUsedOnceWhoeverAsksAtOnce(t *testing.T) {
	w := newWorld(t)
	id := w.issue("partner partner", w.grant("partner", "100", ""), "30", "c1")
	read, now := w.coupon("c1", id), w.clock.Now()
	var wait sync.WaitGroup
	won := make(chan bool, 16)
	for range 16 {
		wait.Go(func() {
			tx, mine := table.NewTx(), read
			if _, err := promotion.Use(tx, mine, "CS1", 30_00, now); err != nil {
				t.Error(err)
			}
			won <- w.db.Commit(context.Background(), tx) == nil
		})
	}
	wait.Wait()
	close(won)
	n := 0
	for one := range won {
		if one {
			n++
		}
	}
	if c := w.coupon("c1", id); n != 1 || c.Used != 30_00 || c.Status != promotion.CouponUsed {
		t.Errorf("%d used it, it is %+v", n, c)
	}
}

func TestWhatIsGivenBackIsUsableOrInTheQuota(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "100", "")
	var ids []string
	for range 2 {
		ids = append(ids, w.issue("partner partner", quota, "10", "c1"))
		w.use("c1", ids[len(ids)-1], "CS1", 10_00)
	}
	w.giveBack("c1", ids[0], 4_00)
	if c := w.coupon("c1", ids[0]); c.Status != promotion.CouponUsable || c.Balance != 4_00 {
		t.Errorf("it is %+v, want 4 usable", c)
	}
	tx := table.NewTx()
	if err := promotion.GiveBack(context.Background(), w.db, tx, "c1", []promotion.Return{{Coupon: promotion.CouponID(ids[0]), Amount: 6_01}}, w.clock.Now()); err == nil {
		t.Error("more was given back than was used")
	}
	if a := w.reclaim("partner partner", ids[0]); a.Status != 204 {
		t.Fatal(a.Body)
	}
	w.giveBack("c1", ids[0], 6_00)
	if got := w.sums("partner", quota); got.Balance != 90_00 || got.Used != 10_00 {
		t.Errorf("got %+v, want what was of the reclaimed voucher back in the quota", got)
	}
	w.clock.Set(time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC))
	w.giveBack("c1", ids[1], 10_00)
	if got := w.sums("partner", quota); got.Lost != 10_00 || got.Used != 0 {
		t.Errorf("got %+v, want 10 lost, since the quota has expired too", got)
	}
	if got := w.operations("partner partner", "?operation_types=5"); got != "5/0/c1/10.00 5/0/c1/6.00" {
		t.Errorf("the records are %s", got)
	}
}

// TestNothingIsGivenBackToACustomerThatHasLeftMeanwhile has the association end, vouchers and all, while a used voucher is given back.
func TestNothingIsGivenBackToACustomerThatHasLeftMeanwhile(t *testing.T) {
	w := newWorld(t)
	quota := w.grant("partner", "100", "")
	id := w.issue("partner partner", quota, "10", "c1")
	w.use("c1", id, "CS1", 10_00)
	giveBack := func() error {
		tx := table.NewTx()
		err := promotion.GiveBack(t.Context(), w.db, tx, "c1", []promotion.Return{{Coupon: promotion.CouponID(id), Amount: 10_00}}, w.clock.Now())
		if err != nil {
			return err
		}
		old, err := party.Get(t.Context(), w.db, "c1")
		if err != nil {
			return err
		}
		if next := old; old.Partner != "" {
			left := table.NewTx()
			next.Partner, next.AssociationType = "", 0
			left.Replace(&old, &next)
			w.commit(left)
			left = table.NewTx()
			d := promotion.Departure{Operation: promotion.Unbound, Customer: "c1", Partner: "partner", At: w.clock.Now()}
			if _, err := promotion.Depart(t.Context(), w.db, left, d); err != nil {
				return err
			}
			w.commit(left)
		}
		return w.db.Commit(t.Context(), tx)
	}
	if err := giveBack(); !errors.Is(err, table.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if c := w.coupon("c1", id); c.Balance != 0 {
		t.Errorf("a customer that has left holds %+v", c)
	}
	if err := giveBack(); err != nil {
		t.Fatal(err)
	}
	if got := w.sums("partner", quota); got.Balance != 100_00 {
		t.Errorf("got %+v, want it back in the quota", got)
	}
}

func TestVouchersOfferThemselvesToWhatTheyCover(t *testing.T) {
	w := newWorld(t)
	var out results
	more := `,"cloud_service_types":["ecs"],"min_order_amount":50,"valid_time":"2026-12-02T00:00:00Z"`
	w.as("partner partner", "POST", couponsPath, issueBody(w.grant("partner", "100", ""), "10", more, "c1")).Into(t, &out)
	fits := promotion.Purchase{Services: []string{"ecs"}, Products: []string{"p"}, Amount: 50_00}
	if got := w.usable("c1", fits); len(got) != 0 {
		t.Errorf("before it is valid got %v", got)
	}
	w.clock.Set(time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC))
	for name, c := range map[string]struct {
		p    promotion.Purchase
		want int
	}{
		"what it is for":  {fits, 1},
		"a smaller order": {promotion.Purchase{Services: []string{"ecs"}, Amount: 49_99}, 0},
		"another service": {promotion.Purchase{Services: []string{"ecs", "obs"}, Amount: 50_00}, 0},
	} {
		if got := w.usable("c1", c.p); len(got) != c.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
