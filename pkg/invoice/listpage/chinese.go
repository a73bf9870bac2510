package listpage

import (
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/invoice"
)

var chinese = words{
	locale: notify.Chinese, otherLanguage: "English",
	title: "开票清单", notYet: "暂时无法查看开票清单，原因如下：", sameLink: "稍后仍可使用此链接查看。",
	hidden: map[invoice.Hidden]reason{
		invoice.NotCertified:  {"商业信息尚未认证。", "请先在伙伴中心完成商业信息认证。"},
		invoice.UnderReview:   {"商业信息变更正在认证中。", "认证完成前不进行结算。"},
		invoice.NoRequest:     {"还没有发放申请。", "请先在伙伴中心提交发放申请：银行转账、返充值账户需要开票。"},
		invoice.NotNeeded:     {"无需开票。", "转代金券额度、记欠票的发放方式不需要发票。"},
		invoice.PendingSync:   {"商业信息认证与发放申请在同一天完成，数据正在同步。", ""},
		invoice.NoBuyer:       {"购买方信息尚未设置。", "设置完成后即生成清单，您无需操作。"},
		invoice.InPreparation: {"条件均已满足。", "清单将在几分钟内生成，请稍后刷新页面。"},
	},
	visibleFrom: func(at string) string { return "清单将于" + at + "（北京时间）起可见。" },
	states: map[invoice.ListState]string{
		invoice.ToInvoice: "待开票", invoice.Registered: "已登记发票，待邮寄", invoice.Mailed: "已邮寄", invoice.Received: "已签收，审核中", invoice.Approved: "审核通过",
		invoice.Rejected: "已驳回",
	},
	next: map[invoice.ListState]string{
		invoice.ToInvoice:  "请按下方模板开具增值税专用发票并登记，在打印的清单上填写发票号码，然后将发票和清单一并寄出。",
		invoice.Registered: "请寄出发票和打印的清单，并填写快递公司和单号。",
		invoice.Mailed:     "发票正在邮寄途中，您无需操作。",
		invoice.Received:   "发票已签收，正在审核，您无需操作。",
		invoice.Approved:   "发票审核通过，将在两个工作日内付款。",
		invoice.Rejected:   "请重新开具发票、登记并再次邮寄。",
	},
	rejectedBecause: "驳回原因：",
	sources: map[invoice.Source]string{
		invoice.Incentive: "激励", invoice.KooGallery: "云商店商品账单", invoice.Procurement: "采购介入类账单",
	},
	kinds:   map[invoice.Kind]string{invoice.SpecialPaper: "增值税专用发票（纸质）", invoice.SpecialElectronic: "增值税专用发票（电子）"},
	payable: "申付单号", source: "类型", period: "账期", seller: "销售方", issued: "生成时间（北京时间）",
	what: "开票内容", goods: "货物或服务名称", net: "不含税金额", rate: "税率", tax: "税额", gross: "价税合计", total: "合计",
	currency: "金额单位：人民币元。", print: "打印", pdf: "下载 PDF", csv: "下载 CSV",
	template: "开票模板", buyer: "购买方名称", taxID: "纳税人识别号", addressPhone: "地址、电话", bankAccount: "开户行及账号", remark: "备注", copy: "复制", copied: "已复制", seeTable: "按上表逐行填写",
	where: "寄送地址", paper: "纸质发票及打印的清单", electronic: "电子发票邮箱",
	progress: "发票状态", noInvoice: "尚未登记发票。", mailed: "已邮寄", received: "已签收", approved: "审核通过", payBy: "付款期限",
	writeNumber: "发票号码：", register: "登记发票和快递",
	signIn:     "本页面仅供查看。登记发票号码和快递单号，请登录伙伴中心（销售 > 激励 > 激励管理 > 申请记录），或使用密钥调用接口 RegisterInvoices 和 MailInvoices。",
	signInLink: "查看接口",
	rules: []string{
		"仅接受增值税专用发票（纸质或电子），不接受增值税普通发票。",
		"一张发票不能对应多个申付单；一个申付单可以开具多张发票。",
		"发票合计须与清单一致，精确到分。不同税率另有清单，须分别开票。",
		"备注须包含申付单号和账期，内容见上。",
	},
}
