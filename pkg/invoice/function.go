package invoice

import (
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Function declares the capability's HTTP function.
func Function() function.Declaration {
	return function.Declaration{
		Name:   "invoice",
		Does:   "Invoice lists, partners' invoices, settlement bills, invoice info and invoices of the vendor",
		HTTP:   register,
		Grants: []function.Grant{function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey},
		Under:  []string{listsPath, billsPath, vendorListsPath, vendorBillsPath, vendorInvoicesPath, infoPath, requestsPath},
	}
}

// FunctionWith is the declaration of Function with the parts of other capabilities.
func FunctionWith(parts func(env *function.Env) Parts) function.Declaration {
	d := Function()
	d.HTTP = func(api *rest.API, env *function.Env) {
		PartsPort.Put(env, parts(env))
		register(api, env)
	}
	return d
}

const (
	listsPath          = "/v2/partners/invoice-lists"
	billsPath          = "/v2/partners/settlement-bills"
	vendorListsPath    = "/v2/vendor/invoice-lists"
	vendorBillsPath    = "/v2/vendor/settlement-bills"
	vendorInvoicesPath = "/v2/vendor/invoicing" // buyers, and what accounts ask for
	buyersPath         = "/v2/vendor/invoice-buyers"
	infoPath           = "/v2/invoice-info"
	requestsPath       = "/v2/invoice-requests"
)

func register(api *rest.API, env *function.Env) {
	lists(api, env)
	listReviews(api, env)
	buyers(api, env)
	bills(api, env)
	billReviews(api, env)
	infos(api, env)
	requests(api, env)
	requestReviews(api, env)
}

// lists registers what partners do of their invoice lists.
func lists(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListInvoiceLists", Method: http.MethodGet, Path: listsPath,
		Summary: "List the calling partner's invoice lists, newest first", Allow: auth.Partners(auth.InvoiceRead),
	}, function.Lazily(env, New, (*Service).listLists))
	rest.Register(api, rest.Operation{
		ID: "ShowInvoiceListVisibility", Method: http.MethodGet, Path: listsPath + "/visibility",
		Summary: "Say whether the invoice lists of a payment request can be seen and, when not, everything that is missing", Allow: auth.Partners(auth.InvoiceRead),
	}, function.Lazily(env, New, (*Service).showVisibility))
	rest.Register(api, rest.Operation{
		ID: "ShowInvoiceList", Method: http.MethodGet, Path: listsPath + "/{list_id}",
		Summary: "Show an invoice list with what to write on the invoices, the invoices so far, and its page to print", Allow: auth.Partners(auth.InvoiceRead),
	}, function.Lazily(env, New, (*Service).showList))
	rest.Register(api, rest.Operation{
		ID: "RegisterInvoices", Method: http.MethodPost, Path: listsPath + "/{list_id}/invoices",
		Summary:     "Register all invoices for a list; until they are mailed, others can be registered instead",
		Description: "Special VAT invoices alone. Their sums meet the list's to the fen. An invoice is for one payment request, several may be for one.",
		Allow:       auth.Partners(auth.InvoiceRegister),
	}, function.Lazily(env, New, (*Service).registerInvoices))
	rest.Register(api, rest.Operation{
		ID: "MailInvoices", Method: http.MethodPost, Path: listsPath + "/{list_id}/parcels",
		Summary: "Say by which carrier and number the invoices and the printed list were sent, or that electronic ones went to the mailbox",
		Allow:   auth.Partners(auth.InvoiceRegister),
	}, function.Lazily(env, New, (*Service).mailInvoices))
}

// listReviews registers what the vendor does of partners' invoices.
func listReviews(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListInvoicesToReview", Method: http.MethodGet, Path: vendorListsPath,
		Summary: "List the invoice lists whose invoices are on their way or received, the longest waiting first", Allow: auth.Only(auth.Vendor, auth.InvoiceReview),
	}, function.Lazily(env, New, (*Service).listQueue))
	rest.Register(api, rest.Operation{
		ID: "ListIssuedInvoiceLists", Method: http.MethodGet, Path: vendorListsPath + "/issued",
		Summary: "List the invoice lists of an issuer and Beijing year by their numbers", Allow: auth.Only(auth.Vendor, auth.InvoiceReview),
	}, function.Lazily(env, New, (*Service).listNumbers))
	rest.Register(api, rest.Operation{
		ID: "ShowPartnerInvoiceList", Method: http.MethodGet, Path: vendorListsPath + "/{partner_id}/{list_id}",
		Summary: "Show an invoice list of a partner with its invoices and parcels", Allow: auth.Only(auth.Vendor, auth.InvoiceReview),
	}, function.Lazily(env, New, (*Service).showPartnerList))
	rest.Register(api, rest.Operation{
		ID: "ReviewInvoices", Method: http.MethodPost, Path: vendorListsPath + "/{partner_id}/{list_id}/steps",
		Summary:     "Note that a partner's invoices were received, approve them, or reject them with a reason",
		Description: "What is approved is to be paid within two of China's working days; what is rejected goes back, and other invoices are registered for it.",
		Allow:       auth.Only(auth.Vendor, auth.InvoiceReview),
	}, function.Lazily(env, New, (*Service).reviewInvoices))
}

// buyers registers the vendor's companies that are invoiced.
func buyers(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "SetInvoiceBuyer", Method: http.MethodPut, Path: buyersPath + "/{buyer_code}",
		Summary: "Set a company that partners invoice; lists that are issued keep what they say", Allow: auth.Only(auth.Vendor, auth.BillManage),
	}, function.Lazily(env, New, (*Service).setBuyer))
	rest.Register(api, rest.Operation{
		ID: "ShowInvoiceBuyer", Method: http.MethodGet, Path: buyersPath + "/{buyer_code}",
		Summary: "Show a company that partners invoice", Allow: auth.Only(auth.Vendor, auth.BillManage),
	}, function.Lazily(env, New, (*Service).showBuyer))
}
