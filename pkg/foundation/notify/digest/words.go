package digest

import (
	"fmt"

	"partnercenter/pkg/foundation/notify"
)

// words are what every digest says in one language.
type words struct {
	withheldTitle string
	more          func(n int) string
	withheld      func(n int) string
}

func wordsOf(locale notify.Locale) words {
	if locale == notify.English {
		return words{
			withheldTitle: "Partner Center: messages withheld",
			more: func(n int) string {
				return fmt.Sprintf("And %d more, not listed here. Sign in to Partner Center to see all of them.", n)
			},
			withheld: func(n int) string {
				return fmt.Sprintf("%d further messages to you were withheld, because your address had reached the day's limit.", n)
			},
		}
	}
	return words{
		withheldTitle: "伙伴中心：有消息未发送",
		more: func(n int) string {
			return fmt.Sprintf("另有%d项未在此列出，请登录伙伴中心查看全部。", n)
		},
		withheld: func(n int) string {
			return fmt.Sprintf("因已达到当日发送上限，另有%d条发给您的消息未发送。", n)
		},
	}
}
