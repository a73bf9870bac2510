package agentpayletter

import "partnercenter/pkg/foundation/notify"

// words are what the letters say in one language.
type words struct {
	locale notify.Locale

	orders, order, service, amount, reason string // of the table

	asked                             func(customer string) string
	paid, rejected                    func(partner string) string
	askedText, paidText, rejectedText string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return english
	}
	return chinese
}

var english = words{
	locale: notify.English, orders: "Order", order: "Order", service: "Service", amount: "Amount (yuan)", reason: "Reason",
	asked:        func(customer string) string { return customer + " asks you to pay its order" },
	askedText:    "Pay the order from your balance, or reject it with a reason: the customer can then pay it itself.",
	paid:         func(partner string) string { return partner + " has paid your order" },
	paidText:     "Your partner has paid the order from its balance. If it is refunded, the money returns to the partner.",
	rejected:     func(partner string) string { return partner + " does not pay your order" },
	rejectedText: "Your partner has rejected to pay the order. You can pay it yourself, or ask again, while it awaits its payment.",
}

var chinese = words{
	locale: notify.Chinese, orders: "订单", order: "订单号", service: "服务", amount: "金额（元）", reason: "原因",
	asked:        func(customer string) string { return customer + "请您代其支付订单" },
	askedText:    "请使用账户余额支付该订单，或填写原因后驳回；驳回后客户可自行支付。",
	paid:         func(partner string) string { return partner + "已支付您的订单" },
	paidText:     "您的伙伴已使用其账户余额支付该订单。如发生退订，款项将退回伙伴账户。",
	rejected:     func(partner string) string { return partner + "未支付您的订单" },
	rejectedText: "您的伙伴已驳回代支付申请。在订单待支付期间，您可以自行支付，或再次申请。",
}
