package listfile

import (
	"strings"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/invoice"
)

// words are what a printed list says in one language.
type words struct {
	title, issuer, note, pageOf                               string
	payable, period, seller, issued, amounts                  string
	goods, net, rate, tax, gross, total                       string
	template, buyer, taxID, addressPhone, bankAccount, remark string
	where, paper, electronic, number, rules                   string
}

var english = words{
	title: "Invoice list", issuer: "Partner Center", note: "Send this list with the invoices. All times are Beijing time (UTC+8). Amounts are in CNY yuan.",
	pageOf: "Page {page} of {pages}", payable: "Payment request", period: "Period", seller: "Seller", issued: "Issued at", amounts: "To be invoiced",
	goods: "Goods or service", net: "Without tax", rate: "Tax rate", tax: "Tax", gross: "With tax", total: "Total",
	template: "What to write on the invoice", buyer: "Buyer", taxID: "Taxpayer ID", addressPhone: "Address and phone", bankAccount: "Bank and account",
	remark: "Remarks", where: "Where to send it", paper: "Paper, with this list", electronic: "Electronic, by mail", number: "Invoice number(s):",
	rules: "Special VAT invoices only. One invoice is never for two payment requests; several for one are allowed.",
}

var chinese = words{
	title: "开票清单", issuer: "伙伴中心", note: "请将本清单与发票一并寄出。时间均为北京时间，金额单位为人民币元。", pageOf: "第 {page} 页，共 {pages} 页", payable: "申付单号",
	period: "账期", seller: "销售方", issued: "生成时间", amounts: "开票内容", goods: "货物或服务名称", net: "不含税金额", rate: "税率", tax: "税额", gross: "价税合计",
	total: "合计", template: "开票模板", buyer: "购买方名称", taxID: "纳税人识别号", addressPhone: "地址、电话", bankAccount: "开户行及账号", remark: "备注",
	where: "寄送地址", paper: "纸质发票及本清单", electronic: "电子发票邮箱", number: "发票号码：",
	rules: "仅接受增值税专用发票。一张发票不能对应多个申付单，一个申付单可以开具多张发票。",
}

// Document describes a list for print, in a language.
func Document(c invoice.Content, locale notify.Locale) document.Document {
	w := chinese
	if locale == notify.English {
		w = english
	}
	table := document.Table{Columns: []document.Column{
		{Title: w.goods, Weight: 40},
		{Title: w.net, Weight: 18, Right: true},
		{Title: w.rate, Weight: 10, Right: true},
		{Title: w.tax, Weight: 14, Right: true},
		{Title: w.gross, Weight: 18, Right: true},
	}}
	row := func(goods string, s invoice.Sums, strong bool) {
		table.Rows = append(table.Rows, document.Row{Strong: strong, Cells: []string{
			goods, document.Amount(s.Net), c.Rate.Percent(), document.Amount(s.Tax), document.Amount(s.Gross),
		}})
	}
	for _, l := range c.Lines {
		row(l.Goods, l.Sums, false)
	}
	row(w.total, c.Sums, true)
	return document.Document{
		Title: w.title, Subtitle: c.Number, Issuer: w.issuer, Note: w.note, PageOf: w.pageOf, Made: c.Issued,
		Blocks: append([]document.Block{
			document.Facts{
				{Name: w.payable, Value: c.Payable},
				{Name: w.period, Value: months(c.Periods, ", ")},
				{Name: w.seller, Value: c.Seller.Title},
				{Name: w.issued, Value: c.Issued.In(calendar.Beijing).Format("2006-01-02 15:04")},
			},
			document.Heading(w.amounts), table,
		}, w.howTo(c)...),
	}
}

// howTo says what to write on the invoices, and where they go.
func (w words) howTo(c invoice.Content) []document.Block {
	b, to := c.Buyer, c.Buyer.Recipient
	return []document.Block{
		document.Heading(w.template),
		document.Facts{
			{Name: w.buyer, Value: b.Title},
			{Name: w.taxID, Value: b.TaxID},
			{Name: w.addressPhone, Value: b.Address + " " + b.Phone},
			{Name: w.bankAccount, Value: b.Bank + " " + b.BankAccount},
			{Name: w.remark, Value: c.Remark},
		},
		document.Paragraph(w.rules),
		document.Heading(w.where),
		document.Facts{
			{Name: w.paper, Value: strings.Join([]string{to.Name, to.Phone, to.Address, to.Postcode}, " ")},
			{Name: w.electronic, Value: b.Mailbox},
		},
		document.Paragraph(w.number + " ______________________________"),
	}
}
