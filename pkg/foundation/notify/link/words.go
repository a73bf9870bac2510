package link

import "partnercenter/pkg/foundation/notify"

// Expired is the page of a link whose time is over.
func Expired(locale notify.Locale) Page {
	if locale == notify.English {
		return Page{
			Locale: locale, Title: "This link has expired",
			Text: []string{"Nothing was changed. Please use the link of a newer message, or sign in to Partner Center."},
		}
	}
	return Page{
		Locale: locale, Title: "链接已过期",
		Text: []string{"未进行任何更改。请使用较新邮件或短信中的链接，或登录伙伴中心处理。"},
	}
}

// Malformed is the page of what is not a link of ours, or was altered. It speaks both languages, for it does not know its reader.
func Malformed() Page {
	return Page{
		Locale: notify.Chinese, Title: "链接无效 · Not a valid link",
		Text: []string{
			"链接不完整或已被修改。请从邮件或短信中完整复制链接。",
			"The link is incomplete or was altered. Please copy all of it from the message.",
		},
	}
}
