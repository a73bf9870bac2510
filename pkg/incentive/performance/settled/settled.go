// Package settled gives package performance what the orders of package subscription have settled.
package settled

import (
	"context"
	"iter"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/subscription"
)

// Of gives the settled orders of a table.
func Of(db *table.Client) performance.Settled {
	return func(ctx context.Context, customer auth.PartyID, from, to time.Time, before time.Duration) iter.Seq2[performance.Settlement, error] {
		return func(yield func(performance.Settlement, error) bool) {
			for one, err := range subscription.Settled(ctx, db, customer, from, to, before) {
				if !yield(settlement(one), err) || err != nil {
					return
				}
			}
		}
	}
}

func settlement(one subscription.Settlement) performance.Settlement {
	return performance.Settlement{
		Order: string(one.Order), Line: one.Line, Detail: detailOf(one), At: one.At, Resource: string(one.Resource), Product: string(one.Product),
		ServiceTypeCode: one.ServiceTypeCode, ServiceTypeName: one.ServiceTypeName, Cash: one.Cash, CashCoupon: one.CashCoupon, Voucher: one.Voucher,
		Discount: one.Discount,
	}
}

// detailOf gives BSS's bill_detail_type of what an order settled.
func detailOf(one subscription.Settlement) int {
	back := one.Cash+one.CashCoupon+one.Voucher < 0
	switch {
	case one.Type == subscription.OrderNew:
		return performance.DetailNew
	case one.Type == subscription.OrderRenewal && one.Source == subscription.SourceSystem:
		return performance.DetailAuto
	case one.Type == subscription.OrderRenewal:
		return performance.DetailRenewal
	case one.Type == subscription.OrderChange && back:
		return performance.DetailSmaller
	case one.Type == subscription.OrderChange:
		return performance.DetailChange
	case one.Type == subscription.OrderToOnDemand:
		return performance.DetailToOnDemand
	}
	return performance.DetailUnsubscribe
}
