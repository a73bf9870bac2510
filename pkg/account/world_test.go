package account_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
)

const (
	givePath     = "/v2/accounts/partner-accounts/adjust-amount"
	takePath     = "/v2/accounts/partner-accounts/reclaim"
	giveDownPath = "/v2/accounts/partner-accounts/indirect-partner-adjust"
	takeUpPath   = "/v2/accounts/partner-accounts/indirect-partner-reclaim"
	balancesPath = "/v2/accounts/partner-accounts/balances"
	adjustsPath  = "/v3/accounts/partner-accounts/adjust-records"
	changesPath  = "/v2/accounts/partner-accounts/account-change-records"
	detailPath   = "/v2/accounts/customer-accounts/balances/batch-query"
	ownPath      = "/v2/accounts/customer-accounts/balances"
	ownChanges   = "/v2/accounts/customer-accounts/account-change-records"
)

// world is a table of its own with a vendor, a solution provider and a distributor with two resellers and their customers, and the capability's API.
type world struct {
	t     *testing.T
	db    *table.Client
	clock *clock.Fake
	api   *rest.API
	env   *function.Env
	calls int
}

// everybody are the parties of a world that may hold money.
var everybody = []auth.PartyID{
	"partner", "rival", "dist", "reseller", "frozen-reseller", "exiting-reseller", "foreign-reseller",
	"c1", "c2", "advisory", "frozen", "restricted", "theirs", "below", "of-frozen", "of-exiting",
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(at)}
	w.serve(w.db)
	row := func(id auth.PartyID, kind auth.Kind, standing party.Standing) party.Row {
		return party.Row{ID: id, Kind: kind, Name: "Name of " + string(id), Standing: standing, Email: string(id) + "@partner.example"}
	}
	for _, id := range []auth.PartyID{"partner", "rival"} {
		w.party(party.Party{Row: row(id, auth.Partner, party.Normal)})
	}
	w.party(party.Party{Row: row("dist", auth.Distributor, party.Normal)})
	w.party(party.Party{Row: row("other-dist", auth.Distributor, party.Normal)})
	for id, standing := range map[auth.PartyID]party.Standing{"reseller": party.Normal, "frozen-reseller": party.Frozen, "exiting-reseller": "exiting"} {
		w.party(party.Party{Row: row(id, auth.Reseller, standing), Distributor: "dist"})
	}
	w.party(party.Party{Row: row("foreign-reseller", auth.Reseller, party.Normal), Distributor: "other-dist"})
	for id, c := range map[auth.PartyID]struct {
		partner  auth.PartyID
		kind     int
		standing party.Standing
	}{
		"c1": {"partner", party.Resale, party.Normal}, "c2": {"partner", party.Resale, party.Normal},
		"advisory": {"partner", party.Referral, party.Normal}, "frozen": {"partner", party.Resale, party.Frozen},
		"restricted": {"partner", party.Resale, party.Restricted}, "theirs": {"rival", party.Resale, party.Normal},
		"below": {"reseller", party.Resale, party.Normal}, "of-frozen": {"frozen-reseller", party.Resale, party.Normal},
		"of-exiting": {"exiting-reseller", party.Resale, party.Normal},
	} {
		p := party.Party{Row: row(id, auth.Customer, c.standing)}
		p.Partner, p.AssociationType = c.partner, c.kind
		w.party(p)
	}
	return w
}

// serve makes the API over a table's client.
func (w *world) serve(db *table.Client) {
	wall := ticking{clock.NewFake(at)}
	env := &function.Env{
		Clock: w.clock, Wall: wall, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" },
		Sealer: auth.LocalSealer{Key: make([]byte, 32)},
	}
	function.Port[*table.Client]{Name: "table"}.Put(env, db)
	w.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: wall, Log: env.Log,
	})
	w.env = env
	account.Function().HTTP(w.api, env)
}

// ticking is a wall clock that moves on by a second whenever it is read, so that nobody calls faster than the limit of one party.
type ticking struct{ *clock.Fake }

// Now moves the clock on.
func (c ticking) Now() time.Time {
	c.Advance(time.Second)
	return c.Fake.Now()
}

func (w *world) party(p party.Party) {
	w.t.Helper()
	tx := table.NewTx()
	party.Create(tx, p, "test", w.clock.Now())
	if err := w.db.Commit(context.Background(), tx); err != nil {
		w.t.Fatal(err)
	}
}

// answer is what an operation answered.
type answer struct{ resttest.Answer }

// as calls an operation as a party's administrator, "kind id". Each call is signed anew.
func (w *world) as(caller, method, path, body string) answer {
	w.t.Helper()
	w.calls++
	return w.signed(fmt.Sprint("signature-", w.calls), caller, method, path, body)
}

func (w *world) signed(signature, caller, method, path, body string) answer {
	w.t.Helper()
	w.clock.Advance(100 * time.Millisecond)
	return w.send(signature, caller, method, path, body)
}

func (w *world) send(signature, caller, method, path, body string) answer {
	return answer{resttest.Call{Who: caller, Signature: signature, Method: method, Path: path, Body: body}.On(w.api)}
}

// transfer gives the transfer_id or trans_id of a successful movement.
func (a answer) transfer(t *testing.T) string {
	t.Helper()
	var out map[string]string
	a.Into(t, &out)
	id := out["transfer_id"] + out["trans_id"]
	if len(out) != 1 || id == "" {
		t.Fatalf("got %s", a.Body)
	}
	return id
}

// topUp books a remittance to a partner.
func (w *world) topUp(partner auth.PartyID, number, amount string) {
	w.t.Helper()
	path := "/v2/vendor/partners/" + string(partner) + "/top-ups"
	if a := w.as("vendor vendor", http.MethodPost, path, `{"remittance_no":"`+number+`","amount":`+amount+`}`); a.Status != http.StatusCreated {
		w.t.Fatalf("got %d %s", a.Status, a.Body)
	}
}

func adjust(customer, amount string) string {
	return `{"customer_id":"` + customer + `","amount":` + amount + `}`
}

func (w *world) balance(id auth.PartyID) string {
	w.t.Helper()
	held, err := account.Balance(context.Background(), w.db, account.Of(id, account.Cash))
	if err != nil {
		w.t.Fatal(err)
	}
	return held.String()
}

// accounts are all accounts of everybody.
func accounts() []account.ID {
	var ids []account.ID
	for _, id := range everybody {
		for _, kind := range []account.Kind{account.Cash, account.CreditLine, account.Reward, account.Deposit} {
			ids = append(ids, account.Of(id, kind))
		}
	}
	return ids
}

// state gives what a refused call must not change: all entries, and how many events there are. It checks that the accounts balance.
func (w *world) state() string {
	w.t.Helper()
	sums, err := account.AuditAll(context.Background(), w.db, accounts()...)
	if err != nil {
		w.t.Error(err)
	}
	text := fmt.Sprintf("%+v", sums)
	for _, id := range everybody {
		text += fmt.Sprint(" ", id, w.balance(id), w.events(id))
	}
	return text
}

// events gives the types of a party's events on its accounts, in order.
func (w *world) events(id auth.PartyID) []string {
	w.t.Helper()
	types := []string{}
	for e, err := range event.List(context.Background(), w.db, string(id), time.Time{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if name, ok := strings.CutPrefix(e.Type, "account."); ok {
			types = append(types, name)
		}
	}
	return types
}

// opens opens a party's cash account.
func (w *world) opens(id auth.PartyID, opening money.Fen) {
	w.t.Helper()
	tx := table.NewTx()
	if err := account.Open(tx, id, opening, "opening", w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
	if err := w.db.Commit(context.Background(), tx); err != nil {
		w.t.Fatal(err)
	}
}
