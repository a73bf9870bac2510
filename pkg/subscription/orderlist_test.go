package subscription_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

const ordersPath = "/v2/orders/customer-orders"

type orderList struct {
	Total  int    `json:"total_count"`
	Marker string `json:"marker"`
	Orders []struct {
		ID       string  `json:"order_id"`
		Customer string  `json:"customer_id"`
		Status   int     `json:"status"`
		Type     int     `json:"order_type"`
		Amount   float64 `json:"amount_after_discount"`
		Info     struct {
			Fee      float64 `json:"commission_amount"`
			Consumed float64 `json:"consumed_amount"`
		} `json:"amount_info"`
		Parts []struct {
			ID string `json:"order_id"`
		} `json:"sub_order_infos"`
	} `json:"order_infos"`
}

func (w *world) orders(kind auth.Kind, id auth.PartyID, query string) orderList {
	w.t.Helper()
	var out orderList
	w.call(kind, id, http.MethodGet, ordersPath+query, "application/json", "").Into(w.t, &out)
	return out
}

func TestOrdersAreListedToTheirCustomerAndItsPartner(t *testing.T) {
	w := shopWorld(t, "200.00")
	w.customer("d", "V1", "50.00")
	w.party(party.Party{Row: party.Row{ID: "stranger", Kind: auth.Partner, Name: "Stranger"}})
	w.clock.Set(beijing(2026, 12, 20, 10, 0))
	single := w.buys(1, "small")
	w.clock.Advance(time.Second)
	combined := w.buys(0, "small", "big")
	id := w.resourcesOf(single.OrderID)[0]
	w.clock.Set(beijing(2027, 1, 10, 10, 0))
	renewal := w.renews(id, 1)
	w.clock.Advance(time.Second)
	end := w.ends(id, 1)

	all := w.orders(auth.Customer, "c", "")
	if all.Total != 4 || all.Orders[0].ID != end || all.Orders[3].ID != single.OrderID {
		t.Fatalf("got %+v, want four orders, the newest first", all)
	}
	refund := all.Orders[0]
	if got := fmt.Sprintln(refund.Type, refund.Status, fen(refund.Amount), fen(refund.Info.Fee), fen(refund.Info.Consumed)); got !=
		fmt.Sprintln(4, 5, -int(w.order(end).Amount), int(w.order(end).Fee), int(w.order(end).Consumed)) || fen(refund.Amount) >= 0 {
		t.Errorf("the refund is listed as %s", got)
	}
	if parts := all.Orders[2].Parts; len(parts) != 2 || parts[0].ID != combined.Parts[0] {
		t.Errorf("the combined transaction has the parts %v, want %v", parts, combined.Parts)
	}
	if asPartner := w.orders(auth.Partner, "partner", ""); asPartner.Total != 4 || asPartner.Orders[3].ID != single.OrderID || len(asPartner.Orders[2].Parts) != 2 {
		t.Errorf("its partner sees %+v", asPartner)
	}
	for query, want := range map[string]int{
		"?order_type=2": 1, "?order_type=4&status=5": 1, "?status=6": 1, "?order_id=" + renewal: 1, "?service_type_code=ECS": 4, "?service_type_code=rds": 0,
		"?create_time_begin=2027-01-01T00:00:00Z": 2, "?create_time_end=2026-12-31T00:00:00Z": 2,
		"?create_time_begin=2026-12-20T02:00:00Z&create_time_end=2026-12-20T02:00:09Z": 2,
		"?payment_time_begin=2027-01-01T00:00:00Z":                                     2, "?method=sub_customer": 0, "?service_type_code&order_type=&status=": 4, "?method=oneself": 4,
	} {
		if got := w.orders(auth.Customer, "c", query).Total; got != want {
			t.Errorf("%s: the customer sees %d, want %d", query, got, want)
		}
		if got := w.orders(auth.Partner, "partner", query+"&customer_id=c").Total; got != want {
			t.Errorf("%s: the partner sees %d of the customer, want %d", query, got, want)
		}
		if got := w.orders(auth.Partner, "partner", query).Total; got != want {
			t.Errorf("%s: the partner sees %d, want %d", query, got, want)
		}
	}
	if got := w.orders(auth.Customer, "d", "").Total + w.orders(auth.Partner, "stranger", "").Total; got != 0 {
		t.Errorf("others see %d orders", got)
	}
	w.call(auth.Partner, "stranger", http.MethodGet, ordersPath+"?customer_id=c", "", "").Refused(t, 400, "CBC.99000047", "c")
	for _, path := range []string{ordersPath + "/details/" + single.OrderID, refundPath + end} {
		w.call(auth.Partner, "stranger", http.MethodGet, path, "", "").Refused(t, 400, "CBC.0101", "no order")
		w.call(auth.Customer, "d", http.MethodGet, path, "", "").Refused(t, 400, "CBC.0101", "no order")
		w.call(auth.Partner, "partner", http.MethodGet, path, "", "").Into(t, &struct{}{})
	}
	w.call(auth.Partner, "partner", http.MethodGet, refundPath+end+"&customer_id=d", "", "").Refused(t, 400, "CBC.0101", "d")
}

func TestAPartnersListOfATimeToComeIsEmpty(t *testing.T) {
	w := shopWorld(t, "20.00")
	w.buys(1, "small")
	reads := 0
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db.WithFault(func(op table.Op) table.Verdict {
		if op.Index == table.Listed {
			reads++
		}
		if reads > 100 { // months
			return table.CrashBefore
		}
		return table.Pass
	}))
	for _, order := range []string{"createTime", "-createTime"} {
		reads = 0
		if got := w.orders(auth.Partner, "partner", "?create_time_begin=2027-03-01T00:00:00Z&order_by="+order); got.Total != 0 || reads > 13 {
			t.Errorf("%s: got %+v by %d reads, want nothing by few", order, got, reads)
		}
	}
}

func TestWhatIsNotPaidHasNoTimeOfPayment(t *testing.T) {
	w := shopWorld(t, "20.00")
	paid := w.buys(1, "small")
	w.buys(0, "small")
	got := w.orders(auth.Customer, "c", "?payment_time_end=2026-12-31T00:00:00Z")
	if got.Total != 1 || got.Orders[0].ID != paid.OrderID {
		t.Errorf("got %+v, want the paid order alone", got)
	}
}

func TestOrdersAreReadPageByPage(t *testing.T) {
	w := shopWorld(t, "500.00")
	w.clock.Set(beijing(2026, 12, 30, 10, 0))
	for range 7 {
		w.buys(0, "small")
		w.clock.Advance(20 * time.Hour)
	}
	for _, by := range []string{"", "&order_by=createTime", "&order_by=-createTime"} {
		for kind, id := range map[auth.Kind]auth.PartyID{auth.Customer: "c", auth.Partner: "partner"} {
			var offsets, markers []string
			for offset := 0; offset < 9; offset += 3 {
				for _, o := range w.orders(kind, id, fmt.Sprintf("?limit=3&offset=%d%s", offset, by)).Orders {
					offsets = append(offsets, o.ID)
				}
			}
			marker := ""
			for range 4 {
				page := w.orders(kind, id, "?limit=3&marker="+marker+by)
				for _, o := range page.Orders {
					markers = append(markers, o.ID)
				}
				if marker = page.Marker; marker == "" {
					break
				}
			}
			if fmt.Sprint(offsets) != fmt.Sprint(markers) || len(offsets) != 7 {
				t.Errorf("%s%s: by offset %v, by marker %v", kind, by, offsets, markers)
			}
			if ascending := offsets[0] < offsets[6]; ascending != (by == "&order_by=createTime") {
				t.Errorf("%s%s: got %v", kind, by, offsets)
			}
		}
	}
}

func TestAnOrderIsShownWithItsLines(t *testing.T) {
	w := shopWorld(t, "200.00")
	o := w.buys(1, "small", "big")
	var out struct {
		Total int `json:"total_count"`
		Order struct {
			ID     string     `json:"order_id"`
			User   string     `json:"user_name"`
			Amount float64    `json:"amount_after_discount"`
			Parts  []struct{} `json:"sub_order_infos"`
		} `json:"order_info"`
		Lines []struct {
			OrderID string  `json:"order_id"`
			Product string  `json:"product_id"`
			Unit    *int    `json:"period_type"`
			Count   *int    `json:"period_num"`
			From    string  `json:"effective_time"`
			To      string  `json:"expire_time"`
			Amount  float64 `json:"amount_after_discount"`
		} `json:"order_line_items"`
	}
	details := func(id, query string) {
		t.Helper()
		out.Lines = nil
		w.as("c", http.MethodGet, ordersPath+"/details/"+id+query, "").Into(t, &out)
	}
	details(o.OrderID, "")
	if out.Total != 2 || fen(out.Order.Amount) != 40_00 || len(out.Order.Parts) != 2 || out.Order.User == "" {
		t.Fatalf("got %+v", out)
	}
	l := out.Lines[1]
	if l.OrderID != o.Parts[1] || l.Product != "big" || *l.Unit != 2 || *l.Count != 1 || fen(l.Amount) != 30_00 || l.To != "2027-01-01T15:59:59Z" || l.From == "" {
		t.Errorf("got %+v", l)
	}
	if details(o.OrderID, "?offset=1&limit=1"); len(out.Lines) != 1 || out.Lines[0].Product != "big" {
		t.Errorf("the second page is %+v", out.Lines)
	}
	end := w.ends(w.resourcesOf(o.Parts[1])[0], 1)
	if details(end, ""); len(out.Lines) != 1 || out.Lines[0].Unit != nil || fen(out.Lines[0].Amount) != -30_00 {
		t.Errorf("a refund is shown as %+v", out.Lines)
	}
	var coupons struct {
		Count   *int       `json:"count"`
		Coupons []struct{} `json:"user_coupons"`
	}
	pending := w.buys(0, "small")
	w.as("c", http.MethodGet, "/v2/orders/customer-orders/order-coupons?order_id="+pending.OrderID, "").Into(t, &coupons)
	if coupons.Count == nil || *coupons.Count != 0 || coupons.Coupons == nil {
		t.Errorf("got %+v, want no coupon", coupons)
	}
	var discounts struct {
		Discounts []struct{} `json:"discounts"`
	}
	w.as("c", http.MethodGet, "/v2/orders/customer-orders/order-discounts?order_id="+pending.OrderID, "").Into(t, &discounts)
	if discounts.Discounts == nil || len(discounts.Discounts) != 0 {
		t.Errorf("got %+v, want no discount", discounts)
	}
}
