package planletter

import (
	"context"
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/agreement"
)

// Version writes the mail that asks a party to sign a new version of an agreement. Who has signed it meanwhile is not written to.
func Version(open func() *agreement.Service) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		s := open()
		v, ok, err := agreement.Awaited(ctx, s.Table, e, s.Clock.Now())
		if err != nil || !ok {
			return immediate.Message{}, false, err
		}
		p, err := party.Get(ctx, s.Table, auth.PartyID(e.Owner))
		if err != nil {
			return immediate.Message{}, false, err
		}
		w := wordsOf(notify.LocaleOf(p.Locale))
		l := w.asksToSign(v)
		l.AsOf = e.At
		return immediate.Message{To: p.Address(), Letter: l}, true, nil
	}
}

func (w words) asksToSign(v agreement.Version) letter.Letter {
	title := v.Titles[w.locale]
	row := letter.Row{Cells: []string{title, strconv.Itoa(v.N), calendar.DateOf(v.From).String()}}
	columns := []string{w.agreement, w.version, w.from}
	if len(v.Required) > 0 {
		blocked := make([]string, len(v.Required))
		for i, p := range v.Required {
			blocked[i] = w.purposes[p]
		}
		columns, row.Cells = append(columns, w.needed), append(row.Cells, strings.Join(blocked, ", "))
	}
	return letter.Letter{
		Locale: w.locale, Title: oneLine(w.newVersion + title), Intro: []string{w.toSign},
		Groups: []letter.Group{{Title: w.agreement, Columns: columns, Rows: []letter.Row{row}}},
	}
}
