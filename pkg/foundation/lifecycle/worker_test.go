package lifecycle_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

var errBroken = errors.New("a cause that nobody outside may read")

func broken(context.Context, lifecycle.Due) error { return errBroken }

// except fails on one chore and does the others.
func except(id string, bad, good lifecycle.Handler) lifecycle.Handler {
	return func(ctx context.Context, due lifecycle.Due) error {
		if due.Key.SK == "CHORE#"+id {
			return bad(ctx, due)
		}
		return good(ctx, due)
	}
}

func TestB48OnlyThePoisonOfABatchFails(t *testing.T) {
	w := newWorld(t)
	accounts := numbered(10)
	w.armAll(accounts, []string{"1"}, noon)
	w.tick()
	batch := w.queue.receive()
	batch[3].Body = `{"account": 4}`
	failed := w.worker().Batch(context.Background(), batch)
	if want := []string{batch[3].ID}; !slices.Equal(failed, want) {
		t.Errorf("messages %v failed, want %v", failed, want)
	}
	if len(w.done) != 9 {
		t.Errorf("%d chores were done, want the other 9", len(w.done))
	}
}

func TestAFailedMessageTakesTheLaterOnesOfItsGroupAlong(t *testing.T) {
	w := newWorld(t)
	batch := make([]function.Message, 6)
	for i := range batch {
		batch[i] = function.Message{ID: fmt.Sprint(i), Group: fmt.Sprint("group ", i%2), Body: `{"account":"c1","work":[]}`}
	}
	batch[2].Body = "poison"
	failed := w.worker().Batch(context.Background(), batch)
	if got := fmt.Sprint(failed); got != "[2 4]" {
		t.Errorf("messages %s failed, want [2 4]", got)
	}
}

func TestWorkThatFailsLeavesTheHeadOfItsQueue(t *testing.T) {
	w := newWorld(t)
	panics := func(context.Context, lifecycle.Due) error { panic("a bug") }
	unknown := table.Head{PK: "PARTY#c1", SK: "CHORE#3"}
	lifecycle.Arm(&unknown, "nobody's", "c1", "3", noon)
	if err := w.db.Create(context.Background(), &chore{Head: unknown}); err != nil {
		t.Fatal(err)
	}
	w.armAll([]string{"c1"}, []string{"1", "2", "4"}, noon)
	w.tick()
	w.drain(w.worker(except("1", broken, except("2", panics, w.do(w.db)))))
	if got := fmt.Sprint(w.done); got != "[c1/4]" {
		t.Errorf("%s was done, want [c1/4]", got)
	}
	for _, id := range []string{"1", "2", "3"} {
		c := w.read("c1", id)
		if at, due := lifecycle.DueAt(&c.Head); !due || !at.Equal(noon.Add(5*time.Minute)) || c.Tries != 1 {
			t.Errorf("chore %s is due at %s (%t) after %d tries, want 5 minutes later after one", id, at, due, c.Tries)
		}
	}
}

func TestWorkIsPutOffLongerAndLongerAndThenFailsForGood(t *testing.T) {
	w := newWorld(t)
	w.arm("c1", "1", noon)
	refuse := func(context.Context, lifecycle.Due) error {
		return problem.Invalid("chore", "it is broken").Because(errBroken)
	}
	for i, want := range []time.Duration{5 * time.Minute, 15 * time.Minute, 45 * time.Minute, 3 * time.Hour, 9 * time.Hour} {
		w.tick()
		w.drain(w.worker(refuse))
		c := w.read("c1", "1")
		at, due := lifecycle.DueAt(&c.Head)
		if got := at.Sub(w.business.Now()); !due || got != want || c.Tries != i+1 {
			t.Fatalf("after failure %d it waits %s (%t) with %d tries, want %s", i+1, got, due, c.Tries, want)
		}
		w.business.Set(at)
	}
	w.tick()
	w.drain(w.worker(refuse))
	if c := w.read("c1", "1"); !strings.HasPrefix(c.G2PK, "FAILED#") || c.Tries != 6 || c.Done != 0 {
		t.Errorf("after failure 6 it is %+v, want on the operators' list", c)
	}
	w.business.Advance(7 * 24 * time.Hour)
	if got := w.tick(); got.Due != 0 {
		t.Errorf("a week later %d pieces are due, want none", got.Due)
	}
}

func TestWorkThatOthersChangedMeanwhileIsNotPutOff(t *testing.T) {
	ctx, w := context.Background(), newWorld(t)
	w.armAll([]string{"c1"}, []string{"1", "2", "3"}, noon)
	w.tick()
	meddle := func(ctx context.Context, due lifecycle.Due) error {
		var old chore
		if err := w.db.Get(ctx, due.Key, &old); err != nil {
			return err
		}
		next := old
		switch due.Key.SK {
		case "CHORE#1":
			lifecycle.Arm(&next.Head, kind, "c1", "1", noon.Add(time.Hour))
		case "CHORE#2":
			lifecycle.Disarm(&next.Head)
		default:
			return errors.Join(w.db.Remove(ctx, &old), errBroken)
		}
		return errors.Join(w.db.Replace(ctx, &old, &next), errBroken)
	}
	w.drain(w.worker(meddle))
	c := w.read("c1", "1")
	if at, due := lifecycle.DueAt(&c.Head); !due || !at.Equal(noon.Add(time.Hour)) || c.Tries != 0 {
		t.Errorf("what was armed anew is %+v", c)
	}
	if c := w.read("c1", "2"); c.G2PK != "" {
		t.Errorf("what was disarmed is %+v", c)
	}
	if err := w.db.Get(ctx, choreKey("c1", "3"), &chore{}); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("what was removed is there: %v", err)
	}
}

func TestAConflictIsTriedAgainAtOnceAFewTimes(t *testing.T) {
	w := newWorld(t)
	w.arm("c1", "1", noon)
	w.tick()
	calls := 0
	conflicting := func(most int) lifecycle.Handler {
		return func(ctx context.Context, due lifecycle.Due) error {
			if calls++; calls <= most {
				return fmt.Errorf("chore: %w", table.ErrConflict)
			}
			return w.do(w.db)(ctx, due)
		}
	}
	batch := w.queue.receive()
	w.worker(conflicting(3)).Batch(context.Background(), batch)
	if c := w.read("c1", "1"); calls != 3 || c.Tries != 1 || c.Done != 0 {
		t.Errorf("after %d calls it is %+v, want that it is put off after 3", calls, c)
	}
	w.queue.settle(batch, nil)
	w.business.Advance(5 * time.Minute)
	w.tick()
	calls = 0
	w.drain(w.worker(conflicting(2)))
	if c := w.read("c1", "1"); calls != 3 || c.Done != 1 {
		t.Errorf("after %d calls it is %+v, want done by the third", calls, c)
	}
}

func TestAWorkerStopsHalfAMinuteBeforeItsDeadline(t *testing.T) {
	w := newWorld(t)
	w.armAll([]string{"c1", "c2"}, numbered(4), noon)
	w.tick()
	batch := w.queue.receive()
	ctx, cancel := context.WithDeadline(context.Background(), w.wall.Now().Add(time.Minute))
	defer cancel()
	slow := func(ctx context.Context, due lifecycle.Due) error {
		w.wall.Advance(8 * time.Second)
		return w.do(w.db)(ctx, due)
	}
	failed := w.worker(slow).Batch(ctx, batch)
	if len(failed) != 1 || failed[0] != batch[1].ID || len(w.done) != 4 {
		t.Errorf("%d chores were done and messages %v failed, want 4 and the second", len(w.done), failed)
	}
	w.queue.settle(batch, failed)
	w.drain(w.worker())
	w.wantDone([]string{"c1", "c2"}, numbered(4))
}

func TestTheLogSaysWhatBecameOfABatch(t *testing.T) {
	w := newWorld(t)
	w.armAll([]string{"c1"}, []string{"1", "2", "3"}, noon)
	w.tick()
	batch := w.queue.receive()
	var log bytes.Buffer
	env := &function.Env{Clock: w.business, Wall: clock.System{}, Log: slog.New(slog.NewJSONHandler(&log, nil))}
	declared := function.Declaration{Name: "chores", Queue: &function.QueueTrigger{
		Handle: func(*function.Env) func(context.Context, []function.Message) []string {
			return w.worker(except("2", broken, w.do(w.db))).Batch
		},
	}}
	payload := fmt.Sprintf(`{"Records":[{"messageId":"m1","body":%q}]}`, batch[0].Body)
	for _, want := range []map[string]any{
		{"WorkDone": 2.0, "WorkDuplicate": 0.0, "WorkPutOff": 1.0, "WorkFailed": 0.0},
		{"WorkDone": 0.0, "WorkDuplicate": 3.0, "WorkPutOff": 0.0, "WorkFailed": 0.0}, // the message came twice
	} {
		log.Reset()
		if _, err := function.Invoker(declared, env).Invoke(context.Background(), []byte(payload)); err != nil {
			t.Fatal(err)
		}
		var line map[string]any
		if err := json.Unmarshal(log.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		for name, n := range want {
			if line[name] != n {
				t.Errorf("the log says %s %v, want %v", name, line[name], n)
			}
		}
	}
}
