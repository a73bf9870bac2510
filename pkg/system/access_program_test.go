package system_test

import "partnercenter/pkg/foundation/auth"

const (
	readsAgreements = "admin finance sales supervisor"
	ofVendorPlans   = "admin operations"
)

var accessOfProgram = map[string]who{
	"PublishAgreement":           {auth.Vendor: ofVendorPlans},
	"ListAgreements":             ofPartners(readsAgreements).and(auth.Customer, anyCustomerRole).and(auth.Vendor, ofVendorPlans),
	"ShowAgreement":              ofPartners(readsAgreements).and(auth.Customer, anyCustomerRole).and(auth.Vendor, ofVendorPlans),
	"DownloadAgreement":          ofPartners(readsAgreements).and(auth.Customer, anyCustomerRole),
	"ListAgreementSignatures":    ofPartners(readsAgreements).and(auth.Customer, anyCustomerRole).and(auth.Vendor, ofVendorPlans),
	"SignAgreement":              ofPartners("admin").and(auth.Customer, "admin"),
	"DeclareRelations":           ofPartners("admin"),
	"ListRelationDeclarations":   ofPartners(readsAgreements),
	"ListPartnerPlans":           ofPartners(anyPartnerRole).and(auth.Customer, anyCustomerRole).and(auth.Vendor, "admin operations reviewer"),
	"ApplyForPlan":               ofPartners("admin").and(auth.Customer, "admin"),
	"ChangeOwnMembership":        ofPartners("admin").and(auth.Customer, "admin"),
	"DownloadJoiningCertificate": ofPartners(anyPartnerRole),
	"InviteToPlan":               {auth.Vendor: ofVendorPlans, auth.Distributor: "admin"},
	"RegisterReseller":           {auth.Distributor: "admin"},
	"ListPlanMembers":            {auth.Vendor: "admin operations reviewer", auth.Distributor: "admin"},
	"DecideMemberships":          {auth.Vendor: "admin operations reviewer", auth.Distributor: "admin"},
	"ExportAuditTrail":           ofPartners("admin").and(auth.Vendor, ofVendorPlans),
	"ListAuditTrailExports":      ofPartners("admin").and(auth.Vendor, ofVendorPlans),
	"ShowAuditTrailExport":       ofPartners("admin").and(auth.Vendor, ofVendorPlans),
}
