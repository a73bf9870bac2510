package conformance

import (
	"fmt"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2/model"
)

// withVoucher lets the partner of a scene's customer issue vouchers, and gives the customer one of 15 yuan.
func (s scene) withVoucher(t *testing.T, customer string) string {
	t.Helper()
	o := office{cloud: s.cloud}
	s.local(t, "/local/keys", map[string]any{"party_id": "partner-" + customer, "roles": []string{"admin"}}, &o.partner)
	o.client = s.sdk(t, o.partner)
	issued, _ := o.issue(t, model.CreatePartnerCouponsReq{
		QuotaId: o.granted(t, "100", 300*day, ""), CustomerIds: []string{customer}, FaceValue: yuan("15"),
	})
	return issued[customer]
}

// voucher says how the customer's own list shows one: status, balance and the orders that hold it or used it last.
func (s scene) voucher(t *testing.T, id string) string {
	t.Helper()
	c, _ := s.own(t, model.ListSubCustomerCouponsRequest{CouponId: &id})
	if len(c) != 1 {
		t.Fatalf("there are %d vouchers %s", len(c), id)
	}
	return fmt.Sprint(*c[0].Status, " ", *c[0].Balance, " ", orNone(c[0].LockOrderId), " ", orNone(c[0].OrderId))
}

func orNone(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}

func TestAnOrderIsPaidWithAVoucher(t *testing.T) {
	s := set(t, "voucher", 0, "100.00")
	s.product(t, "voucher-product") // of 12 yuan a month
	id := s.withVoucher(t, "voucher")
	first, second := s.buys(t, "voucher-product"), s.buys(t, "voucher-product")
	usable, err := s.client.ListOrderCouponsByOrderId(&model.ListOrderCouponsByOrderIdRequest{OrderId: first})
	if err != nil {
		t.Fatal(err)
	}
	if c := (*usable.UserCoupons)[0]; *usable.Count != 1 || *c.CouponId != id || *c.CouponType != 1 || *c.Balance != 15 || *c.FaceValue != 15 || *c.Status != 2 {
		t.Errorf("the order can be paid with %v", usable)
	}
	if most := (*usable.CouponMaxUseQuantity)[0]; *most.CouponType != 1 || *most.UseQuantityValue != 1 {
		t.Errorf("of vouchers it takes %v", most)
	}
	pay := func(order string, kind int32, coupons ...string) error {
		infos := []model.CouponSimpleInfoOrderPayV3{}
		for _, c := range coupons {
			infos = append(infos, model.CouponSimpleInfoOrderPayV3{Id: c, Type: kind})
		}
		_, err := s.client.PayOrders(&model.PayOrdersRequest{Body: &model.PayCustomerOrderV3Req{OrderId: order, UseCoupon: "YES", UseDiscount: "NO", CouponInfos: &infos}})
		return err
	}
	sdkRefused(t, pay(first, 302, id), 400, "CBC.0100")
	sdkRefused(t, pay(first, 301, "nobody"), 400, "CBC.0101")
	sdkRefused(t, pay(first, 301, id, id), 400, "CBC.0100")
	if got := s.voucher(t, id); got != "2 15 - -" || s.balance(t) != "100.00" {
		t.Errorf("refused, the voucher is %s and the balance %s", got, s.balance(t))
	}
	for _, order := range []string{first, second} {
		if err := pay(order, 301, id); err != nil {
			t.Fatal(order, err)
		}
	}
	if got := s.balance(t); got != "91.00" { // 24 yuan, of which the voucher paid 15
		t.Errorf("the balance is %s, want 91.00", got)
	}
	paid := 0.0
	for _, o := range s.orders(t, model.ListCustomerOrdersRequest{}) {
		paid += *o.AmountInfo.CouponAmount
		if *o.AmountAfterDiscount != 12 || *o.Status != 5 {
			t.Errorf("the order is %v", o)
		}
	}
	if paid != 15 {
		t.Errorf("the voucher paid %v, want 15", paid)
	}
}

func TestWhatIsUnsubscribedAtOnceIsBackInTheVoucher(t *testing.T) {
	s := set(t, "voucher-back", 0, "1.00")
	s.product(t, "voucher-back-product")
	id := s.withVoucher(t, "voucher-back")
	order := s.buys(t, "voucher-back-product")
	infos := []model.CouponSimpleInfoOrderPayV3{{Id: id, Type: 301}}
	if _, err := s.client.PayOrders(&model.PayOrdersRequest{
		Body: &model.PayCustomerOrderV3Req{OrderId: order, UseCoupon: "YES", UseDiscount: "NO", CouponInfos: &infos},
	}); err != nil {
		t.Fatal(err)
	}
	if got := s.voucher(t, id); got != "2 3 - "+order {
		t.Errorf("paid, the voucher is %s", got)
	}
	resource := *(*s.list(t, model.QueryResourcesReq{}).Data)[0].ResourceId
	ended, err := s.client.CancelResourcesSubscription(&model.CancelResourcesSubscriptionRequest{
		Body: &model.UnsubscribeResourcesReq{ResourceIds: []string{resource}, UnsubscribeType: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.voucher(t, id); got != "2 15 - "+order || s.balance(t) != "1.00" {
		t.Errorf("unsubscribed, the voucher is %s and the balance %s", got, s.balance(t))
	}
	rows, err := s.client.ShowRefundOrderDetails(&model.ShowRefundOrderDetailsRequest{OrderId: (*ended.OrderIds)[0]})
	if err != nil {
		t.Fatal(err)
	}
	if r := (*rows.RefundInfos)[0]; *rows.TotalCount != 1 || r.Amount.String() != "-12" || *r.BaseOrderId != order {
		t.Errorf("the refund's rows are %v", rows)
	}
}

func TestAnAutoRenewalTakesAVoucher(t *testing.T) {
	s := set(t, "voucher-auto", 1, "1.00")
	id := s.withVoucher(t, "voucher-auto")
	resource := s.resource("voucher-auto", 1)
	if _, err := s.client.AutoRenewalResources(&model.AutoRenewalResourcesRequest{ResourceId: resource}); err != nil {
		t.Fatal(err)
	}
	expiry, err := time.Parse(time.RFC3339, *s.one(t, resource).ExpireTime)
	if err != nil {
		t.Fatal(err)
	}
	s.until(t, expiry.Add(-6*day))
	later, err := time.Parse(time.RFC3339, *s.one(t, resource).ExpireTime)
	if err != nil || !later.After(expiry) || s.balance(t) != "1.00" {
		t.Errorf("it expires %s, after %s, with a balance of %s (%v)", later, expiry, s.balance(t), err)
	}
	if got := s.voucher(t, id); got[:4] != "2 5 " {
		t.Errorf("the voucher is %s, want 5 left of it", got)
	}
}
