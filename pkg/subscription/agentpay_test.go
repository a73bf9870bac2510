package subscription_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/code"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

const (
	askPath   = "/v2/orders/customer-orders/agent-pay"
	agentPath = "/v2/partners/agent-pay-orders"
)

// agencyWorld is a shopWorld whose customer has little money, and whose partner has much.
func agencyWorld(t *testing.T) *world {
	t.Helper()
	w := shopWorld(t, "5.00")
	w.party(party.Party{Row: party.Row{ID: "rival", Kind: auth.Partner, Name: "Rival"}})
	w.commit(func(tx *table.Tx) {
		if err := account.Open(tx, "partner", 500_00, "opening-of-partner", w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	})
	return w
}

func (w *world) asks(order string) answer {
	w.t.Helper()
	return w.as("c", http.MethodPost, askPath, fmt.Sprintf(`{"order_id":%q}`, order))
}

func payBody(customer string) string { return fmt.Sprintf(`{"customer_id":%q}`, customer) }

func (w *world) agentPays(order string) answer {
	w.t.Helper()
	return w.paysAs(auth.Partner, "partner", "c", order)
}

// paysAs pays a customer's order as a partner's administrator.
func (w *world) paysAs(kind auth.Kind, partner auth.PartyID, customer, order string) answer {
	w.t.Helper()
	return w.call(kind, partner, http.MethodPost, agentPath+"/"+order+"/pay", "application/json", payBody(customer))
}

// atOnce posts as the partner while others do: the clock stands.
func (w *world) atOnce(signature, path, body string) answer {
	return w.send(auth.Partner, "partner", signature, http.MethodPost, agentPath+path, "application/json", body)
}

// awaiting lists what the guard of the association sees.
func (w *world) awaiting() []subscription.OrderID {
	w.t.Helper()
	ids, err := subscription.AwaitingAgentPay(context.Background(), w.db, "c", "partner", w.clock.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return ids
}

type rejected struct {
	OrderIDs []string `json:"order_ids"`
	Failed   []struct {
		ID   string `json:"id"`
		Code string `json:"error_code"`
	} `json:"error_details"`
}

// rejects rejects orders, each given as customer/order.
func (w *world) rejects(orders ...string) rejected {
	w.t.Helper()
	var rows []string
	for _, one := range orders {
		customer, order, _ := strings.Cut(one, "/")
		rows = append(rows, fmt.Sprintf(`{"customer_id":%q,"order_id":%q}`, customer, order))
	}
	var out rejected
	body := fmt.Sprintf(`{"orders":[%s],"reason":"not this quarter"}`, strings.Join(rows, ","))
	w.call(auth.Partner, "partner", http.MethodPost, agentPath+"/reject", "application/json", body).Into(w.t, &out)
	return out
}

type agentInfo struct {
	IsAgentPay bool   `json:"is_agent_pay"`
	Agent      string `json:"paying_agent_id"`
	State      string `json:"state"`
	Reason     string `json:"reason"`
}

type agentOrders struct {
	Total  int `json:"total_count"`
	Orders []struct {
		ID       string     `json:"order_id"`
		Customer string     `json:"customer_id"`
		Until    string     `json:"pending_payment_end_time"`
		Info     *agentInfo `json:"agent_pay_info"`
	} `json:"order_infos"`
	Marker string `json:"marker"`
}

func (w *world) toPay(partner auth.PartyID, query string) agentOrders {
	w.t.Helper()
	var out agentOrders
	w.call(auth.Partner, partner, http.MethodGet, agentPath+query, "application/json", "").Into(w.t, &out)
	return out
}

// conserved checks the accounts of customer and partner, and that together they paid what the orders say.
func (w *world) conserved() {
	w.t.Helper()
	w.audited("c")
	sums, err := account.AuditAll(context.Background(), w.db, account.Of("partner", account.Cash), account.Of("c", account.Cash))
	if err != nil {
		w.t.Error(err)
	}
	holder, err := party.Get(context.Background(), w.db, "c")
	if err != nil {
		w.t.Fatal(err)
	}
	orders, err := subscription.Audit(context.Background(), w.db, "c", subscription.TermsOf(holder), calendar.DateOf(w.clock.Now()))
	if err != nil {
		w.t.Error(err)
	}
	if sums.Paid-sums.Refunded != orders.Paid-orders.Refunded {
		w.t.Errorf("the accounts paid %s, the orders say %s", sums.Paid-sums.Refunded, orders.Paid-orders.Refunded)
	}
}

func TestAPartnerPaysWhatItsCustomerAsksItTo(t *testing.T) {
	w := agencyWorld(t)
	o := w.buys(0, "small")
	if got := w.toPay("partner", ""); got.Total != 0 {
		t.Errorf("before it is asked, the partner is to pay %+v", got)
	}
	w.asks(o.OrderID).done(t)
	got := w.toPay("partner", "")
	if got.Total != 1 || got.Orders[0].ID != o.OrderID || got.Orders[0].Customer != "c" || got.Orders[0].Until == "" ||
		*got.Orders[0].Info != (agentInfo{true, "partner", "to_be_paid", ""}) {
		t.Errorf("the partner is to pay %+v", got)
	}
	if got := w.toPay("rival", ""); got.Total != 0 {
		t.Errorf("another partner sees %+v", got)
	}
	w.asks(o.OrderID).Refused(t, 400, "CBC.99001041", "to_be_paid")
	w.pays(o.OrderID).Refused(t, 400, "CBC.99001041", "partner")
	w.agentPays(o.OrderID).done(t)
	if ids := w.resourcesOf(o.OrderID); len(ids) != 1 || w.balance("c") != "5.00" || w.balance("partner") != "490.00" {
		t.Errorf("it opened %v; the customer has %s, the partner %s", ids, w.balance("c"), w.balance("partner"))
	}
	if got := w.order(o.OrderID); got.Payer() != "partner" || got.Status != subscription.OrderCompleted {
		t.Errorf("the order is %+v", got)
	}
	var list agentOrders
	w.as("c", http.MethodGet, "/v2/orders/customer-orders", "").Into(t, &list)
	if len(list.Orders) != 1 || *list.Orders[0].Info != (agentInfo{true, "partner", "paid", ""}) {
		t.Errorf("the customer sees %+v", list)
	}
	w.agentPays(o.OrderID).Refused(t, 400, "CBC.99003655", "completed")
	if got := w.rejects("c/" + o.OrderID); len(got.Failed) != 1 || got.Failed[0].Code != "CBC.99003655" {
		t.Errorf("rejected after it was paid: %+v", got)
	}
	if got := w.toPay("partner", ""); got.Total != 0 {
		t.Errorf("afterwards the partner is to pay %+v", got)
	}
	types := strings.Join(w.events("c"), " ")
	if !strings.Contains(types, "order.agent_payment_requested") || strings.Count(types, "order.agent_paid") != 1 {
		t.Errorf("the events are %s", types)
	}
	w.conserved()
}

func TestARepeatedPaymentIsTheSameOne(t *testing.T) {
	w := agencyWorld(t)
	o := w.buys(0, "small")
	w.asks(o.OrderID).done(t)
	for n := range 2 {
		a := w.signed(auth.Partner, "partner", "same", http.MethodPost, agentPath+"/"+o.OrderID+"/pay", "application/json", payBody("c"))
		a.done(t)
		if replay := a.Header.Get("Idempotent-Replay"); (replay == "true") != (n == 1) {
			t.Errorf("call %d: replay %q", n, replay)
		}
	}
	if got := w.balance("partner"); got != "490.00" {
		t.Errorf("the partner has %s", got)
	}
}

func TestOfPayersAtOnceOnePays(t *testing.T) {
	w := agencyWorld(t)
	for range 3 {
		o := w.buys(0, "small")
		w.asks(o.OrderID).done(t)
		w.clock.Advance(10 * time.Second)
		before := w.balance("partner")
		answers := make(chan answer)
		for n := range 6 {
			go func() {
				answers <- w.atOnce(fmt.Sprint(o.OrderID, n), "/"+o.OrderID+"/pay", payBody("c"))
			}()
		}
		paid := 0
		for range 6 {
			switch a := <-answers; a.Status {
			case http.StatusNoContent:
				paid++
			case http.StatusBadRequest, http.StatusConflict:
			default:
				t.Errorf("got %d %s", a.Status, a.Body)
			}
		}
		if after := w.balance("partner"); paid != 1 || after == before || len(w.resourcesOf(o.OrderID)) != 1 {
			t.Errorf("%d payments succeeded; the partner had %s and has %s", paid, before, after)
		}
	}
	if got := w.balance("partner"); got != "470.00" {
		t.Errorf("the partner has %s, want 470.00", got)
	}
	w.conserved()
}

func TestPaymentAndRejectionAtOnceAreOneOfBoth(t *testing.T) {
	w := agencyWorld(t)
	for range 4 {
		o := w.buys(0, "small")
		w.asks(o.OrderID).done(t)
		w.clock.Advance(10 * time.Second)
		done := make(chan bool)
		go func() {
			body := fmt.Sprintf(`{"orders":[{"customer_id":"c","order_id":%q}],"reason":"no"}`, o.OrderID)
			done <- strings.Contains(w.atOnce("r"+o.OrderID, "/reject", body).Body, `"order_ids":["`)
		}()
		go func() {
			done <- w.atOnce("p"+o.OrderID, "/"+o.OrderID+"/pay", payBody("c")).Status == http.StatusNoContent
		}()
		if first, second := <-done, <-done; first == second {
			t.Errorf("both succeeded or neither: %t", first)
		}
	}
	w.conserved()
}

func TestAfterARejectionTheCustomerPaysItself(t *testing.T) {
	w := agencyWorld(t)
	first, second, untouched := w.buys(0, "tiny"), w.buys(0, "small"), w.buys(0, "small")
	w.asks(first.OrderID).done(t)
	w.asks(second.OrderID).done(t)
	got := w.rejects("c/"+first.OrderID, "c/"+untouched.OrderID, "nobody/"+second.OrderID, "c/CS26120100000000000000", "c/"+second.OrderID)
	if fmt.Sprint(got.OrderIDs) != fmt.Sprint([]string{first.OrderID, second.OrderID}) || len(got.Failed) != 3 {
		t.Fatalf("got %+v", got)
	}
	for i, want := range []string{"CBC.99001041", "CBC.0101", "CBC.0101"} {
		if got.Failed[i].Code != want {
			t.Errorf("row %d is refused by %s, want %s", i, got.Failed[i].Code, want)
		}
	}
	var list agentOrders
	w.as("c", http.MethodGet, "/v2/orders/customer-orders?order_id="+first.OrderID, "").Into(t, &list)
	if *list.Orders[0].Info != (agentInfo{false, "", "rejected", "not this quarter"}) {
		t.Errorf("the customer sees %+v", list.Orders[0].Info)
	}
	w.agentPays(first.OrderID).Refused(t, 400, "CBC.99001041", "rejected")
	w.pays(first.OrderID).done(t)
	if w.balance("c") != "1.00" || w.balance("partner") != "500.00" || w.order(first.OrderID).Payer() != "" {
		t.Errorf("the customer has %s, the partner %s", w.balance("c"), w.balance("partner"))
	}
	w.asks(second.OrderID).done(t)
	w.agentPays(second.OrderID).done(t)
	w.cancels(untouched.OrderID).done(t)
	w.call(auth.Partner, "partner", http.MethodPost, agentPath+"/reject", "application/json",
		fmt.Sprintf(`{"orders":[{"customer_id":"c","order_id":%q}],"reason":" "}`, untouched.OrderID)).Refused(t, 400, "CBC.0100", "reason")
	w.conserved()
}

func (w *world) priced(product string, price int, onSale bool) {
	w.t.Helper()
	body := fmt.Sprintf(`{"month_price":%d,"year_price":%d,"on_sale":%t}`, price, 10*price, onSale)
	w.call(auth.Vendor, "vendor", http.MethodPut, "/v2/vendor/products/"+product, "application/json", body).Into(w.t, &struct{}{})
}

func TestWhatHasChangedSinceIsToBeOrderedAgain(t *testing.T) {
	w := agencyWorld(t)
	id := w.resourcesOf(w.buys(1, "tiny").OrderID)[0]
	new1, renewal := w.buys(0, "small").OrderID, w.renews(id, 0)
	for _, o := range []string{new1, renewal} {
		w.asks(o).done(t)
	}
	refused := func(order, says string) {
		t.Helper()
		w.agentPays(order).Refused(t, 400, "CBC.99001043", says)
	}
	w.priced("small", 12, true)
	refused(new1, "12.00")
	w.priced("small", 10, false)
	refused(new1, "order again")
	w.priced("small", 10, true)
	w.priced("tiny", 3, true)
	refused(renewal, "3.00")
	w.priced("tiny", 4, true)
	w.agentPays(renewal).done(t)
	w.agentPays(new1).done(t)

	late := w.renews(id, 0)
	expiry := w.read("c", id).Expiry.End()
	w.cancels(late).done(t)
	w.clock.Set(expiry.Add(-time.Hour))
	late = w.renews(id, 0)
	w.asks(late).done(t)
	w.clock.Set(expiry.Add(time.Minute))
	refused(late, "has passed")
	if got := w.rejects("c/" + late); len(got.OrderIDs) != 1 {
		t.Errorf("it can't be rejected: %+v", got)
	}
}

func TestOrdersThatCantBePaidByThePartner(t *testing.T) {
	w := agencyWorld(t)
	w.customer("other", "V1", "100.00")
	o := w.buys(0, "small")
	w.as("other", http.MethodPost, askPath, fmt.Sprintf(`{"order_id":%q}`, o.OrderID)).Refused(t, 400, "CBC.0101", o.OrderID)
	w.agentPays(o.OrderID).Refused(t, 400, "CBC.99001041", "not asked you")
	w.asks(o.OrderID).done(t)
	w.paysAs(auth.Partner, "rival", "c", o.OrderID).Refused(t, 400, "CBC.0101", "no order")
	w.paysAs(auth.Partner, "partner", "other", o.OrderID).Refused(t, 400, "CBC.0101", "no order")
	w.paysAs(auth.Partner, "partner", "c", "CS1").Refused(t, 400, "CBC.0101", "CS1")
	w.standing("partner", party.Frozen)
	w.agentPays(o.OrderID).Refused(t, 400, "CBC.99003626", "frozen")
	w.standing("partner", party.Normal)
	big := w.buys(0, "big", "big", "big", "big", "big", "big", "big", "big", "big", "big").OrderID
	w.asks(big).done(t)
	second := w.buys(0, "big", "big", "big", "big", "big", "big", "big", "big", "big", "big").OrderID
	w.asks(second).done(t)
	w.agentPays(big).done(t)
	w.agentPays(second).Refused(t, 400, "CBC.99001001", "200.00")
	w.cancels(o.OrderID).done(t)
	w.agentPays(o.OrderID).Refused(t, 400, "CBC.99003655", "cancelled")
	w.clock.Advance(7 * 24 * time.Hour)
	w.agentPays(second).Refused(t, 400, "CBC.99003655", "was to be paid by")
	if got := w.toPay("partner", ""); got.Total != 0 {
		t.Errorf("what can't be paid any more is listed: %+v", got)
	}
	w.works(second)
	w.agentPays(second).Refused(t, 400, "CBC.99003655", "cancelled")
	w.asks(second).Refused(t, 400, "CBC.99003655", "cancelled")
	w.conserved()
}

func TestACustomerWithoutThePartnerPaysItself(t *testing.T) {
	w := agencyWorld(t)
	o := w.buys(0, "tiny")
	w.asks(o.OrderID).done(t)
	if ids := w.awaiting(); len(ids) != 1 || string(ids[0]) != o.OrderID {
		t.Errorf("the association's guard sees %v", ids)
	}
	w.change("c", func(p *party.Party) { p.Partner, p.AssociationType = "", 0 })
	w.agentPays(o.OrderID).Refused(t, 400, "CBC.0101", "no order")
	w.asks(o.OrderID).Refused(t, 400, "CBC.99001042", "no partner")
	w.pays(o.OrderID).done(t)
	if ids := w.awaiting(); len(ids) != 0 {
		t.Errorf("paid, the association's guard sees %v", ids)
	}
}

func TestAResellerPaysForResaleCustomersAlone(t *testing.T) {
	w := agencyWorld(t)
	w.party(party.Party{Row: party.Row{ID: "res", Kind: auth.Reseller, Name: "Reseller"}})
	w.change("c", func(p *party.Party) { p.Partner, p.AssociationType = "res", party.Referral })
	o := w.buys(0, "small")
	w.asks(o.OrderID).Refused(t, 400, "CBC.99001042", "resale")
	w.change("c", func(p *party.Party) { p.AssociationType = party.Resale })
	w.asks(o.OrderID).done(t)
	w.paysAs(auth.Reseller, "res", "c", o.OrderID).Refused(t, 400, "CBC.99001001", "balance")
}

func TestAPaymentNeedsTheCodeOfAPartnerThatHasVerificationOn(t *testing.T) {
	w := agencyWorld(t)
	w.change("partner", func(p *party.Party) { p.Email = "partner@x.example" })
	w.commit(func(tx *table.Tx) { party.Sensitive{}.Require(tx, "partner", true) })
	o := w.buys(0, "small")
	w.asks(o.OrderID).done(t)
	w.agentPays(o.OrderID).Refused(t, 400, "CBC.0100", "verification_code")
	if got := w.balance("partner"); got != "500.00" {
		t.Errorf("without a code the partner has paid: %s", got)
	}
	pays := func(given string) answer {
		return w.call(auth.Partner, "partner", http.MethodPost, agentPath+"/"+o.OrderID+"/pay", "application/json",
			fmt.Sprintf(`{"customer_id":"c","verification_code":%q}`, given))
	}
	pays("000").Refused(t, 400, "CBC.99001011", "verification_code")
	pays(w.code("partner")).done(t)
}

// code sends a party the code of a sensitive operation, and gives it.
func (w *world) code(id auth.PartyID) string {
	w.t.Helper()
	inbox := &notifytest.Inbox{}
	request, err := party.SensitiveCode(w.t.Context(), w.db, id)
	if err == nil {
		once := &notify.Once{Table: w.db, Mail: inbox, SMS: &notifytest.Phone{}, Clock: w.clock, Wall: w.clock}
		err = (&code.Codes{Table: w.db, Clock: w.clock, Wall: w.clock, Keys: w.env.Keyring(), Once: once}).Send(w.t.Context(), request)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return regexp.MustCompile(`[0-9]{6}`).FindString(inbox.Mails()[0].Text)
}

func TestAPaymentThatMeetsAFaultHappensOnce(t *testing.T) {
	for _, fault := range []table.Verdict{table.Conflict, table.Throttle, table.LostAnswer, table.CrashBefore, table.CrashAfter} {
		w := agencyWorld(t)
		o := w.buys(0, "small")
		w.asks(o.OrderID).done(t)
		function.Port[*table.Client]{Name: "table"}.Put(w.env, tabletest.FirstTx(t, w.db, fault))
		path := agentPath + "/" + o.OrderID + "/pay"
		w.signed(auth.Partner, "partner", "same", http.MethodPost, path, "application/json", payBody("c"))
		w.signed(auth.Partner, "partner", "same", http.MethodPost, path, "application/json", payBody("c")).done(t)
		if got := w.balance("partner"); got != "490.00" || len(w.resourcesOf(o.OrderID)) != 1 {
			t.Errorf("fault %d: the partner has %s", fault, got)
		}
		w.conserved()
	}
}

func TestThePartnersListGoesByMarkerAndCustomer(t *testing.T) {
	w := agencyWorld(t)
	var ids []string
	for range 3 {
		w.clock.Advance(time.Second)
		o := w.buys(0, "small")
		w.asks(o.OrderID).done(t)
		ids = append([]string{o.OrderID}, ids...)
	}
	first := w.toPay("partner", "?limit=2")
	rest := w.toPay("partner", "?limit=2&marker="+first.Marker)
	if len(first.Orders) != 2 || len(rest.Orders) != 1 || first.Orders[0].ID != ids[0] || first.Orders[1].ID != ids[1] || rest.Orders[0].ID != ids[2] {
		t.Errorf("pages %+v and %+v, want %v", first, rest, ids)
	}
	if got := w.toPay("partner", "?customer_id=nobody"); got.Total != 0 {
		t.Errorf("of nobody there is %+v", got)
	}
}
