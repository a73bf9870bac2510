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

const (
	// Every is how often the sweep runs. Source: DESIGN.md "What happens later".
	Every = 5 * time.Minute

	atOnce      = 4                // shards that are swept side by side
	sweepMargin = 10 * time.Second // before the function's deadline, for giving the leases back
)

// Sweep sends what is due to the queue. What it costs depends on what is due, not on what exists.
//
// However often it runs, and however many at once, each piece of due work is done once: the sweep only tells of it, and who does it does so on
// the condition that it is still due.
type Sweep struct {
	Table *table.Client
	Clock clock.Clock // business time: what is due
	Wall  clock.Clock // leases, and the function's deadline
	Queue function.Sender
}

// Report is what a tick did.
type Report struct {
	Shards int           // that had something due and were no other sweep's
	Due    int           // pieces of due work that were read
	Sent   int           // pieces that the queue has taken
	Lag    time.Duration // how long the oldest piece had been due, business time
}

func (r *Report) add(other Report) {
	r.Shards, r.Due, r.Sent, r.Lag = r.Shards+other.Shards, r.Due+other.Due, r.Sent+other.Sent, max(r.Lag, other.Lag)
}

// Tick asks every shard for one due key, leases those that have some, and sends what is due, oldest first. A shard that another sweep has is
// left to it. A shard that fails does not keep the others waiting; what was not sent is sent by a later tick.
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
			did, err := s.shard(ctx, shard, now)
			mu.Lock()
			defer mu.Unlock()
			report.add(did)
			if err != nil {
				failed = append(failed, fmt.Errorf("shard %d: %w", shard, err))
			}
		})
	}
	wait.Wait()
	return report, errors.Join(failed...)
}

// shard sends what is due of one shard.
func (s *Sweep) shard(ctx context.Context, shard int, now time.Time) (Report, error) {
	oldest, found, err := s.oldest(ctx, shard, upTo(now))
	if err != nil || !found {
		return Report{}, err
	}
	report := Report{Lag: now.Sub(oldest)}
	held, err := s.take(ctx, shard, now)
	if errors.Is(err, table.ErrConflict) {
		return report, nil
	}
	if err != nil {
		return report, err
	}
	report.Shards = 1
	cursor, over, err := s.send(ctx, shard, held, now, &report)
	return report, errors.Join(err, s.giveBack(ctx, held, cursor, over))
}

// oldest gives the first due time of a shard. That is all that an idle shard costs.
func (s *Sweep) oldest(ctx context.Context, shard int, to string) (time.Time, bool, error) {
	q := table.Query{Index: table.Due, PK: partition(duePrefix, shard), To: to, Page: 1}
	for item, err := range table.All[table.Raw](ctx, s.Table, q) {
		if err != nil {
			return time.Time{}, false, err
		}
		at, ok := DueAt(&item.Head)
		return at, ok, nil
	}
	return time.Time{}, false, nil
}

// send sends what is due behind the cursor of the lease's pass. It returns how far the pass has come, and whether it is over.
func (s *Sweep) send(ctx context.Context, shard int, held *lease, now time.Time, report *Report) (cursor string, over bool, err error) {
	var waiting parcel
	cursor = held.Cursor
	post := func() error {
		if err := s.post(ctx, waiting, held.Pass); err != nil {
			return err
		}
		report.Sent += waiting.pieces
		cursor, waiting = waiting.last, parcel{}
		return nil
	}
	q := table.Query{Index: table.Due, PK: partition(duePrefix, shard), From: behind(cursor), To: upTo(now)}
	for item, err := range table.All[table.Raw](ctx, s.Table, q) {
		if err != nil {
			return cursor, false, err
		}
		due, ok := dueOf(item)
		if !ok {
			continue
		}
		report.Due++
		if waiting.add(due, item.G2SK) {
			continue
		}
		if err := post(); err != nil || !hasTime(ctx, s.Wall, sweepMargin) {
			return cursor, false, err
		}
		waiting.add(due, item.G2SK)
	}
	err = post()
	return cursor, err == nil, err
}

// post sends the messages of a parcel.
func (s *Sweep) post(ctx context.Context, p parcel, pass time.Time) error {
	var out []function.Outgoing
	for _, m := range p.messages {
		one, err := m.outgoing(pass)
		if err != nil {
			return err
		}
		out = append(out, one)
	}
	if len(out) == 0 {
		return nil
	}
	return s.Queue.Send(ctx, out)
}

// Earliest gives the time at which the next piece of work is due over all shards; false when nothing is.
func (s *Sweep) Earliest(ctx context.Context) (time.Time, bool, error) {
	var earliest time.Time
	found := false
	for shard := range shards {
		at, some, err := s.oldest(ctx, shard, "")
		if err != nil {
			return time.Time{}, false, err
		}
		if some && (!found || at.Before(earliest)) {
			earliest, found = at, true
		}
	}
	return earliest, found, nil
}

// upTo gives the last sort key of what is due at an instant.
func upTo(now time.Time) string { return now.UTC().Format(dueFormat) + "~" }

// behind gives the first sort key behind a cursor: the mark sorts before whatever an id consists of.
func behind(cursor string) string {
	if cursor == "" {
		return ""
	}
	return cursor + "!"
}

// hasTime holds while a function's deadline is further away than a margin.
func hasTime(ctx context.Context, wall clock.Clock, margin time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || wall.Now().Add(margin).Before(deadline)
}
