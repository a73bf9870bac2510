package externallink

import "time"

const (
	// shownFor is how long a page's button works. ASSUMED
	shownFor = time.Hour

	// maxForm is how many bytes the form has at most: a token of the longest address, and what browsers add.
	maxForm = 8 << 10
)
