package subscription

import (
	"context"
	"iter"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// Expiring yields what expires in a day's month of what the customers of a partner hold, main resources and attached ones by expiry, as the
// partner's index has it: keys and rows alone, perhaps as they were a moment ago. after is the G1SK behind which it starts; empty is the
// month's beginning. page is how many it reads at once.
func Expiring(
	ctx context.Context, db *table.Client, partner auth.PartyID, month calendar.Date, after string, page int32,
) iter.Seq2[*Subscription, error] {
	const next = "!" // sorts before every character of an id
	q := table.Query{Index: table.Listed, PK: partnerSubs(partner, month), Page: page}
	if after != "" {
		q.From = after + next
	}
	return table.All[Subscription](ctx, db, q)
}

// Stretch is a stretch of a resource's time, and what pays for it.
type Stretch struct {
	Transaction OrderID // as its customer sees it: the order, or the combined transaction that it is a part of
	Type        OrderType
	Term        calendar.Term // that the order bought
	Until       calendar.Date // the last day that it pays for
	Held        money.Fen     // paid, by whatever means, and not given back
}

// Payments reads what one customer's orders pay for, each order once.
type Payments struct {
	service  *Service
	customer auth.PartyID
	orders   bases
}

// PaymentsOf returns the payments of a customer.
func PaymentsOf(db *table.Client, customer auth.PartyID) *Payments {
	return &Payments{service: &Service{Table: db}, customer: customer, orders: bases{}}
}

// Resource reads a resource of the customer, a main or an attached one, strongly consistent. Error: ErrUnknown.
func (p *Payments) Resource(ctx context.Context, id ID) (Subscription, error) {
	family, err := loadAny(ctx, p.service.Table, p.customer, id)
	return family.Main, err
}

// Stretches gives what pays for a resource of the customer on a day or later, the newest first: it follows the orders from the last one back.
// Stretches that were unsubscribed are left out.
func (p *Payments) Stretches(ctx context.Context, s Subscription, since calendar.Date) ([]Stretch, error) {
	stakes, err := p.service.chain(ctx, p.orders, s, since.Start())
	if err != nil {
		return nil, err
	}
	all := make([]Stretch, len(stakes))
	for i, stake := range stakes {
		o := p.orders[stake.Order]
		all[i] = Stretch{Transaction: o.transaction(), Type: o.Type, Term: stake.Term, Until: stake.Line.To, Held: stake.held() + stake.Line.Voucher}
	}
	return all, nil
}

// Resources gives the resources that a transaction of the customer is of, in the order of its lines.
// Error: table.ErrNotFound.
func (p *Payments) Resources(ctx context.Context, id OrderID) ([]ID, error) {
	top, err := p.service.base(ctx, p.orders, p.customer, id)
	if err != nil {
		return nil, err
	}
	var ids []ID
	for _, part := range append([]OrderID{id}, top.Parts...) {
		o, err := p.service.base(ctx, p.orders, p.customer, part)
		if err != nil {
			return nil, err
		}
		for _, l := range o.Lines {
			ids = append(ids, l.Resource)
		}
	}
	return ids, nil
}

// transaction names the order as its customer sees it.
func (o Order) transaction() OrderID {
	if o.Combined != "" {
		return o.Combined
	}
	return o.ID
}
