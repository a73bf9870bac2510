package cloud

import (
	"context"
	"fmt"
	"time"

	"github.com/sosodev/duration"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
)

// schedule stands for a schedule: it starts its function at every multiple of its interval, business time.
type schedule struct {
	every  time.Duration
	limit  time.Duration
	invoke invoker
	last   time.Time // the last tick that was run or passed over
}

func newSchedule(d function.Declaration, invoke invoker, now time.Time) *schedule {
	return &schedule{every: d.Schedule.Every, limit: d.Limit(), invoke: invoke, last: now.Truncate(d.Schedule.Every).Add(-d.Schedule.Every)}
}

// run starts the function if a tick has come since the last.
func (s *schedule) run(ctx context.Context, now time.Time) error {
	tick := now.Truncate(s.every)
	if !tick.After(s.last) {
		return nil
	}
	s.last = tick
	ctx, cancel := context.WithTimeout(lambdaContext(ctx), s.limit)
	defer cancel()
	_, err := s.invoke.Invoke(ctx, []byte(`{}`))
	return err
}

// beat runs schedules that are due, and carries what is written and queued to its end.
func (c *Cloud) beat(ctx context.Context) error {
	for _, s := range c.schedules {
		if err := s.run(ctx, c.business.Now()); err != nil {
			return err
		}
	}
	return c.settle(ctx)
}

// settle works until stream and queues are quiet: no handler runs, no message is left, and what was written last has passed the relay.
func (c *Cloud) settle(ctx context.Context) error {
	for {
		worked := false
		if c.stream != nil {
			if err := c.stream.drain(ctx); err != nil {
				return err
			}
		}
		for _, q := range c.queues {
			any, err := q.drain(ctx)
			if err != nil {
				return err
			}
			worked = worked || any
		}
		if worked {
			continue
		}
		for _, q := range c.queues {
			empty, err := q.empty(ctx)
			if err != nil {
				return err
			}
			worked = worked || !empty
		}
		if !worked {
			return nil
		}
	}
}

// Move sets the business clock. What comes due on the way is run in the order in which it comes due, at the first tick at or after the time
// at which it does; ticks at which nothing is due are skipped. It returns when queues and stream are quiet again. With an outage nothing
// runs on the way: the next move finds the backlog.
func (c *Cloud) Move(ctx context.Context, to time.Time, outage bool) error {
	if to.Before(c.business.Now()) {
		return fmt.Errorf("%s is before the time here, %s; the clock does not go back", to.Format(time.RFC3339), c.business.Now().Format(time.RFC3339))
	}
	c.turn.Lock()
	defer c.turn.Unlock()
	if outage {
		c.business.Set(to)
		for _, s := range c.schedules {
			s.last = to.Truncate(s.every)
		}
		return nil
	}
	if err := c.settle(ctx); err != nil {
		return err
	}
	return c.moveTo(ctx, to)
}

func (c *Cloud) moveTo(ctx context.Context, to time.Time) error {
	sweep := &lifecycle.Sweep{Table: c.env.Table()}
	for {
		due, found, err := sweep.Earliest(ctx)
		if err != nil {
			return err
		}
		now := c.business.Now()
		tick := nextTick(due, lifecycle.Every)
		if tick.Before(now) {
			tick = nextTick(now, lifecycle.Every) // a backlog
		}
		if !found || tick.After(to) {
			c.business.Set(latest(to, now))
			for _, s := range c.schedules {
				s.last = to.Truncate(s.every)
			}
			return nil
		}
		c.business.Set(tick)
		for _, s := range c.schedules {
			s.last = tick.Add(-s.every)
		}
		if err := c.beat(ctx); err != nil {
			return err
		}
	}
}

// nextTick gives the first multiple of an interval at or after an instant.
func nextTick(at time.Time, every time.Duration) time.Time {
	tick := at.Truncate(every)
	if tick.Before(at) {
		tick = tick.Add(every)
	}
	return tick
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// parseAdvance reads an ISO 8601 duration such as P7D or PT1H. Months and years are refused: they have no one length.
func parseAdvance(text string) (time.Duration, error) {
	d, err := duration.Parse(text)
	if err != nil || d.Years != 0 || d.Months != 0 || d.Negative {
		return 0, fmt.Errorf("%q is not a duration of weeks, days, hours, minutes or seconds such as P7D or PT1H", text)
	}
	return d.ToTimeDuration(), nil
}

// Advance moves the business clock by an ISO 8601 duration.
func (c *Cloud) Advance(ctx context.Context, by string) error {
	d, err := parseAdvance(by)
	if err != nil {
		return err
	}
	return c.Move(ctx, c.business.Now().Add(d), false)
}
