package subscription

import (
	"crypto/rand"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// OrderID names an order. Orders of one customer sort by the time at which they were placed, which the id tells.
type OrderID string

// OrderType is BSS's number of what an order is for.
type OrderType int

// The types of orders. Source: DOMAIN.md 2.
const (
	OrderNew         OrderType = 1
	OrderRenewal     OrderType = 2
	OrderChange      OrderType = 3 // of a resource's spec, up or down
	OrderUnsubscribe OrderType = 4
	OrderToOnDemand  OrderType = 10
)

// Source is BSS's number of who placed an order.
type Source int

// The sources of orders. Source: DOMAIN.md 2.
const (
	SourceCustomer      Source = 1
	SourceAgent         Source = 2 // a partner on the customer's behalf
	SourceSupplementary Source = 6 // placed elsewhere and imported: its money moved elsewhere too
	SourceSystem        Source = 8
)

// sourceOf gives the source of an order that somebody places.
func sourceOf(by auth.Principal) Source {
	if by.Agent != "" {
		return SourceAgent
	}
	return SourceCustomer
}

// Order is one order: of one main resource and what is attached to it, or a combined transaction of several such orders.
type Order struct {
	table.Head
	OrderRow `dynamodbav:"row"`
	Lines    []OrderLine   `dynamodbav:"lines,omitempty"`
	Unit     calendar.Unit `dynamodbav:"unit,omitempty"` // of the term that a new order or a renewal buys
	Count    int           `dynamodbav:"count,omitempty"`

	Combined OrderID `dynamodbav:"comb,omitempty"` // the combined transaction (组合交易) that this order is a part of

	PayBefore  time.Time `dynamodbav:"before,omitempty"`   // UTC; an order that awaits payment is cancelled then
	OpenBefore time.Time `dynamodbav:"opens,omitempty"`    // UTC; what is not opened by then is refunded
	TransferID string    `dynamodbav:"transfer,omitempty"` // the payment
	User       string    `dynamodbav:"user,omitempty"`     // who placed it, masked
	AutoRenew  bool      `dynamodbav:"auto,omitempty"`     // what a new order opens renews itself
	ExpiryDay  int       `dynamodbav:"uday,omitempty"`     // the unified expiry day that the renewal ends on; 0 for none
	Extra      int       `dynamodbav:"extra,omitempty"`    // days that the unified expiry day adds
	Opening    int       `dynamodbav:"opening,omitempty"`  // of a combined transaction: its parts that are still to be opened

	Family ID `dynamodbav:"fam,omitempty"` // of a change: the main resource, which may be another than the changed one

	Refund *Refund `dynamodbav:"refund,omitempty"` // what the order gives back, and why
}

// OrderRow is what lists of orders show.
type OrderRow struct {
	ID              OrderID      `dynamodbav:"id"`
	Customer        auth.PartyID `dynamodbav:"cust"`
	Status          OrderStatus  `dynamodbav:"st"`
	Type            OrderType    `dynamodbav:"type"`
	Source          Source       `dynamodbav:"src"`
	Amount          money.Fen    `dynamodbav:"amt"` // to pay, or given back
	Placed          time.Time    `dynamodbav:"at"`  // business time, UTC
	Paid            time.Time    `dynamodbav:"paid,omitempty"`
	ServiceTypeCode string       `dynamodbav:"svc,omitempty"`
	ServiceTypeName string       `dynamodbav:"svcn,omitempty"`
	Parts           []OrderID    `dynamodbav:"parts,omitempty"` // of a combined transaction
	Agent           *AgentPay    `dynamodbav:"agent,omitempty"` // the partner's payment, once it was asked for

	Coupon      *CouponUse `dynamodbav:"coupon,omitempty"`
	Discount    money.Fen  `dynamodbav:"disc,omitempty"`  // what a discount coupon took off the price; Amount is what was left
	Vouchers    money.Fen  `dynamodbav:"vouch,omitempty"` // what a voucher paid; of a refund what goes back to vouchers, beside Amount
	CashCoupons money.Fen  `dynamodbav:"ccoup,omitempty"` // what a cash coupon paid; of a refund what of Amount goes back to cash coupons

	GivesBack bool      `dynamodbav:"gives,omitempty"` // Amount is a refund
	Consumed  money.Fen `dynamodbav:"used,omitempty"`  // of a refund: what was used up of what was paid
	Fee       money.Fen `dynamodbav:"fee,omitempty"`   // of a refund
}

// OrderLine is what an order charges for one resource over one stretch of time.
type OrderLine struct {
	Resource ID            `dynamodbav:"res"`
	Product  ProductID     `dynamodbav:"prod"`
	Amount   money.Fen     `dynamodbav:"amt"`             // paid with cash and cash coupons
	Discount money.Fen     `dynamodbav:"disc,omitempty"`  // taken off the price before it was paid
	Voucher  money.Fen     `dynamodbav:"vouch,omitempty"` // paid with a voucher
	From     time.Time     `dynamodbav:"from,omitempty"`  // UTC: the first instant that it pays for; zero while a new resource is not open
	To       calendar.Date `dynamodbav:"to,omitempty"`    // the last day that it pays for
	Prev     OrderID       `dynamodbav:"prev,omitempty"`  // the order that was the resource's last one before: see Subscription.LastOrder

	Less     money.Fen `dynamodbav:"less,omitempty"` // by how much down-specs have made the whole stretch worth less than its price
	Refunded money.Fen `dynamodbav:"back,omitempty"` // given back so far
	Ended    bool      `dynamodbav:"end,omitempty"`  // unsubscribed: nothing of it is left

	CashCoupon     money.Fen `dynamodbav:"ccoup,omitempty"` // of Amount
	CashCouponBack money.Fen `dynamodbav:"cback,omitempty"` // of Refunded
	Designated     money.Fen `dynamodbav:"desig,omitempty"` // of Amount: paid with what was designated in the payer's account
	DesignatedBack money.Fen `dynamodbav:"dback,omitempty"` // of Refunded

	Name   string    `dynamodbav:"name,omitempty"` // of a resource to open
	Parent ID        `dynamodbav:"par,omitempty"`  // of a resource to open: the main one
	Old    ProductID `dynamodbav:"old,omitempty"`  // of a change: the product before
}

const (
	orderPrefix   = "CS"
	orderIDTime   = "060102150405"
	orderIDRandom = 8
)

func newOrderID(now time.Time) OrderID {
	return OrderID(orderPrefix + now.In(calendar.Beijing).Format(orderIDTime) + rand.Text()[:orderIDRandom])
}

// placedOn gives the date in Beijing on which an order was placed, as its id tells. ok is false for what is no order's id.
func (id OrderID) placedOn() (day calendar.Date, ok bool) {
	if len(id) != len(orderPrefix)+len(orderIDTime)+orderIDRandom || id[:len(orderPrefix)] != orderPrefix {
		return day, false
	}
	at, err := time.ParseInLocation(orderIDTime, string(id[len(orderPrefix):len(orderPrefix)+len(orderIDTime)]), calendar.Beijing)
	return calendar.DateOf(at), err == nil
}

// newOrder gives an order of a customer, placed now; what it is of is still to be set.
func newOrder(customer auth.PartyID, kind OrderType, source Source, by string, now time.Time) Order {
	o := Order{OrderRow: OrderRow{ID: newOrderID(now), Customer: customer, Type: kind, Source: source, Placed: now}, User: by}
	key := orderKey(customer, o.ID)
	o.PK, o.SK = key.PK, key.SK
	return o
}

// of sets the service that an order's list shows: that of its first resource.
func (o *Order) of(serviceCode, serviceName string) {
	o.ServiceTypeCode, o.ServiceTypeName = serviceCode, serviceName
}

// refunds makes o an order that gives back what r says.
func (o *Order) refunds(r Refund) {
	o.Refund, o.Amount, o.GivesBack = &r, r.Total(), true
	for _, l := range r.Lines {
		o.Consumed, o.Fee = o.Consumed+l.Consumed, o.Fee+l.Fee
		o.Vouchers, o.CashCoupons = o.Vouchers+l.Voucher, o.CashCoupons+l.CashCoupon
	}
}

// OldExpiry gives the expiry date from which a renewal extends its resource.
func (o Order) OldExpiry() calendar.Date { return calendar.DateOf(o.Lines[0].From.Add(-time.Second)) }

// Main gives the main resource that an order is of; empty for a combined transaction.
func (o Order) Main() ID {
	if o.Family != "" {
		return o.Family
	}
	if len(o.Lines) > 0 {
		return o.Lines[0].Resource
	}
	if o.Refund != nil {
		return o.Refund.Main
	}
	return ""
}

// price gives what the line costs, however it is paid.
func (l OrderLine) price() money.Fen { return l.Amount + l.Voucher }

// Total gives what the lines cost together.
func Total(lines []OrderLine) money.Fen {
	var total money.Fen
	for _, l := range lines {
		total += l.price()
	}
	return total
}

// awaiting makes o an order that waits for its payment until the window closes.
func awaiting(o *Order, now time.Time) {
	o.Status = OrderAwaitingPayment
	o.PayBefore = second(now.Add(paymentWindow))
	if o.Combined == "" { // a part goes with its transaction
		lifecycle.Arm(&o.Head, WorkOrder, string(o.Customer), string(o.ID), o.PayBefore)
	}
}

// completed makes o a paid order of which nothing is left to do.
func completed(o *Order, transfer string, now time.Time) {
	o.Status, o.Paid, o.TransferID, o.PayBefore = OrderCompleted, now, transfer, time.Time{}
	lifecycle.Disarm(&o.Head)
}

// cancelled makes o an order that is not paid any more.
func cancelled(o *Order) {
	o.Status, o.PayBefore = OrderCancelled, time.Time{}
	lifecycle.Disarm(&o.Head)
}

// lineOf gives what an order charges for one resource.
func lineOf(lines []OrderLine, resource ID) money.Fen {
	var amount money.Fen
	for _, l := range lines {
		if l.Resource == resource {
			amount += l.price()
		}
	}
	return amount
}
