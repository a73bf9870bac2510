package subscription_test

import (
	"net/http"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
)

// A resource whose customer bought it and whose partner paid a renewal gives back to each what it paid.
func TestRefundsReturnToWhoPaid(t *testing.T) {
	w := agencyWorld(t)
	own := w.buys(1, "tiny")
	id := w.resourcesOf(own.OrderID)[0]
	renewal := w.renews(id, 0)
	w.asks(renewal).done(t)
	w.agentPays(renewal).done(t)
	if w.balance("c") != "1.00" || w.balance("partner") != "496.00" {
		t.Fatalf("the customer has %s, the partner %s", w.balance("c"), w.balance("partner"))
	}
	refund := w.ends(id, 1)
	sources := map[string]int{}
	for _, row := range w.sourced(refund) {
		sources[row.Source+" "+row.Base] += fen(row.Amount)
	}
	if len(sources) != 2 || sources["balance "+own.OrderID] != -4_00 || sources["partner_balance "+renewal] != -4_00 {
		t.Errorf("the rows are %v", sources)
	}
	if w.balance("c") != "5.00" || w.balance("partner") != "500.00" {
		t.Errorf("refunded, the customer has %s, the partner %s", w.balance("c"), w.balance("partner"))
	}
	w.conserved()
}

type sourcedRow struct {
	Amount float64 `json:"amount"`
	Base   string  `json:"base_order_id"`
	Source string  `json:"source_of_money"`
}

func (w *world) sourced(order string) []sourcedRow {
	w.t.Helper()
	var out struct {
		Rows []sourcedRow `json:"refund_infos"`
	}
	w.as("c", http.MethodGet, refundPath+order, "").Into(w.t, &out)
	return out.Rows
}

func TestEveryWayOfGivingBackGoesToThePartnerThatPaid(t *testing.T) {
	w := agencyWorld(t)
	bought := func(product string) string {
		o := w.buys(0, product)
		w.asks(o.OrderID).done(t)
		w.agentPays(o.OrderID).done(t)
		return o.OrderID
	}
	opened := w.resourcesOf(bought("big"))[0]
	w.clock.Advance(6 * 24 * time.Hour)
	for _, step := range []struct {
		what string
		do   func()
	}{
		{"a down-spec", func() {
			w.as("c", http.MethodPost, specPath+opened, `{"product_id":"small"}`).Into(t, &struct{}{})
		}},
		{"unsubscribing in use", func() { w.ends(opened, 1) }},
		{"an opening that failed", func() {
			id := bought("later")
			body := `{"customer_id":"c","opened":false,"reason":"no capacity"}`
			w.call(auth.Vendor, "vendor", http.MethodPost, "/v2/vendor/orders/"+id+"/opening", "application/json", body).Into(t, &struct{}{})
			if got := w.balance("partner"); w.order(id).Payer() != "partner" || got == "" {
				t.Errorf("the order was paid by %q", w.order(id).Payer())
			}
		}},
	} {
		step.do()
		if got := w.balance("c"); got != "5.00" {
			t.Errorf("after %s the customer has %s, want what it had", step.what, got)
		}
		w.conserved()
	}
	if got, err := account.Balance(t.Context(), w.db, account.Of("partner", account.Cash)); err != nil || got <= 470_00 || got >= 500_00 {
		t.Errorf("the partner has %s, %v; want more than the 470.00 that it would without refunds, less than all", got, err)
	}
}

func TestASpecChangeAndACombinedTransactionArePaidByThePartner(t *testing.T) {
	w := agencyWorld(t)
	o := w.buys(0, "small", "tiny")
	w.asks(o.Parts[0]).Refused(t, 400, "CBC.99000089", o.OrderID)
	w.asks(o.OrderID).done(t)
	w.agentPays(o.OrderID).done(t)
	for _, part := range o.Parts {
		if w.order(part).Payer() != "partner" || len(w.resourcesOf(part)) != 1 {
			t.Errorf("part %s is %+v", part, w.order(part))
		}
	}
	id := w.resourcesOf(o.Parts[0])[0]
	w.clock.Advance(36 * time.Hour)
	var change struct {
		OrderID string `json:"order_id"`
	}
	w.as("c", http.MethodPost, specPath+id, `{"product_id":"big"}`).Into(t, &change)
	w.asks(change.OrderID).done(t)
	w.clock.Advance(24 * time.Hour)
	w.agentPays(change.OrderID).done(t)
	if got := w.read("c", id).ProductID; got != "big" || w.balance("c") != "5.00" {
		t.Errorf("the resource is on %s, the customer has %s", got, w.balance("c"))
	}
	w.conserved()
}
