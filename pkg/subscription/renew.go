package subscription

import (
	"context"
	"errors"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

// Renewal is one wish to extend a family by a term.
type Renewal struct {
	Family   Family
	Products Products // of every member
	Term     calendar.Term
	Source   int    // who places the order: BSS's source_type
	By       string // for the audit trail: a masked principal, or the system
	Now      time.Time
}

// Products are products of the catalogue by id.
type Products map[ProductID]Product

// lines prices the renewal: one line for each member, at the catalogue's price of this instant.
// Errors: ErrNoSuchPeriod, ErrOffShelf.
func (r Renewal) lines() ([]OrderLine, error) {
	var lines []OrderLine
	for _, s := range append([]Subscription{r.Family.Main}, r.Family.Attached...) {
		product := r.Products[s.ProductID]
		if !product.OnSale {
			return nil, ErrOffShelf.Saying("product %q of resource %q is no longer on sale", product.ID, s.ResourceID)
		}
		price, ok := product.Price(r.Term)
		if !ok {
			return nil, ErrNoSuchPeriod.Saying("product %q of resource %q is not sold by the %s", product.ID, s.ResourceID, r.Term.Unit)
		}
		lines = append(lines, OrderLine{Resource: s.ResourceID, Product: s.ProductID, Amount: price})
	}
	return lines, nil
}

// order gives the order of the renewal, not yet paid.
func (r Renewal) order(lines []OrderLine) Order {
	main := r.Family.Main
	o := Order{
		OrderRow: OrderRow{ID: newOrderID(r.Now), Customer: main.Customer, Type: orderRenewal, Source: r.Source, Amount: Total(lines), Placed: r.Now},
		Lines:    lines, Unit: r.Term.Unit, Count: r.Term.Count, OldExpiry: main.Expiry,
	}
	key := orderKey(main.Customer, o.ID)
	o.PK, o.SK = key.PK, key.SK
	listOrder(&o, main.Partner)
	return o
}

// Pay appends to tx a paid renewal: the order, the family with its new term, the transfer with both sides' balance, and the event.
// It holds only while the family and the account are what they were read as: the new term starts at the old expiry, so a second
// renewal of the same term finds another expiry and is none. It returns the order and the family as they become.
//
// Errors: ErrOffShelf, ErrNoSuchPeriod, account.ErrInsufficientBalance.
func (r Renewal) Pay(tx *table.Tx, payer account.Account, terms Terms) (Order, Family, error) {
	lines, err := r.lines()
	if err != nil {
		return Order{}, r.Family, err
	}
	o := r.order(lines)
	auto := r.Source == sourceSystem
	reason := account.Renewal
	if auto {
		reason = account.AutoRenewal
	}
	transfer := ulid.MustNew(ulid.Timestamp(r.Now), ulid.DefaultEntropy()).String()
	completed(&o, transfer, r.Now)
	if o.Amount > 0 {
		_, err = account.Debit(tx, payer, account.Transfer{
			ID: transfer, To: account.VendorRevenue, Amount: o.Amount, Reason: reason, Reference: string(o.ID), At: r.Now,
		})
		if err != nil {
			return Order{}, r.Family, err
		}
	}
	tx.Create(&o)
	next := r.Family.change(tx, func(s Subscription) Subscription {
		next := Renewed(s, r.Term, Paid{Order: o.ID, Amount: lineOf(lines, s.ResourceID), Auto: auto}, r.Now)
		return armed(next, terms, r.Now)
	})
	event.Append(tx, event.Event{
		Type: EventRenewed, Subject: string(r.Family.Main.ResourceID), Owner: string(r.Family.Main.Customer), At: r.Now, By: r.By,
		Data: map[string]string{"order": string(o.ID), "amount": o.Amount.String(), "auto": yesNo(auto)},
	})
	return o, next, nil
}

// Await appends to tx an unpaid order for the renewal, which keeps other orders away from the family until it is paid, cancelled
// or its window closes. Errors: ErrOffShelf, ErrNoSuchPeriod.
func (r Renewal) Await(tx *table.Tx) (Order, error) {
	lines, err := r.lines()
	if err != nil {
		return Order{}, err
	}
	o := r.order(lines)
	awaiting(&o, r.Now)
	tx.Create(&o)
	r.Family.change(tx, func(s Subscription) Subscription {
		s.PendingOrder = o.ID
		return s
	})
	event.Append(tx, event.Event{
		Type: EventOrdered, Subject: string(r.Family.Main.ResourceID), Owner: string(r.Family.Main.Customer), At: r.Now, By: r.By,
		Data: map[string]string{"order": string(o.ID), "amount": o.Amount.String()},
	})
	return o, nil
}

// The events of a subscription.
const (
	EventImported      = "subscription.imported"
	EventRenewed       = "subscription.renewed"
	EventOrdered       = "subscription.renewal_ordered"
	EventOrderExpired  = "subscription.order_expired"
	EventRenewalFailed = "subscription.auto_renewal_failed"
	EventSwitched      = "subscription.auto_renewal_switched"
	EventGrace         = "subscription.grace_began"
	EventFrozen        = "subscription.frozen"
	EventReleased      = "subscription.released"
	EventToOnDemand    = "subscription.converted_to_on_demand"
)

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// armed puts a main resource into the due index at its next step, or takes it out when it has none. Attached ones follow their
// main resource and are never due.
func armed(s Subscription, terms Terms, now time.Time) Subscription {
	lifecycle.Disarm(&s.Head)
	if s.Parent != "" {
		return s
	}
	if step, ok := Next(s, terms, now); ok {
		lifecycle.Arm(&s.Head, WorkSubscription, string(s.Customer), string(s.ResourceID), step.At)
	}
	return s
}

// products reads the products of every member of a family, strongly consistent.
func products(ctx context.Context, db *table.Client, f Family) (Products, error) {
	found := Products{}
	for _, s := range append([]Subscription{f.Main}, f.Attached...) {
		if _, ok := found[s.ProductID]; ok {
			continue
		}
		p, err := loadProduct(ctx, db, s.ProductID)
		if err != nil {
			return nil, err
		}
		found[s.ProductID] = p
	}
	return found, nil
}

// payerOf reads the account that pays for a customer's resources; one that never held money holds nothing.
func payerOf(ctx context.Context, db *table.Client, customer auth.PartyID) (account.Account, error) {
	a, err := account.Load(ctx, db, account.Of(customer, account.Cash))
	if errors.Is(err, table.ErrNotFound) {
		return account.Account{ID: account.Of(customer, account.Cash), Party: customer, Kind: account.Cash}, nil
	}
	return a, err
}
