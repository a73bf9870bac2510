package account_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/promotion"
	"partnercenter/pkg/subscription"
)

// renews renews a resource of c1: every second one as the system does, the others as the customer.
func (w *world) renews(n int) error {
	id := fmt.Sprint("r", n)
	if n%2 == 1 {
		for {
			a := w.send("renew"+id, "customer c1", http.MethodPost, "/v2/orders/subscriptions/resources/renew",
				`{"resource_ids":["`+id+`"],"period_type":2,"period_num":1,"is_auto_pay":1}`)
			switch a.Status {
			case http.StatusOK:
				return nil
			case http.StatusConflict: // it says to try again
			default:
				return fmt.Errorf("%s: %d %s", id, a.Status, a.Body)
			}
		}
	}
	due := lifecycle.Due{Key: table.Key{PK: "PARTY#c1", SK: "SUB#" + id}, Kind: subscription.WorkSubscription, Account: "c1"}
	for {
		err := subscription.New(w.env).Do(context.Background(), due)
		if !errors.Is(err, table.ErrConflict) && !errors.Is(err, table.ErrBusy) { // its message would come again
			return err
		}
	}
}

// subscribes gives c1 resources r0, r1, … of one yuan a month, which renew themselves from today on.
func (w *world) subscribes(n int) {
	w.t.Helper()
	sheet := "resource_id,resource_name,customer_id,service_type_code,service_type_name,resource_type_code,resource_spec_code,region_code," +
		"parent_resource_id,period_type,period_num,price_per_period,effective_time,expire_time,expire_policy\n"
	for i := range n {
		sheet += fmt.Sprintf("r%d,R,c1,ecs,ECS,vm,small,cn-north-1,,2,1,1.00,2026-11-07T04:00:00Z,2026-12-07T15:59:59Z,3\n", i)
	}
	call := resttest.Call{
		Who: "vendor vendor", Signature: "import", Method: http.MethodPost, Path: "/v2/vendor/subscriptions/import", Body: sheet, Type: "text/csv",
	}
	if a := call.On(w.api); a.Status != http.StatusOK || !strings.Contains(a.Body, fmt.Sprintf(`"imported":%d`, n)) {
		w.t.Fatalf("got %d %s", a.Status, a.Body)
	}
}

// Whatever comes first: money and vouchers are where their accounts and quotas say. CASES.md, invariants 1 and 4.
func TestAppropriationReclaimRenewalAndVouchersRacingLoseNothing(t *testing.T) {
	const renewals, moves = 8, 8
	w := newWorld(t)
	subscription.Function.HTTP(w.api, w.env)
	promotion.Function.HTTP(w.api, w.env)
	w.topUp("partner", "r1", "100")
	w.as(provider, "POST", givePath, adjust("c1", "50")).transfer(t)
	w.subscribes(renewals)
	w.clock.Set(time.Date(2026, 12, 1, 19, 0, 0, 0, time.UTC)) // 3 o'clock in Beijing, when the system renews
	var granted struct {
		QuotaID promotion.QuotaID `json:"quota_id"`
	}
	w.as("vendor vendor", "POST", "/v2/vendor/partners/partner/coupon-quotas",
		`{"quota_type":0,"quota_value":20,"effective_time":"2026-12-01T00:00:00Z","expire_time":"2026-12-31T16:00:00Z"}`).Into(t, &granted)
	issue := `{"quota_id":"` + string(granted.QuotaID) + `","face_value":3,"customer_ids":["c1"]}`
	var first struct {
		Coupons []struct {
			ID string `json:"coupon_id"`
		} `json:"coupon_infos"`
	}
	w.as(provider, "POST", "/v2/promotions/benefits/partner-coupons", issue).Into(t, &first)

	var wait sync.WaitGroup
	var gave, took, issued, back tally
	var renewed atomic.Int32
	w.atOnce(&wait, moves, provider, givePath, adjust("c1", "0.50"), &gave)
	w.atOnce(&wait, moves, provider, takePath, adjust("c1", "0.30"), &took)
	w.atOnce(&wait, 7, provider, "/v2/promotions/benefits/partner-coupons", issue, &issued)
	w.atOnce(&wait, 2, provider, "/v2/promotions/benefits/partner-coupons/reclaim", `{"coupon_id":"`+first.Coupons[0].ID+`"}`, &back)
	for n := range renewals {
		wait.Go(func() {
			if err := w.renews(n); err != nil {
				t.Error(err)
				return
			}
			renewed.Add(1)
		})
	}
	wait.Wait()
	if gave.n["200 "] != moves || took.n["200 "] != moves || renewed.Load() != renewals || issued.n["200 "] < 5 || back.n["204 "] > 1 {
		t.Errorf("appropriations %v, reclaims %v, %d renewals, vouchers %v, taken back %v", gave.n, took.n, renewed.Load(), issued.n, back.n)
	}
	tree, err := promotion.Grow(context.Background(), w.db, "partner", granted.QuotaID)
	if err = errors.Join(err, tree.Sums.Check()); err != nil {
		t.Error(err)
	}
	sums, err := account.AuditAll(context.Background(), w.db, accounts()...)
	if err != nil {
		t.Error(err)
	}
	if got := sums.Paid + tree.Sums.Used; got != money.Fen(renewals*100) {
		t.Errorf("the renewals were paid with %s of cash and %s of vouchers, want %d yuan together", sums.Paid, tree.Sums.Used, renewals)
	}
	if got := sums.Given; got != 50_00+moves*50+moves*30 || sums.Received != got {
		t.Errorf("given are %s and received %s, want 56.40", sums.Given, sums.Received)
	}
}
