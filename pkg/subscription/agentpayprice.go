package subscription

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/party"
)

// unchanged holds for a transaction that would cost and be of the same if it were ordered anew, and whose time has not come.
// Error: ErrReorder. Source: DOMAIN.md 2, "Pay on behalf".
func (s *Service) unchanged(ctx context.Context, t Transaction, holder party.Party, now time.Time) error {
	for _, o := range t.leaves() {
		if begins(*o, now) {
			return ErrReorder.Saying("order %q pays from %s on, which has passed; order again", o.ID, o.Lines[0].From.Format(time.RFC3339))
		}
		price, err := s.priceNow(ctx, *o, holder)
		if _, refused := problem.As(err); refused && !errors.Is(err, ErrReorder) { // off the shelf, or not sold so any more
			err = ErrReorder.Saying("order %q can't be placed so any more; order again", o.ID).Because(err)
		}
		if err != nil {
			return err
		}
		if price != o.Amount {
			return ErrReorder.Saying("order %q is of %s yuan and would cost %s now; order again", o.ID, o.Amount, price)
		}
	}
	return nil
}

// priceNow gives what an order that is not combined would cost by the catalogue of now. Errors: ErrReorder when it is of another spec than its
// resource has; ErrOffShelf, ErrNoSuchPeriod and ErrNoProduct.
func (s *Service) priceNow(ctx context.Context, o Order, holder party.Party) (money.Fen, error) {
	if o.Type == OrderNew {
		return s.purchasePrice(ctx, o)
	}
	family, err := loadFamily(ctx, s.Table, o.Customer, o.Main())
	if err != nil {
		return 0, err
	}
	specs := map[ID]ProductID{}
	for _, one := range family.Members() {
		specs[one.ResourceID] = one.ProductID
	}
	for _, l := range o.Lines {
		was := l.Product
		if o.Type == OrderChange {
			was = l.Old
		}
		if specs[l.Resource] != was {
			return 0, ErrReorder.Saying("resource %q is of another spec than order %q is for; order again", l.Resource, o.ID)
		}
	}
	if o.Type == OrderChange {
		return s.changePrice(ctx, o, family)
	}
	catalogue, err := products(ctx, s.Table, family)
	if err != nil {
		return 0, err
	}
	holder.ExpiryDay = o.ExpiryDay // as it was when the order was placed, which the order's own end goes by
	return Quote(family, catalogue, holder, calendar.Term{Unit: o.Unit, Count: o.Count})
}

func (s *Service) purchasePrice(ctx context.Context, o Order) (money.Fen, error) {
	catalogue, err := s.productsOf(ctx, o.Lines)
	if err != nil {
		return 0, err
	}
	var total money.Fen
	for _, l := range o.Lines {
		product := catalogue[l.Product]
		price, sold := product.Price(calendar.Term{Unit: o.Unit, Count: o.Count})
		if !product.OnSale || !sold {
			return 0, ErrOffShelf.Saying("product %q is no longer on sale", product.ID)
		}
		total += price
	}
	return total, nil
}

// changePrice gives what a change would have cost when it was ordered, by the catalogue of now.
func (s *Service) changePrice(ctx context.Context, o Order, f Family) (money.Fen, error) {
	stakes, _, err := s.stakesOf(ctx, f, o.Placed)
	if err != nil {
		return 0, err
	}
	r := respec{ending: ending{family: f}}
	for _, stake := range stakes {
		if stake.Line.Resource == o.Lines[0].Resource {
			r.stakes = append(r.stakes, stake)
		}
	}
	if r.old, err = loadProduct(ctx, s.Table, o.Lines[0].Old); err != nil {
		return 0, err
	}
	if r.new, err = loadProduct(ctx, s.Table, o.Lines[0].Product); err != nil {
		return 0, err
	}
	if !r.new.OnSale {
		return 0, ErrOffShelf.Saying("product %q is no longer on sale", r.new.ID)
	}
	return Total(Dearer(r.stakes, r.difference, o.Placed)), nil
}
