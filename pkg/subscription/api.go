package subscription

import (
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

const importBytes = 5 << 20 // of one sheet

// New returns the capability's service in env.
func New(env *function.Env) *Service {
	return &Service{Table: env.Table(), Clock: env.Clock, Wall: env.Wall}
}

// Function declares the capability's HTTP function.
var Function = function.Declaration{
	Name: "subscription",
	Does: "Yearly and monthly resources: lists, renewal, auto-renewal, the catalogue and imports",
	HTTP: register,
	Grants: []function.Grant{
		function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey,
	},
	Timeout:  29 * time.Second, // an import of 1,000 rows; API Gateway waits for 30
	MemoryMB: 512,
}

// Work is the due work that the capability does, by kind.
func Work(env *function.Env) map[string]lifecycle.Handler {
	s := New(env)
	return map[string]lifecycle.Handler{WorkSubscription: s.Do, WorkOrder: s.DoOrder, WorkImport: s.DoImport}
}

func register(api *rest.API, env *function.Env) {
	bss(api, env)
	vendor(api, env)
}

// bss registers the operations that BSS has too. Source: BSS_API.md A.
func bss(api *rest.API, env *function.Env) {
	reads := auth.Only(auth.Customer, auth.SubscriptionRead).Or(auth.Partner, auth.SubscriptionRead).
		Or(auth.Reseller, auth.SubscriptionRead).Or(auth.Distributor, auth.SubscriptionRead)
	rest.Register(api, rest.Operation{
		ID: "ListPayPerUseCustomerResources", Method: http.MethodPost, Path: "/v2/orders/suscriptions/resources/query",
		Summary: "List yearly and monthly resources",
		Allow:   reads,
	}, function.Lazily(env, New, (*Service).list))
	rest.Register(api, rest.Operation{
		ID: "RenewalResources", Method: http.MethodPost, Path: "/v2/orders/subscriptions/resources/renew",
		Summary: "Renew up to ten yearly or monthly resources",
		Allow:   auth.Only(auth.Customer, auth.SubscriptionRenew),
	}, function.Lazily(env, New, (*Service).renew))
	rest.Register(api, rest.Operation{
		ID: "AutoRenewalResources", Method: http.MethodPost, Path: "/v2/orders/subscriptions/resources/autorenew/{resource_id}",
		Summary: "Turn on the auto-renewal of a resource, or change its count",
		Allow:   auth.Only(auth.Customer, auth.SubscriptionAutoRenew),
		Status:  http.StatusNoContent,
	}, function.Lazily(env, New, (*Service).switchOn))
	rest.Register(api, rest.Operation{
		ID: "CancelAutoRenewalResources", Method: http.MethodDelete, Path: "/v2/orders/subscriptions/resources/autorenew/{resource_id}",
		Summary: "Turn off the auto-renewal of a resource",
		Allow:   auth.Only(auth.Customer, auth.SubscriptionAutoRenew),
		Status:  http.StatusNoContent,
	}, function.Lazily(env, New, (*Service).switchOff))
}

// vendor registers the vendor's own operations.
func vendor(api *rest.API, env *function.Env) {
	manages := auth.Only(auth.Vendor, auth.ProductManage)
	rest.Register(api, rest.Operation{
		ID: "CreateProduct", Method: http.MethodPost, Path: "/v2/vendor/products", Status: http.StatusCreated,
		Summary: "Put a product into the catalogue", Allow: manages,
	}, function.Lazily(env, New, (*Service).createProduct))
	rest.Register(api, rest.Operation{
		ID: "ShowProduct", Method: http.MethodGet, Path: "/v2/vendor/products/{product_id}",
		Summary: "Show a product", Allow: manages,
	}, function.Lazily(env, New, (*Service).showProduct))
	rest.Register(api, rest.Operation{
		ID: "ListProducts", Method: http.MethodGet, Path: "/v2/vendor/products",
		Summary: "List the products of a service", Allow: manages,
	}, function.Lazily(env, New, (*Service).listProducts))
	rest.Register(api, rest.Operation{
		ID: "ChangeProduct", Method: http.MethodPut, Path: "/v2/vendor/products/{product_id}",
		Summary: "Set a product's prices and whether it is on sale", Allow: manages,
	}, function.Lazily(env, New, (*Service).changeProduct))

	imports := auth.Only(auth.Vendor, auth.PortfolioImport)
	rest.Register(api, rest.Operation{
		ID: "ImportCustomers", Method: http.MethodPost, Path: "/v2/vendor/customers/import", Consumes: "text/csv", MaxBody: importBytes,
		Summary: "Import customers with their opening balances", Allow: imports,
	}, function.Lazily(env, New, (*Service).importCustomers))
	rest.Register(api, rest.Operation{
		ID: "ImportSubscriptions", Method: http.MethodPost, Path: "/v2/vendor/subscriptions/import", Consumes: "text/csv", MaxBody: importBytes,
		Summary: "Import a portfolio of resources", Allow: imports,
	}, function.Lazily(env, New, (*Service).importSubscriptions))
	rest.Register(api, rest.Operation{
		ID: "ShowImport", Method: http.MethodGet, Path: "/v2/vendor/imports/{import_id}",
		Summary: "Show how far a long import is, and its verdicts", Allow: imports,
	}, function.Lazily(env, New, (*Service).showImport))
}
