package lifecycle

import (
	"context"
	"slices"

	"partnercenter/pkg/foundation/table"
)

// Stage is a part of due work that is done in transactions of its own. Do appends to tx some of it, at most 90 items, and answers how far it came, in
// words of its own; empty when nothing is left. It may be called again with what it answered before: what is done already stays so.
type Stage[M any] struct {
	Name string
	Do   func(ctx context.Context, tx *table.Tx, m M) (after string, err error)
}

// Next appends to tx what is next of stages, of which the one named is under way and has come to after; the first when none is. It gives the stage to go
// on with, empty behind the last, and how far that one has come. A stage that has nothing to do costs no transaction: the next one is taken at once. from
// gives what a stage needs to know that has come to after.
func Next[M any](
	ctx context.Context, tx *table.Tx, stages []Stage[M], name, after string, from func(after string) M,
) (next, then string, err error) {
	at := max(0, slices.IndexFunc(stages, func(one Stage[M]) bool { return one.Name == name }))
	for held := tx.Len(); at < len(stages) && tx.Len() == held; at++ {
		then, err = stages[at].Do(ctx, tx, from(after))
		if err != nil || then != "" {
			return stages[at].Name, then, err
		}
		after = ""
	}
	if at == len(stages) {
		return "", "", nil
	}
	return stages[at].Name, "", nil
}
