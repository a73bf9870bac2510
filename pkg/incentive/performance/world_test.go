package performance_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/events/demo"
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
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/incentive/performance/settled"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

// world is a table of its own with partners, the demo's customers, and the APIs of consumption and of subscriptions.
type world struct {
	t        *testing.T
	db       *table.Client
	clock    *clock.Fake
	env      *function.Env
	api      *rest.API
	files    *memory
	handlers map[string]lifecycle.Handler
	calls    int
}

// memory is a store of files.
type memory struct {
	files map[string][]byte
	reads int
}

func (m *memory) Put(_ context.Context, key string, file []byte) error {
	m.files[key] = slices.Clone(file)
	return nil
}

func (m *memory) URL(_ context.Context, key, _ string, _ time.Duration) (string, error) {
	return "memory:" + key, nil
}

func (m *memory) UploadURL(_ context.Context, key string, _ int64, _ time.Duration) (string, error) {
	return "memory:" + key, nil
}

func (m *memory) Size(_ context.Context, key string) (int64, bool, error) {
	file, there := m.files[key]
	return int64(len(file)), there, nil
}

func (m *memory) Range(_ context.Context, key string, from, to int64) ([]byte, error) {
	m.reads++
	if file, there := m.files[key]; there && to <= int64(len(file)) {
		return slices.Clone(file[from:to]), nil
	}
	return nil, fmt.Errorf("%s has no bytes %d to %d", key, from, to)
}

func december(day int) calendar.Date {
	return calendar.Date{Year: 2026, Month: time.December, Day: day}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOn(t, tabletest.New(t))
}

func newWorldOn(t *testing.T, db *table.Client) *world {
	w := &world{t: t, db: db, clock: clock.NewFake(december(1).At(9, 0)), files: &memory{files: map[string][]byte{}}}
	w.open(db)
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
	}
	return w
}

// open opens the capability on a client of the table.
func (w *world) open(db *table.Client) {
	w.env = &function.Env{
		Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" },
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, db)
	s3.Port.Put(w.env, w.files)
	address.Port.Put(w.env, w.files)
	performance.SettledPort.Put(w.env, settled.Of(db))
	w.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: w.env.Log,
	})
	files := function.Port[performance.Files]{Name: "files", Open: func(*function.Env) performance.Files { return w.files }}
	performance.Function().HTTP(w.api, w.env)
	performance.Consumption(files).HTTP(w.api, w.env)
	subscription.Function.HTTP(w.api, w.env)
	w.handlers = performance.Work(w.env, files)
	for kind, h := range export.Work(w.env, s3.Port, map[string]export.Producer{performance.Kind: performance.Producer(w.env)}) {
		w.handlers[kind] = h
	}
	for kind, h := range subscription.Work(w.env) {
		w.handlers[kind] = h
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
	w.clock.Advance(200 * time.Millisecond) // no faster than the limit of one party
	call := resttest.Call{Who: string(who), Signature: fmt.Sprint("signature-", w.calls), Method: method, Path: path, Body: body}
	if bare, _, _ := strings.Cut(path, "?"); method == http.MethodPost && (strings.HasSuffix(bare, "/import") || strings.HasSuffix(bare, "/imports")) {
		call.Type = "text/csv"
	}
	return call.On(w.api)
}

// portfolio imports the demo's customers as the partner's, but for those that another partner has.
func (w *world) portfolio() {
	w.t.Helper()
	w.sheet("partner", string(demo.Customers))
}

const customersHeader = "customer_id,name,customer_level,association_type,email,mobile,locale,opening_balance,sub_account_ids\n"

// customer puts a customer of a partner there, with sub-accounts.
func (w *world) customer(id, partner string, kind int, accounts string) {
	w.t.Helper()
	w.sheet(partner, customersHeader+fmt.Sprintf("%s,Name of %s,V0,%d,it@customer.example,13800000000,zh-CN,1000.00,%s\n", id, id, kind, accounts))
}

func (w *world) sheet(partner, sheet string) {
	w.t.Helper()
	var out struct {
		Refused  int
		Verdicts []struct{ Message string }
	}
	w.call(vendor, http.MethodPost, "/v2/vendor/customers/import?partner_id="+partner, sheet).Into(w.t, &out)
	if out.Refused > 0 {
		w.t.Fatalf("customers were refused: %+v", out.Verdicts)
	}
}

// work is the due work of the table.
func (w *world) work() lifecycletest.Work {
	return lifecycletest.Work{Table: w.db, Clock: w.clock, Handlers: w.handlers}
}

// runs moves the clock, doing what comes due on the way.
func (w *world) runs(end time.Time) { w.t.Helper(); w.work().Until(w.t, end) }

// settle does what is due within the hour.
func (w *world) settle() {
	w.t.Helper()
	w.runs(w.clock.Now().Add(time.Hour))
}

type imported struct {
	ImportID      string `json:"import_id"`
	State         string
	Lines         int
	Imported      int
	Refused       int
	Reason        string
	UploadURL     string `json:"upload_url"`
	AlreadyExists bool   `json:"already_exists"`
}

// imports imports a file of November by a call, and does what is due of it.
func (w *world) imports(file string) imported {
	w.t.Helper()
	var out imported
	w.call(vendor, http.MethodPost, "/v2/vendor/consumption/imports?source=focus&period=2026-11", file).Into(w.t, &out)
	w.settle()
	w.call(vendor, http.MethodGet, "/v2/vendor/consumption/imports/"+out.ImportID, "").Into(w.t, &out)
	return out
}

func (w *world) service() *performance.Service { return performance.New(w.env) }

// amount gives the performance of a partner in November.
func (w *world) amount(partner auth.PartyID) string {
	w.t.Helper()
	_, amount, err := w.service().SlipState(w.t.Context(), partner, "2026-11")
	if err != nil {
		w.t.Fatal(err)
	}
	return amount.String()
}

// audit fails on any breach.
func (w *world) audit(partners ...auth.PartyID) {
	w.t.Helper()
	for _, partner := range partners {
		if err := w.service().Audit(w.t.Context(), partner, "2026-11"); err != nil {
			w.t.Error(err)
		}
	}
}

type line struct {
	LineID          string     `json:"line_id"`
	CustomerID      string     `json:"customer_id"`
	Unrounded       jsonNumber `json:"unrounded_amount"`
	Amount          jsonNumber
	Counts          bool
	Rule            string
	Reason          string
	PaidWith        string `json:"payment_instrument"`
	TransferredTo   string `json:"transferred_to"`
	TransferredFrom string `json:"transferred_from"`
	ImportLine      int    `json:"import_line"`
	OrderID         string `json:"order_id"`
	ResourceID      string `json:"resource_id"`
	ServiceTypeCode string `json:"service_type_code"`
}

// jsonNumber keeps a number as it was written.
type jsonNumber string

func (n *jsonNumber) UnmarshalJSON(text []byte) error {
	*n = jsonNumber(text)
	return nil
}

// lines gives all lines of a partner's slip of November, page by page.
func (w *world) lines(partner, filter string) []line {
	w.t.Helper()
	var all []line
	marker := ""
	for {
		var out struct {
			Lines  []line
			Marker string
		}
		w.call(vendor, http.MethodGet, "/v2/vendor/performance/lines?limit=400&period=2026-11&partner_id="+partner+filter+marker, "").Into(w.t, &out)
		all = append(all, out.Lines...)
		if out.Marker == "" {
			return all
		}
		marker = "&marker=" + out.Marker
	}
}

// expect fails unless an answer is a refusal of a status and code that says something.
func expect(t *testing.T, got answer, status int, code, says string) {
	t.Helper()
	if got.Status != status || !strings.Contains(got.Body, code) || !strings.Contains(got.Body, says) {
		t.Errorf("got %d %s, want %d %s that says %q", got.Status, got.Body, status, code, says)
	}
}

// beside is the same world as another process sees it, in which something happens once: before the first call of the table that when holds for.
func (w *world) beside(when func(op table.Op) bool, happens func()) *world {
	other := *w
	other.calls = 1 << 20 // signed otherwise
	once := sync.OnceFunc(happens)
	other.open(w.db.WithFault(func(op table.Op) table.Verdict {
		if when(op) {
			once()
		}
		return table.Pass
	}))
	return &other
}
