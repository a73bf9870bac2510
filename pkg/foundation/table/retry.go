package table

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

const (
	attempts   = 8                      // of one call, the first included
	firstPause = 10 * time.Millisecond  // doubled after each attempt, with full jitter
	longPause  = 500 * time.Millisecond // no pause is longer
)

// try makes one call, again while it is worth it: on conflicts of transactions, on throttling, and when the answer was lost.
// A failed condition is returned at once. call must be safe to repeat: reads are, and writes resolve themselves by their stamp.
// Each seen is told of every error before the next attempt.
func (c *Client) try(ctx context.Context, op *Op, call func() error, seen ...func(error)) error {
	var err error
	for attempt := range attempts {
		err = c.faults.around(op, call)
		if err == nil || !retryable(err) {
			return err
		}
		for _, see := range seen {
			see(err)
		}
		if pauseErr := pause(ctx, min(firstPause<<attempt, longPause)); pauseErr != nil {
			return errors.Join(pauseErr, err)
		}
	}
	return fmt.Errorf("%w: %w", ErrBusy, err)
}

// effectTries is how often Retry does an effect.
const effectTries = 6

// Retry does an effect, again while what it read changes before it commits. Each time it must read anew. Errors: ErrConflict or ErrBusy when others
// changed the same things all the time; nothing was changed then.
func Retry(ctx context.Context, effect func() error) error {
	var err error
	for range effectTries {
		if err = effect(); !errors.Is(err, ErrConflict) && !errors.Is(err, ErrBusy) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return err
}

// How often Persist retries, and its pauses: the first, doubled with each, and the longest. Each failure is the success of somebody else, so that 64 at
// once are all served, within the time of a request: nine seconds at the most, on average. ASSUMED. Source: CASES.md B31, B35.
const (
	rounds      = 12
	firstRest   = 5 * time.Millisecond
	longestRest = 250 * time.Millisecond
)

// Persist does an effect as Retry does, but on items that many change at once: round after round, with pauses that grow, so that many do not only read
// for nothing. A busy table is not asked for longer than one round. Errors: as Retry, and of a context that ends meanwhile.
func Persist(ctx context.Context, effect func() error) error {
	var err error
	longest := time.Duration(0)
	for range rounds {
		err = Retry(ctx, func() error {
			if longest > 0 {
				if err := pause(ctx, longest); err != nil {
					return err
				}
			}
			longest = min(max(firstRest, 2*longest), longestRest)
			return effect()
		})
		if !errors.Is(err, ErrConflict) {
			break
		}
	}
	return err
}

// pause waits for some part of a time.
func pause(ctx context.Context, longest time.Duration) error {
	timer := time.NewTimer(rand.N(longest))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// retryable holds for errors after which the same call may succeed: it was refused for want of capacity or because of a
// concurrent transaction, or nobody knows whether it took effect.
func retryable(err error) bool {
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		return onlyPassing(cancelled.CancellationReasons)
	}
	return ambiguous(err) || isPassing(code(err))
}

// ambiguous holds when the call may or may not have taken effect.
func ambiguous(err error) bool {
	if err == nil || errors.Is(err, ErrCrash) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if errors.Is(err, errLost) {
		return true
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		return true // no answer from DynamoDB at all
	}
	switch api.ErrorCode() {
	case "InternalServerError", "ServiceUnavailable", "TransactionInProgressException":
		return true
	default:
		return false
	}
}

func onlyPassing(reasons []types.CancellationReason) bool {
	passing := false
	for _, r := range reasons {
		switch {
		case r.Code == nil || *r.Code == "None":
		case isPassing(*r.Code):
			passing = true
		default:
			return false
		}
	}
	return passing
}

func isPassing(code string) bool {
	switch code {
	case "TransactionConflict", "TransactionConflictException", "ThrottlingError", "ThrottlingException",
		"ProvisionedThroughputExceeded", "ProvisionedThroughputExceededException", "RequestLimitExceeded":
		return true
	default:
		return false
	}
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

func isConditionFailed(err error) bool {
	var failed *types.ConditionalCheckFailedException
	return errors.As(err, &failed)
}
