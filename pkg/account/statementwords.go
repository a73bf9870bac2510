package account

import (
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify"
)

// statementWords are what a printed statement says in one language.
type statementWords struct {
	title, issuer, note, pageOf                  string
	partner, id, period, made, currency, yuan    string
	account, opening, in, out, closing, nothing  string
	number, at, trade, reference, other, balance string
	bank, vendor, held                           string // who is on the other side
	accounts                                     map[Kind]string
	reasons                                      map[Reason]string
}

func wordsOf(l notify.Locale) *statementWords {
	if l == notify.English {
		return &englishStatement
	}
	return &chineseStatement
}

// party says who is on the other side of an entry.
func (w *statementWords) party(t *Transfer, own auth.PartyID, other ID) string {
	holder, kind := holderOf(other)
	switch {
	case other == VendorBank:
		return w.bank
	case vendors(other):
		return w.vendor
	case holder == string(own) && kind == OnHold:
		return w.held
	case holder == string(t.Below) && t.BelowName != "":
		return t.BelowName + " (" + holder + ")"
	default:
		return holder
	}
}

var englishStatement = statementWords{
	title: "Account statement", issuer: "Partner Center",
	note:    "All times are Beijing time (UTC+8). Amounts are in CNY yuan. Made from the entries of the accounts.",
	pageOf:  "Page {page} of {pages}",
	partner: "Partner", id: "Partner ID", period: "Period", made: "Made at", currency: "Currency", yuan: "CNY, yuan",
	account: "Account", opening: "Opening balance", in: "In", out: "Out", closing: "Closing balance",
	nothing: "Nothing moved this account in the month.",
	number:  "No.", at: "Time", trade: "Trade", reference: "Reference", other: "Other side", balance: "Balance",
	bank: "Bank", vendor: "Cloud vendor", held: "Withdrawal in progress",
	accounts: map[Kind]string{
		Cash: "Top-up account", CreditLine: "Credit account (unused limit)", Reward: "Reward account", Deposit: "Deposit account",
	},
	reasons: map[Reason]string{
		Opening: "Opening balance taken over", TopUp: "Top-up", Renewal: "Renewal", AutoRenewal: "Auto-renewal", Purchase: "Purchase",
		SpecChange: "Specification change", Refund: "Refund", Appropriation: "Appropriation", Reclaim: "Reclaim",
		Unbinding:   "Reclaim at the association's end",
		LimitChange: "Credit limit change", Rebate: "Top-up (incentive rebate)", WithdrawalHold: "Withdrawal, held", WithdrawalVoid: "Withdrawal, given back", Withdrawal: "Withdrawal",
	},
}

var chineseStatement = statementWords{
	title: "账户对账单", issuer: "伙伴中心 Partner Center",
	note:    "所有时间均为北京时间（UTC+8），金额单位为人民币元。本对账单根据账户流水生成。",
	pageOf:  "第 {page} 页，共 {pages} 页",
	partner: "伙伴名称", id: "伙伴ID", period: "账期", made: "生成时间", currency: "币种", yuan: "人民币（元）",
	account: "账户", opening: "期初余额", in: "收入", out: "支出", closing: "期末余额", nothing: "本账期内该账户无收支记录。",
	number: "序号", at: "交易时间", trade: "交易类型", reference: "交易编号", other: "对方", balance: "余额",
	bank: "银行", vendor: "云厂商", held: "提现处理中",
	accounts: map[Kind]string{Cash: "充值账户", CreditLine: "信用账户（剩余额度）", Reward: "奖励金账户", Deposit: "保证金账户"},
	reasons: map[Reason]string{
		Opening: "期初余额导入", TopUp: "充值", Renewal: "续费", AutoRenewal: "自动续费", Purchase: "新购", SpecChange: "变更规格", Refund: "退款",
		Appropriation: "拨款", Reclaim: "回收", Unbinding: "解除关联回收", LimitChange: "信用额度调整", Rebate: "充值(激励返点)",
		WithdrawalHold: "提现冻结", WithdrawalVoid: "提现退回", Withdrawal: "提现",
	},
}
