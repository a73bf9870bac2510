package lifecycle

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// How the worker goes. Source: MECHANICS.md "Due work".
const (
	stopBefore    = 30 * time.Second // before the function's deadline
	conflictTries = 3                // of one piece of work, at once
)

// backoff is how long a piece of work waits after each failure, business time. After the last it is on the operators' list.
var backoff = []time.Duration{5 * time.Minute, 15 * time.Minute, 45 * time.Minute, 3 * time.Hour, 9 * time.Hour}

// Worker does due work.
type Worker struct {
	Table    *table.Client
	Clock    clock.Clock // business time
	Wall     clock.Clock // the function's deadline
	Handlers map[string]Handler
}

// Batch does the work of messages, in their order, and returns the ids of those that are to come again: what there was no time for, and
// what could not even be put off. A message that fails takes the later ones of its own group with it, so that their order stays.
func (w *Worker) Batch(ctx context.Context, batch []function.Message) (failed []string) {
	stopped := map[string]bool{}
	for _, m := range batch {
		if stopped[m.Group] || !w.hasTime(ctx) {
			stopped[m.Group] = true
			failed = append(failed, m.ID)
			continue
		}
		if err := w.message(ctx, m); err != nil {
			function.Note(ctx, "failed_message", err.Error())
			stopped[m.Group] = true
			failed = append(failed, m.ID)
		}
	}
	return failed
}

func (w *Worker) hasTime(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return !ok || w.Wall.Now().Add(stopBefore).Before(deadline)
}

// errNoTime ends a message whose rest must wait for another invocation.
var errNoTime = errors.New("no time left")

func (w *Worker) message(ctx context.Context, m function.Message) error {
	var work message
	if err := json.Unmarshal([]byte(m.Body), &work); err != nil {
		return fmt.Errorf("a message that is none: %w", err)
	}
	for _, due := range work.Work {
		if !w.hasTime(ctx) {
			return errNoTime
		}
		if err := w.one(ctx, due); err != nil {
			return err
		}
	}
	return nil
}

// one does one piece of work, and puts it off when it fails. It fails itself only when that can't be done either.
func (w *Worker) one(ctx context.Context, due Due) error {
	handle, known := w.Handlers[due.Kind]
	err := fmt.Errorf("nobody does work of kind %q", due.Kind)
	if known {
		err = w.try(ctx, handle, due)
	}
	switch {
	case err == nil, errors.Is(err, table.ErrNotFound):
		function.Measure(ctx, "WorkDone", "Count", 1)
		return nil
	case errors.Is(err, table.ErrCrash), ctx.Err() != nil:
		return err
	}
	function.Measure(ctx, "WorkFailed", "Count", 1)
	function.Note(ctx, "work_error", fmt.Sprintf("%s: %v", due.Key, err))
	return w.putOff(ctx, due, err)
}

// try does a piece of work, again at once while others are changing the same things.
func (w *Worker) try(ctx context.Context, handle Handler, due Due) error {
	var err error
	for range conflictTries {
		if err = handle(ctx, due); !errors.Is(err, table.ErrConflict) {
			return err
		}
	}
	return err
}

// putOff moves a piece of work to a later time, or to the operators' list when it has failed often enough. What somebody else has moved
// meanwhile stays where it is.
func (w *Worker) putOff(ctx context.Context, due Due, why error) error {
	var old table.Raw
	if err := w.Table.Get(ctx, due.Key, &old); err != nil {
		return ignoreAbsent(err)
	}
	at, ok := DueAt(&old.Head)
	if !ok || !at.Equal(due.At) {
		return nil
	}
	next := old
	next.Tries++
	if next.Tries <= len(backoff) {
		later := w.Clock.Now().Add(backoff[next.Tries-1])
		next.G2SK = later.UTC().Format(dueFormat) + old.G2SK[len(dueFormat):]
	} else {
		next.G2PK = failPrefix + old.G2PK[len(duePrefix):]
		next.Rest = withReason(old.Rest, public(why))
	}
	err := w.Table.Replace(ctx, &old, &next)
	if errors.Is(err, table.ErrConflict) {
		return nil
	}
	return err
}

func ignoreAbsent(err error) error {
	if errors.Is(err, table.ErrNotFound) {
		return nil
	}
	return err
}

// public gives what operators read of an error.
func public(err error) string {
	if refusal, ok := problem.As(err); ok {
		return refusal.Public()
	}
	return "an internal error; the log has it under the item's key"
}
