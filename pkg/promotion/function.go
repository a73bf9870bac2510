package promotion

import (
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
)

// Function declares the capability's HTTP function.
var Function = function.Declaration{
	Name:   "promotion",
	Does:   "Voucher quotas and vouchers: grants, issuing, taking back, lists and records",
	HTTP:   register,
	Grants: []function.Grant{function.ReadTable, function.WriteTable, function.UseKey},
	Under:  []string{"/v2/partners/coupon-quotas", "/v2/promotions/benefits/partner-coupons"},
}

func register(api *rest.API, env *function.Env) {
	quotaOperations(api, env)
	resellerOperations(api, env)
	couponOperations(api, env)
	vendorOperations(api, env)
}

const (
	quotasPath  = "/v2/partners/coupon-quotas"
	couponsPath = "/v2/promotions/benefits/partner-coupons"
)

// quotaOperations registers what shows a partner its quotas. Source: BSS_API.md D.
func quotaOperations(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListQuotaCoupons", Method: http.MethodPost, Path: quotasPath + "/query",
		Summary: "List a partner's quotas, the newest first", Allow: auth.Partners(auth.CouponRead),
	}, function.Lazily(env, New, (*Service).listQuotas))
	rest.Register(api, rest.Operation{
		ID: "ShowCouponQuotaTree", Method: http.MethodGet, Path: quotasPath + "/{quota_id}/tree",
		Summary: "Show where a quota's value is: its balance, vouchers, resellers' quotas, what was used, and what came back too late",
		Allow:   auth.Partners(auth.CouponRead),
	}, function.Lazily(env, New, (*Service).showTree))
}

// resellerOperations registers what moves quotas between a distributor and its resellers. Source: BSS_API.md D.
func resellerOperations(api *rest.API, env *function.Env) {
	reads, manages := auth.Only(auth.Distributor, auth.CouponRead), auth.Only(auth.Distributor, auth.CouponIssue)
	rest.Register(api, rest.Operation{
		ID: "UpdateCouponQuotas", Method: http.MethodPost, Path: quotasPath + "/indirect-partner-adjust",
		Summary: "Issue voucher quotas to resellers, the same amount each", Allow: manages,
	}, function.Lazily(env, New, (*Service).issueQuotas))
	rest.Register(api, rest.Operation{
		ID: "ReclaimCouponQuotas", Method: http.MethodPost, Path: quotasPath + "/indirect-partner-reclaim",
		Summary: "Take all that is left of up to ten resellers' quotas back", Allow: manages,
	}, function.Lazily(env, New, (*Service).reclaimQuotas))
	rest.Register(api, rest.Operation{
		ID: "ListIssuedCouponQuotas", Method: http.MethodGet, Path: "/v2/partners/issued-coupon-quotas",
		Summary: "List the quotas that a distributor issued to resellers, the newest first", Allow: reads,
	}, function.Lazily(env, New, (*Service).listIssuedQuotas))
	rest.Register(api, rest.Operation{
		ID: "ListCouponQuotasRecords", Method: http.MethodGet, Path: quotasPath + "/records",
		Summary: "List what a distributor issued to and took back from resellers, the latest first", Allow: reads,
	}, function.Lazily(env, New, (*Service).listQuotaRecords))
}

// couponOperations registers what partners do with vouchers, and what customers see of theirs. Source: BSS_API.md D.
func couponOperations(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "CreatePartnerCoupons", Method: http.MethodPost, Path: couponsPath,
		Summary: "Issue vouchers of one quota to up to ten customers", Allow: auth.Partners(auth.CouponIssue),
	}, function.Lazily(env, New, (*Service).createCoupons))
	rest.Register(api, rest.Operation{
		ID: "ReclaimPartnerCoupons", Method: http.MethodPost, Path: couponsPath + "/reclaim", Status: http.StatusNoContent,
		Summary: "Take all that is left of a resale customer's voucher back", Allow: auth.Partners(auth.CouponIssue),
	}, function.Lazily(env, New, (*Service).reclaimCoupon))
	rest.Register(api, rest.Operation{
		ID: "ListIssuedPartnerCoupons", Method: http.MethodGet, Path: couponsPath,
		Summary: "List the vouchers that a partner issued, the newest first", Allow: auth.Partners(auth.CouponRead),
	}, function.Lazily(env, New, (*Service).listIssuedCoupons))
	rest.Register(api, rest.Operation{
		ID: "ListPartnerCouponsRecord", Method: http.MethodGet, Path: couponsPath + "/records/query",
		Summary: "List what happened to a partner's vouchers, the latest first", Allow: auth.Partners(auth.CouponRead),
	}, function.Lazily(env, New, (*Service).listCouponRecords))
	rest.Register(api, rest.Operation{
		ID: "ListSubCustomerCoupons", Method: http.MethodGet, Path: "/v2/promotions/benefits/coupons",
		Summary: "List the calling customer's vouchers, the newest first; ended ones for twelve months",
		Allow:   auth.Only(auth.Customer, auth.CouponRead),
	}, function.Lazily(env, New, (*Service).listOwnCoupons))
}

// vendorOperations registers what only the vendor does.
func vendorOperations(api *rest.API, env *function.Env) {
	const path = "/v2/vendor/partners/{partner_id}/coupon-quotas"
	grants := auth.Only(auth.Vendor, auth.QuotaGrant)
	rest.Register(api, rest.Operation{
		ID: "GrantCouponQuota", Method: http.MethodPost, Path: path, Status: http.StatusCreated,
		Summary: "Grant a quota to a solution provider or distributor", Allow: grants,
	}, function.Lazily(env, New, (*Service).grantQuota))
	rest.Register(api, rest.Operation{
		ID: "CreateDiscountCoupon", Method: http.MethodPost, Path: "/v2/vendor/customers/{customer_id}/discount-coupons", Status: http.StatusCreated,
		Summary: "Give a customer a coupon that takes a percentage off one order", Allow: grants,
	}, function.Lazily(env, New, (*Service).createDiscount))
	rest.Register(api, rest.Operation{
		ID: "SetCouponQuotaStatus", Method: http.MethodPut, Path: path + "/{quota_id}/status", Status: http.StatusNoContent,
		Summary: "Let a partner issue from a quota, or not", Allow: grants,
	}, function.Lazily(env, New, (*Service).setQuotaStatus))
}
