package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
)

const (
	workMargin = 30 * time.Second // before the function's deadline. Source: MECHANICS.md "Due work"
	atOnceMost = 3                // calls of one handler in a row, while others change the same things
)

// Worker does due work.
type Worker struct {
	Table    *table.Client
	Clock    clock.Clock // business time
	Wall     clock.Clock // the function's deadline
	Handlers map[string]Handler
}

// Batch does the work of messages, in their order, and returns the ids of those that are to come again: those that there was no time for, and
// those whose work could not even be put off. A message that fails takes the later ones of its own group with it, so that their order stays.
func (w *Worker) Batch(ctx context.Context, batch []function.Message) (failed []string) {
	var did tally
	stopped := map[string]bool{}
	for _, m := range batch {
		if !stopped[m.Group] {
			err := w.message(ctx, m, &did)
			if err == nil {
				continue
			}
			did.note(fmt.Sprintf("message %s comes again: %v", m.ID, err))
			stopped[m.Group] = true
		}
		failed = append(failed, m.ID)
	}
	did.tell(ctx)
	return failed
}

// errNoTime ends a message whose rest must wait for another invocation.
var errNoTime = errors.New("no time left")

// message does the work of one message until something cannot even be put off.
func (w *Worker) message(ctx context.Context, m function.Message, did *tally) error {
	work, err := incoming(m)
	if err != nil {
		return err
	}
	for _, due := range work {
		if !hasTime(ctx, w.Wall, workMargin) {
			return errNoTime
		}
		if err := w.one(ctx, due, did); err != nil {
			return err
		}
	}
	return nil
}

// one does one piece of work, and puts it off when it fails.
func (w *Worker) one(ctx context.Context, due Due, did *tally) error {
	err := w.try(ctx, due)
	switch {
	case err == nil:
		did.done++
		return nil
	case errors.Is(err, ErrNotDue):
		did.duplicates++
		return nil
	case ctx.Err() != nil:
		return err
	}
	moved, late := w.putOff(ctx, due, err)
	if late != nil {
		return errors.Join(err, late)
	}
	switch moved {
	case nobodys:
		did.duplicates++
		return nil
	case later:
		did.putOff++
	case givenUp:
		did.givenUp++
	}
	did.note(fmt.Sprintf("%s: %v", due.Key, err))
	return nil
}

// try does a piece of work, again at once while others are changing the same things.
func (w *Worker) try(ctx context.Context, due Due) error {
	handle, known := w.Handlers[due.Kind]
	if !known {
		return fmt.Errorf("nobody does work of kind %q", due.Kind)
	}
	var err error
	for range atOnceMost {
		if err = function.Guarded(func() error { return handle(ctx, due) }); !errors.Is(err, table.ErrConflict) {
			return err
		}
	}
	return err
}

// noted bounds the errors that one log line carries.
const noted = 20

// tally counts what became of a batch's work.
type tally struct {
	done, duplicates, putOff, givenUp int
	errors                            []string
}

func (t *tally) note(what string) {
	if len(t.errors) < noted {
		t.errors = append(t.errors, what)
	}
}

// tell writes the tally into the invocation's log line and metrics.
func (t *tally) tell(ctx context.Context) {
	function.Measure(ctx, "WorkDone", "Count", float64(t.done))
	function.Measure(ctx, "WorkDuplicate", "Count", float64(t.duplicates))
	function.Measure(ctx, "WorkPutOff", "Count", float64(t.putOff))
	function.Measure(ctx, "WorkFailed", "Count", float64(t.givenUp))
	if len(t.errors) > 0 {
		function.Note(ctx, "work_errors", t.errors)
	}
}
