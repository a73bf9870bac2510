package authorizationletter

import (
	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify"
)

// words are what the letters say in one language.
type words struct {
	locale notify.Locale

	partner, customer, until, reason string // names of columns
	request, authorization           string // titles of tables

	asks                   func(partner string) string
	askIntro, scope, where string
	ignore                 string
	became                 map[auth.AuthorizationState]func(customer string) string
	means                  map[auth.AuthorizationState]string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return english
	}
	return chinese
}

var english = words{
	locale: notify.English, partner: "Partner", customer: "Customer", until: "Answer before", reason: "Reason",
	request: "Request", authorization: "Authorization",
	asks:     func(partner string) string { return partner + " asks for your authorization to act on your behalf" },
	askIntro: "Your partner asks you to authorize it. Nothing changes until you agree.",
	scope: "The user authorization letter lets it manage your resources: buy, renew, unsubscribe and change them, start, stop and delete them, reset " +
		"passwords and change policies, and view your account, consumption, orders, offers and contracts.",
	where:  "Agree or reject under account centre > my partner > authorization management. You can revoke what you agreed to at any time.",
	ignore: "If you do not know what this is about, do not agree, and ask your partner.",
	became: map[auth.AuthorizationState]func(customer string) string{
		auth.Authorized:                func(customer string) string { return customer + " has authorized you to act on its behalf" },
		customer.AuthorizationRejected: func(customer string) string { return customer + " has rejected your request for authorization" },
		customer.AuthorizationRevoked:  func(customer string) string { return "Your authorization by " + customer + " has ended" },
		customer.AuthorizationExpired:  func(customer string) string { return "Your request for authorization by " + customer + " has expired" },
	},
	means: map[auth.AuthorizationState]string{
		auth.Authorized:                "You may order and operate for the customer, as your commitment letter says.",
		customer.AuthorizationRejected: "You may not act for the customer. You can ask it again.",
		customer.AuthorizationRevoked:  "From now on you may not act for the customer.",
		customer.AuthorizationExpired:  "The customer did not answer in time. You can ask it again.",
	},
}

var chinese = words{
	locale: notify.Chinese, partner: "伙伴", customer: "客户", until: "处理截止时间", reason: "原因",
	request: "授权申请", authorization: "客户授权",
	asks:     func(partner string) string { return partner + "申请您授权其代您操作" },
	askIntro: "您的伙伴向您申请授权。在您同意之前，不会有任何变化。",
	scope: "《用户授权书》允许伙伴管理您的资源：购买、续订、退订和变更；启动、停止和删除；重置密码、修改策略；" +
		"以及查看您的账号、消费、订单、优惠和合同信息。",
	where:  "请在“账号中心 > 我的伙伴 > 授权管理”中同意或拒绝。同意后，您可以随时取消授权。",
	ignore: "如您不了解该申请，请勿同意，并与您的伙伴联系。",
	became: map[auth.AuthorizationState]func(customer string) string{
		auth.Authorized:                func(customer string) string { return customer + "已授权您代其操作" },
		customer.AuthorizationRejected: func(customer string) string { return customer + "已拒绝您的授权申请" },
		customer.AuthorizationRevoked:  func(customer string) string { return customer + "对您的授权已终止" },
		customer.AuthorizationExpired:  func(customer string) string { return "您向" + customer + "提交的授权申请已过期" },
	},
	means: map[auth.AuthorizationState]string{
		auth.Authorized:                "您可以按照承诺书为该客户下单和操作。",
		customer.AuthorizationRejected: "您不能代该客户操作。您可以重新申请。",
		customer.AuthorizationRevoked:  "即日起，您不能再代该客户操作。",
		customer.AuthorizationExpired:  "客户未在期限内处理。您可以重新申请。",
	},
}
