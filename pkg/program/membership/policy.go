package membership

import (
	_ "embed" // plans.json
	"time"
)

// The numbers of this package. Source, where no other is named: DOMAIN.md 11.
const (
	// invited is how long an invitation can be accepted. ASSUMED there.
	invited = 30 * 24 * time.Hour

	// stepsAtOnce is how many steps one call of due work takes: what it does not reach is due again at once. ASSUMED
	stepsAtOnce = 20

	// exitWaits is how long an exit waits while there is somebody below the account, until it looks again. ASSUMED
	exitWaits = 24 * time.Hour
)

// daysBeforeEnd are the days before the end of an invitation and of a membership on which it is reminded of. ASSUMED
var (
	daysBeforeInvitationEnds = []int{7, 1}
	daysBeforeMembershipEnds = []int{30, 7}
)

// plansFile has the plans, with their benefits and duties. Source: DOMAIN.md 11 and 13; the terms and the plans beyond distribution are ASSUMED.
//
//go:embed plans.json
var plansFile []byte
