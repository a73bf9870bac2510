package system_test

import "partnercenter/pkg/foundation/auth"

var (
	readsIncentives   = ofPartners("admin finance supervisor").and(auth.Vendor, "admin operations finance")
	takesIncentives   = ofPartners("admin finance")
	managesIncentives = who{auth.Vendor: "admin operations"}
	paysIncentives    = who{auth.Vendor: "admin finance"}
)

var accessOfIncentive = map[string]who{
	"ListIncentiveStatements":  readsIncentives,
	"ShowIncentiveEstimate":    readsIncentives,
	"ShowIncentiveStatement":   readsIncentives,
	"ListIncentives":           readsIncentives,
	"ListPaymentRequests":      readsIncentives,
	"ShowPaymentRequest":       readsIncentives,
	"ShowIncentiveSetting":     ofPartners("admin finance supervisor"),
	"DecideIncentiveStatement": takesIncentives,
	"CreatePaymentRequest":     takesIncentives,
	"RetryPaymentRequest":      takesIncentives,
	"SetIncentiveSetting":      takesIncentives,

	"ShowBusinessInformation":   takesIncentives.and(auth.Vendor, "admin finance reviewer"),
	"SubmitBusinessInformation": takesIncentives,
	"DecideBusinessInformation": {auth.Vendor: "admin finance reviewer"},

	"ListIncentiveWork":        {auth.Vendor: "admin operations finance"},
	"SetIncentivePlan":         managesIncentives,
	"ShowIncentivePlan":        managesIncentives,
	"SetIncentiveMembership":   managesIncentives,
	"CreateSpecialIncentive":   managesIncentives,
	"ReviewIncentiveStatement": managesIncentives,
	"ThawIncentive":            managesIncentives,
	"TransferIncentive":        managesIncentives,
	"RecordPaymentResult":      paysIncentives,
	"SettleOwedInvoices":       paysIncentives,
}
