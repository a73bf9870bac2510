package notices

import (
	"fmt"

	"partnercenter/pkg/foundation/notify"
)

// words are all that reminders of invoices say in one language.
type words struct {
	locale  notify.Locale
	dear    func(name string) string
	subject func(n, days int) string
	title   string
	note    string
	columns [4]string // payment request, list, amount, since
	days    func(n int) string
	view    string
}

func wordsOf(locale notify.Locale) words {
	if locale == notify.English {
		return english()
	}
	return chinese()
}

func english() words {
	return words{
		locale: notify.English,
		dear:   func(name string) string { return "Dear " + name + "," },
		subject: func(n, days int) string {
			if n == 1 {
				return fmt.Sprintf("An invoice is missing for %d days", days)
			}
			return fmt.Sprintf("%d invoices are missing", n)
		},
		title:   "Invoices that are missing",
		note:    "You are paid once your special VAT invoices have arrived and are approved. Please issue them as the invoice lists say, and send them with the printed lists.",
		columns: [4]string{"Payment request", "Invoice list", "With tax (CNY)", "Issued"},
		days:    func(n int) string { return fmt.Sprintf("%d days ago", n) },
		view:    "View the invoice list",
	}
}

func chinese() words {
	return words{
		locale: notify.Chinese,
		dear:   func(name string) string { return "尊敬的" + name + "：" },
		subject: func(n, days int) string {
			if n == 1 {
				return fmt.Sprintf("您有一张开票清单已%d天未开票", days)
			}
			return fmt.Sprintf("您有%d张开票清单未开票", n)
		},
		title:   "尚未开票的开票清单",
		note:    "收到并审核通过增值税专用发票后才能付款。请按开票清单开具发票，并与打印的清单一并寄出。",
		columns: [4]string{"申付单号", "清单编号", "价税合计（元）", "生成时间"},
		days:    func(n int) string { return fmt.Sprintf("%d天前", n) },
		view:    "查看开票清单",
	}
}
