package promotion

import (
	"context"
	"errors"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// QuotaID names a quota.
type QuotaID string

// QuotaType is what a quota gives. The numbers are BSS's.
type QuotaType int

// The types of quotas.
const (
	VoucherQuota QuotaType = 0
	CashQuota    QuotaType = 1 // 现金券额度
)

// QuotaStatus says what can be done with a quota. The numbers are BSS's. Source: the SDK's CouponQuotaV2, IssuedCouponQuota.
type QuotaStatus int

// The statuses of quotas.
const (
	QuotaNormal    QuotaStatus = 0
	QuotaInvalid   QuotaStatus = 3 // expired, or set so by the vendor
	QuotaAdjusting QuotaStatus = 4 // shown, but nothing is issued from it
	QuotaFrozen    QuotaStatus = 5
	QuotaReclaimed QuotaStatus = 6 // a reseller's, taken back by its distributor
)

// Quota is an amount that its owner may issue as vouchers, or a distributor as quotas of its resellers. All amounts are fen, all times business
// time in UTC.
type Quota struct {
	table.Head
	ID        QuotaID      `dynamodbav:"id"`
	Owner     auth.PartyID `dynamodbav:"owner"`
	Type      QuotaType    `dynamodbav:"type"`
	Value     money.Fen    `dynamodbav:"value"`
	Balance   money.Fen    `dynamodbav:"balance"`
	Lost      money.Fen    `dynamodbav:"lost,omitempty"`   // came back when the quota was invalid
	Returned  money.Fen    `dynamodbav:"return,omitempty"` // of a reseller's: taken back by its distributor
	Status    QuotaStatus  `dynamodbav:"status,omitempty"` // as it was set; [Quota.StatusAt] knows expiry as well
	Effective time.Time    `dynamodbav:"from"`
	Expire    time.Time    `dynamodbav:"until"` // the first instant at which it is expired
	Limits    Limits       `dynamodbav:"limits"`
	Each      int          `dynamodbav:"each,omitempty"` // vouchers that one customer can be issued of it; 0 is any number

	Parent      QuotaID      `dynamodbav:"parent,omitempty"` // of a reseller's: what it was issued from
	Distributor auth.PartyID `dynamodbav:"dist,omitempty"`   // of a reseller's: who issued it

	Created time.Time `dynamodbav:"created"`
	Updated time.Time `dynamodbav:"updated"`
}

// What is refused of quotas. ASSUMED codes. Source: DOMAIN.md 18.
var (
	ErrNoQuota   = problem.New(http.StatusBadRequest, "CBC.0101", "there is no such quota")
	ErrQuota     = problem.New(http.StatusBadRequest, "CBC.99001006", "nothing can be issued from the quota now")
	ErrShort     = problem.New(http.StatusBadRequest, "CBC.99001003", "the quota is too small")
	ErrTooMany   = problem.New(http.StatusBadRequest, "CBC.99001008", "the customer has as many vouchers of the quota as it may")
	ErrNotIssued = problem.New(http.StatusBadRequest, "CBC.99001009", "the quota can't be taken back")
)

// StatusAt gives a quota's status at an instant: expired ones are invalid.
func (q Quota) StatusAt(now time.Time) QuotaStatus {
	if q.Status != QuotaReclaimed && !now.Before(q.Expire) {
		return QuotaInvalid
	}
	return q.Status
}

// issuable holds while vouchers and quotas are issued from a quota. Error: ErrQuota. Source: DOMAIN.md 10, "quota state must be valid".
func (q Quota) issuable(now time.Time) error {
	switch status := q.StatusAt(now); {
	case status == QuotaNormal && now.Before(q.Effective):
		return ErrQuota.Saying("quota %q takes effect at %s only", q.ID, q.Effective.Format(time.RFC3339))
	case status == QuotaNormal:
		return nil
	default:
		return ErrQuota.Saying("quota %q is %s", q.ID, status)
	}
}

// String says a status in words.
func (s QuotaStatus) String() string {
	switch s {
	case QuotaNormal:
		return "normal"
	case QuotaAdjusting:
		return "being adjusted"
	case QuotaFrozen:
		return "frozen"
	case QuotaReclaimed:
		return "reclaimed"
	case QuotaInvalid:
	}
	return "invalid or expired"
}

// give takes an amount out of a quota. Error: ErrShort.
func (q Quota) give(amount money.Fen, now time.Time) (Quota, error) {
	if amount > q.Balance {
		return q, ErrShort.Saying("%s yuan are more than the %s that are left of quota %q", amount, q.Balance, q.ID)
	}
	q.Balance -= amount
	q.Updated = now
	return q, nil
}

// takeBack adds to a quota what comes back: to its balance while it is valid, after that it is lost; to a reclaimed one's balance too, from where
// its distributor can take it. ASSUMED. Source: DOMAIN.md 10, "balance returns to quota (if still valid; else lost)".
func (q Quota) takeBack(amount money.Fen, now time.Time) Quota {
	if q.Status == QuotaInvalid || !now.Before(q.Expire) {
		q.Lost += amount
	} else {
		q.Balance += amount
	}
	q.Updated = now
	return q
}

// window gives the time in which a voucher of a quota is valid: what is not asked for is the quota's, and what is asked for lies inside it.
// Error: CBC.0100. Source: DOMAIN.md 10, "must lie inside (ASSUMED)".
func (q Quota) window(valid, expire, now time.Time) (from, until time.Time, err error) {
	if valid.IsZero() {
		valid = q.Effective
	}
	if expire.IsZero() {
		expire = q.Expire
	}
	const format = "2006-01-02T15:04:05Z"
	switch {
	case valid.Before(q.Effective) || !valid.Before(q.Expire):
		err = problem.Invalid("valid_time", "%s is not within the quota's %s to %s", valid.Format(format), q.Effective.Format(format), q.Expire.Format(format))
	case expire.After(q.Expire):
		err = problem.Invalid("expire_time", "%s is after the quota's %s", expire.Format(format), q.Expire.Format(format))
	case !expire.After(valid):
		err = problem.Invalid("expire_time", "%s is not after %s, from when the voucher is valid", expire.Format(format), valid.Format(format))
	case !expire.After(now):
		err = problem.Invalid("expire_time", "%s has passed", expire.Format(format))
	}
	return valid, expire, err
}

// loadQuota reads a quota of a party, strongly consistent. Another's looks like one that does not exist. Error: ErrNoQuota.
func loadQuota(ctx context.Context, db *table.Client, owner auth.PartyID, id QuotaID) (Quota, error) {
	missing := ErrNoQuota.Saying("there is no quota %q", id).In("quota_id")
	if !table.IsID(string(id)) {
		return Quota{}, missing
	}
	var q Quota
	head := quotaHead(owner, id)
	err := db.Get(ctx, head.Key(), &q)
	if errors.Is(err, table.ErrNotFound) {
		return q, missing
	}
	return q, err
}
