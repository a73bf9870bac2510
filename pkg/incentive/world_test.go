package incentive_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle/lifecycletest"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/incentive"
	"partnercenter/pkg/party"
)

const (
	vendor  = "vendor vendor"
	partner = "partner p"
	rival   = "partner rival"
	admins  = "/v2/vendor/incentives/partners/p"
)

func december(day int) calendar.Date {
	return calendar.Date{Year: 2026, Month: time.December, Day: day}
}

// world is a table with a vendor and two partners, and the capability's API; what other capabilities know and do is in its fields.
type world struct {
	t         *testing.T
	db        *table.Client
	clock     *clock.Fake
	env       *function.Env
	api       *rest.API
	rows      []incentive.Row
	estimated bool // performance is not final
	unsigned  bool
	noQuota   bool
	granted   []string
	lists     []string
	calls     int
}

var errUnsigned = problem.New(http.StatusConflict, "CBC.99001200", "an agreement is not signed")

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(december(1).At(10, 0))}
	w.serve()
	for id, kind := range map[auth.PartyID]auth.Kind{"vendor": auth.Vendor, "p": auth.Partner, "rival": auth.Partner} {
		tx := table.NewTx()
		party.Create(tx, party.Party{Row: party.Row{ID: id, Kind: kind, Name: string(id), Email: string(id) + "@x.example"}}, "test", w.clock.Now())
		w.commit(tx)
	}
	return w
}

// serve makes the API and the due work.
func (w *world) serve() {
	wall := ticking{clock.NewFake(w.clock.Now())}
	w.env = &function.Env{
		Clock: w.clock, Wall: wall, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Sealer: auth.LocalSealer{Key: make([]byte, 32)},
		Setting: func(string) string { return "" },
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
	w.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: wall, Log: w.env.Log,
	})
	incentive.FunctionWith(func(*function.Env) incentive.Parts { return w.parts() }).HTTP(w.api, w.env)
}

func (w *world) parts() incentive.Parts {
	return incentive.Parts{
		Performance: func(context.Context, auth.PartyID, incentive.Month) ([]incentive.Row, bool, error) {
			return w.rows, !w.estimated, nil
		},
		Agreed: func(context.Context, auth.PartyID, time.Time) error {
			if w.unsigned {
				return errUnsigned
			}
			return nil
		},
		Grant: func(_ context.Context, _ *table.Tx, partner auth.PartyID, value money.Fen, _, until time.Time) error {
			if w.noQuota {
				return party.ErrBlocked
			}
			w.granted = append(w.granted, fmt.Sprintf("%s %s until %s", partner, value, calendar.DateOf(until)))
			return nil
		},
		ToInvoice: func(_ context.Context, _ *table.Tx, r incentive.Request, _ time.Time) error {
			w.lists = append(w.lists, fmt.Sprintf("%s %v", r.Amount, r.Periods))
			return nil
		},
	}
}

// ticking is a wall clock that moves on by a second whenever it is read, so that nobody calls faster than the limit of one party.
type ticking struct{ *clock.Fake }

// Now moves the clock on.
func (c ticking) Now() time.Time {
	c.Advance(time.Second)
	return c.Fake.Now()
}

func (w *world) commit(tx *table.Tx) {
	w.t.Helper()
	if err := w.db.Commit(context.Background(), tx); err != nil {
		w.t.Fatal(err)
	}
}

// as calls an operation. Each call is signed anew.
func (w *world) as(caller, method, path, body string) resttest.Answer {
	w.t.Helper()
	w.calls++
	return resttest.Call{Who: caller, Signature: fmt.Sprint("signature-", w.calls), Method: method, Path: path, Body: body}.On(w.api)
}

// ok calls an operation that is done.
func (w *world) ok(caller, method, path, body string) resttest.Answer {
	w.t.Helper()
	got := w.as(caller, method, path, body)
	if got.Status >= http.StatusBadRequest {
		w.t.Fatalf("%s %s: %d %s", method, path, got.Status, got.Body)
	}
	return got
}

// refused calls an operation that answers a code.
func (w *world) refused(caller, method, path, body, code string) {
	w.t.Helper()
	got := w.as(caller, method, path, body)
	var answer struct {
		Code string `json:"error_code"`
	}
	if err := json.Unmarshal([]byte(got.Body), &answer); err != nil {
		w.t.Fatal(err)
	}
	if got.Status < http.StatusBadRequest || answer.Code != code {
		w.t.Errorf("%s %s %s: got %d %s, want %s", method, path, body, got.Status, got.Body, code)
	}
}

// at moves the clock, doing what comes due on the way.
func (w *world) at(t time.Time) {
	w.t.Helper()
	lifecycletest.Work{Table: w.db, Clock: w.clock, Handlers: incentive.Work(w.env)}.Until(w.t, t)
}

const rates = `{"name":"Solution providers","effective_month":"2026-11","rules":[{"tiers":[{"from":0,"rate":1000}]}]}`

// joined has p in a plan that gives 10 percent, with certified business information.
func (w *world) joined() *world {
	w.t.Helper()
	w.ok(vendor, http.MethodPost, "/v2/vendor/incentives/plans/sp/versions", rates)
	w.ok(vendor, http.MethodPut, admins+"/membership", `{"plan_id":"sp","since":"2026-11-01"}`)
	w.certify()
	return w
}

const business = `{"title":"某某科技有限公司","taxpayer_id":"91440300MA5EXAMPL1","registered_address":"深圳市龙岗区1号","registered_phone":"0755-1234567",
	"bank_name":"招商银行","bank_account":"755900001111222","currency":"CNY"}`

func (w *world) certify() {
	w.t.Helper()
	w.ok(partner, http.MethodPut, "/v2/partners/business-information", business)
	w.ok(vendor, http.MethodPost, admins+"/business-information/decisions", `{"decision":"CERTIFY"}`)
}

// issue closes November, confirms and approves all statements.
func (w *world) issue() {
	w.t.Helper()
	w.at(december(5).At(6, 0))
	for _, id := range w.statements("TO_CONFIRM") {
		w.ok(partner, http.MethodPost, "/v2/partners/incentive-statements/"+id+"/decisions", `{"decision":"CONFIRM"}`)
		w.ok(vendor, http.MethodPost, admins+"/statements/"+id+"/decisions", `{"decision":"APPROVE"}`)
	}
}

func (w *world) statements(state string) []string {
	w.t.Helper()
	var out struct {
		Statements []struct {
			ID string `json:"statement_id"`
		} `json:"statements"`
	}
	w.ok(partner, http.MethodGet, "/v2/partners/incentive-statements?limit=100&state="+state, "").Into(w.t, &out)
	var ids []string
	for _, s := range out.Statements {
		ids = append(ids, s.ID)
	}
	slices.Sort(ids)
	return ids
}

// incentives gives p's incentives as id, amount and state.
func (w *world) incentives() []string {
	w.t.Helper()
	var out struct {
		Incentives []struct {
			ID     string `json:"incentive_id"`
			Amount rest.Amount
			State  string
		}
	}
	w.ok(partner, http.MethodGet, "/v2/partners/incentives?limit=100", "").Into(w.t, &out)
	var all []string
	for _, i := range out.Incentives {
		all = append(all, fmt.Sprintf("%s %s %s", i.ID, money.Fen(i.Amount), i.State))
	}
	slices.Sort(all)
	return all
}

type shownRequest struct {
	ID     string   `json:"payment_request_id"`
	State  string   `json:"state"`
	Next   string   `json:"next_state"`
	Reason string   `json:"reason"`
	PayBy  string   `json:"pay_by"`
	End    string   `json:"bank_account_end"`
	Months []string `json:"periods"`
}

func (w *world) request(id string) shownRequest {
	w.t.Helper()
	var r shownRequest
	w.ok(partner, http.MethodGet, "/v2/partners/payment-requests/"+id, "").Into(w.t, &r)
	return r
}

// apply makes a payment request and gives its number.
func (w *world) apply(method string) string {
	w.t.Helper()
	var r shownRequest
	w.ok(partner, http.MethodPost, "/v2/partners/payment-requests", `{"method":"`+method+`"}`).Into(w.t, &r)
	return r.ID
}

// advance tells a payment request what its invoices mean to it.
func (w *world) advance(id string, e incentive.RequestEvent, told incentive.Told) error {
	tx := table.NewTx()
	told.At = w.clock.Now()
	if err := incentive.New(w.env).Advance(context.Background(), tx, "p", id, e, told); err != nil {
		return err
	}
	return w.db.Commit(context.Background(), tx)
}

func (w *world) cash() string {
	w.t.Helper()
	balance, err := account.Balance(context.Background(), w.db, account.Of("p", account.Cash))
	if err != nil {
		w.t.Fatal(err)
	}
	return balance.String()
}

// told gives what writers were asked to tell p, with the amount.
func (w *world) told() []string {
	w.t.Helper()
	var all []string
	for e, err := range event.List(context.Background(), w.db, "p", time.Time{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if writer := e.Data["writer"]; writer != "" {
			all = append(all, writer+" "+e.Data[incentive.StateDatum]+" "+e.Data[incentive.AmountDatum])
		}
	}
	return all
}
