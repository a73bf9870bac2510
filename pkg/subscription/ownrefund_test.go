package subscription_test

import (
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// What a customer paid of its own comes back as its own, however it is associated since, so that its partner can't take it; what the partner had
// given comes back as that. Source: DOMAIN.md 3, Effects.
func TestARefundOfACustomersOwnMoneyIsItsOwn(t *testing.T) {
	w := agencyWorld(t)
	w.becomes(party.Referral)
	before := w.resourcesOf(w.buys(1, "tiny").OrderID)[0]
	w.becomes(party.Resale)
	w.gives(10_00)
	w.holdsOf("the rest is its own", 11_00, 10_00)
	w.ends(before, 1)
	w.holdsOf("what it paid before is its own", 15_00, 10_00)

	var bought []string
	for range 3 {
		bought = append(bought, w.resourcesOf(w.buys(1, "tiny").OrderID)[0])
	}
	w.holdsOf("what the partner gave is spent first", 3_00, 0)
	w.ends(bought[2], 1)
	w.holdsOf("of what was paid of both each comes back", 7_00, 2_00)
	w.ends(bought[0], 1)
	w.ends(bought[1], 1)
	w.holdsOf("all is back", 15_00, 10_00)
	w.conserved()
}

// A bundle is paid of both, and a part of it comes back in several refunds: what is the customer's own comes back first, and no more of it than was paid.
func TestRefundsInPartsGiveBackNoMoreOfACustomersOwnThanItPaid(t *testing.T) {
	w := agencyWorld(t)
	w.becomes(party.Referral)
	w.becomes(party.Resale)
	w.gives(3_00)
	id := w.resourcesOf(w.buys(1, "tiny").OrderID)[0]
	w.holdsOf("one yuan of its own is spent", 4_00, 0)
	w.renews(id, 1)
	w.holdsOf("all that is left is its own", 0, 0)
	w.clock.Advance(6 * 24 * time.Hour)
	w.ends(id, 2)
	w.holdsOf("the renewal was its own", 4_00, 0)
	w.ends(id, 1)
	held := w.account()
	if held.Designated != 5_00 || held.Free() <= 0 {
		t.Errorf("it holds %s, %s of it its own, want 5.00 of more", held.Balance, held.Designated)
	}
	w.conserved()
}

// becomes switches the customer's association.
func (w *world) becomes(kind int) {
	w.t.Helper()
	w.clock.Advance(time.Second)
	c, err := party.Get(w.t.Context(), w.db, "c")
	if err != nil {
		w.t.Fatal(err)
	}
	w.commit(func(tx *table.Tx) {
		if kind == party.Resale {
			if err := account.Own(w.t.Context(), w.db, tx, "c"); err != nil {
				w.t.Fatal(err)
			}
		}
		if err := party.Change(w.t.Context(), w.db, tx, c, party.Switched(c, kind, w.clock.Now())); err != nil {
			w.t.Fatal(err)
		}
	})
	w.clock.Advance(time.Second)
}

// gives lets the partner appropriate to its customer.
func (w *world) gives(amount money.Fen) {
	w.t.Helper()
	giver, err := account.Load(w.t.Context(), w.db, account.Of("partner", account.Cash))
	if err != nil {
		w.t.Fatal(err)
	}
	w.commit(func(tx *table.Tx) {
		given := account.Transfer{ID: table.NewID(w.clock.Now()), From: giver.ID, To: account.Of("c", account.Cash), Amount: amount, Reason: account.Appropriation, At: w.clock.Now()}
		if _, _, err := account.Move(tx, giver, w.account(), given); err != nil {
			w.t.Fatal(err)
		}
	})
}

func (w *world) account() account.Account {
	w.t.Helper()
	a, err := account.Load(w.t.Context(), w.db, account.Of("c", account.Cash))
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// holdsOf compares what the customer holds, and what of that its partner could take.
func (w *world) holdsOf(what string, balance, free money.Fen) {
	w.t.Helper()
	if a := w.account(); a.Balance != balance || a.Free() != free {
		w.t.Errorf("%s: it holds %s, %s of it free, want %s and %s", what, a.Balance, a.Free(), balance, free)
	}
}
