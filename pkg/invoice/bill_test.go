package invoice_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/invoice"
)

// bill is a settlement bill as the API shows it.
type bill struct {
	BillID       string   `json:"bill_id"`
	State        string   `json:"state"`
	InvoiceState string   `json:"invoice_state"`
	Count        int      `json:"line_count"`
	Net          amount   `json:"amount"`
	Gross        amount   `json:"total_amount"`
	Payment      string   `json:"payment_request_id"`
	Reason       string   `json:"reason"`
	ConfirmBy    string   `json:"confirm_by"`
	PayBy        string   `json:"pay_by"`
	PaidAt       string   `json:"paid_at"`
	Lists        []string `json:"list_ids"`
}

func line(id, goods, rate, net string) string {
	return fmt.Sprintf(`{"line_id":%q,"order_id":"O-%s","goods_name":%q,"tax_rate":%q,"amount":%s,"trade_time":"2026-11-15T04:00:00Z"}`, id, id, goods, rate, net)
}

func (w *world) post(source string, lines ...string) (b bill) {
	w.t.Helper()
	w.posts(source, "2026-11", lines...).Into(w.t, &b)
	return b
}

func (w *world) posts(source, period string, lines ...string) answer {
	w.t.Helper()
	return w.as(vendor, http.MethodPost, vendorBillsPath, fmt.Sprintf(`{"partner_id":"p","source":%q,"period":%q,"lines":[%s]}`, source, period, strings.Join(lines, ",")))
}

func (w *world) stepBill(id, step, more string) answer {
	w.t.Helper()
	return w.as(vendor, http.MethodPost, vendorBillsPath+"/p/"+id+"/steps", fmt.Sprintf(`{"step":%q%s}`, step, more))
}

func (w *world) bill(id string) (b bill) {
	w.t.Helper()
	w.as(partner, http.MethodGet, billsPath+"/"+id, "").Into(w.t, &b)
	return b
}

// countersigned gives a KooGallery bill whose countersign has ended, with its invoice lists. Lines are posted first, if there are any.
func (w *world) countersigned(lines ...string) bill {
	w.t.Helper()
	if len(lines) > 0 {
		w.post("KOOGALLERY", lines...)
	}
	w.clock.Set(december(3).At(9, 0))
	w.due()
	for _, step := range []string{"start_countersign", "pass_countersign"} {
		w.stepBill("202611-K", step, "").Into(w.t, nil)
	}
	w.due()
	return w.bill("202611-K")
}

func TestABillIsOutOnTheThirdAndGoesThroughToItsPayment(t *testing.T) {
	w := newWorld(t)
	if b := w.post("KOOGALLERY", line("1", "Goods A", "0.06", "2728.83"), line("2", "Goods B", "0.06", "100.00")); b.State != "COLLECTING" || b.Count != 2 {
		t.Fatalf("got %+v", b)
	}
	w.clock.Set(december(3).Start().Add(-time.Second))
	w.due()
	w.as(partner, http.MethodGet, billsPath+"/202611-K", "").Refused(t, 404, "CBC.0404", "202611-K")
	b := w.countersigned()
	if b.State != "INVOICE_REVIEW" || b.InvoiceState != "TO_INVOICE" || b.Net != "2828.83" || b.Gross != "2998.56" || len(b.Lists) != 1 {
		t.Fatalf("got %+v", b)
	}
	l := w.list(partner, b.Lists[0])
	if l.Gross != "2998.56" || l.Tax != "169.73" || len(l.Lines) != 2 || l.PaymentID != b.Payment || l.Remark != "申付单号："+b.Payment+"；账期：2026-11" {
		t.Fatalf("got %+v", l)
	}
	w.register(partner, l.ListID, special(digital(1), "2828.83", "169.73", "2998.56")).Into(t, nil)
	w.mail(l.ListID, `{}`).Into(t, nil)
	w.review(l.ListID, "receive", "").Into(t, nil)
	w.review(l.ListID, "reject", "a seal is missing").Into(t, nil)
	if b = w.bill(b.BillID); b.State != "INVOICE_REVIEW" || b.InvoiceState != "REJECTED" || b.Reason != "a seal is missing" {
		t.Fatalf("got %+v", b)
	}
	w.register(partner, l.ListID, special(digital(2), "2828.83", "169.73", "2998.56")).Into(t, nil)
	w.mail(l.ListID, `{}`).Into(t, nil)
	w.review(l.ListID, "receive", "").Into(t, nil)
	w.review(l.ListID, "approve", "").Into(t, nil)
	if b = w.bill(b.BillID); b.State != "PAYING" || b.PayBy != "2026-12-07" || b.Reason != "" { // 3 December is a Thursday
		t.Fatalf("got %+v", b)
	}
	w.stepBill(b.BillID, "paid", "").Refused(t, 400, "CBC.0100", "payment_reference")
	w.stepBill(b.BillID, "pay_failed", `,"reason":"account closed"`).Into(t, nil)
	w.clock.Set(december(10).At(9, 0))
	w.stepBill(b.BillID, "pay_again", "").Into(t, nil)
	if b = w.bill(b.BillID); b.State != "PAYING" || b.PayBy != "2026-12-14" { // 10 December is a Thursday
		t.Fatalf("got %+v", b)
	}
	w.stepBill(b.BillID, "paid", `,"payment_reference":"BANK-1"`).Into(t, nil)
	if b = w.bill(b.BillID); b.State != "COMPLETED" || b.PaidAt == "" {
		t.Errorf("got %+v", b)
	}
	w.stepBill(b.BillID, "paid", `,"payment_reference":"BANK-1"`).Refused(t, 409, "CBC.99001140", "COMPLETED")
}

// DOMAIN.md 7: while a change of the business information is certified nothing is settled.
func TestABillIsNotPaidWhileTheBusinessInformationIsUnderReview(t *testing.T) {
	w := newWorld(t)
	b := w.countersigned(line("1", "Goods", "0.06", "10.00"))
	w.register(partner, b.Lists[0], special(digital(1), "10.00", "0.60", "10.60")).Into(t, nil)
	w.mail(b.Lists[0], `{}`).Into(t, nil)
	w.review(b.Lists[0], "receive", "").Into(t, nil)
	w.review(b.Lists[0], "approve", "").Into(t, nil)
	certified := w.business["p"]
	changing := certified
	changing.UnderReview = true
	pays := func(from, step, more string) {
		t.Helper()
		w.business["p"] = changing
		w.stepBill(b.BillID, step, more).Refused(t, 409, "CBC.99001306", "certified")
		if got := w.bill(b.BillID); got.State != from {
			t.Errorf("after the refusal it is %+v", got)
		}
		w.business["p"] = certified
		w.stepBill(b.BillID, step, more).Into(t, nil)
	}
	w.business["p"] = changing
	w.stepBill(b.BillID, "pay_again", "").Refused(t, 409, "CBC.99001140", "PAYING")
	w.stepBill(b.BillID, "pay_failed", `,"reason":"account closed"`).Into(t, nil)
	pays("PAY_FAILED", "pay_again", "")
	pays("PAYING", "paid", `,"payment_reference":"BANK-1"`)
	if b = w.bill(b.BillID); b.State != "COMPLETED" {
		t.Errorf("got %+v", b)
	}
}

func TestAProcurementBillIsConfirmedByItsPartnerOrByTime(t *testing.T) {
	w := newWorld(t)
	w.post("PROCUREMENT", line("1", "Goods", "0.06", "10.00"))
	w.clock.Set(december(3).At(9, 0))
	w.due()
	b := w.bill("202611-P")
	if b.State != "TO_CONFIRM" || b.ConfirmBy != "2026-12-10" {
		t.Fatalf("got %+v", b)
	}
	if got := w.events("p", "202611-P"); got != "post generate_to_confirm by settlement_bill_to_confirm " {
		t.Errorf("told %s", got)
	}
	w.stepBill("202611-P", "start_countersign", "").Refused(t, 409, "CBC.99001140", "TO_CONFIRM")
	w.clock.Set(december(10).LastSecond())
	w.due()
	if b = w.bill("202611-P"); b.State != "TO_CONFIRM" {
		t.Fatalf("before its time: %+v", b)
	}
	w.clock.Set(december(11).Start())
	w.due()
	if b = w.bill("202611-P"); b.State != "TO_COUNTERSIGN" {
		t.Errorf("by time: %+v", b)
	}
	w.as(partner, http.MethodPost, billsPath+"/202611-P/confirmation", "").Refused(t, 409, "CBC.99001140", "TO_COUNTERSIGN")
}

func TestAPartnerConfirmsItsOwnBill(t *testing.T) {
	w := newWorld(t)
	w.post("PROCUREMENT", line("1", "Goods", "0.06", "10.00"))
	w.as(partner, http.MethodPost, billsPath+"/202611-P/confirmation", "").Refused(t, 404, "CBC.0404", "202611-P")
	w.clock.Set(december(3).At(9, 0))
	w.due()
	w.as(rival, http.MethodPost, billsPath+"/202611-P/confirmation", "").Refused(t, 404, "CBC.0404", "202611-P")
	var b bill
	w.as(partner, http.MethodPost, billsPath+"/202611-P/confirmation", "").Into(t, &b)
	if b.State != "TO_COUNTERSIGN" || b.ConfirmBy != "" {
		t.Errorf("got %+v", b)
	}
}

func TestARejectedCountersignIsHandledAndBegunAgain(t *testing.T) {
	w := newWorld(t)
	w.post("KOOGALLERY", line("1", "Goods", "0.06", "10.00"))
	w.clock.Set(december(3).At(9, 0))
	w.due()
	w.stepBill("202611-K", "start_countersign", "").Into(t, nil)
	w.stepBill("202611-K", "reject_countersign", "").Refused(t, 400, "CBC.0100", "reason")
	w.stepBill("202611-K", "reject_countersign", `,"reason":"the rate is wrong"`).Into(t, nil)
	if b := w.bill("202611-K"); b.State != "COUNTERSIGN_REJECTED" || b.Reason != "the rate is wrong" {
		t.Fatalf("got %+v", b)
	}
	for _, step := range []string{"handle_rejection", "start_countersign", "pass_countersign"} {
		w.stepBill("202611-K", step, "").Into(t, nil)
	}
	w.due()
	if b := w.bill("202611-K"); b.State != "INVOICE_REVIEW" {
		t.Errorf("got %+v", b)
	}
}

func TestAPaymentRequestThatFailsIsRetriedByOperations(t *testing.T) {
	w := newWorld(t)
	certified := w.business["p"]
	w.business["p"] = invoice.Business{}
	b := w.countersigned(line("1", "Goods", "0.06", "10.00"))
	if b.State != "PAYMENT_REQUEST_FAILED" || !strings.Contains(b.Reason, "not certified") || len(b.Lists) != 0 {
		t.Fatalf("got %+v", b)
	}
	if got := w.events("p", b.BillID); !strings.HasSuffix(got, "payment_request_fails for BUSINESS_NOT_CERTIFIED by settlement_bill_failed ") {
		t.Errorf("told %s", got)
	}
	w.business["p"] = certified
	w.stepBill(b.BillID, "retry_payment_request", "").Into(t, nil)
	w.due()
	if b = w.bill(b.BillID); b.State != "INVOICE_REVIEW" || len(b.Lists) != 1 {
		t.Errorf("got %+v", b)
	}
}

// DOMAIN.md 8: several goods are several labour names, several rates separate invoices.
func TestABillOfSeveralRatesHasAListForEach(t *testing.T) {
	w := newWorld(t)
	b := w.countersigned(line("1", "A", "0.06", "10.00"), line("2", "B", "0.13", "10.00"), line("3", "A", "0.06", "10.00"), line("4", "C", "0.06", "1.00"))
	if len(b.Lists) != 2 || b.Gross != "33.56" {
		t.Fatalf("got %+v", b)
	}
	six, thirteen := w.list(partner, b.Lists[0]), w.list(partner, b.Lists[1])
	if six.TaxRate != "0.06" || len(six.Lines) != 2 || six.Gross != "22.26" || thirteen.Gross != "11.30" {
		t.Errorf("got %+v and %+v", six, thirteen)
	}
}

func TestLinesAreTakenOnceAndNotAfterTheirBillIsOut(t *testing.T) {
	w := newWorld(t)
	w.post("KOOGALLERY", line("1", "A", "0.06", "10.00"))
	if b := w.post("KOOGALLERY", line("1", "A", "0.06", "10.00"), line("2", "A", "0.06", "5.00")); b.Count != 2 {
		t.Errorf("got %+v", b)
	}
	w.posts("KOOGALLERY", "2026-11", line("1", "A", "0.06", "10.01")).Refused(t, 400, "CBC.0100", "something else")
	w.posts("KOOGALLERY", "2026-11", line("3", "A", "0.06", "1.00"), line("3", "A", "0.06", "1.00")).Refused(t, 400, "CBC.0100", "twice")
	w.posts("KOOGALLERY", "2026-11", line("3", "A", "0.07", "1.00")).Refused(t, 400, "CBC.0100", "0.13")
	w.posts("KOOGALLERY", "2026-11", line("3", "A", "0.06", "0")).Refused(t, 400, "CBC.0100", "above 0")
	w.posts("KOOGALLERY", "2026-11", strings.Replace(line("3", "A", "0.06", "1"), "2026-11-15", "2026-12-01", 1)).Refused(t, 400, "CBC.0100", "after the period")
	w.posts("KOOGALLERY", "2027-01", line("3", "A", "0.06", "1")).Refused(t, 400, "CBC.0100", "not begun")
	w.posts("KOOGALLERY", "2026-1", line("3", "A", "0.06", "1")).Refused(t, 400, "CBC.0100", "month")
	w.as(vendor, http.MethodPost, vendorBillsPath, `{"partner_id":"c","source":"KOOGALLERY","period":"2026-11","lines":[`+line("1", "A", "0.06", "1")+`]}`).
		Refused(t, 400, "CBC.99000047", "no partner")
	w.clock.Set(december(3).At(9, 0))
	w.due()
	w.posts("KOOGALLERY", "2026-11", line("3", "A", "0.06", "1.00")).Refused(t, 409, "CBC.99001149", "later month")
	if b := w.bill("202611-K"); b.Count != 2 || b.Net != "15.00" {
		t.Errorf("got %+v", b)
	}
	w.posts("KOOGALLERY", "2026-12", line("3", "A", "0.06", "1.00")).Into(t, nil) // settled in the next month
}

func TestABillOfAMonthThatIsLongOverIsOutAtOnce(t *testing.T) {
	w := newWorld(t)
	w.posts("KOOGALLERY", "2026-09", strings.Replace(line("1", "A", "0.06", "10.00"), "2026-11", "2026-09", 1)).Into(t, nil)
	w.due()
	if b := w.bill("202609-K"); b.State != "TO_COUNTERSIGN" {
		t.Errorf("got %+v", b)
	}
}

func TestABillOfMoreGoodsThanItsListsHoldSaysSo(t *testing.T) {
	w := newWorld(t)
	const goods = 1001 // 50 on a list, 20 lists
	for from := 0; from < goods; from += 90 {
		var lines []string
		for n := from; n < min(from+90, goods); n++ {
			lines = append(lines, line(fmt.Sprint(n), fmt.Sprint("Goods ", n), "0.06", "1.00"))
		}
		w.post("KOOGALLERY", lines...)
	}
	if b := w.countersigned(); b.State != "PAYMENT_REQUEST_FAILED" || !strings.Contains(b.Reason, "21 invoice lists") {
		t.Errorf("got %+v", b)
	}
}

func TestARowThatIsRefusedLeavesTheOthersAlone(t *testing.T) {
	w := newWorld(t)
	w.post("KOOGALLERY", line("1", "A", "0.06", "10.00"))
	row := func(id, goods, more string) string {
		return "p,KOOGALLERY,2026-11," + id + ",O," + goods + ",10.00,2026-11-15T12:00:00Z,0.06," + more + "\n"
	}
	var got struct {
		Verdicts []struct {
			Taken   bool
			Problem string
		}
	}
	sheet := strings.Replace(sheetHeader, "\n", ",buyer_code\n", 1) + row("1", "Other", "") + row("2", "B", "") +
		row("3", strings.Repeat("货", 93), "") + row("4", strings.Repeat("货", 92), "") + row("5", "B", "A-CODE-OF-17-CHAR")
	w.as(vendor, http.MethodPost, vendorBillsPath+"/import", sheet).Into(t, &got)
	for n, says := range []string{"something else", "", "goods_name", "", "buyer_code"} {
		if v := got.Verdicts[n]; v.Taken != (says == "") || !strings.Contains(v.Problem, says) {
			t.Errorf("row %d: %+v", n+2, v)
		}
	}
	w.clock.Set(december(3).At(9, 0))
	w.due()
	if b := w.bill("202611-K"); b.Count != 3 || b.Net != "30.00" {
		t.Errorf("got %+v", b)
	}
}

const sheetHeader = "partner_id,source,period,line_id,order_id,goods_name,amount,trade_time,tax_rate\n"

func TestASheetOfTradesIsJudgedRowByRow(t *testing.T) {
	w := newWorld(t)
	sheet := sheetHeader +
		"p,KOOGALLERY,2026-11,1,O-1,Goods,10.00,2026-11-15T12:00:00+08:00,0.06\n" +
		"p,PROCUREMENT,2026-11,1,O-2,Goods,10.00,2026-11-15T12:00:00+08:00,\n" +
		"rival,KOOGALLERY,2026-11,1,O-3,Goods,10.00,2026-11-15T12:00:00Z,0.13\n" +
		"nobody,KOOGALLERY,2026-11,1,O-4,Goods,10.00,2026-11-15T12:00:00Z,\n" +
		"p,KOOGALLERY,2026-11,2,O-5,Goods,1e3,2026-11-15T12:00:00Z,\n" +
		"p,KOOGALLERY,2026-11,3,O-6,Goods,-1,2026-11-15T12:00:00Z,\n" +
		"p,KOOGALLERY,2026-11,4,O-7,Goods,1,yesterday,\n" +
		"p,CLOUD,2026-11,5,O-8,Goods,1,2026-11-15T12:00:00Z,\n" +
		"p,KOOGALLERY,2026-11,1,O-1,Goods,10.00,2026-11-15T12:00:00+08:00,0.06\n"
	var got struct {
		Rows, Taken, Refused int
		Verdicts             []struct {
			Row     int
			Taken   bool
			Problem string
		}
	}
	for range 2 { // to import it again changes nothing
		w.as(vendor, http.MethodPost, vendorBillsPath+"/import", sheet).Into(t, &got)
		if got.Rows != 9 || got.Taken != 3 || got.Refused != 6 || got.Verdicts[4].Row != 6 || !strings.Contains(got.Verdicts[4].Problem, "amount") {
			t.Fatalf("got %+v", got)
		}
	}
	w.clock.Set(december(3).At(9, 0))
	w.due()
	if b := w.bill("202611-K"); b.Count != 1 || b.Net != "10.00" {
		t.Errorf("got %+v", b)
	}
	w.as(vendor, http.MethodPost, vendorBillsPath+"/import", "partner_id,source\n").Refused(t, 400, "CBC.0100", "line_id")
	w.as(vendor, http.MethodPost, vendorBillsPath+"/import", "\xff\xfe").Refused(t, 400, "CBC.0100", "UTF-8")
	var all struct {
		Bills []bill `json:"bills"`
	}
	w.as(vendor, http.MethodGet, vendorBillsPath+"?source=KOOGALLERY&period=2026-11", "").Into(t, &all)
	if len(all.Bills) != 2 {
		t.Errorf("all of the month: %+v", all)
	}
}

// CASES.md B46.
func TestFilesOfBillsRunNoFormulas(t *testing.T) {
	w := newWorld(t)
	w.countersigned(line("1", "=HYPERLINK(1)", "0.06", "10.00"), line("2", "+1", "0.06", "1.00"), line("3", "@x", "0.06", "1.00"), line("4", "-2", "0.06", "1.00"))
	for _, path := range []string{billsPath + "/202611-K/lines/export", billsPath + "/export"} {
		got := w.as(partner, http.MethodGet, path, "")
		if got.Status != 200 || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/csv") {
			t.Fatalf("%s: got %d %s", path, got.Status, got.Body)
		}
		for _, row := range strings.Split(got.Body, "\r\n") {
			for _, cell := range strings.Split(row, ",") {
				if strings.IndexAny(cell, "=+-@") == 0 {
					t.Errorf("%s has the cell %q", path, cell)
				}
			}
		}
	}
	if got := w.as(partner, http.MethodGet, billsPath+"/202611-K/lines/export", "").Body; !strings.Contains(got, "'=HYPERLINK(1)") || strings.Count(got, "\r\n") != 5 {
		t.Errorf("got %q", got)
	}
	w.as(rival, http.MethodGet, billsPath+"/202611-K/lines/export", "").Refused(t, 404, "CBC.0404", "202611-K")
}

func TestBillsAreFiltered(t *testing.T) {
	w := newWorld(t)
	w.clock.Set(calendar.Date{Year: 2026, Month: 12, Day: 5}.At(9, 0))
	for _, month := range []string{"2026-09", "2026-10", "2026-11"} {
		for _, source := range []string{"KOOGALLERY", "PROCUREMENT"} {
			w.posts(source, month, strings.Replace(line("1", "A", "0.06", "10.00"), "2026-11", month, 1)).Into(t, nil)
		}
	}
	w.due()
	for query, want := range map[string]string{
		"":                  "202611-P 202611-K 202610-P 202610-K 202609-P 202609-K ",
		"source=KOOGALLERY": "202611-K 202610-K 202609-K ",
		"state=TO_CONFIRM":  "202611-P 202610-P 202609-P ",
		"period_begin=2026-10&period_end=2026-10": "202610-P 202610-K ",
		"limit=2&offset=1":                        "202611-K 202610-P ",
	} {
		var got struct {
			Bills []bill `json:"bills"`
		}
		w.as(partner, http.MethodGet, billsPath+"?"+query, "").Into(t, &got)
		text := ""
		for _, b := range got.Bills {
			text += b.BillID + " "
		}
		if text != want {
			t.Errorf("%s: got %q, want %q", query, text, want)
		}
	}
	w.as(partner, http.MethodGet, billsPath+"?period_begin=2026-12&period_end=2026-11", "").Refused(t, 400, "CBC.0100", "period_begin")
	var lines struct {
		Lines []struct {
			ID string `json:"line_id"`
		} `json:"lines"`
	}
	w.as(partner, http.MethodGet, billsPath+"/202611-K/lines", "").Into(t, &lines)
	if len(lines.Lines) != 1 || lines.Lines[0].ID != "1" {
		t.Errorf("got %+v", lines)
	}
}
