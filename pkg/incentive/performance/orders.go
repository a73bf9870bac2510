package performance

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Settlement is what an order of ours that was paid charged for one resource, or, below 0, what it gave back of it.
type Settlement struct {
	Order           string
	Line            int       // of the order, from 0
	Detail          int       // BSS's bill_detail_type
	At              time.Time // of the payment, business time, UTC
	Resource        string
	Product         string
	ServiceTypeCode string
	ServiceTypeName string
	Cash            money.Fen
	CashCoupon      money.Fen
	Voucher         money.Fen
	Discount        money.Fen // that was taken off before
}

// Settled yields what a customer's orders settled from one instant to another, that excluded, of orders that were placed at most so long before.
type Settled func(ctx context.Context, customer auth.PartyID, from, to time.Time, before time.Duration) iter.Seq2[Settlement, error]

// SettledPort is where orders come from: package settled has those of package subscription. The HTTP function needs none, and so links none of it.
var SettledPort = function.Port[Settled]{Name: "settled orders", Open: func(*function.Env) Settled {
	panic("nobody has said where settled orders come from")
}}

// collection says up to when a customer's orders are collected. It is due on the morning after a day on which one was settled.
type collection struct {
	table.Head
	Until time.Time `dynamodbav:"until"` // business time, UTC
}

// overlap is read again, so that what was settled while the last collection read is not missed. ASSUMED
const overlap = time.Hour

// OrderSettled sees to it that an order that a customer settled at an instant is collected the next morning. To hear of it twice changes nothing. A
// collection that is due already stays so, and begins anew if it is under way: put off, it might come too late for the slip of the month before.
func (s *Service) OrderSettled(ctx context.Context, customer auth.PartyID, settled time.Time) error {
	return table.Retry(ctx, func() error {
		old, found, err := s.collection(ctx, customer)
		if err != nil {
			return err
		}
		now := s.Clock.Now()
		at, armed := lifecycle.DueAt(&old.Head)
		if armed && at.After(now) {
			return nil
		}
		if !armed {
			at = calendar.DateOf(now).AddDays(1).At(collectHour, 0)
		}
		next := old
		if !found {
			next.Until = settled
		}
		lifecycle.Arm(&next.Head, WorkOrders, string(customer), "performance-orders", at)
		if !found {
			return s.Table.Create(ctx, &next)
		}
		return s.Table.Replace(ctx, &old, &next)
	})
}

func (s *Service) collection(ctx context.Context, customer auth.PartyID) (c collection, found bool, err error) {
	c.Head = ordersKey(customer).Head()
	err = s.Table.Get(ctx, c.Key(), &c)
	if absent(err) {
		return c, false, nil
	}
	return c, err == nil, err
}

// doOrders collects what a customer's orders settled since the last time, and recounts the months that it belongs to. It is a lifecycle.Handler: cut
// short, it writes the same lines again.
func (s *Service) doOrders(ctx context.Context, due lifecycle.Due) error {
	var c collection
	now := s.Clock.Now()
	if err := lifecycle.Load(ctx, s.Table, due.Key, now, &c); err != nil {
		return err
	}
	customer := auth.PartyID(c.PK[len("PARTY#"):])
	if err := s.collect(ctx, customer, c.Until.Add(-overlap), now); err != nil {
		return err
	}
	next := c
	next.Until = now
	lifecycle.Disarm(&next.Head)
	return s.Table.Replace(ctx, &c, &next)
}

// collect writes the lines of what a customer's orders settled between two instants, and counts them, month by month.
func (s *Service) collect(ctx context.Context, customer auth.PartyID, from, to time.Time) error {
	holder, err := s.customer(ctx, customer)
	if err != nil {
		return err
	}
	lines := map[Month][]*Line{}
	for one, err := range s.Orders()(ctx, customer, from, to, orderDays*24*time.Hour) {
		if err != nil {
			return err
		}
		month := MonthOf(calendar.DateOf(one.At))
		lines[month] = append(lines[month], linesOfOrder(customer, month, one)...)
	}
	for _, month := range slices.Sorted(maps.Keys(lines)) {
		if err := s.holding(ctx, month, "orders-"+string(customer), func() error { return s.addOrders(ctx, month, holder, lines[month]) }); err != nil {
			return err
		}
	}
	return nil
}

// addOrders adds lines of orders to a customer's month, but for those that come too late.
func (s *Service) addOrders(ctx context.Context, month Month, holder party.Party, lines []*Line) error {
	p, err := s.newPlacing(ctx, month)
	if err != nil {
		return err
	}
	var added []table.Item
	services := map[string]*ServiceType{}
	for _, l := range lines {
		why, err := p.place(ctx, l, holder)
		if err == nil && why != "" {
			err = s.late(ctx, l, why)
		}
		if err != nil {
			return err
		}
		if why == "" {
			noteService(services, l, "")
			added = append(added, l)
		}
	}
	if err := s.Table.PutAll(ctx, added); err != nil {
		return err
	}
	if err := s.Recount(ctx, holder.ID, month); err != nil || len(services) == 0 {
		return err
	}
	return s.learn(ctx, services)
}

// late notes in the audit trail, once, that an order's line came too late for its slip; a line that is in it already is not late.
func (s *Service) late(ctx context.Context, l *Line, why string) error {
	var there Line
	err := s.Table.Get(ctx, l.Key(), &there)
	if err == nil || !absent(err) {
		return err
	}
	noted := &tooLate{Head: lateKey(l.Key()).Head()}
	tx := table.NewTx()
	tx.Create(noted)
	s.tell(tx, EventOrderLate, string(l.Customer()), l.Order, system, map[string]string{"amount": l.Fen.String(), "why": why})
	err = s.Table.Commit(ctx, tx)
	if table.ConflictOn(err, noted.Key()) {
		return nil // as an earlier collection found
	}
	return err
}

// tooLate says of a line that the audit trail has it as one that came too late.
type tooLate struct{ table.Head }

// linesOfOrder gives what an order settled for one resource as lines, one for each instrument. Cash coupons here are bought with quotas of the vendor, as
// vouchers are, and do not count. ASSUMED
func linesOfOrder(customer auth.PartyID, month Month, one Settlement) []*Line {
	var lines []*Line
	for _, paid := range []struct {
		with   Instrument
		amount money.Fen
	}{{Cash, one.Cash}, {NonCountingCashCoupon, one.CashCoupon}, {Voucher, one.Voucher}} {
		if paid.amount == 0 {
			continue
		}
		l := &Line{
			Head:   lineKey(customer, month, one.At, fmt.Sprintf("%s-%d-%s", one.Order, one.Line, paid.with)).Head(),
			Source: SourceOrder, At: one.At.Truncate(time.Second), Category: Purchase, Instrument: paid.with, Amount: ExactOf(paid.amount), Fen: paid.amount,
			Service: one.ServiceTypeCode, ServiceName: cut(one.ServiceTypeName, longName), Resource: cut(one.Resource, longResource),
			Sku: cut(one.Product, longText), Mode: modePeriod, Detail: one.Detail, Order: one.Order,
		}
		if paid.with == Cash {
			l.List = ExactOf(one.Cash + one.CashCoupon + one.Voucher + one.Discount)
		}
		if paid.amount < 0 {
			l.Category = Refund
		}
		lines = append(lines, l)
	}
	return lines
}

type collectInput struct {
	Body struct {
		CustomerID string `json:"customer_id" minLength:"1" maxLength:"64"`
		Period     string `json:"period" minLength:"7" maxLength:"7" doc:"Orders that were paid in this month and later are collected"`
	}
}

// collectOrders makes a customer's orders due to be collected from a month on, whether they were before or not.
func (s *Service) collectOrders(ctx context.Context, in *collectInput) (*struct{}, error) {
	month, err := s.period("period", in.Body.Period)
	if err != nil {
		return nil, err
	}
	customer, err := s.customer(ctx, auth.PartyID(in.Body.CustomerID))
	if err != nil {
		return nil, inField(err, "customer_id")
	}
	return nil, table.Retry(ctx, func() error {
		old, found, err := s.collection(ctx, customer.ID)
		if err != nil {
			return err
		}
		next := old
		if start := month.First().Start(); !found || start.Before(next.Until) {
			next.Until = start
		}
		dueNow(&next.Head, WorkOrders, string(customer.ID), "performance-orders", s.Clock.Now())
		if !found {
			return s.Table.Create(ctx, &next)
		}
		return s.Table.Replace(ctx, &old, &next)
	})
}
