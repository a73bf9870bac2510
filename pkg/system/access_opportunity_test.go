package system_test

import "partnercenter/pkg/foundation/auth"

const (
	readsOpportunities   = "admin account_manager supervisor sales"
	managesOpportunities = "admin account_manager sales" // no supervisor, who can't report leads
	reviewsOpportunities = "admin operations reviewer"
)

var accessOfOpportunity = map[string]who{
	"ListOpportunities":       ofPartners(readsOpportunities),
	"ShowOpportunity":         ofPartners(readsOpportunities),
	"CheckOpportunity":        ofPartners(readsOpportunities),
	"CreateOpportunityExport": ofPartners(readsOpportunities),
	"ListOpportunityExports":  ofPartners(readsOpportunities),
	"ShowOpportunityExport":   ofPartners(readsOpportunities),

	"CreateOpportunity":   ofPartners(managesOpportunities),
	"UpdateOpportunity":   ofPartners(managesOpportunities),
	"DeleteOpportunity":   ofPartners(managesOpportunities),
	"SubmitOpportunity":   ofPartners(managesOpportunities),
	"CopyOpportunity":     ofPartners(managesOpportunities),
	"AnswerOpportunity":   ofPartners(managesOpportunities),
	"ProgressOpportunity": ofPartners(managesOpportunities),

	"ShareOpportunity":        {auth.Vendor: "admin operations"},
	"ListOpportunityQueue":    {auth.Vendor: reviewsOpportunities},
	"ShowSharedOpportunity":   {auth.Vendor: reviewsOpportunities},
	"UpdateSharedOpportunity": {auth.Vendor: reviewsOpportunities},
	"DecideOpportunity":       {auth.Vendor: reviewsOpportunities},
}
