package promotion

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// issuing is what a partner issues to its customers: one voucher each.
type issuing struct {
	Partner   auth.PartyID
	Quota     QuotaID
	Customers []string
	Face      money.Fen
	Valid     time.Time // zero is the quota's, as Expire
	Expire    time.Time
	Limits    Limits
	Memo      string
	Code      string // of the caller's sensitive operations
}

// refused is why one of several got nothing.
type refused struct {
	ID        string `json:"id"`
	ErrorCode string `json:"error_code"`
	ErrorMsg  string `json:"error_msg"`
}

func refusedFor(id string, refusal *problem.Error) refused {
	return refused{ID: id, ErrorCode: refusal.Code, ErrorMsg: refusal.Public()}
}

// couponInfo is a voucher that a customer got.
type couponInfo struct {
	ID       string   `json:"id" doc:"The customer"`
	CouponID CouponID `json:"coupon_id"`
}

// issueResult is who got vouchers and who did not. It is what the request's claim keeps.
type issueResult struct {
	ErrorDetails []refused    `json:"error_details,omitempty"`
	CouponInfos  []couponInfo `json:"coupon_infos"`
}

// recipient is one of those that something is issued to, or why it is not.
type recipient struct {
	id      string
	party   party.Party
	count   *count // of a quota that limits how many a customer gets
	refusal *problem.Error
}

// count is how many vouchers of a quota a customer was issued.
type count struct {
	table.Head
	N int `dynamodbav:"n"`
}

// issue gives each customer a voucher, and what they cost is taken out of the quota, in one transaction. It holds only while the quota, and each
// customer's standing to the partner, are what was read; who may get none is refused by itself.
//
// Errors: ErrNoQuota, ErrQuota, ErrShort when the quota lacks enough for all, party.ErrBlocked, party.ErrExiting, CBC.0100, rest.ErrTryAgain.
func (s *Service) issue(ctx context.Context, in issuing) (issueResult, error) {
	return each(ctx, s, in.Code, func(tx *table.Tx, now time.Time) (issueResult, error) { return s.appendIssue(ctx, tx, in, now) })
}

// appendIssue is the effect of issue.
func (s *Service) appendIssue(ctx context.Context, tx *table.Tx, in issuing, now time.Time) (issueResult, error) {
	result := issueResult{CouponInfos: []couponInfo{}}
	q, err := loadQuota(ctx, s.Table, in.Partner, in.Quota)
	if err != nil {
		return result, err
	}
	voucher, err := draft(q, in, now)
	if err != nil {
		return result, err
	}
	partner, err := party.Get(ctx, s.Table, in.Partner)
	if err != nil {
		return result, err
	}
	if err := s.mayGive(ctx, partner); err != nil {
		return result, err
	}
	next := q
	for _, id := range in.Customers {
		r, err := s.recipientOf(ctx, q, in.Partner, id)
		if err != nil {
			return result, err
		}
		if r.refusal != nil {
			result.ErrorDetails = append(result.ErrorDetails, refusedFor(id, r.refusal))
			Record{
				Operation: Issued, Quota: q.ID, QuotaType: q.Type, Customer: auth.PartyID(id), Amount: in.Face, At: now, Result: failed,
				By: rest.Caller(ctx).Masked(), Remark: r.refusal.Public(),
			}.write(tx, in.Partner)
			continue
		}
		if next, err = next.give(in.Face, now); err != nil {
			return result, err
		}
		c := voucher
		c.ID, c.Customer = CouponID(table.NewID(now)), r.party.ID
		r.write(tx, q)
		c.write(tx, rest.Caller(ctx).Masked())
		result.CouponInfos = append(result.CouponInfos, couponInfo{ID: id, CouponID: c.ID})
	}
	if len(result.CouponInfos) > 0 {
		tx.Replace(&q, &next)
	}
	return result, nil
}

// draft gives a voucher of a quota as it would be issued, but for whose it is. Errors: ErrQuota, ErrShort, CBC.0100.
func draft(q Quota, in issuing, now time.Time) (Coupon, error) {
	if err := q.issuable(now); err != nil {
		return Coupon{}, err
	}
	valid, expire, err := q.window(in.Valid, in.Expire, now)
	if err != nil {
		return Coupon{}, err
	}
	limits, err := q.Limits.Narrow(in.Limits)
	if err != nil {
		return Coupon{}, err
	}
	all, err := in.Face.Times(len(in.Customers))
	if err != nil {
		return Coupon{}, problem.Invalid("face_value", "%v", err)
	}
	if _, err := q.give(all, now); err != nil {
		return Coupon{}, err
	}
	c := Coupon{
		Type: Voucher, Face: in.Face, Balance: in.Face, Status: CouponUsable, Issuer: in.Partner, Quota: q.ID, Valid: valid, Expire: expire,
		Limits: limits, Memo: in.Memo, Created: now, Updated: now,
	}
	if q.Type == CashQuota {
		c.Type = CashCoupon
	}
	return c, nil
}

// recipientOf reads a customer that a voucher is issued to, and says why it may get none.
func (s *Service) recipientOf(ctx context.Context, q Quota, partner auth.PartyID, id string) (recipient, error) {
	r := recipient{id: id}
	var err error
	r.party, err = party.CustomerOf(ctx, s.Table, partner, auth.PartyID(id))
	if errors.Is(err, party.ErrUnknown) && rest.Caller(ctx).Party != partner {
		err = ErrNotOfTheir.Saying("%q is no customer of the reseller %q", id, partner)
	}
	if err == nil {
		err = s.mayGive(ctx, r.party)
	}
	if err == nil && !q.Limits.Admits(r.party.ID) {
		err = ErrCantIssue.Saying("quota %q is for other customers than %q", q.ID, id)
	}
	if err == nil && q.Each > 0 {
		r.count, err = s.countOf(ctx, q, r.party.ID)
	}
	if refusal, ok := problem.As(err); ok {
		r.refusal, err = refusal, nil
	}
	return r, err
}

// countOf reads how many vouchers of a quota a customer was issued. Error: ErrTooMany when it may get no more.
func (s *Service) countOf(ctx context.Context, q Quota, customer auth.PartyID) (*count, error) {
	c := &count{}
	head := countHead(customer, q.ID)
	err := s.Table.Get(ctx, head.Key(), c)
	if errors.Is(err, table.ErrNotFound) {
		return &count{Head: head}, nil
	}
	if err == nil && c.N >= q.Each {
		err = ErrTooMany.Saying("customer %q was issued %d vouchers of quota %q, which allows %d each", customer, c.N, q.ID, q.Each)
	}
	return c, err
}

// write appends to tx that a customer is still what was read, and that it was issued one voucher more of a quota that counts them.
func (r recipient) write(tx *table.Tx, q Quota) {
	tx.Check(&r.party)
	switch {
	case q.Each == 0:
	case r.count.Ver == 0:
		tx.Create(&count{Head: r.count.Head, N: 1})
	default:
		tx.Replace(r.count, &count{Head: r.count.Head, N: r.count.N + 1})
	}
}

// write appends a new voucher to tx, with the record by which its issuer finds it.
func (c Coupon) write(tx *table.Tx, by string) {
	c.Head = couponHead(c.Customer, c.ID)
	c.arm()
	tx.Create(&c)
	r := c.record(Issued, c.Face, by, c.Memo, c.Created)
	r.ID = string(c.ID)
	r.write(tx, c.Issuer)
}
