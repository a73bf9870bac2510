package customer_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
)

// world is a table of its own with a partner, another one, a distributor with a reseller, and the capability's API over it.
type world struct {
	t      *testing.T
	db     *table.Client
	clock  *clock.Fake
	env    *function.Env
	api    *rest.API
	inbox  *notifytest.Inbox
	phone  *notifytest.Phone
	people *people
	calls  int
}

var begin = time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(begin), inbox: &notifytest.Inbox{}, phone: &notifytest.Phone{}}
	w.env = &function.Env{
		Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" },
		Sealer: auth.LocalSealer{Key: make([]byte, 32)},
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
	function.Port[notify.Mail]{Name: "mail"}.Put(w.env, w.inbox)
	function.Port[notify.SMS]{Name: "sms"}.Put(w.env, w.phone)
	w.people = &people{known: map[auth.UserID]string{}}
	party.DirectoryPort.Put(w.env, w.people)
	w.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: w.env.Log,
	})
	customer.Function().HTTP(w.api, w.env)
	customer.Associations(func(*function.Env) customer.Parts { return customer.Parts{} }).HTTP(w.api, w.env)
	w.party(party.Party{Row: party.Row{ID: "partner", Kind: auth.Partner, Name: "Partner"}})
	w.party(party.Party{Row: party.Row{ID: "other", Kind: auth.Partner, Name: "Other"}})
	w.party(party.Party{Row: party.Row{ID: "dist", Kind: auth.Distributor, Name: "Distributor"}})
	w.party(party.Party{Row: party.Row{ID: "res", Kind: auth.Reseller, Name: "Reseller"}, Distributor: "dist"})
	return w
}

func (w *world) service() *customer.Service { return customer.New(w.env) }

// people lets everybody in, and remembers who they are.
type people struct {
	mu    sync.Mutex
	known map[auth.UserID]string
}

func (p *people) Add(_ context.Context, id auth.UserID, email string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known[id] = email
	return nil
}

func (p *people) Drop(context.Context, auth.UserID) error { return nil }

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
	w.commit(func(tx *table.Tx) {
		party.Create(tx, p, "test", w.clock.Now())
		party.Enlist(tx, p, w.clock.Now())
	})
}

// customer puts a resale customer of a partner there; of nobody when the partner is empty.
func (w *world) customer(id, partner auth.PartyID) {
	w.t.Helper()
	p := party.Party{Row: party.Row{
		ID: id, Kind: auth.Customer, Name: "Name of " + string(id), Level: "V0", Partner: partner, Email: string(id) + "@customer.example",
	}}
	if partner != "" {
		p.AssociationType = party.Resale
	}
	w.party(p)
}

func (w *world) read(id auth.PartyID) party.Party {
	w.t.Helper()
	p, err := party.Get(context.Background(), w.db, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// change changes a party behind the capability's back.
func (w *world) change(id auth.PartyID, edit func(p *party.Party)) {
	w.t.Helper()
	old := w.read(id)
	next := old
	edit(&next)
	w.commit(func(tx *table.Tx) {
		if err := party.Change(context.Background(), w.db, tx, old, next); err != nil {
			w.t.Fatal(err)
		}
	})
}

// answer is what an operation answered.
type answer = resttest.Answer

// caller is who calls: kind, party and role, such as "partner partner admin", and perhaps a permission item more: "partner partner custom+user:manage".
type caller string

const (
	vendorAdmin = caller("vendor vendor admin")
	admin       = caller("partner partner admin")
	otherAdmin  = caller("partner other admin")
	distributor = caller("distributor dist admin")
)

// call calls an operation. Each call is signed anew.
func (w *world) call(who caller, method, path, body string) answer {
	w.t.Helper()
	w.calls++
	return w.signed(who, fmt.Sprint("signature-", w.calls), method, path, body)
}

func (w *world) signed(who caller, signature, method, path, body string) answer {
	w.t.Helper()
	w.clock.Advance(200 * time.Millisecond) // no faster than the limit of one party
	return w.send(who, signature, method, path, body)
}

// send calls without moving the clock, so that several may at once.
func (w *world) send(who caller, signature, method, path, body string) answer {
	return resttest.Call{Who: string(who), Signature: signature, Method: method, Path: path, Body: body}.On(w.api)
}

// events gives the types of an owner's events after its creation, in order.
func (w *world) events(owner string) string {
	w.t.Helper()
	var types []string
	for e, err := range event.List(context.Background(), w.db, owner, time.Time{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if e.Type != party.EventCreated {
			types = append(types, e.Type)
		}
	}
	return strings.Join(types, " ")
}
