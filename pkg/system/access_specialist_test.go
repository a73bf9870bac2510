package system_test

import "partnercenter/pkg/foundation/auth"

const (
	seesSpecialists    = "admin account_manager supervisor sales"
	reviewsSpecialists = "admin operations reviewer"
)

var accessOfSpecialist = map[string]who{
	"ListSpecialists":        ofPartners(seesSpecialists),
	"ShowSpecialist":         ofPartners(seesSpecialists),
	"ListCertificates":       ofPartners(seesSpecialists),
	"InviteSpecialist":       ofPartners("admin"),
	"ApplyForSpecialists":    ofPartners("admin"),
	"ActOnSpecialist":        ofPartners("admin"),
	"SetSpecialistProfile":   ofPartners("admin"),
	"AnnounceSpecialistFile": ofPartners("admin"),
	"UploadCertificate":      ofPartners("admin"),
	"TransferCertificate":    ofPartners("admin"),

	"ListOwnSpecialistInvitations": {auth.Customer: "admin"},
	"AcceptSpecialistInvitation":   {auth.Customer: "admin"},
	"SetOwnSpecialistProfile":      {auth.Customer: "admin"},

	"SetPersonalAccount":     {auth.Vendor: "admin operations"},
	"SyncCertificates":       {auth.Vendor: "admin operations"},
	"ListSpecialistReviews":  {auth.Vendor: reviewsSpecialists},
	"ShowSpecialistReview":   {auth.Vendor: reviewsSpecialists},
	"DecideSpecialistReview": {auth.Vendor: reviewsSpecialists},
	"StopSpecialist":         {auth.Vendor: reviewsSpecialists},
}
