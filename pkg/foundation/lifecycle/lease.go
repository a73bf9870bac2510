package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"time"

	"partnercenter/pkg/foundation/table"
)

// Source: MECHANICS.md "Due work".
const (
	leaseLife = 2 * time.Minute  // wall clock
	passLife  = 15 * time.Minute // business time, after which a pass starts over, so that what was lost is sent again
)

// lease is the item by which one sweep at a time has a shard, with the pass that it goes on with: one way through the shard's due work, which
// may take several ticks. A pass that has come to the shard's end is over.
//
// Key: SHARD#<shard> / LEASE. Whose it is, its version tells.
type lease struct {
	table.Head
	Until  time.Time `dynamodbav:"until"`            // wall clock
	Pass   time.Time `dynamodbav:"pass"`             // business time at which the pass began; zero when it is over
	Cursor string    `dynamodbav:"cursor,omitempty"` // sort key of the last piece that the pass has sent
}

func leaseKey(shard int) table.Key {
	return table.Key{PK: fmt.Sprintf("SHARD#%02d", shard), SK: "LEASE"}
}

// take leases a shard. Error: table.ErrConflict when another sweep has it.
func (s *Sweep) take(ctx context.Context, shard int, now time.Time) (*lease, error) {
	wall, key := s.Wall.Now(), leaseKey(shard)
	next := &lease{Head: key.Head(), Until: wall.Add(leaseLife), Pass: now}
	var old lease
	err := s.Table.Get(ctx, key, &old)
	if errors.Is(err, table.ErrNotFound) {
		return next, s.Table.Create(ctx, next)
	}
	if err != nil {
		return nil, err
	}
	if wall.Before(old.Until) {
		return nil, table.ErrConflict
	}
	if age := now.Sub(old.Pass); age >= 0 && age < passLife {
		next.Pass, next.Cursor = old.Pass, old.Cursor
	}
	return next, s.Table.Replace(ctx, &old, next)
}

// giveBack ends a lease, with how far its pass has come. One that has run out may be another sweep's by now, which goes its own way.
func (s *Sweep) giveBack(ctx context.Context, held *lease, cursor string, over bool) error {
	next := *held
	next.Until, next.Cursor = time.Time{}, cursor
	if over {
		next.Pass, next.Cursor = time.Time{}, ""
	}
	err := s.Table.Replace(ctx, held, &next)
	if errors.Is(err, table.ErrConflict) {
		return nil
	}
	return err
}
