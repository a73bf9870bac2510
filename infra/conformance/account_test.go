package conformance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2/model"
	"github.com/shopspring/decimal"
)

// customer puts a customer of the office there: 1 is advisory, 2 resale.
func (o office) customer(t *testing.T, id string, association int) scene {
	t.Helper()
	o.local(t, "/local/parties", map[string]any{
		"kind": "customer", "party_id": id, "name": "Customer " + id, "partner_id": o.partner.PartyID, "association_type": association,
	}, nil)
	s := scene{cloud: o.cloud, now: clock(t, o.cloud)}
	o.local(t, "/local/keys", map[string]any{"party_id": id, "roles": []string{"admin"}}, &s.customer)
	s.client = o.sdk(t, s.customer)
	return s
}

// topUp books a remittance to the office's cash account.
func (o office) topUp(t *testing.T, number, amounts string) {
	t.Helper()
	o.does(t, o.vendor(t), "POST", "/v2/vendor/partners/"+o.partner.PartyID+"/top-ups", fmt.Sprintf(`{"remittance_no":%q,%s}`, number, amounts))
}

// unlessEmpty is an optional value of a request.
func unlessEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func yuan(text string) *decimal.Decimal { return pointer(decimal.RequireFromString(text)) }

// give appropriates money to a customer, of a reseller's if one is named.
func (o office) give(customer, amount, reseller string) (string, error) {
	out, err := o.client.UpdateCustomerAccountAmount(&model.UpdateCustomerAccountAmountRequest{Body: &model.AdjustAccountReq{
		CustomerId: customer, Amount: yuan(amount), IndirectPartnerId: unlessEmpty(reseller),
	}})
	if err != nil {
		return "", err
	}
	return *out.TransferId, nil
}

// take reclaims money from a customer, of a reseller's if one is named.
func (o office) take(customer, amount, reseller string) (string, error) {
	out, err := o.client.ReclaimToPartnerAccount(&model.ReclaimToPartnerAccountRequest{Body: &model.ReclaimToPartnerAccountBalancesReq{
		CustomerId: customer, Amount: yuan(amount), IndirectPartnerId: unlessEmpty(reseller),
	}})
	if err != nil {
		return "", err
	}
	return *out.TransId, nil
}

// moved fails unless a movement succeeded, and gives its id.
func moved(t *testing.T, id string, err error) string {
	t.Helper()
	if err != nil || id == "" {
		t.Fatalf("got %q, %v, want the id of a transfer", id, err)
	}
	return id
}

// holds gives the accounts of the office, or of its reseller, by their type: what they hold, the earmarked part and the limit.
func (o office) holds(t *testing.T, reseller string) map[int32]string {
	t.Helper()
	out, err := o.client.ListPartnerBalances(&model.ListPartnerBalancesRequest{IndirectPartnerId: unlessEmpty(reseller)})
	if err != nil {
		t.Fatal(err)
	}
	owner, kinds := o.partner.PartyID, map[int32]string{1: "cash", 2: "credit", 5: "reward", 7: "deposit", 8: "appropriable"}
	if reseller != "" {
		owner = reseller
	}
	held := map[int32]string{}
	for _, b := range *out.AccountBalances {
		text := fmt.Sprintf("%.2f", b.Amount)
		if b.DesignatedAmount != nil {
			text += fmt.Sprintf(" designated %.2f", *b.DesignatedAmount)
		}
		if b.CreditAmount != nil {
			text += fmt.Sprintf(" of %.2f", *b.CreditAmount)
		}
		if held[b.AccountType] = text; b.Currency != "CNY" || b.MeasureId != 1 || b.AccountId != owner+"."+kinds[b.AccountType] {
			t.Errorf("got %v, want account %s.%s in CNY", b, owner, kinds[b.AccountType])
		}
	}
	return held
}

func (o office) adjustRecords(t *testing.T, q model.ListPartnerAdjustRecordsRequest) ([]model.AdjustRecordV3, int32) {
	t.Helper()
	out, err := o.client.ListPartnerAdjustRecords(&q)
	if err != nil {
		t.Fatal(err)
	}
	return *out.Records, *out.TotalCount
}

func (o office) changes(t *testing.T, q model.ListPartnerAccountChangeRecordsRequest) ([]model.AccountChangeRecord, int32) {
	t.Helper()
	out, err := o.client.ListPartnerAccountChangeRecords(&q)
	if err != nil {
		t.Fatal(err)
	}
	if *out.Currency != "CNY" {
		t.Errorf("the records are in %s, want CNY", *out.Currency)
	}
	return *out.Records, *out.TotalCount
}

// adjusted says what an adjustment's record has.
func adjusted(r model.AdjustRecordV3) string {
	return fmt.Sprint(*r.CustomerId, " ", *r.CustomerName, " ", *r.OperationType, " ", *r.Amount, " ", *r.Currency, " ", *r.MeasureId, " ", *r.TransId, " ",
		strings.HasSuffix(*r.OperationTime, "Z"))
}

// changed says what a change record has.
func changed(r model.AccountChangeRecord) string {
	text := fmt.Sprint(*r.TradeDetailType, " ", *r.TradeId, " ", *r.ChangeAmount, " ", *r.BalanceAfterChange, " ", *r.Type, " ", strings.HasSuffix(*r.TradeTime, "Z"))
	if r.CustomerId != nil {
		text += " " + *r.CustomerId + " " + *r.AccountName
	}
	return text
}

func TestMoneyGoesToCustomersAndComesBack(t *testing.T) {
	o := opened(t, running(t), "partner", "money", nil)
	one, two, advisory := o.customer(t, "money-1", 2), o.customer(t, "money-2", 2), o.customer(t, "money-advisory", 1)
	other := opened(t, o.cloud, "partner", "money-other", nil)
	other.customer(t, "money-foreign", 2)
	o.topUp(t, "money-r1", `"amount":1000,"designated_amount":200`)
	o.does(t, o.vendor(t), "PUT", "/v2/vendor/partners/money/credit", `{"credit_amount":500}`)
	want := map[int32]string{1: "1000.00 designated 200.00", 2: "500.00 of 500.00", 5: "0.00 designated 0.00", 7: "0.00 designated 0.00", 8: "800.00"}
	if got := o.holds(t, ""); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the accounts hold %v, want %v", got, want)
	}
	var ids []string // in their order
	keep := func(id string, err error) string {
		t.Helper()
		ids = append(ids, moved(t, id, err))
		return id
	}
	given := keep(o.give("money-1", "300.50", ""))
	taken := keep(o.take("money-1", "100.25", ""))
	for _, amount := range []string{"10", "20.01", "30", "40.99", "50"} {
		keep(o.give("money-2", amount, ""))
	}
	afterwards := map[int32]string{1: "648.75 designated 200.00", 8: "448.75"} // 1,000 less 200.25 less 151.00
	if got := o.holds(t, ""); got[1] != afterwards[1] || got[8] != afterwards[8] {
		t.Errorf("the accounts hold %v, want %v", got, afterwards)
	}
	if got := one.balance(t) + " " + two.balance(t) + " " + advisory.balance(t); got != "200.25 151.00 0.00" {
		t.Errorf("the customers have %s, want 200.25 151.00 0.00", got)
	}

	t.Run("balances of many are those of resale customers", func(t *testing.T) {
		asked := model.QueryCustomersBalancesReq{}
		for _, id := range []string{"money-2", "money-advisory", "money-foreign", "nobody", "money-1"} {
			asked.CustomerInfos = append(asked.CustomerInfos, model.CustomerInfoV2{CustomerId: id})
		}
		out, err := o.client.ListCustomersBalancesDetail(&model.ListCustomersBalancesDetailRequest{Body: &asked})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, b := range *out.CustomerBalances {
			got += fmt.Sprint(b.CustomerId, " ", b.Amount.StringFixed(2), " ", b.DebtAmount.StringFixed(2), " ", *b.Currency, " ", *b.MeasureId, "; ")
		}
		if want := "money-2 151.00 0.00 CNY 1; money-1 200.25 0.00 CNY 1; "; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
	t.Run("what is refused moves nothing", func(t *testing.T) {
		for name, c := range map[string]struct{ customer, give, take, code string }{
			"over what is appropriable, below the balance": {"money-1", "448.76", "", "CBC.99001001"},
			"over what the customer has":                   {"money-1", "", "200.26", "CBC.99001001"},
			"to an advisory customer":                      {"money-advisory", "1.01", "", "CBC.99001002"},
			"from an advisory customer":                    {"money-advisory", "", "1.02", "CBC.99001002"},
			"to another partner's customer":                {"money-foreign", "1.03", "", "CBC.99000047"},
			"from another partner's customer":              {"money-foreign", "", "1.04", "CBC.99000047"},
			"to nobody":                                    {"nobody", "1.05", "", "CBC.99000047"},
			"nothing":                                      {"money-1", "0", "", "CBC.0100"},
			"less than nothing":                            {"money-1", "", "-1", "CBC.0100"},
			"three decimals":                               {"money-1", "1.001", "", "CBC.0100"},
		} {
			t.Run(name, func(t *testing.T) {
				var err error
				if c.give != "" {
					_, err = o.give(c.customer, c.give, "")
				} else {
					_, err = o.take(c.customer, c.take, "")
				}
				sdkRefused(t, err, http.StatusBadRequest, c.code)
			})
		}
		if got := o.holds(t, ""); got[1] != afterwards[1] || got[8] != afterwards[8] {
			t.Errorf("the accounts hold %v, want %v as before", got, afterwards)
		}
		if got := one.balance(t) + " " + two.balance(t); got != "200.25 151.00" {
			t.Errorf("the customers have %s, want 200.25 151.00 as before", got)
		}
	})
	t.Run("adjustments are recorded, page by page the latest first", func(t *testing.T) {
		var seen []string
		for _, offset := range []int32{0, 3, 6} {
			records, total := o.adjustRecords(t, model.ListPartnerAdjustRecordsRequest{Offset: pointer(offset), Limit: pointer(int32(3))})
			if total != 7 {
				t.Errorf("total_count is %d, want 7", total)
			}
			for _, r := range records {
				seen = append([]string{*r.TransId}, seen...)
			}
		}
		if fmt.Sprint(seen) != fmt.Sprint(ids) {
			t.Errorf("three pages have %v, want %v", seen, ids)
		}
		records, total := o.adjustRecords(t, model.ListPartnerAdjustRecordsRequest{CustomerId: pointer("money-1")})
		if total != 2 {
			t.Fatalf("%d records of money-1, want 2", total)
		}
		wants := []string{
			"money-1 Customer money-1 SOURCE_OPERATION_BERETRIEVE 100.25 CNY 1 " + taken + " true", "money-1 Customer money-1 SOURCE_OPERATION_BEADJUST 300.50 CNY 1 " + given + " true",
		}
		for i, want := range wants {
			if got := adjusted(records[i]); got != want {
				t.Errorf("record %d is %s, want %s", i, got, want)
			}
		}
		for name, c := range map[string]struct {
			q    model.ListPartnerAdjustRecordsRequest
			want int
		}{
			"one transfer":            {model.ListPartnerAdjustRecordsRequest{TransId: &given}, 1},
			"reclaims":                {model.ListPartnerAdjustRecordsRequest{OperationType: pointer("SOURCE_OPERATION_BERETRIEVE")}, 1},
			"since tomorrow":          {model.ListPartnerAdjustRecordsRequest{OperationTimeBegin: pointer(wire(one.now.Add(day)))}, 0},
			"in these days":           {model.ListPartnerAdjustRecordsRequest{OperationTimeBegin: pointer(wire(one.now.Add(-day))), OperationTimeEnd: pointer(wire(one.now.Add(day)))}, 7},
			"somebody else's":         {model.ListPartnerAdjustRecordsRequest{CustomerId: pointer("money-foreign")}, 0},
			"of a customer by nobody": {model.ListPartnerAdjustRecordsRequest{CustomerId: pointer("nobody")}, 0},
		} {
			if records, total := o.adjustRecords(t, c.q); len(records) != c.want || int(total) != c.want {
				t.Errorf("%s: %d records of %d, want %d", name, len(records), total, c.want)
			}
		}
	})
	t.Run("changes are recorded with the balance after each", func(t *testing.T) {
		const debit, credit = "BALANCE_TYPE_DEBIT", "BALANCE_TYPE_CREDIT"
		var seen []string
		for _, offset := range []int32{0, 3, 6} {
			records, total := o.changes(t, model.ListPartnerAccountChangeRecordsRequest{BalanceType: debit, Offset: pointer(offset), Limit: pointer(int32(3))})
			if total != 8 {
				t.Errorf("total_count is %d, want 8", total)
			}
			for _, r := range records {
				seen = append(seen, changed(r))
			}
		}
		wants := []string{
			"SOURCE_OPERATION_BEADJUST " + ids[6] + " 50.00 648.75 2 true money-2 Customer money-2",
			"SOURCE_OPERATION_BEADJUST " + ids[5] + " 40.99 698.75 2 true money-2 Customer money-2",
			"SOURCE_OPERATION_BEADJUST " + ids[4] + " 30.00 739.74 2 true money-2 Customer money-2",
			"SOURCE_OPERATION_BEADJUST " + ids[3] + " 20.01 769.74 2 true money-2 Customer money-2",
			"SOURCE_OPERATION_BEADJUST " + ids[2] + " 10.00 789.75 2 true money-2 Customer money-2",
			"SOURCE_OPERATION_BERETRIEVE " + taken + " 100.25 799.75 1 true money-1 Customer money-1",
			"SOURCE_OPERATION_BEADJUST " + given + " 300.50 699.50 2 true money-1 Customer money-1",
			"SOURCE_OPERAIION_RECHARGE money-r1 1000.00 1000.00 1 true",
		}
		if got, want := strings.Join(seen, "\n"), strings.Join(wants, "\n"); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		records, _ := o.changes(t, model.ListPartnerAccountChangeRecordsRequest{BalanceType: credit})
		if len(records) != 1 || *records[0].TradeDetailType != "SOURCE_OPERAIION_ADJUST_CREDIT" || *records[0].ChangeAmount != "500.00" || *records[0].Type != "1" {
			t.Errorf("the credit account's are %v, want its limit", records)
		}
		if records, total := o.changes(t, model.ListPartnerAccountChangeRecordsRequest{BalanceType: debit, TradeType: pointer("RECHARGE")}); total != 1 || *records[0].TradeId != "money-r1" {
			t.Errorf("the top-ups are %v, want money-r1", records)
		}
		if records, total := o.changes(t, model.ListPartnerAccountChangeRecordsRequest{BalanceType: debit, TradeTimeEnd: pointer("2020-01-01")}); len(records) != 0 || total != 0 {
			t.Errorf("before there was anything: %v", records)
		}
		_, err := o.client.ListPartnerAccountChangeRecords(&model.ListPartnerAccountChangeRecordsRequest{BalanceType: "BALANCE_TYPE_BONUS"})
		sdkRefused(t, err, http.StatusBadRequest, "CBC.0100")
	})
	t.Run("what a customer has goes back when it leaves", func(t *testing.T) {
		asked := o.does(t, o.partner, "POST", "/v2/partners/association-requests", `{"customer_id":"money-2","kind":"DISASSOCIATE","reason":"we part","notice_accepted":true}`)
		o.does(t, two.customer, "POST", "/v2/customers/association-requests/"+asked["request_id"].(string)+"/decide", `{"decision":"AGREE","notice_accepted":true}`)
		o.local(t, "/local/clock", map[string]string{"advance": "PT10M"}, nil)
		records, total := o.adjustRecords(t, model.ListPartnerAdjustRecordsRequest{OperationType: pointer("SOURCE_OPERATION_BEUNBIND")})
		if total != 1 {
			t.Fatalf("%d records of unbinding, want 1", total)
		}
		want := "money-2 Customer money-2 SOURCE_OPERATION_BEUNBIND 151.00 CNY 1 " + *records[0].TransId + " true"
		if got := adjusted(records[0]); got != want {
			t.Errorf("the record is %s, want %s", got, want)
		}
		if got := o.holds(t, ""); got[1] != "799.75 designated 200.00" || two.balance(t) != "0.00" {
			t.Errorf("the accounts hold %v and the customer has %s, want 799.75 and 0.00", got, two.balance(t))
		}
	})
}

func TestADistributorActsForItsResellersMoney(t *testing.T) {
	d := opened(t, running(t), "distributor", "funds", nil)
	r := opened(t, d.cloud, "reseller", "funds-r", map[string]any{"distributor_id": "funds"})
	opened(t, d.cloud, "distributor", "funds-other", nil)
	x := opened(t, d.cloud, "reseller", "funds-x", map[string]any{"distributor_id": "funds-other"})
	below, foreign := r.customer(t, "funds-customer", 2), x.customer(t, "funds-foreign", 2)
	d.topUp(t, "funds-r1", `"amount":1000`)
	down := func(reseller, amount string) (string, error) {
		out, err := d.client.UpdateIndirectPartnerAccount(&model.UpdateIndirectPartnerAccountRequest{
			Body: &model.AdjustToIndirectPartnerReq{IndirectPartnerId: reseller, Amount: yuan(amount)},
		})
		if err != nil {
			return "", err
		}
		return *out.TransferId, nil
	}
	up := func(reseller, amount string) (string, error) {
		out, err := d.client.ReclaimIndirectPartnerAccount(&model.ReclaimIndirectPartnerAccountRequest{
			Body: &model.ReclaimIndirectPartnerAccountReq{IndirectPartnerId: reseller, Amount: yuan(amount)},
		})
		if err != nil {
			return "", err
		}
		return *out.TransId, nil
	}
	expect := func(distributor, reseller, customer string) {
		t.Helper()
		got := fmt.Sprint(d.holds(t, "")[8], " ", d.holds(t, "funds-r")[8], " ", r.holds(t, "")[8], " ", below.balance(t))
		if want := fmt.Sprint(distributor, " ", reseller, " ", reseller, " ", customer); got != want {
			t.Errorf("distributor, reseller, as it sees itself, and customer have %s, want %s", got, want)
		}
	}
	id, err := down("funds-r", "400")
	given := moved(t, id, err)
	id, err = up("funds-r", "49.50")
	back := moved(t, id, err)
	expect("649.50", "350.50", "0.00")
	id, err = d.give("funds-customer", "100", "funds-r")
	gave := moved(t, id, err)
	id, err = d.take("funds-customer", "29.99", "funds-r")
	took := moved(t, id, err)
	expect("649.50", "280.49", "70.01")

	t.Run("the records are those of whose money it was", func(t *testing.T) {
		for reseller, wants := range map[string][]string{
			"": {
				"funds-r Partner funds-r SOURCE_OPERATION_BERETRIEVE 49.50 CNY 1 " + back + " true",
				"funds-r Partner funds-r SOURCE_OPERATION_BEADJUST 400.00 CNY 1 " + given + " true",
			},
			"funds-r": {
				"funds-customer Customer funds-customer SOURCE_OPERATION_BERETRIEVE 29.99 CNY 1 " + took + " true",
				"funds-customer Customer funds-customer SOURCE_OPERATION_BEADJUST 100.00 CNY 1 " + gave + " true",
			},
		} {
			records, _ := d.adjustRecords(t, model.ListPartnerAdjustRecordsRequest{IndirectPartnerId: unlessEmpty(reseller)})
			if len(records) != len(wants) {
				t.Fatalf("%d records of %q, want %d", len(records), reseller, len(wants))
			}
			for i, want := range wants {
				if got := adjusted(records[i]); got != want {
					t.Errorf("%q: record %d is %s, want %s", reseller, i, got, want)
				}
			}
		}
		records, total := d.changes(t, model.ListPartnerAccountChangeRecordsRequest{BalanceType: "BALANCE_TYPE_DEBIT", IndirectPartnerId: pointer("funds-r")})
		if total != 4 || *records[0].BalanceAfterChange != "280.49" || *records[3].ChangeAmount != "400.00" || *records[3].Type != "1" {
			t.Errorf("the reseller's changes are %v, want four from 400.00 to 280.49", records)
		}
		out, err := d.client.ListCustomersBalancesDetail(&model.ListCustomersBalancesDetailRequest{Body: &model.QueryCustomersBalancesReq{
			CustomerInfos: []model.CustomerInfoV2{{CustomerId: "funds-customer"}, {CustomerId: "funds-foreign"}}, IndirectPartnerId: pointer("funds-r"),
		}})
		if err != nil {
			t.Fatal(err)
		}
		if list := *out.CustomerBalances; len(list) != 1 || list[0].CustomerId != "funds-customer" || list[0].Amount.StringFixed(2) != "70.01" {
			t.Errorf("its customers have %v, want funds-customer with 70.01", list)
		}
	})
	t.Run("what is refused moves nothing", func(t *testing.T) {
		_, err := down("funds-r", "649.51")
		sdkRefused(t, err, http.StatusBadRequest, "CBC.99001001")
		_, err = up("funds-r", "280.50")
		sdkRefused(t, err, http.StatusBadRequest, "CBC.99001001")
		_, err = d.give("funds-customer", "280.51", "funds-r") // the distributor has as much
		sdkRefused(t, err, http.StatusBadRequest, "CBC.99001001")
		if !strings.Contains(err.Error(), "funds-r.cash") {
			t.Errorf("%v does not speak of the reseller's account", err)
		}
		_, err = d.give("funds-customer", "1", "") // it is the reseller's customer
		sdkRefused(t, err, http.StatusBadRequest, "CBC.99000047")
		_, err = d.give("funds-foreign", "2", "funds-r")
		sdkRefused(t, err, http.StatusBadRequest, "CBC.99000047")
		d.does(t, d.vendor(t), "PUT", "/v2/vendor/parties/funds-r/standing", `{"standing":"frozen","reason":"conformance"}`)
		for name, err := range map[string]error{"down": second(down("funds-r", "3")), "up": second(up("funds-r", "4")), "give": second(d.give("funds-customer", "5", "funds-r"))} {
			t.Run(name+" to a frozen one", func(t *testing.T) { sdkRefused(t, err, http.StatusBadRequest, "CBC.99003626") })
		}
		d.does(t, d.vendor(t), "PUT", "/v2/vendor/parties/funds-r/standing", `{"standing":"normal","reason":"conformance"}`)
		expect("649.50", "280.49", "70.01")
	})
	t.Run("another distributor's reseller is nobody", func(t *testing.T) {
		const mine, credit = "funds-x", "BALANCE_TYPE_DEBIT"
		for name, err := range map[string]error{
			"appropriate": second(down(mine, "1")), "reclaim": second(up(mine, "1")), "a reseller of none": second(down("nobody", "1")),
			"give": second(d.give("funds-foreign", "1", mine)), "take": second(d.take("funds-foreign", "1", mine)),
			"balances": second(d.client.ListPartnerBalances(&model.ListPartnerBalancesRequest{IndirectPartnerId: pointer(mine)})),
			"records":  second(d.client.ListPartnerAdjustRecords(&model.ListPartnerAdjustRecordsRequest{IndirectPartnerId: pointer(mine)})),
			"changes":  second(d.client.ListPartnerAccountChangeRecords(&model.ListPartnerAccountChangeRecordsRequest{BalanceType: credit, IndirectPartnerId: pointer(mine)})),
			"customers": second(d.client.ListCustomersBalancesDetail(&model.ListCustomersBalancesDetailRequest{Body: &model.QueryCustomersBalancesReq{
				CustomerInfos: []model.CustomerInfoV2{{CustomerId: "funds-foreign"}}, IndirectPartnerId: pointer(mine),
			}})),
			"by a reseller": second(r.client.ListPartnerBalances(&model.ListPartnerBalancesRequest{IndirectPartnerId: pointer("funds-r")})),
		} {
			t.Run(name, func(t *testing.T) { sdkRefused(t, err, http.StatusBadRequest, "CBC.99000037") })
		}
		if got := x.holds(t, "")[8] + " " + foreign.balance(t); got != "0.00 0.00" {
			t.Errorf("the others have %s, want nothing", got)
		}
		_, err := r.client.UpdateIndirectPartnerAccount(&model.UpdateIndirectPartnerAccountRequest{
			Body: &model.AdjustToIndirectPartnerReq{IndirectPartnerId: "funds-r", Amount: yuan("1")},
		})
		sdkRefused(t, err, http.StatusForbidden, "CBC.0155")
	})
}

// second leaves the error of two values.
func second[T any](_ T, err error) error { return err }

func TestACustomerOfTheVendorReadsWhatMovedItsAccount(t *testing.T) {
	o := opened(t, running(t), "partner", "moves", nil)
	o.imports(t, "customers", "moves", customers+"moves-1,Customer moves,V3,1,moves@customer.example,13800000000,en-US,60.00,\n")
	s := scene{cloud: o.cloud, now: clock(t, o.cloud)}
	o.local(t, "/local/keys", map[string]any{"party_id": "moves-1", "roles": []string{"admin"}}, &s.customer)
	s.client = o.sdk(t, s.customer)
	s.product(t, "conformance-moves")
	var orders []string
	for range 4 {
		order := s.buys(t, "conformance-moves")
		if err := s.pay(order); err != nil {
			t.Fatal(err)
		}
		orders = append(orders, order)
	}
	list := func(q model.ListCustomerAccountChangeRecordsRequest) []model.CustomerAccountChangeRecord {
		t.Helper()
		q.BalanceType = "BALANCE_TYPE_DEBIT"
		out, err := s.client.ListCustomerAccountChangeRecords(&q)
		if err != nil {
			t.Fatal(err)
		}
		if *out.Currency != "CNY" || q.Offset != nil && *out.TotalCount != 5 || q.Offset == nil && int(*out.TotalCount) != len(*out.Records) {
			t.Errorf("got %d records in %s", *out.TotalCount, *out.Currency)
		}
		return *out.Records
	}
	var seen []string
	for _, offset := range []int32{0, 2, 4} {
		for _, r := range list(model.ListCustomerAccountChangeRecordsRequest{Offset: pointer(offset), Limit: pointer(int32(2))}) {
			seen = append(seen, fmt.Sprint(*r.TradeDetailType, " ", *r.ChangeAmount, " ", *r.BalanceAfterChange, " ", *r.RevenueExpenseType, " ", *r.AccountName, " ",
				*r.BillCycle == s.now.In(beijing).Format("2006-01"), " ", r.ConsumeTime != nil))
		}
	}
	wants := []string{
		"SOURCE_OPERAIION_DEDEUCT 12.00 12.00 EXPENSE Customer moves true true", "SOURCE_OPERAIION_DEDEUCT 12.00 24.00 EXPENSE Customer moves true true",
		"SOURCE_OPERAIION_DEDEUCT 12.00 36.00 EXPENSE Customer moves true true", "SOURCE_OPERAIION_DEDEUCT 12.00 48.00 EXPENSE Customer moves true true",
		"SOURCE_OPERAIION_RECHARGE 60.00 60.00 REVENUE Customer moves true false",
	}
	if got, want := strings.Join(seen, "\n"), strings.Join(wants, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if r := list(model.ListCustomerAccountChangeRecordsRequest{TradeId: &orders[1], TradeType: pointer("DEDEUCT")}); len(r) != 1 || *r[0].TradeId != orders[1] {
		t.Errorf("of the second order there is %v", r)
	}
	if r := list(model.ListCustomerAccountChangeRecordsRequest{RevenueExpenseType: pointer("REVENUE"), PaymentChannelId: pointer("2")}); len(r) != 1 || *r[0].ChangeAmount != "60.00" {
		t.Errorf("the receipts are %v, want the opening balance", r)
	}
	resale := o.customer(t, "moves-2", 2)
	_, err := resale.client.ListCustomerAccountChangeRecords(&model.ListCustomerAccountChangeRecordsRequest{BalanceType: "BALANCE_TYPE_DEBIT"})
	sdkRefused(t, err, http.StatusBadRequest, "CBC.18000016")
}

// told is what an operation answered of an online payment.
type told struct {
	State string `json:"state"`
}

func TestAnOnlinePaymentReachesTheBalance(t *testing.T) {
	o := opened(t, running(t), "partner", "paying", nil)
	const payments = "/v2/accounts/partner-accounts/payments"
	begin := func(amount string) string {
		t.Helper()
		p := o.does(t, o.partner, "POST", payments, `{"channel":"ALIPAY","amount":`+amount+`}`)
		if p["state"] != "pending" || p["payment_url"] == nil {
			t.Errorf("begun it is %v, want it pending with an address", p)
		}
		return p["payment_id"].(string)
	}
	outcome := func(id, what string) string {
		t.Helper()
		var out told
		o.local(t, "/local/payments/"+id, map[string]string{"outcome": what}, &out)
		return out.State
	}
	const debit = "BALANCE_TYPE_DEBIT"
	id := begin("250.75")
	if got := o.holds(t, "")[8]; got != "0.00" {
		t.Errorf("an intent alone credits %s", got)
	}
	for _, step := range []struct{ what, want string }{{"failed", "failed"}, {"paid", "paid"}, {"paid", "paid"}, {"failed", "paid"}} {
		if got := outcome(id, step.what); got != step.want {
			t.Errorf("told %s it is %s, want %s", step.what, got, step.want)
		}
	}
	records, total := o.changes(t, model.ListPartnerAccountChangeRecordsRequest{BalanceType: debit, TradeType: pointer("RECHARGE")})
	if got, want := changed(records[0]), "SOURCE_OPERAIION_RECHARGE ALIPAY:sandbox-"+id+" 250.75 250.75 1 true"; total != 1 || got != want {
		t.Errorf("%d records, the last %s, want %s alone", total, got, want)
	}
	if got := o.holds(t, "")[8]; got != "250.75" {
		t.Errorf("paid it is appropriable %s, want 250.75", got)
	}
	if p := o.does(t, o.partner, "GET", payments+"/"+id, ""); p["state"] != "paid" || p["transfer_id"] == nil || p["amount"] != 250.75 {
		t.Errorf("it is shown as %v, want it paid with its transfer", p)
	}

	unpaid := begin("100")
	if got := outcome(unpaid, "failed"); got != "failed" {
		t.Errorf("told that it failed it is %s", got)
	}
	if got := o.holds(t, "")[8]; got != "250.75" {
		t.Errorf("a payment that failed leaves %s, want 250.75", got)
	}
	refusedLocally := func(id, body string, status int, code string) {
		t.Helper()
		answer, err := http.Post(o.API+"/local/payments/"+id, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		var refusal struct {
			Code string `json:"error_code"`
		}
		if decode(t, answer, status, &refusal); refusal.Code != code {
			t.Errorf("%s %s answers %s, want %s", id, body, refusal.Code, code)
		}
	}
	refusedLocally("nobody", `{"outcome":"paid"}`, http.StatusNotFound, "CBC.0404")
	refusedLocally(id, `{"outcome":"time_over"}`, http.StatusBadRequest, "CBC.0100")
	forged, err := http.NewRequest(http.MethodPost, o.API+"/v2/payments/notices", strings.NewReader(
		`{"reference":"`+unpaid+`.paying","event":"paid","channel":"ALIPAY","number":"n1","amount":100}`))
	if err != nil {
		t.Fatal(err)
	}
	forged.Header.Set("Content-Type", "application/json")
	forged.Header.Set("X-Payment-Timestamp", fmt.Sprint(clock(t, o.cloud).Unix()))
	forged.Header.Set("X-Payment-Signature", strings.Repeat("0", 64))
	refused(t, send(t, forged), http.StatusForbidden, "CBC.0151")
}

func TestEachAccountSaysWhyItIsThatMuch(t *testing.T) {
	o := opened(t, running(t), "partner", "why", nil)
	s := o.customer(t, "why-1", 2)
	o.topUp(t, "why-r1", `"amount":1000,"designated_amount":200`)
	o.does(t, o.vendor(t), "PUT", "/v2/vendor/partners/why/credit", `{"credit_amount":500}`)
	if _, err := o.give("why-1", "300", ""); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		by                                   principal
		id                                   string
		kind, amount, earmarked, limit, free float64
		purpose, filled, drained, why        string
	}{
		{
			o.partner, "why.cash", 1, 700, 200, 0, 500, "top-up account", "bank remittances", "appropriations to resale customers",
			"500.00 yuan can be appropriated: the balance of 700.00 yuan less 200.00 yuan that are earmarked.",
		},
		{o.partner, "why.appropriable", 8, 500, 200, 0, 500, "may be handed on", "top-up account", "top-up account", "500.00 yuan can be appropriated"},
		{o.partner, "why.credit", 2, 500, 0, 500, 0, "credit account", "a higher limit", "a lower limit", "Nothing: only cash is appropriated."},
		{
			s.customer, "why-1.cash", 1, 300, 0, 0, 0, "trades with its partner", "appropriations by the partner", "orders and renewals",
			"The partner can take back 300.00 yuan: the balance of 300.00 yuan less 0.00 yuan that are the customer's own.",
		},
	} {
		t.Run(c.id, func(t *testing.T) {
			out := o.does(t, c.by, "GET", "/v2/accounts/"+c.id+"/explain", "")
			got := fmt.Sprint(out["account_id"], out["account_type"], out["amount"], out["designated_amount"], out["credit_amount"], out["appropriable_amount"], out["currency"])
			if want := fmt.Sprint(c.id, c.kind, c.amount, c.earmarked, c.limit, c.free, "CNY"); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			for field, want := range map[string]string{"purpose": c.purpose, "filled_by": c.filled, "drained_by": c.drained, "appropriable": c.why} {
				if text := fmt.Sprint(out[field]); !strings.Contains(text, want) {
					t.Errorf("%s is %q, want it to say %q", field, text, want)
				}
			}
		})
	}
	refused(t, o.as(t, o.partner, "GET", "/v2/accounts/why-1.cash/explain", "", ""), http.StatusBadRequest, "CBC.99000047")
	refused(t, o.as(t, s.customer, "GET", "/v2/accounts/why.cash/explain", "", ""), http.StatusBadRequest, "CBC.99000047")
}
