package joining_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/promotion"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/system/joining"
)

// world is a table of its own with a distributor, its reseller with a customer that has money, a voucher and resources, and the APIs of all that.
type world struct {
	t     *testing.T
	db    *table.Client
	clock *clock.Fake
	env   *function.Env
	api   *rest.API
	calls int
	quota string // the distributor's
}

const (
	vendor      = "vendor vendor admin ann"
	distributor = "distributor dist admin bob"
	reseller    = "reseller res admin ron"
)

func environment(now *clock.Fake, db *table.Client) *function.Env {
	env := &function.Env{Clock: now, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" }}
	env.Sealer = auth.LocalSealer{Key: make([]byte, 32)}
	function.Port[*table.Client]{Name: "table"}.Put(env, db)
	return env
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC))}
	w.env = environment(w.clock, w.db)
	w.api = rest.New(rest.Config{Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: w.env.Log})
	for _, d := range []function.Declaration{joining.Function(), promotion.Function, subscription.Function} {
		d.HTTP(w.api, w.env)
	}
	for _, p := range []party.Party{
		{Row: party.Row{ID: "vendor", Kind: auth.Vendor, Name: "Vendor"}},
		{Row: party.Row{ID: "dist", Kind: auth.Distributor, Name: "Distributor"}},
		{Row: party.Row{ID: "res", Kind: auth.Reseller, Name: "Reseller"}, Distributor: "dist"},
	} {
		tx := table.NewTx()
		party.Create(tx, p, "test", w.clock.Now())
		party.Enlist(tx, p, w.clock.Now())
		if err := w.db.Commit(t.Context(), tx); err != nil {
			t.Fatal(err)
		}
	}
	w.imports("customers?partner_id=res", "customer_id,name,customer_level,association_type,email,mobile,locale,opening_balance\nc,Customer,V0,2,c@c.example,13800000000,zh-CN,70.00\n")
	sheet := "resource_id,resource_name,customer_id,service_type_code,service_type_name,resource_type_code,resource_spec_code,region_code," +
		"parent_resource_id,period_type,period_num,price_per_period,effective_time,expire_time,expire_policy\n"
	for n := range 50 { // more than one transaction moves
		sheet += fmt.Sprintf("r%02d,R,c,hws.service.type.ec2,ECS,hws.resource.type.vm,s2.small.1,cn-north-1,,2,1,10.00,2026-11-20T04:00:00Z,2026-12-20T15:59:59Z,0\n", n)
	}
	w.imports("subscriptions", sheet)
	var granted struct {
		ID string `json:"quota_id"`
	}
	w.call(vendor, "POST", "/v2/vendor/partners/dist/coupon-quotas",
		`{"quota_type":0,"quota_value":1000,"effective_time":"2026-12-01T00:00:00Z","expire_time":"2026-12-31T16:00:00Z"}`).Into(t, &granted)
	w.quota = granted.ID
	var down struct {
		Quotas []struct {
			ID string `json:"quota_id"`
		} `json:"simple_quota_infos"`
	}
	w.call(distributor, "POST", "/v2/partners/coupon-quotas/indirect-partner-adjust",
		`{"quota_id":"`+w.quota+`","quota_amount":100,"indirect_partner_ids":["res"]}`).Into(t, &down)
	w.call(reseller, "POST", "/v2/promotions/benefits/partner-coupons", `{"quota_id":"`+down.Quotas[0].ID+`","face_value":40,"customer_ids":["c"]}`).Into(t, nil)
	return w
}

func (w *world) call(who, method, path, body string) resttest.Answer {
	w.t.Helper()
	w.calls++
	w.clock.Advance(200 * time.Millisecond) // no faster than the limit of one party
	c := resttest.Call{Who: who, Signature: fmt.Sprint("signature-", w.calls), Method: method, Path: path, Body: body}
	if strings.Contains(path, "/import") {
		c.Type = "text/csv"
	}
	return c.On(w.api)
}

func (w *world) imports(what, sheet string) {
	w.t.Helper()
	what, query, _ := strings.Cut(what, "?")
	var out struct{ Imported, Refused int }
	w.call(vendor, "POST", "/v2/vendor/"+what+"/import?"+query, sheet).Into(w.t, &out)
	if out.Imported == 0 || out.Refused > 0 {
		w.t.Fatalf("got %+v of %s", out, sheet)
	}
}

// works does what is due of the reseller's membership, by the parts that the worker has, on a table as a client sees it.
func (w *world) works(db *table.Client) error {
	env := environment(w.clock, db)
	membership.PartsPort.Put(env, joining.Parts(env))
	return membership.New(env).DoMembership(w.t.Context(), lifecycle.Due{Key: table.Key{PK: "PARTY#res", SK: "MEMBERSHIP#reseller"}})
}

// exits lets the reseller join and begin its exit.
func (w *world) exits() {
	w.t.Helper()
	w.call(reseller, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`).Into(w.t, nil)
	if err := w.works(w.db); err != nil {
		w.t.Fatal(err)
	}
	w.call(distributor, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["res"],"decision":"approve"}`).Into(w.t, nil)
	w.call(reseller, "POST", "/v2/program/memberships/reseller/action", `{"action":"exit","reason":"we merge"}`).Into(w.t, nil)
}

// is says where everything is.
func (w *world) is() string {
	w.t.Helper()
	ctx := w.t.Context()
	c, err := party.Get(ctx, w.db, "c")
	if err != nil {
		w.t.Fatal(err)
	}
	says := "partner " + string(c.Partner)
	for _, id := range []auth.PartyID{"c", "res", "dist"} {
		balance, err := account.Balance(ctx, w.db, account.Of(id, account.Cash))
		if err != nil {
			w.t.Fatal(err)
		}
		says += fmt.Sprintf(", %s %s", id, balance)
	}
	tree, err := promotion.Grow(ctx, w.db, "dist", promotion.QuotaID(w.quota))
	if err != nil {
		w.t.Fatal(err)
	}
	n, held, err := promotion.Holdings(ctx, w.db, "c", "res")
	if err != nil {
		w.t.Fatal(err)
	}
	listed := 0
	for s, err := range table.All[subscription.Subscription](ctx, w.db, table.Query{PK: "PARTY#c", Prefix: "SUB#", Strong: true}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if s.Partner == "dist" {
			listed++
		}
	}
	leaving, err := party.Departing(ctx, w.db, "res")
	if err != nil {
		w.t.Fatal(err)
	}
	return says + fmt.Sprintf(", quota %s, %d vouchers of %s, %d resources, %d leaving", tree.Sums.Balance, n, held, listed, len(leaving))
}

const gone = "partner dist, c 0.00, res 0.00, dist 70.00, quota 1000.00, 0 vouchers of 0.00, 50 resources, 0 leaving"

func TestAResellersExitTakesEverythingToItsDistributor(t *testing.T) {
	w := newWorld(t)
	if got := w.is(); got != "partner res, c 70.00, res 0.00, dist 0.00, quota 900.00, 1 vouchers of 40.00, 0 resources, 0 leaving" {
		t.Fatalf("before, it is %s", got)
	}
	w.exits()
	if err := w.works(w.db); err != nil {
		t.Fatal(err)
	}
	if got := w.is(); got != gone {
		t.Errorf("got  %s\nwant %s", got, gone)
	}
}

// TestAResellersExitSurvivesACrashBehindEachOfItsTransactions lets the process end behind every write.
func TestAResellersExitSurvivesACrashBehindEachOfItsTransactions(t *testing.T) {
	w := newWorld(t)
	w.exits()
	crashes := 0
	for ; crashes < 60; crashes++ {
		err := w.works(w.db.WithFault(func(op table.Op) table.Verdict {
			if op.Kind == table.OpTx {
				return table.CrashAfter
			}
			return table.Pass
		}))
		if errors.Is(err, lifecycle.ErrNotDue) {
			break
		}
		if !errors.Is(err, table.ErrCrash) {
			t.Fatalf("got %v", err)
		}
	}
	if got := w.is(); got != gone || crashes < 8 {
		t.Errorf("after %d crashes\ngot  %s\nwant %s", crashes, got, gone)
	}
}

func TestWhatAnAccountHasIsInTheWayOfItsBecomingAReseller(t *testing.T) {
	w := newWorld(t)
	var f membership.Facts
	for _, add := range joining.Parts(w.env).Facts {
		if err := add(context.Background(), table.NewTx(), "c", &f); err != nil {
			t.Fatal(err)
		}
	}
	if f.Resources != 50 || f.Balance != 70_00 || f.Credit != 0 || f.Contracts != 0 || f.Owes {
		t.Errorf("got %+v", f)
	}
	a := w.call("customer c admin cat", "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"dist"}`)
	for _, guard := range []string{"RESOURCES", "BALANCE", "CUSTOMER"} {
		a.Refused(t, 409, "CBC.99001212", guard)
	}
}
