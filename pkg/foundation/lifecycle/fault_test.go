package lifecycle_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

// script does something to the nth call of a process, to whatever it goes. After a crash no call goes through.
type script struct {
	mu      sync.Mutex
	n       int
	verdict table.Verdict
	calls   int
}

func (s *script) next() table.Verdict {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	crashed := s.verdict == table.CrashBefore || s.verdict == table.CrashAfter
	switch {
	case s.calls == s.n:
		return s.verdict
	case s.calls > s.n && crashed:
		return table.CrashBefore
	default:
		return table.Pass
	}
}

func (s *script) reached() bool { return s.calls >= s.n }

// process runs one tick and one round of the worker as the script goes, and leaves behind what a process leaves behind.
func (w *world) process(s *script) {
	db := w.db.WithFault(func(table.Op) table.Verdict { return s.next() })
	w.queue.onSend = s.next
	sweep := &lifecycle.Sweep{Table: db, Clock: w.business, Wall: w.wall, Queue: w.queue}
	_, _ = sweep.Tick(context.Background()) // a crash, or what the next tick makes good
	w.queue.onSend = nil
	worker := &lifecycle.Worker{Table: db, Clock: w.business, Wall: w.wall, Handlers: map[string]lifecycle.Handler{kind: w.do(db)}}
	for batch := w.queue.receive(); len(batch) > 0; batch = w.queue.receive() {
		failed := worker.Batch(context.Background(), batch)
		if s.verdict == table.CrashBefore || s.verdict == table.CrashAfter {
			if s.reached() {
				return // nobody has heard of what was done
			}
		}
		w.queue.settle(batch, failed)
	}
}

func TestB2WhateverHappensToAnyCallTheEndIsTheSame(t *testing.T) {
	verdicts := map[string]table.Verdict{
		"a crash before": table.CrashBefore, "a crash after": table.CrashAfter, "a conflict at": table.Conflict,
		"throttling at": table.Throttle, "a lost answer to": table.LostAnswer, "a stale index at": table.StaleIndex,
	}
	for name, verdict := range verdicts {
		t.Run(name+" each call", func(t *testing.T) {
			t.Parallel()
			reached := true
			for n := 1; reached && !t.Failed(); n++ {
				t.Run(fmt.Sprintf("call %d", n), func(t *testing.T) { reached = endsTheSame(t, &script{n: n, verdict: verdict}) })
			}
		})
	}
}

// endsTheSame runs the script, then what comes after it without a fault, and reports whether the script had its say.
func endsTheSame(t *testing.T, s *script) bool {
	w := newWorld(t)
	accounts, ids := []string{"c1"}, []string{"1", "2"}
	w.armAll(accounts, ids, noon.Add(-time.Minute))
	w.process(s)
	w.wall.Advance(lifecycle.Every)
	w.business.Advance(lifecycle.Every)
	w.tick()
	w.drain(w.worker())
	w.wantDone(accounts, ids)
	return s.reached()
}

func TestTwoSweepsAtOnceDoEachPieceOnce(t *testing.T) {
	w := newWorld(t)
	var accounts []string
	for n := range 20 {
		accounts = append(accounts, fmt.Sprint("c", n))
	}
	ids := []string{"1", "2", "3"}
	w.armAll(accounts, ids, noon)
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() {
			if _, err := w.sweep().Tick(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	w.drain(w.worker())
	w.wantDone(accounts, ids)
}

func TestB5TwoWorkersWithOneMessageDoItsWorkOnce(t *testing.T) {
	w := newWorld(t)
	ids := []string{"1", "2", "3", "4"}
	w.armAll([]string{"c1"}, ids, noon)
	w.tick()
	batch := w.queue.receive()
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if failed := w.worker().Batch(context.Background(), batch); len(failed) > 0 {
				t.Errorf("messages %v failed: a duplicate is a success", failed)
			}
		})
	}
	wait.Wait()
	w.queue.settle(batch, nil)
	w.wantDone([]string{"c1"}, ids)
}

func TestB54AStaleIndexShowsDoneWorkWithoutHarm(t *testing.T) {
	w := newWorld(t)
	stale := w.db.WithFault(func(op table.Op) table.Verdict {
		if op.Kind == table.OpQuery {
			return table.StaleIndex
		}
		return table.Pass
	})
	w.arm("c1", "1", noon)
	w.tick()
	w.drain(w.worker(w.do(stale))) // done, which the index does not show yet
	sweep := &lifecycle.Sweep{Table: stale, Clock: w.business, Wall: w.wall, Queue: w.queue}
	w.wall.Advance(lifecycle.Every) // the queue has forgotten the message
	report, err := sweep.Tick(context.Background())
	if err != nil || report.Sent != 1 {
		t.Fatalf("the stale sweep sent %d pieces, %v, want the one that is done", report.Sent, err)
	}
	w.drain(w.worker())
	w.wantDone([]string{"c1"}, []string{"1"})
}
