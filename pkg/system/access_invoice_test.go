package system_test

import "partnercenter/pkg/foundation/auth"

const keepsInvoices = "admin finance"

var (
	keepsInvoiceInfo = ofPartners(keepsInvoices).and(auth.Customer, keepsInvoices) // those whom the vendor invoices

	reviewsInvoices = who{auth.Vendor: "admin finance reviewer"}
	managesBills    = who{auth.Vendor: "admin operations finance"}
)

var accessOfInvoice = map[string]who{
	"ListInvoiceLists":          ofPartners(keepsInvoices),
	"ShowInvoiceListVisibility": ofPartners(keepsInvoices),
	"ShowInvoiceList":           ofPartners(keepsInvoices),
	"DownloadInvoiceList":       ofPartners(keepsInvoices),
	"RegisterInvoices":          ofPartners(keepsInvoices),
	"MailInvoices":              ofPartners(keepsInvoices),
	"ListSettlementBills":       ofPartners(keepsInvoices),
	"ExportSettlementBills":     ofPartners(keepsInvoices),
	"ShowSettlementBill":        ofPartners(keepsInvoices),
	"ListSettlementBillLines":   ofPartners(keepsInvoices),
	"ExportSettlementBillLines": ofPartners(keepsInvoices),
	"ConfirmSettlementBill":     ofPartners(keepsInvoices),

	"ListInvoicesToReview":   reviewsInvoices,
	"ListIssuedInvoiceLists": reviewsInvoices,
	"ShowPartnerInvoiceList": reviewsInvoices,
	"ReviewInvoices":         reviewsInvoices,

	"SetInvoiceBuyer":            managesBills,
	"ShowInvoiceBuyer":           managesBills,
	"CreateSettlementBill":       managesBills,
	"ImportSettlementBillLines":  managesBills,
	"ListPartnerSettlementBills": managesBills,
	"ShowPartnerSettlementBill":  managesBills,
	"StepSettlementBill":         managesBills,

	"ShowInvoiceInfo":        keepsInvoiceInfo,
	"CreateInvoiceInfo":      keepsInvoiceInfo,
	"ChangeInvoiceInfo":      keepsInvoiceInfo,
	"RequestInvoice":         keepsInvoiceInfo,
	"ListInvoiceRequests":    keepsInvoiceInfo,
	"ShowInvoiceRequest":     keepsInvoiceInfo,
	"WithdrawInvoiceRequest": keepsInvoiceInfo,
	"SignInvoice":            keepsInvoiceInfo,
	"ReturnInvoice":          keepsInvoiceInfo,
	"DeleteInvoiceRequest":   keepsInvoiceInfo,
	"ListInvoices":           keepsInvoiceInfo,

	"ListInvoiceInfoToReview":   reviewsInvoices,
	"ShowAccountInvoiceInfo":    reviewsInvoices,
	"DecideInvoiceInfo":         reviewsInvoices,
	"KeepOlderInvoiceInfo":      reviewsInvoices,
	"ListInvoiceRequestsToDo":   reviewsInvoices,
	"ShowAccountInvoiceRequest": reviewsInvoices,
	"StepInvoiceRequest":        reviewsInvoices,
}
