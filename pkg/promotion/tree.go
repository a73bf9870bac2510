package promotion

import (
	"context"
	"fmt"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Sums is where a quota's value is, summed over its vouchers and child quotas as they are. Fen.
type Sums struct {
	Value, Balance, Lost, Returned money.Fen // the quota's own
	Held, Used                     money.Fen // by and of its vouchers
	Children                       money.Fen // given to resellers and not taken back
}

// Check holds for a quota that has lost nothing and made nothing up. Source: CASES.md, invariant 4.
func (s Sums) Check() error {
	if all := s.Balance + s.Held + s.Children + s.Used + s.Lost + s.Returned; all != s.Value {
		return fmt.Errorf("balance %s, held %s, children %s, used %s, lost %s and returned %s are %s and not the value %s",
			s.Balance, s.Held, s.Children, s.Used, s.Lost, s.Returned, all, s.Value)
	}
	if min(s.Balance, s.Held, s.Children, s.Used, s.Lost, s.Returned) < 0 {
		return fmt.Errorf("some of %+v is less than nothing", s)
	}
	return nil
}

// Tree is a quota with its vouchers and child quotas.
type Tree struct {
	Quota    Quota
	Sums     Sums
	Vouchers []Coupon // the newest shownVouchers
	Count    int      // of all vouchers
	Children []Tree
}

// Grow reads the tree of a quota of a party, strongly consistent, again while it changes. Errors: ErrNoQuota, table.ErrConflict.
func Grow(ctx context.Context, db *table.Client, owner auth.PartyID, id QuotaID) (t Tree, err error) {
	err = table.Retry(ctx, func() error {
		t, err = grow(ctx, db, owner, id)
		return err
	})
	return t, err
}

// grow reads a tree once: the quota before and behind what is below it. Whatever goes from the one to the other changes the quota.
func grow(ctx context.Context, db *table.Client, owner auth.PartyID, id QuotaID) (Tree, error) {
	q, err := loadQuota(ctx, db, owner, id)
	if err != nil {
		return Tree{}, err
	}
	t := Tree{Quota: q, Sums: Sums{Value: q.Value, Balance: q.Balance, Lost: q.Lost, Returned: q.Returned}}
	if err := t.addVouchers(ctx, db); err != nil {
		return t, err
	}
	if err := t.addChildren(ctx, db); err != nil {
		return t, err
	}
	again, err := loadQuota(ctx, db, owner, id)
	if err == nil && again.Ver != q.Ver {
		err = table.ErrConflict
	}
	return t, err
}

func (t *Tree) addVouchers(ctx context.Context, db *table.Client) error {
	s := &Service{Table: db}
	query := recordsOf(t.Quota.Owner, recordPrefix, span{from: t.Quota.Created})
	for f, err := range s.issuedCoupons(ctx, query) {
		if err != nil {
			return err
		}
		if f.to.Quota != t.Quota.ID {
			continue
		}
		t.Sums.Held += f.coupon.Balance
		t.Sums.Used += f.coupon.Used
		if t.Count++; t.Count <= shownVouchers {
			t.Vouchers = append(t.Vouchers, f.coupon)
		}
	}
	return nil
}

func (t *Tree) addChildren(ctx context.Context, db *table.Client) error {
	if t.Quota.Parent != "" {
		return nil
	}
	query := table.Query{PK: ownerKey(t.Quota.Owner), Prefix: childPrefix, Strong: true}
	for c, err := range table.All[child](ctx, db, query) {
		if err != nil {
			return err
		}
		if c.Parent != t.Quota.ID {
			continue
		}
		below, err := Grow(ctx, db, c.Reseller, c.Quota)
		if err != nil {
			return err
		}
		t.Sums.Children += below.Quota.Value - below.Quota.Returned
		t.Children = append(t.Children, below)
	}
	return nil
}

type treeInput struct {
	QuotaID           string `path:"quota_id" maxLength:"64"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: the reseller whose quota"`
}

// TreeBody is a quota on the wire with where its value is. It is exported for the schema of the operations alone.
type TreeBody struct {
	QuotaBody
	OwnerID         auth.PartyID  `json:"owner_id"`
	VoucherAmount   rest.Amount   `json:"voucher_amount" doc:"What its vouchers hold"`
	ChildAmount     rest.Amount   `json:"child_quota_amount" doc:"Given to resellers and not taken back"`
	UsedAmount      rest.Amount   `json:"used_amount" doc:"Used of its own vouchers"`
	LostAmount      rest.Amount   `json:"lost_amount" doc:"Came back when the quota was invalid"`
	ReclaimedAmount rest.Amount   `json:"reclaimed_amount" doc:"Taken back by the distributor"`
	Balanced        bool          `json:"balanced" doc:"Whether balance and all of these are the quota's value"`
	VoucherCount    int           `json:"voucher_count"`
	Vouchers        []voucherBody `json:"vouchers" doc:"The newest 1000"`
	ChildQuotas     []TreeBody    `json:"child_quotas"`
}

type voucherBody struct {
	CouponID        CouponID     `json:"coupon_id"`
	CustomerID      auth.PartyID `json:"customer_id"`
	Status          CouponStatus `json:"status"`
	FaceValue       rest.Amount  `json:"face_value"`
	Balance         rest.Amount  `json:"balance"`
	UsedAmount      rest.Amount  `json:"used_amount"`
	ReclaimedAmount rest.Amount  `json:"reclaimed_amount"`
	Memo            string       `json:"memo,omitempty"`
}

type treeOutput struct{ Body TreeBody }

// showTree shows where a quota's value is.
func (s *Service) showTree(ctx context.Context, in *treeInput) (*treeOutput, error) {
	partner, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	t, err := Grow(ctx, s.Table, partner, QuotaID(in.QuotaID))
	if err != nil {
		return nil, err
	}
	return &treeOutput{Body: t.body(s.Clock.Now())}, nil
}

func (t Tree) body(now time.Time) TreeBody {
	b := TreeBody{
		QuotaBody: t.Quota.body(now), OwnerID: t.Quota.Owner, VoucherAmount: amount(t.Sums.Held), ChildAmount: amount(t.Sums.Children),
		UsedAmount: amount(t.Sums.Used), LostAmount: amount(t.Sums.Lost), ReclaimedAmount: amount(t.Sums.Returned), Balanced: t.Sums.Check() == nil,
		VoucherCount: t.Count, Vouchers: []voucherBody{}, ChildQuotas: []TreeBody{},
	}
	for _, c := range t.Vouchers {
		b.Vouchers = append(b.Vouchers, voucherBody{
			CouponID: c.ID, CustomerID: c.Customer, Status: c.StatusAt(now), FaceValue: amount(c.Face), Balance: amount(c.Balance),
			UsedAmount: amount(c.Used), ReclaimedAmount: amount(c.Back), Memo: c.Memo,
		})
	}
	for _, below := range t.Children {
		child := below.body(now)
		for i := range child.Vouchers {
			child.Vouchers[i].Memo = "" // it is for the issuer alone
		}
		b.ChildQuotas = append(b.ChildQuotas, child)
	}
	return b
}
