package account

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
)

func TestEveryStepInEveryStateOfAWithdrawal(t *testing.T) {
	states := []WithdrawalState{Submitted, Reviewing, Paying, Done, Rejected, Deleted}
	want := map[WithdrawalStep]string{ // what each of the states becomes; a dash is a refusal
		StepReview:  "reviewing - - - - -",
		StepApprove: "- paying - - - -",
		StepReject:  "rejected rejected - - - -",
		StepPaid:    "- - done - - -",
		StepFail:    "- - rejected - - -",
		StepExpire:  "rejected rejected - - - -",
		StepDelete:  "- - - - deleted -",
	}
	for step, line := range want {
		for i, becomes := range strings.Fields(line) {
			next, err := withdrawalAfter(states[i], step)
			if becomes == "-" && (!errors.Is(err, ErrWithdrawalState) || next != states[i]) || becomes != "-" && (err != nil || string(next) != becomes) {
				t.Errorf("%s after %s is %s, %v; want %s", states[i], step, next, err, becomes)
			}
		}
	}
}

func TestRoutesFollowTheChannelItsWindowAndTheEntity(t *testing.T) {
	came := time.Date(2026, 11, 30, 4, 0, 0, 0, time.UTC)
	day := func(year int, month time.Month, d int) calendar.Date {
		return calendar.Date{Year: year, Month: month, Day: d}
	}
	for _, c := range []struct {
		reference string
		entity    Entity
		today     calendar.Date
		want      Route
	}{
		{"ALIPAY:1", HuaweiCloud, day(2027, 2, 28), ByChannel}, // three months after 30 November
		{"ALIPAY:1", HuaweiCloud, day(2027, 3, 1), ByCard},
		{"WECHAT:1", HuaweiCloud, day(2026, 12, 1), ByCard},
		{"UNIONPAY:1", HuaweiCloud, day(2026, 12, 1), ByCard},
		{"ALIPAY:1", OtherEntity, day(2027, 10, 30), ByChannel},
		{"ALIPAY:1", OtherEntity, day(2027, 10, 31), ByCard},
		{"WECHAT:1", OtherEntity, day(2027, 10, 30), ByChannel},
		{"WECHAT:1", OtherEntity, day(2027, 10, 31), ByCard},
		{"UNIONPAY:1", OtherEntity, day(2027, 2, 28), ByChannel},
		{"UNIONPAY:1", OtherEntity, day(2027, 3, 1), ByCard},
		{"PETALPAY:1", OtherEntity, day(2026, 12, 1), ByCard},
		{"ICBC-1", HuaweiCloud, day(2036, 1, 1), ByTransfer},
		{"ICBC-1", OtherEntity, day(2036, 1, 1), ByTransfer},
	} {
		if got := routeOf(Transfer{Reason: TopUp, Reference: c.reference, At: came}, c.entity, c.today); got != c.want {
			t.Errorf("%s on %s by %s goes back by %s, want %s", c.reference, c.today, c.entity, got, c.want)
		}
	}
	if got := routeOf(Transfer{Reason: Opening, Reference: "x", At: came}, HuaweiCloud, day(2026, 12, 1)); got != ByCard {
		t.Errorf("an opening balance goes back by %s", got)
	}
}

func TestTheBankAccountFailsAllThatItFailsAtOnce(t *testing.T) {
	good := BankCard{
		AccountName: "acme(北京)", AccountNo: "6222020000000000", BankName: "ICBC", Branch: "Xidan", AccountType: "CORPORATE", Currency: "CNY",
	}
	if err := refuseCard(checkCard(good, "Acme（北京）")); err != nil {
		t.Errorf("a good one is refused: %v", err)
	}
	err := refuseCard(checkCard(BankCard{AccountType: "CREDIT", Currency: "USD", AccountNo: "6222 0200"}, "Acme"))
	if !errors.Is(err, ErrBankCard) {
		t.Fatalf("got %v", err)
	}
	for _, item := range []string{"account_name", "account_no", "bank_name", "branch", "account_type", "currency"} {
		if !strings.Contains(err.Error(), item+":") {
			t.Errorf("%q is not in %v", item, err)
		}
	}
	for item, spoil := range map[string]func(*BankCard){
		"account_name": func(c *BankCard) { c.AccountName = "Acme Shanghai" },
		"account_no":   func(c *BankCard) { c.AccountNo = "６２２２０２００" },
		"bank_name":    func(c *BankCard) { c.BankName = " " },
		"branch":       func(c *BankCard) { c.Branch = "" },
		"account_type": func(c *BankCard) { c.AccountType = "CREDIT" },
		"currency":     func(c *BankCard) { c.Currency = "HKD" },
	} {
		bad := good
		spoil(&bad)
		for _, i := range checkCard(bad, "Acme（北京）") {
			if i.Passed == (i.Item == item) {
				t.Errorf("with a bad %s, %s passed: %t", item, i.Item, i.Passed)
			}
		}
	}
}

func TestAnAmountIsDividedExactlyInOrderAndWithinEachTopUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sources []source
		var all money.Fen
		for _, left := range rapid.SliceOfN(rapid.Int64Range(0, 50), 0, 15).Draw(t, "left") {
			sources = append(sources, source{Transfer: Transfer{ID: string(rune('a' + len(sources)))}, Left: money.Fen(left)})
			all += money.Fen(left)
		}
		amount := money.Fen(rapid.Int64Range(1, 400).Draw(t, "amount"))
		parts, err := divide(amount, sources, HuaweiCloud, calendar.Date{Year: 2026, Month: 12, Day: 1})
		if (err == nil) != (amount <= all) {
			t.Fatalf("%d of %d gave %v", amount, all, err)
		}
		var sum money.Fen
		at := 0
		for n, p := range parts {
			for sources[at].Transfer.ID != p.Transfer {
				if sources[at].Left != 0 {
					t.Fatalf("%s was left out of %+v", sources[at].Transfer.ID, parts)
				}
				at++
			}
			if p.Amount <= 0 || p.Amount > sources[at].Left || n < len(parts)-1 && p.Amount != sources[at].Left {
				t.Fatalf("%+v of %+v", p, sources[at])
			}
			sum += p.Amount
			at++
		}
		if err == nil && sum != amount {
			t.Fatalf("%+v sum to %d, want %d", parts, sum, amount)
		}
	})
}

func TestWithdrawableIsFreeCashLessWhatIsOwed(t *testing.T) {
	for _, c := range []struct{ balance, designated, owed, want money.Fen }{
		{100, 0, 0, 100}, {100, 30, 0, 70}, {100, 30, 70, 0}, {100, 0, 40, 60}, {100, 0, 101, 0}, {0, 0, 0, 0},
	} {
		if got := withdrawable(Account{Balance: c.balance, Designated: c.designated}, c.owed); got != c.want {
			t.Errorf("%+v gives %d", c, got)
		}
	}
}
