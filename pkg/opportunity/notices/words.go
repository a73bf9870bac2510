package notices

import (
	"fmt"

	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/opportunity"
)

// said is what is said of a step: in the subject, in a sentence, and what to do.
type said struct{ title, text, todo string }

// words are all that is said in one language.
type words struct {
	locale notify.Locale

	opportunity, field, value, id, name, company, amount, state, until, provisional, reason, colon string // names of facts

	states    map[opportunity.State]string
	reasons   map[opportunity.Reason]string
	decided   map[opportunity.Event]said
	duplicate said // of a verification that could not pass any more
	escalated said

	waiting, waitingNote string
	waitingSubject       func(n int) string
	daysLeft             func(n int) string
	dear, named          func(name string) string
	yuan                 func(money.Fen) string
}

func wordsOf(locale notify.Locale) words {
	if locale == notify.English {
		return english()
	}
	return chinese()
}

func english() words {
	const mend = "Mend it: copy the rejected opportunity into a new draft under Sales > Opportunities, change it, check it, and submit it again."
	return words{
		locale: notify.English, opportunity: "Opportunity", field: "What", value: "Value", id: "Number", name: "Name", company: "Customer", amount: "Amount",
		state: "Stage", until: "Until the end of", provisional: " (the calendar of working days is not published yet)", reason: "Reason: ", colon: ": ",
		states: map[opportunity.State]string{
			opportunity.Draft: "Draft", opportunity.Auditing: "Being audited", opportunity.AuditRejected: "Not approved",
			opportunity.Verifying: "Being verified", opportunity.VerifyRejected: "Verification not passed", opportunity.Verified: "Verification passed",
			opportunity.Shared: "Shared, waits for your answer", opportunity.Accepted: "Accepted", opportunity.Declined: "Rejected",
			opportunity.InProgress: "In progress", opportunity.Delivered: "Delivered", opportunity.Lost: "Lost", opportunity.Cancelled: "Cancelled",
		},
		reasons: map[opportunity.Reason]string{
			opportunity.Incomplete: "the information is incomplete", opportunity.Invalid: "the opportunity is invalid",
			opportunity.NotReal: "the customer says that there is no such project", opportunity.Traded: "the customer has traded already",
			opportunity.Unrelated: "it has nothing to do with the vendor", opportunity.Duplicate: "another opportunity for this customer exists",
			opportunity.PublicTender: "it comes from a public tender or hearsay", opportunity.Compliance: "compliance",
			opportunity.Overdue: "there was no result in time",
		},
		decided: map[opportunity.Event]said{
			opportunity.AuditPass:    {"Your opportunity passed the audit", "The vendor's business developer verifies it now, within 10 working days.", ""},
			opportunity.AuditReject:  {"Your opportunity was not approved", "The vendor's audit has rejected it.", mend},
			opportunity.VerifyPass:   {"Your opportunity is verified", "Bring it forward to delivery and record its progress.", ""},
			opportunity.VerifyReject: {"Your opportunity did not pass verification", "The vendor's verification has rejected it.", mend},
			opportunity.VerifyLapse:  {"Your opportunity did not pass verification in time", "There was no result within 10 working days, so it counts as rejected.", mend},
			opportunity.Share: {
				"The vendor shares an opportunity with you", "Accept it, or reject it with a reason. Without an answer within 3 working days it counts as rejected.",
				"Answer under Sales > Opportunities.",
			},
			opportunity.AnswerLapse: {"A shared opportunity was not answered in time", "There was no answer within 3 working days, so it counts as rejected.", ""},
			opportunity.Cancel:      {"The vendor cancelled an opportunity", "It has ended.", ""},
			opportunity.Lose:        {"The vendor recorded an opportunity as lost", "It has ended.", ""},
		},
		duplicate: said{"Your opportunity did not pass verification", "Another opportunity for this customer exists, so it counts as rejected.", ""},
		escalated: said{
			"An audit takes longer than 3 working days", "The audit of an opportunity takes longer than 3 working days. It is shared by ",
			"Audit it under Opportunities. Nothing is decided by itself.",
		},
		waiting: "Opportunities that wait for your answer", waitingNote: "Accept them, or reject them with a reason; what is not answered in time counts as rejected.",
		waitingSubject: func(n int) string {
			if n == 1 {
				return "1 opportunity waits for your answer"
			}
			return fmt.Sprintf("%d opportunities wait for your answer", n)
		},
		daysLeft: func(n int) string {
			switch n {
			case 0:
				return " (today)"
			case 1:
				return " (1 day left)"
			}
			return fmt.Sprintf(" (%d days left)", n)
		},
		dear: func(name string) string { return "Dear " + name + "," }, named: func(name string) string { return ": " + name },
		yuan: func(f money.Fen) string { return "CNY " + f.String() },
	}
}

func chinese() words {
	const mend = "请在 销售 > 机会点 中将该机会点复制为新草稿，修改并预检后重新提交。"
	return words{
		locale: notify.Chinese, opportunity: "机会点", field: "项目", value: "内容", id: "编号", name: "机会点名称", company: "客户", amount: "金额",
		state: "阶段", until: "截止日期", provisional: "（工作日历尚未公布，暂定）", reason: "原因：", colon: "：",
		states: map[opportunity.State]string{
			opportunity.Draft: "草稿", opportunity.Auditing: "机会点审核中", opportunity.AuditRejected: "审核不通过", opportunity.Verifying: "机会点验证中",
			opportunity.VerifyRejected: "验证不通过", opportunity.Verified: "机会点验证通过", opportunity.Shared: "待接受", opportunity.Accepted: "已接受",
			opportunity.Declined: "已拒绝", opportunity.InProgress: "更新进展", opportunity.Delivered: "交付完成", opportunity.Lost: "已丢单",
			opportunity.Cancelled: "已取消",
		},
		reasons: map[opportunity.Reason]string{
			opportunity.Incomplete: "信息不完整", opportunity.Invalid: "机会点无效", opportunity.NotReal: "客户反馈不存在该项目", opportunity.Traded: "客户已交易",
			opportunity.Unrelated: "与云厂商无关", opportunity.Duplicate: "该客户已存在其他机会点", opportunity.PublicTender: "来自公开招标或传闻",
			opportunity.Compliance: "合规原因", opportunity.Overdue: "超期未处理",
		},
		decided: map[opportunity.Event]said{
			opportunity.AuditPass:    {"您的机会点已通过审核", "拓展经理将在 10 个工作日内完成验证。", ""},
			opportunity.AuditReject:  {"您的机会点审核不通过", "生态经理审核未通过该机会点。", mend},
			opportunity.VerifyPass:   {"您的机会点验证通过", "请推进至交付并及时更新进展。", ""},
			opportunity.VerifyReject: {"您的机会点验证不通过", "拓展经理验证未通过该机会点。", mend},
			opportunity.VerifyLapse:  {"您的机会点超期未完成验证", "10 个工作日内没有验证结果，默认验证不通过。", mend},
			opportunity.Share:        {"您有新的共享机会点待接受", "请接受，或说明原因后拒绝。3 个工作日内未处理将自动拒绝。", "请在 销售 > 机会点 中处理。"},
			opportunity.AnswerLapse:  {"共享机会点超期未处理", "3 个工作日内未处理，已自动拒绝。", ""},
			opportunity.Cancel:       {"机会点已被取消", "该机会点已结束。", ""},
			opportunity.Lose:         {"机会点已登记为丢单", "该机会点已结束。", ""},
		},
		duplicate: said{"您的机会点验证不通过", "该客户已存在其他机会点，默认验证不通过。", ""},
		escalated: said{"机会点审核已超过 3 个工作日", "有机会点审核已超过 3 个工作日，提交伙伴：", "请在机会点中审核，系统不会自动处理。"},
		waiting:   "待接受的共享机会点", waitingNote: "请接受，或说明原因后拒绝；超期未处理将自动拒绝。",
		waitingSubject: func(n int) string { return fmt.Sprintf("您有 %d 个共享机会点待接受", n) },
		daysLeft: func(n int) string {
			if n == 0 {
				return "（今天）"
			}
			return fmt.Sprintf("（剩余 %d 天）", n)
		},
		dear: func(name string) string { return "尊敬的" + name + "：" }, named: func(name string) string { return "：" + name },
		yuan: func(f money.Fen) string { return "¥" + f.String() },
	}
}
