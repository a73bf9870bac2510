package customer

import "time"

// The numbers of this capability.
const (
	// reportLock is how long a reported customer is its reporter's alone. Source: DOMAIN.md 4.
	reportLock = 15 * 24 * time.Hour

	// maxReports is how many live reports a partner has at most. Source: DOMAIN.md 4.
	maxReports = 100

	// inviteLife is how long the link of an online invitation is good for. Source: DOMAIN.md 4.
	inviteLife = 7 * 24 * time.Hour

	// forwardsADay is how many mails a Beijing day an offline invitation's page sends. ASSUMED
	forwardsADay = 200

	// forwardsKept is how long, wall clock, that is counted.
	forwardsKept = 48 * time.Hour

	// forwardAgain is how long after one mail the page sends the same address another. Source: DOMAIN.md 0, resend interval.
	forwardAgain = time.Minute

	// freshAccount is how long after its registration a customer may associate without having been reported. Source: DOMAIN.md 3.
	freshAccount = 7 * 24 * time.Hour

	// authorizationWait is how long a request for authorization waits for the customer's answer. ASSUMED, DOMAIN.md 14.
	authorizationWait = 30 * 24 * time.Hour
	// requestLife is how long a request to end or switch an association waits for an answer. ASSUMED, DOMAIN.md 3, 19.
	requestLife = 30 * 24 * time.Hour

	// coolDownMonths is how many calendar months, by the Beijing date, lie between two requests of one side about one customer: on the China site one
	// in that time. Every request that was submitted counts, however it ended. Source: DOMAIN.md 3, 19; that withdrawn ones count is ASSUMED.
	coolDownMonths = 3

	// stepsAtOnce is how many transactions one piece of due work makes of an association that ends; what is left is due again at once. ASSUMED
	stepsAtOnce = 100

	// perMobile is how many customers one phone number may register. ASSUMED
	perMobile = 5

	// minPassword and maxPassword bound a password's length. ASSUMED
	minPassword, maxPassword = 8, 32

	// minClasses is how many of the four classes of characters a password has at least. Source: SDK CreateSubCustomer.
	minClasses = 2
)

// forever is when the link of an offline invitation, which does not expire, ends: the last time that its form can hold.
// Source: DOMAIN.md 4.
var forever = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
