package subscription

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

type listInput struct {
	rest.Lenient
	Body listBody
}

type listBody struct {
	rest.Paging
	ResourceIDs     []string     `json:"resource_ids,omitempty" maxItems:"50" doc:"Main resources are listed with what is attached to them"`
	OrderID         string       `json:"order_id,omitempty" maxLength:"64" doc:"Resources that this order was for"`
	OnlyMain        int          `json:"only_main_resource,omitempty" enum:"0,1" doc:"1 leaves out attached resources"`
	StatusList      []int        `json:"status_list,omitempty" doc:"2 in use, 3 closed, 4 frozen, 5 expired"`
	ExpireTimeBegin rest.Instant `json:"expire_time_begin,omitempty"`
	ExpireTimeEnd   rest.Instant `json:"expire_time_end,omitempty"`
	ServiceTypeCode string       `json:"service_type_code,omitempty" maxLength:"64"`
	CustomerID      string       `json:"customer_id,omitempty" maxLength:"64" doc:"For partners: one customer's; absent is all customers'"`
}

// resource is a resource on the wire: the SDK's OrderInstanceV2.
type resource struct {
	ID               string       `json:"id"`
	ResourceID       string       `json:"resource_id"`
	ResourceName     string       `json:"resource_name,omitempty"`
	RegionCode       string       `json:"region_code,omitempty"`
	ServiceTypeCode  string       `json:"service_type_code"`
	ServiceTypeName  string       `json:"service_type_name,omitempty"`
	ResourceTypeCode string       `json:"resource_type_code"`
	ResourceSpecCode string       `json:"resource_spec_code"`
	ProductID        string       `json:"product_id"`
	ParentResourceID string       `json:"parent_resource_id,omitempty"`
	IsMainResource   int          `json:"is_main_resource" enum:"0,1"`
	Status           int          `json:"status" enum:"2,3,4,5"`
	EffectiveTime    rest.Instant `json:"effective_time"`
	ExpireTime       rest.Instant `json:"expire_time"`
	ExpirePolicy     int          `json:"expire_policy" enum:"0,1,2,3,4,5"`
	UpdateTime       rest.Instant `json:"update_time"`
	CustomerID       string       `json:"customer_id"`
}

type listOutput struct {
	rest.CountHeader
	Body struct {
		Data       []resource `json:"data"`
		TotalCount int        `json:"total_count"`
		Marker     string     `json:"marker,omitempty" doc:"Where the next page starts; absent on the last one"`
	}
}

func (b listBody) filter() Filter {
	f := Filter{
		MainOnly: b.OnlyMain == 1, Order: OrderID(b.OrderID), ServiceType: b.ServiceTypeCode,
		ExpireFrom: time.Time(b.ExpireTimeBegin), ExpireTo: time.Time(b.ExpireTimeEnd),
	}
	for _, id := range b.ResourceIDs {
		f.IDs = append(f.IDs, ID(id))
	}
	for _, st := range b.StatusList {
		f.Statuses = append(f.Statuses, Status(st))
	}
	return f
}

// list lists a customer's resources, for itself or for its partner, or those of all customers of the calling partner.
func (s *Service) list(ctx context.Context, in *listInput) (*listOutput, error) {
	if err := in.Body.Check(); err != nil {
		return nil, err
	}
	all, query, err := s.all(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	page, err := rest.Collect(all, in.Body.Paging)
	if err != nil {
		return nil, err
	}
	out := &listOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Data = page.Total, []resource{}
	for _, one := range page.Items {
		out.Body.Data = append(out.Body.Data, show(one))
	}
	if page.More && len(in.Body.ResourceIDs) == 0 && in.Body.OrderID == "" {
		last := page.Items[len(page.Items)-1]
		if query.PK = last.PK; query.Index != "" {
			query.PK = last.G1PK
		}
		out.Body.Marker, err = s.Table.Marker(ctx, query, last)
	}
	return out, err
}

// all gives what the caller may see and asks for, in order, and the query whose markers its pages have.
func (s *Service) all(ctx context.Context, b listBody) (iter.Seq2[*Subscription, error], table.Query, error) {
	caller := rest.Caller(ctx)
	query := table.Query{After: b.Marker, Scope: scope(caller, b), Page: int32(b.Size() + 1)}
	filter := b.filter()
	customer := caller.Party
	if caller.Kind != auth.Customer {
		if b.CustomerID == "" {
			query.Index = table.Listed
			return s.ofPartner(ctx, caller, filter, query), query, nil
		}
		holder, err := party.ForCaller(ctx, s.Table, caller, auth.PartyID(b.CustomerID))
		if err != nil {
			return nil, query, err
		}
		customer = holder.ID
	}
	switch {
	case filter.Order != "":
		return s.ofOrder(ctx, customer, filter), query, nil
	case len(filter.IDs) > 0:
		return s.named(ctx, customer, filter), query, nil
	default:
		return s.ofCustomer(ctx, customer, filter, query), query, nil
	}
}

// scope binds a marker to who asked for what.
func scope(caller auth.Principal, b listBody) string {
	b.Paging = rest.Paging{}
	filters, err := json.Marshal(b)
	if err != nil {
		panic(err) // a struct of texts and numbers
	}
	return "resources " + string(caller.Party) + " " + string(filters)
}

func show(s *Subscription) resource {
	r := resource{
		ID: string(s.ResourceID), ResourceID: string(s.ResourceID), ResourceName: s.Name, RegionCode: s.Region,
		ServiceTypeCode: s.ServiceTypeCode, ServiceTypeName: s.ServiceTypeName, ResourceTypeCode: s.ResourceTypeCode,
		ResourceSpecCode: s.SpecCode, ProductID: string(s.ProductID), ParentResourceID: string(s.Parent),
		Status: int(s.Status), EffectiveTime: rest.Instant(s.Effective), ExpireTime: rest.Instant(s.Expiry.LastSecond()),
		ExpirePolicy: int(s.Policy), UpdateTime: rest.Instant(s.UpdatedAt), CustomerID: string(s.Customer),
	}
	if s.Parent == "" {
		r.IsMainResource = 1
	}
	return r
}

type productsInput struct {
	rest.QueryPaging
	ServiceTypeCode string `query:"service_type_code" required:"true" minLength:"1" maxLength:"64"`
}

type productsOutput struct {
	rest.CountHeader
	Body struct {
		Products   []productBody `json:"products"`
		TotalCount int           `json:"total_count"`
		Marker     string        `json:"marker,omitempty"`
	}
}

// listProducts lists the products of one service by id.
func (s *Service) listProducts(ctx context.Context, in *productsInput) (*productsOutput, error) {
	query := table.Query{Index: table.Listed, PK: "CATALOGUE#" + in.ServiceTypeCode, Scope: "products"}
	page, err := rest.List[Product](ctx, s.Table, query, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &productsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Products = page.Total, page.Marker, []productBody{}
	for _, p := range page.Items {
		out.Body.Products = append(out.Body.Products, showProduct(p))
	}
	return out, nil
}
