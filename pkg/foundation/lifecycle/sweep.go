package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
)

// How the sweep goes. Source: MECHANICS.md "Due work".
const (
	// Every is how often the sweep runs.
	Every = 5 * time.Minute

	leaseLife   = 2 * time.Minute  // wall clock
	passLife    = 15 * time.Minute // business time, after which the cursor starts over
	tickMost    = 20_000           // pieces of due work that one tick sends of a shard
	atOnce      = 4                // shards that are swept side by side
	sweepMargin = 10 * time.Second // before the function's deadline
)

// Sweep sends what is due to the queue.
type Sweep struct {
	Table *table.Client
	Clock clock.Clock // business time: what is due
	Wall  clock.Clock // leases
	Queue function.Sender
}

// Report is what a tick did. Lag is how long the oldest piece had been due, business time.
type Report struct {
	Shards, Sent int
	Lag          time.Duration
}

// lease is the item by which one sweep at a time has a shard, with the cursor of its pass.
type lease struct {
	table.Head
	Until  time.Time `dynamodbav:"until"`            // wall clock
	Cursor string    `dynamodbav:"cursor,omitempty"` // sort key of the last piece that was sent
	Pass   time.Time `dynamodbav:"pass"`             // business time at which the cursor's pass began
}

func leaseKey(shard int) table.Key {
	return table.Key{PK: fmt.Sprintf("SHARD#%02d", shard), SK: "LEASE"}
}

func duePartition(shard int) string { return fmt.Sprintf("%s%02d", duePrefix, shard) }

// upTo bounds the due index at an instant, that included.
func upTo(now time.Time) string { return now.UTC().Format(dueFormat) + "~" }

// Tick asks every shard for one due key, leases those that have some, and sends what is due, oldest first. A shard that another sweep has
// leased is left to it. A shard that fails does not keep the others waiting; what was not sent is sent by the next tick.
func (s *Sweep) Tick(ctx context.Context) (Report, error) {
	var (
		report Report
		failed []error
		mu     sync.Mutex
		wait   sync.WaitGroup
		slots  = make(chan struct{}, atOnce)
		now    = s.Clock.Now()
	)
	for shard := range shards {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			sent, lag, err := s.shard(ctx, shard, now)
			mu.Lock()
			defer mu.Unlock()
			report.Sent += sent
			report.Lag = max(report.Lag, lag)
			if sent > 0 {
				report.Shards++
			}
			if err != nil {
				failed = append(failed, fmt.Errorf("shard %d: %w", shard, err))
			}
		})
	}
	wait.Wait()
	return report, errors.Join(failed...)
}

// shard sends what is due of one shard.
func (s *Sweep) shard(ctx context.Context, shard int, now time.Time) (sent int, lag time.Duration, err error) {
	first, found, err := s.oldest(ctx, shard, now)
	if err != nil || !found {
		return 0, 0, err
	}
	held, err := s.take(ctx, shard, now)
	if errors.Is(err, table.ErrConflict) {
		return 0, 0, nil // another sweep has it
	}
	if err != nil {
		return 0, 0, err
	}
	sent, cursor, err := s.send(ctx, shard, *held, now)
	next := *held
	next.Until, next.Cursor = time.Time{}, cursor
	if giveBack := s.Table.Replace(ctx, held, &next); !errors.Is(giveBack, table.ErrConflict) {
		err = errors.Join(err, giveBack)
	}
	return sent, now.Sub(first.At), err
}

// oldest asks a shard for one due key. That is all an idle sweep costs.
func (s *Sweep) oldest(ctx context.Context, shard int, now time.Time) (Due, bool, error) {
	for item, err := range table.All[table.Raw](ctx, s.Table, table.Query{Index: table.Due, PK: duePartition(shard), To: upTo(now), Page: 1}) {
		if err != nil {
			return Due{}, false, err
		}
		due, ok := dueOf(item)
		return due, ok, nil
	}
	return Due{}, false, nil
}

// take leases a shard. A pass that has grown old starts over, so that what was lost is sent again. Error: table.ErrConflict.
func (s *Sweep) take(ctx context.Context, shard int, now time.Time) (*lease, error) {
	wall, key := s.Wall.Now(), leaseKey(shard)
	fresh := lease{Head: table.Head{PK: key.PK, SK: key.SK}, Until: wall.Add(leaseLife), Pass: now}
	var old lease
	err := s.Table.Get(ctx, key, &old)
	if errors.Is(err, table.ErrNotFound) {
		return &fresh, s.Table.Create(ctx, &fresh)
	}
	if err != nil {
		return nil, err
	}
	if wall.Before(old.Until) {
		return nil, table.ErrConflict
	}
	if age := now.Sub(old.Pass); age >= 0 && age < passLife && old.Cursor != "" {
		fresh.Cursor, fresh.Pass = old.Cursor, old.Pass
	}
	return &fresh, s.Table.Replace(ctx, &old, &fresh)
}

// send sends what is due behind the lease's cursor and returns the cursor that is to be kept: none once the shard's end is reached.
func (s *Sweep) send(ctx context.Context, shard int, held lease, now time.Time) (sent int, cursor string, err error) {
	cursor = held.Cursor
	var batch []Due
	flush := func() error {
		out, err := messages(batch, held.Pass.Format(dueFormat))
		if err == nil {
			err = s.Queue.Send(ctx, out)
		}
		if err == nil {
			sent += len(batch)
			batch = batch[:0]
		}
		return err
	}
	last := cursor
	for item, err := range table.All[table.Raw](ctx, s.Table, table.Query{Index: table.Due, PK: duePartition(shard), From: after(cursor), To: upTo(now)}) {
		if err != nil {
			return sent, cursor, err
		}
		due, ok := dueOf(item)
		if !ok {
			continue
		}
		if len(batch) > 0 && len(batch)%maxKeys == 0 {
			if err := flush(); err != nil {
				return sent, cursor, err
			}
			cursor = last
			if sent >= tickMost || !s.hasTime(ctx) {
				return sent, cursor, nil
			}
		}
		batch, last = append(batch, due), item.G2SK
	}
	if len(batch) > 0 {
		if err := flush(); err != nil {
			return sent, cursor, err
		}
	}
	return sent, "", nil
}

// after gives the first sort key behind a cursor.
func after(cursor string) string {
	if cursor == "" {
		return ""
	}
	return cursor + "!"
}

func (s *Sweep) hasTime(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return !ok || s.Wall.Now().Add(sweepMargin).Before(deadline)
}

// Earliest tells when the next piece of work is due over all shards.
func (s *Sweep) Earliest(ctx context.Context) (time.Time, bool, error) {
	var earliest time.Time
	for shard := range shards {
		for item, err := range table.All[table.Raw](ctx, s.Table, table.Query{Index: table.Due, PK: duePartition(shard), Page: 1}) {
			if err != nil {
				return earliest, false, err
			}
			if at, ok := DueAt(&item.Head); ok && (earliest.IsZero() || at.Before(earliest)) {
				earliest = at
			}
			break
		}
	}
	return earliest, !earliest.IsZero(), nil
}
