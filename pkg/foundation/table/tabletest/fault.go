package tabletest

import (
	"slices"
	"sync/atomic"
	"testing"

	"partnercenter/pkg/foundation/table"
)

// FirstTx returns a client of the same table whose first transaction meets a verdict. A test that makes none fails.
func FirstTx(t testing.TB, db *table.Client, v table.Verdict) *table.Client {
	t.Helper()
	return first(t, db, committing, func() table.Verdict { return v })
}

// Meanwhile returns a client of the same table before whose first transaction something happens, once. A test that makes none fails.
func Meanwhile(t testing.TB, db *table.Client, happens func()) *table.Client {
	t.Helper()
	return Before(t, db, committing, happens)
}

// Before is Meanwhile before the first call that holds is true of.
func Before(t testing.TB, db *table.Client, holds func(table.Op) bool, happens func()) *table.Client {
	t.Helper()
	return first(t, db, holds, func() table.Verdict {
		happens()
		return table.Pass
	})
}

func committing(op table.Op) bool { return op.Kind == table.OpTx }

// Reading is true of the reading of an item.
func Reading(key table.Key) func(table.Op) bool {
	return func(op table.Op) bool { return op.Kind == table.OpGet && slices.Contains(op.Keys, key) }
}

func first(t testing.TB, db *table.Client, holds func(table.Op) bool, judge func() table.Verdict) *table.Client {
	t.Helper()
	var met atomic.Bool
	t.Cleanup(func() {
		if !met.Load() {
			t.Error("no such call was made: the fault has met nothing")
		}
	})
	return db.WithFault(func(op table.Op) table.Verdict {
		if !holds(op) || !met.CompareAndSwap(false, true) {
			return table.Pass
		}
		return judge()
	})
}
