// Package answerletter writes to who asked about a line of a performance slip that the vendor has answered, and what.
//
// Source: DOMAIN.md 6, "Question feedback"; that it is mailed is ASSUMED.
package answerletter

import (
	"context"
	"errors"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/party"
)

// Writers gives the writer of this package, by the name under which the notifier has it.
func Writers(db func() *table.Client) map[string]immediate.Writer {
	return map[string]immediate.Writer{performance.WriterAnswered: func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		return answered(ctx, db(), e)
	}}
}

func answered(ctx context.Context, db *table.Client, e event.Event) (immediate.Message, bool, error) {
	partner := auth.PartyID(e.Owner)
	q, err := performance.QuestionOf(ctx, db, partner, e.Subject)
	if err != nil {
		return immediate.Message{}, false, err
	}
	p, err := party.Get(ctx, db, partner)
	if err != nil {
		return immediate.Message{}, false, err
	}
	to := p.Address()
	if to, err = asker(ctx, db, q, to); err != nil {
		return immediate.Message{}, false, err
	}
	w := wordsOf(to.Locale)
	return immediate.Message{To: to, Letter: letter.Letter{
		Locale: w.locale, Title: w.title, Intro: []string{w.intro}, AsOf: e.At,
		Groups: []letter.Group{{
			Title: w.details, Columns: []string{w.line, w.question, w.answer},
			Rows: []letter.Row{{Cells: []string{string(q.Row.Line), q.Row.Text, q.Row.Answer}}},
		}},
	}}, true, nil
}

// asker gives where who asked is told: the user, in the partner's language, or, when it has no address or is no longer the partner's, the partner.
func asker(ctx context.Context, db *table.Client, q performance.Question, partner notify.Address) (notify.Address, error) {
	if q.Asker == "" {
		return partner, nil
	}
	u, err := auth.LoadUser(ctx, db, q.Asker)
	if errors.Is(err, table.ErrNotFound) {
		return partner, nil
	}
	if err != nil || u.Party != q.Row.Partner || u.Email == "" {
		return partner, err
	}
	return notify.Address{Email: u.Email, Locale: partner.Locale}, nil
}

// words are what the letter says in one language.
type words struct {
	locale                                        notify.Locale
	title, intro, details, line, question, answer string
}

func wordsOf(l notify.Locale) words {
	if l == notify.English {
		return words{
			locale: notify.English, title: "Your question about your performance is answered", intro: "You asked about a line of your performance slip.",
			details: "Question and answer", line: "Line", question: "Question", answer: "Answer",
		}
	}
	return words{
		locale: notify.Chinese, title: "您的业绩问题反馈已答复", intro: "您对业绩单中的一条明细提出了问题反馈。",
		details: "问题与答复", line: "明细", question: "问题", answer: "答复",
	}
}
