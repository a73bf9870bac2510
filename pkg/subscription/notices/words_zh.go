package notices

import (
	"fmt"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/subscription"
)

func chinese() words {
	yuan := func(f money.Fen) string { return "¥" + f.String() }
	return words{
		locale: notify.Chinese,
		dear:   func(name string) string { return "尊敬的" + name + "：" },
		intro: func(holder bool) string {
			if holder {
				return "以下是您的包年/包月资源的最新变化和即将发生的事项。挂载在资源上的资源与其同步变化。"
			}
			return "以下是您的代售客户的包年/包月资源的最新变化和即将发生的事项。"
		},
		daysLeft: func(n int) string {
			if n == 0 {
				return "（今天）"
			}
			return fmt.Sprintf("（剩余%d天）", n)
		},
		length: func(t calendar.Term) string {
			if t.Unit == calendar.Year {
				return fmt.Sprintf("%d年", t.Count)
			}
			return fmt.Sprintf("%d个月", t.Count)
		},
		yuan: yuan,
		missing: func(needed, missing money.Fen) string {
			return fmt.Sprintf("未来%d天自动续费共需%s，还差%s。", forecastDays, yuan(needed), yuan(missing))
		},
		resource: "资源", customer: "客户", service: "服务", price: "续费价格", then: "到期后", reason: "失败原因", day: "扣款日", paid: "支付金额",
		renew: "续费", noPrice: "–",
		first: func(subject string, n int, date calendar.Date) string {
			if n == 1 {
				return subject + "（" + date.String() + "）"
			}
			return subject + "，最早" + date.String()
		},
		kinds: chineseKinds(yuan),
		policies: map[subscription.Policy]string{
			subscription.PolicyToGrace: "进入宽限期", subscription.PolicyToOnDemand: "转按需", subscription.PolicyDelete: "释放",
			subscription.PolicyAutoRenew: "自动续费", subscription.PolicyFreeze: "冻结", subscription.PolicyDeleteAfterGrace: "宽限期后释放",
		},
		refusals: map[subscription.Refusal]string{
			subscription.RefusedBalance: "余额不足", subscription.RefusedPendingOrder: "有待支付的订单",
			subscription.RefusedBlocked: "账户被冻结或受限", subscription.RefusedOffShelf: "产品已下架",
			subscription.RefusedPeriod: "产品不支持该续费周期",
		},
	}
}

// resources writes a number of resources with what happens to them.
func resources(what string) func(int) string {
	return func(n int) string { return fmt.Sprintf("%d个资源%s", n, what) }
}

func chineseKinds(yuan func(money.Fen) string) map[subscription.NoticeKind]kindWords {
	return map[subscription.NoticeKind]kindWords{
		subscription.NoticeReleasing: {
			title: "即将释放", note: "这些资源将在下列日期结束时释放，数据将被删除且无法恢复。",
			date: "释放日", subject: resources("即将释放"), state: "将于%s释放", renewable: true,
		},
		subscription.NoticeRetention: {
			title: "已冻结（保留期）", note: "这些资源已停止使用，数据保留至下列日期结束，之后将被删除。",
			date: "保留至", subject: resources("已冻结，到期将释放"), state: "已冻结，将于%s释放", renewable: true,
		},
		subscription.NoticeGrace: {
			title: "已到期（宽限期）", note: "这些资源已到期，在下列日期结束前仍可使用。",
			date: "可用至", subject: resources("已到期，宽限期后将停用"), state: "已到期，可用至%s", renewable: true,
		},
		subscription.NoticeRenewalFailed: {
			title: "自动续费失败", note: "到期前，系统将在每天03:00再次尝试续费。",
			date: "到期日", subject: resources("自动续费失败，即将到期"), state: "自动续费失败，将于%s到期", renewable: true,
			balance: func(f money.Fen) string { return "当前账户余额为" + yuan(f) + "。" },
		},
		subscription.NoticeExpiring: {
			title: "即将到期", note: "这些资源不会自动续费。续费后，新的周期从原到期日起计算。",
			date: "到期日", subject: resources("即将到期"), state: "将于%s到期", renewable: true,
		},
		subscription.NoticeReleased: {
			title: "已释放", note: "这些资源及其数据已被删除。",
			date: "释放日", subject: resources("已释放"), state: "已于%s释放",
		},
		subscription.NoticeUnsubscribed: {
			title: "已退订", note: "这些资源已停止，退款明细请见退订订单。",
			date: "退订日", subject: resources("已退订"), state: "已于%s退订",
		},
		subscription.NoticeRenewing: {
			title: "即将自动续费", note: "续费金额将从您的账户余额中扣除。",
			date: "到期日", subject: resources("即将自动续费"),
			balance: func(f money.Fen) string { return "当前余额为" + yuan(f) + "，请确保余额充足。" },
		},
		subscription.NoticeRenewed: {
			title: "已自动续费", note: "您无需进行任何操作。",
			date: "到期日", subject: resources("已自动续费"),
		},
	}
}
