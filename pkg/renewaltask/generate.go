package renewaltask

import (
	"context"
	"errors"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

// How much of a partner's generation one piece of due work does; the next sweep goes on from there.
const (
	chunkSize    = 100 // resources whose orders are looked at together, before it is noted how far the generation is
	chunksAtOnce = 10
	generationID = "generation"
)

// Generation says up to where a partner's tasks are generated: everything before Month, and in it what the partner's index has up to After.
type Generation struct {
	table.Head
	Partner auth.PartyID `dynamodbav:"ptnr"`
	Month   Month        `dynamodbav:"month"`
	After   string       `dynamodbav:"after,omitempty"`
}

// Enrol sees to it that a partner's tasks are generated: those of this month at once, then each month. Whoever hears of a new party calls it;
// parties that have no customers are left alone, and to enrol again changes nothing. Error: party.ErrUnknown.
func (s *Service) Enrol(ctx context.Context, id auth.PartyID, by string) error {
	p, err := party.Get(ctx, s.Table, id)
	if err != nil || !slices.Contains([]auth.Kind{auth.Partner, auth.Distributor, auth.Reseller}, p.Kind) {
		return err
	}
	now := s.Clock.Now()
	key := generationKey(id)
	g := Generation{Head: key.Head(), Partner: id, Month: MonthOf(calendar.DateOf(now))}
	g.arm(now)
	tx := table.NewTx()
	tx.Create(&g)
	event.Append(tx, event.Event{Type: EventEnrolled, Owner: string(id), Subject: string(id), At: now, By: by})
	err = s.Table.Commit(ctx, tx)
	if errors.Is(err, table.ErrExists) {
		return nil
	}
	return err
}

// arm makes a generation due when its month's tasks are, or now when that has passed.
func (g *Generation) arm(now time.Time) {
	at := g.Month.generated()
	if at.Before(now) {
		at = now
	}
	lifecycle.Arm(&g.Head, WorkGeneration, string(g.Partner), generationID, at)
}

// DoGeneration generates a partner's tasks that are due, month after month where months were missed. It is a lifecycle.Handler: cut short, it goes
// on from the last chunk, and a task that is there already is left alone.
func (s *Service) DoGeneration(ctx context.Context, due lifecycle.Due) error {
	for range chunksAtOnce {
		more, err := s.generate(ctx, due.Key)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// generate does one chunk, and reports whether another one is due.
func (s *Service) generate(ctx context.Context, key table.Key) (more bool, err error) {
	var g Generation
	if err := s.Table.Get(ctx, key, &g); err != nil {
		return false, err
	}
	now := s.Clock.Now()
	if g.Month.generated().After(now) {
		return false, nil
	}
	seller, err := party.Get(ctx, s.Table, g.Partner)
	if err != nil {
		return false, err
	}
	c := chunk{Service: s, seller: seller, month: g.Month, payments: map[auth.PartyID]*subscription.Payments{}}
	last, full, err := c.do(ctx, g.After)
	if err != nil {
		return false, err
	}
	next := g
	if next.After = last; !full {
		next.Month, next.After = g.Month.plus(1), ""
	}
	next.arm(now)
	return !next.Month.generated().After(now), s.Table.Replace(ctx, &g, &next)
}

// chunk is some of the resources of a partner's customers that expire in a month.
type chunk struct {
	*Service
	seller   party.Party
	month    Month
	payments map[auth.PartyID]*subscription.Payments
}

// order is an order of a customer.
type order struct {
	customer auth.PartyID
	id       subscription.OrderID
}

// do makes the tasks of the resources behind after. It returns where it has come to, and whether there may be more.
func (c chunk) do(ctx context.Context, after string) (last string, full bool, err error) {
	var keys []table.Key
	for row, err := range subscription.Expiring(ctx, c.Table, c.seller.ID, c.month.first(), after, chunkSize) {
		if err != nil {
			return "", false, err
		}
		keys, last = append(keys, row.Key()), row.G1SK
		if full = len(keys) == chunkSize; full {
			break
		}
	}
	orders, err := c.orders(ctx, keys)
	if err != nil || len(orders) == 0 {
		return last, full, err
	}
	known, err := table.GetAll[Task](ctx, c.Table, c.keys(orders))
	if err != nil {
		return "", false, err
	}
	some := len(known) > 0
	for _, o := range orders {
		if _, done := known[taskKey(c.seller.ID, idOf(c.month, o.id))]; done {
			continue
		}
		made, err := c.create(ctx, o)
		if err != nil {
			return "", false, err
		}
		some = some || made
	}
	if some { // also when they were made by a run that was cut short before it told so
		err = notify.Touch(ctx, c.Table, Row{Partner: c.seller.ID, Distributor: c.seller.Distributor}.handler(), c.Clock.Now())
	}
	return last, full, err
}

func (c chunk) keys(orders []order) []table.Key {
	keys := make([]table.Key, len(orders))
	for i, o := range orders {
		keys[i] = taskKey(c.seller.ID, idOf(c.month, o.id))
	}
	return keys
}

// orders gives the orders that bought the terms at whose end resources expire in the month, each once.
func (c chunk) orders(ctx context.Context, keys []table.Key) ([]order, error) {
	leaving, err := party.Departing(ctx, c.Table, c.seller.ID)
	if err != nil {
		return nil, err
	}
	held, err := table.GetAll[subscription.Subscription](ctx, c.Table, keys)
	if err != nil {
		return nil, err
	}
	var orders []order
	for _, key := range keys {
		s, there := held[key]
		if !there || s.Partner != c.seller.ID || leaving[s.Customer] || MonthOf(s.Expiry) != c.month { // the index is late
			continue
		}
		stretches, err := c.of(s.Customer).Stretches(ctx, *s, c.month.first())
		if err != nil {
			return nil, err
		}
		id, known := TermOf(Holding{Resource: *s, Stretches: stretches})
		if o := (order{s.Customer, id}); known && !slices.Contains(orders, o) {
			orders = append(orders, o)
		}
	}
	return orders, nil
}

// of gives the payments of a customer, which remember the orders that were read.
func (c chunk) of(customer auth.PartyID) *subscription.Payments {
	p, known := c.payments[customer]
	if !known {
		p = subscription.PaymentsOf(c.Table, customer)
		c.payments[customer] = p
	}
	return p
}

// create makes the task of an order if it is one, and reports whether it is. One that another run has made is left alone.
func (c chunk) create(ctx context.Context, o order) (bool, error) {
	payments := c.of(o.customer)
	ids, err := payments.Resources(ctx, o.id)
	if err != nil {
		return false, err
	}
	holdings := make([]Holding, len(ids))
	for i, id := range ids {
		if holdings[i], err = holding(ctx, payments, id, c.month); err != nil {
			return false, err
		}
	}
	t, ok := Appraise(o.id, c.month, holdings)
	if !ok {
		return false, nil
	}
	now := c.Clock.Now()
	t.Customer, t.Partner, t.Distributor, t.Created, t.Refreshed = o.customer, c.seller.ID, c.seller.Distributor, now, now
	key := taskKey(t.Partner, t.ID())
	t.PK, t.SK = key.PK, key.SK
	t.arm(now)
	list(&t)
	tx := table.NewTx()
	tx.Create(&t)
	event.Append(tx, t.told(EventCreated, system, now, map[string]string{"customer": string(t.Customer), "expiring": t.Expiring.String()}))
	err = c.Table.Commit(ctx, tx)
	if errors.Is(err, table.ErrExists) {
		err = nil
	}
	return err == nil, err
}
