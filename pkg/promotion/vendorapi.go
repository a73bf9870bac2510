package promotion

import (
	"context"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

type grantInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	Body      struct {
		QuotaType           QuotaType    `json:"quota_type" minimum:"0" maximum:"1" doc:"0 vouchers, 1 cash coupons"`
		QuotaValue          rest.Amount  `json:"quota_value" doc:"Yuan, above 0, two decimals at most"`
		EffectiveTime       rest.Instant `json:"effective_time"`
		ExpireTime          rest.Instant `json:"expire_time"`
		CloudServiceTypes   []string     `json:"cloud_service_types,omitempty" maxItems:"10" maxLength:"64" doc:"What vouchers of it may be limited to; all when absent"`
		ProductIDs          []string     `json:"product_ids,omitempty" maxItems:"10" maxLength:"64"`
		CustomerIDs         []string     `json:"customer_ids,omitempty" maxItems:"100" maxLength:"64" doc:"Whom its vouchers may be issued to; anybody when absent"`
		MinOrderAmount      rest.Amount  `json:"min_order_amount,omitempty" doc:"Yuan: the least that an order costs which its vouchers pay"`
		VouchersPerCustomer int          `json:"vouchers_per_customer,omitempty" minimum:"0" maximum:"1000" doc:"Any number when 0 or absent"`
	}
}

type grantOutput struct {
	Body struct {
		QuotaID string `json:"quota_id"`
	}
}

// grantQuota gives a partner a quota.
func (s *Service) grantQuota(ctx context.Context, in *grantInput) (*grantOutput, error) {
	b := in.Body
	q := Quota{
		Owner: auth.PartyID(in.PartnerID), Type: b.QuotaType, Value: money.Fen(b.QuotaValue), Balance: money.Fen(b.QuotaValue),
		Effective: time.Time(b.EffectiveTime), Expire: time.Time(b.ExpireTime), Each: b.VouchersPerCustomer,
		Limits: Limits{Services: b.CloudServiceTypes, Products: b.ProductIDs, Customers: b.CustomerIDs, MinOrder: money.Fen(b.MinOrderAmount)},
	}
	id, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		id, err := s.grant(ctx, tx, q, now)
		return string(id), err
	})
	out := &grantOutput{}
	out.Body.QuotaID = id
	return out, err
}

// Grant appends to tx that a partner is granted a voucher quota without limits, from now until an instant: an incentive that is paid in vouchers.
// Errors: CBC.0100, party.ErrUnknown, party.ErrBlocked, party.ErrExiting.
func (s *Service) Grant(ctx context.Context, tx *table.Tx, partner auth.PartyID, value money.Fen, now, until time.Time) error {
	_, err := s.grant(ctx, tx, Quota{Owner: partner, Type: VoucherQuota, Value: value, Balance: value, Effective: now, Expire: until}, now)
	return err
}

// grant appends to tx that the vendor grants a quota. Errors: CBC.0100, party.ErrUnknown, party.ErrBlocked, party.ErrExiting.
func (s *Service) grant(ctx context.Context, tx *table.Tx, q Quota, now time.Time) (QuotaID, error) {
	if err := q.grantable(now); err != nil {
		return "", err
	}
	owner, err := s.grantee(ctx, q.Owner)
	if err != nil {
		return "", err
	}
	tx.Check(&owner)
	q.ID, q.Created, q.Updated = QuotaID(table.NewID(now)), now, now
	q.Head = quotaHead(q.Owner, q.ID)
	tx.Create(&q)
	q.tell(ctx, tx, EventGranted, q.Value, now)
	return q.ID, nil
}

// grantable holds for a quota that can be granted. Error: CBC.0100.
func (q Quota) grantable(now time.Time) error {
	switch {
	case q.Value <= 0:
		return problem.Invalid("quota_value", "%s is not more than 0", q.Value)
	case q.Limits.MinOrder < 0:
		return problem.Invalid("min_order_amount", "%s is less than 0", q.Limits.MinOrder)
	case q.Effective.IsZero():
		return problem.Invalid("effective_time", "a quota takes effect at some time")
	case !q.Expire.After(q.Effective):
		return problem.Invalid("expire_time", "a quota expires after it takes effect")
	case !q.Expire.After(now):
		return problem.Invalid("expire_time", "%s has passed", q.Expire.Format(time.RFC3339))
	}
	return nil
}

// grantee reads a partner that the vendor grants quotas to: resellers have theirs of their distributors. Errors: party.ErrUnknown, CBC.0100,
// party.ErrBlocked, party.ErrExiting.
func (s *Service) grantee(ctx context.Context, id auth.PartyID) (party.Party, error) {
	p, err := party.Get(ctx, s.Table, id)
	if err != nil {
		return p, err
	}
	if p.Kind != auth.Partner && p.Kind != auth.Distributor {
		return p, problem.Invalid("partner_id", "%q is a %s; quotas are granted to solution providers and distributors", id, p.Kind)
	}
	return p, s.mayGive(ctx, p)
}

// tell appends to tx what happened to a quota.
func (q Quota) tell(ctx context.Context, tx *table.Tx, kind string, amount money.Fen, now time.Time) {
	event.Append(tx, event.Event{
		Type: kind, Subject: string(q.ID), Owner: string(q.Owner), At: now, By: rest.Caller(ctx).Masked(),
		Data: map[string]string{"amount": amount.String(), "status": strconv.Itoa(int(q.StatusAt(now)))},
	})
}

type setStatusInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	QuotaID   string `path:"quota_id" maxLength:"64"`
	Body      struct {
		QuotaStatus QuotaStatus `json:"quota_status" minimum:"0" maximum:"5" doc:"0 normal, 3 invalid for good, 4 adjusting, 5 frozen"`
	}
}

// setQuotaStatus sets a quota's status; to set it again changes nothing.
func (s *Service) setQuotaStatus(ctx context.Context, in *setStatusInput) (*struct{}, error) {
	to := in.Body.QuotaStatus
	if to != QuotaNormal && to < QuotaInvalid {
		return nil, problem.Invalid("quota_status", "%d is none of 0, 3, 4 and 5", to)
	}
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		q, err := loadQuota(ctx, s.Table, auth.PartyID(in.PartnerID), QuotaID(in.QuotaID))
		if err != nil {
			return "", err
		}
		switch status := q.StatusAt(now); status {
		case to:
			return string(q.ID), nil
		case QuotaInvalid, QuotaReclaimed:
			return "", ErrQuota.Saying("quota %q is %s, for good", q.ID, status)
		default:
		}
		next := q
		next.Status, next.Updated = to, now
		tx.Replace(&q, &next)
		next.tell(ctx, tx, EventQuotaSet, next.Balance, now)
		return string(q.ID), nil
	})
	return nil, err
}
