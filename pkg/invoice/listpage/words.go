package listpage

import (
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/invoice"
)

// words are what the page says in one language.
type words struct {
	locale        notify.Locale
	otherLanguage string

	title, notYet, sameLink string
	hidden                  map[invoice.Hidden]reason
	visibleFrom             func(at string) string

	states          map[invoice.ListState]string
	next            map[invoice.ListState]string
	rejectedBecause string
	sources         map[invoice.Source]string
	kinds           map[invoice.Kind]string

	payable, source, period, seller, issued     string
	what, goods, net, rate, tax, gross, total   string
	currency, print, pdf, csv                   string
	template, buyer, taxID, addressPhone        string
	bankAccount, remark, copy, copied, seeTable string
	where, paper, electronic                    string
	progress, noInvoice, mailed, received       string
	approved, payBy                             string
	writeNumber, register, signIn, signInLink   string
	rules                                       []string
}

// reason is why a list is not to be seen, and what ends it.
type reason struct{ what, then string }

func wordsOf(l notify.Locale) *words {
	if l == notify.English {
		return &english
	}
	return &chinese
}

var english = words{
	locale: notify.English, otherLanguage: "中文",
	title: "Invoice list", notYet: "The invoice list can't be shown yet. This is why:",
	sameLink: "You can use the same link again later.",
	hidden: map[invoice.Hidden]reason{
		invoice.NotCertified:  {"Your business information is not certified.", "Have it certified in Partner Center first."},
		invoice.UnderReview:   {"A change of your business information is being certified.", "Nothing is settled until it is decided."},
		invoice.NoRequest:     {"There is no payment request.", "Apply for payment in Partner Center first: bank transfer and return to the top-up account need an invoice."},
		invoice.NotNeeded:     {"No invoice is needed.", "Payment as voucher quota, or against invoices owed, needs none."},
		invoice.PendingSync:   {"You were certified and applied on the same day, and the data is being synchronised.", ""},
		invoice.NoBuyer:       {"The buyer is not set yet.", "The list is issued once it is; there is nothing for you to do."},
		invoice.InPreparation: {"Everything is there.", "The list is issued in a few minutes; please reload the page then."},
	},
	visibleFrom: func(at string) string { return "The list is visible from " + at + " (Beijing time)." },
	states: map[invoice.ListState]string{
		invoice.ToInvoice: "To invoice", invoice.Registered: "Invoices registered, to be sent", invoice.Mailed: "Invoices sent", invoice.Received: "Invoices received, under review",
		invoice.Approved: "Invoices approved", invoice.Rejected: "Invoices rejected",
	},
	next: map[invoice.ListState]string{
		invoice.ToInvoice:  "Issue special VAT invoices as below, register them, write their numbers on the printed list, and send both.",
		invoice.Registered: "Send the invoices and the printed list, and enter carrier and tracking number.",
		invoice.Mailed:     "The invoices are on their way. There is nothing for you to do.",
		invoice.Received:   "The invoices have arrived and are being reviewed. There is nothing for you to do.",
		invoice.Approved:   "The invoices are approved. Payment follows within two working days.",
		invoice.Rejected:   "Issue new invoices, register them, and send them again.",
	},
	rejectedBecause: "Rejected:",
	sources: map[invoice.Source]string{
		invoice.Incentive: "Incentive", invoice.KooGallery: "KooGallery bill", invoice.Procurement: "Procurement-involved bill",
	},
	kinds:   map[invoice.Kind]string{invoice.SpecialPaper: "Special VAT invoice, paper", invoice.SpecialElectronic: "Special VAT invoice, electronic"},
	payable: "Payment request", source: "Source", period: "Period", seller: "Seller", issued: "Issued at (Beijing)",
	what: "To be invoiced", goods: "Goods or service", net: "Without tax", rate: "Tax rate", tax: "Tax", gross: "With tax", total: "Total",
	currency: "Amounts in CNY yuan.", print: "Print", pdf: "Download PDF", csv: "Download CSV",
	template: "What to write on the invoice", buyer: "Buyer", taxID: "Taxpayer ID", addressPhone: "Address and phone", bankAccount: "Bank and account",
	remark: "Remarks", copy: "Copy", copied: "Copied", seeTable: "As in the table above, each on a line of its own",
	where: "Where to send it", paper: "Paper, with the printed list", electronic: "Electronic, by mail",
	progress: "Your invoices", noInvoice: "None is registered yet.", mailed: "Sent", received: "Received", approved: "Approved", payBy: "Paid by",
	writeNumber: "Invoice number(s):", register: "Register invoices and parcel",
	signIn:     "This page only shows. To register invoice numbers and the parcel, sign in to Partner Center (Sales > Incentives > Incentive management > Application records), or call RegisterInvoices and MailInvoices of the API with your key.",
	signInLink: "To the API",
	rules: []string{
		"Special VAT invoices only, on paper or electronic; ordinary VAT invoices are not accepted.",
		"One invoice is never for two payment requests; several invoices for one are allowed.",
		"The invoices sum to the list, to the fen. Another tax rate has another list, and needs another invoice.",
		"The remarks hold the payment request and its period, as above.",
	},
}
