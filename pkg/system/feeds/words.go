package feeds

import "partnercenter/pkg/foundation/notify"

// words are what a feed says in one language. What an entry is comes before what it is of.
type words struct {
	expires, task, resource, service, customer, auto string

	invoiceDue, invoiceIssue, billConfirm, billPay, statement  string
	verified, answer, certificate, term, invitation, relations string

	payable, bill, account, provisional string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return words{
			expires: "Expires: ", task: "Renew the large order ", resource: "Resource: ", service: "Service: ", customer: "Customer: ",
			auto:       "It renews itself if the balance suffices.",
			invoiceDue: "Send the invoices of list ", invoiceIssue: "The vendor deals with the invoice request ", billConfirm: "Last day to confirm the settlement bill ",
			billPay: "The settlement bill is paid by today: ", statement: "Last day to confirm the incentive statement ",
			verified: "Last day to verify the opportunity ", answer: "Last day to accept the opportunity ", certificate: "Certificate expires: ",
			term: "Membership ends: ", invitation: "Last day to accept the invitation: ", relations: "Declaration of relations ends",
			payable: "Payment request: ", bill: "Bill of ", account: "Specialist: ", provisional: "The calendar of working days is not published that far: the day may move.",
		}
	}
	return words{
		expires: "到期：", task: "大单续订：", resource: "资源：", service: "服务：", customer: "客户：", auto: "已开启自动续费，余额充足时自动续订。",
		invoiceDue: "请寄送发票，开票清单：", invoiceIssue: "发票申请处理截止：", billConfirm: "结算账单确认截止：", billPay: "结算账单付款截止：", statement: "激励对账单确认截止：",
		verified: "机会点验证截止：", answer: "机会点接受截止：", certificate: "证书到期：", term: "计划成员资格到期：", invitation: "计划邀请接受截止：", relations: "关系申报到期",
		payable: "付款申请：", bill: "账单：", account: "项目专员：", provisional: "相应年份的工作日安排尚未公布，该日期可能调整。",
	}
}
