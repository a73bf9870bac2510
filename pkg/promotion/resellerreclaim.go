package promotion

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// quotaBack is what was taken back of a reseller's quota: the SDK's QuotaReclaim.
type quotaBack struct {
	QuotaID      QuotaID     `json:"quota_id"`
	QuotaBalance rest.Amount `json:"quota_balance" doc:"Of the reseller's quota after that"`
}

type backResult struct {
	ErrorDetails     []refused   `json:"error_details,omitempty"`
	SimpleQuotaInfos []quotaBack `json:"simple_quota_infos"`
}

// takeBackQuotas takes all that is left of resellers' quotas back into those that they were issued from, in one transaction; what can't be taken back
// is refused by itself. Source: DOMAIN.md 10, ReclaimCouponQuotas.
func (s *Service) takeBackQuotas(ctx context.Context, ids []string, remark, code string) (backResult, error) {
	return each(ctx, s, code, func(tx *table.Tx, now time.Time) (backResult, error) {
		return s.appendTakeBack(ctx, tx, ids, remark, now)
	})
}

func (s *Service) appendTakeBack(ctx context.Context, tx *table.Tx, ids []string, remark string, now time.Time) (backResult, error) {
	caller := rest.Caller(ctx)
	result, back := backResult{SimpleQuotaInfos: []quotaBack{}}, map[QuotaID]money.Fen{}
	distributor, err := party.Get(ctx, s.Table, caller.Party)
	if err != nil {
		return result, err
	}
	if err := mayTake(distributor); err != nil {
		return result, err
	}
	owners := map[QuotaID]auth.PartyID{}
	for _, id := range ids {
		q, reseller, err := s.returnable(ctx, caller.Party, QuotaID(id), now)
		if refusal, ok := problem.As(err); ok {
			result.ErrorDetails = append(result.ErrorDetails, refusedFor(id, refusal))
			continue
		}
		if err != nil {
			return result, err
		}
		next := q
		next.Returned, next.Balance, next.Status, next.Updated = q.Returned+q.Balance, 0, QuotaReclaimed, now
		tx.Replace(&q, &next)
		back[q.Parent] += q.Balance
		owners[q.Parent] = caller.Party
		next.tell(ctx, tx, EventQuotaReclaimed, q.Balance, now)
		QuotaRecord{
			Operation: QuotaTakenBack, Operator: string(caller.User), Quota: q.ID, Parent: q.Parent, Amount: q.Balance, At: now, Reseller: q.Owner,
			Name: reseller.Name, Remark: remark,
		}.write(tx, caller.Party)
		result.SimpleQuotaInfos = append(result.SimpleQuotaInfos, quotaBack{QuotaID: q.ID, QuotaBalance: 0})
	}
	return result, s.intoQuotas(ctx, tx, back, owners, now)
}

// returnable reads a quota of a reseller that its distributor can take back: one that has something left and is not expired. A frozen reseller's stays
// where it is. Errors: ErrNoQuota, ErrNotIssued, party.ErrBlocked.
func (s *Service) returnable(ctx context.Context, distributor auth.PartyID, id QuotaID, now time.Time) (Quota, party.Party, error) {
	q, err := s.childOf(ctx, distributor, id)
	if err != nil {
		return q, party.Party{}, err
	}
	reseller, err := party.Get(ctx, s.Table, q.Owner)
	if err != nil {
		return q, reseller, err
	}
	switch {
	case !now.Before(q.Expire) || q.Status == QuotaInvalid:
		err = ErrNotIssued.Saying("quota %q is %s", id, QuotaInvalid)
	case q.Balance == 0:
		err = ErrNotIssued.Saying("nothing is left of quota %q", id)
	default:
		err = mayTake(reseller)
	}
	return q, reseller, err
}
