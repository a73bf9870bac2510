package subscription

import (
	"context"
	"iter"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Offer is a renewal as a notice offers it: by a term, at a price, of a main resource whose term ends on Expiry.
type Offer struct {
	Customer auth.PartyID
	Resource ID
	Expiry   calendar.Date
	Term     calendar.Term
	Price    money.Fen // of the whole family
}

// Offered is how an offer stands.
type Offered struct {
	Main  Subscription
	Until calendar.Date // to which the offer renews it, while it stands
	Order Order         // by which the term was renewed; without an id while the offer stands
}

// What an offer is refused for, besides what any renewal is. ASSUMED codes.
var (
	// ErrPriceChanged: the catalogue's price is another than the offer's.
	ErrPriceChanged = problem.New(http.StatusBadRequest, "CBC.99003652", "the price has changed")
	// ErrMeanwhile: the resource was renewed more than once since the offer, or left the term that it is for in another way.
	ErrMeanwhile = problem.New(http.StatusBadRequest, "CBC.99003653", "the resource has changed since")
)

// Consider says how an offer stands now. It changes nothing.
//
// Errors: ErrPriceChanged, ErrMeanwhile, those of Guard, ErrUnknown.
func (s *Service) Consider(ctx context.Context, o Offer) (Offered, error) {
	renewal, order, err := s.consider(ctx, o)
	got := Offered{Main: renewal.Family.Main, Order: order}
	if err == nil && order.ID == "" {
		got.Until, _ = renewal.until()
	}
	return got, err
}

// Accept renews by an offer and pays from the customer's balance. It holds only while the resource expires when the offer says: a second
// call finds a later expiry and returns the order that moved it.
//
// Errors: those of Consider, account.ErrInsufficientBalance, party.ErrBlocked; nothing has changed then.
func (s *Service) Accept(ctx context.Context, o Offer) (Offered, error) {
	var got Offered
	err := s.retry(ctx, func() error {
		renewal, order, err := s.consider(ctx, o)
		got = Offered{Main: renewal.Family.Main, Order: order}
		if err != nil || order.ID != "" {
			return err
		}
		tx := table.NewTx()
		order, family, err := s.payOffer(ctx, tx, renewal)
		if err != nil {
			return err
		}
		if err := s.Table.Commit(ctx, tx); err != nil {
			return err
		}
		got = Offered{Main: family.Main, Order: order}
		return nil
	})
	return got, err
}

func (s *Service) payOffer(ctx context.Context, tx *table.Tx, r Renewal) (Order, Family, error) {
	holder, err := party.Get(ctx, s.Table, r.Family.Main.Customer)
	if err != nil {
		return Order{}, Family{}, err
	}
	payer, err := s.payer(ctx, holder)
	if err != nil {
		return Order{}, Family{}, err
	}
	return r.Pay(tx, payer, TermsOf(holder))
}

// consider gives the renewal that an offer is, or the order by which its term was renewed already.
func (s *Service) consider(ctx context.Context, o Offer) (Renewal, Order, error) {
	r := Renewal{Term: o.Term, Source: SourceCustomer, By: "link of " + string(o.Customer), Now: s.Clock.Now()}
	holder, err := party.Get(ctx, s.Table, o.Customer)
	if err != nil {
		return r, Order{}, err
	}
	r.Day = holder.ExpiryDay
	if r.Family, err = loadFamily(ctx, s.Table, o.Customer, o.Resource); err != nil {
		return r, Order{}, err
	}
	main := r.Family.Main
	if main.Expiry != o.Expiry {
		var earlier Order
		if main.LastRenewal.Order != "" {
			err = s.Table.Get(ctx, orderKey(o.Customer, main.LastRenewal.Order), &earlier)
		}
		if err == nil && (len(earlier.Lines) == 0 || earlier.OldExpiry() != o.Expiry) {
			err = ErrMeanwhile.Saying("resource %q expires on %s, no longer on %s", o.Resource, main.Expiry, o.Expiry)
		}
		return r, earlier, err
	}
	if r.Products, err = products(ctx, s.Table, r.Family); err != nil {
		return r, Order{}, err
	}
	if err := r.guard(); err != nil {
		return r, Order{}, err
	}
	price, err := Quote(r.Family, r.Products, holder, o.Term)
	if err == nil && price != o.Price {
		err = ErrPriceChanged.Saying("%s of resource %q cost %s yuan, no longer %s", o.Term, o.Resource, price, o.Price)
	}
	return r, Order{}, err
}

// Quote gives the price of renewing a family of a holder by a term, as products have it. Errors: ErrOffShelf, ErrNoSuchPeriod.
func Quote(f Family, products Products, holder party.Party, term calendar.Term) (money.Fen, error) {
	lines, err := Renewal{Family: f, Products: products, Term: term, Day: holder.ExpiryDay}.lines()
	return Total(lines), err
}

// Families yields all that a customer holds or held, in id order, strongly consistent.
func Families(ctx context.Context, db *table.Client, customer auth.PartyID) iter.Seq2[Family, error] {
	return func(yield func(Family, error) bool) {
		var f Family
		for s, err := range table.All[Subscription](ctx, db, table.Query{PK: ownerKey(customer), Prefix: subPrefix, Strong: true}) {
			switch {
			case err != nil:
				yield(f, err)
				return
			case s.Parent != "":
				f.Attached = append(f.Attached, *s)
				continue
			case f.Main.ResourceID != "" && !yield(f, nil):
				return
			}
			f = Family{Main: *s}
		}
		if f.Main.ResourceID != "" {
			yield(f, nil)
		}
	}
}

// OfPartner yields the listed columns of the resources of a partner's customers that expire on the days from one to another, both included, month after
// month. An index may be late by a moment.
func OfPartner(ctx context.Context, db *table.Client, partner auth.PartyID, from, to calendar.Date) iter.Seq2[*Subscription, error] {
	return func(yield func(*Subscription, error) bool) {
		for month := from.AddMonths(0, 1); !month.After(to); month = month.AddMonths(1, 1) {
			for s, err := range table.All[Subscription](ctx, db, table.Query{Index: table.Listed, PK: partnerSubs(partner, month)}) {
				if err == nil && (s.Expiry.Before(from) || s.Expiry.After(to)) {
					continue
				}
				if !yield(s, err) || err != nil {
					return
				}
			}
		}
	}
}

// LoadFamily reads a main resource of a customer and what is attached to it, strongly consistent. Errors: ErrUnknown, ErrNotMain.
func LoadFamily(ctx context.Context, db *table.Client, customer auth.PartyID, id ID) (Family, error) {
	return loadFamily(ctx, db, customer, id)
}

// ReadProducts reads the products of families, strongly consistent, each once. One that the catalogue no longer has is missing.
func ReadProducts(ctx context.Context, db *table.Client, families []Family) (Products, error) {
	var keys []table.Key
	seen := map[ProductID]bool{}
	for _, f := range families {
		for _, s := range f.Members() {
			if !seen[s.ProductID] {
				seen[s.ProductID] = true
				keys = append(keys, productKey(s.ProductID))
			}
		}
	}
	found, err := table.GetAll[Product](ctx, db, keys)
	products := Products{}
	for _, p := range found {
		products[p.ID] = *p
	}
	return products, err
}

// BalanceOf gives what a customer can pay renewals with.
func BalanceOf(ctx context.Context, db *table.Client, customer auth.PartyID) (money.Fen, error) {
	payer, err := payerOf(ctx, db, customer)
	return payer.Balance, err
}
