package incentive_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive"
)

func TestAMonthClosesOnceItsPerformanceIsFinal(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 1000_00}, {Service: "hws.ecs", AssociationType: 2, Amount: 500_00}}
	w.estimated = true
	w.at(december(5).At(6, 0))
	if got := w.statements("TO_CONFIRM"); len(got) != 0 {
		t.Fatalf("there are %v while the performance is an estimate", got)
	}
	w.estimated = false
	w.at(december(6).At(6, 0))
	if got := fmt.Sprint(w.statements("TO_CONFIRM")); got != "[2026-11-1 2026-11-2]" {
		t.Fatalf("the statements are %s", got)
	}
	w.at(december(6).At(7, 0))
	if got := w.told(); len(got) != 3 { // and that the business information is certified
		t.Errorf("told %v, want each statement once", got)
	}
}

func TestAMonthWithoutPerformanceHoldsUpNoOther(t *testing.T) {
	w := newWorld(t).joined()
	w.estimated = true
	w.at(december(31).At(6, 0))
	w.at(calendar.Date{Year: 2027, Month: 1, Day: 5}.At(6, 0)) // November, of which nothing came, is passed over
	w.rows, w.estimated = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 1000_00}}, false
	w.at(calendar.Date{Year: 2027, Month: 1, Day: 6}.At(6, 0))
	if got := fmt.Sprint(w.statements("")); got != "[2026-12-1]" {
		t.Errorf("the statements are %s", got)
	}
}

func TestWhatIsNotConfirmedIsAtTheDeadlineAcrossAHoliday(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 1000_00}}
	w.estimated = true
	w.at(december(28).At(6, 0))
	w.estimated = false
	w.at(december(29).At(6, 0)) // a Tuesday: 30 and 31 December, then New Year's holiday
	var shown struct {
		By string `json:"confirm_by"`
	}
	w.ok(partner, http.MethodGet, "/v2/partners/incentive-statements/2026-11-1", "").Into(t, &shown)
	last, _ := calendar.AddWorkingDays(december(29), 5)
	if shown.By != last.String() || !last.After(calendar.Date{Year: 2027, Month: 1, Day: 4}) {
		t.Fatalf("it is confirmed by %s, want %s", shown.By, last)
	}
	w.rows = nil
	w.at(last.At(23, 59))
	if got := w.statements("TO_CONFIRM"); len(got) != 1 {
		t.Fatalf("%v are to be confirmed on the last day", got)
	}
	w.at(last.End())
	if got := w.statements("ISSUING"); len(got) != 1 {
		t.Errorf("%v are confirmed after the last day", got)
	}
}

func TestAQuestionStopsTheDeadlineUntilItsAnswer(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 1000_00}}
	w.at(december(5).At(6, 0))
	path, review := "/v2/partners/incentive-statements/2026-11-1/decisions", admins+"/statements/2026-11-1/decisions"
	w.refused(partner, http.MethodPost, path, `{"decision":"FEEDBACK"}`, "CBC.0100")
	w.refused(vendor, http.MethodPost, review, `{"decision":"ANSWER","answer":"which?"}`, "CBC.99001303")
	w.ok(partner, http.MethodPost, path, `{"decision":"FEEDBACK","question":"where is customer c-7?"}`)
	w.refused(partner, http.MethodPost, path, `{"decision":"FEEDBACK","question":"again"}`, "CBC.99001303")
	if got := w.work("QUESTION"); got != "[p 2026-11-1]" {
		t.Errorf("awaits an answer: %s", got)
	}
	w.rows = nil
	w.at(december(31).At(12, 0))
	if got := w.statements("TO_CONFIRM"); len(got) != 1 {
		t.Fatalf("%v are to be confirmed with an open question", got)
	}
	w.ok(vendor, http.MethodPost, review, `{"decision":"ANSWER","answer":"it joined in December"}`)
	w.refused(vendor, http.MethodPost, review, `{"decision":"APPROVE"}`, "CBC.99001301")
	w.at(december(31).AddDays(20).At(0, 0))
	if got := w.work("STATEMENT"); got != "[p 2026-11-1]" {
		t.Errorf("awaits approval: %s", got)
	}
}

// work gives what awaits the vendor.
func (w *world) work(awaits string) string {
	w.t.Helper()
	var out struct {
		Work []struct {
			Partner string `json:"partner_id"`
			ID      string
		}
	}
	w.ok(vendor, http.MethodGet, "/v2/vendor/incentives/work?awaits="+awaits, "").Into(w.t, &out)
	var all []string
	for _, one := range out.Work {
		all = append(all, one.Partner+" "+one.ID)
	}
	return "[" + strings.Join(all, ", ") + "]"
}

func TestABankTransferFromTheApplicationToThePayment(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 1000_00}}
	w.issue()
	id := w.apply("BANK_TRANSFER")
	if r := w.request(id); r.State != "PROCESSING" || r.Next != "TO_INVOICE" || r.End != "1222" {
		t.Errorf("after the application: %+v", r)
	}
	w.at(december(5).At(7, 0))
	if got := fmt.Sprint(w.lists); got != "[100.00 [2026-11]]" || w.request(id).State != "TO_INVOICE" {
		t.Fatalf("to invoice: %s, %+v", got, w.request(id))
	}
	if err := w.advance(id, incentive.InvoicesApproved, incentive.Told{}); !errors.Is(err, incentive.ErrRequestState) {
		t.Errorf("approved before anything was mailed: %v", err)
	}
	for _, e := range []incentive.RequestEvent{incentive.InvoicesMailed, incentive.InvoicesReceived} {
		if err := w.advance(id, e, incentive.Told{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.advance(id, incentive.InvoicesRejected, incentive.Told{Reason: "the tax id is another"}); err != nil {
		t.Fatal(err)
	}
	if r := w.request(id); r.State != "TO_INVOICE" || r.Reason != "the tax id is another" {
		t.Errorf("after the rejection: %+v", r)
	}
	for _, e := range []incentive.RequestEvent{incentive.InvoicesMailed, incentive.InvoicesApproved} {
		if err := w.advance(id, e, incentive.Told{PayBy: december(9)}); err != nil {
			t.Fatal(err)
		}
	}
	if r := w.request(id); r.State != "PAYING" || r.PayBy != "2026-12-09" || w.work("PAYMENT") != "[p "+id+"]" {
		t.Errorf("after the approval: %+v, %s", r, w.work("PAYMENT"))
	}
	results := admins + "/payment-requests/" + id + "/results"
	w.refused(vendor, http.MethodPost, results, `{"result":"RETURNED"}`, "CBC.0100")
	w.ok(vendor, http.MethodPost, results, `{"result":"RETURNED","reason":"no such account"}`)
	w.ok(partner, http.MethodPut, "/v2/partners/business-information", strings.Replace(business, "1222", "9999", 1))
	w.refused(partner, http.MethodPost, "/v2/partners/payment-requests/"+id+"/retry", ``, "CBC.99001306")
	w.ok(vendor, http.MethodPost, admins+"/business-information/decisions", `{"decision":"CERTIFY"}`)
	w.ok(partner, http.MethodPost, "/v2/partners/payment-requests/"+id+"/retry", ``)
	if r := w.request(id); r.State != "PAYING" || r.End != "9999" || r.PayBy != "2026-12-08" {
		t.Errorf("tried again: %+v", r)
	}
	w.ok(vendor, http.MethodPost, results, `{"result":"PAID","bank_reference":"b-1"}`)
	w.refused(vendor, http.MethodPost, results, `{"result":"PAID"}`, "CBC.99001302")
	if r := w.request(id); r.State != "COMPLETED" || w.cash() != "0.00" {
		t.Errorf("paid: %+v, the cash is %s", r, w.cash())
	}
}

func TestEachMethodGivesWhatItSays(t *testing.T) {
	for _, c := range []struct {
		method, state, cash, owed, quota string
	}{
		{"VOUCHER_QUOTA", "COMPLETED", "0.00", "0.00", "[p 150.00 until 2027-12-06]"},
		{"OWED_INVOICE", "COMPLETED", "150.00", "150.00", "[]"},
		{"TOP_UP_ACCOUNT", "TO_INVOICE", "0.00", "0.00", "[]"},
	} {
		t.Run(c.method, func(t *testing.T) {
			w := newWorld(t).joined()
			w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 1500_00}}
			w.issue()
			id := w.apply(c.method)
			w.at(december(5).At(7, 0))
			owed, err := incentive.Owed(context.Background(), w.db, "p")
			if got := w.request(id); got.State != c.state || w.cash() != c.cash || owed.String() != c.owed || err != nil || fmt.Sprint(w.granted) != c.quota {
				t.Errorf("%+v, cash %s, owed %s, %v, quotas %v", got, w.cash(), owed, err, w.granted)
			}
		})
	}
}

func TestTheTopUpAccountIsCreditedWhenFinancePays(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 1500_00}}
	w.issue()
	id := w.apply("TOP_UP_ACCOUNT")
	w.at(december(5).At(7, 0))
	for _, e := range []incentive.RequestEvent{incentive.InvoicesMailed, incentive.InvoicesApproved} {
		if err := w.advance(id, e, incentive.Told{}); err != nil {
			t.Fatal(err)
		}
	}
	w.ok(vendor, http.MethodPost, admins+"/payment-requests/"+id+"/results", `{"result":"PAID"}`)
	sums, err := account.Audit(context.Background(), w.db, account.Of("p", account.Cash))
	if err != nil || sums.Rebated != 150_00 || w.cash() != "150.00" {
		t.Errorf("rebated %s, the cash is %s, %v", sums.Rebated, w.cash(), err)
	}
}

func TestWhatIsOwedIsSettledUpToIt(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 2, Amount: 1500_00}}
	w.issue()
	w.apply("OWED_INVOICE")
	w.at(december(5).At(7, 0))
	path := admins + "/owed-invoices/settlements"
	w.refused(vendor, http.MethodPost, path, `{"amount":150.01,"reason":"x"}`, "CBC.0100")
	w.refused(vendor, http.MethodPost, path, `{"amount":0,"reason":"x"}`, "CBC.0100")
	w.ok(vendor, http.MethodPost, path, `{"amount":150,"reason":"invoice 1"}`)
	if owed, err := incentive.Owed(context.Background(), w.db, "p"); owed != 0 || err != nil {
		t.Errorf("%s is owed, %v", owed, err)
	}
}

func TestAQuotaThatCantBeGivenFailsAndIsTriedAgain(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 1500_00}}
	w.issue()
	w.noQuota = true
	id := w.apply("VOUCHER_QUOTA")
	w.at(december(5).At(7, 0))
	if r := w.request(id); r.State != "FAILED" || !strings.Contains(r.Reason, "frozen") || w.work("FAILED") != "[p "+id+"]" {
		t.Errorf("%+v, %s", r, w.work("FAILED"))
	}
	w.noQuota = false
	w.ok(partner, http.MethodPost, "/v2/partners/payment-requests/"+id+"/retry", ``)
	w.at(december(5).At(8, 0))
	if r := w.request(id); r.State != "COMPLETED" || len(w.granted) != 1 {
		t.Errorf("%+v, %v", r, w.granted)
	}
}

func TestWhatAPayoutNeeds(t *testing.T) {
	w := newWorld(t)
	w.ok(vendor, http.MethodPost, admins+"/special-incentives", `{"period":"2026-11","amount":10,"reason":"a campaign"}`)
	id := w.statements("TO_CONFIRM")[0]
	const requests = "/v2/partners/payment-requests"
	apply := func(code string) {
		t.Helper()
		w.refused(partner, http.MethodPost, requests, `{"method":"BANK_TRANSFER"}`, code)
	}
	apply("CBC.99001305") // not certified
	w.ok(partner, http.MethodPut, "/v2/partners/business-information", business)
	apply("CBC.99001306") // under review
	w.refused(partner, http.MethodPut, "/v2/partners/business-information", business, "CBC.99001306")
	w.refused(vendor, http.MethodPost, admins+"/business-information/decisions", `{"decision":"REFUSE"}`, "CBC.0100")
	w.ok(vendor, http.MethodPost, admins+"/business-information/decisions", `{"decision":"CERTIFY"}`)
	w.refused(vendor, http.MethodPost, admins+"/business-information/decisions", `{"decision":"CERTIFY"}`, "CBC.99001307")
	apply("CBC.99001309") // nothing is issued
	w.ok(partner, http.MethodPost, "/v2/partners/incentive-statements/"+id+"/decisions", `{"decision":"CONFIRM"}`)
	w.ok(vendor, http.MethodPost, admins+"/statements/"+id+"/decisions", `{"decision":"APPROVE"}`)
	w.unsigned = true
	apply("CBC.99001200")
	w.unsigned = false
	w.refused(partner, http.MethodPost, requests, `{"method":"CHEQUE"}`, "CBC.0100")
	w.refused(rival, http.MethodPost, requests, `{"method":"BANK_TRANSFER","incentive_ids":["`+id+`"]}`, "CBC.99001305")
	if got := fmt.Sprint(w.incentives()); !strings.Contains(got, "10.00 PAYABLE") {
		t.Errorf("after what was refused: %s", got)
	}
	w.apply("BANK_TRANSFER")
	apply("CBC.99001309") // it is taken
}

func TestTwoRequestsForOneIncentiveAreOne(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 1500_00}}
	w.issue()
	var wait sync.WaitGroup
	codes := make([]int, 8)
	for n := range codes {
		wait.Go(func() {
			one := incentive.New(w.env)
			tx := table.NewTx()
			if _, err := one.ApplyForTest(context.Background(), tx, "p", incentive.VoucherQuota, w.clock.Now()); err != nil {
				codes[n] = 1
				return
			}
			if err := w.db.Commit(context.Background(), tx); err != nil {
				codes[n] = 2
			}
		})
	}
	wait.Wait()
	done := 0
	for _, c := range codes {
		if c == 0 {
			done++
		}
	}
	if done != 1 {
		t.Errorf("%d requests took the incentive: %v", done, codes)
	}
}

func TestWhatComesOfCreditIsFrozenUntilItIsRepaid(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 1000_00, OnCredit: 300_00}}
	w.issue()
	if got := fmt.Sprint(w.incentives()); got != "[2026-11-1 70.00 PAYABLE 2026-11-1-credit 30.00 FROZEN]" {
		t.Fatalf("the incentives are %s", got)
	}
	w.refused(partner, http.MethodPost, "/v2/partners/payment-requests", `{"method":"VOUCHER_QUOTA","incentive_ids":["2026-11-1-credit"]}`, "CBC.99001304")
	thaw := admins + "/incentives/2026-11-1-credit/thaw"
	w.ok(vendor, http.MethodPost, thaw, `{"reason":"repaid on 6 December"}`)
	w.refused(vendor, http.MethodPost, thaw, `{"reason":"repaid on 6 December"}`, "CBC.99001304")
	w.apply("VOUCHER_QUOTA")
	w.at(december(5).At(7, 0))
	if got := fmt.Sprint(w.granted); got != "[p 100.00 until 2027-12-06]" {
		t.Errorf("granted %s", got)
	}
}

func TestWhatIsAppliedForByItself(t *testing.T) {
	w := newWorld(t)
	w.ok(vendor, http.MethodPost, "/v2/vendor/incentives/plans/sp/versions", rates)
	w.ok(vendor, http.MethodPut, admins+"/membership", `{"plan_id":"sp","since":"2026-11-01"}`)
	w.ok(partner, http.MethodPut, "/v2/partners/incentive-setting", `{"auto_apply":true,"method":"VOUCHER_QUOTA"}`)
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 2, Amount: 1000_00}}
	w.issue()
	w.at(december(5).At(7, 0))
	var setting struct{ Refused string }
	w.ok(partner, http.MethodGet, "/v2/partners/incentive-setting", "").Into(t, &setting)
	if !strings.Contains(setting.Refused, "not certified") || len(w.granted) != 0 {
		t.Fatalf("refused %q, granted %v", setting.Refused, w.granted)
	}
	w.certify()
	w.at(december(6).At(9, 0))
	if got := fmt.Sprint(w.granted); got != "[p 100.00 until 2027-12-07]" {
		t.Errorf("granted %s", got)
	}
}

func TestMoreThanOneRequestTakesIsAppliedForByItselfAllTheSame(t *testing.T) {
	w := newWorld(t).joined()
	w.give("a", slices.Repeat([]money.Fen{1_00}, 60)...)
	w.ok(partner, http.MethodPut, "/v2/partners/incentive-setting", `{"auto_apply":true,"method":"VOUCHER_QUOTA"}`)
	w.at(december(1).At(11, 0))
	slices.Sort(w.granted)
	if got := fmt.Sprint(w.granted); got != "[p 10.00 until 2027-12-02 p 50.00 until 2027-12-02]" {
		t.Errorf("granted %s", got)
	}
}

func TestWhatIsNotRedeemedWithinAYearIsVoid(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 2000_00}}
	w.issue()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: -6000_00}}
	w.at(december(5).AddDays(31).At(6, 0))
	w.ok(partner, http.MethodPost, "/v2/partners/incentive-statements/2026-12-1/decisions", `{"decision":"CONFIRM"}`)
	w.ok(vendor, http.MethodPost, admins+"/statements/2026-12-1/decisions", `{"decision":"APPROVE"}`)
	w.ok(vendor, http.MethodPut, admins+"/membership", `{"plan_id":"sp","since":"2026-11-01","until":"2027-01-31"}`)
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 9000_00}}
	w.at(calendar.Date{Year: 2027, Month: 2, Day: 5}.At(6, 0))
	w.ok(partner, http.MethodPost, "/v2/partners/incentive-statements/2027-01-1/decisions", `{"decision":"CONFIRM"}`)
	w.ok(vendor, http.MethodPost, admins+"/statements/2027-01-1/decisions", `{"decision":"APPROVE"}`)
	before := len(w.told())
	ends := calendar.Date{Year: 2028, Month: 1, Day: 31}
	for _, days := range []int{90, 30, 7} {
		w.at(ends.AddDays(-days).At(9, 0))
	}
	if got := w.told()[before:]; fmt.Sprint(got) != "[incentive_expiring PAYABLE 500.00 incentive_expiring PAYABLE 500.00 incentive_expiring PAYABLE 500.00]" {
		t.Errorf("told %v", got)
	}
	w.at(ends.At(23, 59))
	if got := fmt.Sprint(w.incentives()); strings.Contains(got, "EXPIRED") {
		t.Errorf("on the last day: %s", got)
	}
	w.at(ends.End())
	if got := fmt.Sprint(w.incentives()); got != "[2026-11-1 200.00 EXPIRED 2026-12-1 -600.00 NETTED 2027-01-1 900.00 EXPIRED]" {
		t.Errorf("after it: %s", got)
	}
	if got := w.statements(""); len(got) != 3 {
		t.Errorf("closed %v: nothing after it left", got)
	}
}

func TestACloseThatRunsTwiceOrCrashesMakesOneStatement(t *testing.T) {
	for _, verdict := range []table.Verdict{table.CrashBefore, table.CrashAfter, table.LostAnswer, table.Conflict} {
		w := newWorld(t).joined()
		w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 2000_00}}
		w.clock.Set(december(5).At(6, 0))
		due := lifecycle.Due{Key: table.Key{PK: "PARTY#p", SK: "INCENTIVEMEMBER"}, Kind: incentive.WorkClose, At: w.clock.Now()}
		faulty := incentive.New(w.env)
		met := 0
		faulty.Table = w.db.WithFault(func(op table.Op) table.Verdict {
			if op.Kind == table.OpTx {
				met++
				return verdict
			}
			return table.Pass
		})
		first := faulty.DoClose(context.Background(), due)
		if crash := verdict == table.CrashBefore || verdict == table.CrashAfter; met == 0 || crash && !errors.Is(first, table.ErrCrash) {
			t.Fatalf("verdict %d: %d transactions were met, %v", verdict, met, first)
		}
		if err := incentive.New(w.env).DoClose(context.Background(), due); err != nil && !errors.Is(err, lifecycle.ErrNotDue) {
			t.Fatalf("verdict %d: %v after %v", verdict, err, first)
		}
		if got := w.statements(""); len(got) != 1 {
			t.Errorf("verdict %d: %v", verdict, got)
		}
	}
}

func TestAnothersIsAsWhatDoesNotExist(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 2000_00}}
	w.issue()
	id := w.apply("BANK_TRANSFER")
	for _, path := range []string{"/v2/partners/payment-requests/", "/v2/partners/incentive-statements/"} {
		for _, theirs := range []string{id, "2026-11-1"} {
			foreign, none := w.as(rival, http.MethodGet, path+theirs, ""), w.as(rival, http.MethodGet, path+"nothing", "")
			if foreign.Status != http.StatusNotFound || strings.ReplaceAll(string(foreign.Body), theirs, "nothing") != string(none.Body) {
				t.Errorf("%s%s: %d %s, of nothing %s", path, theirs, foreign.Status, foreign.Body, none.Body)
			}
		}
	}
	w.refused(rival, http.MethodGet, "/v2/partners/incentives?partner_id=p", "", "CBC.99000047")
	w.refused(vendor, http.MethodGet, "/v2/partners/incentives", "", "CBC.0100")
	w.ok(vendor, http.MethodGet, "/v2/partners/incentives?partner_id=p", "")
}

func TestBadInputChangesNothing(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ method, path, body, code string }{
		{"POST", "/v2/vendor/incentives/plans/sp/versions", strings.Replace(rates, "2026-11", "2026-13", 1), "CBC.0100"},
		{"POST", "/v2/vendor/incentives/plans/sp/versions", strings.Replace(rates, `"from":0`, `"from":1`, 1), "CBC.0100"},
		{"POST", "/v2/vendor/incentives/plans/sp/versions", strings.Replace(rates, "1000", "10001", 1), "CBC.0100"},
		{"POST", "/v2/vendor/incentives/plans/sp/versions", strings.Replace(rates, `{"from":0,"rate":1000}`, `{"from":0,"rate":1},{"from":0,"rate":2}`, 1), "CBC.0100"},
		{"PUT", admins + "/membership", `{"plan_id":"none","since":"2026-11-01"}`, "CBC.0404"},
		{"PUT", admins + "/membership", `{"plan_id":"sp","since":"2026-02-30"}`, "CBC.0100"},
		{"PUT", "/v2/vendor/incentives/partners/nobody/membership", `{"plan_id":"sp","since":"2026-11-01"}`, "CBC.99000047"},
		{"POST", admins + "/special-incentives", `{"period":"2026-11","amount":0,"reason":"x"}`, "CBC.0100"},
		{"POST", admins + "/special-incentives", `{"period":"2026-11","amount":-1,"reason":"x"}`, "CBC.0100"},
		{"POST", admins + "/special-incentives", `{"period":"2026-11","amount":1.001,"reason":"x"}`, "CBC.0100"},
		{"POST", admins + "/special-incentives", `{"period":"11/2026","amount":1,"reason":"x"}`, "CBC.0100"},
	} {
		w.refused(vendor, c.method, c.path, c.body, c.code)
	}
	for _, c := range []struct{ from, to string }{
		{`"91440300MA5EXAMPL1"`, `"914403"`},
		{`"91440300MA5EXAMPL1"`, `"91440300ma5exampl1"`},
		{`"755900001111222"`, `"7559-0000"`},
		{`"某某科技有限公司"`, `" 某某科技有限公司"`},
		{`"某某科技有限公司"`, `"某某\u0001科技有限公司"`},
		{`"CNY"`, `"USD"`},
	} {
		w.refused(partner, http.MethodPut, "/v2/partners/business-information", strings.Replace(business, c.from, c.to, 1), "CBC.0100")
	}
	// what a step has no use for would be lost, and a text of blanks says nothing
	const decisions = "/v2/partners/incentive-statements/2026-11-1/decisions"
	w.refused(partner, http.MethodPost, decisions, `{"decision":"CONFIRM","question":"where is c-7?"}`, "CBC.0100")
	w.refused(partner, http.MethodPost, decisions, `{"decision":"FEEDBACK","question":"  "}`, "CBC.0100")
	w.refused(vendor, http.MethodPost, admins+"/statements/2026-11-1/decisions", `{"decision":"APPROVE","answer":"it is here"}`, "CBC.0100")
	w.refused(vendor, http.MethodPost, admins+"/payment-requests/r/results", `{"result":"RETURNED","reason":"x","bank_reference":"b-1"}`, "CBC.0100")
	if got := w.statements(""); len(got) != 0 || w.work("BUSINESS") != "[]" {
		t.Errorf("there are %v and %s", got, w.work("BUSINESS"))
	}
	w.ok(vendor, http.MethodPost, "/v2/vendor/incentives/plans/sp/versions", rates)
	w.refused(vendor, http.MethodPost, "/v2/vendor/incentives/plans/sp/versions", rates, "CBC.0100") // November may be closed by it
}
