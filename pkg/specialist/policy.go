package specialist

import "time"

// The numbers of this capability. Source, where no other is named: DOMAIN.md 13 and 19.
const (
	// inviteLife is how long an invitation and its link are good.
	inviteLife = 7 * 24 * time.Hour

	// invitesPerDay is how many invitations an administrator makes on a Beijing day. To send one again is one more, and so is one that is refused or
	// finds several accounts: who looks for accounts is held to the same number. ASSUMED for these
	invitesPerDay = 100

	// partnersPerYear is how many partners an account that is invited may not have been bound to within the past year.
	partnersPerYear = 3

	// monthsOfYear is that year, in months.
	monthsOfYear = 12

	// mostCertificates is how many certificates an account holds, so that one transaction moves them all. ASSUMED
	mostCertificates = 50

	// syncedAtOnce is how many certificates of a synchronisation are one transaction: each may be six items of the hundred that one has, and the event
	// that names them all stays small. ASSUMED
	syncedAtOnce = 10

	// batchRows is how many applications one call makes. ASSUMED
	batchRows = 50

	// filesPerCall is how many files all applications of a call have together, so that they are looked at within the time of a call. ASSUMED
	filesPerCall = 60

	// mostEvidence is how many files an application has. ASSUMED
	mostEvidence = 5

	// mostCandidates is how many accounts that match an invitation are shown. ASSUMED
	mostCandidates = 10

	// reviewMonths is how many months a list of reviews goes back when it is not asked for other ones, and the longest time that it can be asked
	// for. ASSUMED
	reviewMonths = 12
)

// daysBeforeExpiry are the days before its expiry on which a certificate that counts is reminded of. ASSUMED
var daysBeforeExpiry = []int{60, 30, 7}
