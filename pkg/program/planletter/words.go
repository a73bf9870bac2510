package planletter

import (
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/program/membership"
)

// words are what mails and page say in one language.
type words struct {
	locale notify.Locale

	plan, account, host, until, number, benefit, duty, vendor string // names of facts
	invited, signIn, open, ignore                             string
	deadTitle, deadText, askAnew                              string
	application, appliedTitle, appliedText                    string
	reason, failed, check, todo, colon                        string
	exitedTitle, exitedText, moved                            string
	newVersion, toSign, agreement, version, from, needed      string
	purposes                                                  map[agreement.Purpose]string
	subject                                                   func(o membership.Opened) string
	states, outcomes                                          map[membership.State]string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return english
	}
	return chinese
}

var english = words{
	locale: notify.English, plan: "Plan", account: "Company", host: "Invited by", until: "Until (Beijing)", number: "Certificate no.", benefit: "Benefit",
	duty: "Duty", vendor: "the vendor", invited: "Invitation to a partner plan",
	signIn: "Your administrator signs in, signs the agreements under Plans > Commitments & agreements, and accepts the invitation under Plans.",
	open:   "Open the invitation", ignore: "If you do not expect this invitation, ignore this message.",
	deadTitle:   "This link is no longer good",
	deadText:    "The invitation was accepted or has expired, or a newer link was sent. Nothing was changed.",
	askAnew:     "If you still need an invitation, ask %s for a new one.",
	application: "Membership", appliedTitle: "An application waits for your decision: ",
	appliedText: "Please approve or reject the application under Resellers > Applications.",
	reason:      "Reason: ", failed: "What is in the way", check: "Check", todo: "What to do", colon: ": ",
	exitedTitle: "A reseller has exited: ", exitedText: "Its customers are yours now. What is left of its balance and quotas has gone back to you.",
	moved:      "Customers that went over: ",
	newVersion: "Please sign: ", agreement: "Agreement", version: "Version", from: "In effect from (Beijing)", needed: "Without a signature there is no",
	toSign: "Your administrator reads and signs it under Plans > Commitments & agreements. It can be signed at once, before it takes effect.",
	purposes: map[agreement.Purpose]string{
		agreement.Payout: "payout of incentives", agreement.Invoicing: "invoicing", agreement.Joining: "joining of plans",
	},
	subject: func(o membership.Opened) string { return "You are invited: " + o.Plan.Names[notify.English] },
	states: map[membership.State]string{
		membership.Joined: "Joined", membership.Rejected: "Rejected", membership.Expired: "Expired", membership.Exited: "Exited",
	},
	outcomes: map[membership.State]string{
		membership.Joined:   "Your company has joined the plan. The certificate can be downloaded under Plans.",
		membership.Rejected: "Your application was not approved. You can apply again when what is in the way is settled.",
		membership.Expired:  "Your membership has ended with its term.",
		membership.Exited:   "Your company has exited the plan.",
	},
}

var chinese = words{
	locale: notify.Chinese, plan: "计划", account: "企业", host: "邀请方", until: "有效期至（北京时间）", number: "证书编号", benefit: "权益",
	duty: "义务", vendor: "华为云", invited: "邀请您加入伙伴计划",
	signIn: "请贵司管理员登录伙伴中心，在“计划 > 合作承诺与协议”中签署协议，并在“计划”中接受邀请。",
	open:   "查看邀请", ignore: "如您未预期收到此邀请，请忽略本邮件。",
	deadTitle: "链接已失效", deadText: "邀请已被接受或已过期，或已发送较新的链接。未进行任何更改。", askAnew: "如仍需要邀请，请联系%s重新发送。",
	application: "计划成员信息", appliedTitle: "您有一个加入申请待审批：", appliedText: "请在“云经销商 > 申请审批”中同意或驳回该申请。",
	reason: "原因：", failed: "未通过的检查项", check: "检查项", todo: "处理建议", colon: "：",
	exitedTitle: "云经销商已退出：", exitedText: "其子客户已转移至贵司名下，其剩余余额及代金券额度已退回贵司。", moved: "转移的子客户数：",
	newVersion: "请签署：", agreement: "协议", version: "版本", from: "生效日期（北京时间）", needed: "未签署将影响",
	toSign:   "请贵司管理员在“计划 > 合作承诺与协议”中阅读并签署，生效前即可签署。",
	purposes: map[agreement.Purpose]string{agreement.Payout: "激励付款", agreement.Invoicing: "开具发票", agreement.Joining: "加入计划"},
	subject:  func(o membership.Opened) string { return "邀请您加入" + o.Plan.Names[notify.Chinese] },
	states: map[membership.State]string{
		membership.Joined: "已加入", membership.Rejected: "未通过", membership.Expired: "已到期", membership.Exited: "已退出",
	},
	outcomes: map[membership.State]string{
		membership.Joined:   "贵司已加入该计划，可在“计划”中下载加入证书。",
		membership.Rejected: "贵司的申请未通过，处理完以下事项后可再次申请。",
		membership.Expired:  "贵司的计划成员资格已到期。",
		membership.Exited:   "贵司已退出该计划。",
	},
}
