package subscription

import (
	"context"
	"iter"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// Settlement is what an order that was paid charged for one resource, or, below 0, what it gave back of it.
type Settlement struct {
	Order           OrderID
	Line            int // of the order, from 0
	Type            OrderType
	Source          Source
	At              time.Time // of the payment, business time, UTC
	Resource        ID
	Product         ProductID
	ServiceTypeCode string // of the order
	ServiceTypeName string
	Cash            money.Fen // from or to a balance
	CashCoupon      money.Fen
	Voucher         money.Fen
	Discount        money.Fen // that was taken off before
}

// Settles are the events after which an order of their owner is settled.
var Settles = []string{
	EventOrderPaid, EventRenewed, EventSpecChanged, EventUnsubscribed, EventShortened, EventToOnDemand, EventOrderNotOpened,
}

// Settled yields what a customer's orders settled from one instant to another, that excluded, of orders that were placed at most so long before, in the
// order of their placing, strongly consistent. Imported orders, whose money moved elsewhere, are left out.
func Settled(ctx context.Context, db *table.Client, customer auth.PartyID, from, to time.Time, before time.Duration) iter.Seq2[Settlement, error] {
	q := table.Query{
		PK: ownerKey(customer), From: orderKeyPrefix + prefixAt(from.Add(-before)), To: orderKeyPrefix + prefixAt(to) + afterFamily, Strong: true,
	}
	return func(yield func(Settlement, error) bool) {
		for o, err := range table.All[Order](ctx, db, q) {
			if err != nil {
				yield(Settlement{}, err)
				return
			}
			if o.Paid.IsZero() || o.Paid.Before(from) || !o.Paid.Before(to) || o.Source == SourceSupplementary {
				continue
			}
			for _, one := range o.settlements() {
				if !yield(one, nil) {
					return
				}
			}
		}
	}
}

// settlements gives what an order settled, line by line. A combined transaction settles nothing beside its parts.
func (o *Order) settlements() []Settlement {
	if len(o.Parts) > 0 {
		return nil
	}
	is := Settlement{
		Order: o.ID, Type: o.Type, Source: o.Source, At: o.Paid, ServiceTypeCode: o.ServiceTypeCode, ServiceTypeName: o.ServiceTypeName,
	}
	var all []Settlement
	if o.GivesBack {
		for n, l := range o.Refund.Lines {
			one := is
			one.Line, one.Resource, one.Product = n, l.Resource, l.Product
			one.Cash, one.CashCoupon, one.Voucher = l.CashCoupon-l.Back, -l.CashCoupon, -l.Voucher
			all = append(all, one)
		}
		return all
	}
	for n, l := range o.Lines {
		one := is
		one.Line, one.Resource, one.Product, one.Discount = n, l.Resource, l.Product, l.Discount
		one.Cash, one.CashCoupon, one.Voucher = l.Amount-l.CashCoupon, l.CashCoupon, l.Voucher
		all = append(all, one)
	}
	return all
}
