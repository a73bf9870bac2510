package export

import "time"

// The numbers of this package.
const (
	// Kept is how long an export can be downloaded once it is made, business time. Source: DOMAIN.md 15 and 19.
	Kept = 3 * 24 * time.Hour

	// addressLife is how long the address of a download is good for, wall clock: long enough to click. ASSUMED
	addressLife = 5 * time.Minute

	// maxRows is how many rows one file has at most. ASSUMED
	maxRows = 100_000

	// keptUnmade is how long the item of an export that is never made stays, wall clock. ASSUMED
	keptUnmade = 30 * 24 * time.Hour
)
