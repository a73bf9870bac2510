package listletter

import "partnercenter/pkg/foundation/notify"

// words are what the letters say in one language.
type words struct {
	locale           notify.Locale
	dear             func(name string) string
	issued, rejected func(request string) string // titles
	issuedText       string
	rejectedText     func(reason string) string

	list, view, template                     string
	columns                                  [7]string
	names                                    [2]string
	buyer, taxID, addressPhone, bank, remark string
	paper, electronic                        string
	notes                                    [2]string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return english
	}
	return chinese
}

var english = words{
	locale:     notify.English,
	dear:       func(name string) string { return "Dear " + name + "," },
	issued:     func(request string) string { return "Please issue the invoice for payment request " + request },
	rejected:   func(request string) string { return "The invoices for payment request " + request + " were rejected" },
	issuedText: "your payment request is ready to be invoiced. Open the invoice list, print it, issue special VAT invoices as it says, write their numbers on the list, and send both.",
	rejectedText: func(reason string) string {
		return "the invoices were rejected: " + reason + ". Please issue new ones, register them, and send them again."
	},
	list: "Invoice list", view: "View the invoice list", template: "What to write on the invoice, and where it goes",
	columns: [7]string{"List", "Payment request", "Period", "Tax rate", "Without tax (CNY)", "Tax (CNY)", "With tax (CNY)"},
	names:   [2]string{"Field", "Value"},
	buyer:   "Buyer", taxID: "Taxpayer ID", addressPhone: "Address and phone", bank: "Bank and account", remark: "Remarks", paper: "Paper invoices and list to",
	electronic: "Electronic invoices to",
	notes: [2]string{
		"Special VAT invoices only. One invoice is never for two payment requests; several for one are allowed. Payment follows within two working days of the review.",
		"Whoever has this link can read the list; forward it to nobody but those who issue the invoice.",
	},
}

var chinese = words{
	locale:     notify.Chinese,
	dear:       func(name string) string { return "尊敬的" + name + "：" },
	issued:     func(request string) string { return "请为申付单" + request + "开具发票" },
	rejected:   func(request string) string { return "申付单" + request + "的发票被驳回" },
	issuedText: "您的申付单已可开票。请打开开票清单并打印，按清单开具增值税专用发票，在清单上填写发票号码，并将发票和清单一并寄出。",
	rejectedText: func(reason string) string {
		return "发票被驳回，原因：" + reason + "。请重新开具、登记并再次邮寄。"
	},
	list: "开票清单", view: "查看开票清单", template: "开票信息及寄送地址",
	columns: [7]string{"清单编号", "申付单号", "账期", "税率", "不含税金额（元）", "税额（元）", "价税合计（元）"},
	names:   [2]string{"项目", "内容"},
	buyer:   "购买方名称", taxID: "纳税人识别号", addressPhone: "地址、电话", bank: "开户行及账号", remark: "备注", paper: "纸质发票及清单寄送", electronic: "电子发票邮箱",
	notes: [2]string{
		"仅接受增值税专用发票。一张发票不能对应多个申付单，一个申付单可以开具多张发票。发票审核通过后两个工作日内付款。",
		"持有此链接即可查看清单，请勿转发给开票人员以外的人。",
	},
}
