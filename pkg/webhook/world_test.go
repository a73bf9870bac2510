package webhook_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle/lifecycletest"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/webhook"
)

var start = time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC)

// world is a table with a partner, its resale and its advisory customer, and another partner.
type world struct {
	t     *testing.T
	db    *table.Client
	clock *clock.Fake
	env   *function.Env
	api   *rest.API
	calls int
	hooks []string // whose deliveries are done by runs
}

func newWorld(t *testing.T, reach string) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(start)}
	w.env = &function.Env{
		Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Sealer: auth.LocalSealer{Key: make([]byte, 32)},
		Setting: func(name string) string { return map[string]string{webhook.SettingReach: reach}[name] },
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
	w.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: w.env.Log,
	})
	webhook.Function.HTTP(w.api, w.env)
	tx := table.NewTx()
	for _, p := range []party.Row{
		{ID: "p1", Kind: auth.Partner, Name: "Partner", Email: "p1@partner.example"},
		{ID: "p2", Kind: auth.Partner, Name: "Other"},
		{ID: "resale", Kind: auth.Customer, Partner: "p1", AssociationType: party.Resale},
		{ID: "advisory", Kind: auth.Customer, Partner: "p1", AssociationType: party.Referral},
	} {
		party.Create(tx, party.Party{Row: p}, "test", start)
	}
	if err := w.db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	return w
}

const (
	p1    = "partner p1"
	p2    = "partner p2"
	hooks = "/v2/webhooks"
)

func (w *world) call(who, method, path, body string) resttest.Answer {
	w.t.Helper()
	w.calls++
	w.clock.Advance(200 * time.Millisecond) // no faster than the limit of one party
	return resttest.Call{Who: who, Signature: fmt.Sprint("s", w.calls), Method: method, Path: path, Body: body}.On(w.api)
}

type hook struct {
	ID     string   `json:"webhook_id"`
	Secret string   `json:"secret"`
	Status string   `json:"status"`
	Types  []string `json:"event_types"`
}

// hook makes a webhook that hears of everything.
func (w *world) hook(who, url string) hook {
	w.t.Helper()
	var h hook
	w.call(who, http.MethodPost, hooks, fmt.Sprintf(`{"url":%q}`, url)).Into(w.t, &h)
	w.hooks = append(w.hooks, h.ID)
	return h
}

func (w *world) shown(who, id string) (found hook) {
	w.t.Helper()
	var out struct{ Webhooks []hook }
	w.call(who, http.MethodGet, hooks, "").Into(w.t, &out)
	for _, h := range out.Webhooks {
		if h.ID == id {
			found = h
		}
	}
	return found
}

type delivery struct {
	ID       string `json:"delivery_id"`
	Type     string `json:"event_type"`
	State    string
	Payload  string
	Attempts []struct {
		Status int
		Error  string
	}
}

func (w *world) deliveries(who, id string) []delivery {
	w.t.Helper()
	var out struct{ Deliveries []delivery }
	w.call(who, http.MethodGet, hooks+"/"+id+"/deliveries?limit=100", "").Into(w.t, &out)
	return out.Deliveries
}

// happens lets the notifier have an event, twice.
func (w *world) happens(id, kind, owner string, data map[string]string) {
	w.t.Helper()
	for range 2 {
		e := event.Event{ID: id, Type: kind, Owner: owner, Subject: "subject", At: w.clock.Now(), Data: data}
		if err := webhook.New(w.env).Fan(w.t.Context(), e); err != nil {
			w.t.Fatal(err)
		}
	}
}

// work is the due work of the table.
func (w *world) work() lifecycletest.Work {
	return lifecycletest.Work{Table: w.db, Clock: w.clock, Handlers: webhook.Work(w.env)}
}

// runs moves the clock, doing what comes due on the way.
func (w *world) runs(end time.Time) { w.t.Helper(); w.work().Until(w.t, end) }

func (w *world) soon() { w.t.Helper(); w.runs(w.clock.Now().Add(time.Second)) }

// receiver is a system that hears, and answers as it is told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []request
	answer func(w http.ResponseWriter, r *http.Request)
}

type request struct {
	header http.Header
	body   string
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		body, _ := io.ReadAll(in.Body)
		r.mu.Lock()
		r.got = append(r.got, request{in.Header, string(body)})
		answer := r.answer
		r.mu.Unlock()
		if answer != nil {
			answer(out, in)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) heard() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.got
}

func (r *receiver) answers(answer func(w http.ResponseWriter, r *http.Request)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

func status(code int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// told lists the types of a party's events that speak of webhooks, and those that are sent at once.
func (w *world) told(owner string) (kinds []string) {
	w.t.Helper()
	for e, err := range event.List(context.Background(), w.db, owner, start.Add(-time.Hour)) {
		if err != nil {
			w.t.Fatal(err)
		}
		if strings.HasPrefix(e.Type, "webhook.") || e.Data["writer"] != "" {
			kinds = append(kinds, e.Type+e.Data["writer"])
		}
	}
	return kinds
}
