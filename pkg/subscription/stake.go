package subscription

import (
	"context"
	"fmt"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/party"
)

// longestChain bounds the orders that are looked at for what is left of one resource: monthly renewals up to the longest term, each changed.
const longestChain = 2 * longestTermMonths

// bases are the orders that pay for a family, by id.
type bases map[OrderID]Order

// stakesOf reads what a family's holder still holds of it, each resource's newest stretch first: it follows the orders that paid for it from
// the last one back to the one that is over.
func (s *Service) stakesOf(ctx context.Context, f Family, now time.Time) ([]Stake, bases, error) {
	var stakes []Stake
	paid := bases{}
	for _, member := range f.Members() {
		held, err := s.chain(ctx, paid, member, now)
		if err != nil {
			return nil, nil, err
		}
		stakes = append(stakes, held...)
	}
	return stakes, paid, nil
}

// own tells whether what a resale customer paid at an instant was all its own money: it was not this partner's resale customer then, so that the
// partner, who can take back what it appropriates, had given none of it. Source: DOMAIN.md 3, Effects: "refund goes to customer account, can be withdrawn".
func own(holder party.Party, paid time.Time) bool {
	partner, kind, _ := holder.AssociatedAt(paid)
	return holder.AssociationType == party.Resale && (partner != holder.Partner || kind != party.Resale)
}

// chain follows the orders of one resource.
func (s *Service) chain(ctx context.Context, paid bases, member Subscription, now time.Time) ([]Stake, error) {
	var stakes []Stake
	id := member.LastOrder
	for range longestChain {
		if id == "" {
			return stakes, nil
		}
		o, err := s.base(ctx, paid, member.Customer, id)
		if err != nil {
			return nil, fmt.Errorf("order %s of %s: %w", id, member.ResourceID, err)
		}
		next, live := OrderID(""), o.Type == OrderChange // what was changed began earlier: what is before it may last longer
		for at, l := range o.Lines {
			if l.Resource != member.ResourceID {
				continue
			}
			next = l.Prev
			one := Stake{Order: o.ID, At: at, Line: l, Term: calendar.Term{Unit: o.Unit, Count: o.Count}, Extra: o.Extra, Payer: o.Payer(), Coupon: o.couponID()}
			if l.Ended || one.over(now) {
				live = live || l.Ended
				continue
			}
			stakes, live = append(stakes, one), true
		}
		if !live {
			return stakes, nil
		}
		id = next
	}
	return nil, fmt.Errorf("resource %s: more than %d orders pay for it", member.ResourceID, longestChain)
}

func (s *Service) base(ctx context.Context, paid bases, customer auth.PartyID, id OrderID) (Order, error) {
	if o, known := paid[id]; known {
		return o, nil
	}
	var o Order
	if err := s.Table.Get(ctx, orderKey(customer, id), &o); err != nil {
		return o, err
	}
	paid[id] = o
	return o, nil
}
