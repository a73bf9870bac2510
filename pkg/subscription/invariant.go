package subscription

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// Totals are what a customer's resources and orders come to.
type Totals struct {
	ByStatus map[Status]int // main and attached resources
	ByEvent  map[string]int // events of main resources, by type
	Refused  map[Refusal]int
	Paid     money.Fen // from a balance, by completed orders, but for those that were imported
	Refunded money.Fen // to a balance
	Orders   int
}

// Audit checks what a customer holds against its orders and events: the renewals of each resource follow one another without gap or
// overlap and end at its expiry; every change has exactly one event; nothing is due that should have been done, and what has a next
// step is due at it. It returns every breach at once. Source: CASES.md, invariants 2, 9 and 10.
func Audit(ctx context.Context, db *table.Client, customer auth.PartyID, terms Terms, now calendar.Date) (Totals, error) {
	sums := Totals{ByStatus: map[Status]int{}, ByEvent: map[string]int{}, Refused: map[Refusal]int{}}
	stretches, breaches := map[ID][]OrderLine{}, []error(nil)
	for o, err := range table.All[Order](ctx, db, table.Query{PK: ownerKey(customer), Prefix: orderKeyPrefix, Strong: true}) {
		if err != nil {
			return sums, err
		}
		sums.Orders++
		sums.money(*o)
		breaches = append(breaches, sumsUp(*o))
		if o.Status == OrderCompleted && (o.Type == OrderNew || o.Type == OrderRenewal) && len(o.Lines) > 0 && !o.Lines[0].Ended {
			stretches[o.Main()] = append(stretches[o.Main()], o.Lines[0])
		}
	}
	changes, err := sums.changes(ctx, db, customer)
	if err != nil {
		return sums, err
	}
	for f, err := range Families(ctx, db, customer) {
		if err != nil {
			return sums, err
		}
		for _, s := range f.Members() {
			sums.ByStatus[s.Status]++
		}
		id := f.Main.ResourceID
		breaches = append(breaches, tile(f.Main, stretches[id]), evented(f.Main, changes[id]), armedRight(f.Main, terms, now), together(f))
	}
	return sums, errors.Join(breaches...)
}

// changes counts a customer's events by resource, and into the totals.
func (s *Totals) changes(ctx context.Context, db *table.Client, customer auth.PartyID) (map[ID]int, error) {
	changes := map[ID]int{}
	for e, err := range event.List(ctx, db, string(customer), calendar.Date{Year: 1970, Month: 1, Day: 1}.Start()) {
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(e.Type, "subscription.") {
			continue
		}
		changes[ID(e.Subject)]++
		s.ByEvent[e.Type]++
		if e.Type == EventRenewalFailed {
			s.Refused[Refusal(e.Why)]++
		}
	}
	return changes, nil
}

// money adds an order to the totals. What was imported was paid elsewhere.
func (s *Totals) money(o Order) {
	switch {
	case o.Status != OrderCompleted || o.Combined != "":
	case o.Refund != nil:
		s.Refunded += o.Cash()
	case o.Source != SourceSupplementary:
		s.Paid += o.Cash()
	}
}

// sumsUp checks that an order is of what its lines sum to, and that no line has given back more than was paid.
func sumsUp(o Order) error {
	want := Total(o.Lines)
	if o.Refund != nil {
		want = o.Refund.Total()
	}
	if len(o.Parts) == 0 && o.Amount != want {
		return fmt.Errorf("order %s is of %s, its lines sum to %s", o.ID, o.Amount, want)
	}
	for _, l := range o.Lines {
		if l.Refunded > l.Amount {
			return fmt.Errorf("order %s was paid %s for %s and gave back %s", o.ID, l.Amount, l.Resource, l.Refunded)
		}
	}
	return nil
}

// tile checks that the terms that were paid for a resource follow one another and end at its expiry. The first may lie before what is known.
func tile(s Subscription, terms []OrderLine) error {
	if s.Closing != "" {
		return nil
	}
	slices.SortFunc(terms, func(a, b OrderLine) int { return a.From.Compare(b.From) })
	for i, l := range terms {
		next := s.Expiry.End()
		if i+1 < len(terms) {
			next = terms[i+1].From
		}
		if !l.To.End().Equal(next) {
			return fmt.Errorf("%s: paid from %s to %s, and what follows is from %s", s.ResourceID, l.From, l.To, next)
		}
	}
	return nil
}

// evented checks that each version of a resource was made by a change with one event.
func evented(s Subscription, events int) error {
	if int64(events) != s.Ver {
		return fmt.Errorf("%s: %d events tell of %d changes", s.ResourceID, events, s.Ver)
	}
	return nil
}

// armedRight checks that a resource is due at its next step, which lies ahead.
func armedRight(s Subscription, terms Terms, now calendar.Date) error {
	step, ok := Next(s, terms, now.Start())
	at, due := lifecycle.DueAt(&s.Head)
	if ok != due || ok && !at.Equal(step.At) {
		return fmt.Errorf("%s: due at %s, and its next step is at %s", s.ResourceID, at, step.At)
	}
	if due && at.Before(now.Start()) {
		return fmt.Errorf("%s: due since %s", s.ResourceID, at)
	}
	return nil
}

// together checks that what is attached has the life of its main resource.
func together(f Family) error {
	for _, a := range f.Attached {
		if a.Expiry != f.Main.Expiry || a.Status != f.Main.Status || a.Policy != f.Main.Policy {
			return fmt.Errorf("%s is %s until %s, and its main resource %s until %s", a.ResourceID, a.Status, a.Expiry, f.Main.Status, f.Main.Expiry)
		}
	}
	return nil
}
