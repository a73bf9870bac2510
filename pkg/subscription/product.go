package subscription

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// ProductID names a product of the catalogue.
type ProductID string

// Product is something of the vendor's catalogue that is sold by the month or the year. Prices are of one period.
type Product struct {
	table.Head
	ProductRow `dynamodbav:"row"`
}

// ProductRow is what the catalogue lists of a product.
type ProductRow struct {
	ID               ProductID `dynamodbav:"id"`
	ServiceTypeCode  string    `dynamodbav:"svc"`
	ServiceTypeName  string    `dynamodbav:"svc_name,omitempty"`
	ResourceTypeCode string    `dynamodbav:"type"`
	ResourceSpecCode string    `dynamodbav:"spec"`
	RegionCode       string    `dynamodbav:"region"`
	MonthPrice       money.Fen `dynamodbav:"month,omitempty"` // 0: not sold by the month
	YearPrice        money.Fen `dynamodbav:"year,omitempty"`  // 0: not sold by the year
	OnSale           bool      `dynamodbav:"on_sale"`

	Unsubscribe Unsubscribe `dynamodbav:"unsub,omitempty"`
	Opening     Opening     `dynamodbav:"open,omitempty"`
	Bundle      string      `dynamodbav:"bundle,omitempty"` // the promotional bundle that it is sold in: what is bought in one order of these is renewed and unsubscribed as a whole
}

// Unsubscribe says whether a product can be unsubscribed. Source: DOMAIN.md 1, "Not refundable".
type Unsubscribe string

// The ways of unsubscribing.
const (
	UnsubscribeAlways      Unsubscribe = ""
	UnsubscribeNever       Unsubscribe = "never"        // free, trial and one-off services, most resource packages
	UnsubscribeSavingsPlan Unsubscribe = "savings_plan" // 节省计划
)

// Opening says who opens what was bought.
type Opening string

// The ways of opening.
const (
	OpenAtOnce   Opening = ""         // with the payment
	OpenByVendor Opening = "reported" // the vendor's provisioning says that it has
)

// Price gives the price of a term: periods times the price of one. ok is false when the product is not sold by that period.
func (p Product) Price(term calendar.Term) (price money.Fen, ok bool) {
	one := p.MonthPrice
	if term.Unit == calendar.Year {
		one = p.YearPrice
	}
	return one * money.Fen(term.Count), one > 0
}

// days gives the price of days that a unified expiry day adds to a term of a unit, rounded down. Source: DOMAIN.md 1, Decision 1.
func (p Product) days(unit calendar.Unit, n int) money.Fen {
	if unit == calendar.Year {
		return money.MulDivFloor(p.YearPrice, int64(n), daysOfYear)
	}
	return money.MulDivFloor(p.MonthPrice, int64(n), daysOfMonth)
}

// priced gives the row with the price of one period.
func (p ProductRow) priced(unit calendar.Unit, price money.Fen) ProductRow {
	if unit == calendar.Year {
		p.YearPrice = price
	} else {
		p.MonthPrice = price
	}
	return p
}

// ErrNoProduct: the catalogue has no such product. Source: DOMAIN.md 18.
var ErrNoProduct = problem.New(http.StatusBadRequest, "CBC.99006006", "no such product")

// importedProduct gives the id of the product that an import makes of a row: the hash of what makes it one product.
// Source: MECHANICS.md "Requests".
func importedProduct(row ProductRow, unit calendar.Unit, price money.Fen) ProductID {
	sum := sha256.Sum256([]byte(strings.Join([]string{
		row.ServiceTypeCode, row.ResourceTypeCode, row.ResourceSpecCode, row.RegionCode, strconv.Itoa(int(unit)), price.String(),
	}, "\x1f")))
	return ProductID("p-" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15])))
}

// loadProduct reads a product, strongly consistent. Error: ErrNoProduct.
func loadProduct(ctx context.Context, db *table.Client, id ProductID) (Product, error) {
	var p Product
	err := db.Get(ctx, productKey(id), &p)
	if errors.Is(err, table.ErrNotFound) {
		return p, ErrNoProduct.Saying("product %q does not exist", id).In("product_id")
	}
	return p, err
}
