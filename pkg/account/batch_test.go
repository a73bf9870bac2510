package account_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

const (
	giveManyPath = "/v2/accounts/partner-accounts/batch-adjust-amount"
	takeManyPath = "/v2/accounts/partner-accounts/batch-reclaim"
)

type verdicts struct {
	Done     int
	Refused  int
	Verdicts []struct {
		CustomerID string `json:"customer_id"`
		TransID    string `json:"trans_id"`
		ErrorCode  string `json:"error_code"`
		ErrorMsg   string `json:"error_msg"`
	}
}

// codes gives each row's error code, or "done".
func (v verdicts) codes() string {
	var all []string
	for _, row := range v.Verdicts {
		switch {
		case (row.ErrorCode == "") != (row.TransID != ""):
			return fmt.Sprintf("%+v is neither done nor refused", row)
		case row.ErrorCode == "":
			all = append(all, "done")
		default:
			all = append(all, row.ErrorCode)
		}
	}
	return strings.Join(all, " ")
}

// rows makes the body of a batch of "customer amount" rows.
func rows(all ...string) string {
	var list []string
	for _, row := range all {
		id, amount, _ := strings.Cut(row, " ")
		list = append(list, adjust(id, amount))
	}
	return `{"customers":[` + strings.Join(list, ",") + `]}`
}

func TestABatchJudgesEachRowByItself(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	var v verdicts
	w.as(provider, "POST", giveManyPath,
		rows("c1 60", "advisory 1", "theirs 1", "nobody 1", "frozen 1", "c2 40.01", "below 0", "restricted -1", "of-frozen 1")).Into(t, &v)
	want := "done CBC.99001002 CBC.99000047 CBC.99000047 CBC.99003626 CBC.99001001 CBC.0100 CBC.0100 CBC.99000047"
	if v.codes() != want || v.Done != 1 || v.Refused != 8 {
		t.Errorf("got %s (%d done, %d refused), want %s", v.codes(), v.Done, v.Refused, want)
	}
	if !strings.Contains(v.Verdicts[5].ErrorMsg, "40.00") || v.Verdicts[6].ErrorMsg != "amount: 0.00 is not more than 0" {
		t.Errorf("got %+v", v.Verdicts)
	}
	w.as(provider, "POST", takeManyPath, rows("c1 10", "c2 0.01", "advisory 1")).Into(t, &v)
	if got := v.codes(); got != "done CBC.99001001 CBC.99001002" {
		t.Errorf("the reclaim gave %s", got)
	}
	if got := w.balance("partner") + " " + w.balance("c1"); got != "50.00 50.00" {
		t.Errorf("the balances are %s", got)
	}
	w.state()
}

func TestADistributorsBatchIsOfItsReseller(t *testing.T) {
	w := newWorld(t)
	w.topUp("reseller", "r1", "10")
	body := strings.TrimSuffix(rows("below 10", "c1 1"), "}") + `,"indirect_partner_id":"reseller"}`
	var v verdicts
	w.as(distributor, "POST", giveManyPath, body).Into(t, &v)
	if v.codes() != "done CBC.99000047" || w.balance("below") != "10.00" {
		t.Errorf("got %s, and the customer holds %s", v.codes(), w.balance("below"))
	}
	w.as(distributor, "POST", giveManyPath, strings.ReplaceAll(body, `"reseller"`, `"foreign-reseller"`)).Refused(t, 400, "CBC.99000037", "foreign")
}

func TestBadBatchesAreRefusedAsAWhole(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	before := w.state()
	many := make([]string, 101)
	for n := range many {
		many[n] = fmt.Sprintf("x%d 1", n)
	}
	cases := map[string]struct {
		caller, body string
		status       int
		code, says   string
	}{
		"a customer twice": {provider, rows("c1 1", "c2 1", "c1 1"), 400, "CBC.0100", `"c1" is there twice`},
		"no rows":          {provider, `{"customers":[]}`, 400, "CBC.0100", "customers"},
		"no list":          {provider, `{}`, 400, "CBC.0100", "customers"},
		"101 rows":         {provider, rows(many...), 400, "CBC.0100", "customers"},
		"an unknown field": {provider, `{"customers":[{"customer_id":"c1","amount":1,"bonus":1}]}`, 400, "CBC.0100", "bonus"},
		"a customer":       {"customer c1", rows("c1 1"), 403, "CBC.0155", "partner"},
	}
	for _, amount := range []string{"1.005", "1e400", "NaN", `"１００"`, `" 1"`, `"1,000"`, "null", "10000000000000.01"} {
		c := cases["no rows"]
		c.body, c.says = rows("c1 1", "c2 "+amount), ""
		cases["amount "+amount] = c
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for _, path := range []string{giveManyPath, takeManyPath} {
				w.as(c.caller, http.MethodPost, path, c.body).Refused(t, c.status, c.code, c.says)
			}
		})
	}
	if after := w.state(); after != before {
		t.Errorf("refused calls changed\n%s\nto\n%s", before, after)
	}
}

func TestABatchThatBreaksOffGoesOnWhereItStopped(t *testing.T) {
	for name, verdict := range map[string]table.Verdict{
		"lost answer": table.LostAnswer, "crash before": table.CrashBefore, "crash after": table.CrashAfter,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.topUp("partner", "r1", "100")
			writes := 0
			w.serve(w.db.WithFault(func(op table.Op) table.Verdict {
				if op.Kind != table.OpTx {
					return table.Pass
				}
				if writes++; writes == 2 {
					return verdict
				}
				return table.Pass
			}))
			body := rows("c1 10", "c2 20", "advisory 5")
			w.signed("same", provider, "POST", giveManyPath, body)
			var first, again verdicts
			w.signed("same", provider, "POST", giveManyPath, body).Into(t, &first)
			w.signed("same", provider, "POST", giveManyPath, body).Into(t, &again)
			if fmt.Sprint(first) != fmt.Sprint(again) || first.codes() != "done done CBC.99001002" {
				t.Errorf("got %+v, then %+v", first, again)
			}
			if got := w.balance("partner") + " " + w.balance("c1") + " " + w.balance("c2"); got != "70.00 10.00 20.00" {
				t.Errorf("the balances are %s", got)
			}
			w.signed("same", provider, "POST", giveManyPath, rows("c1 11")).Refused(t, 409, "CBC.0409", "another request")
			w.state()
		})
	}
}

func TestAKeyOfABatchIsForNoOtherBatchWhateverBecameOfItsRows(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	var v verdicts
	w.signed("same", provider, "POST", giveManyPath, rows("c1 101", "c2 20")).Into(t, &v)
	if v.codes() != "CBC.99001001 done" {
		t.Fatalf("got %s", v.codes())
	}
	before := w.state()
	for _, other := range []string{rows("c1 50", "c2 20"), rows("c1 50")} {
		w.signed("same", provider, "POST", giveManyPath, other).Refused(t, 409, "CBC.0409", "another request")
	}
	if after := w.state(); after != before {
		t.Errorf("refused calls changed\n%s\nto\n%s", before, after)
	}
}

func TestTheSameBatchByManyAtOnceIsOne(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if a := w.send("same", provider, "POST", giveManyPath, rows("c1 10", "c2 20")); a.Status != http.StatusOK {
				t.Errorf("got %d %s", a.Status, a.Body)
			}
		})
	}
	wait.Wait()
	if got := w.balance("partner") + " " + w.balance("c1") + " " + w.balance("c2"); got != "70.00 10.00 20.00" {
		t.Errorf("the balances are %s", got)
	}
	w.state()
}

func TestABatchNeedsACodeWhenThePartnerSaidSo(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	w.needsCodes("partner")
	w.as(provider, "POST", giveManyPath, rows("c1 10")).Refused(t, 400, "CBC.0100", "verification_code")
	withCode := func(given string) string {
		return strings.TrimSuffix(rows("c1 10", "c2 5"), "}") + `,"verification_code":"` + given + `"}`
	}
	w.as(provider, "POST", giveManyPath, withCode("000")).Refused(t, 400, "CBC.99001011", "verification_code")
	given := w.code("partner")
	var v verdicts
	w.signed("same", provider, "POST", giveManyPath, withCode(given)).Into(t, &v)
	w.signed("same", provider, "POST", giveManyPath, withCode(given)).Into(t, &v)
	if v.codes() != "done done" || w.balance("c1") != "10.00" {
		t.Errorf("got %s, and the customer holds %s", v.codes(), w.balance("c1"))
	}
	w.as(provider, "POST", giveManyPath, withCode(given)).Refused(t, 400, "CBC.99001011", "verification_code") // it is used up
}

func TestEachAdjustmentNeedsACodeWhenThePartnerSaidSo(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	w.topUp("dist", "r2", "100")
	w.as(provider, "POST", givePath, adjust("c1", "50")).transfer(t)
	w.as(distributor, "POST", giveDownPath, `{"indirect_partner_id":"reseller","amount":50}`).transfer(t)
	w.needsCodes("partner")
	w.needsCodes("dist")
	for _, c := range []struct {
		caller, path, body string
		id                 auth.PartyID
	}{
		{provider, givePath, adjust("c1", "10"), "partner"},
		{provider, takePath, adjust("c1", "20"), "partner"},
		{distributor, giveDownPath, `{"indirect_partner_id":"reseller","amount":10}`, "dist"},
		{distributor, takeUpPath, `{"indirect_partner_id":"reseller","amount":20}`, "dist"},
	} {
		withCode := func(given string) string {
			return strings.TrimSuffix(c.body, "}") + `,"verification_code":"` + given + `"}`
		}
		w.as(c.caller, "POST", c.path, c.body).Refused(t, 400, "CBC.0100", "verification_code")
		w.as(c.caller, "POST", c.path, withCode("000")).Refused(t, 400, "CBC.99001011", "verification_code")
		given := w.code(c.id)
		w.signed("same "+c.path, c.caller, "POST", c.path, withCode(given)).transfer(t)
		w.signed("same "+c.path, c.caller, "POST", c.path, withCode(given)).transfer(t)
		w.as(c.caller, "POST", c.path, withCode(given)).Refused(t, 400, "CBC.99001011", "verification_code") // it is used up
	}
	if got := w.balance("c1") + " " + w.balance("reseller"); got != "40.00 40.00" {
		t.Errorf("the balances are %s, want 10 given and 20 taken back once", got)
	}
	w.state()
}

// needsCodes says that a party's sensitive operations need a code.
func (w *world) needsCodes(id auth.PartyID) {
	w.t.Helper()
	tx := table.NewTx()
	party.Sensitive{}.Require(tx, id, true)
	if err := w.db.Commit(w.t.Context(), tx); err != nil {
		w.t.Fatal(err)
	}
}
