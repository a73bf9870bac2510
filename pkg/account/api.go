package account

import (
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
)

func register(api *rest.API, env *function.Env) {
	reads(api, env)
	adjusts(api, env)
	batches(api, env)
	payments(api, env)
	payers(api, env)
	arrivals(api, env)
	remittanceClaims(api, env)
	withdrawals(api, env)
	withdrawalReviews(api, env)
	warnings(api, env)
	vendor(api, env)
}

// reads registers what shows accounts. Source: BSS_API.md C.
func reads(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ShowCustomerAccountBalances", Method: http.MethodGet, Path: "/v2/accounts/customer-accounts/balances",
		Summary: "Show the balances of the calling customer's accounts",
		Allow:   auth.Only(auth.Customer, auth.AccountRead),
	}, function.Lazily(env, New, (*Service).showCustomerBalances))
	rest.Register(api, rest.Operation{
		ID: "ListCustomerAccountChangeRecords", Method: http.MethodGet, Path: "/v2/accounts/customer-accounts/account-change-records",
		Summary:     "List what moved the calling customer's account, the latest first",
		Description: "Not for resale customers, whose partner has the records.",
		Allow:       auth.Only(auth.Customer, auth.AccountRead),
	}, function.Lazily(env, New, (*Service).listCustomerChanges))
	rest.Register(api, rest.Operation{
		ID: "ListCustomersBalancesDetail", Method: http.MethodPost, Path: "/v2/accounts/customer-accounts/balances/batch-query",
		Summary: "Show the balances of up to 100 resale customers",
		Allow:   auth.Partners(auth.AccountRead),
	}, function.Lazily(env, New, (*Service).listCustomersBalances))
	rest.Register(api, rest.Operation{
		ID: "ListPartnerBalances", Method: http.MethodGet, Path: "/v2/accounts/partner-accounts/balances",
		Summary: "Show the balances of a partner's accounts, and what is appropriable",
		Allow:   auth.Partners(auth.AccountRead),
	}, function.Lazily(env, New, (*Service).listPartnerBalances))
	rest.Register(api, rest.Operation{
		ID: "ListPartnerAccountChangeRecords", Method: http.MethodGet, Path: "/v2/accounts/partner-accounts/account-change-records",
		Summary: "List what moved a partner's account, the latest first",
		Allow:   auth.Partners(auth.AccountRead),
	}, function.Lazily(env, New, (*Service).listPartnerChanges))
	rest.Register(api, rest.Operation{
		ID: "ListPartnerAdjustRecords", Method: http.MethodGet, Path: "/v3/accounts/partner-accounts/adjust-records",
		Summary: "List a partner's appropriations and reclaims, the latest first",
		Allow:   auth.Partners(auth.AccountRead),
	}, function.Lazily(env, New, (*Service).listAdjustRecords))
	rest.Register(api, rest.Operation{
		ID: "ExplainAccount", Method: http.MethodGet, Path: "/v2/accounts/{account_id}/explain",
		Summary: "Say what an account is for, what fills and drains it, and what of it is appropriable and why",
		Allow:   auth.Partners(auth.AccountRead).Or(auth.Customer, auth.AccountRead),
	}, function.Lazily(env, New, (*Service).explainAccount))
}

// adjusts registers what moves money between a partner and those below it. Source: BSS_API.md C.
func adjusts(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "UpdateCustomerAccountAmount", Method: http.MethodPost, Path: "/v2/accounts/partner-accounts/adjust-amount",
		Summary: "Appropriate money to a resale customer",
		Allow:   auth.Partners(auth.AccountAdjust),
	}, function.Lazily(env, New, (*Service).appropriate))
	rest.Register(api, rest.Operation{
		ID: "ReclaimToPartnerAccount", Method: http.MethodPost, Path: "/v2/accounts/partner-accounts/reclaim",
		Summary: "Take appropriated money back from a resale customer",
		Allow:   auth.Partners(auth.AccountAdjust),
	}, function.Lazily(env, New, (*Service).reclaim))
	rest.Register(api, rest.Operation{
		ID: "UpdateIndirectPartnerAccount", Method: http.MethodPost, Path: "/v2/accounts/partner-accounts/indirect-partner-adjust",
		Summary: "Appropriate money to a reseller",
		Allow:   auth.Only(auth.Distributor, auth.AccountAdjust),
	}, function.Lazily(env, New, (*Service).appropriateReseller))
	rest.Register(api, rest.Operation{
		ID: "ReclaimIndirectPartnerAccount", Method: http.MethodPost, Path: "/v2/accounts/partner-accounts/indirect-partner-reclaim",
		Summary: "Take money back from a reseller",
		Allow:   auth.Only(auth.Distributor, auth.AccountAdjust),
	}, function.Lazily(env, New, (*Service).reclaimReseller))
}

// vendor registers what only the vendor does.
func vendor(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "CreatePartnerTopUp", Method: http.MethodPost, Path: "/v2/vendor/partners/{partner_id}/top-ups",
		Summary: "Book a bank remittance to a partner's cash account, once",
		Allow:   auth.Only(auth.Vendor, auth.TopUpBook), Status: http.StatusCreated,
	}, function.Lazily(env, New, (*Service).bookTopUp))
	rest.Register(api, rest.Operation{
		ID: "SetPartnerCredit", Method: http.MethodPut, Path: "/v2/vendor/partners/{partner_id}/credit",
		Summary: "Set a partner's credit limit",
		Allow:   auth.Only(auth.Vendor, auth.CreditManage),
	}, function.Lazily(env, New, (*Service).setCredit))
}
