package notices

import (
	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
)

// words are all that digests of accounts say in one language.
type words struct {
	dear    func(name string) string
	title   string
	note    string
	columns [3]string // account, balance, threshold
	kinds   map[account.Kind]string
	subject func(account.Account) string
	yuan    func(money.Fen) string
}

func wordsOf(locale notify.Locale) words {
	if locale == notify.English {
		return english()
	}
	return chinese()
}

func english() words {
	yuan := func(f money.Fen) string { return "CNY " + f.String() }
	return words{
		dear:    func(name string) string { return "Dear " + name + "," },
		title:   "Balances below their thresholds",
		note:    "Top up in time: appropriations and payments for customers are taken from these accounts.",
		columns: [3]string{"Account", "Balance", "Threshold"},
		kinds:   map[account.Kind]string{account.Cash: "Top-up account", account.CreditLine: "Credit account"},
		subject: func(a account.Account) string { return "Your balance is down to " + yuan(a.Balance) },
		yuan:    yuan,
	}
}

func chinese() words {
	yuan := func(f money.Fen) string { return "¥" + f.String() }
	return words{
		dear:    func(name string) string { return "尊敬的" + name + "：" },
		title:   "余额预警",
		note:    "请及时充值：向客户拨款及伙伴支付均从这些账户中扣除。",
		columns: [3]string{"账户", "当前余额", "预警阈值"},
		kinds:   map[account.Kind]string{account.Cash: "充值账户", account.CreditLine: "信用账户"},
		subject: func(a account.Account) string { return "您的账户余额已降至" + yuan(a.Balance) },
		yuan:    yuan,
	}
}
