package subscription

import (
	"fmt"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// ID names a resource, as the cloud that runs it does.
type ID string

// Status is BSS's number of a subscription's state.
type Status int

// The states of a subscription. Source: DOMAIN.md 1, Entity Resource.
const (
	StatusInUse   Status = 2 // within its term
	StatusClosed  Status = 3 // released, or converted to on-demand; never listed
	StatusFrozen  Status = 4 // in retention (保留期): not usable, data kept
	StatusExpired Status = 5 // in grace (宽限期): past its term and usable
)

// String gives the state in words, for messages.
func (s Status) String() string {
	switch s {
	case StatusInUse:
		return "in use"
	case StatusClosed:
		return "closed"
	case StatusFrozen:
		return "frozen"
	case StatusExpired:
		return "in grace"
	}
	return fmt.Sprintf("status %d", int(s))
}

// Policy is BSS's number of what happens at expiry.
type Policy int

// The expiry policies. Source: DOMAIN.md 1, Entity Resource and Decision 7.
const (
	PolicyToGrace          Policy = 0
	PolicyToOnDemand       Policy = 1 // leaves the yearly and monthly resources
	PolicyDelete           Policy = 2 // released when the expiry date ends
	PolicyAutoRenew        Policy = 3 // as to grace, unless an attempt succeeds
	PolicyFreeze           Policy = 4 // retention without grace
	PolicyDeleteAfterGrace Policy = 5 // released when retention would begin
)

// Refusal says why an auto-renewal attempt moved nothing.
type Refusal string

// The refusals that the domain foresees. Source: DOMAIN.md 1, Decisions 2 and 3.
const (
	RefusedBalance      Refusal = "balance"       // the balance is too small
	RefusedPendingOrder Refusal = "pending_order" // the resource is in an order that awaits payment
	RefusedBlocked      Refusal = "blocked"       // the account is frozen or restricted
	RefusedOffShelf     Refusal = "off_shelf"     // a product is no longer on sale
	RefusedPeriod       Refusal = "period"        // a product is not sold by that period
)

// Closing says how a subscription ended.
type Closing string

// The ways to end.
const (
	ClosedReleased     Closing = "released"
	ClosedConverted    Closing = "converted"    // to on-demand (转按需)
	ClosedUnsubscribed Closing = "unsubscribed" // 退订
)

// Subscription (包年/包月资源) is one resource that a customer holds for a term. Every date is Beijing's, every instant UTC, to the
// second. A main resource has its life to itself; what is attached to it (Parent) has the same dates and policy, and every
// change of the main resource is made to it too.
type Subscription struct {
	table.Head
	SubscriptionRow `dynamodbav:"row"`

	Partner auth.PartyID  `dynamodbav:"ptnr,omitempty"` // whom the customer is associated with
	Anchor  int           `dynamodbav:"anc"`            // day of month of the first purchase; renewals never change it
	Bought  calendar.Term `dynamodbav:"term"`           // the last purchase

	TimesLeft int           `dynamodbav:"left,omitempty"` // auto-renewals to come while the policy is auto-renewal; 0 is no limit
	Unit      calendar.Unit `dynamodbav:"unit,omitempty"` // of auto-renewals, when it was set; 0 is the unit that was bought
	ArmedAt   time.Time     `dynamodbav:"armd,omitempty"` // switched on, imported or renewed: attempts up to here are not missed

	// The auto-renewal attempts of the running term, all of which failed.
	FailingSince time.Time `dynamodbav:"try1,omitempty"` // the first of them
	LastAttempt  time.Time `dynamodbav:"tryn,omitempty"`
	Refusal      Refusal   `dynamodbav:"why,omitempty"` // why the last failed

	PendingOrder OrderID `dynamodbav:"pend,omitempty"` // an order for it that awaits payment or a review
	Reviewing    bool    `dynamodbav:"rvw,omitempty"`  // PendingOrder is a refund that the vendor decides on
	LastOrder    OrderID `dynamodbav:"ord,omitempty"`  // of the orders that pay for it, each of which names the one before, the last
	Bundle       OrderID `dynamodbav:"bdl,omitempty"`  // the combined transaction of the promotional bundle that it belongs to
	LastRenewal  Paid    `dynamodbav:"paid,omitempty"`

	// Set once the term is over, by the level that the customer had then: the dates at whose end it is frozen and released.
	FreezeOn  calendar.Date `dynamodbav:"frz,omitempty"`
	ReleaseOn calendar.Date `dynamodbav:"rel,omitempty"`
	Since     time.Time     `dynamodbav:"sinc,omitempty"` // when it was put into this state; zero when imported in it

	ImportedAt time.Time `dynamodbav:"impd,omitempty"`
	Closing    Closing   `dynamodbav:"end,omitempty"` // when ReleaseOn ended
}

// SubscriptionRow is what lists show of a subscription, and all that their index carries.
type SubscriptionRow struct {
	ResourceID       ID            `dynamodbav:"id"`
	Customer         auth.PartyID  `dynamodbav:"cust"`
	Name             string        `dynamodbav:"name,omitempty"`
	Region           string        `dynamodbav:"reg,omitempty"`
	ServiceTypeCode  string        `dynamodbav:"svc"`
	ServiceTypeName  string        `dynamodbav:"svcn,omitempty"`
	ResourceTypeCode string        `dynamodbav:"typ"`
	SpecCode         string        `dynamodbav:"spec"`
	ProductID        ProductID     `dynamodbav:"prod"`
	Parent           ID            `dynamodbav:"par,omitempty"` // the main resource; empty when it is one
	Status           Status        `dynamodbav:"st"`
	Policy           Policy        `dynamodbav:"pol"`
	Effective        time.Time     `dynamodbav:"eff"` // the first purchase
	Expiry           calendar.Date `dynamodbav:"exp"` // its last day; on the wire 23:59:59 of it
	UpdatedAt        time.Time     `dynamodbav:"upd"`
}

// Paid is a renewal that was paid.
type Paid struct {
	Order  OrderID   `dynamodbav:"o,omitempty"`
	Amount money.Fen `dynamodbav:"a,omitempty"` // for this resource alone
	Auto   bool      `dynamodbav:"auto,omitempty"`
	At     time.Time `dynamodbav:"at,omitempty"`
}

// second gives an instant as subscriptions keep it.
func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
