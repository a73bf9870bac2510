package system_test

import "partnercenter/pkg/foundation/auth"

var accessOfSubscription = map[string]who{
	"ListPayPerUseCustomerResources": ofPartners(anyPartnerRole).and(auth.Customer, anyCustomerRole),
	"RenewalResources":               {auth.Customer: "admin finance"},
	"AutoRenewalResources":           {auth.Customer: "admin"},
	"CancelAutoRenewalResources":     {auth.Customer: "admin"},
	"CreateProduct":                  {auth.Vendor: "admin operations"},
	"ShowProduct":                    {auth.Vendor: "admin operations"},
	"ListProducts":                   {auth.Vendor: "admin operations"},
	"ChangeProduct":                  {auth.Vendor: "admin operations"},
	"ImportCustomers":                {auth.Vendor: "admin operations"},
	"ImportSubscriptions":            {auth.Vendor: "admin operations"},
	"ShowImport":                     {auth.Vendor: "admin operations"},
}
