package account_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/auth"
)

const (
	provider    = "partner partner"
	distributor = "distributor dist"
)

func TestAppropriationAndReclaimMoveMoneyAndAreRecordedOnBothSides(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "1000")
	given := w.as(provider, "POST", givePath, adjust("c1", `"100.5"`)).transfer(t)
	taken := w.as(provider, "POST", takePath, adjust("c1", "40.25")).transfer(t)
	if given == taken {
		t.Error("two transfers have one id")
	}
	if got := w.balance("partner") + " " + w.balance("c1"); got != "939.75 60.25" {
		t.Errorf("the balances are %s, want 939.75 60.25", got)
	}
	if got := w.events("c1"); !slices.Equal(got, []string{"appropriated", "reclaimed"}) {
		t.Errorf("the events are %v", got)
	}
	if got := w.events("partner"); !slices.Equal(got, []string{"topped_up"}) {
		t.Errorf("the partner's events are %v", got)
	}
	w.state()
}

func TestADistributorFillsItsResellerWhichFillsItsCustomer(t *testing.T) {
	w := newWorld(t)
	w.topUp("dist", "r1", "500")
	w.as(distributor, "POST", giveDownPath, `{"indirect_partner_id":"reseller","amount":200}`).transfer(t)
	w.as(distributor, "POST", givePath, `{"customer_id":"below","amount":50,"indirect_partner_id":"reseller"}`).transfer(t)
	w.as("reseller reseller", "POST", givePath, adjust("below", "30")).transfer(t)
	w.as(distributor, "POST", takePath, `{"customer_id":"below","amount":10,"indirect_partner_id":"reseller"}`).transfer(t)
	w.as(distributor, "POST", takeUpPath, `{"indirect_partner_id":"reseller","amount":"130.00"}`).transfer(t)
	if got := w.balance("dist") + " " + w.balance("reseller") + " " + w.balance("below"); got != "430.00 0.00 70.00" {
		t.Errorf("the balances are %s", got)
	}
	before := w.state()
	over := w.as(distributor, "POST", givePath, `{"customer_id":"below","amount":0.01,"indirect_partner_id":"reseller"}`)
	over.Refused(t, 400, "CBC.99001001", "reseller.cash") // the reseller's balance is short, not the distributor's
	w.as(distributor, "POST", takeUpPath, `{"indirect_partner_id":"reseller","amount":0.01}`).Refused(t, 400, "CBC.99001001", "reseller.cash")
	if after := w.state(); after != before {
		t.Errorf("refused calls changed\n%s\nto\n%s", before, after)
	}
}

func TestBadAdjustmentsAreRefusedAndChangeNothing(t *testing.T) {
	w := newWorld(t)
	for n, id := range []auth.PartyID{"partner", "rival", "dist", "reseller"} {
		w.topUp(id, fmt.Sprint("r", n), "100")
	}
	w.as(provider, "POST", givePath, adjust("c1", "10")).transfer(t)
	before := w.state()
	type refusal struct {
		caller, path, body string
		status             int
		code, says         string
	}
	cases := map[string]refusal{
		"over the appropriable":       {provider, givePath, adjust("c1", "90.01"), 400, "CBC.99001001", "90.00"},
		"over the customer's balance": {provider, takePath, adjust("c1", "10.01"), 400, "CBC.99001001", "10.00"},
		"an empty customer's money":   {provider, takePath, adjust("c2", "0.01"), 400, "CBC.99001001", "0.00"},
		"advisory":                    {provider, givePath, adjust("advisory", "1"), 400, "CBC.99001002", "advisory"},
		"advisory back":               {provider, takePath, adjust("advisory", "1"), 400, "CBC.99001002", "advisory"},
		"foreign":                     {provider, givePath, adjust("theirs", "1"), 400, "CBC.99000047", `customer_id: party "theirs" does not exist`},
		"foreign back":                {provider, takePath, adjust("theirs", "1"), 400, "CBC.99000047", `customer_id: party "theirs" does not exist`},
		"unknown":                     {provider, givePath, adjust("nobody", "1"), 400, "CBC.99000047", `customer_id: party "nobody" does not exist`},
		"itself":                      {provider, givePath, adjust("partner", "1"), 400, "CBC.99000047", "does not exist"},
		"a partner":                   {provider, givePath, adjust("rival", "1"), 400, "CBC.99000047", "does not exist"},
		"a frozen customer":           {provider, givePath, adjust("frozen", "1"), 400, "CBC.99003626", "frozen"},
		"a frozen customer's":         {provider, takePath, adjust("frozen", "1"), 400, "CBC.99003626", "frozen"},
		"a restricted customer":       {provider, givePath, adjust("restricted", "1"), 400, "CBC.99003626", "restricted"},
		"no customer":                 {provider, givePath, `{"amount":1}`, 400, "CBC.0100", "customer_id"},
		"an empty customer id":        {provider, givePath, adjust("", "1"), 400, "CBC.0100", "customer_id"},
		"no amount":                   {provider, givePath, `{"customer_id":"c1"}`, 400, "CBC.0100", "amount"},
		"a partner's reseller":        {provider, givePath, `{"customer_id":"below","amount":1,"indirect_partner_id":"reseller"}`, 400, "CBC.99000037", "reseller"},
		"a foreign reseller":          {distributor, giveDownPath, `{"indirect_partner_id":"foreign-reseller","amount":1}`, 400, "CBC.99000037", "foreign-reseller"},
		"an unknown reseller":         {distributor, giveDownPath, `{"indirect_partner_id":"nobody","amount":1}`, 400, "CBC.99000037", "nobody"},
		"a foreign reseller's money":  {distributor, takeUpPath, `{"indirect_partner_id":"foreign-reseller","amount":1}`, 400, "CBC.99000037", "foreign-reseller"},
		"a foreign reseller's customer": {
			distributor, givePath, `{"customer_id":"below","amount":1,"indirect_partner_id":"foreign-reseller"}`, 400, "CBC.99000037", "foreign",
		},
		"a reseller's customer as one's own": {distributor, givePath, adjust("below", "1"), 400, "CBC.99000047", `"below" does not exist`},
		"another's customer by the reseller": {
			distributor, givePath, `{"customer_id":"c1","amount":1,"indirect_partner_id":"reseller"}`, 400, "CBC.99000047", `"c1" does not exist`,
		},
		"a reseller as a customer":  {distributor, givePath, adjust("reseller", "1"), 400, "CBC.99000047", "does not exist"},
		"a frozen reseller":         {distributor, giveDownPath, `{"indirect_partner_id":"frozen-reseller","amount":1}`, 400, "CBC.99003626", "frozen"},
		"a frozen reseller's money": {distributor, takeUpPath, `{"indirect_partner_id":"frozen-reseller","amount":1}`, 400, "CBC.99003626", "frozen"},
		"an exiting reseller":       {distributor, giveDownPath, `{"indirect_partner_id":"exiting-reseller","amount":1}`, 400, "CBC.99007490", "exiting"},
		"a frozen reseller's customer": {
			distributor, givePath, `{"customer_id":"of-frozen","amount":1,"indirect_partner_id":"frozen-reseller"}`, 400, "CBC.99003626", "frozen",
		},
		"an exiting reseller's customer": {
			distributor, givePath, `{"customer_id":"of-exiting","amount":1,"indirect_partner_id":"exiting-reseller"}`, 400, "CBC.99007490", "exiting",
		},
		"no reseller":               {distributor, giveDownPath, `{"amount":1}`, 400, "CBC.0100", "indirect_partner_id"},
		"a partner to resellers":    {provider, giveDownPath, `{"indirect_partner_id":"reseller","amount":1}`, 403, "CBC.0155", "distributor"},
		"a customer":                {"customer c1", givePath, adjust("c1", "1"), 403, "CBC.0155", "partner"},
		"the vendor":                {"vendor vendor", givePath, adjust("c1", "1"), 403, "CBC.0155", "partner"},
		"a partner to the top-ups":  {provider, "/v2/vendor/partners/partner/top-ups", `{"remittance_no":"x","amount":1}`, 403, "CBC.0155", "vendor"},
		"a top-up of a customer":    {"vendor vendor", "/v2/vendor/partners/c1/top-ups", `{"remittance_no":"x","amount":1}`, 400, "CBC.99000047", "partner_id"},
		"a top-up of nobody":        {"vendor vendor", "/v2/vendor/partners/nobody/top-ups", `{"remittance_no":"x","amount":1}`, 400, "CBC.99000047", "nobody"},
		"a remittance with a slash": {"vendor vendor", "/v2/vendor/partners/partner/top-ups", `{"remittance_no":"a/b","amount":1}`, 400, "CBC.0100", "remittance_no"},
		"more designated than paid": {"vendor vendor", "/v2/vendor/partners/partner/top-ups", `{"remittance_no":"x","amount":1,"designated_amount":2}`, 400, "CBC.0100", "designated_amount"},
		"a top-up beyond all bounds": {
			"vendor vendor", "/v2/vendor/partners/partner/top-ups", `{"remittance_no":"x","amount":10000000000000}`, 400, "CBC.99001007", "amount",
		},
	}
	for _, amount := range []string{
		"0", "0.00", `"0"`, "-1", `"-0.01"`, "1.005", `"1.005"`, "0.001", "1e400", "1e2", "1e-2", "NaN", `"NaN"`, "Infinity", `"１００"`, `" 1"`, `"1 "`, `" "`, `""`,
		`"1,000"`, `"0x10"`, "null", "true", "[1]", "10000000000000.01", "99999999999999999999999999",
	} {
		for _, path := range []string{givePath, takePath} {
			cases[path+" "+amount] = refusal{provider, path, adjust("c1", amount), 400, "CBC.0100", ""}
		}
		for _, path := range []string{giveDownPath, takeUpPath} {
			cases[path+" "+amount] = refusal{distributor, path, `{"indirect_partner_id":"reseller","amount":` + amount + `}`, 400, "CBC.0100", ""}
		}
		cases["top-up "+amount] = refusal{"vendor vendor", "/v2/vendor/partners/partner/top-ups", `{"remittance_no":"x","amount":` + amount + `}`, 400, "CBC.0100", ""}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w.as(c.caller, http.MethodPost, c.path, c.body).Refused(t, c.status, c.code, c.says)
		})
	}
	if after := w.state(); after != before {
		t.Errorf("refused calls changed\n%s\nto\n%s", before, after)
	}
}

func TestWhatAnExitingResellerHoldsCanBeTakenBack(t *testing.T) {
	w := newWorld(t)
	w.topUp("exiting-reseller", "r1", "100")
	w.as(distributor, "POST", takeUpPath, `{"indirect_partner_id":"exiting-reseller","amount":100}`).transfer(t)
	if got := w.balance("exiting-reseller") + " " + w.balance("dist"); got != "0.00 100.00" {
		t.Errorf("the balances are %s", got)
	}
}

func TestEarmarkedMoneyIsNotAppropriable(t *testing.T) {
	w := newWorld(t)
	w.as("vendor vendor", "POST", "/v2/vendor/partners/partner/top-ups", `{"remittance_no":"r1","amount":100,"designated_amount":70}`).transfer(t)
	w.as(provider, "POST", givePath, adjust("c1", "30.01")).Refused(t, 400, "CBC.99001001", "30.00")
	w.as(provider, "POST", givePath, adjust("c1", "30")).transfer(t)
	if got := w.balance("partner"); got != "70.00" {
		t.Errorf("the balance is %s", got)
	}
}

func TestARepeatedAppropriationIsOne(t *testing.T) {
	w := newWorld(t)
	w.topUp("partner", "r1", "100")
	first := w.signed("same", provider, "POST", givePath, adjust("c1", "30"))
	again := w.signed("same", provider, "POST", givePath, adjust("c1", "30"))
	if again.transfer(t) != first.transfer(t) || again.Header.Get("Idempotent-Replay") != "true" || first.Header.Get("Idempotent-Replay") != "" {
		t.Errorf("got %s %v, then %s %v", first.Body, first.Header, again.Body, again.Header)
	}
	w.signed("same", provider, "POST", givePath, adjust("c1", "31")).Refused(t, 409, "CBC.0409", "another request")
	if got := w.balance("c1"); got != "30.00" {
		t.Errorf("the customer holds %s", got)
	}
}

func TestARemittanceIsBookedOnce(t *testing.T) {
	w := newWorld(t)
	const path = "/v2/vendor/partners/partner/top-ups"
	first := w.as("vendor vendor", "POST", path, `{"remittance_no":"ICBC-7","amount":100}`)
	again := w.as("vendor vendor", "POST", path, `{"remittance_no":"ICBC-7","amount":"100.00"}`)
	if first.Status != 201 || again.transfer(t) != first.transfer(t) || again.Header.Get("Idempotent-Replay") != "true" {
		t.Errorf("got %d %s, then %s", first.Status, first.Body, again.Body)
	}
	w.as("vendor vendor", "POST", path, `{"remittance_no":"ICBC-7","amount":101}`).Refused(t, 409, "CBC.0409", "ICBC-7")
	w.as("vendor vendor", "POST", "/v2/vendor/partners/rival/top-ups", `{"remittance_no":"ICBC-7","amount":100}`).Refused(t, 409, "CBC.0409", "ICBC-7")
	if got := w.balance("partner") + " " + w.balance("rival"); got != "100.00 0.00" {
		t.Errorf("the balances are %s", got)
	}
}

func TestACreditLimitIsSetAndGoesNoLowerThanWhatIsUsed(t *testing.T) {
	w := newWorld(t)
	const path = "/v2/vendor/partners/partner/credit"
	for _, c := range []struct{ limit, want string }{
		{"1000", `"amount":1000.00`}, {"1000.00", `"amount":1000.00`}, {`"250.5"`, `"amount":250.50`}, {"0", `"amount":0.00`}, {"20", `"credit_amount":20.00`},
	} {
		a := w.as("vendor vendor", "PUT", path, `{"credit_amount":`+c.limit+`}`)
		if a.Status != 200 || !strings.Contains(a.Body, c.want) {
			t.Errorf("a limit of %s gave %d %s, want %s", c.limit, a.Status, a.Body, c.want)
		}
	}
	before := w.state()
	w.as("vendor vendor", "PUT", path, `{"credit_amount":-1}`).Refused(t, 400, "CBC.0100", "credit_amount")
	w.as("vendor vendor", "PUT", path, `{"credit_amount":1.005}`).Refused(t, 400, "CBC.0100", "credit_amount")
	w.as("vendor vendor", "PUT", "/v2/vendor/partners/c1/credit", `{"credit_amount":1}`).Refused(t, 400, "CBC.99000047", "partner_id")
	w.as(provider, "PUT", path, `{"credit_amount":1}`).Refused(t, 403, "CBC.0155", "vendor")
	w.as(provider, "POST", givePath, adjust("c1", "1")).Refused(t, 400, "CBC.99001001", "amount") // credit is not appropriated
	if after := w.state(); after != before {
		t.Errorf("refused calls changed\n%s\nto\n%s", before, after)
	}
	if got := w.events("partner"); len(got) != 4 {
		t.Errorf("four changes of the limit made the events %v", got)
	}
}
