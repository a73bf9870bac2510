package party_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
)

// listed gives the customers that stand in a partner's list, with their labels.
func listed(t *testing.T, db *table.Client, partner auth.PartyID) string {
	t.Helper()
	text := ""
	query := party.Customers(partner)
	query.Strong = true
	for m, err := range table.All[party.Member](context.Background(), db, query) {
		if err != nil {
			t.Fatal(err)
		}
		text += string(m.Row.ID) + ":" + m.Profile.Label + " "
	}
	return text
}

func TestACustomersChangesReachItsPartnersList(t *testing.T) {
	db, now := tabletest.New(t), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	write := func(add func(tx *table.Tx) error) {
		t.Helper()
		tx := table.NewTx()
		if err := errors.Join(add(tx), db.Commit(t.Context(), tx)); err != nil {
			t.Fatal(err)
		}
	}
	read := func() party.Party {
		t.Helper()
		c, err := party.Get(t.Context(), db, "c")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	write(func(tx *table.Tx) error {
		party.Create(tx, party.Party{Row: party.Row{ID: "c", Kind: auth.Customer}}, "test", now)
		return nil
	})
	write(func(tx *table.Tx) error {
		_, err := party.Associate(tx, read(), "p", party.Resale, "first", "m", now)
		return err
	})
	if got := listed(t, db, "p"); got != "c:first " {
		t.Errorf("after the association: %q", got)
	}
	if _, err := party.Associate(table.NewTx(), read(), "q", party.Resale, "", "", now); !errors.Is(err, party.ErrAssociated) {
		t.Errorf("a second association: %v, want %v", err, party.ErrAssociated)
	}
	write(func(tx *table.Tx) error {
		next := read()
		next.Profile.Label = "second"
		return party.Change(t.Context(), db, tx, read(), next)
	})
	if got := listed(t, db, "p"); got != "c:second " {
		t.Errorf("after a change: %q", got)
	}
	write(func(tx *table.Tx) error {
		_, err := party.Dissociate(t.Context(), db, tx, read(), now)
		return err
	})
	if got := listed(t, db, "p"); got != "" {
		t.Errorf("after the end: %q", got)
	}
	if leaving, err := party.Departing(t.Context(), db, "p"); err != nil || !leaving["c"] {
		t.Errorf("departing: %v, %v", leaving, err)
	}
	if c := read(); c.Partner != "" || c.AssociationType != 0 || c.Profile.Label != "" {
		t.Errorf("the customer is %+v", c)
	}
}
