package agreement_test

import (
	"fmt"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle/lifecycletest"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/agreement"
)

func (w *world) due() lifecycletest.Work {
	return lifecycletest.Work{Table: w.db, Clock: w.clock, Handlers: (&agreement.Service{Table: w.db, Clock: w.clock}).Work()}
}

// awaited gives the events that ask a party to sign something.
func (w *world) awaited(owner string) (asked []event.Event) {
	w.t.Helper()
	for e, err := range event.List(w.t.Context(), w.db, owner, time.Time{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if e.Type == immediate.Event && e.Data["writer"] == agreement.WriterVersion {
			asked = append(asked, *e)
		}
	}
	return asked
}

func TestANewVersionIsToldToEachWhoSignsItOnce(t *testing.T) {
	w := newWorld(t)
	const many = 120 // more than two transactions
	for i := range many {
		tx := table.NewTx()
		party.Create(tx, party.Party{Row: party.Row{ID: auth.PartyID(fmt.Sprintf("p-%03d", i)), Kind: auth.Partner, Name: "P"}}, "test", w.clock.Now())
		if err := w.db.Commit(t.Context(), tx); err != nil {
			t.Fatal(err)
		}
	}
	hash := w.publish("letter", 1, "2026-12-10", `"payout"`)
	w.sign(rival, "letter", 1, hash).Into(t, nil)
	w.due().Until(t, w.clock.Now().Add(time.Hour))
	for i := range many {
		if asked := w.awaited(fmt.Sprintf("p-%03d", i)); len(asked) != 1 || asked[0].Subject != "letter" || asked[0].Data[agreement.VersionDatum] != "1" {
			t.Fatalf("partner %d is asked by %+v", i, asked)
		}
	}
	if n := len(w.awaited("partner")); n != 1 {
		t.Errorf("the partner is asked %d times", n)
	}
	if n := len(w.awaited("rival")) + len(w.awaited("customer")); n != 0 {
		t.Errorf("who has signed, or signs nothing, is asked %d times", n)
	}
	if _, some := w.due().First(t, w.clock.Now().Add(365*24*time.Hour)); some {
		t.Error("there is no end of it")
	}
}

func TestWhatIsSignedOrSupersededIsNotAskedFor(t *testing.T) {
	w := newWorld(t)
	first := w.publish("letter", 1, "2026-12-01", `"payout"`)
	w.due().Until(t, w.clock.Now().Add(time.Minute))
	asks := func(e event.Event, owner string) bool {
		t.Helper()
		e.Owner = owner
		v, ok, err := agreement.Awaited(t.Context(), w.db, e, w.clock.Now())
		if err != nil || ok && (v.Code != "letter" || v.Titles["en-US"] != "Letter") {
			t.Fatalf("got %+v, %v", v, err)
		}
		return ok
	}
	e := w.awaited("partner")[0]
	w.sign(rival, "letter", 1, first).Into(t, nil)
	if !asks(e, "partner") || asks(e, "rival") {
		t.Error("it is asked for of who has signed it, or not of who has not")
	}
	w.publish("letter", 2, "2026-12-03", `"payout"`)
	if !asks(e, "partner") {
		t.Error("before the next one takes effect it is not asked for")
	}
	w.due().Until(t, w.clock.Now().Add(72*time.Hour))
	if asks(e, "partner") {
		t.Error("it is asked for when another has taken its place")
	}
	if asked := w.awaited("rival"); len(asked) != 2 || asked[0].Data[agreement.VersionDatum] == asked[1].Data[agreement.VersionDatum] {
		t.Errorf("who signed the one before is asked by %+v", asked)
	}
}

func TestAVersionIsToldOnceWhateverCallMeetsAFault(t *testing.T) {
	for _, fault := range []table.Verdict{table.CrashBefore, table.CrashAfter, table.LostAnswer, table.Conflict, table.Throttle} {
		for at, met := 0, true; met; at++ {
			w := newWorld(t)
			w.publish("letter", 1, "2026-12-01", `"payout"`)
			due, _ := w.due().First(t, w.clock.Now())
			calls := 0
			met = false
			faulty := w.db.WithFault(func(table.Op) table.Verdict {
				if calls++; calls-1 == at {
					met = true
					return fault
				}
				return table.Pass
			})
			_ = (&agreement.Service{Table: faulty, Clock: w.clock}).DoNews(t.Context(), due)
			w.due().Until(t, w.clock.Now())
			for _, owner := range []string{"partner", "rival"} {
				if n := len(w.awaited(owner)); n != 1 {
					t.Errorf("%v at call %d: %s is asked %d times", fault, at, owner, n)
				}
			}
		}
	}
}
