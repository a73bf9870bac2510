package invoice

import (
	"fmt"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	PARTY#<partner> / INVOICELIST#<list>                 a list                       due work "invoice_list" while it is a draft
//	PARTY#<partner> / INVOICECONTENT#<list>              what an issued list says; never written again
//	PARTY#<partner> / INVOICEQUEUE#<list>                a list whose invoices the vendor has to deal with
//	INVOICESERIES#<issuer>#<year> / SERIES               the last number of an issuer's lists of a Beijing year
//	INVOICESERIES#<issuer>#<year> / NUMBER#<number>      the list of a number
//	INVOICEBUYER#<code> / BUYER                          a company that partners invoice
//	INVOICENO#<code and number> / INVOICENO              the payment request that an invoice is for
//	PARTY#<partner> / SETTLEMENTBILL#<bill>              a bill                       due work "settlement_bill" when time or the system moves it
//	PARTY#<partner> / SETTLEMENTLINE#<bill>#<line>       a line of a bill
//	PARTY#<account> / INVOICEINFO                        the account's one valid invoice info
//	PARTY#<account> / INVOICEINFOOLD#<id>                one that it had before there was to be one alone
//	PARTY#<account> / INVOICEREQUEST#<request>           a request for an invoice of the vendor
//	PARTY#<account> / INVOICEMONTH#<month>               the live request that invoices a month
//
// Listed in GSI1:
//
//	INVOICELISTS#<partner>                               / <issued>#<list>
//	INVOICEQUEUE#<state>#<month>                         / <registered>#<list>      the month is that of the registration
//	SETTLEMENTBILLS#<source>#<period>                    / <partner>
//	INVOICEREQUESTS#<state>#<month>                      / <asked>#<request>        open ones; the month is that of asking
//	INVOICEINFOREVIEWS#<month>                           / <asked>#<account>        the month is that of asking
//
// Access patterns: a partner's lists, newest first; a list by its partner and id; the lists of an issuer and year by number; the payment request of an
// invoice; the vendor's queues, month after month; a partner's bills, latest period first; all bills of a source and period; a bill's lines in order;
// an account's invoice info; its requests, newest first; the vendor's queue of requests and of info to review, month after month.

// The kinds of due work that this capability does.
const (
	WorkList = "invoice_list"
	WorkBill = "settlement_bill"
)

const (
	listPrefix    = "INVOICELIST#"
	billPrefix    = "SETTLEMENTBILL#"
	linePrefix    = "SETTLEMENTLINE#"
	oldInfoPrefix = "INVOICEINFOOLD#"
	requestPrefix = "INVOICEREQUEST#"
	numberPrefix  = "NUMBER#"
	secondFormat  = "20060102T150405"
	behind        = "~" // sorts behind every character of an id
)

func ownerKey(owner auth.PartyID) string { return "PARTY#" + string(owner) }

func listKey(partner auth.PartyID, id ListID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: listPrefix + string(id)}
}

func contentKey(partner auth.PartyID, id ListID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "INVOICECONTENT#" + string(id)}
}

func queueKey(partner auth.PartyID, id ListID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "INVOICEQUEUE#" + string(id)}
}

func seriesOf(issuer string, year int) string {
	return fmt.Sprintf("INVOICESERIES#%s#%d", issuer, year)
}

func seriesKey(issuer string, year int) table.Key {
	return table.Key{PK: seriesOf(issuer, year), SK: "SERIES"}
}

func numberKey(issuer string, year int, n int64) table.Key {
	return table.Key{PK: seriesOf(issuer, year), SK: fmt.Sprintf("%s%09d", numberPrefix, n)}
}

func buyerKey(code string) table.Key { return table.Key{PK: "INVOICEBUYER#" + code, SK: "BUYER"} }

func invoiceKey(i PartnerInvoice) table.Key {
	return table.Key{PK: "INVOICENO#" + i.name(), SK: "INVOICENO"}
}

func billKey(partner auth.PartyID, id BillID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: billPrefix + string(id)}
}

func lineKey(partner auth.PartyID, id BillID, line string) table.Key {
	return table.Key{PK: ownerKey(partner), SK: linePrefix + string(id) + "#" + line}
}

func infoKey(account auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(account), SK: "INVOICEINFO"}
}

func oldInfoKey(account auth.PartyID, id string) table.Key {
	return table.Key{PK: ownerKey(account), SK: oldInfoPrefix + id}
}

func requestKey(account auth.PartyID, id string) table.Key {
	return table.Key{PK: ownerKey(account), SK: requestPrefix + id}
}

func monthKey(account auth.PartyID, m Month) table.Key {
	return table.Key{PK: ownerKey(account), SK: "INVOICEMONTH#" + string(m)}
}

func listsOf(partner auth.PartyID) string { return "INVOICELISTS#" + string(partner) }

func queueOf(s ListState, m Month) string { return "INVOICEQUEUE#" + string(s) + "#" + string(m) }

func billsOf(s Source, m Month) string { return "SETTLEMENTBILLS#" + string(s) + "#" + string(m) }

func requestsOf(s RequestState, m Month) string {
	return "INVOICEREQUESTS#" + string(s) + "#" + string(m)
}

func infoReviewsOf(m Month) string { return "INVOICEINFOREVIEWS#" + string(m) }

// stamp writes when something was made as index keys have it.
func stamp(at time.Time) string { return at.UTC().Format(secondFormat) }
