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

// OrderID names an order. Orders of one customer sort by the time at which they were placed.
type OrderID string

// OrderStatus is BSS's number of an order's state.
type OrderStatus int

// The states of a renewal order. Source: DOMAIN.md 2.
const (
	OrderCancelled       OrderStatus = 4
	OrderCompleted       OrderStatus = 5
	OrderAwaitingPayment OrderStatus = 6
)

// orderRenewal is BSS's order_type of a renewal.
const orderRenewal = 2

// Who placed an order: BSS's source_type.
const (
	sourceCustomer = 1
	sourceSystem   = 8
)

// Order is one order: a renewal of one main resource and what is attached to it.
type Order struct {
	table.Head
	OrderRow   `dynamodbav:"row"`
	Lines      []OrderLine   `dynamodbav:"lines"`
	Unit       calendar.Unit `dynamodbav:"unit"`
	Count      int           `dynamodbav:"count"`
	OldExpiry  calendar.Date `dynamodbav:"old"`                // of the main resource when the order was placed
	PayBefore  time.Time     `dynamodbav:"before,omitempty"`   // UTC; an order that awaits payment is cancelled then
	TransferID string        `dynamodbav:"transfer,omitempty"` // the payment
}

// OrderRow is what lists of orders show.
type OrderRow struct {
	ID       OrderID      `dynamodbav:"id"`
	Customer auth.PartyID `dynamodbav:"cust"`
	Status   OrderStatus  `dynamodbav:"st"`
	Type     int          `dynamodbav:"type"`
	Source   int          `dynamodbav:"src"`
	Amount   money.Fen    `dynamodbav:"amt"`
	Placed   time.Time    `dynamodbav:"at"` // business time, UTC
	Paid     time.Time    `dynamodbav:"paid,omitempty"`
}

// OrderLine is what an order charges for one resource.
type OrderLine struct {
	Resource ID        `dynamodbav:"res"`
	Product  ProductID `dynamodbav:"prod"`
	Amount   money.Fen `dynamodbav:"amt"`
}

const (
	orderPrefix   = "CS"
	orderIDTime   = "060102150405"
	orderIDRandom = 8
)

func newOrderID(now time.Time) OrderID {
	return OrderID(orderPrefix + now.In(calendar.Beijing).Format(orderIDTime) + rand.Text()[:orderIDRandom])
}

// Total gives what the lines sum to.
func Total(lines []OrderLine) money.Fen {
	var total money.Fen
	for _, l := range lines {
		total += l.Amount
	}
	return total
}

// awaiting makes o an order that waits for its payment until the window closes.
func awaiting(o *Order, now time.Time) {
	o.Status = OrderAwaitingPayment
	o.PayBefore = now.Add(paymentWindow)
	lifecycle.Arm(&o.Head, WorkOrder, string(o.Customer), string(o.ID), o.PayBefore)
}

// completed makes o a paid order.
func completed(o *Order, transfer string, now time.Time) {
	o.Status, o.Paid, o.TransferID, o.PayBefore = OrderCompleted, now, transfer, time.Time{}
	lifecycle.Disarm(&o.Head)
}

// lineOf gives what an order charges for one resource.
func lineOf(lines []OrderLine, resource ID) money.Fen {
	for _, l := range lines {
		if l.Resource == resource {
			return l.Amount
		}
	}
	return 0
}
