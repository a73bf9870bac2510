package subscription

import "time"

// The numbers of this capability. Source, where no other is named: DOMAIN.md 1 and 19.
const (
	attemptHour = 3 // Beijing, of auto-renewal attempts
	noticeHour  = 9 // Beijing, of notices. Source: DOMAIN.md 1, Decision 6

	// An account's deduction day: how many days before expiry auto-renewal is first tried.
	DefaultDeductionDays = 7
	MinDeductionDays     = 2
	MaxDeductionDays     = 7

	// MaxIDs is how many resources one call renews.
	MaxIDs = 10

	maxRenewalMonths = 11
	maxRenewalYears  = 3

	// longestTermMonths is how far ahead of today a resource can be renewed to: the longest purchase and the longest renewal. ASSUMED
	longestTermMonths = 12 * (maxRenewalYears + 3)

	// An import of more rows than one call takes runs in parts, and its verdicts are kept for a month. Source: MECHANICS.md "Requests"
	callRows   = 1000
	partRows   = 100
	importKept = 30 * 24 * time.Hour

	// paymentWindow is how long an order awaits its payment. ASSUMED, DOMAIN.md 2.
	paymentWindow = 7 * 24 * time.Hour
)

// Days before a date on which it is announced. Source: DOMAIN.md 1, Decision 6.
var (
	daysBeforeExpiry      = []int{15, 7, 3, 1} // of what does not renew itself
	daysBeforeAutoRenewal = []int{15}          // before the expiry of what does
	daysBeforeUnpaid      = []int{5, 2, 0}     // before the expiry of what fails to
	daysBeforeRelease     = []int{6, 2, 0}
)

// daysByLevel is how long a resource stays in grace and then in retention, by its customer's level.
// Source: DOMAIN.md 1, "Grace/retention days by customer level".
var daysByLevel = map[string]struct{ grace, retention int }{
	"V0": {1, 1},
	"V1": {1, 7},
	"V2": {1, 7},
	"V3": {7, 7},
	"V4": {7, 15},
	"V5": {7, 15},
}

// longestAfterlife is the most days that a resource stays in grace and retention together.
const longestAfterlife = 7 + 15

// TermsFor gives what the life cycle needs to know of a customer of a level, V0 to V5. A deduction day of 0 is the default. An
// unknown level counts as V0.
func TermsFor(level string, deductionDays int) Terms {
	if deductionDays == 0 {
		deductionDays = DefaultDeductionDays
	}
	days, known := daysByLevel[level]
	if !known {
		days = daysByLevel["V0"]
	}
	return Terms{DeductionDays: deductionDays, GraceDays: days.grace, RetentionDays: days.retention}
}
