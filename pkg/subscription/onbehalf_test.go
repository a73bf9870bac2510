package subscription_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/subscription"
)

// agent is a partner's user who calls with a real access key, by the real gate.
type agent struct {
	*world
	gate   *rest.API
	key    *auth.AccessKey
	secret string
}

// agentWorld is a shopWorld whose customer has authorized its partner.
func agentWorld(t *testing.T) *agent {
	t.Helper()
	w := shopWorld(t, "100.00")
	sealer := auth.LocalSealer{Key: make([]byte, 32)}
	credentials := &auth.Authenticator{Table: w.db, Sealer: sealer, Wall: w.clock}
	a := &agent{world: w, gate: rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return credentials }, Clock: w.clock, Wall: w.clock, Log: w.env.Log,
	})}
	subscription.Function.HTTP(a.gate, w.env)
	user := auth.NewUser("bo", "partner", auth.Partner, "Bo", "", []auth.Role{auth.Admin})
	var err error
	if a.key, a.secret, err = auth.Issue(t.Context(), sealer, user, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	w.commit(func(tx *table.Tx) {
		tx.Create(user)
		tx.Create(a.key)
		tx.Create(authorized("partner", "c", auth.Authorized))
	})
	return a
}

func authorized(partner, customer auth.PartyID, state auth.AuthorizationState) *auth.Authorization {
	key := auth.AuthorizationKey(partner, customer)
	return &auth.Authorization{Head: key.Head(), Partner: partner, Customer: customer, State: state}
}

// does calls on the customer's behalf.
func (a *agent) does(method, path, body string) answer {
	a.t.Helper()
	a.clock.Advance(time.Second)
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set(auth.OnBehalfHeader, "c")
	r.Header.Set("Content-Type", "application/json")
	auth.Sign(r, []byte(body), a.key.ID, a.secret, a.clock.Now())
	out := httptest.NewRecorder()
	a.gate.ServeHTTP(out, r)
	return answer{resttest.Answer{Status: out.Code, Header: out.Header(), Body: out.Body.String()}}
}

const buySmall = `{"products":[{"product_id":"small","period_type":2,"period_num":1}],"is_auto_pay":1}`

func TestAnOrderOnBehalfIsTheCustomersAndSaysWhoPlacedIt(t *testing.T) {
	a := agentWorld(t)
	begun := a.clock.Now()
	var o bought
	a.does(http.MethodPost, buyPath, buySmall).Into(t, &o)
	if got := a.order(o.OrderID); got.Source != subscription.SourceAgent || got.Customer != "c" || got.User != "partner/bo for c" || o.Status != 5 {
		t.Errorf("the order is %+v", got)
	}
	if got := a.balance("c"); got != "90.00" {
		t.Errorf("the customer has %s, want its own money spent", got)
	}
	id := a.resourcesOf(o.OrderID)[0]
	for _, c := range [][2]string{
		{renewPath, fmt.Sprintf(`{"resource_ids":[%q],"period_type":2,"period_num":1,"is_auto_pay":1}`, id)},
		{endPath, fmt.Sprintf(`{"resource_ids":[%q],"unsubscribe_type":2}`, id)},
		{specPath + id, `{"product_id":"big","is_auto_pay":1}`},
	} {
		if got := a.does(http.MethodPost, c[0], c[1]); got.Status != http.StatusOK || !strings.Contains(got.Body, `"CS`) {
			t.Errorf("%s: %d %s", c[0], got.Status, got.Body)
		}
	}
	var acts int
	for e, err := range event.List(t.Context(), a.db, "c", begun) {
		if err != nil {
			t.Fatal(err)
		}
		if e.By != "partner/bo for c" && e.At.After(begun) {
			t.Errorf("%s is by %q, want both parties and the user", e.Type, e.By)
		}
		acts++
	}
	var list struct {
		Orders []struct {
			Source int `json:"source_type"`
		} `json:"order_infos"`
	}
	a.does(http.MethodGet, "/v2/orders/customer-orders", "").Into(t, &list)
	for _, o := range list.Orders {
		if o.Source != 2 {
			t.Errorf("the list has an order of source %d, want 2", o.Source)
		}
	}
	if len(list.Orders) != 4 || acts < 4 {
		t.Errorf("%d orders, %d events", len(list.Orders), acts)
	}
	a.audited("c")
}

func TestACallOnBehalfAgainIsTheSameAndAnothersIsNot(t *testing.T) {
	a := agentWorld(t)
	send := func(customer string) answer {
		r := httptest.NewRequest(http.MethodPost, buyPath, strings.NewReader(buySmall))
		if customer != "" {
			r.Header.Set(auth.OnBehalfHeader, customer)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "same")
		auth.Sign(r, []byte(buySmall), a.key.ID, a.secret, a.clock.Now())
		out := httptest.NewRecorder()
		a.gate.ServeHTTP(out, r)
		return answer{resttest.Answer{Status: out.Code, Header: out.Header(), Body: out.Body.String()}}
	}
	first, second := send("c"), send("c")
	if first.Status != 200 || first.Body != second.Body || second.Header.Get("Idempotent-Replay") != "true" || a.balance("c") != "90.00" {
		t.Errorf("%d %s, then %d %s; the balance is %s", first.Status, first.Body, second.Status, second.Body, a.balance("c"))
	}
	send("").Refused(t, 403, "CBC.0155", "partner cannot call this")
}

func TestARevokedAuthorizationEndsOrdersOnBehalfAtOnce(t *testing.T) {
	a := agentWorld(t)
	a.does(http.MethodPost, buyPath, buySmall).Into(t, &bought{})
	var old auth.Authorization
	if err := a.db.Get(t.Context(), auth.AuthorizationKey("partner", "c"), &old); err != nil {
		t.Fatal(err)
	}
	a.commit(func(tx *table.Tx) { tx.Replace(&old, authorized("partner", "c", "revoked")) })
	a.does(http.MethodPost, buyPath, buySmall).Refused(t, 403, "CBC.0151", "has not authorized you")
	if got := a.balance("c"); got != "90.00" {
		t.Errorf("the balance is %s", got)
	}
}

func TestWhatIsNotTheCustomersCantBeDoneOnItsBehalf(t *testing.T) {
	a := agentWorld(t)
	a.does(http.MethodPost, "/v2/vendor/products", `{}`).Refused(t, 403, "CBC.0155", "letter")
}
