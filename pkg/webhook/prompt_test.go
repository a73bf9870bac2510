package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/webhook"
)

// queue is the queue of due work: it keeps what it is sent, or refuses it.
type queue struct {
	sent []function.Outgoing
	err  error
}

func (q *queue) Send(_ context.Context, m []function.Outgoing) error {
	if q.err == nil {
		q.sent = append(q.sent, m...)
	}
	return q.err
}

// prompted lets the notifier have an event, and the worker what that sends at once, twice. No sweep runs.
func (w *world) prompted(q *queue, e event.Event) {
	w.t.Helper()
	s := webhook.New(w.env)
	s.Queue = q
	if err := s.Fan(w.t.Context(), e); err != nil {
		w.t.Fatal(err)
	}
	worker := lifecycle.Worker{Table: w.db, Clock: w.clock, Wall: clock.System{}, Handlers: webhook.Work(w.env)}
	for range 2 {
		for _, m := range q.sent {
			if failed := worker.Batch(w.t.Context(), []function.Message{{ID: "m", Group: m.Group, Body: m.Body}}); len(failed) > 0 {
				w.t.Fatal("the message failed")
			}
		}
	}
}

func TestADeliveryGoesOutWithoutASweep(t *testing.T) {
	w, r, q := newWorld(t, "anywhere"), newReceiver(t), &queue{}
	h := w.hook(p1, r.URL)
	e := event.Event{ID: "E1", Type: "account.balance_low", Owner: "p1", Subject: "p1", At: w.clock.Now()}
	w.prompted(q, e)
	w.prompted(q, e)
	if len(r.heard()) != 1 || len(q.sent) != 1 {
		t.Errorf("heard %d times of %d messages, want one each", len(r.heard()), len(q.sent))
	}
	if d := w.deliveries(p1, h.ID); len(d) != 1 || d[0].State != "DELIVERED" {
		t.Errorf("the log has %+v", d)
	}
}

// What its owner asks for, a test or a redelivery, is an event, upon which it is sent.
func TestWhatIsAskedForGoesOutWithoutASweep(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	h := w.hook(p1, r.URL)
	var d delivery
	for n, body := range []string{`{}`, `redeliver`} {
		if body == `redeliver` {
			body = `{"delivery_id":"` + d.ID + `"}`
		}
		w.call(p1, http.MethodPost, hooks+"/"+h.ID+"/deliveries", body).Into(t, &d)
		var asked event.Event
		for e, err := range event.List(t.Context(), w.db, "p1", start) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Type == webhook.EventAsked {
				asked = *e
			}
		}
		w.prompted(&queue{}, asked)
		if len(r.heard()) != n+1 || r.heard()[n].header.Get(webhook.HeaderID) != d.ID {
			t.Errorf("heard %d times, want %d", len(r.heard()), n+1)
		}
	}
	w.prompted(&queue{}, event.Event{ID: "E", Type: webhook.EventAsked, Owner: "p1", Subject: h.ID, Data: map[string]string{"delivery": "none"}})
	if len(r.heard()) != 2 {
		t.Errorf("heard %d times, also of what is no delivery", len(r.heard()))
	}
}

// What can't be sent at once is sent by the sweep.
func TestWhatTheQueueDoesNotTakeWaitsForTheSweep(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	w.hook(p1, r.URL)
	w.prompted(&queue{err: errors.New("down")}, event.Event{ID: "E1", Type: "account.balance_low", Owner: "p1", Subject: "p1", At: w.clock.Now()})
	if len(r.heard()) != 0 {
		t.Errorf("heard %d times", len(r.heard()))
	}
	w.soon()
	if len(r.heard()) != 1 {
		t.Errorf("heard %d times behind a sweep, want once", len(r.heard()))
	}
	if err := lifecycle.Prompt(t.Context(), &queue{err: errors.New("down")}, &table.Head{}); err != nil {
		t.Errorf("what is not armed is sent: %v", err)
	}
}
