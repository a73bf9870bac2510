package subscription_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/promotion"
	"partnercenter/pkg/subscription"
)

// world is a table of its own with a vendor's catalogue, a partner and its customers, and the capability's API over it.
type world struct {
	t     *testing.T
	db    *table.Client
	clock *clock.Fake
	env   *function.Env
	api   *rest.API
	calls int
}

var firstOfDecember = calendar.Date{Year: 2026, Month: time.December, Day: 1}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(firstOfDecember.Start())}
	w.env = &function.Env{
		Clock: w.clock, Wall: w.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" },
		Sealer: auth.LocalSealer{Key: make([]byte, 32)},
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
	w.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: w.env.Log,
	})
	subscription.Function.HTTP(w.api, w.env)
	promotion.Function.HTTP(w.api, w.env) // whose vouchers pay orders
	w.party(party.Party{Row: party.Row{ID: "partner", Kind: auth.Partner, Name: "Partner"}})
	return w
}

func (w *world) service() *subscription.Service { return subscription.New(w.env) }

func principal(kind auth.Kind, id auth.PartyID, signature string) auth.Principal {
	return auth.Principal{
		Party: id, Kind: kind, User: "admin", Roles: []auth.Role{auth.Admin}, Signature: signature,
		Permissions: auth.PermissionsOf(kind, []auth.Role{auth.Admin}),
	}
}

func (w *world) commit(add func(tx *table.Tx)) {
	w.t.Helper()
	tx := table.NewTx()
	add(tx)
	if err := w.db.Commit(context.Background(), tx); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) party(p party.Party) {
	w.t.Helper()
	w.commit(func(tx *table.Tx) { party.Create(tx, p, "test", w.clock.Now()) })
}

// answer is what an operation answered.
type answer struct{ resttest.Answer }

// call calls an operation as the administrator of a party. Each call is signed anew.
func (w *world) call(kind auth.Kind, id auth.PartyID, method, path, contentType, body string) answer {
	w.t.Helper()
	w.calls++
	return w.signed(kind, id, fmt.Sprint("signature-", w.calls), method, path, contentType, body)
}

// beside calls an operation as others do at the same time: the clock stands.
func (w *world) beside(customer auth.PartyID, method, path, body string) answer {
	return w.send(auth.Customer, customer, method+path+body, method, path, "application/json", body)
}

func (w *world) signed(kind auth.Kind, id auth.PartyID, signature, method, path, contentType, body string) answer {
	w.t.Helper()
	w.clock.Advance(100 * time.Millisecond) // no faster than the limit of one party
	return w.send(kind, id, signature, method, path, contentType, body)
}

func (w *world) send(kind auth.Kind, id auth.PartyID, signature, method, path, contentType, body string) answer {
	call := resttest.Call{Who: string(kind) + " " + string(id), Signature: signature, Method: method, Path: path, Body: body, Type: contentType}
	return answer{call.On(w.api)}
}

// as calls a JSON operation as a customer's administrator.
func (w *world) as(customer auth.PartyID, method, path, body string) answer {
	w.t.Helper()
	return w.call(auth.Customer, customer, method, path, "application/json", body)
}

const (
	customersHeader = "customer_id,name,customer_level,association_type,email,mobile,locale,opening_balance,sub_account_ids\n"
	resourcesHeader = "resource_id,resource_name,customer_id,service_type_code,service_type_name,resource_type_code,resource_spec_code,region_code," +
		"parent_resource_id,period_type,period_num,price_per_period,effective_time,expire_time,expire_policy\n"
)

type imported struct {
	ImportID string `json:"import_id"`
	State    string `json:"state"`
	Rows     int    `json:"rows"`
	Imported int    `json:"imported"`
	Exists   int    `json:"exists"`
	Refused  int    `json:"refused"`
	Verdicts []struct {
		Line    int    `json:"line"`
		ID      string `json:"id"`
		Outcome string `json:"outcome"`
		Message string `json:"message"`
	} `json:"verdicts"`
}

func (w *world) imports(what, query, sheet string) imported {
	w.t.Helper()
	var out imported
	w.call(auth.Vendor, "vendor", http.MethodPost, "/v2/vendor/"+what+"/import"+query, "text/csv", sheet).Into(w.t, &out)
	return out
}

// customer imports a customer of the partner with money.
func (w *world) customer(id auth.PartyID, level, balance string) {
	w.t.Helper()
	sheet := customersHeader + fmt.Sprintf("%s,Name of %s,%s,2,%s@customer.example,13800000000,zh-CN,%s,\n", id, id, level, id, balance)
	if got := w.imports("customers", "?partner_id=partner", sheet); got.Imported != 1 {
		w.t.Fatalf("got %+v", got)
	}
}

// row is a resource to import: bought for a month that ends on Expiry, unless it says otherwise.
type row struct {
	ID, Customer, Parent string
	Unit, Count          int
	Price                string
	Expiry               calendar.Date
	Policy               int
}

func (r row) csv() string {
	if r.Unit == 0 {
		r.Unit, r.Count = 2, 1
	}
	if r.Price == "" {
		r.Price = "10.00"
	}
	term := calendar.Term{Unit: calendar.Unit(r.Unit), Count: r.Count}
	bought := r.Expiry.AddMonths(-term.Months(), r.Expiry.Day)
	return fmt.Sprintf("%s,Name of %s,%s,hws.service.type.ec2,Elastic Cloud Server,hws.resource.type.vm,s2.small.1,cn-north-1,%s,%d,%d,%s,%s,%s,%d\n",
		r.ID, r.ID, r.Customer, r.Parent, r.Unit, r.Count, r.Price, bought.At(12, 0).Format("2006-01-02T15:04:05Z"),
		r.Expiry.LastSecond().Format("2006-01-02T15:04:05Z"), r.Policy)
}

func (w *world) resources(rows ...row) {
	w.t.Helper()
	sheet := resourcesHeader
	for _, r := range rows {
		sheet += r.csv()
	}
	if got := w.imports("subscriptions", "", sheet); got.Imported != len(rows) {
		w.t.Fatalf("got %+v", got)
	}
}

func (w *world) read(customer auth.PartyID, sk string) subscription.Subscription {
	w.t.Helper()
	var s subscription.Subscription
	if err := w.db.Get(context.Background(), table.Key{PK: "PARTY#" + string(customer), SK: "SUB#" + sk}, &s); err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) balance(customer auth.PartyID) string {
	w.t.Helper()
	held, err := account.Balance(context.Background(), w.db, account.Of(customer, account.Cash))
	if err != nil {
		w.t.Fatal(err)
	}
	return held.String()
}

// events gives the types of a customer's events since its import, in order.
func (w *world) events(customer auth.PartyID) []string {
	w.t.Helper()
	types := []string{}
	for e, err := range event.List(context.Background(), w.db, string(customer), time.Time{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if e.Type != subscription.EventImported && e.Type != party.EventCreated {
			types = append(types, strings.TrimPrefix(e.Type, "subscription."))
		}
	}
	return types
}

// due gives the piece of due work of a main resource, as the sweep finds it.
func due(customer auth.PartyID, id string) lifecycle.Due {
	return lifecycle.Due{Key: table.Key{PK: "PARTY#" + string(customer), SK: "SUB#" + id}, Kind: subscription.WorkSubscription, Account: string(customer)}
}

// run moves the clock to each time at which the resource is due, up to an end, and does the work then.
func (w *world) run(customer auth.PartyID, id string, until time.Time) {
	w.t.Helper()
	for range 100 {
		s := w.read(customer, id)
		at, ok := lifecycle.DueAt(&s.Head)
		if !ok || at.After(until) {
			break
		}
		if at.After(w.clock.Now()) {
			w.clock.Set(at)
		}
		if err := w.service().Do(context.Background(), due(customer, id)); err != nil {
			w.t.Fatal(err)
		}
	}
	w.clock.Set(until)
}

// sound checks the customer's account against its entries.
func (w *world) sound(customers ...auth.PartyID) {
	w.t.Helper()
	for _, c := range customers {
		if _, err := account.Audit(context.Background(), w.db, account.Of(c, account.Cash)); err != nil {
			w.t.Error(err)
		}
	}
}
