package export_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

// shelf is a store whose files the test looks at.
type shelf map[string]string

func (s shelf) Put(_ context.Context, key string, file []byte) error {
	s[key] = string(file)
	return nil
}

func (s shelf) URL(_ context.Context, key, name string, life time.Duration) (string, error) {
	return fmt.Sprint(key, name, life), nil
}

var noon = time.Date(2026, 12, 1, 4, 0, 0, 0, time.UTC)

// office is the exports of a table, with one producer of the kind "k".
type office struct {
	*export.Exports
	clock *clock.Fake
	wall  *clock.Fake
	files shelf
}

func newOffice(t *testing.T, produce export.Producer) *office {
	t.Helper()
	o := &office{clock: clock.NewFake(noon), wall: clock.NewFake(noon.Add(time.Hour)), files: shelf{}}
	o.Exports = &export.Exports{
		Table: tabletest.NewAt(t, o.wall), Clock: o.clock, Wall: o.wall, Store: func() export.Store { return o.files },
		Addresses: func() export.Addresses { return o.files },
		Producers: map[string]export.Producer{"k": produce},
	}
	return o
}

func one(context.Context, export.Export) (*export.Sheet, error) {
	s := export.NewSheet("n")
	return s, s.Row("1")
}

// asked asks for an export as nobody in particular and gives its due work.
func (o *office) asked(t *testing.T, kind string) lifecycle.Due {
	t.Helper()
	e, err := o.Ask(t.Context(), kind, nil)
	if err != nil {
		t.Fatal(err)
	}
	return lifecycle.Due{Key: e.Key(), Kind: export.WorkExport, At: noon}
}

func (o *office) read(t *testing.T, due lifecycle.Due) export.Export {
	t.Helper()
	var e export.Export
	if err := o.Table.Get(t.Context(), due.Key, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestAnExportIsMadeOnceHoweverOftenItIsDelivered(t *testing.T) {
	o := newOffice(t, one)
	due := o.asked(t, "k")
	waiting := o.read(t, due)
	if at, armed := lifecycle.DueAt(&waiting.Head); !armed || !at.Equal(noon) {
		t.Errorf("it is due %t at %s, want at once", armed, at)
	}
	if err := o.Do(t.Context(), due); err != nil {
		t.Fatal(err)
	}
	made := o.read(t, due)
	const file = "\xef\xbb\xbfn\r\n1\r\n"
	if made.State != export.Completed || made.Rows != 1 || !made.Expires.Equal(noon.Add(export.Kept)) || o.files[made.Object] != file {
		t.Errorf("got %+v and %q", made, o.files)
	}
	if want := o.wall.Now().Add(export.Kept).Unix(); made.TTL != want {
		t.Errorf("its TTL is %d, want %d: wall clock", made.TTL, want)
	}
	if _, armed := lifecycle.DueAt(&made.Head); armed {
		t.Error("it is still due")
	}
	o.clock.Advance(time.Hour)
	if err := o.Do(t.Context(), due); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("delivered twice: %v, want that nothing is due", err)
	}
	if again := o.read(t, due); again.Ver != made.Ver || len(o.files) != 1 {
		t.Errorf("delivered twice it is %+v", again)
	}
}

func TestAnExportThatIsCutShortIsMadeAgain(t *testing.T) {
	for _, how := range []table.Verdict{table.CrashBefore, table.CrashAfter} {
		o := newOffice(t, one)
		due := o.asked(t, "k")
		mortal := *o.Exports
		mortal.Table = o.Table.WithFault(func(op table.Op) table.Verdict {
			if op.Kind == table.OpTx {
				return how
			}
			return table.Pass
		})
		if err := mortal.Do(t.Context(), due); !errors.Is(err, table.ErrCrash) {
			t.Fatalf("got %v, want a crash", err)
		}
		if err := o.Do(t.Context(), due); err != nil && !errors.Is(err, lifecycle.ErrNotDue) {
			t.Fatal(err)
		}
		if got := o.read(t, due); got.State != export.Completed || len(o.files) != 1 {
			t.Errorf("got %s and %d files", got.State, len(o.files))
		}
	}
}

func TestAForeseenRefusalEndsAnExportAndAnyOtherErrorDoesNot(t *testing.T) {
	refusal := problem.Invalid("days", "too many")
	o := newOffice(t, func(context.Context, export.Export) (*export.Sheet, error) { return nil, refusal })
	due := o.asked(t, "k")
	if err := o.Do(t.Context(), due); err != nil {
		t.Fatal(err)
	}
	if got := o.read(t, due); got.State != export.Failed || got.Why != "days: too many" || got.Expires.IsZero() || len(o.files) > 0 {
		t.Errorf("got %+v", got)
	}
	broken := errors.New("broken")
	o = newOffice(t, func(context.Context, export.Export) (*export.Sheet, error) { return nil, broken })
	due = o.asked(t, "k")
	if err := o.Do(t.Context(), due); !errors.Is(err, broken) {
		t.Errorf("got %v, want what broke", err)
	}
	if got := o.read(t, due); got.State != export.Waiting {
		t.Errorf("got %s, want that it waits to be made again", got.State)
	}
	if err := o.Do(t.Context(), o.asked(t, "unknown")); err == nil {
		t.Error("an export of an unknown kind is made")
	}
}
