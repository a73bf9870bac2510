package conformance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2/model"
	"github.com/shopspring/decimal"
)

// topUp books a remittance of a partner.
func (c cloud) topUp(t *testing.T, partner, number string, amount int) {
	t.Helper()
	c.does(t, c.vendor(t), "POST", "/v2/vendor/partners/"+partner+"/top-ups", fmt.Sprintf(`{"remittance_no":%q,"amount":%d}`, number, amount))
}

// joins makes a customer of a partner's with a key of its own.
func (o office) joins(t *testing.T, name string) scene {
	t.Helper()
	id := o.create(t, name)
	s := scene{cloud: o.cloud}
	o.local(t, "/local/keys", map[string]any{"party_id": id, "roles": []string{"admin"}}, &s.customer)
	s.client = o.sdk(t, s.customer)
	return s
}

func yuan(text string) *decimal.Decimal {
	d := decimal.RequireFromString(text)
	return &d
}

// gives appropriates to a customer.
func (o office) gives(to, amount string, reseller *string) (string, error) {
	out, err := o.client.UpdateCustomerAccountAmount(&model.UpdateCustomerAccountAmountRequest{
		Body: &model.AdjustAccountReq{CustomerId: to, Amount: yuan(amount), IndirectPartnerId: reseller},
	})
	if err != nil {
		return "", err
	}
	return *out.TransferId, nil
}

// holdings says what a partner's accounts hold, by their types.
func (o office) holdings(t *testing.T, reseller *string) map[int32]float64 {
	t.Helper()
	out, err := o.client.ListPartnerBalances(&model.ListPartnerBalancesRequest{IndirectPartnerId: reseller})
	if err != nil {
		t.Fatal(err)
	}
	held := map[int32]float64{}
	for _, a := range *out.AccountBalances {
		if a.Currency != "CNY" || a.MeasureId != 1 || a.AccountId == "" {
			t.Errorf("the account is %v", a)
		}
		held[a.AccountType] = a.Amount
	}
	return held
}

func TestAPartnerAppropriatesAndReclaimsAndTheRecordsAddUp(t *testing.T) {
	c := running(t)
	o := opened(t, c, "partner", "money", nil)
	s := o.joins(t, "money-customer")
	id := s.customer.PartyID
	o.topUp(t, "money", "money-1", 100)
	o.does(t, c.vendor(t), "PUT", "/v2/vendor/partners/money/credit", `{"credit_amount":500}`)
	given, err := o.gives(id, "60.5", nil)
	if err != nil {
		t.Fatal(err)
	}
	taken, err := o.client.ReclaimToPartnerAccount(&model.ReclaimToPartnerAccountRequest{
		Body: &model.ReclaimToPartnerAccountBalancesReq{CustomerId: id, Amount: yuan("20.25")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if held := o.holdings(t, nil); held[1] != 59.75 || held[2] != 500 || held[8] != 59.75 || s.balance(t) != "40.25" {
		t.Errorf("the partner has %v and the customer %s", held, s.balance(t))
	}

	records, err := o.client.ListPartnerAdjustRecords(&model.ListPartnerAdjustRecordsRequest{CustomerId: &id})
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, r := range *records.Records {
		said += strings.Join([]string{*r.OperationType, *r.Amount, *r.CustomerId, *r.TransId, *r.Currency}, " ") + "\n"
	}
	want := fmt.Sprintf("SOURCE_OPERATION_BERETRIEVE 20.25 %[1]s %[2]s CNY\nSOURCE_OPERATION_BEADJUST 60.50 %[1]s %[3]s CNY\n", id, *taken.TransId, given)
	if said != want || *records.TotalCount != 2 {
		t.Errorf("the records are\n%swant\n%s", said, want)
	}
	one, err := o.client.ListPartnerAdjustRecords(&model.ListPartnerAdjustRecordsRequest{TransId: &given})
	if err != nil || *one.TotalCount != 1 {
		t.Errorf("of %s there are %v (%v)", given, one, err)
	}

	said = ""
	for page := range int32(3) { // one record a page
		changes, err := o.client.ListPartnerAccountChangeRecords(&model.ListPartnerAccountChangeRecordsRequest{
			BalanceType: "BALANCE_TYPE_DEBIT", Limit: pointer(int32(1)), Offset: &page,
		})
		if err != nil || *changes.TotalCount != 3 || len(*changes.Records) != 1 {
			t.Fatalf("page %d: %v %v", page, changes, err)
		}
		r := (*changes.Records)[0]
		said += strings.Join([]string{*r.Type, *r.ChangeAmount, *r.BalanceAfterChange, *r.TradeDetailType}, " ") + "\n"
	}
	want = "1 20.25 59.75 SOURCE_OPERATION_BERETRIEVE\n2 60.50 39.50 SOURCE_OPERATION_BEADJUST\n1 100.00 100.00 SOURCE_OPERAIION_RECHARGE\n"
	if said != want {
		t.Errorf("the changes are\n%swant\n%s", said, want)
	}

	detail, err := o.client.ListCustomersBalancesDetail(&model.ListCustomersBalancesDetailRequest{
		Body: &model.QueryCustomersBalancesReq{CustomerInfos: []model.CustomerInfoV2{{CustomerId: id}, {CustomerId: "nobody"}}},
	})
	if err != nil || len(*detail.CustomerBalances) != 1 || (*detail.CustomerBalances)[0].Amount.String() != "40.25" {
		t.Errorf("the customers' balances are %v (%v)", detail, err)
	}
	_, err = s.client.ListCustomerAccountChangeRecords(&model.ListCustomerAccountChangeRecordsRequest{BalanceType: "BALANCE_TYPE_DEBIT"})
	sdkRefused(t, err, 400, "CBC.18000016") // not for resale customers

	for amount, code := range map[string]string{"59.76": "CBC.99001001", "0": "CBC.0100", "-1": "CBC.0100", "1.001": "CBC.0100"} {
		if _, err := o.gives(id, amount, nil); err == nil {
			t.Errorf("%s yuan could be given", amount)
		} else {
			sdkRefused(t, err, 400, code)
		}
	}
	_, err = o.gives("nobody", "1", nil)
	sdkRefused(t, err, 400, "CBC.99000047")
	_, err = o.gives(id, "1", pointer("tier2"))
	sdkRefused(t, err, 400, "CBC.99000037")
	if held := o.holdings(t, nil); held[1] != 59.75 || s.balance(t) != "40.25" {
		t.Errorf("refused calls left the partner %v and the customer %s", held, s.balance(t))
	}
}

func TestADistributorMovesMoneyToItsResellersAndTheirCustomers(t *testing.T) {
	c := running(t)
	d := opened(t, c, "distributor", "gold", nil)
	r := opened(t, c, "reseller", "silver", map[string]any{"distributor_id": "gold"})
	opened(t, c, "distributor", "other-gold", nil)
	opened(t, c, "reseller", "other-silver", map[string]any{"distributor_id": "other-gold"})
	d.topUp(t, "gold", "gold-1", 100)
	reseller := "silver"
	if _, err := d.client.UpdateIndirectPartnerAccount(&model.UpdateIndirectPartnerAccountRequest{
		Body: &model.AdjustToIndirectPartnerReq{IndirectPartnerId: reseller, Amount: yuan("70")},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.client.ReclaimIndirectPartnerAccount(&model.ReclaimIndirectPartnerAccountRequest{
		Body: &model.ReclaimIndirectPartnerAccountReq{IndirectPartnerId: reseller, Amount: yuan("20")},
	}); err != nil {
		t.Fatal(err)
	}
	s := r.joins(t, "silver-customer")
	if _, err := d.gives(s.customer.PartyID, "30", &reseller); err != nil { // out of the reseller's account
		t.Fatal(err)
	}
	if own, theirs := d.holdings(t, nil), d.holdings(t, &reseller); own[1] != 50 || theirs[1] != 20 || s.balance(t) != "30.00" {
		t.Errorf("the distributor has %v, its reseller %v, the customer %s", own, theirs, s.balance(t))
	}
	_, err := d.gives(s.customer.PartyID, "20.01", &reseller)
	sdkRefused(t, err, 400, "CBC.99001001")
	_, err = d.client.ReclaimIndirectPartnerAccount(&model.ReclaimIndirectPartnerAccountRequest{
		Body: &model.ReclaimIndirectPartnerAccountReq{IndirectPartnerId: reseller, Amount: yuan("20.01")},
	})
	sdkRefused(t, err, 400, "CBC.99001001")
	for _, foreign := range []string{"other-silver", "nobody"} {
		_, err := d.client.UpdateIndirectPartnerAccount(&model.UpdateIndirectPartnerAccountRequest{
			Body: &model.AdjustToIndirectPartnerReq{IndirectPartnerId: foreign, Amount: yuan("1")},
		})
		sdkRefused(t, err, 400, "CBC.99000037")
		_, err = d.client.ListPartnerBalances(&model.ListPartnerBalancesRequest{IndirectPartnerId: &foreign})
		sdkRefused(t, err, 400, "CBC.99000037")
	}
	records, err := d.client.ListPartnerAdjustRecords(&model.ListPartnerAdjustRecordsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, one := range *records.Records {
		said += *one.OperationType + " " + *one.Amount + " " + *one.CustomerId + "; "
	}
	if want := "SOURCE_OPERATION_BERETRIEVE 20.00 silver; SOURCE_OPERATION_BEADJUST 70.00 silver; "; said != want {
		t.Errorf("the distributor's records are %s, want %s", said, want)
	}
}

func TestAnAdvisoryCustomerSeesItsChangesAndIsNeverAdjusted(t *testing.T) {
	s := set(t, "advised", 0, "25.00")
	partner := opened(t, s.cloud, "partner", "adviser", nil)
	s.local(t, "/local/parties", map[string]any{
		"kind": "customer", "party_id": "advised-2", "name": "Advised", "partner_id": "adviser", "association_type": 1,
	}, nil)
	partner.topUp(t, "adviser", "adviser-1", 10)
	_, err := partner.gives("advised-2", "1", nil)
	sdkRefused(t, err, 400, "CBC.99001002")
	var key principal
	s.local(t, "/local/keys", map[string]any{"party_id": "advised-2", "roles": []string{"admin"}}, &key)
	out, err := s.sdk(t, key).ListCustomerAccountChangeRecords(&model.ListCustomerAccountChangeRecordsRequest{BalanceType: "BALANCE_TYPE_DEBIT"})
	if err != nil || *out.TotalCount != 0 || out.Records == nil {
		t.Errorf("its changes are %v (%v)", out, err)
	}
}

func TestAnAccountSaysWhyItIsSoMuch(t *testing.T) {
	c := running(t)
	o := opened(t, c, "partner", "why", nil)
	o.topUp(t, "why", "why-1", 100)
	s := o.joins(t, "why-customer")
	if _, err := o.gives(s.customer.PartyID, "40", nil); err != nil {
		t.Fatal(err)
	}
	for _, who := range []struct {
		by      principal
		account string
		amount  string
		says    string
	}{{o.partner, "why.cash", "60", "60.00 yuan can be appropriated"}, {s.customer, s.customer.PartyID + ".cash", "40", "appropriations"}} {
		got := c.does(t, who.by, "GET", "/v2/accounts/"+who.account+"/explain", "")
		if fmt.Sprint(got["amount"]) != who.amount || !strings.Contains(fmt.Sprint(got), who.says) || len(got["filled_by"].([]any)) == 0 || len(got["drained_by"].([]any)) == 0 {
			t.Errorf("%s says %v", who.account, got)
		}
	}
	refused(t, c.as(t, s.customer, "GET", "/v2/accounts/why.cash/explain", "", ""), 400, "CBC.99000047")
}

func TestAnOnlinePaymentIsCreditedWhenItsProviderSaysSo(t *testing.T) {
	c := running(t)
	o := opened(t, c, "partner", "online", nil)
	begun := o.does(t, o.partner, "POST", "/v2/accounts/partner-accounts/payments", `{"channel":"ALIPAY","amount":88.8}`)
	notice := map[string]any{
		"partner_id": "online", "payment_id": begun["payment_id"], "event": "paid", "channel": "ALIPAY", "number": "alipay-1", "amount": 88.8,
	}
	for range 2 { // providers tell twice
		var told struct {
			State string `json:"state"`
		}
		c.local(t, "/local/notices", notice, &told)
		if told.State != "paid" {
			t.Errorf("told, it is %s", told.State)
		}
	}
	if held := o.holdings(t, nil); held[1] != 88.8 {
		t.Errorf("the partner has %v, want 88.80 once", held)
	}
	changes, err := o.client.ListPartnerAccountChangeRecords(&model.ListPartnerAccountChangeRecordsRequest{BalanceType: "BALANCE_TYPE_DEBIT", TradeType: pointer("RECHARGE")})
	if err != nil || *changes.TotalCount != 1 || *(*changes.Records)[0].BalanceAfterChange != "88.80" || *(*changes.Records)[0].TradeId != "ALIPAY:alipay-1" {
		t.Errorf("the change is %v (%v)", changes, err)
	}
	answer := o.as(t, o.partner, "POST", "/v2/accounts/partner-accounts/payments", `{"channel":"WECHAT","amount":9999999}`, "")
	if said := text(t, answer); answer.StatusCode != 400 || !strings.Contains(said, "transfer from your bank") {
		t.Errorf("more than the channel takes: %s %s, want the other ways named", answer.Status, said)
	}
}
