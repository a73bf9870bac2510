package table_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

type put struct {
	table.Head
	Text string `dynamodbav:"text"`
}

func puts(n int, text string) []table.Item {
	items := make([]table.Item, n)
	for i := range items {
		items[i] = &put{Head: table.Head{PK: "PUT#1", SK: fmt.Sprintf("N#%03d", i)}, Text: text}
	}
	return items
}

func TestItemsArePutOverWhateverIsThereAtOneUnitEach(t *testing.T) {
	db := tabletest.New(t)
	for _, text := range []string{"first", "second"} {
		m := &table.Meter{}
		if err := db.PutAll(table.WithMeter(t.Context(), m), puts(60, text)); err != nil {
			t.Fatal(err)
		}
		if use := m.Read(); use.WCU != 60 || use.RoundTrips != 3 {
			t.Errorf("%s: %+v, want 60 units in 3 requests", text, use)
		}
		n := 0
		for item, err := range table.All[put](t.Context(), db, table.Query{PK: "PUT#1", Strong: true}) {
			if err != nil || item.Text != text {
				t.Fatalf("got %+v, %v", item, err)
			}
			n++
		}
		if n != 60 {
			t.Errorf("%d items, want 60", n)
		}
	}
	m := &table.Meter{}
	if err := db.PutAll(table.WithMeter(t.Context(), m), puts(1, strings.Repeat("x", 3000))); err != nil || m.Read().WCU != 3 {
		t.Errorf("a large one: %+v, %v, want 3 units", m.Read(), err)
	}
}

// What is cut short is written in part, even of one batch, whose answer nobody waits for. To do all of it again completes it.
func TestAPutOfManyThatIsCutShortIsDoneAgain(t *testing.T) {
	db := tabletest.New(t)
	written := func() (n int) {
		t.Helper()
		for _, err := range table.All[put](t.Context(), db, table.Query{PK: "PUT#1", Strong: true}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	faulty := db.WithFault(func(op table.Op) table.Verdict {
		switch op.N {
		case 1:
			return table.Throttle
		case 3:
			return table.CrashBefore
		default:
			return table.Pass
		}
	})
	if err := faulty.PutAll(t.Context(), puts(60, "x")); !errors.Is(err, table.ErrCrash) {
		t.Fatalf("got %v, want a crash", err)
	}
	if n := written(); n > 50 { // the batch that crashed has at least 10
		t.Errorf("%d items in spite of the crash", n)
	}
	if err := db.PutAll(t.Context(), puts(60, "x")); err != nil || written() != 60 {
		t.Errorf("done again, there are %d items, %v", written(), err)
	}
}

// Whoever's time is over is not told that all is written.
func TestAPutOfManyThatRunsOutOfTimeSaysSo(t *testing.T) {
	db := tabletest.New(t)
	ctx, over := context.WithCancel(t.Context())
	over()
	if err := db.PutAll(ctx, puts(60, "x")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the time is over", err)
	}
}
