package membership_test

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
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/program/membership"
)

// world is a table of its own with a vendor, two distributors, a reseller with customers, and accounts that may join.
type world struct {
	t       *testing.T
	db      *table.Client
	clock   *clock.Fake
	env     *function.Env
	api     *rest.API
	facts   map[auth.PartyID]membership.Facts // what other capabilities know
	printed []document.Document
	calls   int
}

const (
	vendor      = "vendor vendor admin ann"
	distributor = "distributor dist admin bob"
	rival       = "distributor rival admin eve"
	account     = "customer account admin cat"
	partner     = "partner partner admin sam"
	reseller    = "reseller res admin ron"
)

// directory lets everybody in.
type directory struct{}

func (directory) Add(context.Context, auth.UserID, string) error { return nil }
func (directory) Drop(context.Context, auth.UserID) error        { return nil }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		t: t, db: tabletest.New(t), clock: clock.NewFake(calendar.Date{Year: 2026, Month: 12, Day: 1}.At(10, 0)), facts: map[auth.PartyID]membership.Facts{},
	}
	w.env = w.environment(w.db)
	w.api = w.serves(w.env)
	membership.RegisterDocuments(w.api, w.env, func(d document.Document) ([]byte, error) {
		w.printed = append(w.printed, d)
		return []byte("%PDF"), d.Check()
	})
	enterprise := party.Profile{VerifiedAs: party.Verified, CustomerType: 2}
	for _, p := range []party.Party{
		{Row: party.Row{ID: "vendor", Kind: auth.Vendor, Name: "Vendor"}},
		{Row: party.Row{ID: "dist", Kind: auth.Distributor, Name: "Distributor", Email: "d@dist.example"}, Profile: enterprise},
		{Row: party.Row{ID: "rival", Kind: auth.Distributor, Name: "Rival"}},
		{Row: party.Row{ID: "partner", Kind: auth.Partner, Name: "Partner", Email: "p@partner.example"}},
		{Row: party.Row{ID: "res", Kind: auth.Reseller, Name: "Reseller", Email: "r@res.example"}, Distributor: "dist"},
		{Row: party.Row{ID: "account", Kind: auth.Customer, Name: "Account", Email: "a@account.example", Level: "V0"}, Profile: enterprise},
		{Row: party.Row{ID: "c1", Kind: auth.Customer, Name: "C1", Partner: "res", AssociationType: party.Resale}},
		{Row: party.Row{ID: "c2", Kind: auth.Customer, Name: "C2", Partner: "res", AssociationType: party.Referral}},
		{Row: party.Row{ID: "c3", Kind: auth.Customer, Name: "C3", Partner: "dist", AssociationType: party.Resale}},
	} {
		w.commit(func(tx *table.Tx) {
			party.Create(tx, p, "test", w.clock.Now())
			party.Enlist(tx, p, w.clock.Now())
			tx.Create(auth.NewUser(auth.UserID("admin-of-"+p.ID), p.ID, p.Kind, "Admin", "", []auth.Role{auth.Admin}))
		})
	}
	return w
}

// environment gives one whose table a client sees.
func (w *world) environment(db *table.Client) *function.Env {
	env := &function.Env{Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" }}
	function.Port[*table.Client]{Name: "table"}.Put(env, db)
	env.Sealer = auth.LocalSealer{Key: make([]byte, 32)}
	party.DirectoryPort.Put(env, directory{})
	membership.PartsPort.Put(env, w.parts())
	return env
}

// serves gives the APIs of memberships and agreements.
func (w *world) serves(env *function.Env) *rest.API {
	api := rest.New(rest.Config{Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: env.Log})
	membership.Register(api, env)
	agreement.Register(api, env)
	return api
}

// trace is an item of a test's part: that it was done, how often it took effect.
type trace struct {
	table.Head
	N int `dynamodbav:"n"`
}

// leaves gives a part that takes two calls, and counts on an item of the account how often it came to its end.
func (w *world) leaves(name string) membership.Stage {
	return membership.Stage{Name: name, Do: func(ctx context.Context, tx *table.Tx, m membership.Moving) (string, error) {
		key := table.Key{PK: "PARTY#" + string(m.Account.ID), SK: "TRACE#" + name}
		if m.After == "" {
			return "half", nil
		}
		var old trace
		if err := w.db.Get(ctx, key, &old); err != nil {
			tx.Create(&trace{Head: key.Head(), N: 1})
			return "", nil
		}
		next := old
		next.N++
		tx.Replace(&old, &next)
		return "", nil
	}}
}

func (w *world) parts() membership.Parts {
	return membership.Parts{
		Facts: []membership.Fact{func(_ context.Context, _ *table.Tx, id auth.PartyID, f *membership.Facts) error {
			known := w.facts[id]
			f.Resources, f.Balance, f.Credit, f.Contracts, f.Owes, f.Invoiceable = known.Resources, known.Balance, known.Credit, known.Contracts, known.Owes, known.Invoiceable
			return nil
		}},
		Void:     []membership.Stage{w.leaves("void")},
		Transfer: []membership.Stage{w.leaves("money"), w.leaves("vouchers")},
		Settle:   []membership.Stage{w.leaves("own")},
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

// works does what is due of an account's membership.
func (w *world) works(of auth.PartyID, plan membership.PlanCode) error {
	return w.service(w.db).DoMembership(w.t.Context(), lifecycle.Due{Key: keyOf(of, plan)})
}

// mustWork does it, however much there is.
func (w *world) mustWork(of auth.PartyID, plan membership.PlanCode) {
	w.t.Helper()
	for range 20 {
		err := w.works(of, plan)
		if err == lifecycle.ErrNotDue { //nolint:errorlint // as it is
			return
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	w.t.Fatalf("the work of %s does not end", of)
}

func (w *world) service(db *table.Client) *membership.Service {
	s := membership.New(w.env)
	s.Table = db
	return s
}

func keyOf(of auth.PartyID, plan membership.PlanCode) table.Key {
	return table.Key{PK: "PARTY#" + string(of), SK: "MEMBERSHIP#" + string(plan)}
}

func (w *world) membership(of auth.PartyID, plan membership.PlanCode) membership.Membership {
	w.t.Helper()
	m, err := membership.Load(w.t.Context(), w.db, of, plan)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func (w *world) party(id auth.PartyID) party.Party {
	w.t.Helper()
	p, err := party.Get(w.t.Context(), w.db, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// change changes a party behind the package's back.
func (w *world) change(id auth.PartyID, edit func(p *party.Party)) {
	w.t.Helper()
	old := w.party(id)
	next := old
	edit(&next)
	w.commit(func(tx *table.Tx) {
		if err := party.Change(context.Background(), w.db, tx, old, next); err != nil {
			w.t.Fatal(err)
		}
	})
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

// customers lists a partner's customers.
func (w *world) customers(of auth.PartyID) (ids string) {
	w.t.Helper()
	for m, err := range table.All[party.Member](w.t.Context(), w.db, party.Customers(of)) {
		if err != nil {
			w.t.Fatal(err)
		}
		ids += string(m.Row.ID) + " "
	}
	return ids
}
