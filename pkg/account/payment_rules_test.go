package account

import (
	"errors"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/money"
)

func TestEveryEventInEveryStateOfAPayment(t *testing.T) {
	states := []PaymentState{PaymentPending, PaymentPaid, PaymentFailed, PaymentExpired}
	want := map[PaymentEvent]string{ // what each of the states becomes; a dash is no change
		ProviderPaid:   "paid - paid paid",
		ProviderFailed: "failed - - -",
		TimeOver:       "expired - - -",
	}
	for e, line := range want {
		for i, becomes := range strings.Fields(line) {
			next, changes := paymentAfter(states[i], e)
			if becomes == "-" && (changes || next != states[i]) || becomes != "-" && (!changes || string(next) != becomes) {
				t.Errorf("%s after %s is %s, %t; want %s", states[i], e, next, changes, becomes)
			}
		}
	}
}

func TestAChannelThatTakesLessNamesTheOtherWays(t *testing.T) {
	for _, c := range []struct {
		channel string
		amount  money.Fen
		says    string
		not     string
	}{
		{"WECHAT", 50_000_00, "", ""},
		{"WECHAT", 50_000_01, "WeChat Pay takes at most 50000.00 yuan at once, and 50000.01 are asked for: use another bank card", "PETALPAY"},
		{"WECHAT", 50_000_01, "pay by Alipay (ALIPAY), UnionPay (UNIONPAY), a transfer from your bank", "WECHAT"},
		{"ALIPAY", 200_000_01, "pay by UnionPay (UNIONPAY), a transfer from your bank", "WeChat"},
		{"UNIONPAY", 500_000_00, "", ""},
		{"UNIONPAY", 500_000_01, "or pay by a transfer from your bank to your remittance account", "ALIPAY"},
		{"wechat", 1, "none of ALIPAY, WECHAT, UNIONPAY, PETALPAY", "most"},
	} {
		found, err := channelFor(c.channel, c.amount)
		if c.says == "" {
			if err != nil || found.ID != c.channel {
				t.Errorf("%s yuan by %s: %v", c.amount, c.channel, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), c.not) {
			t.Errorf("%s yuan by %s: %v, want it to say %q and not %q", c.amount, c.channel, err, c.says, c.not)
		}
		if limited := c.channel != "wechat"; limited != errors.Is(err, ErrChannelLimit) {
			t.Errorf("%s yuan by %s: %v", c.amount, c.channel, err)
		}
	}
}

func TestAReferenceNamesAPaymentAndItsPartner(t *testing.T) {
	p := Payment{ID: "01JDZ0000000000000000000AB", Partner: "a.partner-1"}
	if id, partner, ok := referred(p.Reference()); !ok || id != p.ID || partner != p.Partner {
		t.Errorf("%q is %q of %q, %t", p.Reference(), id, partner, ok)
	}
	for _, bad := range []string{"", "x", p.ID, p.ID + ".", p.ID + "x" + "partner", p.ID + ".a#b", p.ID + ".a/b", "01JDZ0000000000000000000A#.partner"} {
		if id, partner, ok := referred(bad); ok {
			t.Errorf("%q is %q of %q", bad, id, partner)
		}
	}
}

func TestATopUpTellsHowItWasPaid(t *testing.T) {
	for _, c := range []struct {
		t               Transfer
		channel, number string
	}{
		{Transfer{Reason: TopUp, Reference: "ALIPAY:2026-1"}, "ALIPAY", "2026-1"},
		{Transfer{Reason: TopUp, Reference: "ICBC:2026-1"}, paymentTransfer, "ICBC:2026-1"},
		{Transfer{Reason: Refund, Reference: "ALIPAY:2026-1"}, "", ""},
	} {
		if channel, number := channelOf(&c.t); channel != c.channel || number != c.number {
			t.Errorf("%+v is %q %q, want %q %q", c.t, channel, number, c.channel, c.number)
		}
	}
}
