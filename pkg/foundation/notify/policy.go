package notify

import "time"

// The numbers of this package.
const (
	// DailyCap is how many messages one address gets on one Beijing day. Source: MECHANICS.md "Notices".
	DailyCap = 20

	// MorningHour is when notices go out, Beijing. Source: DOMAIN.md 1, Decision 6.
	MorningHour = 9

	// SMS go out from the first of these hours until the second, Beijing. Source: DOMAIN.md 1, Decision 6.
	textFromHour = 9
	textToHour   = 20

	// settleBefore is how long before a morning something must be written to be told on it: the time that a notifier may take
	// between reading the clock and writing. ASSUMED
	settleBefore = 5 * time.Minute

	// lease is how long a sender may take, wall clock; then another asks whether the message went out. ASSUMED
	lease = 15 * time.Minute

	// keep is how long, wall clock, we remember that a message was sent, and keep notices. ASSUMED
	keep = 30 * 24 * time.Hour

	// keepCount is how long, wall clock, a day's count of an address is kept.
	keepCount = 48 * time.Hour

	// touchTries is how often a recipient's item is tried again when others write it at the same time.
	touchTries = 10
)
