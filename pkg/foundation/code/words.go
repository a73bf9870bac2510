package code

import (
	"strconv"
	"time"

	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/letter"
)

// Template is the SMS template of codes. Its parameters are code and minutes.
const Template = "code"

func text(to notify.Address, code string, life time.Duration) notify.Text {
	return notify.Text{
		To: to.Mobile, Template: Template, Locale: to.Locale, Params: map[string]string{"code": code, "minutes": minutes(life)},
	}
}

func mail(to notify.Address, code string, life time.Duration, now time.Time) (notify.Message, error) {
	l := letter.Letter{
		Locale: to.Locale, AsOf: now, Title: "您的验证码",
		Intro: []string{"验证码：" + code, minutes(life) + "分钟内有效。请勿将验证码告知他人。如非本人操作，请忽略本邮件。"},
	}
	if to.Locale == notify.English {
		l.Title = "Your verification code"
		l.Intro = []string{
			"Verification code: " + code,
			"It is good for " + minutes(life) + " minutes. Tell it to nobody. If you did not ask for it, ignore this message.",
		}
	}
	m := notify.Message{To: to.Email, Subject: l.Title}
	var err error
	if m.HTML, err = l.HTML(); err != nil {
		return m, err
	}
	m.Text, err = l.Text()
	return m, err
}

func minutes(life time.Duration) string { return strconv.Itoa(int(life / time.Minute)) }
