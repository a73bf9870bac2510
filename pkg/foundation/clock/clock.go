package clock

import (
	"sync"
	"time"
)

// Clock tells the time, in UTC.
type Clock interface{ Now() time.Time }

// System is the machine's clock.
type System struct{}

// Now gives the machine's time in UTC.
func (System) Now() time.Time { return time.Now().UTC() }

// Fake is a clock that stands still until a test moves it. It is safe for concurrent use.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake returns a clock that stands at now.
func NewFake(now time.Time) *Fake { return &Fake{now: now.UTC()} }

// Now gives the time at which the clock stands.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Set puts the clock to now.
func (f *Fake) Set(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = now.UTC()
}

// Advance moves the clock on by d.
func (f *Fake) Advance(d time.Duration) { f.Set(f.Now().Add(d)) }
