package lifecycle_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

const kind = "chore"

var noon = time.Date(2026, 12, 1, 4, 0, 0, 0, time.UTC)

// world is a table, a queue and two clocks, with due work whose effects can be counted.
type world struct {
	t              *testing.T
	db             *table.Client
	business, wall *clock.Fake
	queue          *fifo

	mu   sync.Mutex
	done []string // chores in the order in which they were done
}

func newWorld(t *testing.T) *world {
	wall := clock.NewFake(clock.System{}.Now()) // contexts have deadlines by the machine's clock
	return &world{t: t, db: tabletest.NewAt(t, wall), business: clock.NewFake(noon), wall: wall, queue: &fifo{wall: wall}}
}

// chore is a piece of due work: to be done once.
type chore struct {
	table.Head
	Done int `dynamodbav:"done"`
}

func choreKey(account, id string) table.Key {
	return table.Key{PK: "PARTY#" + account, SK: "CHORE#" + id}
}

// arm puts a chore there that is due at a time.
func (w *world) arm(account, id string, at time.Time) {
	w.t.Helper()
	w.armAll([]string{account}, []string{id}, at)
}

// armAll puts chores there, of every id for every account, all due at one time.
func (w *world) armAll(accounts, ids []string, at time.Time) {
	w.t.Helper()
	var all []table.Item
	for _, account := range accounts {
		for _, id := range ids {
			key := choreKey(account, id)
			c := &chore{Head: key.Head()}
			lifecycle.Arm(&c.Head, kind, account, id, at)
			all = append(all, c)
		}
	}
	for some := range slices.Chunk(all, 100) {
		tx := table.NewTx()
		for _, c := range some {
			tx.Create(c)
		}
		if err := w.db.Commit(context.Background(), tx); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) read(account, id string) chore {
	w.t.Helper()
	var c chore
	if err := w.db.Get(context.Background(), choreKey(account, id), &c); err != nil {
		w.t.Fatal(err)
	}
	return c
}

// do does a chore on the condition that it is still due.
func (w *world) do(db *table.Client) lifecycle.Handler {
	return func(ctx context.Context, due lifecycle.Due) error {
		var old chore
		if err := db.Get(ctx, due.Key, &old); err != nil {
			return err
		}
		if at, ok := lifecycle.DueAt(&old.Head); !ok || at.After(w.business.Now()) {
			return lifecycle.ErrNotDue
		}
		next := old
		next.Done++
		lifecycle.Disarm(&next.Head)
		if err := db.Replace(ctx, &old, &next); err != nil {
			return err
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.done = append(w.done, due.Key.PK[len("PARTY#"):]+"/"+due.Key.SK[len("CHORE#"):])
		return nil
	}
}

func (w *world) sweep() *lifecycle.Sweep {
	return &lifecycle.Sweep{Table: w.db, Clock: w.business, Wall: w.wall, Queue: w.queue}
}

// worker has the chores' handler, unless others are named.
func (w *world) worker(handlers ...lifecycle.Handler) *lifecycle.Worker {
	handlers = append(handlers, w.do(w.db))
	return &lifecycle.Worker{Table: w.db, Clock: w.business, Wall: w.wall, Handlers: map[string]lifecycle.Handler{kind: handlers[0]}}
}

func (w *world) tick() lifecycle.Report {
	w.t.Helper()
	report, err := w.sweep().Tick(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return report
}

// drain works the queue off, without a failure.
func (w *world) drain(worker *lifecycle.Worker) {
	w.t.Helper()
	for batch := w.queue.receive(); len(batch) > 0; batch = w.queue.receive() {
		if failed := worker.Batch(context.Background(), batch); len(failed) > 0 {
			w.t.Fatalf("messages %v failed", failed)
		}
		w.queue.settle(batch, nil)
	}
}

// wantDone checks that chores were done once each, and that nothing is left to do.
func (w *world) wantDone(accounts, ids []string) {
	w.t.Helper()
	for _, account := range accounts {
		for _, id := range ids {
			if c := w.read(account, id); c.Done != 1 || c.G2PK != "" {
				w.t.Errorf("chore %s of %s was done %d times and is under %q, want once and nowhere", id, account, c.Done, c.G2PK)
			}
		}
	}
	if at, found, err := w.sweep().Earliest(context.Background()); found || err != nil {
		w.t.Errorf("something is due at %s (%v), want nothing", at, err)
	}
	if n := len(w.queue.messages); n > 0 {
		w.t.Errorf("%d messages are left", n)
	}
}

// fifo is a queue as SQS has it: it drops what has the deduplication id of a message that it took within five minutes, and keeps what
// was not settled.
type fifo struct {
	wall   clock.Clock
	onSend func() table.Verdict // nil: everything arrives

	mu       sync.Mutex
	taken    int
	messages []function.Message
	dedup    map[string]time.Time
}

var errAway = errors.New("the queue is away")

// Send takes messages, as onSend decides.
func (q *fifo) Send(_ context.Context, messages []function.Outgoing) error {
	verdict := table.Pass
	if q.onSend != nil {
		verdict = q.onSend()
	}
	switch verdict {
	case table.CrashBefore:
		return table.ErrCrash
	case table.Conflict, table.Throttle:
		return errAway
	case table.Pass, table.LostAnswer, table.StaleIndex, table.CrashAfter:
	}
	for _, m := range messages {
		q.take(m)
	}
	switch verdict {
	case table.CrashAfter:
		return table.ErrCrash
	case table.LostAnswer:
		return errAway
	default:
		return nil
	}
}

func (q *fifo) take(m function.Outgoing) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.wall.Now()
	if at, seen := q.dedup[m.Dedup]; seen && now.Sub(at) < 5*time.Minute {
		return
	}
	if q.dedup == nil {
		q.dedup = map[string]time.Time{}
	}
	q.dedup[m.Dedup] = now
	q.taken++
	q.messages = append(q.messages, function.Message{ID: fmt.Sprint("m", q.taken), Group: m.Group, Body: m.Body, Receives: 1})
}

// receive gives up to ten messages, in order.
func (q *fifo) receive() []function.Message {
	return slices.Clone(q.messages[:min(len(q.messages), 10)])
}

// settle deletes what a batch has done.
func (q *fifo) settle(batch []function.Message, failed []string) {
	q.messages = slices.DeleteFunc(q.messages, func(m function.Message) bool {
		return slices.ContainsFunc(batch, func(b function.Message) bool { return b.ID == m.ID }) && !slices.Contains(failed, m.ID)
	})
}
