package subscription_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

var tenth = firstOfDecember.AddDays(9)

func TestAutoRenewalPaysOnTheDeductionDayAndMovesTheExpiry(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "35.00")
	w.resources(row{ID: "main", Customer: "c", Expiry: tenth, Policy: 3}, row{ID: "disk", Customer: "c", Parent: "main", Expiry: tenth, Policy: 3, Price: "2.50"})
	w.run("c", "main", tenth.AddDays(-7).At(3, 0))

	main, disk := w.read("c", "main"), w.read("c", "main#disk")
	if main.Expiry.String() != "2027-01-10" || disk.Expiry != main.Expiry || main.Status != subscription.StatusInUse {
		t.Errorf("the main resource expires on %s, the attached one on %s, want 2027-01-10 both", main.Expiry, disk.Expiry)
	}
	if got := w.balance("c"); got != "22.50" {
		t.Errorf("the balance is %s, want 35.00 less 10.00 and 2.50", got)
	}
	if got := fmt.Sprint(w.events("c")); got != "[renewed]" {
		t.Errorf("the events are %s, want one renewal", got)
	}
	w.sound("c")
}

func TestAnAutoRenewalThatIsRefusedMovesNothingAndIsTriedEveryDayUntilExpiry(t *testing.T) {
	for reason, spoil := range map[subscription.Refusal]func(w *world){
		subscription.RefusedBalance: func(*world) {},
		subscription.RefusedBlocked: func(w *world) { w.standing("c", party.Frozen) },
		subscription.RefusedPendingOrder: func(w *world) {
			w.as("c", http.MethodPost, "/v2/orders/subscriptions/resources/renew", `{"resource_ids":["r"],"period_type":2,"period_num":1}`)
		},
		subscription.RefusedOffShelf: func(w *world) { w.offShelf("r") },
	} {
		t.Run(string(reason), func(t *testing.T) {
			w := newWorld(t)
			balance := "100.00"
			if reason == subscription.RefusedBalance {
				balance = "9.99"
			}
			w.customer("c", "V3", balance)
			w.resources(row{ID: "r", Customer: "c", Expiry: tenth, Policy: 3})
			w.clock.Set(tenth.AddDays(-8).At(12, 0))
			spoil(w)
			w.run("c", "r", tenth.End().Add(-time.Second))
			s := w.read("c", "r")
			if got := w.attempts("c"); got != 8 || s.Refusal != reason || s.Expiry != tenth {
				t.Errorf("%d attempts ended in %q with expiry %s, want 8, %q and %s", got, s.Refusal, s.Expiry, reason, tenth)
			}
			if got := w.balance("c"); got != balance {
				t.Errorf("the balance is %s, want %s", got, balance)
			}
			w.sound("c")
		})
	}
}

// attempts counts the auto-renewals of a customer that were refused.
func (w *world) attempts(customer auth.PartyID) int {
	w.t.Helper()
	return strings.Count(strings.Join(w.events(customer), " "), "auto_renewal_failed")
}

func (w *world) standing(id auth.PartyID, s party.Standing) {
	w.t.Helper()
	old, err := party.Get(context.Background(), w.db, id)
	if err != nil {
		w.t.Fatal(err)
	}
	next := old
	next.Standing = s
	w.commit(func(tx *table.Tx) { tx.Replace(&old, &next) })
}

func (w *world) offShelf(resource string) {
	w.t.Helper()
	product := w.read("c", resource).ProductID
	got := w.call(auth.Vendor, "vendor", http.MethodPut, "/v2/vendor/products/"+string(product), "application/json", `{"on_sale":false}`)
	if got.Status != http.StatusOK {
		w.t.Fatalf("got %d %s", got.Status, got.Body)
	}
}

func TestB7ALiftedAccountIsNotCaughtUpButTriedAtTheNextThree(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "100.00")
	w.resources(row{ID: "r", Customer: "c", Expiry: tenth, Policy: 3})
	w.standing("partner", party.Restricted) // a resale customer's partner
	w.run("c", "r", tenth.AddDays(-5).At(12, 0))
	if got := w.attempts("c"); got != 3 {
		t.Errorf("%d attempts while restricted, want 3", got)
	}
	w.standing("partner", party.Normal)
	if got := w.balance("c"); got != "100.00" {
		t.Errorf("lifting paid at once: the balance is %s", got)
	}
	w.run("c", "r", tenth.AddDays(-4).At(3, 0))
	if got := w.balance("c"); got != "90.00" {
		t.Errorf("the balance is %s at the next 03:00, want 90.00", got)
	}
}

func TestAResourceThatNobodyRenewsEntersGraceIsFrozenAndReleased(t *testing.T) {
	for _, c := range []struct {
		level, grace, frozen, released string // dates on which each begins; empty where it is skipped
	}{
		{"V0", "2026-12-11", "2026-12-12", "2026-12-13"},
		{"V1", "2026-12-11", "2026-12-12", "2026-12-19"},
		{"V5", "2026-12-11", "2026-12-18", "2027-01-02"},
	} {
		t.Run(c.level, func(t *testing.T) {
			w := newWorld(t)
			w.customer("c", c.level, "0.00")
			w.resources(row{ID: "r", Customer: "c", Expiry: tenth})
			for _, step := range []struct {
				from string
				want subscription.Status
			}{{c.grace, subscription.StatusExpired}, {c.frozen, subscription.StatusFrozen}, {c.released, subscription.StatusClosed}} {
				begins, err := time.Parse("2006-01-02 -0700", step.from+" +0800")
				if err != nil {
					t.Fatal(err)
				}
				w.run("c", "r", begins.Add(-time.Second))
				if got := w.read("c", "r").Status; got == step.want {
					t.Errorf("it is %s before %s begins", got, step.from)
				}
				w.run("c", "r", begins)
				if got := w.read("c", "r").Status; got != step.want {
					t.Errorf("it is %s when %s begins, want %s", got, step.from, step.want)
				}
			}
			if got := strings.Join(w.events("c"), " "); got != "grace_began frozen released" {
				t.Errorf("the events are %s", got)
			}
		})
	}
}

func TestB6AfterAnOutageOneAttemptStandsForAllThatWereMissed(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "0.00")
	w.resources(row{ID: "r", Customer: "c", Expiry: tenth, Policy: 3})
	w.clock.Set(tenth.AddDays(2).At(12, 0)) // in grace, nothing was ever tried
	if err := w.service().Do(context.Background(), due("c", "r")); err != nil {
		t.Fatal(err)
	}
	s := w.read("c", "r")
	if s.Status != subscription.StatusExpired {
		t.Errorf("it is %s, want in grace", s.Status)
	}
	if got := strings.Join(w.events("c"), " "); got != "auto_renewal_failed grace_began" {
		t.Errorf("the events are %s", got)
	}
}

func TestDueWorkDoneTwiceOrAtOnceHappensOnce(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "100.00")
	w.resources(row{ID: "r", Customer: "c", Expiry: tenth, Policy: 3})
	w.clock.Set(tenth.AddDays(-7).At(3, 0))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if err := w.service().Do(context.Background(), due("c", "r")); err != nil && !errors.Is(err, table.ErrConflict) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got := w.balance("c"); got != "90.00" {
		t.Errorf("the balance is %s, want one renewal's 90.00", got)
	}
	if got := fmt.Sprint(w.events("c")); got != "[renewed]" {
		t.Errorf("the events are %s, want one renewal", got)
	}
}

func TestB2ACrashBetweenAnyTwoCallsEndsInOneRenewal(t *testing.T) {
	for n := 1; ; n++ {
		for _, verdict := range []table.Verdict{table.CrashBefore, table.CrashAfter, table.LostAnswer, table.Conflict, table.Throttle} {
			w := newWorld(t)
			w.customer("c", "V3", "100.00")
			w.resources(row{ID: "r", Customer: "c", Expiry: tenth, Policy: 3})
			w.clock.Set(tenth.AddDays(-7).At(3, 0))
			var calls atomic.Int32
			faulty := w.service()
			faulty.Table = w.db.WithFault(func(op table.Op) table.Verdict {
				calls.Add(1)
				if op.N == n {
					return verdict
				}
				return table.Pass
			})
			first := faulty.Do(context.Background(), due("c", "r"))
			if err := w.service().Do(context.Background(), due("c", "r")); err != nil {
				t.Fatalf("call %d, verdict %d: %v after %v", n, verdict, err, first)
			}
			if got := w.balance("c"); got != "90.00" {
				t.Errorf("call %d, verdict %d: the balance is %s after %v", n, verdict, got, first)
			}
			if got := w.read("c", "r").Expiry.String(); got != "2027-01-10" {
				t.Errorf("call %d, verdict %d: the expiry is %s", n, verdict, got)
			}
			w.sound("c")
			if met := int(calls.Load()); met < n {
				if n < 6 {
					t.Errorf("only %d calls were met", met)
				}
				return
			}
		}
	}
}

func TestB1AManualRenewalInTheWindowMovesTheNextAttemptToTheNewExpiry(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "100.00")
	w.resources(row{ID: "r", Customer: "c", Expiry: tenth, Policy: 3})
	w.clock.Set(tenth.AddDays(-7).At(2, 59))
	got := w.as("c", http.MethodPost, "/v2/orders/subscriptions/resources/renew", `{"resource_ids":["r"],"period_type":2,"period_num":1,"is_auto_pay":1}`)
	if got.Status != http.StatusOK {
		t.Fatalf("got %d %s", got.Status, got.Body)
	}
	w.run("c", "r", tenth.AddDays(20).Start())
	if got := w.balance("c"); got != "90.00" {
		t.Errorf("the balance is %s, want one renewal's 90.00", got)
	}
	if got := w.read("c", "r").Expiry.String(); got != "2027-01-10" {
		t.Errorf("the expiry is %s, want 2027-01-10", got)
	}
}

func TestRenewToggleAndAutoRenewalAtOnceLeaveOneLegalOutcome(t *testing.T) {
	for round := range 6 {
		w := newWorld(t)
		w.customer("c", "V3", "100.00")
		w.resources(row{ID: "r", Customer: "c", Expiry: tenth, Policy: 3})
		w.clock.Set(tenth.AddDays(-7).At(3, 0))
		caller := principal(auth.Customer, "c", "")
		var wait sync.WaitGroup
		wait.Go(func() { _ = w.service().Do(context.Background(), due("c", "r")) })
		wait.Go(func() { _ = w.service().Switch(context.Background(), caller, "r", subscription.Switch{}) })
		wait.Go(func() {
			w.as("c", http.MethodPost, "/v2/orders/subscriptions/resources/renew", `{"resource_ids":["r"],"period_type":2,"period_num":1,"is_auto_pay":1}`)
		})
		wait.Wait()
		renewals := strings.Count(strings.Join(w.events("c"), " "), "renewed")
		s := w.read("c", "r")
		if want := tenth.AddMonths(renewals, 10); s.Expiry != want || renewals < 1 {
			t.Errorf("round %d: %d renewals and expiry %s, want at least one and %s", round, renewals, s.Expiry, want)
		}
		if want := fmt.Sprintf("%d.00", 100-10*renewals); w.balance("c") != want {
			t.Errorf("round %d: the balance is %s after %d renewals, want %s", round, w.balance("c"), renewals, want)
		}
		if s.Policy != subscription.PolicyToGrace {
			t.Errorf("round %d: the policy is %d, want 0", round, s.Policy)
		}
		w.sound("c")
	}
}

func TestAnUnpaidOrderIsCancelledWhenItsWindowCloses(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "0.00")
	w.resources(row{ID: "r", Customer: "c", Expiry: tenth})
	var out struct {
		OrderIDs []string `json:"order_ids"`
	}
	w.as("c", http.MethodPost, "/v2/orders/subscriptions/resources/renew", `{"resource_ids":["r"],"period_type":2,"period_num":1}`).Into(t, &out)
	work := due("c", "")
	work.Key.SK = "ORDER#" + out.OrderIDs[0]
	for _, step := range []struct {
		after time.Duration
		want  subscription.OrderID
	}{{7*24*time.Hour - time.Minute, subscription.OrderID(out.OrderIDs[0])}, {2 * time.Minute, ""}, {time.Hour, ""}} {
		w.clock.Advance(step.after)
		if err := w.service().DoOrder(context.Background(), work); err != nil {
			t.Fatal(err)
		}
		if got := w.read("c", "r").PendingOrder; got != step.want {
			t.Errorf("the pending order is %q, want %q", got, step.want)
		}
	}
	if got := strings.Join(w.events("c"), " "); got != "renewal_ordered order_expired" {
		t.Errorf("the events are %s", got)
	}
}

func TestOneAutoRenewalCostsWhatTheDesignAllows(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "100.00")
	w.resources(row{ID: "db752c4a-686b-5586-85e2-7c431dfe212d", Customer: "c", Expiry: tenth, Policy: 3})
	w.clock.Set(tenth.AddDays(-7).At(3, 0))
	var m table.Meter
	if err := w.service().Do(table.WithMeter(context.Background(), &m), due("c", "db752c4a-686b-5586-85e2-7c431dfe212d")); err != nil {
		t.Fatal(err)
	}
	if got := m.Read(); got.WCU > 15 || got.RCU > 6 {
		t.Errorf("it cost %v WCU and %v RCU, want at most 15 and 6", got.WCU, got.RCU)
	}
}

// Source: DOMAIN.md 1, Decisions 4.
func TestOfAttemptsDueAtOnceTheEarliestExpiryComesFirst(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "V3", "10.00")
	w.clock.Set(tenth.AddDays(-8).At(12, 0))
	w.resources(row{ID: "a", Customer: "c", Expiry: tenth, Policy: 3}, row{ID: "b", Customer: "c", Expiry: tenth.AddDays(-3), Policy: 3})
	now := tenth.AddDays(-7).At(3, 0)
	w.clock.Set(now)
	for {
		next, ok := w.earliest("c", now.Add(time.Second))
		if !ok {
			break
		}
		if err := w.service().Do(t.Context(), next); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := w.read("c", "a"), w.read("c", "b"); a.Expiry != tenth || b.Expiry == tenth.AddDays(-3) {
		t.Errorf("with money for one, a expires on %s and b on %s, want b renewed: it expires first", a.Expiry, b.Expiry)
	}
}
