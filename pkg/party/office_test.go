package party_test

import (
	"context"
	"encoding/json"
	"errors"
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
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
)

// office is the capability's API over a table with a vendor and its administrator, with real credentials.
type office struct {
	t      *testing.T
	db     *table.Client
	clock  *clock.Fake
	env    *function.Env
	api    *rest.API
	people *people
}

// people is a directory that remembers who may sign in, and can be out of order.
type people struct {
	mu    sync.Mutex
	known map[auth.UserID]string
	down  bool
}

func (p *people) Add(_ context.Context, id auth.UserID, email string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return errors.New("out of order")
	}
	p.known[id] = email
	return nil
}

func (p *people) Drop(_ context.Context, id auth.UserID) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, id)
	return nil
}

type credential struct{ ak, sk string }

func newOffice(t *testing.T) (*office, credential) {
	t.Helper()
	o := &office{
		t: t, db: tabletest.New(t), clock: clock.NewFake(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)), people: &people{known: map[auth.UserID]string{}},
	}
	o.env = &function.Env{
		Clock: o.clock, Wall: o.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" },
		Sealer: auth.LocalSealer{Key: []byte(strings.Repeat("k", 32))},
	}
	function.Port[*table.Client]{Name: "table"}.Put(o.env, o.db)
	party.DirectoryPort.Put(o.env, o.people)
	o.api = function.NewAPI(o.env, party.Function)
	tx := table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: "vendor", Kind: auth.Vendor, Name: "Vendor"}}, "test", o.clock.Now())
	if err := o.db.Commit(context.Background(), tx); err != nil {
		t.Fatal(err)
	}
	return o, o.key("vendor", auth.Vendor, auth.Admin)
}

// key puts a user with a role and an access key there.
func (o *office) key(id auth.PartyID, kind auth.Kind, role auth.Role) credential {
	o.t.Helper()
	return o.keyOf(auth.NewUser(auth.UserID(fmt.Sprintf("%s-%s", id, role)), id, kind, "somebody", "", []auth.Role{role}))
}

func (o *office) keyOf(u *auth.User) credential {
	o.t.Helper()
	key, secret, err := auth.Issue(context.Background(), o.env.Sealer, u, o.clock.Now())
	if err != nil {
		o.t.Fatal(err)
	}
	u.Keys = []string{key.ID}
	tx := table.NewTx()
	tx.Create(u)
	tx.Create(key)
	if err := o.db.Commit(context.Background(), tx); err != nil {
		o.t.Fatal(err)
	}
	return credential{key.ID, secret}
}

// request gives a request that is not signed yet, a second after the one before.
func (o *office) request(method, path, body string) *http.Request {
	o.clock.Advance(time.Second)
	target, query, _ := strings.Cut(path, "?")
	r := httptest.NewRequest(method, "http://h"+target, strings.NewReader(body))
	r.URL.RawQuery = query
	r.Header.Set("Content-Type", "application/json")
	return r
}

func (o *office) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	o.api.ServeHTTP(w, r)
	return w
}

func (o *office) call(by credential, method, path, body string) *httptest.ResponseRecorder {
	o.t.Helper()
	r := o.request(method, path, body)
	auth.Sign(r, []byte(body), by.ak, by.sk, o.clock.Now())
	return o.send(r)
}

// keyed is call with an Idempotency-Key.
func (o *office) keyed(by credential, key, method, path, body string) *httptest.ResponseRecorder {
	o.t.Helper()
	r := o.request(method, path, body)
	r.Header.Set("Idempotency-Key", key)
	auth.Sign(r, []byte(body), by.ak, by.sk, o.clock.Now())
	return o.send(r)
}

// in decodes a successful answer.
func in(t *testing.T, w *httptest.ResponseRecorder, out any) {
	t.Helper()
	if w.Code >= http.StatusBadRequest {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, w *httptest.ResponseRecorder, status int, code, says string) {
	t.Helper()
	var e struct {
		Code    string `json:"error_code"`
		Message string `json:"error_msg"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || w.Code != status || e.Code != code || !strings.Contains(e.Message, says) {
		t.Errorf("got %d %s, want %d %s with %q", w.Code, w.Body, status, code, says)
	}
}
