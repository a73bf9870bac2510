package promotion

import (
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	PARTY#<partner> / QUOTA#<quota>                     a quota
//	PARTY#<distributor> / CHILDQUOTA#<quota>            points to a quota that it issued to a reseller
//	PARTY#<distributor> / QUOTARECORD#<second>#<id>     what it issued to and took from resellers
//	PARTY#<partner> / COUPONRECORD#<second>#<id>        what happened to its vouchers; of one that was issued the id is the voucher's
//	PARTY#<customer> / COUPON#<coupon>                  a voucher                           due work "coupon" while it is usable
//	PARTY#<customer> / COUPONCOUNT#<quota>              how many it was issued of a quota that limits that
//
// Ids start with the time at which they were made, so that lists are by time and the vouchers of a quota do not stand before its time.
//
// Access patterns: a partner's quotas, newest first; a quota by its holder and id; a distributor's quotas to resellers; a partner's vouchers, newest
// first, and those of one quota; a customer's vouchers; the records of a partner by time.

// WorkCoupon is the kind of due work that this capability does: a voucher expires.
const WorkCoupon = "coupon"

const (
	quotaPrefix       = "QUOTA#"
	childPrefix       = "CHILDQUOTA#"
	quotaRecordPrefix = "QUOTARECORD#"
	recordPrefix      = "COUPONRECORD#"
	couponPrefix      = "COUPON#"
	behind            = "~" // sorts behind every character of an id
	secondFormat      = "20060102T150405"
)

func ownerKey(owner auth.PartyID) string { return "PARTY#" + string(owner) }

func quotaHead(owner auth.PartyID, id QuotaID) table.Head {
	return table.Head{PK: ownerKey(owner), SK: quotaPrefix + string(id)}
}

func childHead(distributor auth.PartyID, id QuotaID) table.Head {
	return table.Head{PK: ownerKey(distributor), SK: childPrefix + string(id)}
}

func couponHead(customer auth.PartyID, id CouponID) table.Head {
	return table.Head{PK: ownerKey(customer), SK: couponPrefix + string(id)}
}

func countHead(customer auth.PartyID, id QuotaID) table.Head {
	return table.Head{PK: ownerKey(customer), SK: "COUPONCOUNT#" + string(id)}
}

func recordHead(issuer auth.PartyID, at time.Time, id string) table.Head {
	return table.Head{PK: ownerKey(issuer), SK: recordPrefix + at.UTC().Format(secondFormat) + "#" + id}
}

func quotaRecordHead(distributor auth.PartyID, at time.Time, id string) table.Head {
	return table.Head{PK: ownerKey(distributor), SK: quotaRecordPrefix + at.UTC().Format(secondFormat) + "#" + id}
}
