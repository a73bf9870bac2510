package notices

import (
	"fmt"
	"strconv"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/subscription"
)

// words are all that digests of resources say in one language.
type words struct {
	locale notify.Locale

	dear     func(name string) string
	intro    func(holder bool) string
	daysLeft func(n int) string
	length   func(calendar.Term) string
	yuan     func(money.Fen) string
	missing  func(needed, missing money.Fen) string // what auto-renewal will need, when the balance is too small

	resource, customer, service, price, then, reason, day, paid string // titles of columns

	renew    string                                                 // label of the link
	noPrice  string                                                 // where nothing is offered
	first    func(subject string, n int, date calendar.Date) string // the subject with the first of n dates
	kinds    map[subscription.NoticeKind]kindWords
	policies map[subscription.Policy]string
	refusals map[subscription.Refusal]string
}

// kindWords are what is said of one kind of notice.
type kindWords struct {
	title     string
	note      string
	date      string             // title of the date's column
	subject   func(n int) string // of the mail, when this is the most urgent
	state     string             // in an SMS, behind the resource's name; %s is the date
	renewable bool
	balance   func(money.Fen) string // said behind the note; nil: not said
}

func wordsOf(locale notify.Locale) words {
	if locale == notify.English {
		return english()
	}
	return chinese()
}

// subject says how many things are most urgent, and until when.
func (w words) subject(n subscription.Notice, count int) string {
	subject := w.kinds[n.Kind].subject(count)
	switch n.Kind {
	case subscription.NoticeGrace, subscription.NoticeReleased, subscription.NoticeUnsubscribed, subscription.NoticeRenewed, subscription.NoticeRenewing:
		return subject
	default:
		return w.first(subject, count, n.Date)
	}
}

// text gives the parameters of the SMS about an item.
func (w words) text(i item, urgent int) map[string]string {
	state := fmt.Sprintf(w.kinds[i.notice.Kind].state, i.notice.Date)
	return map[string]string{"count": strconv.Itoa(urgent), "resource": nameOf(i.family.Main), "state": state}
}
