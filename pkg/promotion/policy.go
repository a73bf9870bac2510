package promotion

import (
	"time"

	"partnercenter/pkg/party"
)

const (
	// Vouchers a batch, quotas taken back by a call and resellers of one (ASSUMED) are 10, said by the schemas of the operations: an issue to 10
	// customers is at most 65 items of its transaction. Source: DOMAIN.md 10 and 19.

	// historyMonths is how far back a customer sees used, expired and reclaimed vouchers. Source: DOMAIN.md 10, "Lists".
	historyMonths = 12

	// shownVouchers is how many vouchers the tree of a quota names; its sums are over all. ASSUMED.
	shownVouchers = 1000

	// departing is how many vouchers one transaction reclaims when an association ends: each is three items, and its quota may be a fourth.
	departing = 20

	// readAtOnce is how many vouchers of a list are read together.
	readAtOnce = 100

	// retryRounds is how often an effect is tried anew by [table.Retry], which is 6 times a round, while others change the same quota: each failure is
	// the success of somebody else, so that 64 at once are all served. ASSUMED. Source: CASES.md B35.
	retryRounds = 12
	firstPause  = 5 * time.Millisecond
	longPause   = 250 * time.Millisecond

	// exiting is the standing of a reseller that is leaving its distributor (退出中). ASSUMED name. Source: DOMAIN.md 11.
	exiting party.Standing = "exiting"
)

// The keys of limits on the wire. ASSUMED.
const (
	limitService  = "cloudServiceType"
	limitProduct  = "productId"
	limitCustomer = "customerId"
	limitMinOrder = "minOrderAmount"
)
