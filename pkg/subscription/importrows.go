package subscription

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strconv"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/sheet"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// fields reads the cells of one row and keeps the first thing wrong.
type fields struct {
	row sheet.Row
	err error
}

func (f *fields) fail(column, format string, args ...any) {
	if f.err == nil {
		f.err = problem.Invalid(column, format, args...)
	}
}

func (f *fields) id(column string) string {
	v := f.row.Get(column)
	if !table.IsID(v) {
		f.fail(column, "%q is not 1 to 64 letters, digits, dots, underscores, colons or hyphens", v)
	}
	return v
}

func (f *fields) text(column string, most int) string {
	v := f.row.Get(column)
	if v == "" || len(v) > most {
		f.fail(column, "%q is not 1 to %d bytes long", v, most)
	}
	return v
}

func (f *fields) email(column string, most int) string {
	v := f.text(column, most)
	if a, err := mail.ParseAddress(v); err != nil || a.Address != v {
		f.fail(column, "%q is no e-mail address", v)
	}
	return v
}

func (f *fields) oneOf(column string, allowed ...string) string {
	v := f.row.Get(column)
	for _, a := range allowed {
		if v == a {
			return v
		}
	}
	f.fail(column, "%q is none of %v", v, allowed)
	return v
}

func (f *fields) number(column string, least, most int) int {
	v := f.row.Get(column)
	n, err := strconv.Atoi(v)
	if err != nil || n < least || n > most {
		f.fail(column, "%q is not a whole number from %d to %d", v, least, most)
	}
	return n
}

func (f *fields) money(column string) money.Fen {
	amount, err := money.Parse(f.row.Get(column))
	if err != nil {
		f.fail(column, "%v", err)
	}
	if amount < 0 {
		f.fail(column, "%s is negative", amount)
	}
	return amount
}

func (f *fields) instant(column string) time.Time {
	at, err := time.Parse("2006-01-02T15:04:05Z", f.row.Get(column))
	if err != nil {
		f.fail(column, "%q is not a UTC time such as 2026-12-01T15:59:59Z", f.row.Get(column))
	}
	return at
}

// customerRow is one row of the customers' sheet.
type customerRow struct {
	party   party.Party
	opening money.Fen
	subs    []string // sub-accounts of providers' bills
}

// customers imports customers with their opening balances, as customers of one partner.
func (s *Service) customers(partner party.Party, by string) importer[customerRow] {
	named := map[string]auth.PartyID{} // sub-accounts, on the rows so far
	return importer[customerRow]{
		required: []string{"customer_id", "name", "customer_level", "association_type", "email", "mobile", "locale", "opening_balance"},
		optional: []string{"sub_account_ids"},
		parse: func(ctx context.Context, row sheet.Row) (customerRow, error) {
			c, err := parseCustomer(row, partner)
			if err == nil {
				err = s.freeSubAccounts(ctx, c, named)
			}
			return c, err
		},
		id:     func(c customerRow) string { return string(c.party.ID) },
		key:    func(c customerRow) table.Key { return party.Key(c.party.ID) },
		weight: 25,
		add: func(tx *table.Tx, c customerRow) (string, error) {
			now := s.Clock.Now()
			for _, sub := range c.subs {
				party.MapSubAccount(tx, sub, c.party.ID, now)
			}
			party.Create(tx, c.party, by, now)
			party.Enlist(tx, c.party, now)
			return "", account.Open(tx, c.party.ID, c.opening, "opening-"+string(c.party.ID), now)
		},
	}
}

// freeSubAccounts refuses a customer with a sub-account that is another's.
func (s *Service) freeSubAccounts(ctx context.Context, c customerRow, named map[string]auth.PartyID) error {
	if len(c.subs) == 0 {
		return nil
	}
	whose, err := party.SubAccounts(ctx, s.Table, c.subs)
	if err != nil {
		return err
	}
	for _, sub := range c.subs {
		other := whose[sub]
		if other == "" {
			other = named[sub]
		}
		if other != "" && other != c.party.ID {
			return problem.Invalid("sub_account_ids", "%q is customer %q's", sub, other)
		}
	}
	for _, sub := range c.subs {
		named[sub] = c.party.ID
	}
	return nil
}

func parseCustomer(row sheet.Row, partner party.Party) (customerRow, error) {
	f := &fields{row: row}
	c := customerRow{opening: f.money("opening_balance")}
	subs, err := party.ParseSubAccounts(row.Get("sub_account_ids"))
	if err != nil && f.err == nil {
		f.err = err
	}
	slices.Sort(subs)
	c.subs = slices.Compact(subs)
	c.party = party.Party{
		Row: party.Row{
			ID: auth.PartyID(f.id("customer_id")), Kind: auth.Customer, Name: f.text("name", 128), Email: f.email("email", 254),
			Level: f.oneOf("customer_level", "V0", "V1", "V2", "V3", "V4", "V5"), Partner: partner.ID,
			AssociationType: f.number("association_type", 1, 2),
		},
		Mobile: f.text("mobile", 20), Locale: f.oneOf("locale", "zh-CN", "en-US"),
	}
	return c, f.err
}

// subscriptionRow is one row of the portfolio's sheet.
type subscriptionRow struct {
	sub   Subscription
	unit  calendar.Unit
	price money.Fen // of one period
	paid  money.Fen // for the last term
	terms Terms
}

// subscriptions imports resources into the states that they would be in now, without back-dated charges or notices. Main resources
// come before what is attached to them. Source: DOMAIN.md 1, Decisions 8.
func (s *Service) subscriptions(by string, dry bool) importer[subscriptionRow] {
	seen := &portfolio{
		service: s, dry: dry, holders: map[auth.PartyID]party.Party{}, products: map[ProductID]bool{}, mains: map[table.Key]Subscription{},
		kept: map[table.Key]bool{},
	}
	return importer[subscriptionRow]{
		required: []string{
			"resource_id", "resource_name", "customer_id", "service_type_code", "service_type_name", "resource_type_code", "resource_spec_code",
			"region_code", "parent_resource_id", "period_type", "period_num", "price_per_period", "effective_time", "expire_time", "expire_policy",
		},
		parse:  seen.parse,
		id:     func(r subscriptionRow) string { return string(r.sub.ResourceID) },
		key:    func(r subscriptionRow) table.Key { return r.sub.Key() },
		weight: 4,
		add: func(tx *table.Tx, r subscriptionRow) (string, error) {
			return r.add(tx, by, s.Clock.Now())
		},
	}
}

// portfolio remembers what the rows of one import share.
type portfolio struct {
	service  *Service
	dry      bool // makes no products
	holders  map[auth.PartyID]party.Party
	products map[ProductID]bool
	mains    map[table.Key]Subscription // read so far; they are written before what is attached to them
	kept     map[table.Key]bool         // of these, what the table was asked for
}

func (p *portfolio) parse(ctx context.Context, row sheet.Row) (subscriptionRow, error) {
	f := &fields{row: row}
	r := subscriptionRow{unit: calendar.Unit(f.number("period_type", 2, 3)), price: f.money("price_per_period")}
	effective, expire := f.instant("effective_time"), f.instant("expire_time")
	r.sub = Subscription{
		SubscriptionRow: SubscriptionRow{
			ResourceID: ID(f.id("resource_id")), Name: f.text("resource_name", 64), ServiceTypeCode: f.text("service_type_code", 64),
			ServiceTypeName: f.text("service_type_name", 64), ResourceTypeCode: f.text("resource_type_code", 64),
			SpecCode: f.text("resource_spec_code", 64), Region: f.text("region_code", 32), Customer: auth.PartyID(f.id("customer_id")),
			Effective: effective, Expiry: calendar.DateOf(expire), Policy: Policy(f.number("expire_policy", 0, 5)),
		},
		Anchor: calendar.DateOf(effective).Day,
		Bought: calendar.Term{Unit: r.unit, Count: f.number("period_num", 1, 36)},
	}
	if row.Get("parent_resource_id") != "" {
		r.sub.Parent = ID(f.id("parent_resource_id"))
	}
	if f.err == nil && !r.sub.Expiry.LastSecond().Equal(expire) {
		f.fail("expire_time", "%s is not the end of a day in Beijing, as 15:59:59Z is", row.Get("expire_time"))
	}
	if r.price == 0 {
		f.fail("price_per_period", "0.00 is not above 0")
	}
	paid, err := r.price.Times(r.sub.Bought.Count)
	if err != nil {
		f.fail("price_per_period", "%v", err)
	}
	r.paid = paid
	if f.err == nil && !expire.After(effective) {
		f.fail("expire_time", "%s is not after effective_time %s", row.Get("expire_time"), row.Get("effective_time"))
	}
	if f.err != nil {
		return r, f.err
	}
	return r, p.complete(ctx, &r)
}

// complete adds what the row's customer, product and main resource say.
func (p *portfolio) complete(ctx context.Context, r *subscriptionRow) error {
	holder, err := p.holder(ctx, r.sub.Customer)
	if err != nil {
		return err
	}
	now := p.service.Clock.Now()
	r.terms, r.sub.Partner = TermsOf(holder), holder.Partner
	if err := p.product(ctx, r); err != nil {
		return err
	}
	key := subKey(r.sub.Customer, r.sub.ResourceID)
	if r.sub.Parent != "" {
		key = attachedKey(r.sub.Customer, r.sub.Parent, r.sub.ResourceID)
		if err := p.attach(ctx, r); err != nil {
			return err
		}
	} else if _, twice := p.mains[key]; !twice { // the second is refused
		p.mains[key] = r.sub
	}
	r.sub.PK, r.sub.SK = key.PK, key.SK
	r.sub = armed(Settle(r.sub, r.terms, now), r.terms, now)
	listSub(&r.sub)
	return nil
}

func (p *portfolio) holder(ctx context.Context, id auth.PartyID) (party.Party, error) {
	if holder, ok := p.holders[id]; ok {
		return holder, nil
	}
	holder, err := party.Get(ctx, p.service.Table, id)
	if _, refused := problem.As(err); refused || (err == nil && holder.Kind != auth.Customer) {
		return holder, problem.Invalid("customer_id", "%q is not a customer; import it first", id)
	}
	if err == nil {
		p.holders[id] = holder
	}
	return holder, err
}

// product finds or makes the product of a row. It is made outside the row's transaction: many rows share it, and a product without
// resources harms nobody.
func (p *portfolio) product(ctx context.Context, r *subscriptionRow) error {
	row := ProductRow{
		ServiceTypeCode: r.sub.ServiceTypeCode, ServiceTypeName: r.sub.ServiceTypeName, ResourceTypeCode: r.sub.ResourceTypeCode,
		ResourceSpecCode: r.sub.SpecCode, RegionCode: r.sub.Region, OnSale: true,
	}.priced(r.unit, r.price)
	row.ID = importedProduct(row, r.unit, r.price)
	r.sub.ProductID = row.ID
	if p.products[row.ID] || p.dry {
		return nil
	}
	key := productKey(row.ID)
	made := &Product{Head: key.Head(), ProductRow: row}
	listProduct(made)
	if err := p.service.Table.Create(ctx, made); err != nil && !errors.Is(err, table.ErrExists) {
		return err
	}
	p.products[row.ID] = true
	return nil
}

// attach checks that an attached resource goes with its main one.
func (p *portfolio) attach(ctx context.Context, r *subscriptionRow) error {
	main, err := p.main(ctx, r.sub.Customer, r.sub.Parent)
	if err != nil {
		return err
	}
	if main.Closing == ClosedUnsubscribed || main.Closing == ClosedConverted {
		return problem.Invalid("parent_resource_id", "main resource %q has ended", r.sub.Parent)
	}
	if main.Expiry != r.sub.Expiry {
		return problem.Invalid("expire_time", "an attached resource expires with its main one, on %s", main.Expiry)
	}
	r.sub.Anchor, r.sub.Policy = main.Anchor, main.Policy
	return nil
}

// main gives a main resource as it stands, which may have been renewed since it was imported, or else as this import makes it.
func (p *portfolio) main(ctx context.Context, customer auth.PartyID, id ID) (Subscription, error) {
	key := subKey(customer, id)
	main, known := p.mains[key]
	if p.kept[key] {
		return main, nil
	}
	family, err := loadFamily(ctx, p.service.Table, customer, id)
	switch _, refused := problem.As(err); {
	case err == nil:
		main = family.Main
	case !refused:
		return main, err
	case !known:
		return main, problem.Invalid("parent_resource_id", "customer %q has no main resource %q", customer, id)
	}
	p.mains[key], p.kept[key] = main, true
	return main, nil
}

// order gives the order by which the row's last term was bought, elsewhere. What was released needs none.
func (r subscriptionRow) order() (Order, bool) {
	if r.sub.Status == StatusClosed {
		return Order{}, false
	}
	kind, from := OrderRenewal, r.sub.Expiry.AddMonths(-r.sub.Bought.Months(), r.sub.Anchor).End()
	if !r.sub.Effective.Before(from.Add(-24 * time.Hour)) { // bought once: from the purchase on
		kind, from = OrderNew, r.sub.Effective
	}
	o := newOrder(r.sub.Customer, kind, SourceSupplementary, "", from)
	o.Status, o.Paid, o.Amount, o.Unit, o.Count = OrderCompleted, from, r.paid, r.sub.Bought.Unit, r.sub.Bought.Count
	o.Lines = []OrderLine{{Resource: r.sub.ResourceID, Product: r.sub.ProductID, Amount: r.paid, From: from, To: r.sub.Expiry}}
	o.of(r.sub.ServiceTypeCode, r.sub.ServiceTypeName)
	listOrder(&o, r.sub.Partner)
	return o, true
}

func (r subscriptionRow) add(tx *table.Tx, by string, now time.Time) (string, error) {
	if r.sub.Parent != "" {
		key := pointerKey(r.sub.Customer, r.sub.ResourceID)
		tx.Create(&pointer{Head: key.Head(), Main: r.sub.Parent})
	}
	if o, ok := r.order(); ok {
		r.sub.LastOrder = o.ID
		tx.Create(&o)
	}
	tx.Create(&r.sub)
	event.Append(tx, event.Event{
		Type: EventImported, Subject: string(r.sub.ResourceID), Owner: string(r.sub.Customer), At: now, By: by,
	})
	if r.sub.Status == StatusInUse {
		return "", nil
	}
	return fmt.Sprintf("imported as %s", r.sub.Status), nil
}
