package table_test

import (
	"context"
	"errors"
	"testing"

	"partnercenter/pkg/foundation/table"
)

func TestPersistGoesOnWhileOthersChangeWhatItReadsAndForNothingElse(t *testing.T) {
	other := errors.New("no money")
	for name, c := range map[string]struct {
		answers func(n int) error
		tries   int
		want    error
	}{
		"done after seven conflicts": {func(n int) error { return map[bool]error{true: table.ErrConflict}[n <= 7] }, 8, nil},
		"another refusal":            {func(int) error { return other }, 1, other},
		"a busy table, one round":    {func(int) error { return table.ErrBusy }, 6, table.ErrBusy},
	} {
		t.Run(name, func(t *testing.T) {
			tries := 0
			err := table.Persist(t.Context(), func() error {
				tries++
				return c.answers(tries)
			})
			if !errors.Is(err, c.want) || tries != c.tries {
				t.Errorf("%d tries ended with %v, want %d and %v", tries, err, c.tries, c.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	tries := 0
	err := table.Persist(ctx, func() error {
		if tries++; tries == 3 {
			cancel()
		}
		return table.ErrConflict
	})
	if !errors.Is(err, context.Canceled) || tries != 3 {
		t.Errorf("cancelled, it ended after %d tries with %v", tries, err)
	}
}
