package subscription

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Filter says which resources a list is of. Empty fields filter nothing.
type Filter struct {
	IDs         []ID
	MainOnly    bool
	Statuses    []Status
	Order       OrderID
	ServiceType string
	ExpireFrom  time.Time // UTC, included
	ExpireTo    time.Time // UTC, included
}

// matches reports whether a list with this filter shows s. What was released or converted is shown only when its state is asked for.
func (f Filter) matches(s *Subscription) bool {
	expiry := s.Expiry.LastSecond()
	switch {
	case len(f.Statuses) == 0 && s.Status == StatusClosed,
		len(f.Statuses) > 0 && !slices.Contains(f.Statuses, s.Status),
		f.MainOnly && s.Parent != "",
		f.ServiceType != "" && s.ServiceTypeCode != f.ServiceType,
		!f.ExpireFrom.IsZero() && expiry.Before(f.ExpireFrom),
		!f.ExpireTo.IsZero() && expiry.After(f.ExpireTo):
		return false
	}
	return true
}

// ofCustomer yields a customer's resources in id order, attached ones behind their main one. A list shows what was changed a moment ago;
// the pages behind its first, which go by marker, may be a moment late, at half the price.
func (s *Service) ofCustomer(ctx context.Context, customer auth.PartyID, f Filter, q table.Query) iter.Seq2[*Subscription, error] {
	q.PK, q.Prefix, q.Strong = ownerKey(customer), subPrefix, q.After == ""
	return rest.Only(table.All[Subscription](ctx, s.Table, q), f.matches)
}

// named yields a customer's resources of given ids: a main one with what is attached to it, an attached one by itself.
func (s *Service) named(ctx context.Context, customer auth.PartyID, f Filter) iter.Seq2[*Subscription, error] {
	return func(yield func(*Subscription, error) bool) {
		for _, id := range f.IDs {
			found, err := s.byID(ctx, customer, id)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range found {
				if f.matches(&found[i]) && !yield(&found[i], nil) {
					return
				}
			}
		}
	}
}

// byID gives the family of a main resource, an attached resource alone, or nothing.
func (s *Service) byID(ctx context.Context, customer auth.PartyID, id ID) ([]Subscription, error) {
	family, err := loadAny(ctx, s.Table, customer, id)
	if errors.Is(err, ErrUnknown) {
		return nil, nil
	}
	return family.Members(), err
}

// ofPartner yields the resources of all customers of a partner that its user sees, by expiry, month after month. q.After is the marker that a page starts behind.
func (s *Service) ofPartner(ctx context.Context, caller auth.Principal, f Filter, q table.Query) iter.Seq2[*Subscription, error] {
	return func(yield func(*Subscription, error) bool) {
		seen, err := party.ListedFor(ctx, s.Table, party.ReaderOf(caller), caller.Party)
		if err != nil {
			yield(nil, err)
			return
		}
		from, to := s.months(f)
		if q.After != "" {
			at, err := s.monthOf(ctx, q)
			if err != nil {
				yield(nil, err)
				return
			}
			from = at
		}
		for month := from; !month.After(to); month = month.AddMonths(1, 1) {
			page := q
			page.Index, page.PK = table.Listed, partnerSubs(caller.Party, month)
			matching := rest.Only(table.All[Subscription](ctx, s.Table, page), f.matches)
			listed := party.Within(ctx, seen, matching, func(one *Subscription) auth.PartyID { return one.Customer })
			for one, err := range listed {
				if !yield(one, err) || err != nil {
					return
				}
			}
			q.After = ""
		}
	}
}

// months bounds a partner's list: what the filter asks for, within what can exist: the longest grace and retention behind us, the longest
// term before us.
func (s *Service) months(f Filter) (from, to calendar.Date) {
	today := calendar.DateOf(s.Clock.Now())
	from, to = today.AddDays(-longestAfterlife), today.AddMonths(longestTermMonths+1, today.Day)
	if !f.ExpireFrom.IsZero() && calendar.DateOf(f.ExpireFrom).After(from) {
		from = calendar.DateOf(f.ExpireFrom)
	}
	if !f.ExpireTo.IsZero() && calendar.DateOf(f.ExpireTo).Before(to) {
		to = calendar.DateOf(f.ExpireTo)
	}
	from.Day = 1
	return from, to
}

// monthOf tells the month that a marker of a partner's list lies in.
func (s *Service) monthOf(ctx context.Context, q table.Query) (calendar.Date, error) {
	pk, err := s.Table.MarkerPK(ctx, q.Scope, q.After)
	if err != nil {
		return calendar.Date{}, err
	}
	month, err := calendar.ParseDate(pk[strings.LastIndex(pk, "#")+1:] + "-01")
	if err != nil {
		return calendar.Date{}, table.ErrMarker
	}
	return month, nil
}

// ofOrder yields the resources that an order of the customer was for: of a combined transaction those of its parts, of a refund what it gave back.
func (s *Service) ofOrder(ctx context.Context, customer auth.PartyID, f Filter) iter.Seq2[*Subscription, error] {
	all, err := s.resourcesOf(ctx, customer, f.Order)
	if err != nil {
		return func(yield func(*Subscription, error) bool) { yield(nil, err) }
	}
	asked := f.IDs
	f.IDs = slices.DeleteFunc(all, func(id ID) bool { return len(asked) > 0 && !slices.Contains(asked, id) })
	return s.named(ctx, customer, f)
}

// resourcesOf gives the resource of an order, or of each part of a combined transaction; none for an order that does not exist.
func (s *Service) resourcesOf(ctx context.Context, customer auth.PartyID, id OrderID) ([]ID, error) {
	var o Order
	err := s.Table.Get(ctx, orderKey(customer, id), &o)
	if isAbsent(err) || err == nil && len(o.Parts) == 0 {
		return o.resource(), nil
	}
	if err != nil {
		return nil, err
	}
	t, err := loadTransaction(ctx, s.Table, customer, id)
	var all []ID
	for _, part := range t.Parts {
		all = append(all, part.resource()...)
	}
	return all, err
}

// resource gives the resource that an order by itself was for: of a change the changed one, else the main one.
func (o Order) resource() []ID {
	switch {
	case len(o.Lines) > 0:
		return []ID{o.Lines[0].Resource}
	case o.Refund != nil:
		return []ID{o.Refund.Main}
	default:
		return nil
	}
}
