package subscription

import (
	"context"
	"iter"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// OrderFilter says which orders a list is of. Empty fields filter nothing.
type OrderFilter struct {
	ID               OrderID
	Status           OrderStatus
	Type             OrderType
	ServiceType      string
	From, To         time.Time // of placing, UTC, both included
	PaidFrom, PaidTo time.Time // of payment, UTC, both included
	OldestFirst      bool
}

func (f OrderFilter) matches(o *Order) bool {
	switch {
	case f.ID != "" && o.ID != f.ID,
		f.Status != 0 && o.Status != f.Status,
		f.Type != 0 && o.Type != f.Type,
		f.ServiceType != "" && !strings.EqualFold(o.ServiceTypeCode, f.ServiceType),
		outside(o.Placed.Truncate(time.Second), f.From, f.To),
		o.Paid.IsZero() && !f.PaidTo.IsZero(),
		outside(o.Paid.Truncate(time.Second), f.PaidFrom, f.PaidTo),
		o.Combined != "":
		return false
	}
	return true
}

// outside reports whether a time is not from begin to end, each of which may be absent.
func outside(at, begin, end time.Time) bool {
	return !begin.IsZero() && at.Before(begin) || !end.IsZero() && at.After(end)
}

// prefixAt gives what sorts before every order that is placed at a time or later.
func prefixAt(at time.Time) string { return orderPrefix + at.In(calendar.Beijing).Format(orderIDTime) }

// ordersOfCustomer yields a customer's orders by time of placing, strongly consistent; to a partner, those that were placed under it.
func (s *Service) ordersOfCustomer(ctx context.Context, customer, partner auth.PartyID, f OrderFilter, q table.Query) iter.Seq2[*Order, error] {
	q.PK, q.Strong, q.Descending = ownerKey(customer), q.After == "", !f.OldestFirst
	q.From, q.To = orderKeyPrefix, orderKeyPrefix+afterFamily
	if !f.From.IsZero() {
		q.From += prefixAt(f.From)
	}
	if !f.To.IsZero() {
		q.To = orderKeyPrefix + prefixAt(f.To) + afterFamily
	}
	under := "PARTNER#" + string(partner) + "#"
	return rest.Only(table.All[Order](ctx, s.Table, q), func(o *Order) bool {
		return f.matches(o) && (partner == "" || strings.HasPrefix(o.G1PK, under))
	})
}

// ordersOfPartner yields the orders of all customers of a partner that a reader sees, month after month.
func (s *Service) ordersOfPartner(ctx context.Context, by party.Reader, partner auth.PartyID, f OrderFilter, q table.Query) iter.Seq2[*Order, error] {
	return func(yield func(*Order, error) bool) {
		seen, err := party.ListedFor(ctx, s.Table, by, partner)
		if err != nil {
			yield(nil, err)
			return
		}
		first, last, step := calendar.DateOf(f.To).AddMonths(0, 1), calendar.DateOf(f.From).AddMonths(0, 1), -1
		if f.OldestFirst {
			first, last, step = last, first, 1
		}
		if q.After != "" {
			if first, err = s.monthOf(ctx, q); err != nil {
				yield(nil, err)
				return
			}
		}
		q.Descending = !f.OldestFirst
		for month := first; step*month.Compare(last) <= 0; month = month.AddMonths(step, 1) {
			page := q
			page.Index, page.PK = table.Listed, partnerOrders(partner, month)
			listed := party.Within(ctx, seen, rest.Only(table.All[Order](ctx, s.Table, page), f.matches), func(o *Order) auth.PartyID { return o.Customer })
			for o, err := range listed {
				if !yield(o, err) || err != nil {
					return
				}
			}
			q.After = ""
		}
	}
}

// OrderFor reads an order that the caller may see: a customer its own, a partner one that was placed under it by a customer that it still has.
// Every other looks like one that does not exist. indirect names the reseller that a distributor acts for. Errors: ErrNoOrder, party.ErrNotMine.
func (s *Service) OrderFor(ctx context.Context, caller auth.Principal, indirect auth.PartyID, id OrderID) (Order, error) {
	customer := caller.Party
	if caller.Kind != auth.Customer {
		partner, err := party.ActingFor(ctx, s.Table, caller, indirect)
		if err != nil {
			return Order{}, err
		}
		found, err := s.listed(ctx, party.ReaderOf(caller), partner, id)
		if err != nil {
			return Order{}, err
		}
		customer = found
	}
	return s.OrderOf(ctx, customer, id)
}

// listed finds whose order a partner's user means, by the month that the order's id tells. Error: ErrNoOrder.
func (s *Service) listed(ctx context.Context, by party.Reader, partner auth.PartyID, id OrderID) (auth.PartyID, error) {
	unknown := ErrNoOrder.Saying("no order %q", id).In("order_id")
	day, ok := id.placedOn()
	if !ok {
		return "", unknown
	}
	seen, err := party.ListedFor(ctx, s.Table, by, partner)
	if err != nil {
		return "", err
	}
	for o, err := range table.All[Order](ctx, s.Table, table.Query{Index: table.Listed, PK: partnerOrders(partner, day), Prefix: string(id)}) {
		if err != nil {
			return "", err
		}
		if o.ID != id {
			continue
		}
		sees, err := seen.Sees(ctx, o.Customer)
		if err == nil && !sees {
			err = unknown
		}
		return o.Customer, err
	}
	return "", unknown
}
