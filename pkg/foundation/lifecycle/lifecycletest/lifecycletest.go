// Package lifecycletest does due work in tests, in the order in which it comes due, as sweep, queue and worker do it together.
package lifecycletest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

// Work is the due work of a test's table. What nobody in Handlers does stays where it is.
type Work struct {
	Table    *table.Client
	Clock    *clock.Fake // business time
	Handlers map[string]lifecycle.Handler
}

const (
	shards   = 16
	endless  = 2000 // pieces, after which there is no end of them
	attempts = 2    // deliveries of each piece: the queue may deliver twice
)

// First gives the piece of work that is due first, until an instant, included.
func (w Work) First(t testing.TB, until time.Time) (lifecycle.Due, bool) {
	t.Helper()
	var first *table.Raw
	for shard := range shards {
		q := table.Query{Index: table.Due, PK: fmt.Sprintf("DUE#%02d", shard), To: until.UTC().Format("2006-01-02T15:04:05Z") + "~"}
		for item, err := range table.All[table.Raw](t.Context(), w.Table, q) {
			if err != nil {
				t.Fatal(err)
			}
			if w.Handlers[item.Work] == nil {
				continue
			}
			if first == nil || item.G2SK < first.G2SK {
				first = item
			}
			break
		}
	}
	if first == nil {
		return lifecycle.Due{}, false
	}
	at, _ := lifecycle.DueAt(&first.Head)
	return lifecycle.Due{Key: first.Key(), Kind: first.Work, Account: strings.Split(first.G2SK, "#")[1], At: at}, true
}

// Do does a piece of work, which may no longer be due.
func (w Work) Do(t testing.TB, due lifecycle.Due) {
	t.Helper()
	if err := w.Handlers[due.Kind](t.Context(), due); err != nil && !errors.Is(err, lifecycle.ErrNotDue) {
		t.Fatalf("%s of %s: %v", due.Kind, due.Key, err)
	}
}

// Until moves the clock to an instant and does what comes due on the way when it does, each piece twice.
func (w Work) Until(t testing.TB, end time.Time) {
	t.Helper()
	for range endless {
		due, some := w.First(t, end)
		if !some {
			w.Clock.Set(end)
			return
		}
		if due.At.After(w.Clock.Now()) {
			w.Clock.Set(due.At)
		}
		for range attempts {
			w.Do(t, due)
		}
	}
	t.Fatal("there is no end of due work")
}
