package decisionmail

import (
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/specialist"
)

// words are what the mails say in one language.
type words struct {
	locale notify.Locale

	who, what, certificate, outcome, reason string // columns
	kinds                                   map[specialist.ReviewKind]string
	outcomes                                map[specialist.Outcome]string
	colon, remark, stopped, intro, where    string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return english
	}
	return chinese
}

var english = words{
	locale: notify.English, who: "Person", what: "Request", certificate: "Certificate", outcome: "Decision", reason: "Reason",
	kinds: map[specialist.ReviewKind]string{
		specialist.ReviewApplication: "Application as a project specialist", specialist.ReviewCancel: "Cancellation of a project specialist",
		specialist.ReviewCertificate: "Certificate", specialist.ReviewTransfer: "Transfer of a certificate",
	},
	outcomes: map[specialist.Outcome]string{specialist.Passed: "approved", specialist.Refused: "not approved", specialist.Withdrawn: "withdrawn"},
	colon:    ": ", remark: "Remark: ", stopped: "The vendor has cancelled a project specialist",
	intro: "The vendor has decided on one of your project specialists.", where: "You find it in Partner Center under project specialists.",
}

var chinese = words{
	locale: notify.Chinese, who: "人员", what: "申请", certificate: "证书编号", outcome: "结果", reason: "原因",
	kinds: map[specialist.ReviewKind]string{
		specialist.ReviewApplication: "项目专员申请", specialist.ReviewCancel: "取消项目专员申请",
		specialist.ReviewCertificate: "证书审核", specialist.ReviewTransfer: "证书转移申请",
	},
	outcomes: map[specialist.Outcome]string{specialist.Passed: "审核通过", specialist.Refused: "审核未通过", specialist.Withdrawn: "已撤回"},
	colon:    "：", remark: "审核意见：", stopped: "项目专员已被取消（供应商操作）",
	intro: "供应商已就贵司的项目专员作出决定。", where: "详情请在伙伴中心的项目专员页面查看。",
}
