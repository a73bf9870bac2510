package subscription

import (
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
)

const planBytes = 256 << 10 // of one sheet of 1,000 rows

// portfolioAPI registers what a customer's users do with a whole portfolio: look back, look ahead, and renew in bulk.
func portfolioAPI(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListResourceEvents", Method: http.MethodGet, Path: "/v2/orders/subscriptions/resources/{resource_id}/events",
		Summary: "List what happened to a resource", Allow: reads().Or(auth.Vendor, auth.SubscriptionRead),
	}, function.Lazily(env, New, (*Service).events))
	rest.Register(api, rest.Operation{
		ID: "ShowResourceTimeline", Method: http.MethodGet, Path: "/v2/orders/subscriptions/resources/{resource_id}/timeline",
		Summary: "Show what happened to a resource, what will, and what would under each expiry policy",
		Allow:   reads().Or(auth.Vendor, auth.SubscriptionRead),
	}, function.Lazily(env, New, (*Service).timeline))
	rest.Register(api, rest.Operation{
		ID: "ForecastRenewals", Method: http.MethodGet, Path: "/v2/orders/subscriptions/resources/renewals-forecast",
		Summary: "Forecast the auto-renewals of a customer and whether its balance is enough for them", Allow: reads(),
	}, function.Lazily(env, New, (*Service).forecast))

	renews := auth.Only(auth.Customer, auth.SubscriptionRenew)
	rest.Register(api, rest.Operation{
		ID: "CreateRenewalPlan", Method: http.MethodPost, Path: "/v2/orders/subscriptions/resources/renewals/plans",
		Summary: "Judge and price the renewal of up to 1,000 resources, without renewing them",
		Allow:   renews, Consumes: "text/csv", MaxBody: planBytes, Status: http.StatusCreated,
	}, function.Lazily(env, New, (*Service).createPlan))
	rest.Register(api, rest.Operation{
		ID: "ShowRenewalPlan", Method: http.MethodGet, Path: "/v2/orders/subscriptions/resources/renewals/plans/{plan_id}",
		Summary: "Show a renewal plan and what became of it", Allow: renews,
	}, function.Lazily(env, New, (*Service).showPlan))
	rest.Register(api, rest.Operation{
		ID: "CommitRenewalPlan", Method: http.MethodPost, Path: "/v2/orders/subscriptions/resources/renewals/plans/{plan_id}/commit",
		Summary: "Renew what a plan accepts, at its prices", Allow: renews,
	}, function.Lazily(env, New, (*Service).commitPlan))
}
