package promotion

const (
	// Vouchers a batch, quotas taken back by a call and resellers of one (ASSUMED) are 10, said by the schemas of the operations: an issue to 10
	// customers is at most 43 items of its transaction. Source: DOMAIN.md 10 and 19.

	// historyMonths is how far back a customer sees used, expired and reclaimed vouchers. Source: DOMAIN.md 10, "Lists".
	historyMonths = 12

	// shownVouchers is how many vouchers the tree of a quota names; its sums are over all. ASSUMED.
	shownVouchers = 1000

	// departing is how many vouchers one transaction reclaims when an association ends: each is two items, and its quota may be a third.
	departing = 20

	// readAtOnce is how many vouchers of a list are read together.
	readAtOnce = 100
)

// The keys of limits on the wire. ASSUMED.
const (
	limitService  = "cloudServiceType"
	limitProduct  = "productId"
	limitCustomer = "customerId"
	limitMinOrder = "minOrderAmount"
)
