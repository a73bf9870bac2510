package lifecycle_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

func TestAStageThatHasNothingToDoIsPassedBy(t *testing.T) {
	refused := errors.New("refused")
	stage := func(name string, parts ...string) lifecycle.Stage[string] { // what it does, one part in a transaction
		return lifecycle.Stage[string]{Name: name, Do: func(_ context.Context, tx *table.Tx, after string) (string, error) {
			at := slices.Index(parts, after) + 1
			switch {
			case at == len(parts):
				return "", nil
			case parts[at] == "error":
				return "", refused
			}
			tx.Absent(table.Key{PK: name, SK: parts[at]})
			if at+1 < len(parts) {
				return parts[at], nil
			}
			return "", nil
		}}
	}
	stages := []lifecycle.Stage[string]{stage("none"), stage("two", "a", "b"), stage("nothing"), stage("one", "c"), stage("last")}
	for _, c := range []struct {
		stages      []lifecycle.Stage[string]
		name, after string
		want        string // the stage to go on with, how far it came, how much was done
	}{
		{stages, "", "", "two a 1"},
		{stages, "two", "a", "nothing  1"},
		{stages, "nothing", "", "last  1"},
		{stages, "last", "", "  0"},
		{stages[:1], "", "", "  0"},
		{nil, "", "", "  0"},
		{[]lifecycle.Stage[string]{stage("none"), stage("broken", "error")}, "", "", "broken  0 refused"},
	} {
		tx := table.NewTx()
		next, then, err := lifecycle.Next(t.Context(), tx, c.stages, c.name, c.after, func(after string) string { return after })
		got := fmt.Sprint(next, " ", then, " ", tx.Len())
		if err != nil {
			got += " " + err.Error()
		}
		if got != c.want {
			t.Errorf("from %q after %q: got %q, want %q", c.name, c.after, got, c.want)
		}
	}
}
