package subscription

import (
	"fmt"
	"net/http"

	"partnercenter/pkg/foundation/problem"
)

// OrderStatus is BSS's number of an order's state.
type OrderStatus int

// The states of an order that occur here. Source: DOMAIN.md 2.
const (
	OrderUnderReview     OrderStatus = 1 // a large refund that the vendor decides on
	OrderProcessing      OrderStatus = 3 // paid, and its resources are being opened
	OrderCancelled       OrderStatus = 4
	OrderCompleted       OrderStatus = 5
	OrderAwaitingPayment OrderStatus = 6
)

// String gives the state in words, for messages.
func (s OrderStatus) String() string {
	switch s {
	case OrderUnderReview:
		return "under review"
	case OrderProcessing:
		return "processing"
	case OrderCancelled:
		return "cancelled"
	case OrderCompleted:
		return "completed"
	case OrderAwaitingPayment:
		return "awaiting payment"
	}
	return fmt.Sprintf("status %d", int(s))
}

// OrderEvent is what can happen to an order.
type OrderEvent string

// The events of orders.
const (
	OrderPaid        OrderEvent = "paid"           // by the customer, or for it
	OrderPaidPending OrderEvent = "paid, to open"  // the vendor's provisioning opens what was paid
	OrderDropped     OrderEvent = "cancelled"      // by the customer
	OrderLapsed      OrderEvent = "lapsed"         // not paid in time, or its resource has ended
	OrderOpened      OrderEvent = "opened"         // every resource is open, or refunded since it could not be
	OrderApproved    OrderEvent = "refund allowed" // by the vendor
	OrderRefused     OrderEvent = "refund refused" // by the vendor
)

// What is refused of orders.
var (
	// ErrNoOrder: the customer has no such order. ASSUMED code.
	ErrNoOrder = problem.New(http.StatusBadRequest, "CBC.0101", "no such order")
	// ErrOrderState: an order in this state can't take that step. ASSUMED code.
	ErrOrderState = problem.New(http.StatusBadRequest, "CBC.99003655", "the order is not in a state for this")
	// ErrPartOfOrder: the order is a part of a combined transaction. Source: DOMAIN.md 2, 18.
	ErrPartOfOrder = problem.New(http.StatusBadRequest, "CBC.99000089", "use the id of the combined transaction")
)

// steps is the state machine of orders. Source: DOMAIN.md 2.
var steps = map[OrderStatus]map[OrderEvent]OrderStatus{
	OrderAwaitingPayment: {
		OrderPaid: OrderCompleted, OrderPaidPending: OrderProcessing, OrderDropped: OrderCancelled, OrderLapsed: OrderCancelled,
	},
	OrderProcessing:  {OrderOpened: OrderCompleted},
	OrderUnderReview: {OrderApproved: OrderCompleted, OrderRefused: OrderCancelled},
}

// After gives the state that an event brings an order to. Error: ErrOrderState.
func (s OrderStatus) After(e OrderEvent) (OrderStatus, error) {
	next, ok := steps[s][e]
	if !ok {
		return s, ErrOrderState.Saying("an order that is %s can't be %s", s, e)
	}
	return next, nil
}
