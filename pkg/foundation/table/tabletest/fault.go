package tabletest

import (
	"sync/atomic"
	"testing"

	"partnercenter/pkg/foundation/table"
)

// FirstTx returns a client of the same table whose first transaction meets a verdict. A test that makes none fails.
func FirstTx(t testing.TB, db *table.Client, v table.Verdict) *table.Client {
	t.Helper()
	return beforeTx(t, db, func() table.Verdict { return v })
}

// Meanwhile returns a client of the same table before whose first transaction something happens, once. A test that makes none fails.
func Meanwhile(t testing.TB, db *table.Client, happens func()) *table.Client {
	t.Helper()
	return beforeTx(t, db, func() table.Verdict {
		happens()
		return table.Pass
	})
}

func beforeTx(t testing.TB, db *table.Client, judge func() table.Verdict) *table.Client {
	t.Helper()
	var met atomic.Bool
	t.Cleanup(func() {
		if !met.Load() {
			t.Error("no transaction was made: the fault has met nothing")
		}
	})
	return db.WithFault(func(op table.Op) table.Verdict {
		if op.Kind != table.OpTx || !met.CompareAndSwap(false, true) {
			return table.Pass
		}
		return judge()
	})
}
