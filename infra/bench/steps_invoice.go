package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive"
	"partnercenter/pkg/invoice"
)

const (
	later = "LATER" // the method of a step that moves the clock to the Beijing day of its path, 09:00
	seed  = "SEED"  // and of one that puts there what its path names
)

// invoiceSteps are how a partner's bill is invoiced and paid, and how the vendor invoices a partner.
func invoiceSteps() []step {
	const (
		partner, invoicer        = "partner partner", "partner invoicer"
		lists, bills             = "/v2/partners/invoice-lists", "/v2/partners/settlement-bills"
		vendorLists, vendorBills = "/v2/vendor/invoice-lists", "/v2/vendor/settlement-bills"
		bill, list               = "202610-P", "P-{payment_request_id}-a"
		buyer                    = `"taxpayer_id":"91520900MA6J6CBN9Q","registered_address":"贵州省贵安新区","registered_phone":"0851-88888888","bank_name":"中国银行","bank_account":"132057361123","recipient":{"name":"Finance","phone":"0755-28780808","address":"深圳市龙岗区"}}`
		line                     = `{"line_id":"1","order_id":"CS1","goods_name":"Goods","amount":100,"trade_time":"2026-10-15T00:00:00Z"}`
		invoices                 = `{"invoices":[{"invoice_no":"26442000000000000001","invoice_type":"SPECIAL_ELECTRONIC","invoice_date":"2026-12-03","amount":100,"tax_amount":6,"total_amount":106}]}`
	)
	setBuyer := `{"title":"Vendor","mailbox":"invoices@example.com",` + buyer
	vendorStep := func(name, step string) step2 {
		return step2{name, vendorBills + "/partner/" + bill + "/steps", `{"step":"` + step + `"}`}
	}
	review := func(name, what string) step2 {
		return step2{name, vendorLists + "/partner/" + list + "/steps", `{"step":"` + what + `"}`}
	}
	steps := []step{
		{"", "", later, "2026-12-03", ""},
		{"SetInvoiceBuyer", vendor, "PUT", "/v2/vendor/invoice-buyers/HWC", setBuyer},
		{"ShowInvoiceBuyer", vendor, "GET", "/v2/vendor/invoice-buyers/HWC", ""},
		{"CreateSettlementBill", vendor, "POST", vendorBills, `{"partner_id":"partner","source":"PROCUREMENT","period":"2026-10","lines":[` + line + `]}`},
		{
			"ImportSettlementBillLines", vendor, "POST", vendorBills + "/import",
			"partner_id,source,period,line_id,order_id,goods_name,amount,trade_time\npartner,KOOGALLERY,2026-10,1,CS2,Goods,100,2026-10-15T00:00:00Z",
		},
		{"SettlementBillGeneration", "partner", work, "PARTY#partner SETTLEMENTBILL#" + bill, invoice.WorkBill},
		{"ListPartnerSettlementBills", vendor, "GET", vendorBills + "?source=PROCUREMENT&period=2026-10", ""},
		{"ShowPartnerSettlementBill", vendor, "GET", vendorBills + "/partner/" + bill, ""},
		{"", "", seed, "invoicer", ""},
		{"", invoicer, "GET", bills + "?limit=1", ""},
		{"ListSettlementBills", partner, "GET", bills, ""},
		{"ListSettlementBills/page50", invoicer, "GET", bills + "?limit=50&marker={marker}", ""},
		{"ShowSettlementBill", partner, "GET", bills + "/" + bill, ""},
		{"ListSettlementBillLines", partner, "GET", bills + "/" + bill + "/lines", ""},
		{"ExportSettlementBills", partner, "GET", bills + "/export", ""},
		{"ExportSettlementBillLines", partner, "GET", bills + "/" + bill + "/lines/export", ""},
		{"ConfirmSettlementBill", partner, "POST", bills + "/" + bill + "/confirmation", ""},
		vendorStep("StepSettlementBill", "start_countersign").step(), vendorStep("", "pass_countersign").step(),
		{"SettlementBillPaymentRequest", "partner", work, "PARTY#partner SETTLEMENTBILL#" + bill, invoice.WorkBill},
		{"", partner, "GET", bills + "/" + bill, ""},
		{"InvoiceListIssue", "partner", work, "PARTY#partner INVOICELIST#" + list, invoice.WorkList},
		{"", invoicer, "GET", lists + "?limit=1", ""},
		{"ListInvoiceLists/page50", invoicer, "GET", lists + "?limit=50&marker={marker}", ""},
		{"ListInvoiceLists", partner, "GET", lists, ""},
		{"ShowInvoiceListVisibility", partner, "GET", lists + "/visibility?payment_request_id={payment_request_id}&source=PROCUREMENT", ""},
		{"ShowInvoiceList", partner, "GET", lists + "/" + list, ""},
		{"DownloadInvoiceList", partner, "GET", "/v2/partners/invoice-list-files/" + list + "?format=csv", ""},
		{"DownloadLinkedInvoiceList", "", "GET", "{page_path}/invoice-list.csv", ""},
		{"", "", seed, "short " + list, ""},
		{"DownloadShortLinkedInvoiceList", "", "GET", "{short}/invoice-list.csv", ""},
		{"RegisterInvoices", partner, "POST", lists + "/" + list + "/invoices", invoices},
		{"MailInvoices", partner, "POST", lists + "/" + list + "/parcels", `{}`},
		{"ListInvoicesToReview", vendor, "GET", vendorLists + "?state=MAILED", ""},
		{"ListIssuedInvoiceLists", vendor, "GET", vendorLists + "/issued", ""},
		{"ShowPartnerInvoiceList", vendor, "GET", vendorLists + "/partner/" + list, ""},
		review("ReviewInvoices", "receive").step(), review("", "approve").step(),
	}
	return append(steps, vendorInvoiceSteps()...)
}

// step2 is a step of the vendor's.
type step2 struct{ name, path, body string }

func (s step2) step() step { return step{s.name, vendor, "POST", s.path, s.body} }

// vendorInvoiceSteps are how an account asks the vendor for invoices.
func vendorInvoiceSteps() []step {
	const (
		partner, info, requests = "distributor distributor", "/v2/invoice-info", "/v2/invoice-requests"
		reviews                 = "/v2/vendor/invoicing"
		details                 = `"taxpayer_id":"91440300MA5EXAMPLE","registered_address":"深圳市龙岗区","registered_phone":"0755-28780808","bank_name":"招商银行","bank_account":"755900001111222","email":"tax@example.com","recipient":{"name":"Tax","phone":"0755-28780808","address":"深圳市龙岗区"}}`
		title                   = `{"title_type":"ENTERPRISE","title":`
		paper                   = `{"months":["2026-12"],"invoice_type":"SPECIAL_PAPER"}`
		approve                 = `{"approve":true}`
	)
	steps := reviews + "/requests/distributor/{request_id}/steps"
	return []step{
		{"", vendor, "POST", "/v2/vendor/customers/import?partner_id=distributor", customersHeader + customerRow("cust-3")}, // whose spending is invoiced
		{"", "customer cust-3", "POST", "/v2/orders/subscriptions", `{"products":[{"product_id":"p-2","period_type":2,"period_num":1}],"is_auto_pay":1}`},
		{"CreateInvoiceInfo", partner, "POST", info, title + `"distributor",` + details},
		{"ListInvoiceInfoToReview", vendor, "GET", reviews + "/info", ""},
		{"ShowAccountInvoiceInfo", vendor, "GET", reviews + "/info/distributor", ""},
		{"DecideInvoiceInfo", vendor, "POST", reviews + "/info/distributor/decision", approve},
		{"ShowInvoiceInfo", partner, "GET", info, ""},
		{"ChangeInvoiceInfo", partner, "PUT", info, title + `"distributor",` + details},
		{"", vendor, "POST", reviews + "/info/distributor/decision", approve},
		{"KeepOlderInvoiceInfo", vendor, "POST", reviews + "/info/cust-2/older", title + `"Older",` + details},
		{"", "", later, "2027-01-06", ""},
		{"RequestInvoice", partner, "POST", requests, paper},
		{"ShowInvoiceRequest", partner, "GET", requests + "/{request_id}", ""},
		{"ListInvoiceRequests", partner, "GET", requests, ""},
		{"ListInvoiceRequestsToDo", vendor, "GET", reviews + "/requests", ""},
		{"ShowAccountInvoiceRequest", vendor, "GET", reviews + "/requests/distributor/{request_id}", ""},
		{"WithdrawInvoiceRequest", partner, "POST", requests + "/{request_id}/withdrawal", ""},
		{"DeleteInvoiceRequest", partner, "DELETE", requests + "/{request_id}", ""},
		{"", partner, "POST", requests, paper},
		{"StepInvoiceRequest", vendor, "POST", steps, `{"step":"approve"}`},
		{"", vendor, "POST", steps, `{"step":"issue","invoice_no":"12345678","invoice_code":"4403202612","carrier":"SF","tracking_no":"SF1"}`},
		{"SignInvoice", partner, "POST", requests + "/{request_id}/receipt", ""},
		{"ReturnInvoice", partner, "POST", requests + "/{request_id}/return", `{"reason":"bench","carrier":"SF","tracking_no":"SF2"}`},
		{"ListInvoices", partner, "GET", "/v1.0/distributor/payments/intl-invoices?start_time=2027-01-01T00:00:00Z&end_time=2027-01-31T00:00:00Z&offset=0&limit=10", ""},
	}
}

// later moves the clock.
func (s *scene) later(day string) error {
	date, err := calendar.ParseDate(day)
	s.clock.Set(date.At(9, 0))
	return err
}

// put puts something there that no operation makes alone: sixty lists and bills of a partner, or the short link to a list.
func (s *scene) put(ctx context.Context, what string, known map[string]any) error {
	switch what {
	case "specialists":
		return s.specialists(ctx)
	}
	if id, short := strings.CutPrefix(what, "short "); short {
		l := invoice.LinkTo("partner", invoice.ListID(id), notify.Chinese, s.clock.Now())
		address, err := link.SignerOf(s.env).Short(ctx, l)
		known["short"] = strings.TrimPrefix(address, "https://site.example")
		return err
	}
	if what == frozen {
		return s.db.Create(ctx, &incentive.Incentive{
			Head: table.Head{PK: "PARTY#partner", SK: "INCENTIVE#" + frozen}, ID: frozen, Partner: "partner", Month: "2026-11", Amount: 100, State: incentive.Frozen,
		})
	}
	if what == sixty {
		return s.opportunities(ctx)
	}
	at := s.clock.Now().Add(-time.Hour)
	for n := range 60 {
		id := fmt.Sprintf("KB01KBENCHKBENCHKBENCHKBENC%02d", n)
		sums := invoice.OfNet(1234567, invoice.SoftwareRate)
		row := invoice.ListRow{
			ID: invoice.ListID("K-" + id + "-a"), Partner: "invoicer", Source: invoice.KooGallery, Payable: id, Buyer: "HWC", State: invoice.ToInvoice,
			Number: fmt.Sprintf("HWC-2026-%06d", n), Periods: []invoice.Month{"2026-11"}, Rate: invoice.SoftwareRate, Sums: sums, Created: at, IssuedAt: at,
		}
		if err := s.db.Create(ctx, &invoice.List{ListRow: row, Of: 1, Head: table.Head{
			PK: "PARTY#invoicer", SK: "INVOICELIST#" + string(row.ID), G1PK: "INVOICELISTS#invoicer", G1SK: fmt.Sprintf("20261203T%06d#%s", n, row.ID),
		}}); err != nil {
			return err
		}
		period := invoice.Month(fmt.Sprintf("%d-%02d", 2020+n/12, n%12+1))
		bill := invoice.BillRow{
			ID: invoice.BillID(strings.Replace(string(period), "-", "", 1) + "-K"), Partner: "invoicer", Source: invoice.KooGallery, Period: period,
			State: invoice.Completed, Buyer: "HWC", Count: 100, Sums: sums, Payable: id, Invoice: invoice.Approved, Out: at, Ended: at, Paid: at, PayBy: start,
		}
		if err := s.db.Create(ctx, &invoice.Bill{BillRow: bill, Bank: "BANK-REFERENCE-1", Head: table.Head{
			PK: "PARTY#invoicer", SK: "SETTLEMENTBILL#" + string(bill.ID), G1PK: "SETTLEMENTBILLS#KOOGALLERY#" + string(period), G1SK: "invoicer",
		}}); err != nil {
			return err
		}
	}
	return nil
}
