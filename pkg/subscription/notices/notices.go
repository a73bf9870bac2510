package notices

import (
	"cmp"
	"context"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/subscription/renewlink"
)

// urgentDays is how near an expiry must be to be told by SMS as well. ASSUMED
const urgentDays = 3

// forecastDays is how far ahead a customer is told what auto-renewal will need. Source: the deduction is seven days before the expiry.
const forecastDays = 7

// Source gives the source of the digests of customers and of their partners.
func Source(db *table.Client) digest.Source {
	return func(ctx context.Context, ask digest.Ask) (digest.Content, error) {
		reader, err := party.Get(ctx, db, ask.Party)
		if err != nil {
			return digest.Content{}, err
		}
		t := &telling{db: db, ask: ask, reader: reader, words: wordsOf(notify.LocaleOf(reader.Locale))}
		if reader.Kind == auth.Customer {
			return t.toHolder(ctx)
		}
		return t.toPartner(ctx)
	}
}

// telling is one digest in the making.
type telling struct {
	db       *table.Client
	ask      digest.Ask
	reader   party.Party
	words    words
	items    []item
	renewing []subscription.Family // what a holder has that renews itself
	next     time.Time
	balance  money.Fen
	seen     subscription.Forecast // of what auto-renewal will need, when the digest speaks of renewals to come
}

// item is one thing to tell: a resource, what is said of it, and whose it is.
type item struct {
	family subscription.Family
	notice subscription.Notice
	holder party.Party
	price  money.Fen // of its next renewal; 0 when it can't be renewed
}

// toHolder reads what a customer holds.
func (t *telling) toHolder(ctx context.Context) (digest.Content, error) {
	for f, err := range subscription.Families(ctx, t.db, t.reader.ID) {
		if err != nil {
			return digest.Content{}, err
		}
		if n, ok := subscription.Announce(f.Main, t.ask.Mark, t.ask.AsOf); ok {
			t.items = append(t.items, item{family: f, notice: n, holder: t.reader})
		}
		if f.Main.Policy == subscription.PolicyAutoRenew {
			t.renewing = append(t.renewing, f)
		}
		if at, ok := subscription.NextMorning(f.Main, t.ask.AsOf); ok && (t.next.IsZero() || at.Before(t.next)) {
			t.next = at
		}
	}
	t.sort()
	if err := t.quote(ctx); err != nil {
		return digest.Content{}, err
	}
	return t.content(), nil
}

// toPartner looks at what the partner's notices point to: failures, grace, freezing and releases of its resale customers.
func (t *telling) toPartner(ctx context.Context) (digest.Content, error) {
	type subject struct {
		customer auth.PartyID
		id       subscription.ID
	}
	since := map[subject]time.Time{}
	for n, err := range notify.Notices(ctx, t.db, t.reader.ID, t.ask.Mark, t.ask.AsOf) {
		if err != nil {
			return digest.Content{}, err
		}
		s := subject{n.Customer, subscription.ID(n.Subject)}
		if at, seen := since[s]; !seen || n.At.Before(at) {
			since[s] = n.At
		}
	}
	for s, at := range since {
		if err := t.look(ctx, s.customer, s.id, at); err != nil {
			return digest.Content{}, err
		}
	}
	t.sort()
	return t.content(), nil
}

// look adds what there is to tell of a resale customer's resource since an event.
func (t *telling) look(ctx context.Context, customer auth.PartyID, id subscription.ID, since time.Time) error {
	holder, err := party.Get(ctx, t.db, customer)
	if err != nil {
		return err
	}
	if holder.Partner != t.reader.ID || holder.AssociationType != party.Resale {
		return nil // no longer the partner's business
	}
	family, err := subscription.LoadFamily(ctx, t.db, customer, id)
	if _, gone := problem.As(err); gone {
		return nil
	}
	if err != nil {
		return err
	}
	n, ok := subscription.Announce(family.Main, since, t.ask.AsOf)
	if ok && slices.Contains(partnerKinds, n.Kind) {
		t.items = append(t.items, item{family: family, notice: n, holder: holder})
	}
	return nil
}

// order is that of the kinds in a digest, the most urgent first.
var order = []subscription.NoticeKind{
	subscription.NoticeReleasing, subscription.NoticeRetention, subscription.NoticeGrace, subscription.NoticeRenewalFailed,
	subscription.NoticeExpiring, subscription.NoticeReleased, subscription.NoticeUnsubscribed, subscription.NoticeRenewing, subscription.NoticeRenewed,
}

// partnerKinds are what a partner is told of.
var partnerKinds = []subscription.NoticeKind{
	subscription.NoticeReleasing, subscription.NoticeRetention, subscription.NoticeGrace, subscription.NoticeRenewalFailed,
	subscription.NoticeReleased, subscription.NoticeUnsubscribed,
}

// sort puts the most urgent first: by kind, then by date, then by whose it is and its id.
func (t *telling) sort() {
	slices.SortFunc(t.items, func(a, b item) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.notice.Kind), slices.Index(order, b.notice.Kind)), a.notice.Date.Compare(b.notice.Date),
			cmp.Compare(a.holder.ID, b.holder.ID), cmp.Compare(a.family.Main.ResourceID, b.family.Main.ResourceID),
		)
	})
}

// quote prices the next renewal of what the digest will name, and reads the balance that pays for it.
func (t *telling) quote(ctx context.Context) error {
	named := t.items[:min(len(t.items), digest.MaxLines)]
	families := make([]subscription.Family, len(named))
	for i := range named {
		families[i] = named[i].family
	}
	products, err := subscription.ReadProducts(ctx, t.db, families)
	if err != nil || len(named) == 0 {
		return err
	}
	for i := range named {
		main := named[i].family.Main
		term := subscription.RenewalTerm(main)
		if subscription.Guard(main, products[main.ProductID], term, t.ask.AsOf) != nil {
			continue
		}
		price, err := subscription.Quote(named[i].family, products, named[i].holder, term)
		if err == nil {
			named[i].price = price
		}
	}
	if t.balance, err = subscription.BalanceOf(ctx, t.db, t.reader.ID); err != nil {
		return err
	}
	return t.foresee(ctx)
}

// foresee forecasts what auto-renewal will need, for a digest that tells of a renewal that is to be tried. Source: DOMAIN.md 5, "Low-balance warning".
func (t *telling) foresee(ctx context.Context) error {
	tried := func(i item) bool {
		return i.notice.Kind == subscription.NoticeRenewing || i.notice.Kind == subscription.NoticeRenewalFailed
	}
	if !slices.ContainsFunc(t.items, tried) {
		return nil
	}
	renewing := func(yield func(subscription.Family, error) bool) {
		for _, f := range t.renewing {
			if !yield(f, nil) {
				return
			}
		}
	}
	outlook, err := subscription.ReadOutlook(ctx, t.db, t.reader, renewing, forecastDays, t.ask.AsOf)
	if err == nil {
		t.seen, err = subscription.Foresee(outlook)
	}
	return err
}

// content groups the items.
func (t *telling) content() digest.Content {
	c := digest.Content{
		To:   t.reader.Address(),
		Next: t.next,
	}
	for start := 0; start < len(t.items); {
		kind := t.items[start].notice.Kind
		end := start
		for end < len(t.items) && t.items[end].notice.Kind == kind {
			end++
		}
		c.Groups = append(c.Groups, t.group(kind, t.items[start:end]))
		start = end
	}
	if len(t.items) > 0 {
		first := t.items[0].notice
		c.Subject = t.words.subject(first, len(c.Groups[0].Lines))
		c.Intro = []string{t.words.dear(t.reader.Name), t.words.intro(t.reader.Kind == auth.Customer)}
		c.Text = t.text()
	}
	return c
}

// offer gives the renewal that an item's link offers.
func (i item) offer() subscription.Offer {
	main := i.family.Main
	return subscription.Offer{
		Customer: main.Customer, Resource: main.ResourceID, Expiry: main.Expiry, Term: subscription.RenewalTerm(main), Price: i.price,
	}
}

// act gives the link by which the reader renews, nil when it can't or need not.
func (t *telling) act(i item) *digest.Act {
	if i.price == 0 || t.reader.Kind != auth.Customer {
		return nil
	}
	return &digest.Act{Label: t.words.renew, Link: renewlink.To(i.offer(), t.words.locale, t.ask.AsOf)}
}

// text gives the SMS: how many things are urgent, and the most urgent of them. Partners get none.
func (t *telling) text() *digest.Text {
	if t.reader.Kind != auth.Customer {
		return nil
	}
	var urgent []item
	for _, i := range t.items {
		if i.urgent() {
			urgent = append(urgent, i)
		}
	}
	if len(urgent) == 0 {
		return nil
	}
	text := &digest.Text{Template: "resources_plain", Params: t.words.text(urgent[0], len(urgent))}
	if act := t.act(urgent[0]); act != nil {
		text.Template, text.Link = "resources", &act.Link
	}
	return text
}

// urgent holds for what is told by SMS as well.
func (i item) urgent() bool {
	switch i.notice.Kind {
	case subscription.NoticeReleasing, subscription.NoticeRetention, subscription.NoticeGrace, subscription.NoticeRenewalFailed,
		subscription.NoticeReleased, subscription.NoticeUnsubscribed:
		return true
	case subscription.NoticeExpiring:
		return i.notice.Days <= urgentDays
	case subscription.NoticeRenewing, subscription.NoticeRenewed:
	}
	return false
}
