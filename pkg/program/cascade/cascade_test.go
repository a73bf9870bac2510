package cascade_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/cascade"
)

// world is a distributor with two resellers, customers of each, and a partner.
type world struct {
	t     *testing.T
	db    *table.Client
	clock *clock.Fake
	s     *cascade.Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC))}
	w.s = &cascade.Service{Table: w.db, Clock: w.clock}
	w.add(party.Party{Row: party.Row{ID: "dist", Kind: auth.Distributor}})
	w.add(party.Party{Row: party.Row{ID: "other", Kind: auth.Distributor}})
	w.add(party.Party{Row: party.Row{ID: "r1", Kind: auth.Reseller}, Distributor: "dist"})
	w.add(party.Party{Row: party.Row{ID: "r2", Kind: auth.Reseller, Standing: party.Restricted}, Distributor: "dist"})
	w.add(party.Party{Row: party.Row{ID: "r3", Kind: auth.Reseller}, Distributor: "other"})
	for _, c := range []struct {
		id, partner auth.PartyID
		kind        int
	}{{"d-resale", "dist", party.Resale}, {"d-referral", "dist", party.Referral}, {"r1-resale", "r1", party.Resale}, {"r3-resale", "r3", party.Resale}} {
		w.add(party.Party{Row: party.Row{ID: c.id, Kind: auth.Customer, Partner: c.partner, AssociationType: c.kind}})
	}
	return w
}

func (w *world) add(p party.Party) {
	w.t.Helper()
	tx := table.NewTx()
	party.Create(tx, p, "test", w.clock.Now())
	party.Enlist(tx, p, w.clock.Now())
	if err := w.db.Commit(context.Background(), tx); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) party(id auth.PartyID) party.Party {
	w.t.Helper()
	p, err := party.Get(w.t.Context(), w.db, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// stands sets a party's standing, as the vendor does, and carries it down as events would.
func (w *world) stands(id auth.PartyID, to party.Standing) {
	w.t.Helper()
	w.clock.Advance(time.Hour)
	office := &party.Service{Table: w.db, Clock: w.clock}
	if _, err := office.SetStanding(w.t.Context(), id, to, "test", auth.Principal{Party: "vendor", Kind: auth.Vendor}); err != nil {
		w.t.Fatal(err)
	}
	w.carry(w.s, id)
}

// carry does the cascades of a party and of the resellers below it.
func (w *world) carry(s *cascade.Service, id auth.PartyID) {
	w.t.Helper()
	for _, of := range []auth.PartyID{id, "r1", "r2", "r3"} {
		for range 2 { // the second changes nothing
			if err := s.Begin(w.t.Context(), of); err != nil {
				w.t.Fatal(err)
			}
			if err := s.DoCascade(w.t.Context(), due(of)); err != nil && !errors.Is(err, lifecycle.ErrNotDue) {
				w.t.Fatal(err)
			}
		}
	}
}

func due(of auth.PartyID) lifecycle.Due {
	return lifecycle.Due{Key: table.Key{PK: "PARTY#" + string(of), SK: "CASCADE"}}
}

// is says how everybody stands: resellers by their standing, customers by whether they are frozen with their partner and whether they can consume.
func (w *world) is() string {
	w.t.Helper()
	says := ""
	for _, id := range []auth.PartyID{"r1", "r2", "r3"} {
		says += string(w.party(id).Standing) + " "
	}
	for _, id := range []auth.PartyID{"d-resale", "d-referral", "r1-resale", "r3-resale"} {
		p := w.party(id)
		blocked, err := party.Blocked(w.t.Context(), w.db, p)
		if err != nil {
			w.t.Fatal(err)
		}
		says += fmt.Sprint(p.Profile.Shown(), "/", blocked, " ")
	}
	return says
}

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

func TestADistributorsStandingReachesEverybodyBelowItAndIsLifted(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		to   party.Standing
		want string
	}{
		{party.Normal, "normal restricted normal 0/false 0/false 0/false 0/false "},
		{party.Restricted, "restricted restricted normal 0/true 0/false 0/true 0/false "},
		{party.Frozen, "frozen frozen normal 2/true 0/false 2/true 0/false "},
		{party.Restricted, "restricted restricted normal 0/true 0/false 0/true 0/false "},
		{party.Frozen, "frozen frozen normal 2/true 0/false 2/true 0/false "},
		{party.Normal, "normal restricted normal 0/false 0/false 0/false 0/false "},
	} {
		w.stands("dist", c.to)
		if got := w.is(); got != c.want {
			t.Errorf("%s: got  %s\nwant %s", c.to, got, c.want)
		}
	}
	if frozen, thawed := w.told("r1-resale", cascade.EventFrozen), w.told("r1-resale", cascade.EventUnfrozen); frozen != 2 || thawed != 2 {
		t.Errorf("a customer was frozen %d times and unfrozen %d times by its events, want 2 each", frozen, thawed)
	}
}

// Whatever the vendor sets for a reseller meanwhile stays when its distributor is lifted, and lifts nothing of what the distributor's does to it.
func TestWhatTheVendorSetsOfAResellerIsKeptApartFromItsDistributors(t *testing.T) {
	for _, c := range []struct {
		dist, set         party.Standing
		meanwhile, lifted string
	}{
		{party.Frozen, party.Normal, "frozen frozen normal 2/true 0/false 2/true 0/false ", "normal restricted normal 0/false 0/false 0/false 0/false "},
		{party.Frozen, party.Restricted, "frozen frozen normal 2/true 0/false 2/true 0/false ", "restricted restricted normal 0/false 0/false 0/true 0/false "},
		{party.Frozen, party.Frozen, "frozen frozen normal 2/true 0/false 2/true 0/false ", "frozen restricted normal 0/false 0/false 2/true 0/false "},
		{party.Restricted, party.Restricted, "restricted restricted normal 0/true 0/false 0/true 0/false ", "restricted restricted normal 0/false 0/false 0/true 0/false "},
		{party.Restricted, party.Frozen, "frozen restricted normal 0/true 0/false 2/true 0/false ", "frozen restricted normal 0/false 0/false 2/true 0/false "},
	} {
		w := newWorld(t)
		w.stands("dist", c.dist)
		w.stands("r1", c.set)
		if got := w.is(); got != c.meanwhile {
			t.Errorf("%s, and r1 set %s: got  %s\nwant %s", c.dist, c.set, got, c.meanwhile)
		}
		w.stands("dist", party.Normal)
		if got := w.is(); got != c.lifted {
			t.Errorf("%s, and r1 set %s, lifted: got  %s\nwant %s", c.dist, c.set, got, c.lifted)
		}
		w.stands("r1", party.Normal)
		if got := w.party("r1"); got.Standing != party.Normal || got.Own != "" || got.Above != "" {
			t.Errorf("%s, and r1 set %s: in the end it is %+v", c.dist, c.set, got)
		}
	}
}

func TestWhatAPartnerFrozeItselfStaysItsOwn(t *testing.T) {
	w := newWorld(t)
	c := w.party("d-resale")
	next := c
	next.Profile.Frozen = party.AccountFrozen
	tx := table.NewTx()
	if err := party.Change(t.Context(), w.db, tx, c, next); err != nil {
		t.Fatal(err)
	}
	if err := w.db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	w.stands("dist", party.Frozen)
	if p := w.party("d-resale").Profile; p.Frozen != party.AccountFrozen || p.Shown() != party.ResourcesFrozen {
		t.Errorf("frozen with its partner it is %+v", p)
	}
	w.stands("dist", party.Normal)
	if p := w.party("d-resale").Profile; p.Shown() != party.AccountFrozen {
		t.Errorf("lifted, it is %+v", p)
	}
}

func TestACascadeOverMoreThanOneTransactionGoesOnAfterACrash(t *testing.T) {
	w := newWorld(t)
	for n := range 45 {
		w.add(party.Party{Row: party.Row{ID: auth.PartyID(fmt.Sprintf("many-%02d", n)), Kind: auth.Customer, Partner: "r3", AssociationType: party.Resale}})
	}
	office := &party.Service{Table: w.db, Clock: w.clock}
	if _, err := office.SetStanding(t.Context(), "r3", party.Frozen, "test", auth.Principal{}); err != nil {
		t.Fatal(err)
	}
	if err := w.s.Begin(t.Context(), "r3"); err != nil {
		t.Fatal(err)
	}
	for _, verdict := range []table.Verdict{table.CrashBefore, table.CrashAfter, table.CrashAfter, table.CrashBefore} {
		crashed := &cascade.Service{Clock: w.clock, Table: w.db.WithFault(func(op table.Op) table.Verdict {
			if op.Kind == table.OpTx || op.Kind == table.OpWrite {
				return verdict
			}
			return table.Pass
		})}
		if err := crashed.DoCascade(t.Context(), due("r3")); !errors.Is(err, table.ErrCrash) {
			t.Fatalf("got %v", err)
		}
	}
	if err := w.s.DoCascade(t.Context(), due("r3")); err != nil {
		t.Fatal(err)
	}
	for n := range 45 {
		id := fmt.Sprintf("many-%02d", n)
		if w.party(auth.PartyID(id)).Profile.Shown() != party.ResourcesFrozen || w.told(id, cascade.EventFrozen) != 1 {
			t.Errorf("customer %s is %+v", id, w.party(auth.PartyID(id)).Profile)
		}
	}
}

func TestAStandingThatChangesMeanwhileStartsOver(t *testing.T) {
	w := newWorld(t)
	office := &party.Service{Table: w.db, Clock: w.clock}
	for _, to := range []party.Standing{party.Frozen, party.Normal, party.Frozen, party.Normal} {
		w.clock.Advance(time.Minute)
		if _, err := office.SetStanding(t.Context(), "dist", to, "test", auth.Principal{}); err != nil {
			t.Fatal(err)
		}
		if err := w.s.Begin(t.Context(), "dist"); err != nil {
			t.Fatal(err)
		}
	}
	w.carry(w.s, "dist")
	if got := w.is(); got != "normal restricted normal 0/false 0/false 0/false 0/false " {
		t.Errorf("got %s", got)
	}
}

func TestACustomerThatGoesToAnotherPartnerMeanwhileIsNotFrozenWithItsFirst(t *testing.T) {
	w := newWorld(t)
	s := &cascade.Service{Clock: w.clock, Table: tabletest.Before(t, w.db, tabletest.Reading(party.Key("d-resale")), func() {
		tx := table.NewTx()
		if _, err := party.Transfer(t.Context(), w.db, tx, w.party("d-resale"), w.party("other"), w.clock.Now()); err != nil {
			t.Fatal(err)
		}
		if err := w.db.Commit(t.Context(), tx); err != nil {
			t.Fatal(err)
		}
	})}
	office := &party.Service{Table: w.db, Clock: w.clock}
	if _, err := office.SetStanding(t.Context(), "dist", party.Frozen, "test", auth.Principal{}); err != nil {
		t.Fatal(err)
	}
	w.carry(s, "dist")
	if p := w.party("d-resale"); p.Partner != "other" || p.Profile.FrozenAbove {
		t.Errorf("it is %s's, and frozen with it is %t", p.Partner, p.Profile.FrozenAbove)
	}
}
