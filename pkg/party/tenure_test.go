package party_test

import (
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
)

func TestWhosACustomerWasIsKnownForEveryInstant(t *testing.T) {
	db := tabletest.New(t)
	at := func(day int) time.Time { return calendar.Date{Year: 2026, Month: time.November, Day: day}.Start() }
	commit := func(do func(tx *table.Tx, c party.Party) error) {
		t.Helper()
		tx := table.NewTx()
		c, err := party.Get(t.Context(), db, "c")
		if err == nil {
			err = do(tx, c)
		}
		if err == nil {
			err = db.Commit(t.Context(), tx)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	tx := table.NewTx()
	c := party.Party{Row: party.Row{ID: "c", Kind: auth.Customer, Name: "C", Partner: "p1", AssociationType: party.Referral}}
	party.Create(tx, c, "test", at(2))
	party.Enlist(tx, c, at(2))
	if err := db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	commit(func(tx *table.Tx, c party.Party) error {
		return party.Change(t.Context(), db, tx, c, party.Switched(c, party.Resale, at(5)))
	})
	commit(func(tx *table.Tx, c party.Party) error {
		_, err := party.Dissociate(t.Context(), db, tx, c, at(10))
		return err
	})
	commit(func(tx *table.Tx, c party.Party) error {
		_, err := party.Associate(tx, c, "p2", party.Resale, "", "", at(20))
		return err
	})
	c, err := party.Get(t.Context(), db, "c")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		day     int
		partner auth.PartyID
		kind    int
	}{{1, "p1", party.Referral}, {4, "p1", party.Referral}, {5, "p1", party.Resale}, {9, "p1", party.Resale}, {10, "", 0}, {19, "", 0}, {20, "p2", party.Resale}, {30, "p2", party.Resale}} {
		partner, kind, ok := c.AssociatedAt(at(want.day))
		if partner != want.partner || kind != want.kind || ok != (want.partner != "") {
			t.Errorf("on the %d it was %q's by %d, want %q's by %d", want.day, partner, kind, want.partner, want.kind)
		}
	}
	for since, want := range map[time.Time]int{at(1): 1, at(10): 1, at(10).Add(time.Second): 0} {
		if left, err := party.Former(t.Context(), db, "p1", since); len(left) != want || err != nil {
			t.Errorf("since %s %v left, want %d (%v)", since, left, want, err)
		}
	}
}
