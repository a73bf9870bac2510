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

// child points from a distributor to a quota that it issued to a reseller.
type child struct {
	table.Head
	Quota    QuotaID      `dynamodbav:"quota"`
	Reseller auth.PartyID `dynamodbav:"reseller"`
	Parent   QuotaID      `dynamodbav:"parent"`
}

// quotaInfo is the quota that a reseller got: the SDK's QuotaSimpleInfo.
type quotaInfo struct {
	ID      string  `json:"id" doc:"The reseller"`
	QuotaID QuotaID `json:"quota_id"`
}

// quotasResult is who got quotas and who did not. It is what the request's claim keeps.
type quotasResult struct {
	ErrorDetails     []refused   `json:"error_details,omitempty"`
	SimpleQuotaInfos []quotaInfo `json:"simple_quota_infos"`
}

// issueDown gives resellers quotas of one amount each, out of the distributor's, in one transaction; who may get none is refused by itself.
//
// Errors: ErrNoQuota, ErrQuota, ErrShort when the quota lacks enough for all, party.ErrBlocked, CBC.0100, rest.ErrTryAgain.
// Source: DOMAIN.md 10, UpdateCouponQuotas.
func (s *Service) issueDown(ctx context.Context, id QuotaID, resellers []string, value money.Fen, code string) (quotasResult, error) {
	return each(ctx, s, code, func(tx *table.Tx, now time.Time) (quotasResult, error) {
		return s.appendIssueDown(ctx, tx, id, resellers, value, now)
	})
}

func (s *Service) appendIssueDown(
	ctx context.Context, tx *table.Tx, id QuotaID, resellers []string, each money.Fen, now time.Time,
) (quotasResult, error) {
	caller := rest.Caller(ctx)
	result := quotasResult{SimpleQuotaInfos: []quotaInfo{}}
	parent, err := loadQuota(ctx, s.Table, caller.Party, id)
	if err != nil {
		return result, err
	}
	if err := parent.divisible(each, len(resellers), now); err != nil {
		return result, err
	}
	distributor, err := party.Get(ctx, s.Table, caller.Party)
	if err != nil {
		return result, err
	}
	if err := s.mayGive(ctx, distributor); err != nil {
		return result, err
	}
	next := parent
	for _, id := range resellers {
		reseller, err := s.resellerOf(ctx, caller.Party, auth.PartyID(id))
		record := QuotaRecord{
			Operation: QuotaIssued, Operator: string(caller.User), Parent: parent.ID, Amount: each, At: now, Reseller: auth.PartyID(id), Name: reseller.Name,
		}
		if refusal, ok := problem.As(err); ok {
			result.ErrorDetails = append(result.ErrorDetails, refusedFor(id, refusal))
			record.Result, record.Remark = failed, refusal.Public()
			record.write(tx, caller.Party)
			continue
		}
		if err != nil {
			return result, err
		}
		if next, err = next.give(each, now); err != nil {
			return result, err
		}
		tx.Check(&reseller)
		q := parent.child(reseller.ID, each, now)
		q.writeChild(ctx, tx, now)
		record.Quota = q.ID
		record.write(tx, caller.Party)
		result.SimpleQuotaInfos = append(result.SimpleQuotaInfos, quotaInfo{ID: id, QuotaID: q.ID})
	}
	if len(result.SimpleQuotaInfos) > 0 {
		tx.Replace(&parent, &next)
	}
	return result, nil
}

// divisible holds for a quota that n resellers can get an amount each of. Errors: ErrQuota, ErrShort, CBC.0100.
func (q Quota) divisible(each money.Fen, n int, now time.Time) error {
	if q.Type != VoucherQuota {
		return ErrQuota.Saying("quota %q is one of cash coupons; resellers get quotas of vouchers", q.ID)
	}
	if err := q.issuable(now); err != nil {
		return err
	}
	all, err := each.Times(n)
	if err != nil {
		return problem.Invalid("quota_amount", "%v", err)
	}
	_, err = q.give(all, now)
	return err
}

// child gives a quota of a reseller out of q, with its term and limits.
func (q Quota) child(reseller auth.PartyID, value money.Fen, now time.Time) Quota {
	id := QuotaID(table.NewID(now))
	return Quota{
		Head: quotaHead(reseller, id), ID: id, Owner: reseller, Type: q.Type, Value: value, Balance: value, Effective: q.Effective, Expire: q.Expire,
		Limits: q.Limits, Each: q.Each, Parent: q.ID, Distributor: q.Owner, Created: now, Updated: now,
	}
}

// writeChild appends to tx a new quota of a reseller, with its place in its distributor's list and its event.
func (q Quota) writeChild(ctx context.Context, tx *table.Tx, now time.Time) {
	tx.Create(&q)
	tx.Create(&child{Head: childHead(q.Distributor, q.ID), Quota: q.ID, Reseller: q.Owner, Parent: q.Parent})
	q.tell(ctx, tx, EventQuotaIssued, q.Value, now)
}

// resellerOf reads a reseller of a distributor that may get quotas. Errors: party.ErrNotMine, party.ErrBlocked, party.ErrExiting.
func (s *Service) resellerOf(ctx context.Context, distributor, id auth.PartyID) (party.Party, error) {
	p, err := party.Get(ctx, s.Table, id)
	if errors.Is(err, party.ErrUnknown) || err == nil && (p.Kind != auth.Reseller || p.Distributor != distributor) {
		return party.Party{}, party.ErrNotMine.Saying("%q is no reseller of yours", id)
	}
	if err != nil {
		return p, err
	}
	return p, s.mayGive(ctx, p)
}

// childOf reads a quota that a distributor issued to a reseller. Another's looks like one that does not exist. Error: ErrNoQuota.
func (s *Service) childOf(ctx context.Context, distributor auth.PartyID, id QuotaID) (Quota, error) {
	missing := ErrNoQuota.Saying("there is no quota %q", id).In("quota_id")
	if !table.IsID(string(id)) {
		return Quota{}, missing
	}
	var to child
	head := childHead(distributor, id)
	err := s.Table.Get(ctx, head.Key(), &to)
	if errors.Is(err, table.ErrNotFound) {
		return Quota{}, missing
	}
	if err != nil {
		return Quota{}, err
	}
	return loadQuota(ctx, s.Table, to.Reseller, id)
}
