package renewlink

import (
	"errors"
	"fmt"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

// words are what the pages say in one language.
type words struct {
	locale notify.Locale

	resource, service, expiry, term, newExpiry, price, order string // names of facts

	date        func(calendar.Date) string
	length      func(calendar.Term) string
	yuan        func(money.Fen) string
	offerTitle  string
	offerText   string
	button      string
	doneTitle   string
	doneText    string
	notTitle    string
	notText     string
	reasons     []reason
	otherReason string
}

// reason is how a refusal is said.
type reason struct {
	of   error
	text string
}

func (w words) offer(o subscription.Offer, got subscription.Offered) link.Page {
	return link.Page{
		Locale: w.locale, Title: w.offerTitle, Text: []string{w.offerText}, Button: w.button,
		Facts: []link.Fact{
			{Name: w.resource, Value: nameOf(got.Main)},
			{Name: w.service, Value: got.Main.ServiceTypeName},
			{Name: w.expiry, Value: w.date(o.Expiry)},
			{Name: w.term, Value: w.length(o.Term)},
			{Name: w.newExpiry, Value: w.date(got.Until)},
			{Name: w.price, Value: w.yuan(o.Price)},
		},
	}
}

func (w words) done(got subscription.Offered) link.Page {
	return link.Page{
		Locale: w.locale, Title: w.doneTitle, Text: []string{w.doneText},
		Facts: []link.Fact{
			{Name: w.resource, Value: nameOf(got.Main)},
			{Name: w.newExpiry, Value: w.date(got.Main.Expiry)},
			{Name: w.price, Value: w.yuan(got.Order.Amount)},
			{Name: w.order, Value: string(got.Order.ID)},
		},
	}
}

func (w words) refused(o subscription.Offer, why *problem.Error) link.Page {
	text := w.otherReason
	for _, r := range w.reasons {
		if errors.Is(why, r.of) {
			text = r.text
		}
	}
	return link.Page{
		Locale: w.locale, Title: w.notTitle, Text: []string{text, w.notText},
		Facts: []link.Fact{{Name: w.resource, Value: string(o.Resource)}, {Name: w.expiry, Value: w.date(o.Expiry)}},
	}
}

func nameOf(s subscription.Subscription) string {
	if s.Name == "" {
		return string(s.ResourceID)
	}
	return s.Name
}

func wordsOf(locale notify.Locale) words {
	if locale == notify.English {
		return english()
	}
	return chinese()
}

func english() words {
	return words{
		locale:   notify.English,
		resource: "Resource", service: "Service", expiry: "Expires", term: "Renew for", newExpiry: "New expiry", price: "Price", order: "Order",
		date:       func(d calendar.Date) string { return d.String() + " (Beijing)" },
		length:     func(t calendar.Term) string { return t.String() },
		yuan:       func(f money.Fen) string { return "CNY " + f.String() },
		offerTitle: "Renew this resource?",
		offerText:  "It is renewed and paid from your account's balance when you press the button. What is attached to it is renewed with it.",
		button:     "Renew and pay",
		doneTitle:  "The resource is renewed",
		doneText:   "You need not do anything else.",
		notTitle:   "The resource was not renewed",
		notText:    "Nothing was changed or charged. You can renew in Partner Center.",
		reasons: []reason{
			{account.ErrInsufficientBalance, "The balance of your account is too small for this renewal."},
			{party.ErrBlocked, "Your account is frozen or restricted."},
			{subscription.ErrPriceChanged, "The price has changed since this link was sent."},
			{subscription.ErrPendingOrder, "The resource is in an order that awaits payment. Pay or cancel that order first."},
			{subscription.ErrOffShelf, "The product is no longer on sale."},
			{subscription.ErrReleased, "The resource was released."},
			{subscription.ErrTryAgain, "The resource is being changed at this moment. Please press the button again."},
		},
		otherReason: "The resource has changed since this link was sent.",
	}
}

func chinese() words {
	return words{
		locale:   notify.Chinese,
		resource: "资源", service: "服务", expiry: "到期日", term: "续费时长", newExpiry: "续费后到期日", price: "金额", order: "订单号",
		date: func(d calendar.Date) string { return d.String() + "（北京时间）" },
		length: func(t calendar.Term) string {
			if t.Unit == calendar.Year {
				return fmt.Sprintf("%d年", t.Count)
			}
			return fmt.Sprintf("%d个月", t.Count)
		},
		yuan:       func(f money.Fen) string { return "¥" + f.String() },
		offerTitle: "续费此资源？",
		offerText:  "点击按钮后，将使用您账户的余额完成续费和支付。其挂载的资源会一并续费。",
		button:     "续费并支付",
		doneTitle:  "资源已续费",
		doneText:   "您无需进行其他操作。",
		notTitle:   "资源未续费",
		notText:    "未进行任何更改，也未扣款。您可以登录伙伴中心续费。",
		reasons: []reason{
			{account.ErrInsufficientBalance, "您的账户余额不足以支付本次续费。"},
			{party.ErrBlocked, "您的账户已被冻结或受限。"},
			{subscription.ErrPriceChanged, "自本链接发出后，价格已发生变化。"},
			{subscription.ErrPendingOrder, "该资源有待支付的订单，请先支付或取消该订单。"},
			{subscription.ErrOffShelf, "该产品已下架。"},
			{subscription.ErrReleased, "该资源已释放。"},
			{subscription.ErrTryAgain, "该资源正在变更中，请再次点击按钮。"},
		},
		otherReason: "自本链接发出后，该资源已发生变化。",
	}
}
