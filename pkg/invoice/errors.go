package invoice

import (
	"net/http"

	"partnercenter/pkg/foundation/problem"
)

// What is refused in this capability. ASSUMED codes, in the shape of DOMAIN.md 18.
var (
	ErrNoList    = problem.New(http.StatusNotFound, "CBC.0404", "there is no such invoice list")
	ErrNoBill    = problem.New(http.StatusNotFound, "CBC.0404", "there is no such bill")
	ErrNoBuyer   = problem.New(http.StatusNotFound, "CBC.0404", "there is no such buyer")
	ErrNoInfo    = problem.New(http.StatusNotFound, "CBC.0404", "there is no invoice info")
	ErrNoInvoice = problem.New(http.StatusNotFound, "CBC.0404", "there is no such invoice request")

	// ErrSums: invoices that do not sum to their list.
	ErrSums = problem.New(http.StatusBadRequest, "CBC.99001142", "the invoices do not sum to the list")
	// ErrOrdinary: an invoice that is no special VAT invoice.
	ErrOrdinary = problem.New(http.StatusBadRequest, "CBC.99001143", "only special VAT invoices are accepted")
	// ErrInvoiceTaken: an invoice that is registered for another payment request.
	ErrInvoiceTaken = problem.New(http.StatusConflict, "CBC.99001144", "the invoice is registered for another payment request")
	// ErrHidden: the list is not to be seen; the message says why.
	ErrHidden = problem.New(http.StatusConflict, "CBC.99001145", "the invoice list can't be seen yet")
	// ErrInfoExists: the account has invoice info already, one being the most.
	ErrInfoExists = problem.New(http.StatusConflict, "CBC.99001146", "the account has invoice info already")
	// ErrInfoBusy: a request for an invoice is open, or a change is under review.
	ErrInfoBusy = problem.New(http.StatusConflict, "CBC.99001147", "the invoice info can't be changed now")
	// ErrMonth: a month that can't be invoiced, or not yet.
	ErrMonth = problem.New(http.StatusBadRequest, "CBC.99001148", "the month can't be invoiced")
	// ErrBillOut: lines for a month whose bill is out.
	ErrBillOut = problem.New(http.StatusConflict, "CBC.99001149", "the month's bill is out")
)
