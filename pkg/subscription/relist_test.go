package subscription_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

// relists lists what a customer has for the partner that it has, in transactions of its own. It says how many.
func (w *world) relists(customer auth.PartyID) (calls int) {
	w.t.Helper()
	for after := ""; ; {
		holder, err := party.Get(w.t.Context(), w.db, customer)
		if err != nil {
			w.t.Fatal(err)
		}
		tx := table.NewTx()
		if after, err = subscription.Relist(w.t.Context(), w.db, tx, holder, after, w.clock.Now()); err != nil {
			w.t.Fatal(err)
		}
		if tx.Len() > 90 {
			w.t.Fatalf("a transaction of %d items leaves its caller no room", tx.Len())
		}
		if err := w.db.Commit(w.t.Context(), tx); err != nil {
			w.t.Fatal(err)
		}
		if calls++; after == "" {
			return calls
		}
		if calls > 50 {
			w.t.Fatal("it is never done")
		}
	}
}

// leaves lets a customer have another partner, or none.
func (w *world) leaves(customer, to auth.PartyID) party.Party {
	w.t.Helper()
	old, err := party.Get(w.t.Context(), w.db, customer)
	if err != nil {
		w.t.Fatal(err)
	}
	if old.Partner != "" {
		w.commit(func(tx *table.Tx) {
			if old, err = party.Dissociate(w.t.Context(), w.db, tx, old, w.clock.Now()); err != nil {
				w.t.Fatal(err)
			}
		})
	}
	if to != "" {
		w.commit(func(tx *table.Tx) {
			if old, err = party.Associate(tx, old, to, party.Resale, "", "", w.clock.Now()); err != nil {
				w.t.Fatal(err)
			}
		})
	}
	return old
}

// listed says how many resources and orders a partner is shown.
func (w *world) listed(partner auth.PartyID) string {
	w.t.Helper()
	var resources struct {
		Total int `json:"total_count"`
	}
	w.call(auth.Partner, partner, "POST", "/v2/orders/suscriptions/resources/query", "application/json", `{}`).Into(w.t, &resources)
	return fmt.Sprint(resources.Total, " ", w.orders(auth.Partner, partner, "").Total)
}

func TestWhatALeavingCustomerHasIsShownToItsPartnerNoMoreAndThenListedNoMore(t *testing.T) {
	w := newWorld(t)
	w.party(party.Party{Row: party.Row{ID: "next", Kind: auth.Partner, Name: "Next"}})
	w.customer("c", "V1", "1000.00")
	w.customer("d", "V1", "0.00")
	var rows []row
	for n := range 120 {
		id := fmt.Sprintf("r%03d", n)
		rows = append(rows, row{ID: id, Customer: "c", Expiry: firstOfDecember.AddDays(20)})
		if n%4 == 0 {
			rows = append(rows, row{ID: id + "-disk", Customer: "c", Parent: id, Expiry: firstOfDecember.AddDays(20)})
		}
	}
	w.resources(append(rows, row{ID: "theirs", Customer: "d", Expiry: firstOfDecember.AddDays(20)})...)
	before := w.listed("partner")
	w.leaves("c", "")
	if got := w.listed("partner"); got != "1 1" || before == got {
		t.Errorf("before it leaves the partner is shown %s, from then on %s", before, got)
	}
	if calls := w.relists("c"); calls < 6 {
		t.Errorf("it took %d transactions", calls)
	}
	for _, pk := range []string{"PARTNER#partner#SUB#2026-12", "PARTNER#partner#ORDER#2026-11", "PARTNER#partner#ORDER#2026-12"} {
		for one, err := range table.All[table.Raw](t.Context(), w.db, table.Query{Index: table.Listed, PK: pk}) {
			if err != nil || one.PK != "PARTY#d" {
				t.Fatalf("still listed: %+v, %v", one, err)
			}
		}
	}
	w.audited("c")
	w.leaves("c", "next")
	w.relists("c")
	if got := w.listed("next"); got != "150 0" { // all resources, and none of the orders from before
		t.Errorf("the next partner is shown %s", got)
	}
	if got := w.read("c", "r000#r000-disk"); got.Partner != "next" || got.Parent != "r000" {
		t.Errorf("an attached resource is %+v", got)
	}
	w.audited("c")
	if calls, events := w.relists("c"), len(w.events("c")); calls != 2 || events != 240 {
		t.Errorf("to do it again takes %d transactions, and there are %d events", calls, events)
	}
}

func TestAnOrderThatIsPlacedBehindTheFirstPassLeavesTheListInTheSecond(t *testing.T) {
	w := shopWorld(t, "200.00")
	w.clock.Set(beijing(2026, 12, 20, 10, 0))
	bought := w.buys(1, "small")
	holder := w.leaves("c", "")
	tx := table.NewTx()
	after, err := subscription.Relist(t.Context(), w.db, tx, holder, "", w.clock.Now())
	if err != nil || after == "" {
		t.Fatalf("it came to %q, %v", after, err)
	}
	w.clock.Advance(time.Second)
	w.renews(w.resourcesOf(bought.OrderID)[0], 1) // an order for a resource that is still the partner's
	if err := w.db.Commit(t.Context(), tx); !errors.Is(err, table.ErrConflict) {
		t.Errorf("it took away a resource that had changed: %v", err)
	}
	w.relists("c")
	for _, pk := range []string{"PARTNER#partner#SUB#2027-02", "PARTNER#partner#ORDER#2026-12"} {
		for one, err := range table.All[table.Raw](t.Context(), w.db, table.Query{Index: table.Listed, PK: pk}) {
			t.Errorf("still listed: %+v, %v", one, err)
		}
	}
}

func TestNothingIsRelistedForAPartnerThatIsNoMore(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V1", "0.00")
	w.resources(row{ID: "r1", Customer: "c", Expiry: firstOfDecember.AddDays(20)})
	none := w.leaves("c", "")
	w.leaves("c", "next")
	tx := table.NewTx()
	if _, err := subscription.Relist(t.Context(), w.db, tx, none, "", w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if err := w.db.Commit(t.Context(), tx); !table.ConflictOn(err, party.Key("c")) {
		t.Errorf("it holds for who has another partner: %v", err)
	}
}
