package customer

import (
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
)

const customersPath = "/v2/partners/sub-customers"

// bss registers the operations that BSS has too. Source: BSS_API.md E.
func bss(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListSubCustomers", Method: http.MethodPost, Path: customersPath + "/query",
		Summary: "List a partner's customers", Allow: auth.Partners(auth.CustomerRead),
	}, function.Lazily(env, New, (*Service).listCustomers))
	rest.Register(api, rest.Operation{
		ID: "CreateSubCustomer", Method: http.MethodPost, Path: customersPath,
		Summary: "Create a customer and associate it", Allow: auth.Partners(auth.CustomerCreate),
	}, function.Lazily(env, New, (*Service).createCustomer))
	rest.Register(api, rest.Operation{
		ID: "CheckUserIdentity", Method: http.MethodPost, Path: customersPath + "/users/check-identity",
		Summary: "Ask whether a customer can register with a name, mail address or phone number", Allow: auth.Partners(auth.CustomerCreate),
	}, function.Lazily(env, New, (*Service).checkIdentity))
	rest.Register(api, rest.Operation{
		ID: "SendVerificationMessageCode", Method: http.MethodPost, Path: "/v2/bases/verificationcode/send",
		Summary: "Send a verification code by SMS or mail", Allow: auth.Partners(auth.CustomerCreate),
	}, function.Lazily(env, New, (*Service).sendCode))
	rest.Register(api, rest.Operation{
		ID: "ListSubCustomerNewTag", Method: http.MethodPost, Path: customersPath + "/new-customers-tags/batch-query",
		Summary: "List the new-customer tags of a partner's customers", Allow: auth.Partners(auth.CustomerRead),
	}, function.Lazily(env, New, (*Service).listTags))
	rest.Register(api, rest.Operation{
		ID: "ListIndirectPartners", Method: http.MethodPost, Path: "/v2/partners/indirect-partners/query",
		Summary: "List a distributor's resellers", Allow: auth.Only(auth.Distributor, auth.ResellerRead),
	}, function.Lazily(env, New, (*Service).listResellers))
	rest.Register(api, rest.Operation{
		ID: "ListCustomerOnDemandResources", Method: http.MethodPost, Path: customersPath + "/on-demand-resources/query",
		Summary: "List a customer's on-demand resources", Allow: auth.Partners(auth.CustomerRead),
	}, function.Lazily(env, New, (*Service).listOnDemand))
	rest.Register(api, rest.Operation{
		ID: "FreezeSubCustomers", Method: http.MethodPost, Path: customersPath + "/freeze",
		Summary: "Freeze customers", Allow: auth.Partners(auth.CustomerFreeze),
	}, function.Lazily(env, New, (*Service).freeze))
	rest.Register(api, rest.Operation{
		ID: "UnfreezeSubCustomers", Method: http.MethodPost, Path: customersPath + "/unfreeze",
		Summary: "Unfreeze customers", Allow: auth.Partners(auth.CustomerFreeze),
	}, function.Lazily(env, New, (*Service).unfreeze))
	budgets(api, env)
}

func budgets(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "UpdateSubCustomerBudget", Method: http.MethodPost, Path: customersPath + "/budget", Status: http.StatusNoContent,
		Summary: "Set a resale customer's budget", Allow: auth.Partners(auth.BudgetManage),
	}, function.Lazily(env, New, (*Service).updateBudget))
	rest.Register(api, rest.Operation{
		ID: "ShowSubCustomerBudget", Method: http.MethodGet, Path: customersPath + "/budget",
		Summary: "Show a resale customer's budget", Allow: auth.Partners(auth.CustomerRead),
	}, function.Lazily(env, New, (*Service).showBudget))
	rest.Register(api, rest.Operation{
		ID: "ListSubCustomerBudget", Method: http.MethodPost, Path: customersPath + "/budget/query",
		Summary: "Show the budgets of several resale customers", Allow: auth.Partners(auth.CustomerRead),
	}, function.Lazily(env, New, (*Service).listBudgets))
	rest.Register(api, rest.Operation{
		ID: "ListSubCustomerBudgetRecords", Method: http.MethodGet, Path: customersPath + "/budget/records",
		Summary: "List how a customer's budget was set", Allow: auth.Partners(auth.CustomerRead),
	}, function.Lazily(env, New, (*Service).listBudgetRecords))
}

// realnames registers who a customer really is: the partner's applications and the vendor's decisions.
func realnames(api *rest.API, env *function.Env) {
	submits, path := auth.Partners(auth.RealnameSubmit), "/v2/customers/realname-auths"
	rest.Register(api, rest.Operation{
		ID: "CreatePersonalRealnameAuth", Method: http.MethodPost, Path: path + "/individual",
		Summary: "Apply for a customer's verification as an individual", Allow: submits,
	}, function.Lazily(env, New, (*Service).applyIndividual))
	rest.Register(api, rest.Operation{
		ID: "CreateEnterpriseRealnameAuthentication", Method: http.MethodPost, Path: path + "/enterprise",
		Summary: "Apply for a customer's verification as an enterprise", Allow: submits,
	}, function.Lazily(env, New, (*Service).applyEnterprise))
	rest.Register(api, rest.Operation{
		ID: "ChangeEnterpriseRealnameAuthentication", Method: http.MethodPut, Path: path + "/enterprise",
		Summary: "Apply for the change of a verified individual to an enterprise", Allow: submits,
	}, function.Lazily(env, New, (*Service).changeEnterprise))
	rest.Register(api, rest.Operation{
		ID: "ShowRealnameAuthenticationReviewResult", Method: http.MethodGet, Path: path + "/result",
		Summary: "Show how a customer's application was decided", Allow: submits,
	}, function.Lazily(env, New, (*Service).showResult))

	reviews := auth.Only(auth.Vendor, auth.RealnameReview)
	rest.Register(api, rest.Operation{
		ID: "ListRealnameReviews", Method: http.MethodGet, Path: "/v2/vendor/realname-reviews",
		Summary: "List the real-name applications of a month that wait for a decision", Allow: reviews,
	}, function.Lazily(env, New, (*Service).listReviews))
	rest.Register(api, rest.Operation{
		ID: "ShowRealnameReview", Method: http.MethodGet, Path: "/v2/vendor/realname-reviews/{customer_id}",
		Summary: "Show the papers of a customer's application", Allow: reviews,
	}, function.Lazily(env, New, (*Service).showPapers))
	rest.Register(api, rest.Operation{
		ID: "DecideRealnameReview", Method: http.MethodPut, Path: "/v2/vendor/realname-reviews/{customer_id}", Status: http.StatusNoContent,
		Summary: "Decide on a real-name application", Allow: reviews,
	}, function.Lazily(env, New, (*Service).decideRealname))
}

// vendor registers what the vendor alone knows of customers.
func vendor(api *rest.API, env *function.Env) {
	records := auth.Only(auth.Vendor, auth.CustomerRecord)
	rest.Register(api, rest.Operation{
		ID: "SetNewCustomerTag", Method: http.MethodPut, Path: "/v2/vendor/customers/{customer_id}/new-customer-tag", Status: http.StatusNoContent,
		Summary: "Set a customer's new-customer tag", Allow: records,
	}, function.Lazily(env, New, (*Service).setTag))
	rest.Register(api, rest.Operation{
		ID: "RecordOnDemandResource", Method: http.MethodPut, Path: "/v2/vendor/on-demand-resources/{resource_id}", Status: http.StatusNoContent,
		Summary: "Write down an on-demand resource as the cloud tells of it", Allow: records,
	}, function.Lazily(env, New, (*Service).recordOnDemand))
}
