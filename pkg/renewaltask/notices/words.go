package notices

import (
	"fmt"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
)

// words are all that digests of renewal tasks say in one language.
type words struct {
	locale   notify.Locale
	dear     func(name string) string
	intro    string
	title    string
	note     string
	columns  [6]string // order, customer, service, expiry, paid, rate
	subject  func(n int, first calendar.Date) string
	daysLeft func(n int) string
	yuan     func(money.Fen) string
}

func wordsOf(locale notify.Locale) words {
	if locale == notify.English {
		return english()
	}
	return chinese()
}

func english() words {
	return words{
		locale:  notify.English,
		dear:    func(name string) string { return "Dear " + name + "," },
		intro:   "These large orders of your customers expire this month.",
		title:   "Large orders to be renewed",
		note:    "Talk to the customer and record what it intends. A task is done when 60 percent of the amount is renewed.",
		columns: [6]string{"Order", "Customer", "Service", "Expires", "Paid", "Renewed"},
		subject: func(n int, first calendar.Date) string {
			if n == 1 {
				return "1 large order to be renewed expires on " + first.String()
			}
			return fmt.Sprintf("%d large orders to be renewed expire, the first on %s", n, first)
		},
		daysLeft: func(n int) string {
			switch n {
			case 0:
				return " (today)"
			case 1:
				return " (1 day left)"
			}
			return fmt.Sprintf(" (%d days left)", n)
		},
		yuan: func(f money.Fen) string { return "CNY " + f.String() },
	}
}

func chinese() words {
	return words{
		locale:  notify.Chinese,
		dear:    func(name string) string { return "尊敬的" + name + "：" },
		intro:   "您的客户有以下大额订单将于本月到期。",
		title:   "大单续订任务",
		note:    "请联系客户确认续订意向并登记处理结果。续订金额达到 60% 后任务完成。",
		columns: [6]string{"订单", "客户", "服务", "到期日", "已付金额", "金额续订率"},
		subject: func(n int, first calendar.Date) string {
			if n == 1 {
				return "1 个待续订的大额订单将于 " + first.String() + " 到期"
			}
			return fmt.Sprintf("%d 个待续订的大额订单即将到期，最早于 %s 到期", n, first)
		},
		daysLeft: func(n int) string {
			if n == 0 {
				return "（今天）"
			}
			return fmt.Sprintf("（剩余 %d 天）", n)
		},
		yuan: func(f money.Fen) string { return "¥" + f.String() },
	}
}
