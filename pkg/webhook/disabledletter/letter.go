// Package disabledletter is the mail that tells a party that one of its webhooks failed for a day and was switched off.
package disabledletter

import (
	"context"
	"errors"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/foundation/weburl"
	"partnercenter/pkg/party"
	"partnercenter/pkg/webhook"
)

// Writer writes the mail, by a service that is opened for each. A webhook that was enabled again or deleted meanwhile is not written about.
func Writer(open func() *webhook.Service) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		s := open()
		hook, err := s.Endpoint(ctx, auth.PartyID(e.Owner), e.Subject)
		if errors.Is(err, webhook.ErrMissing) || err == nil && hook.State != webhook.Failed {
			return immediate.Message{}, false, nil
		}
		if err != nil {
			return immediate.Message{}, false, err
		}
		p, err := party.Get(ctx, s.Table, auth.PartyID(e.Owner))
		if err != nil {
			return immediate.Message{}, false, err
		}
		at, err := weburl.Judge(hook.URL) // of which the mail says where it leads alone: a path or query is a secret to some receivers
		if err != nil {
			return immediate.Message{}, false, err
		}
		w := wordsOf(notify.LocaleOf(p.Locale))
		return immediate.Message{To: p.Address(), Letter: letter.Letter{
			Locale: w.locale, Title: w.title, Intro: []string{w.what, w.how}, AsOf: e.At,
			Groups: []letter.Group{{Title: w.group, Columns: []string{w.id, w.url}, Rows: []letter.Row{{Cells: []string{hook.ID, at.Origin()}}}}},
		}}, true, nil
	}
}

type words struct {
	locale                           notify.Locale
	title, what, how, group, id, url string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return words{
			locale: notify.English, title: "A webhook was switched off",
			what: "The webhook below has not answered, or not with success, for a day. It was switched off, and what was still to be sent has failed.",
			how:  "When its receiver works again, enable it, and have sent again what you need: the deliveries of 30 days are kept.", group: "Webhook",
			id: "ID", url: "Address",
		}
	}
	return words{
		locale: notify.Chinese, title: "Webhook 已停用", what: "以下 Webhook 持续一天未响应或响应失败，现已停用，待发送的事件均已失败。",
		how: "接收端恢复后，请重新启用该 Webhook，并按需重新投递；投递记录保留 30 天。", group: "Webhook", id: "编号", url: "地址",
	}
}
