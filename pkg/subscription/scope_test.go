package subscription_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/party"
)

// DOMAIN.md 0, "Roles inside a partner": an account manager sees its own customers alone, and a colleague's look as if there were none.
func TestAnAccountManagerSeesItsOwnCustomersAlone(t *testing.T) {
	w := shopWorld(t, "100.00")
	w.customer("d", "V1", "100.00")
	w.change("c", func(p *party.Party) { p.Profile.Manager = "ann" })
	w.change("d", func(p *party.Party) { p.Profile.Manager = "bob" })
	mine := w.buys(1, "small").OrderID
	w.as("d", http.MethodPost, buyPath, `{"products":[{"product_id":"small","period_type":2,"period_num":1}],"is_auto_pay":1}`).Into(t, &struct{}{})
	var theirs struct {
		Data []struct {
			ID string `json:"resource_id"`
		} `json:"data"`
		Orders []struct {
			ID string `json:"order_id"`
		} `json:"order_infos"`
	}
	w.as("d", http.MethodPost, listPath, `{}`).Into(t, &theirs)
	w.as("d", http.MethodGet, "/v2/orders/customer-orders", "").Into(t, &theirs)
	resource, order := theirs.Data[0].ID, theirs.Orders[0].ID
	call := func(roles, user, method, path, body string) answer {
		w.calls++
		w.clock.Advance(time.Second)
		who := "partner partner " + roles + " " + user
		return answer{resttest.Call{Who: who, Signature: fmt.Sprint("scope-", w.calls), Method: method, Path: path, Body: body}.On(w.api)}
	}
	counts := func(roles, user string) string {
		var resources, orders struct {
			Count int `json:"total_count"`
		}
		call(roles, user, "POST", listPath, `{}`).Into(t, &resources)
		call(roles, user, "GET", "/v2/orders/customer-orders", "").Into(t, &orders)
		return fmt.Sprint(resources.Count, orders.Count)
	}
	for who, want := range map[string]string{"ann": "1 1", "bob": "1 1", "eve": "0 0"} {
		if got := counts("account_manager", who); got != want {
			t.Errorf("%s sees %s resources and orders, want %s", who, got, want)
		}
	}
	if got := counts("account_manager+sales", "eve"); got != "2 2" {
		t.Errorf("with another role it sees %s, want all", got)
	}
	call("account_manager", "ann", "GET", "/v2/orders/customer-orders/details/"+mine, "").Into(t, &struct{}{})
	for path, code := range map[string]string{
		"/v2/orders/customer-orders/details/" + order:        "CBC.0101",
		"/v2/orders/customer-orders?customer_id=d":           "CBC.99000047",
		resourcesPath + resource + "/timeline?customer_id=d": "CBC.99000047",
		resourcesPath + resource + "/events?customer_id=d":   "CBC.99000047",
	} {
		call("account_manager", "ann", "GET", path, "").Refused(t, 400, code, "")
	}
	call("account_manager", "ann", "POST", listPath, `{"customer_id":"d"}`).Refused(t, 400, "CBC.99000047", "d")
	quote := fmt.Sprintf(`{"customer_id":"d","resource_ids":[%q],"period_type":2,"period_num":1}`, resource)
	call("account_manager", "ann", "POST", quotePath, quote).Refused(t, 400, "CBC.99000047", "d")
}
