package account_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

const withdrawalsPath = "/v2/accounts/partner-accounts/withdrawals"

type withdrawn struct {
	ID        string `json:"withdrawal_id"`
	State     string
	ArrivesOn string `json:"arrives_on"`
	End       string `json:"bank_card_end"`
}

// withdraws asks for an amount.
func (w *world) withdraws(amount string) withdrawn {
	w.t.Helper()
	var out withdrawn
	w.as(provider, "POST", withdrawalsPath, `{"amount":`+amount+`}`).Into(w.t, &out)
	return out
}

func stepsPath(id string) string {
	return "/v2/vendor/partners/partner/withdrawals/" + id + "/steps"
}

// steps takes a withdrawal through steps of the vendor.
func (w *world) steps(id string, all ...string) withdrawn {
	w.t.Helper()
	var out withdrawn
	for _, step := range all {
		w.as("vendor vendor", "POST", stepsPath(id), `{"step":"`+step+`","reason":"because"}`).Into(w.t, &out)
	}
	return out
}

// money gives the partner's cash and what is held of it, and audits both.
func (w *world) money() string {
	w.t.Helper()
	ids := append(accounts(), account.Of("partner", account.OnHold))
	sums, err := account.AuditAll(context.Background(), w.db, ids...)
	if err != nil || sums.Received != sums.Given {
		w.t.Errorf("the audit says %+v, %v", sums, err)
	}
	held, err := account.Balance(context.Background(), w.db, account.Of("partner", account.OnHold))
	if err != nil {
		w.t.Fatal(err)
	}
	return fmt.Sprint(w.balance("partner"), " ", held, " ", sums.Withdrawn)
}

func (w *world) decides(id string) error {
	key := table.Key{PK: "WITHDRAWALS#partner", SK: "WITHDRAWAL#" + id}
	return account.Work(w.env)[account.WorkWithdrawal](context.Background(), lifecycle.Due{Key: key, Kind: account.WorkWithdrawal})
}

func TestAWithdrawalIsHeldThenPaidOrGivenBack(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	one := w.withdraws("60")
	if got := w.money(); got != "40.00 60.00 0.00" || one.State != "submitted" {
		t.Errorf("held: %s, %+v", got, one)
	}
	w.as(provider, "DELETE", withdrawalsPath+"/"+one.ID, "").Refused(t, 409, "CBC.99001016", "submitted")
	paying := w.steps(one.ID, "review", "approve")
	if got := w.money(); got != "40.00 60.00 0.00" || paying.State != "paying" || paying.ArrivesOn != "2026-12-10" {
		t.Errorf("paying: %s, %+v", got, paying)
	}
	if w.steps(one.ID, "paid"); w.money() != "40.00 0.00 60.00" {
		t.Errorf("paid: %s", w.money())
	}
	w.as("vendor vendor", "POST", stepsPath(one.ID), `{"step":"paid"}`).Refused(t, 409, "CBC.99001016", "done")
	w.as(provider, "POST", withdrawalsPath, `{"amount":40.01}`).Refused(t, 400, "CBC.99001077", "40.00 yuan can be withdrawn")
	for _, steps := range [][]string{{"reject"}, {"review", "reject"}, {"review", "approve", "fail"}} {
		two := w.withdraws("40")
		if w.steps(two.ID, steps...); w.money() != "40.00 0.00 60.00" {
			t.Errorf("after %v: %s", steps, w.money())
		}
		if a := w.as(provider, "DELETE", withdrawalsPath+"/"+two.ID, ""); a.Status != http.StatusNoContent {
			t.Errorf("got %d %s", a.Status, a.Body)
		}
		w.as(provider, "GET", withdrawalsPath+"/"+two.ID, "").Refused(t, 404, "CBC.0404", "no withdrawal")
	}
	var list struct {
		Total int `json:"total_count"`
	}
	w.as("vendor vendor", "GET", "/v2/vendor/partners/partner/withdrawals", "").Into(t, &list)
	if list.Total != 1 {
		t.Errorf("%d are listed, want the one that is done", list.Total)
	}
}

func TestAHoldEndsByItselfWhenNobodyDecides(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	one, two := w.withdraws("60"), w.withdraws("10")
	w.steps(two.ID, "review", "approve")
	if err := w.decides(one.ID); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("too early it gave %v", err)
	}
	w.clock.Advance(30 * 24 * time.Hour)
	if err := w.decides(one.ID); err != nil || w.money() != "90.00 10.00 0.00" {
		t.Errorf("got %v, %s", err, w.money())
	}
	for _, id := range []string{one.ID, two.ID} { // done already; on its way to the bank
		if err := w.decides(id); !errors.Is(err, lifecycle.ErrNotDue) {
			t.Errorf("it gave %v", err)
		}
	}
}

func TestTheLatestTopUpsGoBackFirstUnlessOthersAreChosen(t *testing.T) {
	w := newWorld(t)
	path := "/v2/vendor/partners/partner/top-ups"
	first := w.as("vendor vendor", "POST", path, `{"remittance_no":"r1","amount":10}`).transfer(t)
	second := w.as("vendor vendor", "POST", path, `{"remittance_no":"r2","amount":20}`).transfer(t)
	expect := func(a answer, want ...string) {
		t.Helper()
		text := ""
		for _, one := range want {
			id, amount, _ := strings.Cut(one, " ")
			text += `,{"transfer_id":"` + id + `","amount":` + amount + `,"route":"transfer"}`
		}
		if want := `"parts":[` + strings.TrimPrefix(text, ",") + `]`; !strings.Contains(a.Body, want) {
			t.Errorf("got %d %s, want %s", a.Status, a.Body, want)
		}
	}
	expect(w.as(provider, "POST", withdrawalsPath+"/quote", `{"amount":25}`), second+" 20.00", first+" 5.00")
	expect(w.as(provider, "POST", withdrawalsPath, `{"amount":4,"transfer_ids":["`+first+`"]}`), first+" 4.00")
	expect(w.as(provider, "POST", withdrawalsPath, `{"amount":25}`), second+" 20.00", first+" 5.00")
	w.as(provider, "POST", withdrawalsPath, `{"amount":1,"transfer_ids":["`+second+`"]}`).Refused(t, 400, "CBC.99001077", "0.00")
	w.as(provider, "POST", withdrawalsPath, `{"amount":1,"transfer_ids":["nobody"]}`).Refused(t, 400, "CBC.0100", "nobody")
	w.as(provider, "POST", withdrawalsPath, `{"amount":1,"transfer_ids":["`+first+`","`+first+`"]}`).Refused(t, 400, "CBC.0100", "twice")
	w.money()
}

func TestOldOnlineMoneyNeedsABankAccountOfTheVerifiedName(t *testing.T) {
	w := newWorld(t)
	id := w.pays("WECHAT", "100").PaymentID
	n := notice(id, account.ProviderPaid, "n", 10000)
	n.Channel = "WECHAT"
	w.tells(n).Into(t, new(any))
	before := w.money()
	bad := w.as(provider, "POST", withdrawalsPath, `{"amount":1,"bank_card":{"account_name":"Somebody","account_no":"12","bank_name":"",`+
		`"branch":"B","account_type":"CREDIT","currency":"CNY"}}`)
	for _, item := range []string{"account_name", "account_no", "bank_name", "account_type"} {
		bad.Refused(t, 400, "CBC.99001078", item+":")
	}
	card := `{"account_name":"Name of partner","account_no":"6222020000001234",` +
		`"bank_name":"ICBC","branch":"Xidan","account_type":"CORPORATE","currency":"CNY"}`
	if a := w.as(provider, "POST", withdrawalsPath+"/quote", `{"amount":1,"bank_card":`+card+`}`); strings.Contains(a.Body, `"passed":false`) ||
		strings.Count(a.Body, `"passed":true`) != 6 || w.money() != before {
		t.Errorf("the quote is %d %s", a.Status, a.Body)
	}
	var out withdrawn
	w.as(provider, "POST", withdrawalsPath, `{"amount":1,"bank_card":`+card+`}`).Into(t, &out)
	own := w.as(provider, "GET", withdrawalsPath+"/"+out.ID, "")
	vendors := w.as("vendor vendor", "GET", "/v2/vendor/partners/partner/withdrawals/"+out.ID, "")
	if out.End != "1234" || strings.Contains(own.Body, "6222020000001234") || !strings.Contains(vendors.Body, "6222020000001234") {
		t.Errorf("the partner sees %s, the vendor %s", own.Body, vendors.Body)
	}
}

func TestAnIncentiveIsWithdrawnToABankAccount(t *testing.T) {
	w := newWorld(t)
	tx := table.NewTx()
	if err := account.GiveRebate(context.Background(), w.db, tx, "partner", 100_00, "request-1", w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if err := w.db.Commit(context.Background(), tx); err != nil {
		t.Fatal(err)
	}
	w.as(provider, "POST", withdrawalsPath, `{"amount":100}`).Refused(t, 400, "CBC.99001078", "account_no")
	var out withdrawn
	w.as(provider, "POST", withdrawalsPath, `{"amount":100,"bank_card":{"account_name":"Name of partner","account_no":"6222020000001234",`+
		`"bank_name":"ICBC","branch":"Xidan","account_type":"CORPORATE","currency":"CNY"}}`).Into(t, &out)
	w.steps(out.ID, "review", "approve", "paid")
	if got := w.money(); got != "0.00 0.00 100.00" {
		t.Errorf("after it was paid: %s", got)
	}
}

func TestBadWithdrawalsAreRefusedAndChangeNothing(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	one := w.withdraws("1")
	before := w.state() + w.money()
	for _, amount := range []string{"0", "-1", "1.005", "1e400", "NaN", `"１００"`, `" 1"`, "null", "10000000000000.01"} {
		w.as(provider, "POST", withdrawalsPath, `{"amount":`+amount+`}`).Refused(t, 400, "CBC.0100", "")
	}
	w.as(provider, "POST", withdrawalsPath, `{"amount":99.01}`).Refused(t, 400, "CBC.99001077", "99.00")
	w.as("customer c1", "POST", withdrawalsPath, `{"amount":1}`).Refused(t, 403, "CBC.0155", "partner")
	w.as("partner rival", "GET", withdrawalsPath+"/"+one.ID, "").Refused(t, 404, "CBC.0404", "no withdrawal")
	w.as("partner rival", "DELETE", withdrawalsPath+"/"+one.ID, "").Refused(t, 404, "CBC.0404", "no withdrawal")
	w.as(provider, "POST", stepsPath(one.ID), `{"step":"review"}`).Refused(t, 403, "CBC.0155", "vendor")
	w.as("vendor vendor", "POST", stepsPath(one.ID), `{"step":"reject"}`).Refused(t, 400, "CBC.0100", "reason")
	w.as("vendor vendor", "POST", stepsPath(one.ID), `{"step":"expire"}`).Refused(t, 400, "CBC.0100", "step")
	w.as("vendor vendor", "POST", stepsPath(one.ID), `{"step":"paid"}`).Refused(t, 409, "CBC.99001016", "submitted")
	if after := w.state() + w.money(); after != before {
		t.Errorf("refused calls changed\n%s\nto\n%s", before, after)
	}
}

func TestWhatIsOwedAndWhatWasAppropriatedIsNotWithdrawn(t *testing.T) {
	w := newWorld(t)
	var owed money.Fen = 3000
	account.PartsPort.Put(w.env, account.Parts{
		Owed: func(context.Context, auth.PartyID) (money.Fen, error) { return owed, nil },
	})
	w.topUp("partner", "r1", "100")
	w.as(provider, "POST", withdrawalsPath, `{"amount":70.01}`).Refused(t, 400, "CBC.99001077",
		"70.00 yuan can be withdrawn: 100.00 of cash that are not earmarked, less 30.00")
	w.withdraws("70")
	w.topUp("dist", "r2", "50")
	w.as(distributor, "POST", giveDownPath, `{"indirect_partner_id":"reseller","amount":50}`).transfer(t)
	owed = 0
	w.as("reseller reseller", "POST", withdrawalsPath, `{"amount":1}`).Refused(t, 400, "CBC.99001077", "0.00") // it is the distributor's
	w.money()
}

func TestHoldsRacingWithDebitsNeverOverdraw(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "0.30")
	var wait sync.WaitGroup
	var held tally
	var paid, short sync.Map
	w.atOnce(&wait, 20, provider, withdrawalsPath, `{"amount":0.01}`, &held)
	for n := range 30 {
		wait.Go(func() {
			switch err := debit(w.db, "partner.cash", n, 1); {
			case err == nil:
				paid.Store(n, true)
			case errors.Is(err, account.ErrInsufficientBalance):
				short.Store(n, true)
			default:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if held.n["201 "]+held.n["400 CBC.99001077"] != 20 || held.n["201 "]+size(&paid) != 30 || size(&paid)+size(&short) != 30 {
		t.Errorf("holds %v, debits %d and %d refused; want 30 in all", held.n, size(&paid), size(&short))
	}
	if got, want := w.money(), fmt.Sprintf("0.00 0.%02d 0.00", held.n["201 "]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOneHoldPostedAndVoidedAtOnceEndsOnce(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	id := w.withdraws("60").ID
	w.steps(id, "review", "approve")
	var wait sync.WaitGroup
	var paid, failed tally
	w.atOnce(&wait, 6, "vendor vendor", stepsPath(id), `{"step":"paid"}`, &paid)
	for n := range 6 {
		wait.Go(func() {
			failed.add(w.send(fmt.Sprint("fail", n), "vendor vendor", "POST", stepsPath(id), `{"step":"fail","reason":"returned"}`))
		})
	}
	wait.Wait()
	if paid.n["200 "]+failed.n["200 "] != 1 {
		t.Errorf("paid %v, failed %v; want one in all", paid.n, failed.n)
	}
	if got := w.money(); got != "40.00 0.00 60.00" && got != "100.00 0.00 0.00" {
		t.Errorf("got %s", got)
	}
}
