package renewaltask_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/export/address"
	"partnercenter/pkg/foundation/export/s3"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/lifecycle/lifecycletest"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/renewaltask"
	"partnercenter/pkg/subscription"
)

// world is a table of its own with a partner, another one, a distributor with a reseller, and the APIs of tasks and of subscriptions.
type world struct {
	t        *testing.T
	db       *table.Client
	clock    *clock.Fake
	env      *function.Env
	api      *rest.API
	store    *memory
	handlers map[string]lifecycle.Handler
	calls    int
}

// memory is a store of files.
type memory struct {
	files map[string][]byte
	fails error
}

func (m *memory) Put(_ context.Context, key string, file []byte) error {
	if m.fails != nil {
		return m.fails
	}
	m.files[key] = file
	return nil
}

func (m *memory) URL(_ context.Context, key, name string, life time.Duration) (string, error) {
	return fmt.Sprintf("memory:%s?name=%s&life=%s", key, name, life), nil
}

var november = calendar.Date{Year: 2026, Month: time.November, Day: 15}

func december(day int) calendar.Date {
	return calendar.Date{Year: 2026, Month: time.December, Day: day}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(november.Start()), store: &memory{files: map[string][]byte{}}}
	w.env = &function.Env{
		Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" },
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
	s3.Port.Put(w.env, w.store)
	address.Port.Put(w.env, w.store)
	w.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: w.env.Log,
	})
	renewaltask.Function(address.Port, address.Read).HTTP(w.api, w.env)
	subscription.Function.HTTP(w.api, w.env)
	w.handlers = subscription.Work(w.env)
	for kind, h := range renewaltask.Work(w.env) {
		w.handlers[kind] = h
	}
	for kind, h := range export.Work(w.env, s3.Port, map[string]export.Producer{renewaltask.Kind: renewaltask.Producer(w.env)}) {
		w.handlers[kind] = h
	}
	for _, p := range []party.Party{
		{Row: party.Row{ID: "partner", Kind: auth.Partner, Name: "Partner"}},
		{Row: party.Row{ID: "other", Kind: auth.Partner, Name: "Other"}},
		{Row: party.Row{ID: "dist", Kind: auth.Distributor, Name: "Distributor"}},
		{Row: party.Row{ID: "res", Kind: auth.Reseller, Name: "Reseller"}, Distributor: "dist"},
	} {
		w.commit(func(tx *table.Tx) {
			party.Create(tx, p, "test", w.clock.Now())
			party.Enlist(tx, p, w.clock.Now())
		})
		w.enrol(p.ID)
	}
	return w
}

func (w *world) enrol(id auth.PartyID) {
	w.t.Helper()
	if err := renewaltask.New(w.env).Enrol(w.t.Context(), id, "test"); err != nil {
		w.t.Fatal(err)
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

// caller is who calls: kind, party, roles and user.
type caller string

const (
	vendor      = caller("vendor vendor admin ann")
	admin       = caller("partner partner admin ann")
	otherAdmin  = caller("partner other admin ann")
	distributor = caller("distributor dist admin ann")
	reseller    = caller("reseller res admin ann")
)

// answer is what an operation answered.
type answer = resttest.Answer

// call calls an operation. Each call is signed anew.
func (w *world) call(who caller, method, path, body string) answer {
	w.t.Helper()
	w.calls++
	return w.signed(who, fmt.Sprint("signature-", w.calls), method, path, body)
}

func (w *world) signed(who caller, signature, method, path, body string) answer {
	w.t.Helper()
	w.clock.Advance(200 * time.Millisecond) // no faster than the limit of one party
	call := resttest.Call{Who: string(who), Signature: signature, Method: method, Path: path, Body: body}
	if strings.HasSuffix(strings.Split(path, "?")[0], "/import") {
		call.Type = "text/csv"
	}
	return call.On(w.api)
}

// customer puts a customer of a partner there, with money and an account manager.
func (w *world) customer(id, partner auth.PartyID, manager auth.UserID) {
	w.t.Helper()
	sheet := "customer_id,name,customer_level,association_type,email,mobile,locale,opening_balance,sub_account_ids\n" +
		fmt.Sprintf("%s,Name of %s,V0,2,%s@customer.example,13800000000,zh-CN,100000.00,\n", id, id, id)
	w.imports("customers", "?partner_id="+string(partner), sheet)
	w.change(id, func(p *party.Party) { p.Profile.Manager = manager })
}

func (w *world) imports(what, query, sheet string) {
	w.t.Helper()
	var out struct{ Imported, Refused int }
	w.call(vendor, http.MethodPost, "/v2/vendor/"+what+"/import"+query, sheet).Into(w.t, &out)
	if out.Imported == 0 || out.Refused > 0 {
		w.t.Fatalf("import of %s: got %+v", sheet, out)
	}
}

// change changes a party behind the capability's back.
func (w *world) change(id auth.PartyID, edit func(p *party.Party)) {
	w.t.Helper()
	old, err := party.Get(w.t.Context(), w.db, id)
	if err != nil {
		w.t.Fatal(err)
	}
	next := old
	edit(&next)
	w.commit(func(tx *table.Tx) {
		if err := party.Change(context.Background(), w.db, tx, old, next); err != nil {
			w.t.Fatal(err)
		}
	})
}

// holds imports resources that a customer bought for a year at a price; each is an order of its own.
func (w *world) holds(customer auth.PartyID, price string, expiry calendar.Date, ids ...string) {
	w.t.Helper()
	sheet := "resource_id,resource_name,customer_id,service_type_code,service_type_name,resource_type_code,resource_spec_code,region_code," +
		"parent_resource_id,period_type,period_num,price_per_period,effective_time,expire_time,expire_policy\n"
	bought := expiry.AddMonths(-12, expiry.Day)
	for _, id := range ids {
		sheet += fmt.Sprintf("%s,Name of %s,%s,hws.service.type.ec2,Elastic Cloud Server,hws.resource.type.vm,s2.small.1,cn-north-1,,3,1,%s,%s,%s,0\n",
			id, id, customer, price, bought.At(12, 0).Format("2006-01-02T15:04:05Z"), expiry.LastSecond().Format("2006-01-02T15:04:05Z"))
	}
	w.imports("subscriptions", "", sheet)
}

// renews renews a resource of a customer by a period: 2 months, 3 years.
func (w *world) renews(customer auth.PartyID, id string, period, n int) {
	w.t.Helper()
	body := fmt.Sprintf(`{"resource_ids":[%q],"period_type":%d,"period_num":%d,"is_auto_pay":1}`, id, period, n)
	var out struct {
		Failed []any `json:"fail_resource_infos"`
	}
	w.call(caller("customer "+string(customer)+" admin c"), http.MethodPost, "/v2/orders/subscriptions/resources/renew", body).Into(w.t, &out)
	if len(out.Failed) > 0 {
		w.t.Fatalf("not renewed: %v", out.Failed)
	}
}

// unsubscribes ends a resource of a customer.
func (w *world) unsubscribes(customer auth.PartyID, id string) {
	w.t.Helper()
	body := fmt.Sprintf(`{"resource_ids":[%q],"unsubscribe_type":1,"unsubscribe_reason_type":5}`, id)
	var out struct {
		Orders []string `json:"order_ids"`
	}
	w.call(caller("customer "+string(customer)+" admin c"), http.MethodPost, "/v2/orders/subscriptions/resources/unsubscribe", body).Into(w.t, &out)
	if len(out.Orders) != 1 {
		w.t.Fatalf("not unsubscribed: %+v", out)
	}
}

// work is the due work of the table, digests apart, which other tests send.
func (w *world) work() lifecycletest.Work {
	return lifecycletest.Work{Table: w.db, Clock: w.clock, Handlers: w.handlers}
}

// until moves the clock, doing what comes due on the way.
func (w *world) until(day calendar.Date, hour, minute int) {
	w.t.Helper()
	w.work().Until(w.t, day.At(hour, minute))
}
