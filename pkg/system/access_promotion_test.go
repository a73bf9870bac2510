package system_test

import "partnercenter/pkg/foundation/auth"

var accessOfPromotion = map[string]who{
	"ListQuotaCoupons":         ofPartners("admin supervisor finance sales"),
	"ShowCouponQuotaTree":      ofPartners("admin supervisor finance sales"),
	"CreatePartnerCoupons":     ofPartners("admin finance"),
	"ReclaimPartnerCoupons":    ofPartners("admin finance"),
	"ListIssuedPartnerCoupons": ofPartners("admin supervisor finance sales"),
	"ListPartnerCouponsRecord": ofPartners("admin supervisor finance sales"),
	"ListSubCustomerCoupons":   {auth.Customer: anyCustomerRole},
	"UpdateCouponQuotas":       {auth.Distributor: "admin finance"},
	"ReclaimCouponQuotas":      {auth.Distributor: "admin finance"},
	"ListIssuedCouponQuotas":   {auth.Distributor: "admin supervisor finance sales"},
	"ListCouponQuotasRecords":  {auth.Distributor: "admin supervisor finance sales"},
	"GrantCouponQuota":         {auth.Vendor: "admin operations"},
	"CreateDiscountCoupon":     {auth.Vendor: "admin operations"},
	"SetCouponQuotaStatus":     {auth.Vendor: "admin operations"},
}
