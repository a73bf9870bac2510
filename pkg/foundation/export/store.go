package export

import (
	"context"
	"time"
)

// Store keeps files for some days. Package s3 has AWS's adapter.
type Store interface {
	// Put writes a file; the same key again writes it anew.
	Put(ctx context.Context, key string, file []byte) error
}

// Addresses tell where files of a store are downloaded. Package address has AWS's adapter.
type Addresses interface {
	// URL gives an address at which anybody can download a file under a name, for so long, wall clock.
	URL(ctx context.Context, key, name string, life time.Duration) (string, error)
}
