package account_test

import (
	"fmt"
	"strings"
	"testing"
)

type shownBalance struct {
	AccountID        string   `json:"account_id"`
	AccountType      int32    `json:"account_type"`
	Amount           float64  `json:"amount"` // as the SDK reads it
	Currency         string   `json:"currency"`
	DesignatedAmount *float64 `json:"designated_amount"`
	CreditAmount     *float64 `json:"credit_amount"`
	MeasureID        int32    `json:"measure_id"`
}

func (w *world) balances(caller, path string) string {
	w.t.Helper()
	var out struct {
		AccountBalances []shownBalance `json:"account_balances"`
	}
	w.as(caller, "GET", path, "").Into(w.t, &out)
	text := []string{}
	for _, b := range out.AccountBalances {
		line := fmt.Sprintf("%s %d %.2f", b.AccountID, b.AccountType, b.Amount)
		if b.DesignatedAmount != nil {
			line += fmt.Sprintf(" (%.2f)", *b.DesignatedAmount)
		}
		if b.CreditAmount != nil {
			line += fmt.Sprintf(" of %.2f", *b.CreditAmount)
		}
		if b.Currency != "CNY" || b.MeasureID != 1 {
			w.t.Errorf("got %+v", b)
		}
		text = append(text, line)
	}
	return strings.Join(text, ", ")
}

func TestAPartnerReadsAllItsAccounts(t *testing.T) {
	w := newWorld(t)
	if got, want := w.balances(provider, balancesPath), "partner.cash 1 0.00 (0.00), partner.credit 2 0.00 of 0.00, "+
		"partner.reward 5 0.00 (0.00), partner.deposit 7 0.00 (0.00), partner.appropriable 8 0.00"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	w.as("vendor vendor", "POST", "/v2/vendor/partners/partner/top-ups", `{"remittance_no":"r1","amount":100.1,"designated_amount":"40"}`).transfer(t)
	w.as("vendor vendor", "PUT", "/v2/vendor/partners/partner/credit", `{"credit_amount":500}`)
	if got, want := w.balances(provider, balancesPath), "partner.cash 1 100.10 (40.00), partner.credit 2 500.00 of 500.00, "+
		"partner.reward 5 0.00 (0.00), partner.deposit 7 0.00 (0.00), partner.appropriable 8 60.10"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	w.topUp("reseller", "r2", "7")
	if got := w.balances(distributor, balancesPath+"?indirect_partner_id=reseller"); !strings.HasPrefix(got, "reseller.cash 1 7.00") {
		t.Errorf("the distributor reads %s", got)
	}
	for _, id := range []string{"foreign-reseller", "partner", "nobody", "c1"} {
		w.as(distributor, "GET", balancesPath+"?indirect_partner_id="+id, "").Refused(t, 400, "CBC.99000037", id)
	}
	w.as("customer c1", "GET", balancesPath, "").Refused(t, 403, "CBC.0155", "partner")
}

func TestACustomerReadsItsBalance(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "10")
	w.as(provider, "POST", givePath, adjust("c1", "2.5")).transfer(t)
	if got, want := w.balances("customer c1", ownPath), "c1.cash 1 2.50 (0.00)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBalancesOfManyLeaveOutWhoIsNoResaleCustomer(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "10")
	w.as(provider, "POST", givePath, adjust("c2", "2.5")).transfer(t)
	ask := func(caller, extra string, ids ...string) string {
		infos := []string{}
		for _, id := range ids {
			infos = append(infos, `{"customer_id":"`+id+`"}`)
		}
		return w.as(caller, "POST", detailPath, `{"customer_infos":[`+strings.Join(infos, ",")+`]`+extra+`}`).Body
	}
	const rest = `,"debt_amount":0.00,"amount":%s,"currency":"CNY","measure_id":1}`
	line := func(id, amount string) string { return `{"customer_id":"` + id + `"` + fmt.Sprintf(rest, amount) }
	for _, c := range []struct{ got, want string }{
		{ask(provider, "", "c2", "advisory", "theirs", "nobody", "c1", "c2", "below", "partner"), line("c2", "2.50") + "," + line("c1", "0.00")},
		{ask(provider, "", "theirs"), ""},
		{ask(distributor, "", "below"), ""},
		{ask(distributor, `,"indirect_partner_id":"reseller"`, "below", "c1"), line("below", "0.00")},
	} {
		if want := `{"customer_balances":[` + c.want + "]}"; strings.TrimSpace(c.got) != want {
			t.Errorf("got %s, want %s", c.got, want)
		}
	}
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprint(`{"customer_id":"c`, i, `"}`)
	}
	w.as(provider, "POST", detailPath, `{"customer_infos":[`+strings.Join(many, ",")+`]}`).Refused(t, 400, "CBC.0100", "customer_infos")
	if a := w.as(provider, "POST", detailPath, `{"customer_infos":[`+strings.Join(many[:100], ",")+`]}`); a.Status != 200 {
		t.Errorf("a hundred gave %d %s", a.Status, a.Body)
	}
	w.as(provider, "POST", detailPath, `{"customer_infos":[]}`).Refused(t, 400, "CBC.0100", "customer_infos")
	w.as(provider, "POST", detailPath, `{}`).Refused(t, 400, "CBC.0100", "customer_infos")
	w.as(distributor, "POST", detailPath, `{"customer_infos":[{"customer_id":"x"}],"indirect_partner_id":"foreign-reseller"}`).Refused(t, 400, "CBC.99000037", "foreign")
}

func TestAnAccountIsExplainedToItsOwnerAlone(t *testing.T) {
	w := newWorld(t)
	w.as("vendor vendor", "POST", "/v2/vendor/partners/partner/top-ups", `{"remittance_no":"r1","amount":100,"designated_amount":40}`).transfer(t)
	w.as("vendor vendor", "PUT", "/v2/vendor/partners/partner/credit", `{"credit_amount":500}`)
	w.as(provider, "POST", givePath, adjust("c1", "10")).transfer(t)
	for _, c := range []struct{ caller, id, says, amount string }{
		{provider, "partner.cash", "50.00 yuan can be appropriated: the balance of 90.00 yuan less 40.00 yuan", `"amount":90.00`},
		{provider, "partner.cash", "online payments", "withdrawals that were rejected or returned"},
		{provider, "partner.cash", "orders that the partner pays for its customers", "withdrawals, from when they are asked for"},
		{provider, "partner.cash", "refunds of orders that the partner paid", `"filled_by":`},
		{provider, "partner.appropriable", "50.00 yuan can be appropriated", `"amount":50.00`},
		{provider, "partner.credit", "only cash is appropriated", `"credit_amount":500.00`},
		{provider, "partner.reward", "only cash is appropriated", `"account_type":5`},
		{provider, "partner.deposit", "only cash is appropriated", `"account_type":7`},
		{"customer c1", "c1.cash", "The partner can take back 10.00 yuan", `"appropriable_amount":0.00`},
		{"customer advisory", "advisory.cash", "adjusted by nobody", `"amount":0.00`},
	} {
		a := w.as(c.caller, "GET", "/v2/accounts/"+c.id+"/explain", "")
		if a.Status != 200 || !strings.Contains(a.Body, c.says) || !strings.Contains(a.Body, c.amount) || !strings.Contains(a.Body, `"purpose":"`) {
			t.Errorf("%s: got %d %s", c.id, a.Status, a.Body)
		}
	}
	for _, c := range []struct{ caller, id string }{
		{provider, "c1.cash"},
		{provider, "rival.cash"},
		{provider, "nobody.cash"},
		{provider, "partner.gold"},
		{provider, "partner"},
		{provider, "partner.revenue"},
		{"customer c1", "partner.cash"},
		{"customer c1", "c1.credit"},
		{"customer c1", "c2.cash"},
		{distributor, "reseller.cash"},
		{provider, "vendor.bank"},
	} {
		w.as(c.caller, "GET", "/v2/accounts/"+c.id+"/explain", "").Refused(t, 400, "CBC.99000047", fmt.Sprintf("account %q does not exist", c.id))
	}
	w.as("vendor vendor", "GET", "/v2/accounts/partner.cash/explain", "").Refused(t, 403, "CBC.0155", "customer")
}
