package incentive

import (
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Function declares the capability's HTTP function.
func Function() function.Declaration {
	return function.Declaration{
		Name:   "incentive",
		Does:   "Incentive plans, statements, incentives, payment requests and business information of partners",
		HTTP:   register,
		Grants: []function.Grant{function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey},
		Under:  []string{statementsPath, incentivesPath, requestsPath, settingPath, businessPath, vendorPath},
	}
}

const (
	statementsPath = "/v2/partners/incentive-statements"
	incentivesPath = "/v2/partners/incentives"
	requestsPath   = "/v2/partners/payment-requests"
	settingPath    = "/v2/partners/incentive-setting"
	businessPath   = "/v2/partners/business-information"
	vendorPath     = "/v2/vendor/incentives"
	ofPartnerPath  = vendorPath + "/partners/{partner_id}"
)

// readers allows those and the vendor's, who names the partner.
func readers(item auth.Permission) auth.Allow { return auth.Partners(item).Or(auth.Vendor, item) }

func register(api *rest.API, env *function.Env) {
	statements(api, env)
	payments(api, env)
	businesses(api, env)
	plans(api, env)
	vendorSteps(api, env)
}

func statements(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListIncentiveStatements", Method: http.MethodGet, Path: statementsPath,
		Summary: "List incentive statements, the latest month first", Allow: readers(auth.IncentiveRead),
	}, function.Lazily(env, New, (*Service).listStatements))
	rest.Register(api, rest.Operation{
		ID: "ShowIncentiveEstimate", Method: http.MethodGet, Path: statementsPath + "/estimate",
		Summary: "Say what the performance of the month that is closed next is worth as it stands", Allow: readers(auth.IncentiveRead),
	}, function.Lazily(env, New, (*Service).showEstimate))
	rest.Register(api, rest.Operation{
		ID: "ShowIncentiveStatement", Method: http.MethodGet, Path: statementsPath + "/{statement_id}",
		Summary: "Show an incentive statement with what it sums, and its questions", Allow: readers(auth.IncentiveRead),
	}, function.Lazily(env, New, (*Service).showStatement))
	rest.Register(api, rest.Operation{
		ID: "DecideIncentiveStatement", Method: http.MethodPost, Path: statementsPath + "/{statement_id}/decisions", Status: http.StatusNoContent,
		Summary:     "Confirm an incentive statement, or ask about it",
		Description: "A question stops the deadline until the vendor has answered. What is neither confirmed nor asked about is confirmed by the deadline.",
		Allow:       auth.Partners(auth.IncentiveApply),
	}, function.Lazily(env, New, (*Service).decideStatement))
	rest.Register(api, rest.Operation{
		ID: "ListIncentives", Method: http.MethodGet, Path: incentivesPath,
		Summary: "List incentives, the latest month first, with why one can't be applied for", Allow: readers(auth.IncentiveRead),
	}, function.Lazily(env, New, (*Service).listIncentives))
}

func payments(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "CreatePaymentRequest", Method: http.MethodPost, Path: requestsPath, Status: http.StatusCreated,
		Summary:     "Apply for the payment of incentives of any periods",
		Description: "Every open negative incentive is netted. The method can't be changed afterwards. Incentives of resale are paid as voucher quota or against owed invoices alone.",
		Allow:       auth.Partners(auth.IncentiveApply),
	}, function.Lazily(env, New, (*Service).createRequest))
	rest.Register(api, rest.Operation{
		ID: "ListPaymentRequests", Method: http.MethodGet, Path: requestsPath,
		Summary: "List payment requests, the latest first", Allow: readers(auth.IncentiveRead),
	}, function.Lazily(env, New, (*Service).listRequests))
	rest.Register(api, rest.Operation{
		ID: "ShowPaymentRequest", Method: http.MethodGet, Path: requestsPath + "/{payment_request_id}",
		Summary: "Show a payment request with what it takes and its next stage", Allow: readers(auth.IncentiveRead),
	}, function.Lazily(env, New, (*Service).showRequest))
	rest.Register(api, rest.Operation{
		ID: "RetryPaymentRequest", Method: http.MethodPost, Path: requestsPath + "/{payment_request_id}/retry", Status: http.StatusNoContent,
		Summary: "Have a payment request that failed tried again, once its cause is gone: the bank account that is certified now is paid",
		Allow:   auth.Partners(auth.IncentiveApply),
	}, function.Lazily(env, New, (*Service).retryRequest))
	rest.Register(api, rest.Operation{
		ID: "ShowIncentiveSetting", Method: http.MethodGet, Path: settingPath,
		Summary: "Show whether incentives are applied for by themselves, and by which method", Allow: auth.Partners(auth.IncentiveRead),
	}, function.Lazily(env, New, (*Service).showSetting))
	rest.Register(api, rest.Operation{
		ID: "SetIncentiveSetting", Method: http.MethodPut, Path: settingPath, Status: http.StatusNoContent,
		Summary: "Switch on or off that incentives are applied for by themselves", Allow: auth.Partners(auth.IncentiveApply),
	}, function.Lazily(env, New, (*Service).setSetting))
}

func businesses(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ShowBusinessInformation", Method: http.MethodGet, Path: businessPath,
		Summary: "Show business information as it is certified and as it is being certified",
		Allow:   auth.Partners(auth.BusinessManage).Or(auth.Vendor, auth.BusinessReview),
	}, function.Lazily(env, New, (*Service).showBusiness))
	rest.Register(api, rest.Operation{
		ID: "SubmitBusinessInformation", Method: http.MethodPut, Path: businessPath, Status: http.StatusNoContent,
		Summary: "Have business information certified; nothing is settled while a change is", Allow: auth.Partners(auth.BusinessManage),
	}, function.Lazily(env, New, (*Service).putBusiness))
	rest.Register(api, rest.Operation{
		ID: "DecideBusinessInformation", Method: http.MethodPost, Path: ofPartnerPath + "/business-information/decisions", Status: http.StatusNoContent,
		Summary: "Certify a partner's business information, or refuse it with a reason", Allow: auth.Only(auth.Vendor, auth.BusinessReview),
	}, function.Lazily(env, New, (*Service).judgeBusiness))
}

func plans(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "SetIncentivePlan", Method: http.MethodPost, Path: vendorPath + "/plans/{plan_id}/versions", Status: http.StatusCreated,
		Summary: "Set the rates of an incentive plan from a month on; months before keep theirs", Allow: auth.Only(auth.Vendor, auth.IncentiveManage),
	}, function.Lazily(env, New, (*Service).createVersion))
	rest.Register(api, rest.Operation{
		ID: "ShowIncentivePlan", Method: http.MethodGet, Path: vendorPath + "/plans/{plan_id}",
		Summary: "Show all versions of an incentive plan", Allow: auth.Only(auth.Vendor, auth.IncentiveManage),
	}, function.Lazily(env, New, (*Service).showPlan))
	rest.Register(api, rest.Operation{
		ID: "SetIncentiveMembership", Method: http.MethodPut, Path: ofPartnerPath + "/membership", Status: http.StatusNoContent,
		Summary: "Set which incentive plan a partner is in, or that it left: what it does not redeem within a year is void",
		Allow:   auth.Only(auth.Vendor, auth.IncentiveManage),
	}, function.Lazily(env, New, (*Service).putMembership))
	rest.Register(api, rest.Operation{
		ID: "CreateSpecialIncentive", Method: http.MethodPost, Path: ofPartnerPath + "/special-incentives", Status: http.StatusCreated,
		Summary: "Give a partner an incentive that no performance brought, as a statement to confirm", Allow: auth.Only(auth.Vendor, auth.IncentiveManage),
	}, function.Lazily(env, New, (*Service).createSpecial))
}

func vendorSteps(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListIncentiveWork", Method: http.MethodGet, Path: vendorPath + "/work",
		Summary: "List what awaits the vendor: questions, statements, payments, failures or business information, the longest waiting first",
		Allow:   auth.Only(auth.Vendor, auth.IncentiveRead),
	}, function.Lazily(env, New, (*Service).listWork))
	rest.Register(api, rest.Operation{
		ID: "ReviewIncentiveStatement", Method: http.MethodPost, Path: ofPartnerPath + "/statements/{statement_id}/decisions", Status: http.StatusNoContent,
		Summary: "Approve a confirmed statement, which makes its incentives, or answer a question", Allow: auth.Only(auth.Vendor, auth.IncentiveManage),
	}, function.Lazily(env, New, (*Service).reviewStatement))
	rest.Register(api, rest.Operation{
		ID: "ThawIncentive", Method: http.MethodPost, Path: ofPartnerPath + "/incentives/{incentive_id}/thaw", Status: http.StatusNoContent,
		Summary: "Note that the customer has repaid what a frozen incentive comes of", Allow: auth.Only(auth.Vendor, auth.IncentiveManage),
	}, function.Lazily(env, New, (*Service).thawIncentive))
	rest.Register(api, rest.Operation{
		ID: "TransferIncentive", Method: http.MethodPost, Path: ofPartnerPath + "/incentives/{incentive_id}/transfer", Status: http.StatusCreated,
		Summary: "Transfer an open incentive to another account of the same company", Allow: auth.Only(auth.Vendor, auth.IncentiveManage),
	}, function.Lazily(env, New, (*Service).transferIncentive))
	rest.Register(api, rest.Operation{
		ID: "RecordPaymentResult", Method: http.MethodPost, Path: ofPartnerPath + "/payment-requests/{payment_request_id}/results", Status: http.StatusNoContent,
		Summary: "Note that a payment request was paid, or that the bank returned it", Allow: auth.Only(auth.Vendor, auth.IncentivePay),
	}, function.Lazily(env, New, (*Service).recordResult))
	rest.Register(api, rest.Operation{
		ID: "SettleOwedInvoices", Method: http.MethodPost, Path: ofPartnerPath + "/owed-invoices/settlements", Status: http.StatusNoContent,
		Summary: "Note that an amount for which a partner owed invoices is made up for; it can be withdrawn then", Allow: auth.Only(auth.Vendor, auth.IncentivePay),
	}, function.Lazily(env, New, (*Service).settle))
}
