package incentiveletter

import (
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/incentive"
)

// words are what the letters say in one language.
type words struct {
	locale notify.Locale

	details                                                                 string // title of the table
	statement, performance, amount, confirmBy, request, method, reason      string // names of columns
	redeemBy, company                                                       string
	toConfirm                                                               func(month string) string
	confirmIntro                                                            string
	became, means                                                           map[incentive.RequestState]string
	methods                                                                 map[incentive.Method]string
	expires, expiresIntro, refused, refusedIntro, certified, certifiedIntro string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return english
	}
	return chinese
}

var english = words{
	locale: notify.English, details: "Details",
	statement: "Statement", performance: "Performance (yuan)", amount: "Amount (yuan)", confirmBy: "Confirm by", request: "Payment request", method: "Method",
	reason: "Reason", redeemBy: "Redeem by", company: "Company",
	toConfirm:    func(month string) string { return "Your incentive statement of " + month + " is ready" },
	confirmIntro: "Please confirm it, or ask about what you miss. What is not asked about counts as confirmed when its last day is over.",
	became: map[incentive.RequestState]string{
		incentive.Completed: "Your incentive is paid", incentive.Failed: "Your payment request could not be carried out",
		incentive.PayFailed: "The bank has returned the payment of your incentive",
	},
	means: map[incentive.RequestState]string{
		incentive.Completed: "Your payment request is completed.",
		incentive.Failed:    "Nothing was given. Please contact support, and try it again once the cause is gone.",
		incentive.PayFailed: "Please correct your business information, have it certified, and try the payment request again.",
	},
	methods: map[incentive.Method]string{
		incentive.BankTransfer: "Bank transfer", incentive.TopUpAccount: "To the top-up account", incentive.VoucherQuota: "Voucher quota",
		incentive.OwedInvoice: "To the cloud account, invoice owed",
	},
	expires:      "Incentives that you have not redeemed are about to expire",
	expiresIntro: "You left your plan. What you do not apply for until the day below is void and can't be recovered.",
	refused:      "Your business information was not certified", refusedIntro: "Please correct it and submit it again. Nothing is settled without it.",
	certified: "Your business information is certified", certifiedIntro: "You can apply for your incentives.",
}

var chinese = words{
	locale: notify.Chinese, details: "详情",
	statement: "对账单", performance: "业绩（元）", amount: "金额（元）", confirmBy: "确认截止日期", request: "申付单", method: "发放方式", reason: "原因",
	redeemBy: "申请截止日期", company: "公司名称",
	toConfirm:    func(month string) string { return month + " 激励对账单待确认" },
	confirmIntro: "请确认对账单，如有疑问请在问题反馈中提出。公示期结束仍未反馈的，视为已确认。",
	became: map[incentive.RequestState]string{
		incentive.Completed: "您的激励已发放", incentive.Failed: "您的激励发放申请处理失败", incentive.PayFailed: "您的激励付款被银行退回",
	},
	means: map[incentive.RequestState]string{
		incentive.Completed: "申付单已完成。",
		incentive.Failed:    "本次未发放任何激励。请联系客服，问题解决后可重新提交。",
		incentive.PayFailed: "请更正商业信息并通过认证，然后重新提交付款。",
	},
	methods: map[incentive.Method]string{
		incentive.BankTransfer: "银行转账", incentive.TopUpAccount: "返充值账户", incentive.VoucherQuota: "转代金券额度", incentive.OwedInvoice: "返华为云账户-记欠票",
	},
	expires: "您有未申请发放的激励即将过期", expiresIntro: "您已退出伙伴计划。截至以下日期仍未申请发放的激励将作废，且无法恢复。",
	refused: "您的商业信息认证未通过", refusedIntro: "请修改后重新提交。认证通过前无法结算。",
	certified: "您的商业信息已通过认证", certifiedIntro: "您可以申请发放激励。",
}
