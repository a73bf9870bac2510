package audit_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/audit"
)

// memory is a store of files.
type memory map[string][]byte

func (m memory) Put(_ context.Context, key string, file []byte) error { m[key] = file; return nil }

func (m memory) URL(_ context.Context, key, _ string, _ time.Duration) (string, error) {
	return "memory:" + key, nil
}

// world is a table of its own with two partners whose trails are asked for.
type world struct {
	t     *testing.T
	db    *table.Client
	clock *clock.Fake
	api   *rest.API
	files memory
	work  lifecycle.Handler
	makes export.Producer
	calls int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(time.Date(2026, 12, 10, 2, 0, 0, 0, time.UTC)), files: memory{}}
	env := &function.Env{Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" }}
	function.Port[*table.Client]{Name: "table"}.Put(env, w.db)
	store := function.Port[export.Store]{Name: "store", Open: func(*function.Env) export.Store { return w.files }}
	w.api = rest.New(rest.Config{Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: env.Log})
	addresses := function.Port[export.Addresses]{Name: "addresses", Open: func(*function.Env) export.Addresses { return w.files }}
	audit.Register(w.api, env, func(env *function.Env) *export.Exports { return export.New(env, addresses) })
	w.makes = audit.Producer(env)
	w.work = export.Work(env, store, map[string]export.Producer{audit.Kind: w.makes})[export.WorkExport]
	tx := table.NewTx()
	for _, id := range []auth.PartyID{"partner", "rival"} {
		party.Create(tx, party.Party{Row: party.Row{ID: id, Kind: auth.Partner, Name: "N"}}, "test", w.clock.Now())
	}
	if err := w.db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	for n := range 5 {
		w.happens("partner", time.Date(2026, 12, 5+n, 2, 0, 0, 0, time.UTC), fmt.Sprint("=reason ", n))
	}
	w.happens("rival", time.Date(2026, 12, 5, 2, 0, 0, 0, time.UTC), "a secret")
	return w
}

func (w *world) happens(owner string, at time.Time, why string) {
	w.t.Helper()
	tx := table.NewTx()
	event.Append(tx, event.Event{Type: "thing.happened", Owner: owner, Subject: "x", At: at, By: owner + "/u", Why: why, Data: map[string]string{"k": "v"}})
	if err := w.db.Commit(w.t.Context(), tx); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) call(who, method, path, body string) resttest.Answer {
	w.t.Helper()
	w.calls++
	w.clock.Advance(200 * time.Millisecond)
	return resttest.Call{Who: who, Signature: fmt.Sprint("signature-", w.calls), Method: method, Path: path, Body: body}.On(w.api)
}

// file asks for a trail, makes it, and gives it with its summary.
func (w *world) file(who, owner, body string) (file []byte, summary string) {
	w.t.Helper()
	var asked struct {
		ID string `json:"export_id"`
	}
	w.call(who, "POST", audit.Path, body).Into(w.t, &asked)
	key := table.Key{}
	for raw, err := range table.All[table.Raw](w.t.Context(), w.db, table.Query{PK: "PARTY#" + owner, Prefix: "EXPORT#"}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if strings.Contains(raw.SK, asked.ID) {
			key = raw.Key()
		}
	}
	if err := w.work(w.t.Context(), lifecycle.Due{Key: key}); err != nil {
		w.t.Fatal(err)
	}
	var done struct {
		State, Summary string
		URL            string `json:"download_url"`
	}
	w.call(who, "GET", audit.Path+"/"+asked.ID, "").Into(w.t, &done)
	if done.State != "COMPLETED" {
		w.t.Fatalf("got %+v", done)
	}
	return w.files[strings.TrimPrefix(done.URL, "memory:")], done.Summary
}

const partner, vendor = "partner partner admin bob", "vendor vendor operations ann"

func TestAPartnersTrailHoldsAndEndsInWhatTheSystemShows(t *testing.T) {
	w := newWorld(t)
	file, summary := w.file(partner, "partner", `{"date_begin":"2026-12-06","date_end":"2026-12-08"}`)
	got, err := audit.Verify(bytes.NewReader(file))
	if err != nil || got.Events != 3 || got.Party != "partner" || summary != fmt.Sprintf("sha256:%s events:3", got.Head) {
		t.Errorf("got %+v, %v, and the summary %q", got, err, summary)
	}
	if bytes.Contains(file, []byte("secret")) || !bytes.Contains(file, []byte("'=reason 2")) {
		t.Errorf("the file says %s", file)
	}
	byVendor, _ := w.file(vendor, "vendor", `{"party_id":"rival","date_begin":"2026-12-01","date_end":"2026-12-10"}`)
	if got, err = audit.Verify(bytes.NewReader(byVendor)); err != nil || got.Party != "rival" || !bytes.Contains(byVendor, []byte("secret")) {
		t.Errorf("the vendor has %+v, %v", got, err)
	}
}

func TestATrailWithoutEventsHolds(t *testing.T) {
	w := newWorld(t)
	file, summary := w.file(partner, "partner", `{"date_begin":"2026-11-01","date_end":"2026-11-30"}`)
	got, err := audit.Verify(bytes.NewReader(file))
	if err != nil || got.Events != 0 || got.Days != "2026-11-01/2026-11-30" || summary != fmt.Sprintf("sha256:%s events:0", got.Head) {
		t.Errorf("got %+v, %v, and the summary %q", got, err, summary)
	}
}

func TestTrailsThatOverlapBothHold(t *testing.T) {
	w := newWorld(t)
	first, _ := w.file(partner, "partner", `{"date_begin":"2026-12-05","date_end":"2026-12-08"}`)
	second, _ := w.file(partner, "partner", `{"date_begin":"2026-12-07","date_end":"2026-12-09"}`)
	for n, file := range [][]byte{first, second} {
		if got, err := audit.Verify(bytes.NewReader(file)); err != nil || got.Events != []int{4, 3}[n] || !bytes.Contains(file, []byte("reason 3")) {
			t.Errorf("the %dth: %+v, %v", n, got, err)
		}
	}
}

// What happens between does not get in: an export that is made again is the file whose hash was shown.
func TestAnExportIsTheSameFileWheneverItIsMade(t *testing.T) {
	w := newWorld(t)
	e := export.Export{ID: "e", Kind: audit.Kind, Asked: w.clock.Now(), Params: map[string]string{"of": "partner", "from": "2026-12-06", "to": "2026-12-10"}}
	made := func() string {
		sheet, err := w.makes(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		return string(sheet.Bytes())
	}
	first := made()
	w.happens("partner", w.clock.Now().Add(time.Minute), "later")
	w.clock.Advance(2 * time.Hour)
	if again := made(); again != first {
		t.Errorf("made again, it is\n%s\nnot\n%s", again, first)
	}
}

func TestATrailOfSomebodyElseIsOneThatDoesNotExist(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		who, body, code, says string
		status                int
	}{
		"another's":         {partner, `{"party_id":"rival","date_begin":"2026-12-01","date_end":"2026-12-10"}`, "CBC.99000047", "does not exist", 400},
		"nobody's":          {partner, `{"party_id":"nobody","date_begin":"2026-12-01","date_end":"2026-12-10"}`, "CBC.99000047", "does not exist", 400},
		"nobody's, vendor":  {vendor, `{"party_id":"nobody","date_begin":"2026-12-01","date_end":"2026-12-10"}`, "CBC.99000047", "does not exist", 400},
		"no party, vendor":  {vendor, `{"date_begin":"2026-12-01","date_end":"2026-12-10"}`, "CBC.0100", "party_id", 400},
		"no day":            {partner, `{"date_begin":"2026-12-32","date_end":"2026-12-10"}`, "CBC.0100", "date_begin", 400},
		"the wrong way":     {partner, `{"date_begin":"2026-12-10","date_end":"2026-12-09"}`, "CBC.0100", "date_end", 400},
		"more than a year":  {partner, `{"date_begin":"2025-12-01","date_end":"2026-12-10"}`, "CBC.0100", "366", 400},
		"not administrator": {"partner partner finance fay", `{"date_begin":"2026-12-01","date_end":"2026-12-10"}`, "CBC.0155", "", 403},
	} {
		t.Run(name, func(t *testing.T) { w.call(c.who, "POST", audit.Path, c.body).Refused(t, c.status, c.code, c.says) })
	}
}
