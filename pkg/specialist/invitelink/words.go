package invitelink

import "partnercenter/pkg/foundation/notify"

// words are what the message and the page say in one language.
type words struct {
	locale notify.Locale

	partner, account, until string // names of facts
	title, text, notice     string
	button                  string
	doneTitle, doneText     string
	deadTitle, deadText     string
	notTitle, notText       string
	subject                 func(partner string) string
	intro, open, ignore     string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return english
	}
	return chinese
}

var english = words{
	locale: notify.English, partner: "Partner", account: "Personal account", until: "Good until",
	title: "Invitation to bind a personal account to a partner",
	text:  "By the button below you bind your personal account to the partner as one of its staff.",
	notice: "While the account is bound, the partner sees your certificates and may enter your employment, training and projects; your certificates count " +
		"for it. After unbinding nothing is shared any more. An account is bound to one partner at a time.",
	button: "Accept: bind my account", doneTitle: "The invitation is accepted", doneText: "Your personal account is bound to the partner.",
	deadTitle: "This link is no longer good",
	deadText:  "A newer link was sent, or the invitation has ended. Nothing was changed. Please ask the partner to send it again.",
	notTitle:  "The invitation can't be accepted", notText: "Nothing was changed.",
	subject: func(partner string) string { return partner + " invites you to bind your personal account" },
	intro:   "A partner invites you to bind your personal account to it. The link is good for 7 days.",
	open:    "Open the invitation", ignore: "If you do not know the partner, ignore this message.",
}

var chinese = words{
	locale: notify.Chinese, partner: "伙伴", account: "个人账号", until: "有效期至",
	title:  "邀请您将个人账号与伙伴绑定",
	text:   "点击下方按钮，即将您的个人账号作为员工与该伙伴绑定。",
	notice: "绑定期间，伙伴可查看您的证书，并可维护您的任职、培训和项目信息；您的证书计入该伙伴。解绑后，数据不再共享。一个账号同时只能与一个伙伴绑定。",
	button: "接受邀请并绑定", doneTitle: "邀请已接受", doneText: "您的个人账号已与该伙伴绑定。",
	deadTitle: "链接已失效", deadText: "已发送较新的链接，或邀请已结束。未进行任何更改。请联系伙伴重新发送邀请。",
	notTitle: "无法接受邀请", notText: "未进行任何更改。",
	subject: func(partner string) string { return partner + "邀请您绑定个人账号" },
	intro:   "伙伴邀请您将个人账号与其绑定。链接有效期7天。",
	open:    "查看邀请", ignore: "如您不认识该伙伴，请忽略本邮件。",
}
