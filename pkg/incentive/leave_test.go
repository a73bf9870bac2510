package incentive_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle/lifecycletest"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/incentive"
)

// give puts open incentives of p there.
func (w *world) give(prefix string, amounts ...money.Fen) {
	w.t.Helper()
	for n, amount := range amounts {
		id := fmt.Sprintf("%s-%03d", prefix, n)
		if err := w.db.Create(context.Background(), &incentive.Incentive{
			Head: table.Head{PK: "PARTY#p", SK: "INCENTIVE#" + id}, ID: id, Partner: "p", Month: "2026-11", Amount: amount, State: incentive.Payable,
		}); err != nil {
			w.t.Fatal(err)
		}
	}
}

// sums gives what p's incentives in a state sum to, with the sign that is asked for.
func (w *world) sums(state string, sign int) money.Fen {
	w.t.Helper()
	var sum money.Fen
	for _, line := range w.incentives() {
		fields := strings.Fields(line)
		amount, err := money.Parse(strings.TrimPrefix(fields[1], "-"))
		if err != nil {
			w.t.Fatal(err)
		}
		if negative := strings.HasPrefix(fields[1], "-"); fields[2] == state && negative == (sign < 0) {
			sum += amount
		}
	}
	return sum
}

var ends = calendar.Date{Year: 2027, Month: 12, Day: 31}

func (w *world) leaves() {
	w.t.Helper()
	w.ok(vendor, http.MethodPut, admins+"/membership", `{"plan_id":"sp","since":"2026-11-01","until":"2026-12-31"}`)
}

func TestManyIncentivesEndNettedWhateverTheirOrder(t *testing.T) {
	for _, c := range []struct {
		name       string
		plus       []money.Fen
		minus      int
		lost, owed money.Fen // what expires, and what is left to net
	}{
		{"more positive ones than one transaction ends", slices.Repeat([]money.Fen{1_00}, 60), 10, 60_00, 0},
		{"more negative ones than one transaction ends", slices.Repeat([]money.Fen{1_00}, 10), 60, 10_00, 50_00},
		{"more negative ones than one transaction ends, and one positive that is more than all", []money.Fen{70_00}, 60, 70_00, 0},
		{"negative ones alone end with nothing", nil, 60, 0, 60_00},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t).joined()
			w.give("a-plus", c.plus...) // sorts before
			w.give("z-minus", slices.Repeat([]money.Fen{-1_00}, c.minus)...)
			w.leaves()
			w.at(ends.End())
			if lost, owed := w.sums("EXPIRED", 1), w.sums("PAYABLE", -1); lost != c.lost || owed != c.owed || w.sums("PAYABLE", 1) != 0 {
				t.Errorf("%s expired and %s are left to net, want %s and %s", lost, owed, c.lost, c.owed)
			}
		})
	}
}

func TestWhatIsGivenAfterTheYearEndsAtOnce(t *testing.T) {
	w := newWorld(t).joined()
	w.leaves()
	w.at(ends.End())
	w.given()
	w.at(ends.End().Add(5 * 60e9))
	if got := w.incentives(); len(got) != 1 || !strings.HasSuffix(got[0], "EXPIRED") {
		t.Errorf("the incentives are %v", got)
	}
}

// given has the vendor give p an incentive, which p confirms.
func (w *world) given() { w.t.Helper(); w.confirmed()() }

// confirmed has p confirm an incentive of the vendor's, and gives what approves it.
func (w *world) confirmed() (approve func()) {
	w.t.Helper()
	w.ok(vendor, http.MethodPost, admins+"/special-incentives", `{"period":"2026-12","amount":10,"reason":"late"}`)
	id := w.statements("TO_CONFIRM")[0]
	w.ok(partner, http.MethodPost, "/v2/partners/incentive-statements/"+id+"/decisions", `{"decision":"CONFIRM"}`)
	return func() { w.ok(vendor, http.MethodPost, admins+"/statements/"+id+"/decisions", `{"decision":"APPROVE"}`) }
}

func TestWhatIsGivenAfterTheYearIsNotAppliedForByItself(t *testing.T) {
	w := newWorld(t).joined()
	w.ok(partner, http.MethodPut, "/v2/partners/incentive-setting", `{"auto_apply":true,"method":"VOUCHER_QUOTA"}`)
	w.leaves()
	w.at(ends.End())
	w.given()
	w.at(ends.AddDays(3).End())
	if got := w.incentives(); len(got) != 1 || !strings.HasSuffix(got[0], "EXPIRED") || len(w.granted) != 0 {
		t.Errorf("the incentives are %v, granted were %v", got, w.granted)
	}
	var setting struct{ Refused string }
	w.ok(partner, http.MethodGet, "/v2/partners/incentive-setting", "").Into(t, &setting)
	if setting.Refused != "" {
		t.Errorf("with nothing left to pay it is refused: %s", setting.Refused)
	}
}

func TestNothingIsAppliedForBetweenTheEndOfTheYearAndItsWork(t *testing.T) {
	w := newWorld(t).joined()
	w.give("a", 5_00)
	w.leaves()
	w.at(ends.LastSecond())
	w.clock.Set(ends.End())
	w.refused(partner, http.MethodPost, "/v2/partners/payment-requests", `{"method":"VOUCHER_QUOTA"}`, "CBC.99001304")
	w.at(ends.End())
	if got := fmt.Sprint(w.incentives()); got != "[a-000 5.00 EXPIRED]" {
		t.Errorf("the incentives are %s", got)
	}
}

// An approval has read when the year ends, and commits behind the work of the end.
func TestWhatIsGivenWhileTheYearEndsEnds(t *testing.T) {
	for name, from := range map[string]time.Time{"the end is due": ends.End(), "the end is near": ends.LastSecond()} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t).joined()
			w.give("a", 5_00)
			w.leaves()
			w.at(ends.LastSecond())
			approve := w.confirmed()
			w.clock.Set(from)
			work := lifecycletest.Work{Table: w.db, Clock: w.clock, Handlers: incentive.Work(w.env)}
			w.db = tabletest.Meanwhile(t, w.db, func() { work.Until(t, ends.End()) })
			w.serve()
			approve()
			w.at(ends.AddDays(1).End())
			for _, got := range w.incentives() {
				if !strings.HasSuffix(got, "EXPIRED") {
					t.Errorf("it has %s", got)
				}
			}
		})
	}
}

func TestWhoJoinsAgainKeepsWhatItHas(t *testing.T) {
	w := newWorld(t).joined()
	w.give("a", 5_00)
	w.leaves()
	w.at(calendar.Date{Year: 2027, Month: 1, Day: 6}.Start()) // December is closed
	w.ok(vendor, http.MethodPut, admins+"/membership", `{"plan_id":"sp","since":"2027-01-01"}`)
	w.at(ends.AddDays(40).Start())
	if got := w.incentives(); len(got) != 1 || !strings.HasSuffix(got[0], "PAYABLE") {
		t.Errorf("the incentives are %v", got)
	}
}

func TestAPartnerThatLeftItsPlanElsewhereHasAYear(t *testing.T) {
	w := newWorld(t).joined()
	w.give("a", 5_00)
	for range 2 { // the event comes twice
		if err := incentive.New(w.env).Left(context.Background(), "p", december(31)); err != nil {
			t.Fatal(err)
		}
	}
	w.at(ends.At(23, 59))
	if got := w.incentives(); !strings.HasSuffix(got[0], "PAYABLE") {
		t.Errorf("on the last day %v", got)
	}
	w.at(ends.End())
	if got := w.incentives(); !strings.HasSuffix(got[0], "EXPIRED") {
		t.Errorf("after it %v", got)
	}
	if err := incentive.New(w.env).Left(context.Background(), "rival", december(31)); err != nil {
		t.Errorf("one that was in no plan: %v", err)
	}
}

func TestAPartnerThatLeavesBeforeTheEndOfItsMembershipHasAYearFromThen(t *testing.T) {
	w := newWorld(t).joined()
	w.give("a", 5_00)
	w.ok(vendor, http.MethodPut, admins+"/membership", `{"plan_id":"sp","since":"2026-11-01","until":"2028-06-30"}`)
	for _, day := range []int{10, 31} { // the second is when it is out already
		if err := incentive.New(w.env).Left(context.Background(), "p", december(day)); err != nil {
			t.Fatal(err)
		}
	}
	w.at(calendar.Date{Year: 2027, Month: 12, Day: 10}.At(23, 59))
	if got := fmt.Sprint(w.incentives()); got != "[a-000 5.00 PAYABLE]" {
		t.Errorf("on the last day %s", got)
	}
	w.at(calendar.Date{Year: 2027, Month: 12, Day: 10}.End())
	if got := fmt.Sprint(w.incentives()); got != "[a-000 5.00 EXPIRED]" {
		t.Errorf("after it %s", got)
	}
}

func TestAMembershipHasDatesWhoseYearAfterHasADate(t *testing.T) {
	w := newWorld(t).joined()
	for field, body := range map[string]string{
		"until": `{"plan_id":"sp","since":"2026-11-01","until":"9999-12-31"}`, "since": `{"plan_id":"sp","since":"9999-12-31"}`,
	} {
		if got := w.as(vendor, http.MethodPut, admins+"/membership", body); got.Status != http.StatusBadRequest || !strings.Contains(got.Body, field) {
			t.Errorf("%s: got %d %s", body, got.Status, got.Body)
		}
	}
	w.given() // nothing of it was kept
	w.refused(partner, http.MethodGet, "/v2/partners/incentive-statements?period=2026-13", "", "CBC.0100")
}

func TestAMembershipSkipsNoMonthAndHasRatesForEach(t *testing.T) {
	w := newWorld(t).joined()
	put := func(body, code string) {
		t.Helper()
		if code == "" {
			w.ok(vendor, http.MethodPut, admins+"/membership", body)
			return
		}
		w.refused(vendor, http.MethodPut, admins+"/membership", body, code)
	}
	w.ok(vendor, http.MethodPost, "/v2/vendor/incentives/plans/other/versions", strings.Replace(rates, "2026-11", "2026-12", 1))
	put(`{"plan_id":"other","since":"2026-12-01"}`, "CBC.0100") // November is open
	put(`{"plan_id":"other","since":"2026-11-01"}`, "CBC.0100") // it has no rates for November
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 100_00}}
	w.at(december(5).At(6, 0))
	put(`{"plan_id":"other","since":"2026-12-01"}`, "")
	w.at(calendar.Date{Year: 2027, Month: 1, Day: 5}.At(6, 0))
	if got := fmt.Sprint(w.statements("")); got != "[2026-11-1 2026-12-1]" {
		t.Errorf("closed %s", got)
	}
}

func TestTheEstimateIsWhatTheCloseWouldMake(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 100_00}}
	w.estimated = true
	var out struct {
		Statements []struct {
			ID      string `json:"statement_id"`
			State   string
			Amount  float64
			Confirm string `json:"confirm_by"`
		}
	}
	w.ok(partner, http.MethodGet, "/v2/partners/incentive-statements/estimate", "").Into(t, &out)
	if got := fmt.Sprint(out.Statements); got != "[{2026-11-1 ESTIMATED 10 }]" {
		t.Errorf("the estimate is %s", got)
	}
	if got := w.statements(""); len(got) != 0 {
		t.Errorf("it made %v", got)
	}
	w.ok(rival, http.MethodGet, "/v2/partners/incentive-statements/estimate", "").Into(t, &out)
	if len(out.Statements) != 0 {
		t.Errorf("one in no plan has %v", out.Statements)
	}
}

func TestSettlingOwedInvoicesTwiceAtOnceTakesNoMoreThanIsOwed(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 2, Amount: 1000_00}}
	w.issue()
	w.apply("OWED_INVOICE")
	w.at(december(5).At(7, 0))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			w.as(vendor, http.MethodPost, admins+"/owed-invoices/settlements", `{"amount":40,"reason":"x"}`)
		})
	}
	wait.Wait()
	if owed, err := incentive.Owed(context.Background(), w.db, "p"); err != nil || owed != 20_00 {
		t.Errorf("%s of 100.00 are owed after settlements of 40.00 each, %v", owed, err)
	}
}

func TestNothingIsSettledWhileBusinessInformationIsCertified(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 1000_00}}
	w.issue()
	id := w.apply("VOUCHER_QUOTA")
	w.ok(partner, http.MethodPut, "/v2/partners/business-information", strings.Replace(business, "1222", "9999", 1))
	w.at(december(6).At(7, 0))
	if r := w.request(id); r.State != "PROCESSING" || len(w.granted) != 0 {
		t.Fatalf("under review: %+v, %v", r, w.granted)
	}
	w.ok(vendor, http.MethodPost, admins+"/business-information/decisions", `{"decision":"CERTIFY"}`)
	w.at(december(7).At(10, 0))
	if r := w.request(id); r.State != "COMPLETED" || len(w.granted) != 1 {
		t.Errorf("certified: %+v, %v", r, w.granted)
	}
}

func TestReasonsAreOfWhatFailsAlone(t *testing.T) {
	w := newWorld(t)
	w.ok(partner, http.MethodPut, "/v2/partners/business-information", business)
	w.refused(vendor, http.MethodPost, admins+"/business-information/decisions", `{"decision":"CERTIFY","reason":"fine"}`, "CBC.0100")
	w.refused(vendor, http.MethodPost, admins+"/payment-requests/r/results", `{"result":"PAID","reason":"fine"}`, "CBC.0100")
	w.ok(vendor, http.MethodPost, admins+"/business-information/decisions", `{"decision":"CERTIFY"}`)
	var shown struct{ State string }
	w.ok(partner, http.MethodGet, "/v2/partners/business-information", "").Into(t, &shown)
	if shown.State != "CERTIFIED" {
		t.Errorf("it is %s", shown.State)
	}
}

func TestIncentivesAreTransferredWithinOneCompany(t *testing.T) {
	w := newWorld(t).joined()
	w.give("a", 5_00)
	transfer := func(to string) string { return `{"to_partner_id":"` + to + `","reason":"one company"}` }
	path := admins + "/incentives/a-000/transfer"
	w.refused(vendor, http.MethodPost, path, transfer("rival"), "CBC.99001305")
	w.ok(rival, http.MethodPut, "/v2/partners/business-information", strings.Replace(business, "91440300MA5EXAMPL1", "91440300MA5EXAMPL2", 1))
	decide := "/v2/vendor/incentives/partners/rival/business-information/decisions"
	w.ok(vendor, http.MethodPost, decide, `{"decision":"CERTIFY"}`)
	for to, code := range map[string]string{"rival": "CBC.0100", "p": "CBC.0100", "vendor": "CBC.99000047"} {
		w.refused(vendor, http.MethodPost, path, transfer(to), code)
	}
	w.ok(rival, http.MethodPut, "/v2/partners/business-information", business)
	w.ok(vendor, http.MethodPost, decide, `{"decision":"CERTIFY"}`)
	w.ok(vendor, http.MethodPost, path, transfer("rival"))
	w.refused(vendor, http.MethodPost, path, transfer("rival"), "CBC.99001304")
	if got := fmt.Sprint(w.incentives()); got != "[a-000 5.00 TRANSFERRED]" {
		t.Errorf("it has %s", got)
	}
	if open, err := incentive.Open(context.Background(), w.db, "rival"); err != nil || open != 5_00 {
		t.Errorf("the other has %s, %v", open, err)
	}
}

func TestWhatIsGivenBackOfCreditPurchasesIsNettedAtOnce(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 100_00, OnCredit: -300_00}}
	w.issue()
	if got := fmt.Sprint(w.incentives()); got != "[2026-11-1 10.00 PAYABLE]" {
		t.Errorf("the incentives are %s", got)
	}
}

func TestOneRequestTakesSeveralPeriods(t *testing.T) {
	w := newWorld(t).joined()
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 100_00}}
	w.issue()
	w.at(calendar.Date{Year: 2027, Month: 1, Day: 5}.At(6, 0))
	w.ok(partner, http.MethodPost, "/v2/partners/incentive-statements/2026-12-1/decisions", `{"decision":"CONFIRM"}`)
	w.ok(vendor, http.MethodPost, admins+"/statements/2026-12-1/decisions", `{"decision":"APPROVE"}`)
	if r := w.request(w.apply("BANK_TRANSFER")); fmt.Sprint(r.Months) != "[2026-11 2026-12]" {
		t.Errorf("it is for %v", r.Months)
	}
}

func TestWhatIsSwitchedOffIsNotAppliedForByItself(t *testing.T) {
	w := newWorld(t).joined()
	w.ok(partner, http.MethodPut, "/v2/partners/incentive-setting", `{"auto_apply":true,"method":"VOUCHER_QUOTA"}`)
	w.ok(partner, http.MethodPut, "/v2/partners/incentive-setting", `{"auto_apply":false,"method":"VOUCHER_QUOTA"}`)
	w.rows = []incentive.Row{{Service: "hws.ecs", AssociationType: 1, Amount: 100_00}}
	w.issue()
	w.at(december(9).At(10, 0))
	if got := fmt.Sprint(w.incentives()); got != "[2026-11-1 10.00 PAYABLE]" || len(w.granted) != 0 {
		t.Errorf("%s, granted %v", got, w.granted)
	}
}
