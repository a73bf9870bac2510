package joinlink

import (
	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/party"
)

// words are what the mail and the pages say in one language.
type words struct {
	locale notify.Locale

	partner, kind, until, never string // names of facts
	referral, resale            string
	title, register, signIn     string
	referralNotice              string
	resaleNotice                string
	button                      string
	doneTitle, doneText         string
	deadTitle, deadText         string
	notTitle, notText           string
	subject                     func(partner string) string
	intro, open, ignore         string

	askFirst, ask, send string // of the page of an offline invitation
	sentTitle, sentText string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return english
	}
	return chinese
}

func (w words) facts(o customer.Opened) []link.Fact {
	kind, until := w.resale, w.never
	if o.Invitation.Type == party.Referral {
		kind = w.referral
	}
	if o.Invitation.Kind == customer.Online {
		until = o.Invitation.Expires.In(calendar.Beijing).Format("2006-01-02 15:04")
	}
	return []link.Fact{{Name: w.partner, Value: o.PartnerName}, {Name: w.kind, Value: kind}, {Name: w.until, Value: until}}
}

// notice gives the association notice of a type. Source: DOMAIN.md 0, "Association types".
func (w words) notice(kind int) string {
	if kind == party.Referral {
		return w.referralNotice
	}
	return w.resaleNotice
}

var english = words{
	locale: notify.English, partner: "Partner", kind: "Association type", until: "Good until", never: "without end",
	referral: "Referral", resale: "Resale", title: "Invitation to associate with a partner",
	register: "By the button below you say that you have read the association notice and agree to it. An account is made for your mail address " +
		"and associated with the partner.",
	signIn:         "Please sign in with your account and accept the invitation under Account Center > My Partner, with this page's link.",
	referralNotice: "Association notice: you go on trading with the vendor itself, pay it and are invoiced by it. The partner advises you.",
	resaleNotice: "Association notice: you trade with the partner, spend the money that it appropriates to you, and are invoiced by it. " +
		"Ending the association gives what is left back to the partner.",
	button: "I have read and agree: create my account and associate", doneTitle: "The invitation is accepted",
	doneText:  "The account is associated with the partner. A message with how to sign in goes to your mail address.",
	deadTitle: "This link is no longer good",
	deadText:  "A newer link was sent, or the invitation was revoked. Nothing was changed. Please ask the partner to send it again.",
	notTitle:  "The invitation can't be accepted", notText: "Nothing was changed.",
	subject: func(partner string) string { return partner + " invites you to associate" },
	intro:   "You are invited to associate your account with a partner. Please read the association notice behind the link.",
	open:    "Open the invitation", ignore: "If you do not know the partner, ignore this message.",
	askFirst: "Please read the association notice. A link to associate is sent to your mail address. Who has an account already signs in and accepts " +
		"the invitation under Account Center > My Partner, with this page's link.",
	ask: "Your mail address", send: "I have read the notice: send me the link", sentTitle: "Please look into your mail",
	sentText: "If the address has no account here yet, a message with a link to make one is on its way to it. Nothing is associated before that link is followed.",
}

var chinese = words{
	locale: notify.Chinese, partner: "伙伴", kind: "关联类型", until: "有效期至", never: "长期有效",
	referral: "顾问销售", resale: "代售", title: "邀请您与伙伴建立关联",
	register:       "点击下方按钮，即表示您已阅读并同意关联须知。系统将以您的邮箱创建账号，并与该伙伴建立关联。",
	signIn:         "请使用您的账号登录，在“账号中心 > 我的伙伴”中凭本页面链接接受邀请。",
	referralNotice: "关联须知（顾问销售）：您仍与供应商直接交易、付款，并由供应商开具发票；伙伴为您提供顾问服务。",
	resaleNotice:   "关联须知（代售）：您与伙伴交易，使用伙伴的拨款消费，并由伙伴开具发票；解除关联后，剩余拨款退回伙伴账户。",
	button:         "我已阅读并同意，注册并关联", doneTitle: "邀请已接受", doneText: "账号已与伙伴建立关联。登录方式将发送至您的邮箱。",
	deadTitle: "链接已失效", deadText: "已发送较新的链接，或邀请已撤销。未进行任何更改。请联系伙伴重新发送邀请。",
	notTitle: "无法接受邀请", notText: "未进行任何更改。",
	subject: func(partner string) string { return partner + "邀请您建立关联" },
	intro:   "伙伴邀请您的账号与其建立关联。请打开链接并阅读关联须知。",
	open:    "查看邀请", ignore: "如您不认识该伙伴，请忽略本邮件。",
	askFirst: "请阅读关联须知。关联链接将发送至您的邮箱。已有账号的，请登录后在“账号中心 > 我的伙伴”中凭本页面链接接受邀请。",
	ask:      "您的邮箱", send: "我已阅读须知，发送链接", sentTitle: "请查收邮件",
	sentText: "如该邮箱尚未注册账号，注册链接将发送至该邮箱。打开链接之前不会建立关联。",
}
