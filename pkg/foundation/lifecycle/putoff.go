package lifecycle

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// backoff is how long a piece of work waits after each failure, business time. After one more it has failed for good.
// Source: MECHANICS.md "Due work".
var backoff = []time.Duration{5 * time.Minute, 15 * time.Minute, 45 * time.Minute, 3 * time.Hour, 9 * time.Hour}

// whereTo is what became of work that failed.
type whereTo int

const (
	nobodys whereTo = iota // it was done or changed meanwhile, and is not due as it was
	later                  // it is due at a later time
	givenUp                // it is on the operators' list
)

// putOff moves a piece of work to a later time, or to the operators' list when it has failed often enough. What somebody has changed
// meanwhile stays as it is: if it is still due, a later sweep finds it.
func (w *Worker) putOff(ctx context.Context, due Due, why error) (whereTo, error) {
	var old table.Raw
	err := w.Table.Get(ctx, due.Key, &old)
	if errors.Is(err, table.ErrNotFound) {
		return nobodys, nil
	}
	if err != nil {
		return nobodys, err
	}
	if at, ok := DueAt(&old.Head); !ok || !at.Equal(due.At) {
		return nobodys, nil
	}
	next, to := old, later
	if next.Tries++; next.Tries <= len(backoff) {
		next.G2SK = moveTo(old.G2SK, w.Clock.Now().Add(backoff[next.Tries-1]))
	} else {
		next.G2PK, to = failPrefix+old.G2PK[len(duePrefix):], givenUp
		next.Rest = withReason(old.Rest, public(why))
	}
	err = w.Table.Replace(ctx, &old, &next)
	if errors.Is(err, table.ErrConflict) {
		return nobodys, nil
	}
	return to, err
}

// public gives what operators read of an error.
func public(err error) string {
	if refusal, ok := problem.As(err); ok {
		return refusal.Code + ": " + refusal.Public()
	}
	return "an internal error; the log has it under the item's key"
}

// reasonAttribute holds why a piece of work failed for good. Whoever writes the item anew leaves it out.
const reasonAttribute = "failed_why"

func withReason(attributes map[string]types.AttributeValue, why string) map[string]types.AttributeValue {
	next := maps.Clone(attributes)
	delete(next, reasonAttribute)
	if why != "" {
		next[reasonAttribute] = &types.AttributeValueMemberS{Value: why}
	}
	return next
}

func reasonOf(item *table.Raw) string {
	if why, ok := item.Rest[reasonAttribute].(*types.AttributeValueMemberS); ok {
		return why.Value
	}
	return ""
}
