package notifier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/specialist"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/webhook"
)

var today = calendar.Date{Year: 2026, Month: time.December, Day: 1}

// world is a table with a resale and an advisory customer of one partner.
type world struct {
	t  *testing.T
	db *table.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t)}
	tx := table.NewTx()
	for id, association := range map[auth.PartyID]int{"resale": party.Resale, "advisory": party.Referral} {
		row := party.Row{ID: id, Kind: auth.Customer, Partner: "p1", AssociationType: association}
		party.Create(tx, party.Party{Row: row}, "test", today.Start())
	}
	if err := w.db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) batch(fault table.Fault) *batch {
	db := w.db.WithFault(fault)
	at := clock.NewFake(today.At(3, 0))
	return &batch{
		table: db, clock: at, wall: clock.System{}, touched: map[auth.PartyID]bool{},
		customers: func() *customer.Service { return &customer.Service{Table: db, Clock: at, Wall: clock.System{}} },
		sender:    &immediate.Sender{Table: db, Clock: at, Writers: map[string]immediate.Writer{}},
		fan:       func(context.Context, event.Event) error { return nil },
	}
}

func message(t *testing.T, id string, e event.Event) function.Message {
	t.Helper()
	e.ID, e.At = id, today.At(3, 0)
	if slices.Contains(subscription.Paying, e.Type) && e.Data == nil {
		e.Data = map[string]string{"amount": "10.00"}
	}
	body, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return function.Message{ID: id, Group: e.Owner, Body: string(body)}
}

// due gives when somebody's digest is due, the zero time for nobody's.
func (w *world) due(id string) time.Time {
	w.t.Helper()
	r, err := notify.LoadRecipient(w.t.Context(), w.db, table.Key{PK: "PARTY#" + id, SK: "DIGEST"})
	if errors.Is(err, table.ErrNotFound) {
		return time.Time{}
	}
	if err != nil {
		w.t.Fatal(err)
	}
	at, _ := lifecycle.DueAt(&r.Head)
	return at
}

func (w *world) notices() (subjects []string) {
	w.t.Helper()
	for n, err := range notify.Notices(w.t.Context(), w.db, "p1", today.Start(), today.At(9, 0)) {
		if err != nil {
			w.t.Fatal(err)
		}
		subjects = append(subjects, string(n.Customer)+" "+n.Subject)
	}
	return subjects
}

func TestEventMakesItsOwnersDigestDue(t *testing.T) {
	w := newWorld(t)
	for range 2 { // delivered twice
		failed := w.batch(nil).do(t.Context(), []function.Message{
			message(t, "1", event.Event{Type: subscription.EventRenewed, Owner: "resale", Subject: "r1"}),
			message(t, "2", event.Event{Type: party.EventCreated, Owner: "advisory", Subject: "advisory"}),
			message(t, "3", event.Event{Type: subscription.EventProductChanged, Owner: "vendor", Subject: "p"}),
		})
		if len(failed) > 0 {
			t.Fatal(failed)
		}
	}
	if got := w.due("resale"); !got.Equal(today.At(9, 0)) {
		t.Errorf("due at %v, want nine in the morning", got)
	}
	for _, id := range []string{"advisory", "vendor", "p1"} {
		if got := w.due(id); !got.IsZero() {
			t.Errorf("%s is due at %v, want never", id, got)
		}
	}
}

// A bug that one event meets takes no other group's along.
func TestAnEventThatPanicsFailsAlone(t *testing.T) {
	w := newWorld(t)
	b := w.batch(nil)
	b.fan = func(_ context.Context, e event.Event) error {
		if e.Owner == "advisory" {
			panic("a bug")
		}
		return nil
	}
	failed := b.do(t.Context(), []function.Message{
		message(t, "1", event.Event{Type: subscription.EventRenewed, Owner: "advisory", Subject: "r1"}),
		message(t, "2", event.Event{Type: subscription.EventRenewed, Owner: "resale", Subject: "r2"}),
	})
	if !slices.Equal(failed, []string{"1"}) || w.due("resale").IsZero() {
		t.Errorf("%v failed, the other's digest is due at %v", failed, w.due("resale"))
	}
}

func TestPaymentsAreCountedInTheCustomersBudget(t *testing.T) {
	w := newWorld(t)
	budget := &customer.Budget{Head: table.Head{PK: "PARTY#resale", SK: "BUDGET"}, Partner: "p1", Amount: 100_00, Type: "PACKAGE"}
	if err := w.db.Create(t.Context(), budget); err != nil {
		t.Fatal(err)
	}
	back := map[string]string{"amount": "-5.00"}
	for range 2 { // delivered twice
		failed := w.batch(nil).do(t.Context(), []function.Message{
			message(t, "1", event.Event{Type: subscription.EventRenewed, Owner: "resale", Subject: "r1"}),
			message(t, "2", event.Event{Type: subscription.EventOrderPaid, Owner: "resale", Subject: "CS1"}),
			message(t, "3", event.Event{Type: subscription.EventSpecChanged, Owner: "resale", Subject: "r1", Data: back}),
			message(t, "4", event.Event{Type: subscription.EventRenewed, Owner: "advisory", Subject: "r2"}),
		})
		if len(failed) > 0 {
			t.Fatal(failed)
		}
	}
	var got customer.Budget
	if err := w.db.Get(t.Context(), budget.Key(), &got); err != nil || got.Used != 20_00 {
		t.Errorf("%s are used (%v), want 20.00", got.Used, err)
	}
}

// DOMAIN.md 1, Decision 6.
func TestPartnerHearsOfResaleCustomersTroublesAlone(t *testing.T) {
	w := newWorld(t)
	var messages []function.Message
	for n, kind := range []string{
		subscription.EventRenewalFailed, subscription.EventGrace, subscription.EventFrozen, subscription.EventReleased,
		subscription.EventRenewed, subscription.EventSwitched,
	} {
		for _, owner := range []string{"resale", "advisory"} {
			messages = append(messages, message(t, fmt.Sprint(owner, n), event.Event{Type: kind, Owner: owner, Subject: fmt.Sprint("r", n)}))
		}
	}
	for range 2 {
		if failed := w.batch(nil).do(t.Context(), messages); len(failed) > 0 {
			t.Fatal(failed)
		}
	}
	if got, want := w.notices(), []string{"resale r0", "resale r1", "resale r2", "resale r3"}; !slices.Equal(got, want) {
		t.Errorf("notices %v, want %v", got, want)
	}
	if got := w.due("p1"); !got.Equal(today.At(9, 0)) {
		t.Errorf("the partner is due at %v, want nine in the morning", got)
	}
}

func TestManyEventsOfOneOwnerAreOneWrite(t *testing.T) {
	w := newWorld(t)
	var messages []function.Message
	for n := range 10 {
		messages = append(messages, message(t, fmt.Sprint(n), event.Event{Type: subscription.EventSwitched, Owner: "resale"}))
	}
	var meter table.Meter
	if failed := w.batch(nil).do(table.WithMeter(context.Background(), &meter), messages); len(failed) > 0 {
		t.Fatal(failed)
	}
	if got := meter.Read().RoundTrips; got != 2 {
		t.Errorf("%d round trips, want a read and a write", got)
	}
}

// CASES.md B48.
func TestPoisonFailsWithWhatComesBehindItInItsGroup(t *testing.T) {
	w := newWorld(t)
	poison := function.Message{ID: "2", Group: "resale", Body: "{"}
	failed := w.batch(nil).do(t.Context(), []function.Message{
		message(t, "1", event.Event{Type: subscription.EventRenewed, Owner: "resale"}), poison,
		message(t, "3", event.Event{Type: subscription.EventRenewed, Owner: "resale"}),
		message(t, "4", event.Event{Type: subscription.EventRenewed, Owner: "advisory"}),
	})
	if want := []string{"2", "3"}; !slices.Equal(failed, want) {
		t.Errorf("failed %v, want %v", failed, want)
	}
}

// CASES.md B2.
func TestCrashAtAnyCallIsMadeUpForByTheNextDelivery(t *testing.T) {
	for n, met := 1, true; met; n++ {
		met = false
		w := newWorld(t)
		m := []function.Message{message(t, "1", event.Event{Type: subscription.EventGrace, Owner: "resale", Subject: "r1"})}
		failed := w.batch(func(op table.Op) table.Verdict {
			if op.N != n {
				return table.Pass
			}
			met = true
			return table.CrashAfter
		}).do(t.Context(), m)
		if met != (len(failed) == 1) {
			t.Fatalf("crash at call %d: %v, failed %v", n, met, failed)
		}
		if failed := w.batch(nil).do(t.Context(), m); len(failed) > 0 {
			t.Fatal(failed)
		}
		if got := w.notices(); !slices.Equal(got, []string{"resale r1"}) || w.due("resale").IsZero() || w.due("p1").IsZero() {
			t.Errorf("crash at call %d: notices %v, due %v and %v", n, got, w.due("resale"), w.due("p1"))
		}
	}
}

func TestAPartnerWhoseCertificatesCountAnewHasADigest(t *testing.T) {
	w := newWorld(t)
	failed := w.batch(nil).do(t.Context(), []function.Message{
		message(t, "1", event.Event{Type: specialist.EventBound, Owner: "p1", Subject: "account"}),
		message(t, "2", event.Event{Type: specialist.EventSynced, Owner: "account", Subject: "account"}), // that belongs to nobody
		message(t, "3", event.Event{Type: specialist.EventInvited, Owner: "p2", Subject: "account"}),
	})
	if len(failed) > 0 {
		t.Fatal(failed)
	}
	if got := w.due("p1"); !got.Equal(today.At(9, 0)) {
		t.Errorf("due at %v, want nine in the morning", got)
	}
	for _, id := range []string{"account", "p2"} {
		if got := w.due(id); !got.IsZero() {
			t.Errorf("%s is due at %v, want never", id, got)
		}
	}
}

// taken keeps what a queue is sent.
type taken []function.Outgoing

// Send takes everything.
func (q *taken) Send(_ context.Context, m []function.Outgoing) error {
	*q = append(*q, m...)
	return nil
}

// A webhook hears within seconds: its delivery does not wait for a sweep.
func TestADeliveryToAWebhookIsSentToItsQueueAtOnce(t *testing.T) {
	w, queue := newWorld(t), &taken{}
	env := &function.Env{Clock: clock.NewFake(today.At(3, 0)), Wall: clock.System{}, Setting: func(string) string { return "" }, Sealer: auth.LocalSealer{Key: make([]byte, 32)}}
	function.Port[*table.Client]{Name: "table"}.Put(env, w.db)
	function.PutSender(env, lifecycle.Queue, queue)
	err := w.db.Create(t.Context(), &webhook.Directory{
		Head: table.Head{PK: "PARTY#p1", SK: "WEBHOOKS"}, Endpoints: []webhook.Endpoint{{ID: "wh-1", State: webhook.Enabled}},
	})
	if err != nil {
		t.Fatal(err)
	}
	b := w.batch(nil)
	b.fan = hooks(env).Fan
	for range 2 {
		if failed := b.do(t.Context(), []function.Message{message(t, "1", event.Event{Type: account.EventLow, Owner: "p1"})}); len(failed) > 0 {
			t.Fatal(failed)
		}
	}
	if len(*queue) != 1 || !strings.Contains((*queue)[0].Body, "WEBHOOKDELIVERY#wh-1#1") {
		t.Errorf("the queue has %v, want one delivery", *queue)
	}
}
