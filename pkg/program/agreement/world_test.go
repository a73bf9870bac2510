package agreement_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/agreement"
)

// world is a table of its own with a partner, a rival, a customer, and the package's API.
type world struct {
	t       *testing.T
	db      *table.Client
	clock   *clock.Fake
	api     *rest.API
	printed []document.Document
	calls   int
}

const (
	vendor   = "vendor vendor admin ann"
	partner  = "partner partner admin bob"
	rival    = "partner rival admin eve"
	sales    = "partner partner sales sam"
	customer = "customer customer admin cat"
)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(calendar.Date{Year: 2026, Month: 12, Day: 1}.At(10, 0))}
	env := &function.Env{Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" }}
	function.Port[*table.Client]{Name: "table"}.Put(env, w.db)
	w.api = rest.New(rest.Config{Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: env.Log})
	agreement.Register(w.api, env)
	agreement.RegisterDocuments(w.api, env, func(d document.Document) ([]byte, error) {
		w.printed = append(w.printed, d)
		return []byte("%PDF"), d.Check()
	})
	tx := table.NewTx()
	for id, kind := range map[auth.PartyID]auth.Kind{"partner": auth.Partner, "rival": auth.Partner, "customer": auth.Customer} {
		party.Create(tx, party.Party{Row: party.Row{ID: id, Kind: kind, Name: "Name of " + string(id)}}, "test", w.clock.Now())
	}
	if err := w.db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	return w
}

// call calls an operation. Each call is signed anew.
func (w *world) call(who, method, path, body string) resttest.Answer {
	w.t.Helper()
	w.calls++
	return w.signed(who, fmt.Sprint("signature-", w.calls), method, path, body)
}

func (w *world) signed(who, signature, method, path, body string) resttest.Answer {
	w.t.Helper()
	w.clock.Advance(200 * time.Millisecond) // no faster than the limit of one party
	return resttest.Call{Who: who, Signature: signature, Method: method, Path: path, Body: body}.On(w.api)
}

// publish publishes a version, and gives the hash of its Chinese document.
func (w *world) publish(code string, n int, from, required string) string {
	w.t.Helper()
	var out struct {
		Hashes map[string]string `json:"document_hashes"`
	}
	w.call(vendor, "POST", "/v2/vendor/agreements", publication(code, n, from, required)).Into(w.t, &out)
	return out.Hashes["zh-CN"]
}

func publication(code string, n int, from, required string) string {
	return fmt.Sprintf(`{"code":%q,"version":%d,"effective_from":%q,"required_for":[%s],"documents":[
		{"locale":"zh-CN","title":"承诺书","text":"第一条\n\n第二条 v%d"},{"locale":"en-US","title":"Letter","text":"One\nTwo v%d"}]}`, code, n, from, required, n, n)
}

func (w *world) sign(who, code string, n int, hash string) resttest.Answer {
	w.t.Helper()
	return w.call(who, "POST", "/v2/agreements/"+code+"/signatures",
		fmt.Sprintf(`{"version":%d,"locale":"zh-CN","document_hash":%q,"accepted":true}`, n, hash))
}

// agreed asks for a partner and purpose now.
func (w *world) agreed(who auth.PartyID, p agreement.Purpose) error {
	return agreement.Agreed(w.t.Context(), w.db, who, p, w.clock.Now())
}

// told counts the events of a type that a party owns.
func (w *world) told(owner, kind string) (n int) {
	w.t.Helper()
	for e, err := range event.List(context.Background(), w.db, owner, time.Time{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if e.Type == kind {
			n++
		}
	}
	return n
}
