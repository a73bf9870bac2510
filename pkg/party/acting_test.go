package party_test

import (
	"errors"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
)

func TestADistributorActsForItsOwnResellersAlone(t *testing.T) {
	db, ctx := tabletest.New(t), t.Context()
	tx := table.NewTx()
	for _, p := range []party.Party{
		{Row: party.Row{ID: "d", Kind: auth.Distributor}},
		{Row: party.Row{ID: "mine", Kind: auth.Reseller}, Distributor: "d"},
		{Row: party.Row{ID: "theirs", Kind: auth.Reseller}, Distributor: "other"},
		{Row: party.Row{ID: "c", Kind: auth.Customer, Partner: "d", AssociationType: party.Resale}},
	} {
		party.Create(tx, p, "test", time.Unix(0, 0))
	}
	if err := db.Commit(ctx, tx); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		caller   auth.Principal
		indirect auth.PartyID
		want     auth.PartyID // empty: refused
	}{
		"nobody named":            {auth.Principal{Party: "d", Kind: auth.Distributor}, "", "d"},
		"its reseller":            {auth.Principal{Party: "d", Kind: auth.Distributor}, "mine", "mine"},
		"another's reseller":      {auth.Principal{Party: "d", Kind: auth.Distributor}, "theirs", ""},
		"a customer":              {auth.Principal{Party: "d", Kind: auth.Distributor}, "c", ""},
		"what does not exist":     {auth.Principal{Party: "d", Kind: auth.Distributor}, "nobody", ""},
		"a reseller names itself": {auth.Principal{Party: "mine", Kind: auth.Reseller}, "mine", ""},
		"a solution provider":     {auth.Principal{Party: "p", Kind: auth.Partner}, "mine", ""},
	} {
		got, err := party.ActingFor(ctx, db, c.caller, c.indirect)
		if got != c.want || (err != nil) != (c.want == "") || err != nil && !errors.Is(err, party.ErrNotMine) {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestADepartingCustomerIsNamedUntilItHasLeft(t *testing.T) {
	db, ctx := tabletest.New(t), t.Context()
	commit := func(add func(tx *table.Tx) error) {
		t.Helper()
		tx := table.NewTx()
		if err := errors.Join(add(tx), db.Commit(ctx, tx)); err != nil {
			t.Fatal(err)
		}
	}
	leaving := func(partner auth.PartyID) map[auth.PartyID]bool {
		t.Helper()
		found, err := party.Departing(ctx, db, partner)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	commit(func(tx *table.Tx) error { party.Depart(tx, "p", "c"); return nil })
	if found := leaving("p"); len(found) != 1 || !found["c"] || len(leaving("q")) != 0 {
		t.Errorf("got %v", found)
	}
	commit(func(tx *table.Tx) error { return party.Departed(ctx, db, tx, "p", "c") })
	if found := leaving("p"); len(found) != 0 {
		t.Errorf("got %v after it has left", found)
	}
}
