package webhook

import (
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
)

// Function declares the capability's HTTP function.
var Function = function.Declaration{
	Name:   "webhook",
	Does:   "Webhooks of parties: endpoints, their deliveries, and tests",
	HTTP:   register,
	Grants: []function.Grant{function.ReadTable, function.WriteTable, function.UseKey},
	Under:  []string{endpointsPath},
}

const (
	endpointsPath  = "/v2/webhooks"
	endpointPath   = endpointsPath + "/{webhook_id}"
	deliveriesPath = endpointPath + "/deliveries"
)

// everybody allows users of parties of every kind who manage webhooks.
func everybody() auth.Allow {
	allow := auth.Only(auth.Vendor, auth.WebhookManage)
	for _, kind := range []auth.Kind{auth.Distributor, auth.Reseller, auth.Partner, auth.Customer} {
		allow = allow.Or(kind, auth.WebhookManage)
	}
	return allow
}

func register(api *rest.API, env *function.Env) {
	op := func(id, method, path, summary string) rest.Operation {
		return rest.Operation{ID: id, Method: method, Path: path, Summary: summary, Allow: everybody()}
	}
	create := op("CreateWebhook", http.MethodPost, endpointsPath, "Have a system of one's own told of events by signed requests; the secret is shown once")
	create.Status, create.Description = http.StatusCreated, described()
	rest.Register(api, create, function.Lazily(env, New, (*Service).createHook))
	rest.Register(api, op("ListWebhooks", http.MethodGet, endpointsPath, "List the party's webhooks, and the types of events"),
		function.Lazily(env, New, (*Service).listHooks))
	rest.Register(api, op("ChangeWebhook", http.MethodPut, endpointPath, "Change a webhook, switch it on or off, or give it another secret"),
		function.Lazily(env, New, (*Service).changeHook))
	rest.Register(api, op("DeleteWebhook", http.MethodDelete, endpointPath, "Delete a webhook; what is still to be sent is dropped"),
		function.Lazily(env, New, (*Service).deleteHook))
	rest.Register(api, op("ListWebhookDeliveries", http.MethodGet, deliveriesPath, "List what a webhook was sent in the last 30 days, the newest first"),
		function.Lazily(env, New, (*Service).listDeliveries))
	send := op("SendWebhookDelivery", http.MethodPost, deliveriesPath, "Have a test event sent, or an earlier delivery once more")
	send.Status = http.StatusAccepted
	rest.Register(api, send, function.Lazily(env, New, (*Service).send))
}

// described documents requests and their signatures, for the API's documents.
func described() string {
	return "A request is a POST of JSON: version (1), id (the event's), type, created_at (UTC), party_id (whom the subject belongs to), subject_id and data " +
		"(ids, states, dates and amounts, as strings; never personal data). The subject is a resource for subscription.*, an order for order.*, a customer or a " +
		"request for association.*, customer.* and authorization.*, a quota for quota.*, a task for renewal_task.*, a list, bill or request for invoice.*, a " +
		"statement, incentive or payment request for incentive.*, a slip or question for performance.*, an opportunity for opportunity.*, a specialist's account " +
		"for specialist.*, a plan for membership.*, an agreement for agreement.*; what it is now, its own operation shows. What a step was and led to is in " +
		"data.step and data.state. ListWebhooks lists the types; a webhook that names none hears of those that come to be as well.\n\nThe headers are " + HeaderID + " (the event's id: the same event may come twice), " + HeaderType + " and " + HeaderSignature +
		", t=<seconds since 1970>,v1=<hex of the HMAC-SHA256 of \"<seconds>.<body>\" by the secret>. Refuse what is older than five minutes. While a new secret " +
		"is taken into use, for 24 hours, there is a v1 by the old one as well. " +
		"Requests may come in another order than what they tell of: go by created_at.\n\nAn answer of 2xx within five seconds is success. Redirects are not followed. What fails is sent again " +
		"after 5 and 15 minutes, 1, 3, 9 and 24 hours; a webhook that fails for a day is switched off, and its owner is told."
}
