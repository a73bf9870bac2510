package upload

import "time"

// The numbers of uploads. ASSUMED, all of them.
const (
	// MaxBytes is how large a file is at most.
	MaxBytes = 10 << 20

	// ticketLife is how long a file can be put to its address, wall clock.
	ticketLife = 15 * time.Minute

	// addressLife is how long a settled file can be downloaded from an address, wall clock.
	addressLife = 5 * time.Minute

	// keptUnsettled is how long an announced file is known that nobody has wanted, wall clock.
	keptUnsettled = 48 * time.Hour
)

// endings are the types that a file may have, and the endings by which they are downloaded.
var endings = map[string]string{"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}
