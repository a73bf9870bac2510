package system_test

import "partnercenter/pkg/foundation/auth"

var accessOfAccount = map[string]who{
	"ShowCustomerAccountBalances":      {auth.Customer: anyCustomerRole},
	"ListCustomerAccountChangeRecords": {auth.Customer: anyCustomerRole},
	"ListPartnerBalances":              ofPartners("admin finance"),
	"ListPartnerAdjustRecords":         ofPartners("admin finance"),
	"ListPartnerAccountChangeRecords":  ofPartners("admin finance"),
	"ListCustomersBalancesDetail":      ofPartners("admin finance"),
	"UpdateCustomerAccountAmount":      ofPartners("admin finance"),
	"ReclaimToPartnerAccount":          ofPartners("admin finance"),
	"UpdateIndirectPartnerAccount":     {auth.Distributor: "admin finance"},
	"ReclaimIndirectPartnerAccount":    {auth.Distributor: "admin finance"},
	"ExplainAccount":                   ofPartners("admin finance").and(auth.Customer, anyCustomerRole),
	"CreatePartnerTopUp":               {auth.Vendor: "admin finance"},
	"SetPartnerCredit":                 {auth.Vendor: "admin operations"},
}
