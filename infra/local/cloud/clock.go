package cloud

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/system/sweep"
)

// schedule stands for a schedule: it starts its function at every multiple of its interval, business time.
type schedule struct {
	invoker
	last time.Time // up to where its ticks were run or passed over
}

// next gives its next tick.
func (s *schedule) next() time.Time { return s.last.Truncate(s.Schedule.Every).Add(s.Schedule.Every) }

// run starts the function.
func (s *schedule) run(ctx context.Context, now time.Time) error {
	s.last = now
	_, err := s.invoke(ctx, []byte(`{}`))
	return err
}

// beat runs the schedules whose tick has come, and hands over what is written and queued, without waiting for quiet.
func (c *Cloud) beat(ctx context.Context) error {
	c.turn.Lock()
	defer c.turn.Unlock()
	if err := c.tick(ctx); err != nil {
		return err
	}
	if _, err := c.emptyQueues(ctx); err != nil {
		return err
	}
	return c.stream.follow(ctx)
}

// tick runs the schedules whose tick has come.
func (c *Cloud) tick(ctx context.Context) error {
	for _, s := range c.schedules {
		now := c.business.Now()
		if s.next().After(now) {
			continue
		}
		if err := s.run(ctx, now); err != nil {
			return err
		}
	}
	return nil
}

// emptyQueues empties each queue once, and reports whether there was anything in any.
func (c *Cloud) emptyQueues(ctx context.Context) (some bool, err error) {
	for _, q := range c.queues {
		n, err := q.count(ctx)
		if err != nil {
			return some, err
		}
		if n == 0 {
			continue
		}
		some = true
		if err := q.drain(ctx, n); err != nil {
			return some, err
		}
	}
	return some, ctx.Err()
}

// settle works until queues and stream are quiet: no handler runs, no message is left, and a record that was written after all that has passed
// the relay, which had nothing more to send.
func (c *Cloud) settle(ctx context.Context) error {
	for handed := true; handed; {
		for some := true; some; {
			var err error
			if some, err = c.emptyQueues(ctx); err != nil {
				return err
			}
		}
		var err error
		if handed, err = c.stream.drain(ctx); err != nil {
			return err
		}
	}
	return nil
}

// RunDue runs what is due now, and waits until queues and stream are quiet.
func (c *Cloud) RunDue(ctx context.Context) error {
	c.turn.Lock()
	defer c.turn.Unlock()
	return c.runDue(ctx)
}

func (c *Cloud) runDue(ctx context.Context) error {
	for _, s := range c.schedules {
		if err := s.run(ctx, c.business.Now()); err != nil {
			return err
		}
	}
	return c.settle(ctx)
}

// Now gives the business time.
func (c *Cloud) Now() time.Time { return c.business.Now() }

// Move sets the business clock. What comes due on the way is run in the order in which it comes due, at the first tick at or after the time
// at which it does; ticks at which nothing is due are skipped. It returns when queues and stream are quiet again. With an outage nothing
// runs on the way: the next move finds the backlog, and runs it at the time that is then.
//
// Error: CBC.0100 for a time that is past.
func (c *Cloud) Move(ctx context.Context, to time.Time, outage bool) error {
	c.turn.Lock()
	defer c.turn.Unlock()
	if now := c.business.Now(); to.Before(now) {
		return problem.Invalid("now", "%s is before the time here, %s: the clock does not go back", to.Format(time.RFC3339), now.Format(time.RFC3339))
	}
	if outage {
		c.arrive(to)
		c.behind = true
		return nil
	}
	if err := c.settle(ctx); err != nil {
		return err
	}
	if c.behind {
		if err := c.runDue(ctx); err != nil {
			return err
		}
		c.behind = false
	}
	for {
		at, some, err := c.nextTick(ctx)
		if err != nil {
			return err
		}
		if !some || at.After(to) {
			c.arrive(to)
			return nil
		}
		c.set(at)
		if err := c.tick(ctx); err != nil {
			return err
		}
		if err := c.settle(ctx); err != nil {
			return err
		}
	}
}

// nextTick gives the next tick at which something is to do. The sweep's is the first at or after the earliest due time; any other
// schedule's is its next.
func (c *Cloud) nextTick(ctx context.Context) (next time.Time, some bool, err error) {
	for _, s := range c.schedules {
		at := s.next()
		if s.Name == sweep.Function.Name {
			due, found, err := sweep.New(c.env).Earliest(ctx)
			if err != nil {
				return next, false, err
			}
			if !found {
				continue
			}
			at = latest(at, tickFor(due, lifecycle.Every))
		}
		if !some || at.Before(next) {
			next, some = at, true
		}
	}
	return next, some, nil
}

// arrive sets the clock and passes over the ticks up to then.
func (c *Cloud) arrive(at time.Time) {
	c.set(at)
	for _, s := range c.schedules {
		s.last = latest(s.last, at)
	}
}

// set sets the clock, unless it is there already.
func (c *Cloud) set(at time.Time) { c.business.Set(latest(at, c.business.Now())) }

// tickFor gives the first multiple of an interval at or after an instant.
func tickFor(at time.Time, every time.Duration) time.Time {
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

// Advance moves the business clock by an ISO 8601 duration. Error: as ParseDuration.
func (c *Cloud) Advance(ctx context.Context, by string) error {
	d, err := ParseDuration(by)
	if err != nil {
		return err
	}
	return c.Move(ctx, c.Now().Add(d), false)
}

var durationForm = regexp.MustCompile(`^P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$`)

// durationUnits are what the groups of durationForm count, in seconds.
var durationUnits = []int64{7 * 24 * 60 * 60, 24 * 60 * 60, 60 * 60, 60, 1}

// longestMove bounds a duration, in seconds: a hundred years.
const longestMove = 100 * 366 * 24 * 60 * 60

// ParseDuration reads an ISO 8601 duration such as P7D or PT1H. Months and years are refused: they have no one length.
func ParseDuration(text string) (time.Duration, error) {
	groups := durationForm.FindStringSubmatch(text)
	var seconds int64
	named := false
	for i := 1; i < len(groups); i++ {
		if groups[i] == "" {
			continue
		}
		n, err := strconv.ParseInt(groups[i], 10, 64)
		if err != nil {
			return 0, err
		}
		named = true
		seconds += n * durationUnits[i-1]
	}
	if !named || strings.HasSuffix(text, "T") || seconds > longestMove {
		return 0, problem.Invalid("advance", "%q is not a duration of weeks, days, hours, minutes or seconds such as P7D or PT1H, of a hundred years at most", text)
	}
	return time.Duration(seconds) * time.Second, nil
}
