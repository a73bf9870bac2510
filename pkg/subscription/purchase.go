package subscription

import (
	"crypto/rand"
	"strings"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Purchase is one wish to buy new resources: each item is an order of one main resource and what is attached to it; several items are a
// combined transaction (组合交易), which is paid and cancelled together.
type Purchase struct {
	Holder    party.Party
	Items     []Item
	AutoRenew bool
	Source    Source
	By        string // for the audit trail: a masked principal
	Now       time.Time
}

// Item is a main resource to buy and what is attached to it.
type Item struct {
	Term     calendar.Term
	Main     Bought
	Attached []Bought
}

// Bought is one resource to buy.
type Bought struct {
	Product Product
	Name    string
}

// wanted gives the resources of an item, the main one first.
func (i Item) wanted() []Bought { return append([]Bought{i.Main}, i.Attached...) }

// Guard says whether the purchase can be ordered.
//
// Errors: ErrOffShelf, ErrNoSuchPeriod, CBC.0100 for another service's region of what is attached, for two bundles in one order and for too many resources.
func (p Purchase) Guard() error {
	bundle, count := "", 0
	for _, item := range p.Items {
		if err := item.guard(); err != nil {
			return err
		}
		count += len(item.wanted())
		switch named := item.Main.Product.Bundle; {
		case named == "":
		case bundle == "" || bundle == named:
			bundle = named
		default:
			return problem.Invalid("products", "the promotional bundles %q and %q are two orders", bundle, named)
		}
	}
	if count > maxBought {
		return problem.Invalid("products", "%d resources are more than the %d of one order", count, maxBought)
	}
	return nil
}

func (i Item) guard() error {
	for _, one := range i.wanted() {
		p := one.Product
		if !p.OnSale {
			return ErrOffShelf.Saying("product %q is no longer on sale", p.ID).In("products")
		}
		if _, sold := p.Price(i.Term); !sold {
			return ErrNoSuchPeriod.Saying("product %q is not sold by the %s", p.ID, i.Term.Unit).In("products")
		}
		if main := i.Main.Product; p.RegionCode != main.RegionCode {
			return problem.Invalid("products", "product %q is of region %s and can't be attached to one of %s", p.ID, p.RegionCode, main.RegionCode)
		}
	}
	return nil
}

// Orders gives the transaction of the purchase, which awaits its payment.
func (p Purchase) Orders() Transaction {
	if len(p.Items) == 1 {
		o := p.order(p.Items[0], "")
		awaiting(&o, p.Now)
		return Transaction{Top: o}
	}
	top := newOrder(p.Holder.ID, OrderNew, p.Source, p.By, p.Now)
	top.of(p.Items[0].Main.Product.ServiceTypeCode, p.Items[0].Main.Product.ServiceTypeName)
	listOrder(&top, p.Holder.Partner)
	t := Transaction{Parts: make([]Order, 0, len(p.Items))}
	for _, item := range p.Items {
		part := p.order(item, top.ID)
		awaiting(&part, p.Now)
		top.Amount += part.Amount
		top.Parts = append(top.Parts, part.ID)
		t.Parts = append(t.Parts, part)
	}
	awaiting(&top, p.Now)
	t.Top = top
	return t
}

func (p Purchase) order(item Item, combined OrderID) Order {
	o := newOrder(p.Holder.ID, OrderNew, p.Source, p.By, p.Now)
	o.Unit, o.Count, o.AutoRenew, o.Combined = item.Term.Unit, item.Term.Count, p.AutoRenew, combined
	main := ID("")
	for _, one := range item.wanted() {
		price, _ := one.Product.Price(item.Term)
		line := OrderLine{Resource: newResourceID(), Product: one.Product.ID, Amount: price, Name: one.Name, Parent: main}
		if main == "" {
			main = line.Resource
		}
		o.Lines = append(o.Lines, line)
	}
	o.Amount = Total(o.Lines)
	o.of(item.Main.Product.ServiceTypeCode, item.Main.Product.ServiceTypeName)
	if combined == "" {
		listOrder(&o, p.Holder.Partner)
	}
	return o
}

// newResourceID names a resource to open. The cloud's provisioning uses the name.
func newResourceID() ID {
	const length = 20
	return ID("res-" + strings.ToLower(rand.Text()[:length]))
}

// open appends to tx the resources that a paid order opens now: each is in use from now until the term's end.
func open(tx *table.Tx, o *Order, catalogue Products, holder party.Party, bundle OrderID, by string, now time.Time) {
	term := calendar.Term{Unit: o.Unit, Count: o.Count}
	day := calendar.DateOf(now)
	until := day.Add(term, day.Day)
	main := o.Lines[0].Resource
	for i := range o.Lines {
		line := &o.Lines[i]
		line.From, line.To = second(now), until
		s := opened(*line, catalogue[line.Product], o.ID, term, now)
		s.Customer, s.Partner = holder.ID, holder.Partner
		key := subKey(holder.ID, main)
		if s.Parent != "" {
			key = attachedKey(holder.ID, main, s.ResourceID)
			at := pointerKey(holder.ID, s.ResourceID)
			tx.Create(&pointer{Head: at.Head(), Main: main})
		}
		if o.AutoRenew {
			s.Policy = PolicyAutoRenew
		}
		if catalogue[o.Lines[0].Product].Bundle != "" {
			s.Bundle = bundle
		}
		s.PK, s.SK = key.PK, key.SK
		s = armed(s, TermsOf(holder), now)
		listSub(&s)
		tx.Create(&s)
	}
	event.Append(tx, event.Event{
		Type: EventOpened, Subject: string(main), Owner: string(holder.ID), At: now, By: by, Data: map[string]string{"order": string(o.ID)},
	})
}

// opened gives a resource as it is when it opens.
func opened(l OrderLine, p Product, order OrderID, term calendar.Term, now time.Time) Subscription {
	return Subscription{
		SubscriptionRow: SubscriptionRow{
			ResourceID: l.Resource, Name: l.Name, Region: p.RegionCode, ServiceTypeCode: p.ServiceTypeCode, ServiceTypeName: p.ServiceTypeName,
			ResourceTypeCode: p.ResourceTypeCode, SpecCode: p.ResourceSpecCode, ProductID: p.ID, Parent: l.Parent, Status: StatusInUse,
			Policy: PolicyToGrace, Effective: second(now), Expiry: l.To, UpdatedAt: second(now),
		},
		Anchor: calendar.DateOf(now).Day, Bought: term, ArmedAt: second(now), LastOrder: order,
	}
}
