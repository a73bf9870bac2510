package clock

import (
	"sync"
	"time"
)

// Offset is the machine's clock moved by an amount that can be set: the business clock of the local cloud. It goes on at
// the machine's speed, and is safe for concurrent use.
type Offset struct {
	mu    sync.Mutex
	ahead time.Duration
}

// NewOffset returns a clock that shows now and goes on from there.
func NewOffset(now time.Time) *Offset {
	o := new(Offset)
	o.Set(now)
	return o
}

// Now gives the machine's time plus the offset, in UTC.
func (o *Offset) Now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return System{}.Now().Add(o.ahead)
}

// Set makes the clock show now.
func (o *Offset) Set(now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ahead = now.Sub(System{}.Now())
}
