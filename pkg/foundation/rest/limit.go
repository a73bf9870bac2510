package rest

import (
	"sync"

	"golang.org/x/time/rate"

	"partnercenter/pkg/foundation/clock"
)

// The limit of one party's calls to one operation, within one instance of a function: as there may be several instances, it is
// approximate. Source: DOMAIN.md 19 (10 a second).
const (
	ratePerSecond = 10.0
	rateBurst     = 20
	rateBuckets   = 10_000 // parties and operations that an instance remembers
)

type limiter struct {
	wall    clock.Clock
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newLimiter(wall clock.Clock) *limiter {
	return &limiter{wall: wall, buckets: map[string]*rate.Limiter{}}
}

func (l *limiter) allow(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket, ok := l.buckets[name]
	if !ok {
		if len(l.buckets) >= rateBuckets {
			clear(l.buckets)
		}
		bucket = rate.NewLimiter(ratePerSecond, rateBurst)
		l.buckets[name] = bucket
	}
	return bucket.AllowN(l.wall.Now(), 1)
}
