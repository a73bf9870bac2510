package promotion

import (
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// Operation is what happened to a voucher or a quota. The numbers are BSS's. Source: the SDK's CouponRecordV2, QuotaRecord.
type Operation int

// The operations. Refunded is read alone: top-ups are not reversed.
const (
	Issued         Operation = 1
	TakenBack      Operation = 2 // by hand
	Unbound        Operation = 3 // the association ended
	Lapsed         Operation = 4 // the voucher expired
	Unsubscribed   Operation = 5 // given back by an unsubscription when it could no longer be used
	Refunded       Operation = 6
	Bound          Operation = 7 // an association began
	Switched       Operation = 8 // to another type of association
	Transferred    Operation = 9 // the reseller exits, and its distributor has the customer
	QuotaIssued    Operation = 10
	QuotaTakenBack Operation = 11
)

// The results of operations.
const (
	done   = 0
	failed = -1
)

// Record tells of one operation on a voucher. It is immutable, and the audit trail of vouchers: an event beside it would cost as much again.
type Record struct {
	table.Head
	ID        string       `dynamodbav:"id"` // of one that was issued, the voucher's
	By        string       `dynamodbav:"by"` // masked
	Operation Operation    `dynamodbav:"op"`
	Quota     QuotaID      `dynamodbav:"quota"`
	QuotaType QuotaType    `dynamodbav:"qtype"`
	Coupon    CouponID     `dynamodbav:"coupon,omitempty"` // none of one that was not issued
	Customer  auth.PartyID `dynamodbav:"cust"`
	Amount    money.Fen    `dynamodbav:"amount"`
	At        time.Time    `dynamodbav:"at"`
	Result    int          `dynamodbav:"result,omitempty"`
	Remark    string       `dynamodbav:"remark,omitempty"`
}

// write appends a record of a partner's voucher to tx.
func (r Record) write(tx *table.Tx, issuer auth.PartyID) {
	if r.ID == "" {
		r.ID = table.NewID(r.At)
	}
	r.Head = recordHead(issuer, r.At, r.ID)
	tx.Create(&r)
}

// quotaTypeOf gives the type of the quota that a voucher is of.
func quotaTypeOf(c Coupon) QuotaType {
	if c.Type == CashCoupon {
		return CashQuota
	}
	return VoucherQuota
}

// record gives the record of an operation on a voucher.
func (c Coupon) record(op Operation, amount money.Fen, by, remark string, now time.Time) Record {
	return Record{
		Operation: op, Quota: c.Quota, QuotaType: quotaTypeOf(c), Coupon: c.ID, Customer: c.Customer, Amount: amount, At: now, By: by, Remark: remark,
	}
}

// came appends to tx the record of what came back of a voucher.
func came(tx *table.Tx, c Coupon, op Operation, amount money.Fen, by string, now time.Time) {
	c.record(op, amount, by, "", now).write(tx, c.Issuer)
}

// QuotaRecord tells of one operation on a reseller's quota. It is immutable.
type QuotaRecord struct {
	table.Head
	ID        string       `dynamodbav:"id"`
	Operation Operation    `dynamodbav:"op"`
	Operator  string       `dynamodbav:"who"`
	Quota     QuotaID      `dynamodbav:"quota,omitempty"` // none of one that was not issued
	Parent    QuotaID      `dynamodbav:"parent"`
	Amount    money.Fen    `dynamodbav:"amount"`
	At        time.Time    `dynamodbav:"at"`
	Result    int          `dynamodbav:"result,omitempty"`
	Reseller  auth.PartyID `dynamodbav:"reseller"`
	Name      string       `dynamodbav:"name,omitempty"`
	Remark    string       `dynamodbav:"remark,omitempty"`
}

// write appends a record of a distributor to tx.
func (r QuotaRecord) write(tx *table.Tx, distributor auth.PartyID) {
	r.ID = table.NewID(r.At)
	r.Head = quotaRecordHead(distributor, r.At, r.ID)
	tx.Create(&r)
}
