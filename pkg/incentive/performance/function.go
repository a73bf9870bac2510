package performance

import (
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/export/address"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Function declares the HTTP function of performance. What brings consumption in has one of its own, see Consumption.
func Function() function.Declaration {
	return function.Declaration{
		Name:   "performance",
		Does:   "Performance: slips and their lines, sub-customers' bills, product policies, reference data",
		HTTP:   register,
		Grants: []function.Grant{function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey, address.Read},
		Under:  []string{vendorPath, ownPath, "/v2/systems/configs"},
	}
}

const (
	vendorPath  = "/v2/vendor/performance"
	ownPath     = "/v2/partners/performance"
	exportsPath = ownPath + "/exports"
)

// Who may call.
var (
	manages   = auth.Only(auth.Vendor, auth.PerformanceManage)
	reviews   = auth.Only(auth.Vendor, auth.PerformanceReview)
	inspects  = auth.Only(auth.Vendor, auth.PerformanceRead)
	reads     = auth.Partners(auth.PerformanceRead)
	asks      = auth.Partners(auth.PerformanceAsk)
	bills     = auth.Partners(auth.PartnerBillRead)
	everybody = auth.Partners(auth.ReferenceRead).Or(auth.Vendor, auth.ReferenceRead).Or(auth.Customer, auth.ReferenceRead)
)

func register(api *rest.API, env *function.Env) {
	registerVendor(api, env)
	registerPartners(api, env)
	registerBills(api, env)
	registerReference(api, env)
}

func registerVendor(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "SetPerformanceStanding", Method: http.MethodPut, Path: vendorPath + "/partners/{partner_id}/standing",
		Summary: "Say when a partner is in the plan and certified", Allow: manages,
	}, function.Lazily(env, New, (*Service).setStanding))
	rest.Register(api, rest.Operation{
		ID: "ShowPerformanceStanding", Method: http.MethodGet, Path: vendorPath + "/partners/{partner_id}/standing",
		Summary: "Show when a partner is in the plan and certified", Allow: inspects,
	}, function.Lazily(env, New, (*Service).showStanding))
	rest.Register(api, rest.Operation{
		ID: "SetIncentivePolicy", Method: http.MethodPut, Path: vendorPath + "/policies", Status: http.StatusNoContent,
		Summary: "Set a product's incentive and discount policy from a month on", Allow: manages,
	}, function.Lazily(env, New, (*Service).setPolicy))
	rest.Register(api, rest.Operation{
		ID: "ShowPartnerPerformanceSlip", Method: http.MethodGet, Path: vendorPath + "/partners/{partner_id}/slips/{period}",
		Summary: "Show a partner's performance slip", Allow: inspects,
	}, function.Lazily(env, New, (*Service).showPartnerSlip))
	rest.Register(api, rest.Operation{
		ID: "RecountPerformanceSlip", Method: http.MethodPost, Path: vendorPath + "/partners/{partner_id}/slips/{period}/recount", Status: http.StatusAccepted,
		Summary: "Judge all lines of a partner's slip anew, by the policies and standings as they are", Allow: manages,
	}, function.Lazily(env, New, (*Service).recountSlip))
	rest.Register(api, rest.Operation{
		ID: "ReviewPerformanceSlip", Method: http.MethodPost, Path: vendorPath + "/partners/{partner_id}/slips/{period}/review", Status: http.StatusAccepted,
		Summary: "Have a partner's slip of a month that is over recounted once more, and made final", Allow: reviews,
	}, function.Lazily(env, New, (*Service).review))
	rest.Register(api, rest.Operation{
		ID: "ListPartnerPerformanceLines", Method: http.MethodGet, Path: vendorPath + "/lines",
		Summary: "List the lines of a partner's slip, with why each counts or does not", Allow: inspects,
	}, function.Lazily(env, New, (*Service).listPartnerLines))
	rest.Register(api, rest.Operation{
		ID: "TransferPerformance", Method: http.MethodPost, Path: vendorPath + "/transfers", Status: http.StatusCreated,
		Summary: "Move performance of a customer's month, or of one order or resource in it, from one partner to another", Allow: manages,
	}, function.Lazily(env, New, (*Service).transfer))
	rest.Register(api, rest.Operation{
		ID: "ListPartnerPerformanceTransfers", Method: http.MethodGet, Path: vendorPath + "/transfers",
		Summary: "List what was transferred to and from a partner", Allow: inspects,
	}, function.Lazily(env, New, (*Service).listPartnerTransfers))
	rest.Register(api, rest.Operation{
		ID: "ListAllPerformanceQuestions", Method: http.MethodGet, Path: vendorPath + "/questions",
		Summary: "List partners' questions about lines, by the month in which they were asked", Allow: inspects,
	}, function.Lazily(env, New, (*Service).listAllQuestions))
	rest.Register(api, rest.Operation{
		ID: "AnswerPerformanceQuestion", Method: http.MethodPost, Path: vendorPath + "/questions/{question_id}/answer",
		Summary: "Answer a partner's question about a line", Allow: manages,
	}, function.Lazily(env, New, (*Service).answer))
}

func registerPartners(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListPerformanceSlips", Method: http.MethodGet, Path: ownPath + "/slips", Summary: "List performance slips, the newest first", Allow: reads,
	}, function.Lazily(env, New, (*Service).listSlips))
	rest.Register(api, rest.Operation{
		ID: "ShowPerformanceSlip", Method: http.MethodGet, Path: ownPath + "/slips/{period}", Summary: "Show the performance slip of a month", Allow: reads,
	}, function.Lazily(env, New, (*Service).showSlip))
	rest.Register(api, rest.Operation{
		ID: "ListPerformanceLines", Method: http.MethodGet, Path: ownPath + "/lines",
		Summary: "List the lines of a slip, with why each counts or does not", Allow: reads,
	}, function.Lazily(env, New, (*Service).listLines))
	rest.Register(api, rest.Operation{
		ID: "ListPerformanceTransfers", Method: http.MethodGet, Path: ownPath + "/transfers",
		Summary: "List what was transferred to other partners, and from them", Allow: reads,
	}, function.Lazily(env, New, (*Service).listTransfers))
	rest.Register(api, rest.Operation{
		ID: "AskPerformanceQuestion", Method: http.MethodPost, Path: ownPath + "/questions", Status: http.StatusCreated,
		Summary: "Ask the vendor about a line", Allow: asks,
	}, function.Lazily(env, New, (*Service).ask))
	rest.Register(api, rest.Operation{
		ID: "ListPerformanceQuestions", Method: http.MethodGet, Path: ownPath + "/questions", Summary: "List questions and their answers", Allow: asks,
	}, function.Lazily(env, New, (*Service).listQuestions))
	open := func(env *function.Env) *export.Exports { return export.New(env, address.Port) }
	rest.Register(api, rest.Operation{
		ID: "CreatePerformanceExport", Method: http.MethodPost, Path: exportsPath, Status: http.StatusAccepted,
		Summary: "Ask for a CSV file of the lines of a slip", Allow: reads,
	}, function.Lazily(env, open, askFile))
	export.Register(api, env, export.Offer{Kind: Kind, Name: "Performance", What: "performance lines", Path: exportsPath, Allow: reads, Open: open})
}

func registerBills(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListSubCustomerBillDetail", Method: http.MethodGet, Path: "/v2/bills/subcustomer-bills/res-fee-records",
		Summary: "List what a customer consumed in a month", Allow: bills,
	}, function.Lazily(env, New, (*Service).billDetail))
	rest.Register(api, rest.Operation{
		ID: "ListConsumeSubCustomers", Method: http.MethodPost, Path: "/v2/bills/subcustomer-bills/res-fee-records/sub-customers/query",
		Summary: "List which customers consumed in a month", Allow: bills,
	}, function.Lazily(env, New, (*Service).consumers))
	rest.Register(api, rest.Operation{
		ID: "ListSubcustomerMonthlyBills", Method: http.MethodGet, Path: "/v2/bills/partner-bills/subcustomer-bills/monthly-sum",
		Summary: "Sum what customers consumed in a month", Allow: bills,
	}, function.Lazily(env, New, (*Service).monthlyBills))
	rest.Register(api, rest.Operation{
		ID: "ListPostpaidBillSum", Method: http.MethodGet, Path: "/v2/bills/partner-bills/postpaid-bill-summary",
		Summary: "Sum a month of the partner's resale customers", Allow: bills,
	}, function.Lazily(env, New, (*Service).postpaid))
	rest.Register(api, rest.Operation{
		ID: "ListIncentiveDiscountPolicies", Method: http.MethodGet, Path: "/v2/products/incentive-discount-policies",
		Summary: "List products' incentive and discount policies as of the last second of a month", Allow: bills,
	}, function.Lazily(env, New, (*Service).listPolicies))
}

func registerReference(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListServiceTypes", Method: http.MethodGet, Path: "/v2/products/service-types", Summary: "List cloud service types", Allow: everybody,
	}, function.Lazily(env, New, (*Service).listServiceTypes))
	rest.Register(api, rest.Operation{
		ID: "ListResourceTypes", Method: http.MethodGet, Path: "/v2/products/resource-types", Summary: "List resource types", Allow: everybody,
	}, function.Lazily(env, New, (*Service).listResourceTypes))
	rest.Register(api, rest.Operation{
		ID: "ListProvinces", Method: http.MethodGet, Path: "/v2/systems/configs/provinces", Summary: "List China's provinces", Allow: everybody,
	}, listProvinces)
	rest.Register(api, rest.Operation{
		ID: "ListCities", Method: http.MethodGet, Path: "/v2/systems/configs/cities", Summary: "List the cities of a province", Allow: everybody,
	}, listCities)
	rest.Register(api, rest.Operation{
		ID: "ListCounties", Method: http.MethodGet, Path: "/v2/systems/configs/counties", Summary: "List the counties of a city", Allow: everybody,
	}, listCounties)
}
