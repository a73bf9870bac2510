package promotion

import (
	"context"
	"errors"
	"math/big"
	"net/http"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// CouponID names a voucher.
type CouponID string

// The kinds of coupons as orders name them. Source: DOMAIN.md 2, PayOrders.
const (
	DiscountCoupon = 300 // of the vendor's: takes a percentage off one order
	Voucher        = 301
	CashCoupon     = 302
)

// CouponStatus says what became of a voucher. The numbers are BSS's; none is ever inactive (1), since vouchers need no activation.
type CouponStatus int

// The statuses of vouchers. Source: the SDK's IQueryUserPartnerCouponsResultV2.
const (
	CouponUsable    CouponStatus = 2
	CouponUsed      CouponStatus = 3 // wholly
	CouponExpired   CouponStatus = 4
	CouponReclaimed CouponStatus = 5
)

// Coupon is a voucher, a cash coupon or a discount coupon of a customer. Face is always Balance + Used + Back. All amounts are fen, all times business time in UTC.
type Coupon struct {
	table.Head
	ID       CouponID     `dynamodbav:"id"`
	Type     int          `dynamodbav:"type"`          // DiscountCoupon, Voucher or CashCoupon
	Percent  int          `dynamodbav:"pct,omitempty"` // of a discount coupon, which holds no money
	Balance  money.Fen    `dynamodbav:"balance"`
	Face     money.Fen    `dynamodbav:"face"`
	Used     money.Fen    `dynamodbav:"used,omitempty"`
	Back     money.Fen    `dynamodbav:"back,omitempty"` // went back to the quota
	Status   CouponStatus `dynamodbav:"status"`         // as it was set; [Coupon.StatusAt] knows expiry as well
	Customer auth.PartyID `dynamodbav:"cust"`
	Issuer   auth.PartyID `dynamodbav:"issuer"`
	Quota    QuotaID      `dynamodbav:"quota"` // none of a discount coupon
	Valid    time.Time    `dynamodbav:"from"`
	Expire   time.Time    `dynamodbav:"until"` // the first instant at which it is expired
	Limits   Limits       `dynamodbav:"limits"`
	Lock     string       `dynamodbav:"lock,omitempty"`  // the pending order that holds it
	Order    string       `dynamodbav:"order,omitempty"` // that used it last
	LastUsed time.Time    `dynamodbav:"used_at,omitempty"`
	Memo     string       `dynamodbav:"memo,omitempty"` // for the issuer alone
	Created  time.Time    `dynamodbav:"created"`
	Updated  time.Time    `dynamodbav:"updated"`
}

// What is refused of vouchers. ASSUMED codes. Source: DOMAIN.md 18.
var (
	ErrNoCoupon  = problem.New(http.StatusBadRequest, "CBC.0101", "there is no such voucher")
	ErrNotBack   = problem.New(http.StatusBadRequest, "CBC.99001004", "the voucher can't be taken back")
	ErrNotUsable = problem.New(http.StatusBadRequest, "CBC.99001014", "the voucher can't be used")
	ErrNotResale = problem.New(http.StatusBadRequest, "CBC.99001002", "only resale customers' vouchers are taken back")
	errOverspent = errors.New("more than the voucher holds or was used of it")
	statusWords  = map[CouponStatus]string{
		CouponUsable: "usable", CouponUsed: "used up", CouponExpired: "expired", CouponReclaimed: "reclaimed",
	}
)

// String says a status in words.
func (s CouponStatus) String() string { return statusWords[s] }

// StatusAt gives a voucher's status at an instant: one that has passed its term is expired, unless an order that awaits payment holds it.
func (c Coupon) StatusAt(now time.Time) CouponStatus {
	if c.Status == CouponUsable && c.Lock == "" && !now.Before(c.Expire) {
		return CouponExpired
	}
	return c.Status
}

// Usable holds while an order can be paid with a voucher, or that order holds it. Error: ErrNotUsable.
func (c Coupon) Usable(order string, now time.Time) error {
	switch status := c.StatusAt(now); {
	case status != CouponUsable:
		return ErrNotUsable.Saying("voucher %q is %s", c.ID, status)
	case c.Lock != "" && c.Lock != order:
		return ErrNotUsable.Saying("voucher %q is locked by another order", c.ID)
	case now.Before(c.Valid):
		return ErrNotUsable.Saying("voucher %q is valid from %s only", c.ID, c.Valid.Format(time.RFC3339))
	}
	return nil
}

// Pays gives what a coupon takes off a price, in fen: all that it holds at most, or its percentage, rounded down.
func (c Coupon) Pays(price money.Fen) money.Fen {
	if c.Type == DiscountCoupon {
		return money.Floor(big.NewRat(int64(price)*int64(c.Percent), wholePercent))
	}
	return min(c.Balance, price)
}

// wholePercent is all of something.
const wholePercent = 100

// reclaimable holds for a voucher that its issuer can take back. Error: ErrNotBack. Source: DOMAIN.md 10, "only status 2 usable".
func (c Coupon) reclaimable(now time.Time) error {
	switch status := c.StatusAt(now); {
	case status != CouponUsable:
		return ErrNotBack.Saying("voucher %q is %s", c.ID, status)
	case c.Lock != "":
		return ErrNotBack.Saying("voucher %q is locked by order %q", c.ID, c.Lock)
	}
	return nil
}

// end takes all that is left out of a voucher, which is of a status from then on.
func (c Coupon) end(status CouponStatus, now time.Time) (Coupon, money.Fen) {
	left := c.Balance
	c.Balance, c.Back, c.Status, c.Lock, c.Updated = 0, c.Back+left, status, "", now
	lifecycle.Disarm(&c.Head)
	return c, left
}

// arm makes a voucher due when it expires.
func (c *Coupon) arm() {
	lifecycle.Arm(&c.Head, WorkCoupon, string(c.Customer), string(c.ID), c.Expire)
}

// loadCoupon reads a voucher of a customer, strongly consistent. Error: ErrNoCoupon.
func loadCoupon(ctx context.Context, db *table.Client, customer auth.PartyID, id CouponID) (Coupon, error) {
	var c Coupon
	missing := ErrNoCoupon.Saying("there is no voucher %q", id).In("coupon_id")
	if !table.IsID(string(id)) {
		return c, missing
	}
	head := couponHead(customer, id)
	err := db.Get(ctx, head.Key(), &c)
	if errors.Is(err, table.ErrNotFound) {
		return c, missing
	}
	return c, err
}

// loadIssued reads a voucher that a partner issued, strongly consistent. Another's looks like one that does not exist. Error: ErrNoCoupon.
func loadIssued(ctx context.Context, db *table.Client, issuer auth.PartyID, id CouponID) (Coupon, error) {
	missing := ErrNoCoupon.Saying("there is no voucher %q", id).In("coupon_id")
	at, err := ulid.ParseStrict(string(id))
	if err != nil {
		return Coupon{}, missing
	}
	var to Record
	head := recordHead(issuer, at.Timestamp(), string(id))
	err = db.Get(ctx, head.Key(), &to)
	if errors.Is(err, table.ErrNotFound) {
		return Coupon{}, missing
	}
	if err != nil {
		return Coupon{}, err
	}
	return loadCoupon(ctx, db, to.Customer, id)
}
