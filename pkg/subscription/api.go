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
	return &Service{Table: env.Table(), Clock: env.Clock, Wall: env.Wall, Keys: env.Keyring()}
}

// Function declares the capability's HTTP function.
var Function = function.Declaration{
	Name: "subscription",
	Does: "Yearly and monthly resources and their orders: from the purchase to the refund, the catalogue and imports",
	HTTP: register,
	Grants: []function.Grant{
		function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey,
	},
	Timeout:  29 * time.Second, // an import of 1,000 rows; API Gateway waits for 30
	MemoryMB: 512,
	Under:    []string{"/v2/orders"},
}

// Work is the due work that the capability does, by kind.
func Work(env *function.Env) map[string]lifecycle.Handler {
	s := New(env)
	return map[string]lifecycle.Handler{WorkSubscription: s.Do, WorkOrder: s.DoOrder, WorkImport: s.DoImport, WorkRearm: s.DoRearm, WorkBulk: s.DoBulk}
}

func register(api *rest.API, env *function.Env) {
	bss(api, env)
	ends(api, env)
	orders(api, env)
	agentPayments(api, env)
	portfolioAPI(api, env)
	vendor(api, env)
	reports(api, env)
}

// bss registers the operations that BSS has too. Source: BSS_API.md A.
func bss(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListPayPerUseCustomerResources", Method: http.MethodPost, Path: "/v2/orders/suscriptions/resources/query",
		Summary: "List yearly and monthly resources",
		Allow:   reads(),
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

// ends registers the operations of BSS by which resources end or become others, and what they cost. Source: BSS_API.md A.
func ends(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListRenewRateOnPeriod", Method: http.MethodPost, Path: "/v2/bills/ratings/period-resources/renew-rate",
		Summary: "Quote the renewal of up to ten resources",
		Allow:   reads(),
	}, function.Lazily(env, New, (*Service).quote))
	rest.Register(api, rest.Operation{
		ID: "SetResourcesRenewConfig", Method: http.MethodPost, Path: "/v2/orders/subscriptions/resources/renew/config",
		Summary: "Set the deduction day or the unified expiry day of the calling customer",
		Allow:   auth.Only(auth.Customer, auth.SubscriptionConfigure),
		Status:  http.StatusNoContent,
	}, function.Lazily(env, New, (*Service).configure))
	rest.Register(api, rest.Operation{
		ID: "ShowResourcesRenewConfig", Method: http.MethodGet, Path: "/v2/orders/subscriptions/resources/renew/config",
		Summary: "Show the deduction day and the unified expiry day of the calling customer",
		Allow:   auth.Only(auth.Customer, auth.SubscriptionRead),
	}, function.Lazily(env, New, (*Service).showConfig))
	rest.Register(api, rest.Operation{
		ID: "CancelResourcesSubscription", Method: http.MethodPost, Path: "/v2/orders/subscriptions/resources/unsubscribe",
		Summary: "Unsubscribe up to ten resources, or their renewal periods to come",
		Allow:   auth.Only(auth.Customer, auth.SubscriptionEnd),
	}, function.Lazily(env, New, (*Service).unsubscribe))
	rest.Register(api, rest.Operation{
		ID: "UpdatePeriodToOnDemand", Method: http.MethodPost, Path: "/v2/orders/subscriptions/resources/to-on-demand",
		Summary: "Set or cancel the conversion of resources to on-demand at their expiry",
		Allow:   auth.Only(auth.Customer, auth.SubscriptionEnd),
	}, function.Lazily(env, New, (*Service).schedule))
	rest.Register(api, rest.Operation{
		ID: "UpdatePeriodToOnDemandInstantly", Method: http.MethodPost, Path: "/v2/orders/subscriptions/resources/to-on-demand/instantly",
		Summary: "Convert up to ten resources to on-demand at once",
		Allow:   auth.Only(auth.Customer, auth.SubscriptionEnd),
	}, function.Lazily(env, New, (*Service).convert))
	rest.Register(api, rest.Operation{
		ID: "ChangeResourceSpec", Method: http.MethodPost, Path: "/v2/orders/subscriptions/resources/spec/{resource_id}",
		Summary: "Change a resource to a bigger or smaller spec",
		Allow:   auth.Only(auth.Customer, auth.OrderPlace),
	}, function.Lazily(env, New, (*Service).changeSpecOf))
}

// orders registers the operations on orders. Source: BSS_API.md B.
func orders(api *rest.API, env *function.Env) {
	places := auth.Only(auth.Customer, auth.OrderPlace)
	rest.Register(api, rest.Operation{
		ID: "CreateSubscriptionOrder", Method: http.MethodPost, Path: "/v2/orders/subscriptions",
		Summary: "Order new yearly and monthly resources", Allow: places,
	}, function.Lazily(env, New, (*Service).purchase))
	rest.Register(api, rest.Operation{
		ID: "PayOrders", Method: http.MethodPost, Path: "/v3/orders/customer-orders/pay",
		Summary: "Pay an order that awaits payment", Allow: places, Status: http.StatusNoContent,
	}, function.Lazily(env, New, (*Service).pay))
	rest.Register(api, rest.Operation{
		ID: "CancelCustomerOrder", Method: http.MethodPut, Path: "/v2/orders/customer-orders/cancel",
		Summary: "Cancel an order that awaits payment", Allow: places, Status: http.StatusNoContent,
	}, function.Lazily(env, New, (*Service).cancelOrder))
	rest.Register(api, rest.Operation{
		ID: "ListCustomerOrders", Method: http.MethodGet, Path: "/v2/orders/customer-orders",
		Summary: "List orders", Allow: reads(),
	}, function.Lazily(env, New, (*Service).listOrders))
	rest.Register(api, rest.Operation{
		ID: "ShowCustomerOrderDetails", Method: http.MethodGet, Path: "/v2/orders/customer-orders/details/{order_id}",
		Summary: "Show an order with its lines", Allow: reads(),
	}, function.Lazily(env, New, (*Service).showOrderDetails))
	rest.Register(api, rest.Operation{
		ID: "ShowRefundOrderDetails", Method: http.MethodGet, Path: "/v2/orders/customer-orders/refund-orders",
		Summary: "Show from which resources and orders a refund came", Allow: reads(),
	}, function.Lazily(env, New, (*Service).showRefund))
	rest.Register(api, rest.Operation{
		ID: "ListOrderCouponsByOrderId", Method: http.MethodGet, Path: "/v2/orders/customer-orders/order-coupons",
		Summary: "List the coupons that an order can be paid with", Allow: places,
	}, function.Lazily(env, New, (*Service).listOrderCoupons))
	rest.Register(api, rest.Operation{
		ID: "ListOrderDiscounts", Method: http.MethodGet, Path: "/v2/orders/customer-orders/order-discounts",
		Summary: "List the discounts that an order can be paid with", Allow: places,
	}, function.Lazily(env, New, (*Service).listOrderDiscounts))
}

// reads allows what shows resources and orders: to customers their own, to partners those of their customers.
func reads() auth.Allow {
	return auth.Partners(auth.SubscriptionRead).Or(auth.Customer, auth.SubscriptionRead)
}

// reports registers what the vendor's provisioning and its reviewers say of orders.
func reports(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ReportOpening", Method: http.MethodPost, Path: "/v2/vendor/orders/{order_id}/opening",
		Summary: "Report whether the resources of a paid order are open", Allow: auth.Only(auth.Vendor, auth.OpeningReport),
	}, function.Lazily(env, New, (*Service).reportOpening))
	rest.Register(api, rest.Operation{
		ID: "ListRefundReviews", Method: http.MethodGet, Path: "/v2/vendor/refund-reviews",
		Summary: "List the large refunds that wait for a decision", Allow: auth.Only(auth.Vendor, auth.RefundReview),
	}, function.Lazily(env, New, (*Service).listReviews))
	rest.Register(api, rest.Operation{
		ID: "DecideRefundReview", Method: http.MethodPost, Path: "/v2/vendor/refund-reviews/{order_id}",
		Summary: "Allow or refuse a large refund", Allow: auth.Only(auth.Vendor, auth.RefundReview),
	}, function.Lazily(env, New, (*Service).decideReview))
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
