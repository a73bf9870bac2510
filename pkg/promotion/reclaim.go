package promotion

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// reclaim takes back all that is left of a voucher of a resale customer into its quota.
//
// Errors: ErrNoCoupon, ErrNotBack, ErrNotResale, party.ErrBlocked, rest.ErrTryAgain. Source: DOMAIN.md 10, "Reclaim".
func (s *Service) reclaim(ctx context.Context, partner auth.PartyID, id CouponID, code string) error {
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		c, err := loadIssued(ctx, s.Table, partner, id)
		if err != nil {
			return "", err
		}
		if err := c.reclaimable(now); err != nil {
			return "", err
		}
		if err := s.mayReclaim(ctx, partner, c.Customer); err != nil {
			return "", err
		}
		if err := s.proven(ctx, tx, code); err != nil {
			return "", err
		}
		return string(id), s.endCoupon(ctx, tx, c, ending{Status: CouponReclaimed, Operation: TakenBack, By: rest.Caller(ctx).Masked()}, now)
	})
	return err
}

// mayReclaim holds while a partner may take vouchers back from a customer. Errors: party.ErrBlocked, ErrNotResale.
func (s *Service) mayReclaim(ctx context.Context, partner, customer auth.PartyID) error {
	issuer, err := party.Get(ctx, s.Table, partner)
	if err != nil {
		return err
	}
	if err := mayTake(issuer); err != nil {
		return err
	}
	holder, err := party.Get(ctx, s.Table, customer)
	if err != nil {
		return err
	}
	if holder.Partner != partner || holder.AssociationType != party.Resale {
		return ErrNotResale.Saying("customer %q is no resale customer of yours: its vouchers are not taken back", customer)
	}
	return mayTake(holder)
}

// ending is how a voucher ends.
type ending struct {
	Status    CouponStatus
	Operation Operation
	By        string
}

// endCoupon appends to tx that a voucher ends and what is left of it goes back to its quota, if it is of one.
func (s *Service) endCoupon(ctx context.Context, tx *table.Tx, c Coupon, e ending, now time.Time) error {
	next, left := c.end(e.Status, now)
	if c.Type == DiscountCoupon {
		tx.Replace(&c, &next)
		return nil
	}
	q, err := loadQuota(ctx, s.Table, c.Issuer, c.Quota)
	if err != nil {
		return err
	}
	after := q.takeBack(left, now)
	tx.Replace(&c, &next)
	tx.Replace(&q, &after)
	came(tx, c, e.Operation, left, e.By, now)
	return nil
}

// DoCoupon ends a voucher that has expired. It is a lifecycle.Handler. One that an order holds lives until the order lets it go.
func (s *Service) DoCoupon(ctx context.Context, due lifecycle.Due) error {
	var c Coupon
	now := s.Clock.Now()
	if err := lifecycle.Load(ctx, s.Table, due.Key, now, &c); err != nil {
		return err
	}
	if c.Lock != "" {
		next := c
		lifecycle.Disarm(&next.Head)
		return s.Table.Replace(ctx, &c, &next)
	}
	tx := table.NewTx()
	if err := s.endCoupon(ctx, tx, c, ending{Status: CouponExpired, Operation: Lapsed, By: system}, now); err != nil {
		return err
	}
	return s.Table.Commit(ctx, tx)
}
