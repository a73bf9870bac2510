package icalendar

import "time"

// The numbers of this capability, all ASSUMED.
const (
	// maxFeeds is how many feeds a party has at most.
	maxFeeds = 10

	// monthsBack and monthsAhead are the months that a feed shows, besides this one, in Beijing.
	monthsBack, monthsAhead = 1, 13

	// maxEntries is how many entries a feed has at most: the soonest ones from today on, then the latest ones before.
	maxEntries = 2000

	// lives is how long a feed's address is good.
	lives = 5 * 365 * 24 * time.Hour

	// askAgain is how long a program keeps what it was told.
	askAgain = 6 * time.Hour
)
