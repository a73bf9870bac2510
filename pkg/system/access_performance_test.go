package system_test

import "partnercenter/pkg/foundation/auth"

// No account manager: those see no bills of the partner.
const readsPerformance = "admin finance sales supervisor"

var (
	importsConsumption = who{auth.Vendor: "admin operations"}
	managesPerformance = who{auth.Vendor: "admin operations"}
	readsAsVendor      = who{auth.Vendor: "admin operations finance"}
)

var accessOfPerformance = map[string]who{
	"ImportConsumption":         importsConsumption,
	"ListConsumptionImports":    importsConsumption,
	"ShowConsumptionImport":     importsConsumption,
	"ListConsumptionVerdicts":   importsConsumption,
	"AnnounceConsumptionUpload": importsConsumption,
	"StartConsumptionImport":    importsConsumption,
	"MapSubAccount":             importsConsumption,
	"ListSubAccounts":           importsConsumption,
	"CollectOrders":             importsConsumption,

	"SetPerformanceStanding":          managesPerformance,
	"ShowPerformanceStanding":         readsAsVendor,
	"SetIncentivePolicy":              managesPerformance,
	"ShowPartnerPerformanceSlip":      readsAsVendor,
	"RecountPerformanceSlip":          managesPerformance,
	"ReviewPerformanceSlip":           {auth.Vendor: "admin finance"},
	"ListPartnerPerformanceLines":     readsAsVendor,
	"TransferPerformance":             managesPerformance,
	"ListPartnerPerformanceTransfers": readsAsVendor,
	"ListAllPerformanceQuestions":     readsAsVendor,
	"AnswerPerformanceQuestion":       managesPerformance,

	"ListPerformanceSlips":     ofPartners(readsPerformance),
	"ShowPerformanceSlip":      ofPartners(readsPerformance),
	"ListPerformanceLines":     ofPartners(readsPerformance),
	"ListPerformanceTransfers": ofPartners(readsPerformance),
	"AskPerformanceQuestion":   ofPartners("admin finance sales"),
	"ListPerformanceQuestions": ofPartners("admin finance sales"),
	"CreatePerformanceExport":  ofPartners(readsPerformance),
	"ListPerformanceExports":   ofPartners(readsPerformance),
	"ShowPerformanceExport":    ofPartners(readsPerformance),

	"ListSubCustomerBillDetail":     ofPartners(readsPerformance),
	"ListConsumeSubCustomers":       ofPartners(readsPerformance),
	"ListSubcustomerMonthlyBills":   ofPartners(readsPerformance),
	"ListPostpaidBillSum":           ofPartners(readsPerformance),
	"ListIncentiveDiscountPolicies": ofPartners(readsPerformance),

	"ListServiceTypes":  everybody,
	"ListResourceTypes": everybody,
	"ListProvinces":     everybody,
	"ListCities":        everybody,
	"ListCounties":      everybody,
}
