package requestmail

import (
	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/notify"
)

// words are what the mails say in one language.
type words struct {
	locale notify.Locale

	subject, intro, resultSubject            string
	request, who, what, reason, until, state string // names of facts
	disassociate, toReferral, toResale       string
	partnerDecides, customerDecides, notice  string
	decided, reclaimed                       string
	failed, check, inTheWay, todo            string
	states, outcomes                         map[customer.RequestState]string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return english
	}
	return chinese
}

var english = words{
	locale: notify.English, subject: "A request about your association waits for your decision", resultSubject: "Your request about the association: ",
	intro:   "The other side of your association has asked you to agree to a change. If nobody answers, the request expires and nothing changes.",
	request: "Request", who: "From or about", what: "Change", reason: "Reason", until: "Expires", state: "State",
	disassociate: "The association ends", toReferral: "The association is switched to referral", toResale: "The association is switched to resale",
	partnerDecides:  "The partner's administrator decides under Sales > Customers > Association records.",
	customerDecides: "Your administrator decides under Account Center > My Partner > Process now.",
	notice: "Once it is agreed to, the partner loses its access at once. What is left of the partner's appropriations and vouchers goes back to it, " +
		"and its discounts and the authorizations given to it end. Resources stay; the customer pays for them itself.",
	decided: "Reason of the decision: ", reclaimed: "Balance that went back to the partner, in yuan: ",
	failed: "What was in the way", check: "Check", inTheWay: "What it found", todo: "What to do",
	states: map[customer.RequestState]string{
		customer.RequestExecuting: "being done", customer.RequestRejected: "rejected", customer.RequestWithdrawn: "withdrawn",
		customer.RequestExpired: "expired", customer.RequestDone: "done", customer.RequestFailed: "failed",
	},
	outcomes: map[customer.RequestState]string{
		customer.RequestExecuting: "The other side has agreed, and the change is being made.",
		customer.RequestRejected:  "The other side has rejected the request. Nothing was changed.",
		customer.RequestWithdrawn: "The request was withdrawn. Nothing was changed.",
		customer.RequestExpired:   "Nobody has answered the request in its time. Nothing was changed.",
		customer.RequestDone:      "The other side has agreed, and the change is made.",
		customer.RequestFailed:    "The other side has agreed, but something was in the way. Nothing was changed.",
	},
}

var chinese = words{
	locale: notify.Chinese, subject: "您有一个关联关系变更申请待处理", resultSubject: "关联关系变更申请结果：",
	intro:   "与您关联的对方发起了关联关系变更申请，请您处理。逾期未处理，申请将自动失效，关联关系不变。",
	request: "申请", who: "对方", what: "变更内容", reason: "原因", until: "有效期至", state: "状态",
	disassociate: "解除关联", toReferral: "切换为顾问销售", toResale: "切换为代售",
	partnerDecides:  "请伙伴管理员在“销售 > 客户 > 关联关系操作记录”中处理。",
	customerDecides: "请账号管理员在“账号中心 > 我的伙伴”中点击“立即处理”。",
	notice: "同意后，伙伴将立即失去相关权限；剩余拨款和伙伴发放的代金券退回伙伴，" +
		"伙伴授予的折扣和获得的授权同时终止。已有资源保留，由客户自行付费。",
	decided: "处理意见：", reclaimed: "已回收至伙伴账户的余额（元）：",
	failed: "未通过的检查项", check: "检查项", inTheWay: "结果", todo: "处理建议",
	states: map[customer.RequestState]string{
		customer.RequestExecuting: "执行中", customer.RequestRejected: "已拒绝", customer.RequestWithdrawn: "已撤回",
		customer.RequestExpired: "已失效", customer.RequestDone: "已完成", customer.RequestFailed: "执行失败",
	},
	outcomes: map[customer.RequestState]string{
		customer.RequestExecuting: "对方已同意，变更正在执行。",
		customer.RequestRejected:  "对方已拒绝您的申请，关联关系未变更。",
		customer.RequestWithdrawn: "申请已撤回，关联关系未变更。",
		customer.RequestExpired:   "申请逾期未处理，已自动失效，关联关系未变更。",
		customer.RequestDone:      "对方已同意，变更已完成。",
		customer.RequestFailed:    "对方已同意，但存在未通过的检查项，关联关系未变更。",
	},
}
