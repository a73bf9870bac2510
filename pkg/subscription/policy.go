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

	// A purchase is of at most so many years, and so many resources: they are opened in one transaction. ASSUMED; five years have a refund fee.
	maxPurchaseYears = 5
	maxItems         = 10 // main resources of one order
	maxBought        = 25 // with what is attached

	// longestTermMonths is how far ahead of today a resource can be renewed to: the longest purchase and the longest renewal. ASSUMED
	longestTermMonths = 12 * (maxRenewalYears + 3)

	// An import of more rows than one call takes runs in parts, and its verdicts are kept for a month. Source: MECHANICS.md "Requests"
	callRows   = 1000
	partRows   = 100
	importKept = 30 * 24 * time.Hour

	// paymentWindow is how long an order awaits its payment. ASSUMED, DOMAIN.md 2.
	paymentWindow = 7 * 24 * time.Hour

	// openingWindow is how long the vendor's provisioning has to open what was paid. ASSUMED
	openingWindow = 24 * time.Hour

	// Unsubscribing. Source: DOMAIN.md 1, "Unsubscribe & refund"
	fiveDays       = 5 * 24 * time.Hour
	fiveDayPerYear = 10        // instances of an account in a Beijing year
	largeRefund    = 50_000_00 // fen; what is more is reviewed
	maxInstantly   = 10        // resources of one call to on-demand at once
	maxScheduled   = 100       // resources of one call to on-demand at expiry

	// A unified expiry day is 1 to 28 or the last day of a month. Source: DOMAIN.md 1, Renewal
	MaxExpiryDay = 28
	LastOfMonth  = 31  // as it is kept; -1 on the wire
	daysOfMonth  = 30  // a day that a unified expiry day adds costs this part of a month's price,
	daysOfYear   = 365 // or this of a year's. Source: DOMAIN.md 1, Decision 1
	monthsOfYear = 12
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

// feeRates are the percentages of what was paid that unsubscribing in the n-th year of a term of so many years costs. Source: DOMAIN.md 1,
// "Fee": the first two of five years are documented, the others ASSUMED.
var feeRates = [][]int{
	{10},
	{20, 10},
	{30, 20, 10},
	{30, 30, 20, 10},
	{30, 40, 30, 20, 10},
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
