package subscription

import (
	"context"
	"errors"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// productBody is a product on the wire.
type productBody struct {
	ProductID        string       `json:"product_id" pattern:"^[A-Za-z0-9._:-]{1,64}$"`
	ServiceTypeCode  string       `json:"service_type_code" minLength:"1" maxLength:"64"`
	ServiceTypeName  string       `json:"service_type_name,omitempty" maxLength:"64"`
	ResourceTypeCode string       `json:"resource_type_code" minLength:"1" maxLength:"64"`
	ResourceSpecCode string       `json:"resource_spec_code" minLength:"1" maxLength:"64"`
	RegionCode       string       `json:"region_code" minLength:"1" maxLength:"32"`
	MonthPrice       *rest.Amount `json:"month_price,omitempty" doc:"Yuan for one month; absent when it is not sold by the month"`
	YearPrice        *rest.Amount `json:"year_price,omitempty" doc:"Yuan for one year; absent when it is not sold by the year"`
	OnSale           bool         `json:"on_sale" doc:"A product off sale is neither sold nor renewed"`
	Unsubscribe      Unsubscribe  `json:"unsubscribe,omitempty" enum:"never,savings_plan" doc:"never: free, trial and one-off; absent when it can be unsubscribed"`
	Opening          Opening      `json:"opening,omitempty" enum:"reported" doc:"reported: the vendor's provisioning reports it; absent when it opens with the payment"`
	Bundle           string       `json:"bundle,omitempty" maxLength:"64" doc:"The promotional bundle: what is bought in one order of these is renewed and unsubscribed as a whole"`
}

type (
	productInput  struct{ Body productBody }
	productOutput struct{ Body productBody }
	productPath   struct {
		ProductID string `path:"product_id" maxLength:"64"`
	}
	productChange struct {
		ProductID string `path:"product_id" maxLength:"64"`
		Body      struct {
			MonthPrice *rest.Amount `json:"month_price,omitempty" doc:"Yuan for one month; absent leaves it"`
			YearPrice  *rest.Amount `json:"year_price,omitempty" doc:"Yuan for one year; absent leaves it"`
			OnSale     *bool        `json:"on_sale,omitempty" doc:"Absent leaves it"`
		}
	}
)

func (b productBody) product() (*Product, error) {
	p := &Product{ProductRow: ProductRow{
		ID: ProductID(b.ProductID), ServiceTypeCode: b.ServiceTypeCode, ServiceTypeName: b.ServiceTypeName, ResourceTypeCode: b.ResourceTypeCode,
		ResourceSpecCode: b.ResourceSpecCode, RegionCode: b.RegionCode, OnSale: b.OnSale,
		Unsubscribe: b.Unsubscribe, Opening: b.Opening, Bundle: b.Bundle,
	}}
	key := productKey(p.ID)
	p.PK, p.SK = key.PK, key.SK
	listProduct(p)
	return p, p.reprice(b.MonthPrice, b.YearPrice)
}

// reprice sets the prices that are given. Error: CBC.0100 for a price that is not above 0.
func (p *Product) reprice(month, year *rest.Amount) error {
	if month != nil {
		p.MonthPrice = money.Fen(*month)
	}
	if year != nil {
		p.YearPrice = money.Fen(*year)
	}
	for name, price := range map[string]*rest.Amount{"month_price": month, "year_price": year} {
		if price != nil && *price <= 0 {
			return problem.Invalid(name, "%s is not above 0", money.Fen(*price))
		}
	}
	return nil
}

func showProduct(p *Product) productBody {
	price := func(fen money.Fen) *rest.Amount {
		if fen == 0 {
			return nil
		}
		amount := rest.Amount(fen)
		return &amount
	}
	return productBody{
		ProductID: string(p.ID), ServiceTypeCode: p.ServiceTypeCode, ServiceTypeName: p.ServiceTypeName, ResourceTypeCode: p.ResourceTypeCode,
		ResourceSpecCode: p.ResourceSpecCode, RegionCode: p.RegionCode, MonthPrice: price(p.MonthPrice), YearPrice: price(p.YearPrice), OnSale: p.OnSale,
		Unsubscribe: p.Unsubscribe, Opening: p.Opening, Bundle: p.Bundle,
	}
}

// createProduct puts a product into the catalogue. Putting the same again changes nothing and answers the same.
func (s *Service) createProduct(ctx context.Context, in *productInput) (*productOutput, error) {
	p, err := in.Body.product()
	if err != nil {
		return nil, err
	}
	tx := table.NewTx()
	tx.Create(p)
	s.audit(ctx, tx, EventProductCreated, p.ID)
	err = s.Table.Commit(ctx, tx)
	if errors.Is(err, table.ErrConflict) {
		var there Product
		if there, err = loadProduct(ctx, s.Table, p.ID); err == nil && there.ProductRow != p.ProductRow {
			err = problem.Invalid("product_id", "%q exists; change it by PUT", p.ID)
		}
	}
	return &productOutput{Body: showProduct(p)}, err
}

func (s *Service) showProduct(ctx context.Context, in *productPath) (*productOutput, error) {
	p, err := loadProduct(ctx, s.Table, ProductID(in.ProductID))
	return &productOutput{Body: showProduct(&p)}, err
}

// changeProduct sets prices and whether it is on sale. Orders keep the prices that they were placed at.
func (s *Service) changeProduct(ctx context.Context, in *productChange) (*productOutput, error) {
	var next Product
	err := s.retry(ctx, func() error {
		old, err := loadProduct(ctx, s.Table, ProductID(in.ProductID))
		if err != nil {
			return err
		}
		next = old
		if err := next.reprice(in.Body.MonthPrice, in.Body.YearPrice); err != nil {
			return err
		}
		if in.Body.OnSale != nil {
			next.OnSale = *in.Body.OnSale
		}
		tx := table.NewTx()
		tx.Replace(&old, &next)
		s.audit(ctx, tx, EventProductChanged, next.ID)
		return s.Table.Commit(ctx, tx)
	})
	return &productOutput{Body: showProduct(&next)}, err
}

// The events of the catalogue, which are the vendor's.
const (
	EventProductCreated = "product.created"
	EventProductChanged = "product.changed"
)

func (s *Service) audit(ctx context.Context, tx *table.Tx, kind string, id ProductID) {
	by := rest.Caller(ctx)
	event.Append(tx, event.Event{Type: kind, Subject: string(id), Owner: string(by.Party), At: s.Clock.Now(), By: by.Masked()})
}
