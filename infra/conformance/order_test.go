package conformance

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2/model"
)

// product puts a product into the catalogue, of 12 yuan a month.
func (s scene) product(t *testing.T, id string) {
	t.Helper()
	body := fmt.Sprintf(`{"product_id":%q,"service_type_code":"hws.service.type.ec2","service_type_name":"Elastic Cloud Server","resource_type_code":"hws.resource.type.vm",`+
		`"resource_spec_code":"s2.large.1","region_code":"cn-north-1","month_price":12,"on_sale":true}`, id)
	answer := send(t, s.signed(t, s.vendor(t), request{Method: "POST", Path: "/v2/vendor/products", ContentType: "application/json", Body: body}))
	decode(t, answer, http.StatusCreated, nil)
}

var bought atomic.Int32

// buys orders a product for a month, unpaid.
func (s scene) buys(t *testing.T, product string) string {
	t.Helper()
	body := fmt.Sprintf(`{"products":[{"product_id":%q,"period_type":2,"period_num":1,"resource_name":null,"attached":null}],"is_auto_pay":null}`, product)
	var out struct {
		OrderID string `json:"order_id"`
	}
	decode(t, send(t, s.signed(t, s.customer, request{
		Method: "POST", Path: "/v2/orders/subscriptions", ContentType: "application/json", Body: body,
		Unsigned: map[string]string{"Idempotency-Key": fmt.Sprint("buy-", bought.Add(1))}, // the same purchase in the same second is another one
	})), http.StatusOK, &out)
	return out.OrderID
}

func (s scene) pay(order string) error {
	_, err := s.client.PayOrders(&model.PayOrdersRequest{Body: &model.PayCustomerOrderV3Req{OrderId: order, UseCoupon: "NO", UseDiscount: "NO"}})
	return err
}

func (s scene) orders(t *testing.T, q model.ListCustomerOrdersRequest) []model.CustomerOrderV2 {
	t.Helper()
	out, err := s.client.ListCustomerOrders(&q)
	if err != nil {
		t.Fatal(err)
	}
	if out.OrderInfos == nil || out.TotalCount == nil {
		t.Fatalf("the list lacks order_infos or total_count: %v", out)
	}
	return *out.OrderInfos
}

func TestAnOrderIsPlacedPaidAndCancelled(t *testing.T) {
	s := set(t, "order", 1, "20.00")
	s.product(t, "conformance-order")
	paid, dropped, short := s.buys(t, "conformance-order"), s.buys(t, "conformance-order"), s.buys(t, "conformance-order")
	coupons, err := s.client.ListOrderCouponsByOrderId(&model.ListOrderCouponsByOrderIdRequest{OrderId: paid})
	if err != nil || coupons.Count == nil || *coupons.Count != 0 || coupons.UserCoupons == nil {
		t.Errorf("got %v, %v, want no coupon", coupons, err)
	}
	discounts, err := s.client.ListOrderDiscounts(&model.ListOrderDiscountsRequest{OrderId: paid})
	if err != nil || discounts.Discounts == nil || len(*discounts.Discounts) != 0 {
		t.Errorf("got %v, %v, want no discount", discounts, err)
	}
	if err := s.pay(paid); err != nil {
		t.Fatal(err)
	}
	sdkRefused(t, s.pay(short), http.StatusBadRequest, "CBC.99001001")
	cancel := func(id string) (*model.CancelCustomerOrderResponse, error) {
		return s.client.CancelCustomerOrder(&model.CancelCustomerOrderRequest{Body: &model.CancelCustomerOrderReq{OrderId: id}})
	}
	if out, err := cancel(dropped); err != nil || out.HttpStatusCode != http.StatusNoContent {
		t.Errorf("got %v, %v, want 204", out, err)
	}
	_, err = cancel(paid)
	sdkRefused(t, err, http.StatusBadRequest, "CBC.99003655")
	if got := s.balance(t); got != "8.00" {
		t.Errorf("the balance is %s, want 8.00", got)
	}

	t.Run("it is listed and shown as it is", func(t *testing.T) {
		o := s.orders(t, model.ListCustomerOrdersRequest{OrderId: &paid})[0]
		got := fmt.Sprint(*o.OrderId, *o.CustomerId, *o.ServiceTypeCode, *o.ServiceTypeName, *o.SourceType, *o.Status, *o.OrderType, *o.AmountAfterDiscount,
			*o.OfficialAmount, *o.MeasureId, *o.Currency, o.PaymentTime != nil, strings.HasSuffix(*o.CreateTime, "Z"), *o.AmountInfo.CouponAmount)
		if want := fmt.Sprint(paid, "order", "hws.service.type.ec2", "Elastic Cloud Server", 1, 5, 1, 12.0, 12.0, 1, "CNY", true, true, 0.0); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		details, err := s.client.ShowCustomerOrderDetails(&model.ShowCustomerOrderDetailsRequest{OrderId: paid, XLanguage: pointer("en_US")})
		if err != nil {
			t.Fatal(err)
		}
		l := (*details.OrderLineItems)[0]
		got = fmt.Sprint(*details.TotalCount, *details.OrderInfo.OrderId, *details.OrderInfo.UserName != "", *l.OrderId, *l.ProductId, *l.PeriodType, *l.PeriodNum,
			*l.AmountAfterDiscount, *l.Currency, *l.SubscriptionNum, strings.HasSuffix(*l.ExpireTime, "T15:59:59Z"))
		if want := fmt.Sprint(1, paid, true, paid, "conformance-order", 2, 1, 12.0, "CNY", 1, true); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if until := s.orders(t, model.ListCustomerOrdersRequest{OrderId: &short})[0]; *until.Status != 6 || until.PaymentTime != nil {
			t.Errorf("got %v, want it to await payment", until)
		}
		_, err = s.client.ShowCustomerOrderDetails(&model.ShowCustomerOrderDetailsRequest{OrderId: "CS1"})
		sdkRefused(t, err, http.StatusBadRequest, "CBC.0101")
	})
	t.Run("three pages tile the whole list", func(t *testing.T) {
		for range 3 {
			s.buys(t, "conformance-order")
		}
		seen := map[string]bool{}
		for _, offset := range []int32{0, 3, 6} {
			for _, o := range s.orders(t, model.ListCustomerOrdersRequest{Offset: pointer(offset), Limit: pointer(int32(3)), OrderBy: pointer("-createTime")}) {
				seen[*o.OrderId] = true
			}
		}
		if len(seen) != 7 { // with the order that the import brought
			t.Errorf("three pages have %d orders, want 7", len(seen))
		}
		self := model.GetListCustomerOrdersRequestMethodEnum().ONESELF
		for name, c := range map[string]struct {
			query model.ListCustomerOrdersRequest
			want  int
		}{
			"awaiting payment": {model.ListCustomerOrdersRequest{Status: pointer(int32(6)), Method: &self}, 4},
			"cancelled":        {model.ListCustomerOrdersRequest{Status: pointer(int32(4)), OrderType: pointer("1")}, 1},
			"of the last day":  {model.ListCustomerOrdersRequest{CreateTimeBegin: pointer(wire(s.now.Add(-day))), CreateTimeEnd: pointer(wire(s.now.Add(day)))}, 6},
			"paid today":       {model.ListCustomerOrdersRequest{PaymentTimeBegin: pointer(wire(s.now.Add(-day)))}, 1},
			"nothing filters":  {model.ListCustomerOrdersRequest{ServiceTypeCode: pointer(""), CustomerId: pointer("")}, 7},
		} {
			if got := s.orders(t, c.query); len(got) != c.want {
				t.Errorf("%s: %d orders, want %d", name, len(got), c.want)
			}
		}
		repeated := send(t, s.signed(t, s.customer, request{Method: "GET", Path: "/v2/orders/customer-orders", Query: "limit=2&status=6&status=6", ContentType: "application/json"}))
		decode(t, repeated, http.StatusOK, nil)
	})
	t.Run("its partner reads it", func(t *testing.T) {
		var partner principal
		s.local(t, "/local/keys", map[string]any{"party_id": "partner-order", "roles": []string{"admin"}}, &partner)
		theirs := scene{cloud: s.cloud, customer: partner, client: s.sdk(t, partner)}
		if got := theirs.orders(t, model.ListCustomerOrdersRequest{CustomerId: pointer("order"), Status: pointer(int32(5)), OrderType: pointer("1"), OrderId: &paid}); len(got) != 1 {
			t.Errorf("got %v, want the paid order", got)
		}
		if _, err := theirs.client.ShowCustomerOrderDetails(&model.ShowCustomerOrderDetailsRequest{OrderId: paid}); err != nil {
			t.Error(err)
		}
		sdkRefused(t, theirs.pay(short), http.StatusForbidden, "CBC.0155")
	})
}

func TestAResourceIsQuotedUnsubscribedAndItsRefundTraced(t *testing.T) {
	s := set(t, "refund", 4, "100.00")
	one, attached := s.resource("refund", 1), s.resource("refund", 4)
	quote, err := s.client.ListRenewRateOnPeriod(&model.ListRenewRateOnPeriodRequest{Body: &model.ListRenewRateOnPeriodReq{
		ResourceIds: []string{one, attached, "nobody"}, PeriodType: 2, PeriodNum: 2, IncludeRelativeResources: pointer(true),
	}})
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	for _, f := range *quote.FailResourceInfos {
		codes[*f.ResourceId] = *f.ErrorCode
	}
	if fmt.Sprint(codes) != fmt.Sprint(map[string]string{attached: "CBC.30050007", "nobody": "CBC.30050009"}) || *quote.Currency != "CNY" {
		t.Errorf("got the refusals %v in %s", codes, *quote.Currency)
	}
	if got := (*quote.RenewInquiryResults)[0]; *got.ResourceId != one || *got.Amount != "40.00" || *quote.OfficialWebsiteRatingResult.OfficialWebsiteAmount != "40.00" {
		t.Errorf("got %v, want 40.00 with what is attached", quote)
	}
	renewed, err := s.client.RenewalResources(&model.RenewalResourcesRequest{Body: &model.RenewalResourcesReq{ResourceIds: []string{one}, PeriodType: 2, PeriodNum: 2, IsAutoPay: pointer(int32(1))}})
	if err != nil || s.balance(t) != "60.00" {
		t.Fatalf("%v, and the balance is %s, want 60.00 as quoted", err, s.balance(t))
	}
	end := func(kind int32, ids ...string) *model.CancelResourcesSubscriptionResponse {
		t.Helper()
		out, err := s.client.CancelResourcesSubscription(&model.CancelResourcesSubscriptionRequest{Body: &model.UnsubscribeResourcesReq{
			ResourceIds: ids, UnsubscribeType: kind, UnsubscribeReasonType: pointer(int32(5)), UnsubscribeReason: pointer("moved"),
		}})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	periods := end(2, one)
	if len(*periods.OrderIds) != 1 || s.balance(t) != "100.00" {
		t.Fatalf("got %v and the balance %s, want the renewal back", periods, s.balance(t))
	}
	details, err := s.client.ShowRefundOrderDetails(&model.ShowRefundOrderDetailsRequest{OrderId: (*periods.OrderIds)[0]})
	if err != nil || *details.TotalCount != 2 {
		t.Fatalf("got %v, %v, want a row of each resource", details, err)
	}
	for _, r := range *details.RefundInfos {
		got := fmt.Sprint(r.Amount.StringFixed(2), r.MeasureId, r.CustomerId, r.ResourceTypeCode, r.ServiceTypeCode, r.RegionCode, *r.BaseOrderId)
		if want := fmt.Sprint("-20.00", "1", "refund", "hws.resource.type.vm", "hws.service.type.ec2", "cn-north-1", (*renewed.OrderIds)[0]); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	whole := end(1, s.resource("refund", 2), attached, "nobody")
	if len(*whole.OrderIds) != 1 || len(*whole.FailResourceInfos) != 2 || *(*whole.FailResourceInfos)[0].ErrorCode != "CBC.30010036" {
		t.Errorf("got %v, want one order and two refusals", whole)
	}
	details, err = s.client.ShowRefundOrderDetails(&model.ShowRefundOrderDetailsRequest{OrderId: (*whole.OrderIds)[0]})
	if err != nil || *details.TotalCount != 3 {
		t.Fatalf("got %v, %v, want what was paid, what was consumed and the fee", details, err)
	}
	sum := (*details.RefundInfos)[0].Amount.Add(*(*details.RefundInfos)[1].Amount).Add(*(*details.RefundInfos)[2].Amount)
	back := *s.orders(t, model.ListCustomerOrdersRequest{OrderId: &(*whole.OrderIds)[0]})[0].AmountAfterDiscount
	if want := fmt.Sprintf("%.2f", back); sum.StringFixed(2) != want || back >= 0 {
		t.Errorf("the rows sum to %s, the order to %s", sum, want)
	}
	_, err = s.client.ShowRefundOrderDetails(&model.ShowRefundOrderDetailsRequest{OrderId: (*renewed.OrderIds)[0]})
	sdkRefused(t, err, http.StatusBadRequest, "CBC.99000083")
}

func TestHowResourcesRenewAndEndIsConfigured(t *testing.T) {
	s := set(t, "config", 4, "100.00")
	names := model.GetRenewResourceConfigReqConfigNameEnum()
	configure := func(name model.RenewResourceConfigReqConfigName, value string) error {
		out, err := s.client.SetResourcesRenewConfig(&model.SetResourcesRenewConfigRequest{Body: &model.RenewResourceConfigReq{ConfigName: name, ConfigValue: value}})
		if err == nil && out.HttpStatusCode != http.StatusNoContent {
			t.Errorf("got %d, want 204", out.HttpStatusCode)
		}
		return err
	}
	if err := configure(names.DEDUCTION_DATE, "3"); err != nil {
		t.Error(err)
	}
	if err := configure(names.EXPIRE_DATE, "-1"); err != nil {
		t.Error(err)
	}
	sdkRefused(t, configure(names.DEDUCTION_DATE, "8"), http.StatusBadRequest, "CBC.0100")
	sdkRefused(t, configure(names.EXPIRE_DATE, "29"), http.StatusBadRequest, "CBC.0100")

	one, two, attached := s.resource("config", 1), s.resource("config", 2), s.resource("config", 4)
	schedule := func(operation string, ids ...string) []model.ErrorDetail {
		t.Helper()
		out, err := s.client.UpdatePeriodToOnDemand(&model.UpdatePeriodToOnDemandRequest{Body: &model.PeriodToOnDemandReq{Operation: operation, ResourceIds: ids}})
		if err != nil || out.ErrorDetails == nil {
			t.Fatalf("got %v, %v", out, err)
		}
		return *out.ErrorDetails
	}
	if got := schedule("SET_UP", one, attached); len(got) != 1 || *got[0].Id != attached || *got[0].ErrorCode != "CBC.30010036" {
		t.Errorf("got %v, want the attached one refused", got)
	}
	if got := *s.one(t, one).ExpirePolicy; got != 1 {
		t.Errorf("the policy is %d, want 1", got)
	}
	if got := schedule("CANCEL", one); len(got) != 0 || *s.one(t, one).ExpirePolicy != 0 {
		t.Errorf("got %v, want the policy back at 0", got)
	}
	out, err := s.client.UpdatePeriodToOnDemandInstantly(&model.UpdatePeriodToOnDemandInstantlyRequest{Body: &model.PeriodToOnDemandInstantlyReq{ResourceIds: []string{two, "nobody"}}})
	if err != nil {
		t.Fatal(err)
	}
	r := *out.ToOndemandServiceResults
	if len(r) != 2 || *r[0].Result != "SUCCESS" || *r[0].OrderId == "" || *r[1].ErrorCode != "CBC.99003012" {
		t.Errorf("got %v", r)
	}
	if got := s.list(t, model.QueryResourcesReq{ResourceIds: &[]string{two}}); len(*got.Data) != 0 {
		t.Errorf("converted, it is still listed: %v", got)
	}
}
