package notices

import (
	"strconv"

	"partnercenter/pkg/foundation/notify"
)

// words are what a digest says in one language.
type words struct {
	subject     func(n int) string
	dear        func(name string) string
	daysLeft    func(days int) string
	intro       string
	title, note string
	columns     [4]string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return english
	}
	return chinese
}

var english = words{
	subject: func(n int) string {
		if n == 1 {
			return "A certificate of your specialists expires soon"
		}
		return strconv.Itoa(n) + " certificates of your specialists expire soon"
	},
	dear:     func(name string) string { return "Dear " + name + "," },
	daysLeft: func(days int) string { return " (" + strconv.Itoa(days) + " days left)" },
	intro:    "There is news of the certificates of your specialists.",
	title:    "Certificates that expire", note: "A certificate does not count for you any more when it has expired. Please renew it in time.",
	columns: [4]string{"Certificate", "Type", "Person", "Last day"},
}

var chinese = words{
	subject:  func(n int) string { return "贵司项目专员有" + strconv.Itoa(n) + "个证书即将到期" },
	dear:     func(name string) string { return "尊敬的" + name + "：" },
	daysLeft: func(days int) string { return "（剩余" + strconv.Itoa(days) + "天）" },
	intro:    "以下是贵司项目专员证书的最新情况。",
	title:    "即将到期的证书", note: "证书到期后不再计入贵司，请及时续证。",
	columns: [4]string{"证书编号", "类型", "持有人", "最后有效日"},
}
