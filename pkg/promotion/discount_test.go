package promotion_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/promotion"
)

const discountsPath = "/v2/vendor/customers/c1/discount-coupons"

func discountBody(percent, from, until string) string {
	return `{"percent_off":` + percent + `,"effective_time":"` + from + `","expire_time":"` + until + `"}`
}

func TestADiscountCouponIsTheCustomersUntilItExpires(t *testing.T) {
	w := newWorld(t)
	var out struct {
		CouponID string `json:"coupon_id"`
	}
	w.as("vendor vendor", http.MethodPost, discountsPath, discountBody("15", "2026-12-01T00:00:00Z", "2026-12-02T16:00:00Z")).Into(t, &out)
	own := func(kind string) string {
		return w.as("customer c1", http.MethodGet, ownPath+"?coupon_type="+kind, "").Body
	}
	if got := own("2"); !strings.Contains(got, out.CouponID) || !strings.Contains(got, `"percent_off":15`) || strings.Contains(own("1"), out.CouponID) {
		t.Errorf("the customer sees %s", got)
	}
	w.clock.Set(time.Date(2026, 12, 2, 16, 0, 0, 0, time.UTC))
	if err := w.due("c1", out.CouponID); err != nil {
		t.Fatal(err)
	}
	if got := own("2"); !strings.Contains(got, `"status":4`) {
		t.Errorf("expired, the customer sees %s", got)
	}
}

func TestBadDiscountCouponsAreRefused(t *testing.T) {
	w := newWorld(t)
	const from, until = "2026-12-01T00:00:00Z", "2026-12-02T16:00:00Z"
	for name, c := range map[string]struct{ path, body, code, says string }{
		"nothing off":   {discountsPath, discountBody("0", from, until), "CBC.0100", "percent_off"},
		"everything":    {discountsPath, discountBody("100", from, until), "CBC.0100", "percent_off"},
		"a fraction":    {discountsPath, discountBody("1.5", from, until), "CBC.0100", "percent_off"},
		"over already":  {discountsPath, discountBody("5", from, "2026-12-01T01:00:00Z"), "CBC.0100", "expire_time"},
		"backwards":     {discountsPath, discountBody("5", until, from), "CBC.0100", "expire_time"},
		"nobody":        {strings.Replace(discountsPath, "c1", "nobody", 1), discountBody("5", from, until), "CBC.99000047", ""},
		"not a partner": {strings.Replace(discountsPath, "c1", "partner", 1), discountBody("5", from, until), "CBC.99000047", "customer_id"},
	} {
		t.Run(name, func(t *testing.T) { w.as("vendor vendor", http.MethodPost, c.path, c.body).Refused(t, c.code, c.says) })
	}
	if got := w.as("customer c1", http.MethodGet, ownPath, "").Body; !strings.Contains(got, `"count":0`) {
		t.Errorf("refused, the customer has %s", got)
	}
}

func TestAnAccountThatBecomesAPartnerMeanwhileGetsNoDiscount(t *testing.T) {
	w := newWorld(t)
	inner := w.db
	w.db = tabletest.Meanwhile(t, inner, func() {
		old, err := party.Get(t.Context(), inner, "c1")
		if err != nil {
			t.Error(err)
		}
		next, tx := old, table.NewTx()
		next.Kind, next.Partner, next.AssociationType = auth.Partner, "", 0
		tx.Replace(&old, &next)
		if err := inner.Commit(t.Context(), tx); err != nil {
			t.Error(err)
		}
	})
	w.serve()
	body := discountBody("5", "2026-12-01T00:00:00Z", "2026-12-02T16:00:00Z")
	w.as("vendor vendor", http.MethodPost, discountsPath, body).Refused(t, "CBC.99000047", "customer_id")
	if held, err := promotion.Coupons(t.Context(), inner, "c1"); err != nil || len(held) != 0 {
		t.Errorf("it has %+v, %v", held, err)
	}
}
