package promotion

import (
	"slices"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
)

// Limits say what a voucher pays for and, of a quota, who may get its vouchers. An empty list limits nothing.
type Limits struct {
	Services  []string  `dynamodbav:"svcs,omitempty"` // cloud service types
	Products  []string  `dynamodbav:"prods,omitempty"`
	Customers []string  `dynamodbav:"custs,omitempty"` // a quota's alone: whom its vouchers may be issued to
	MinOrder  money.Fen `dynamodbav:"min,omitempty"`   // the least that an order costs
}

// Narrow gives the limits of a voucher of a quota with limits l: what is not asked for is the quota's, and what is asked for lies inside it.
// Error: CBC.0100. Source: the SDK's CreatePartnerCouponsReq.
func (l Limits) Narrow(asked Limits) (Limits, error) {
	services, err := narrow("cloud_service_types", l.Services, asked.Services)
	if err != nil {
		return l, err
	}
	products, err := narrow("product_ids", l.Products, asked.Products)
	if err != nil {
		return l, err
	}
	least := asked.MinOrder
	switch {
	case least < 0:
		return l, problem.Invalid("min_order_amount", "%s is less than 0", least)
	case least == 0:
		least = l.MinOrder
	case least < l.MinOrder:
		return l, problem.Invalid("min_order_amount", "%s is less than the quota's %s", least, l.MinOrder)
	}
	return Limits{Services: services, Products: products, MinOrder: least}, nil
}

func narrow(field string, quota, asked []string) ([]string, error) {
	if len(asked) == 0 {
		return quota, nil
	}
	for _, one := range asked {
		switch {
		case one == "":
			return nil, problem.Invalid(field, "an entry is empty")
		case len(quota) > 0 && !slices.Contains(quota, one):
			return nil, problem.Invalid(field, "%q is not among the quota's %q", one, quota)
		}
	}
	return asked, nil
}

// Admits reports whether vouchers of a quota may be issued to a customer.
func (l Limits) Admits(customer auth.PartyID) bool {
	return len(l.Customers) == 0 || slices.Contains(l.Customers, string(customer))
}

// Purchase is what an order buys, as vouchers are limited by it.
type Purchase struct {
	Services []string // cloud service types of all that is bought
	Products []string // ids of all that is bought
	Amount   money.Fen
}

// Covers reports whether a voucher of these limits pays for a purchase: for all that it buys. ASSUMED for orders of several products.
func (l Limits) Covers(p Purchase) bool {
	return p.Amount >= l.MinOrder && within(l.Services, p.Services) && within(l.Products, p.Products)
}

func within(limits, all []string) bool {
	return len(limits) == 0 || !slices.ContainsFunc(all, func(one string) bool { return !slices.Contains(limits, one) })
}
