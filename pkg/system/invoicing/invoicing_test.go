package invoicing_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/incentive"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/system/invoicing"
)

// world is a table of its own with two partners, and the APIs of invoices and agreements, wired as the system has them.
type world struct {
	t     *testing.T
	db    *table.Client
	clock *clock.Fake
	env   *function.Env
	api   *rest.API
	calls int
}

const (
	vendor  = "vendor vendor admin ann"
	partner = "partner p admin bob"
)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(november(1).Start())}
	w.env = &function.Env{
		Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" },
		Sealer: auth.LocalSealer{Key: make([]byte, 32)},
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
	w.api = rest.New(rest.Config{Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: w.env.Log})
	invoicing.Function().HTTP(w.api, w.env)
	agreement.Register(w.api, w.env)
	for _, p := range []party.Party{
		{Row: party.Row{ID: "vendor", Kind: auth.Vendor, Name: "Vendor"}},
		{
			Row:     party.Row{ID: "p", Kind: auth.Partner, Name: "某某科技有限公司"},
			Profile: party.Profile{RealName: "某某科技有限公司", VerifiedAs: party.Verified, CustomerType: 2},
		},
		{Row: party.Row{ID: "q", Kind: auth.Partner, Name: "Q"}},
	} {
		w.commit(func(tx *table.Tx) error { party.Create(tx, p, "test", w.clock.Now()); return nil })
	}
	return w
}

func november(day int) calendar.Date {
	return calendar.Date{Year: 2026, Month: time.November, Day: day}
}

func (w *world) commit(do func(tx *table.Tx) error) {
	w.t.Helper()
	tx := table.NewTx()
	if err := errors.Join(do(tx), w.db.Commit(w.t.Context(), tx)); err != nil {
		w.t.Fatal(err)
	}
}

// customer makes one that is a partner's, or nobody's when that is empty, with money to spend.
func (w *world) customer(id, of auth.PartyID, kind int) {
	w.t.Helper()
	w.commit(func(tx *table.Tx) error {
		c := party.Party{
			Row:     party.Row{ID: id, Kind: auth.Customer, Name: string(id), Partner: of, AssociationType: kind},
			Profile: party.Profile{RealName: string(id), VerifiedAs: party.Verified},
		}
		party.Create(tx, c, "test", w.clock.Now())
		if of != "" {
			party.Enlist(tx, c, w.clock.Now())
		}
		return account.Open(tx, id, 1000_00, "opening-"+string(id), november(1).Start())
	})
}

// becomes changes whose a customer is.
func (w *world) becomes(id auth.PartyID, at time.Time, change func(tx *table.Tx, c party.Party) error) {
	w.t.Helper()
	w.clock.Set(at)
	w.commit(func(tx *table.Tx) error {
		c, err := party.Get(w.t.Context(), w.db, id)
		return errors.Join(err, change(tx, c))
	})
}

// spends lets a customer spend of its cash, or get back when the amount is below zero.
func (w *world) spends(id auth.PartyID, amount money.Fen, at time.Time) {
	w.t.Helper()
	w.clock.Set(at)
	w.calls++
	w.commit(func(tx *table.Tx) error {
		a, err := account.Load(w.t.Context(), w.db, account.Of(id, account.Cash))
		if err != nil {
			return err
		}
		t := account.Transfer{ID: fmt.Sprint("t", w.calls), Amount: amount, Reason: account.Renewal, Reference: "CS1", At: at}
		if amount > 0 {
			t.To = account.VendorRevenue
			_, err = account.Debit(tx, a, t)
			return err
		}
		t.From, t.Amount, t.Reason = account.VendorRevenue, -amount, account.Refund
		_, err = account.Credit(tx, a, t)
		return err
	})
}

// consumed checks what accounts are invoiced for in November.
func (w *world) consumed(want map[auth.PartyID]money.Fen) {
	w.t.Helper()
	invoicing.Put(w.env)
	parts := invoice.PartsPort.In(w.env)
	for id, amount := range want {
		if got, err := parts.Consumption(w.t.Context(), id, "2026-11"); got != amount || err != nil {
			w.t.Errorf("%s is invoiced for %s, want %s (%v)", id, got, amount, err)
		}
	}
}

func (w *world) call(who, method, path, body string) resttest.Answer {
	w.t.Helper()
	w.calls++
	w.clock.Advance(200 * time.Millisecond) // no faster than the limit of one party
	return resttest.Call{Who: who, Signature: fmt.Sprint("signature-", w.calls), Method: method, Path: path, Body: body}.On(w.api)
}

// DOMAIN.md 0, "Association types": whose a customer was when it spent decides.
func TestConsumptionIsInvoicedToWhomItWasOfThen(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.customer("left", "p", party.Resale)
	w.customer("came", "", 0)
	w.customer("moved", "p", party.Resale)
	w.customer("switched", "p", party.Referral)
	w.customer("back", "p", party.Resale)
	noon := november(15).At(12, 0)
	before := func(at time.Time) time.Time { return at.Add(-time.Second) }
	for i, id := range []auth.PartyID{"left", "came", "moved", "switched", "back"} {
		w.spends(id, money.Fen(i+1)*100_00, before(noon))
	}
	w.becomes("left", noon, func(tx *table.Tx, c party.Party) error {
		_, err := party.Dissociate(ctx, w.db, tx, c, noon)
		return err
	})
	w.becomes("came", noon, func(tx *table.Tx, c party.Party) error {
		_, err := party.Associate(tx, c, "p", party.Resale, "", "", noon)
		return err
	})
	w.becomes("moved", noon, func(tx *table.Tx, c party.Party) error {
		q, err := party.Get(ctx, w.db, "q")
		if err == nil {
			_, err = party.Transfer(ctx, w.db, tx, c, q, noon)
		}
		return err
	})
	w.becomes("switched", noon, func(tx *table.Tx, c party.Party) error {
		return party.Change(ctx, w.db, tx, c, party.Switched(c, party.Resale, noon))
	})
	w.becomes("back", noon, func(tx *table.Tx, c party.Party) error {
		_, err := party.Dissociate(ctx, w.db, tx, c, noon)
		return err
	})
	for i, id := range []auth.PartyID{"left", "came", "moved", "switched", "back"} {
		w.spends(id, money.Fen(i+1), noon)
	}
	again := november(20).At(9, 0)
	w.becomes("back", again, func(tx *table.Tx, c party.Party) error {
		_, err := party.Associate(tx, c, "p", party.Resale, "", "", again)
		return err
	})
	w.spends("back", 50, again)
	w.spends("back", -20, again.Add(time.Hour))
	december := november(30).End()
	w.becomes("came", december, func(tx *table.Tx, c party.Party) error { // after the month, which changes nothing of it
		_, err := party.Dissociate(ctx, w.db, tx, c, december)
		return err
	})
	w.spends("came", 7_00, december)
	w.consumed(map[auth.PartyID]money.Fen{
		"left": 1, "came": 200_00, "moved": 0, "switched": 400_00, "back": 5,
		"p": 100_00 + 2 + 300_00 + 4 + 500_00 + 50 - 20, "q": 3,
	})
}

// DOMAIN.md 11, "Guards on the account".
func TestWhatCanStillBeInvoicedIsInTheWayOfJoining(t *testing.T) {
	w := newWorld(t)
	invoicing.Put(w.env)
	w.customer("c", "", 0)
	w.customer("resold", "p", party.Resale)
	w.spends("c", 60_00, november(10).At(9, 0))
	w.spends("resold", 70_00, november(11).At(9, 0))
	december := calendar.Date{Year: 2026, Month: time.December, Day: 20}
	w.spends("c", 5_00, december.At(9, 0))
	invoiceable := func(want money.Fen) {
		t.Helper()
		for id, want := range map[auth.PartyID]money.Fen{"c": want, "resold": 0} {
			if got, err := invoice.New(w.env).Invoiceable(t.Context(), id); got != want || err != nil {
				t.Errorf("%s: %s, %v, want %s", id, got, err, want)
			}
		}
	}
	invoiceable(65_00) // the running month's, too
	w.clock.Set(december.AddMonths(1, 1).At(9, 0))
	invoiceable(65_00) // December is over, and not out yet
	w.clock.Set(december.AddMonths(1, 20).At(9, 0))
	invoiceable(65_00)
	const customer = "customer c admin cat"
	w.call(customer, http.MethodPost, "/v2/invoice-info", `{"title_type":"PERSONAL","title":"c","email":"c@c.example"}`).Into(t, nil)
	w.call(vendor, http.MethodPost, "/v2/vendor/invoicing/info/c/decision", `{"approve":true}`).Into(t, nil)
	w.call(customer, http.MethodPost, "/v2/invoice-requests", `{"months":["2026-11"],"invoice_type":"ORDINARY_ELECTRONIC"}`).Into(t, nil)
	invoiceable(5_00)
	w.clock.Set(december.AddMonths(13, 20).At(9, 0))
	invoiceable(0)
}

// What invoicing needs is asked for when an invoice is, and not any more once it is signed.
func TestAPartnerIsInvoicedOnceItHasSignedWhatInvoicingNeeds(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "p", party.Resale)
	w.spends("c", 80_00, november(10).At(9, 0))
	w.clock.Set(november(30).AddDays(10).At(9, 0))
	w.call(partner, http.MethodPost, "/v2/invoice-info", `{"title_type":"ENTERPRISE","title":"某某科技有限公司","taxpayer_id":"91440300MA5EXAMPLE",
		"registered_address":"深圳市龙岗区坂田","registered_phone":"0755-28780808","bank_name":"招商银行","bank_account":"755900001111222","email":"tax@p.example"}`).Into(t, nil)
	w.call(vendor, http.MethodPost, "/v2/vendor/invoicing/info/p/decision", `{"approve":true}`).Into(t, nil)
	var published struct {
		Hashes map[string]string `json:"document_hashes"`
	}
	w.call(vendor, http.MethodPost, "/v2/vendor/agreements", `{"code":"invoicing-commitment","version":1,"effective_from":"2026-12-10","required_for":["invoicing"],
		"documents":[{"locale":"zh-CN","title":"承诺书","text":"第一条"},{"locale":"en-US","title":"Letter","text":"One"}]}`).Into(t, &published)
	const ask = `{"months":["2026-11"],"invoice_type":"SPECIAL_ELECTRONIC"}`
	w.call(partner, http.MethodPost, "/v2/invoice-requests", ask).Refused(t, http.StatusConflict, "CBC.99001200", "invoicing-commitment version 1")
	w.call(partner, http.MethodPost, "/v2/agreements/invoicing-commitment/signatures",
		fmt.Sprintf(`{"version":1,"locale":"zh-CN","document_hash":%q,"accepted":true}`, published.Hashes["zh-CN"])).Into(t, nil)
	var asked struct{ Amount float64 }
	if w.call(partner, http.MethodPost, "/v2/invoice-requests", ask).Into(t, &asked); asked.Amount != 80 {
		t.Errorf("it is invoiced for %v", asked.Amount)
	}
}

// Who can't be settled with is not paid for bills either.
func TestNoPartnerIsPaidWithoutCertifiedBusinessInformation(t *testing.T) {
	w := newWorld(t)
	invoicing.Put(w.env)
	settles := invoice.PartsPort.In(w.env).Settles
	if err := settles(t.Context(), table.NewTx(), "p"); !errors.Is(err, incentive.ErrNotCertified) {
		t.Errorf("never certified: %v", err)
	}
	w.commit(func(tx *table.Tx) error {
		tx.Create(&incentive.Certification{
			Head: table.Head{PK: "PARTY#p", SK: "INCENTIVEBUSINESS"}, Partner: "p", Valid: &incentive.Business{Title: "P"}, Pending: &incentive.Business{Title: "P2"},
		})
		return nil
	})
	if err := settles(t.Context(), table.NewTx(), "p"); !errors.Is(err, incentive.ErrUnderReview) {
		t.Errorf("under review: %v", err)
	}
	c, err := incentive.LoadBusiness(t.Context(), w.db, "p")
	if err != nil {
		t.Fatal(err)
	}
	next := c
	next.Pending = nil
	w.commit(func(tx *table.Tx) error { tx.Replace(&c, &next); return nil })
	tx := table.NewTx()
	if err := settles(t.Context(), tx, "p"); err != nil {
		t.Fatal(err)
	}
	w.commit(func(other *table.Tx) error { other.Replace(&next, &c); return nil })
	if err := w.db.Commit(t.Context(), tx); !errors.Is(err, table.ErrConflict) {
		t.Errorf("a change that is submitted meanwhile: %v", err)
	}
}
