package invoicing_test

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle/lifecycletest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive"
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/party"
	"partnercenter/pkg/system/invoicing"
)

// shelf keeps the files of imports.
type shelf map[string]string

func (s shelf) Put(_ context.Context, key string, file []byte) error {
	s[key] = string(file)
	return nil
}

func (s shelf) UploadURL(context.Context, string, int64, time.Duration) (string, error) {
	return "", nil
}

func (s shelf) Size(_ context.Context, key string) (int64, bool, error) {
	return int64(len(s[key])), true, nil
}

func (s shelf) Range(_ context.Context, key string, from, to int64) ([]byte, error) {
	return []byte(s[key][from:to]), nil
}

const creditPlan = `{"name":"Solution providers","effective_month":"2026-11","rules":[{"tiers":[{"from":0,"rate":1000}]}]}`

// DOMAIN.md 6, "Rules": what a line of a provider's bill says was bought on credit ends as an incentive that is frozen until the customer has repaid.
func TestALineOnCreditEndsAsAFrozenIncentive(t *testing.T) {
	w := newWorld(t)
	invoicing.Incentives().HTTP(w.api, w.env)
	kept := shelf{}
	files := function.Port[performance.Files]{Name: "files", Open: func(*function.Env) performance.Files { return kept }}
	performance.Function().HTTP(w.api, w.env)
	performance.Consumption(files).HTTP(w.api, w.env)
	work := lifecycletest.Work{Table: w.db, Clock: w.clock, Handlers: performance.Work(w.env, files)}
	maps.Copy(work.Handlers, incentive.Work(w.env))
	w.customer("c", "p", party.Resale)
	ok := func(who, method, path, body string, out any) {
		t.Helper()
		w.call(who, method, path, body).Into(t, out)
	}
	const vendors = "/v2/vendor/incentives"
	ok(vendor, http.MethodPost, vendors+"/plans/sp/versions", creditPlan, nil)
	ok(vendor, http.MethodPut, vendors+"/partners/p/membership", `{"plan_id":"sp","since":"2026-11-01"}`, nil)
	ok(vendor, http.MethodPut, "/v2/vendor/consumption/sub-accounts", `{"sub_account_id":"sub","customer_id":"c"}`, nil)
	w.clock.Set(calendar.Date{Year: 2026, Month: time.December, Day: 2}.At(9, 0))
	row := ",CNY,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,2026-11-18T04:00:00Z,Usage,sub,ECS,"
	resttest.Call{Who: vendor, Signature: "import", Method: http.MethodPost, Path: "/v2/vendor/consumption/imports?source=focus&period=2026-11", Type: "text/csv", Body: "" +
		"BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargeCategory,SubAccountId,ServiceName,x_PaymentInstrument\n" +
		"1000.00" + row + "credit\n300.00" + row + "cash\n"}.On(w.api).Into(t, nil)
	work.Until(t, w.clock.Now().Add(time.Hour))
	const slip = "/v2/vendor/performance/partners/p/slips/2026-11"
	ok(vendor, http.MethodPost, slip+"/review", "", nil)
	work.Until(t, w.clock.Now().Add(time.Hour))
	if got := w.call(vendor, http.MethodGet, slip, "").Body; !strings.Contains(got, `"on_credit":1000`) || !strings.Contains(got, `"FINAL"`) {
		t.Errorf("the slip is %s", got)
	}
	work.Until(t, calendar.Date{Year: 2026, Month: time.December, Day: 10}.At(9, 0))
	var list struct {
		Statements []struct {
			ID string `json:"statement_id"`
		}
	}
	ok(partner, http.MethodGet, "/v2/partners/incentive-statements", "", &list)
	if len(list.Statements) != 1 {
		t.Fatalf("statements are %+v", list)
	}
	id := list.Statements[0].ID
	ok(partner, http.MethodPost, "/v2/partners/incentive-statements/"+id+"/decisions", `{"decision":"CONFIRM"}`, nil)
	ok(vendor, http.MethodPost, vendors+"/partners/p/statements/"+id+"/decisions", `{"decision":"APPROVE"}`, nil)
	states := map[incentive.Hold]string{}
	for one, err := range table.All[incentive.Incentive](t.Context(), w.db, table.Query{PK: "PARTY#p", Prefix: "INCENTIVE#", Strong: true}) {
		if err != nil {
			t.Fatal(err)
		}
		states[one.State] = one.Amount.String()
	}
	if states[incentive.Frozen] != "100.00" || states[incentive.Payable] != "30.00" || len(states) != 2 {
		t.Errorf("the incentives are %v, want 100.00 frozen and 30.00 payable", states)
	}
}
