package billletter

import (
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/invoice"
)

// words are what the letters say in one language.
type words struct {
	locale                                           notify.Locale
	dear                                             func(name string) string
	confirm                                          func(bill, day string) string // title
	failed                                           func(bill string) string      // title
	confirmIntro, failedIntro                        string
	bill, period, net, tax, gross, confirmBy, reason string // names of columns
	sources                                          map[invoice.Source]string
	causes                                           map[invoice.Hidden]string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return english()
	}
	return chinese()
}

func english() words {
	return words{
		locale:  notify.English,
		dear:    func(name string) string { return "Dear " + name + "," },
		confirm: func(bill, day string) string { return "Please confirm the bill " + bill + " by " + day },
		failed:  func(bill string) string { return "No payment request could be made of the bill " + bill },
		confirmIntro: "a procurement-involved bill of yours is out. Please check its trades in Partner Center under Settlement bills and confirm it; " +
			"after the day below it counts as confirmed.",
		failedIntro: "the countersign of your bill has ended, but its payment request could not be created. It is created again once the reason below is gone.",
		bill:        "Bill", period: "Period", net: "Without tax (CNY)", tax: "Tax (CNY)", gross: "With tax (CNY)", confirmBy: "Confirm by", reason: "Reason",
		sources: map[invoice.Source]string{invoice.KooGallery: "KooGallery bill", invoice.Procurement: "Procurement-involved bill"},
		causes: map[invoice.Hidden]string{
			invoice.NotCertified: "Your business information is not certified. Please have it certified in Partner Center.",
			invoice.UnderReview:  "A change of your business information is being certified; nothing is settled until it is decided.",
			invoice.NoBuyer:      "The company that you invoice is not set yet. There is nothing for you to do.",
		},
	}
}

func chinese() words {
	return words{
		locale:       notify.Chinese,
		dear:         func(name string) string { return "尊敬的" + name + "：" },
		confirm:      func(bill, day string) string { return "请于" + day + "前（含当日）确认账单" + bill },
		failed:       func(bill string) string { return "账单" + bill + "的申付单创建失败" },
		confirmIntro: "您的采购介入类账单已生成。请在伙伴中心的账单页面核对交易明细并确认；超过以下日期未确认的，视为已确认。",
		failedIntro:  "您的账单已完成会签，但申付单创建失败。以下原因消除后将重新创建。",
		bill:         "账单编号", period: "账期", net: "不含税金额（元）", tax: "税额（元）", gross: "价税合计（元）", confirmBy: "确认截止日期", reason: "原因",
		sources: map[invoice.Source]string{invoice.KooGallery: "云商店商品账单", invoice.Procurement: "采购介入类账单"},
		causes: map[invoice.Hidden]string{
			invoice.NotCertified: "商业信息尚未认证，请先在伙伴中心完成商业信息认证。",
			invoice.UnderReview:  "商业信息变更正在认证中，认证完成前不进行结算。",
			invoice.NoBuyer:      "购买方信息尚未设置，您无需操作。",
		},
	}
}
