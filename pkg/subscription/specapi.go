package subscription

import (
	"context"
	"errors"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type specInput struct {
	rest.Lenient
	ResourceID string `path:"resource_id" maxLength:"64"`
	Body       struct {
		ProductID string `json:"product_id" minLength:"1" maxLength:"64" doc:"Another spec of the same service, type and region"`
		IsAutoPay int    `json:"is_auto_pay,omitempty" enum:"0,1" doc:"1 pays an up-spec at once"`
	}
}

type specOutput struct {
	Body struct {
		OrderID OrderID     `json:"order_id"`
		Status  int         `json:"status" doc:"5 completed, 6 awaiting payment"`
		Amount  rest.Amount `json:"amount" doc:"Yuan to pay; of a down-spec what is given back, negative"`
	}
}

// changeSpecOf orders another spec of a resource, a main or an attached one. An up-spec is paid for the whole hours that remain; a
// down-spec takes effect at once and gives back what they are worth less. Source: DOMAIN.md 1, Decisions 9.
func (s *Service) changeSpecOf(ctx context.Context, in *specInput) (*specOutput, error) {
	caller := rest.Caller(ctx)
	o, err := s.once(ctx, 0, func() (Order, error) {
		return s.orderSpec(ctx, caller, ID(in.ResourceID), ProductID(in.Body.ProductID), in.Body.IsAutoPay == 1)
	})
	if err != nil {
		return nil, err
	}
	out := &specOutput{}
	out.Body.OrderID, out.Body.Status, out.Body.Amount = o.ID, int(o.Status), rest.Amount(o.Amount)
	if o.Refund != nil {
		out.Body.Amount = -out.Body.Amount
	}
	return out, unpaid([]judged{{Order: o}}, in.Body.IsAutoPay == 1)
}

// respec is one wish to change the spec of a member of a family.
type respec struct {
	ending
	member   Subscription
	old, new Product
}

// orderSpec places the order of a change. Errors: ErrUnknown, ErrNoProduct, ErrUnknownTerm, those of GuardChange, ErrNoSuchPeriod,
// and for a lesser spec ErrSavingsPlan and ErrNotRefundable.
func (s *Service) orderSpec(ctx context.Context, caller auth.Principal, id ID, to ProductID, pay bool) (Order, error) {
	r, err := s.respecOf(ctx, caller, id, to)
	if err != nil {
		return Order{}, err
	}
	if err := GuardChange(r.member, r.old, r.new, r.now); err != nil {
		return Order{}, err
	}
	for _, stretch := range stretches(r.stakes) {
		term := stretch[len(stretch)-1].Term
		if _, sold := r.new.Price(term); !sold {
			return Order{}, ErrNoSuchPeriod.Saying("product %q is not sold by the %s", r.new.ID, term.Unit).In("product_id")
		}
	}
	claim := func(tx *table.Tx, o Order) { rest.ClaimOf(ctx).Put(tx, 0, string(o.ID)) }
	if r.dearer() {
		return s.upSpec(ctx, r, pay, claim)
	}
	if err := guardRefundable(r.member, r.old); err != nil {
		return Order{}, err
	}
	return s.downSpec(ctx, r, claim)
}

// respecOf reads what a change needs to know; the stakes are those of the resource alone.
func (s *Service) respecOf(ctx context.Context, caller auth.Principal, id ID, to ProductID) (respec, error) {
	main, err := mainOf(ctx, s.Table, caller.Party, id)
	if isAbsent(err) {
		main, err = id, nil
	}
	if err != nil {
		return respec{}, err
	}
	var r respec
	if r.ending, err = s.begin(ctx, caller.Party, main, caller.Masked()); err != nil {
		return r, err
	}
	for _, one := range r.family.Members() {
		if one.ResourceID == id {
			r.member = one
		}
	}
	if r.old, err = loadProduct(ctx, s.Table, r.member.ProductID); err != nil {
		return r, err
	}
	if r.new, err = loadProduct(ctx, s.Table, to); err != nil {
		return r, err
	}
	var own []Stake
	for _, stake := range r.stakes {
		if stake.Line.Resource == id {
			own = append(own, stake)
		}
	}
	if r.stakes = own; len(own) == 0 && r.member.Status == StatusInUse {
		return r, ErrUnknownTerm.Saying("no order is known that pays for resource %q until %s; change its spec in the next term", id, r.member.Expiry)
	}
	return r, nil
}

// term gives the term of the running stretch, whose unit tells which of two products is the dearer one.
func (r respec) term() calendar.Term {
	all := stretches(r.stakes)
	if len(all) == 0 {
		return r.member.Bought
	}
	running := all[len(all)-1]
	return running[len(running)-1].Term
}

func (r respec) dearer() bool { return r.difference(r.term(), 0) > 0 }

// difference gives what the new product costs more for a term, with the days that a unified expiry day added to it.
func (r respec) difference(term calendar.Term, extra int) money.Fen {
	return priceOf(r.new, term, extra) - priceOf(r.old, term, extra)
}

func priceOf(p Product, term calendar.Term, extra int) money.Fen {
	price, _ := p.Price(term)
	return price + p.days(term.Unit, extra)
}

// upSpec places the order of a dearer spec: paid, or awaiting payment.
func (s *Service) upSpec(ctx context.Context, r respec, pay bool, claim func(*table.Tx, Order)) (Order, error) {
	o := r.changeOrder()
	o.Lines = Dearer(r.stakes, r.difference, r.now)
	for i := range o.Lines {
		o.Lines[i].Product, o.Lines[i].Old, o.Lines[i].Prev = r.new.ID, r.old.ID, r.member.LastOrder
	}
	o.Amount = Total(o.Lines)
	if pay {
		payer, err := s.payer(ctx, r.holder)
		if err != nil {
			return o, err
		}
		tx, t := table.NewTx(), Transaction{Top: o}
		switch err := debit(tx, payer, &t, r.now); {
		case err == nil:
			paid := t.Top
			tx.Create(&paid)
			s.respecced(tx, r, paid, true)
			claim(tx, paid)
			return paid, s.Table.Commit(ctx, tx)
		case !errors.Is(err, account.ErrInsufficientBalance):
			return o, err
		}
	}
	awaiting(&o, r.now)
	tx := table.NewTx()
	tx.Create(&o)
	r.family.change(tx, func(one Subscription) Subscription {
		one.PendingOrder = o.ID
		return one
	})
	event.Append(tx, r.event(EventSpecOrdered, o))
	claim(tx, o)
	return o, s.Table.Commit(ctx, tx)
}

// downSpec changes to a spec that costs as much or less, and gives back the difference.
func (s *Service) downSpec(ctx context.Context, r respec, claim func(*table.Tx, Order)) (Order, error) {
	r.order = r.changeOrder()
	lines := Cheaper(r.stakes, func(term calendar.Term, extra int) money.Fen { return priceOf(r.new, term, extra) }, r.now)
	r.order.refunds(Refund{Main: r.family.Main.ResourceID, Lines: lines})
	tx := table.NewTx()
	r.note(tx)
	if err := s.payBack(ctx, tx, &r.order, r.now); err != nil {
		return r.order, err
	}
	tx.Create(&r.order)
	s.respecced(tx, r, r.order, false)
	claim(tx, r.order)
	return r.order, s.Table.Commit(ctx, tx)
}

// changeOrder gives the order of the change; its lines are still to be set.
func (r respec) changeOrder() Order {
	main, term := r.family.Main, r.term()
	o := newOrder(main.Customer, OrderChange, r.source, r.by, r.now)
	o.Unit, o.Count, o.Family = term.Unit, term.Count, main.ResourceID
	o.of(main.ServiceTypeCode, main.ServiceTypeName)
	listOrder(&o, main.Partner)
	return o
}

// respecced appends to tx that the resource is on the new product. The whole family is written, since a renewal prices all of it.
func (s *Service) respecced(tx *table.Tx, r respec, o Order, paid bool) {
	r.family.change(tx, func(one Subscription) Subscription {
		if one.PendingOrder == o.ID {
			one.PendingOrder = ""
		}
		if one.ResourceID == r.member.ResourceID {
			one = Respecced(one, r.new.ProductRow, o.ID, paid, r.now)
		}
		return one
	})
	event.Append(tx, r.event(EventSpecChanged, o))
}

func (r respec) event(kind string, o Order) event.Event {
	return event.Event{
		Type: kind, Subject: string(r.family.Main.ResourceID), Owner: string(r.holder.ID), At: r.now, By: r.by,
		Data: o.paidBy(map[string]string{
			"order": string(o.ID), "amount": o.Cash().String(), "resource": string(r.member.ResourceID), "from": string(r.old.ID), "to": string(r.new.ID),
		}),
	}
}

// changeSpec appends to tx what a paid change order does. Errors: ErrNotSwitchable when the resource has expired since.
func (s *Service) changeSpec(ctx context.Context, tx *table.Tx, o Order, f Family, p payment) error {
	r := respec{ending: ending{family: f, holder: p.holder, by: p.by, now: p.now}}
	for _, one := range f.Members() {
		if one.ResourceID == o.Lines[0].Resource {
			r.member = one
		}
	}
	if err := guardTerm(f.Main, p.now); err != nil {
		return err
	}
	r.old.ID = r.member.ProductID
	var err error
	if r.new, err = loadProduct(ctx, s.Table, o.Lines[0].Product); err != nil {
		return err
	}
	s.respecced(tx, r, o, true)
	return nil
}
