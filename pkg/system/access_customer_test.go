package system_test

import "partnercenter/pkg/foundation/auth"

const (
	readsCustomers = "admin account_manager supervisor finance sales"
	winsCustomers  = "admin account_manager sales"
	invites        = "admin account_manager supervisor sales"
)

var accessOfCustomer = map[string]who{
	"ListSubCustomers":                       ofPartners(readsCustomers),
	"ListSubCustomerNewTag":                  ofPartners(readsCustomers),
	"ListCustomerOnDemandResources":          ofPartners(readsCustomers),
	"ShowSubCustomerBudget":                  ofPartners(readsCustomers),
	"ListSubCustomerBudget":                  ofPartners(readsCustomers),
	"ListSubCustomerBudgetRecords":           ofPartners(readsCustomers),
	"ListCustomerReports":                    ofPartners(readsCustomers),
	"ShowCustomerReport":                     ofPartners(readsCustomers),
	"ListIndirectPartners":                   {auth.Distributor: readsCustomers},
	"CreateSubCustomer":                      ofPartners(winsCustomers),
	"CheckUserIdentity":                      ofPartners(winsCustomers),
	"SendVerificationMessageCode":            ofPartners(winsCustomers),
	"CreatePersonalRealnameAuth":             ofPartners(winsCustomers),
	"CreateEnterpriseRealnameAuthentication": ofPartners(winsCustomers),
	"ChangeEnterpriseRealnameAuthentication": ofPartners(winsCustomers),
	"ShowRealnameAuthenticationReviewResult": ofPartners(winsCustomers),
	"CreateCustomerReport":                   ofPartners(winsCustomers),
	"ChangeCustomerReportContact":            ofPartners(winsCustomers),
	"WithdrawCustomerReport":                 ofPartners(winsCustomers),
	"CreateCustomerInvitation":               ofPartners(invites),
	"ListCustomerInvitations":                ofPartners(invites),
	"ShowCustomerInvitation":                 ofPartners(invites),
	"ShowCustomerInvitationQRCode":           ofPartners(invites),
	"ResendCustomerInvitation":               ofPartners(invites),
	"RevokeCustomerInvitation":               ofPartners(invites),
	"FreezeSubCustomers":                     ofPartners("admin"),
	"UnfreezeSubCustomers":                   ofPartners("admin"),
	"UpdateSubCustomerBudget":                ofPartners("admin finance"),
	"ListRealnameReviews":                    {auth.Vendor: "admin operations reviewer"},
	"ShowRealnameReview":                     {auth.Vendor: "admin operations reviewer"},
	"DecideRealnameReview":                   {auth.Vendor: "admin operations reviewer"},
	"SetNewCustomerTag":                      {auth.Vendor: "admin operations"},
	"RecordOnDemandResource":                 {auth.Vendor: "admin operations"},
	"SetFollowedCustomer":                    {auth.Vendor: "admin operations"},
	"SendContactCodes":                       {auth.Customer: "admin"},
	"ChangeContact":                          {auth.Customer: "admin"},
	"RequestCustomerAuthorization":           ofPartners(winsCustomers),
	"ListCustomerAuthorizations":             ofPartners(readsCustomers),
	"ShowCustomerAuthorization":              ofPartners(readsCustomers),
	"ShowIndirectPartnerAuthorization":       {auth.Distributor: readsCustomers},
	"SetIndirectPartnerAuthorization":        {auth.Distributor: "admin"},
	"ListPartnerAuthorizations":              {auth.Customer: anyCustomerRole},
	"ShowPartnerAuthorization":               {auth.Customer: anyCustomerRole},
	"AgreePartnerAuthorization":              {auth.Customer: "admin"},
	"RejectPartnerAuthorization":             {auth.Customer: "admin"},
	"RevokePartnerAuthorization":             {auth.Customer: "admin"},
	"AcceptPartnerInvitation":                {auth.Customer: "admin"},
}
