// Package planletter is what people read of plans outside the API: the mail that carries an invitation, the page behind its link, the mails that say what
// was decided, those to the distributor that decides or takes customers over, and the one that asks to sign a new version of an agreement.
//
// The page has no button: whoever is invited signs in, signs the agreements, and accepts.
//
// Source: DOMAIN.md 11.
package planletter

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/program/membership"
)

// Purpose serves the links of invitations by a service, which is opened by the first of them.
func Purpose(open func() *membership.Service) link.Purpose {
	show := func(ctx context.Context, l link.Link) (link.Page, error) {
		o, err := open().Open(ctx, l)
		if err != nil {
			return link.Page{}, err
		}
		return page(wordsOf(l.Locale), o), nil
	}
	return link.Purpose{
		Name: membership.Purpose, Show: show,
		Act:     func(ctx context.Context, l link.Link, _ string) (link.Page, error) { return show(ctx, l) },
		Expired: show,
	}
}

func page(w words, o membership.Opened) link.Page {
	if !o.Alive {
		return link.Page{Locale: w.locale, Title: w.deadTitle, Text: []string{w.deadText, fmt.Sprintf(w.askAnew, w.hostOf(o))}}
	}
	p := link.Page{Locale: w.locale, Title: w.invited, Text: []string{w.signIn}}
	for _, f := range w.facts(o) {
		p.Facts = append(p.Facts, link.Fact{Name: f[0], Value: f[1]})
	}
	for _, c := range o.Plan.Benefits {
		p.Facts = append(p.Facts, link.Fact{Name: w.benefit, Value: c.Texts[w.locale]})
	}
	for _, c := range o.Plan.Duties {
		p.Facts = append(p.Facts, link.Fact{Name: w.duty, Value: c.Texts[w.locale]})
	}
	return p
}

// Writers gives the writers of the mails. What has changed meanwhile is not written about.
func Writers(open func() *membership.Service) map[string]immediate.Writer {
	return map[string]immediate.Writer{
		membership.WriterInvitation: invitation(open),
		membership.WriterApplied:    about(open, words.applied),
		membership.WriterResult:     about(open, words.result),
		membership.WriterExited:     about(open, words.exited),
	}
}

// invitation writes the mail of an invitation, to where the host wants it.
func invitation(open func() *membership.Service) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		s := open()
		o, err := s.Told(ctx, e)
		if err != nil || !o.Alive {
			return immediate.Message{}, false, err
		}
		url, err := s.Links.URL(ctx, o.Link())
		if err != nil {
			return immediate.Message{}, false, err
		}
		w := wordsOf(o.Locale)
		l := w.letter(w.subject(o), w.invited, o, letter.Row{Label: w.open, URL: url})
		l.Intro, l.Notes, l.AsOf = []string{w.signIn}, []string{w.ignore}, e.At
		return immediate.Message{To: notify.Address{Email: o.Email, Locale: w.locale}, Letter: l}, true, nil
	}
}

// about writes a mail about a membership to its event's owner, in that one's language.
func about(open func() *membership.Service, say func(w words, o membership.Opened) letter.Letter) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		s := open()
		o, err := s.Told(ctx, e)
		if err != nil || !o.Alive {
			return immediate.Message{}, false, err
		}
		to, err := s.Recipient(ctx, e)
		if err != nil {
			return immediate.Message{}, false, err
		}
		l := say(wordsOf(notify.LocaleOf(to.Locale)), o)
		l.AsOf = e.At
		return immediate.Message{To: notify.Address{Email: to.Email, Locale: l.Locale}, Letter: l}, true, nil
	}
}

// facts are what mails and page say of a membership, by name.
func (w words) facts(o membership.Opened) [][2]string {
	all := [][2]string{{w.plan, o.Plan.Names[w.locale]}, {w.account, o.Name}, {w.host, w.hostOf(o)}}
	switch o.State { //nolint:exhaustive // the others have no more to say
	case membership.Invited:
		all = append(all, [2]string{w.until, beijing(o.Expires)})
	case membership.Joined:
		all = append(all, [2]string{w.number, o.Certificate})
		if !o.Until.IsZero() {
			all = append(all, [2]string{w.until, beijing(o.Until)})
		}
	}
	return all
}

// hostOf names who invites.
func (w words) hostOf(o membership.Opened) string {
	if o.Host == "" {
		return w.vendor
	}
	return o.Host
}

func beijing(t time.Time) string { return t.In(calendar.Beijing).Format("2006-01-02 15:04") }

// letter gives a mail with the facts of a membership in one row.
func (w words) letter(title, group string, o membership.Opened, row letter.Row) letter.Letter {
	var columns []string
	for _, f := range w.facts(o) {
		columns, row.Cells = append(columns, f[0]), append(row.Cells, f[1])
	}
	return letter.Letter{Locale: w.locale, Title: oneLine(title), Groups: []letter.Group{{Title: group, Columns: columns, Rows: []letter.Row{row}}}}
}

// oneLine gives a title that can be a mail's subject, whatever line ends a name in it has.
func oneLine(title string) string { return strings.Join(strings.Fields(title), " ") }

func (w words) applied(o membership.Opened) letter.Letter {
	l := w.letter(w.appliedTitle+o.Name, w.application, o, letter.Row{})
	l.Intro = []string{w.appliedText}
	return l
}

func (w words) result(o membership.Opened) letter.Letter {
	l := w.letter(w.states[o.State]+w.colon+o.Plan.Names[w.locale], w.application, o, letter.Row{})
	l.Intro = []string{w.outcomes[o.State]}
	if o.Why != "" {
		l.Notes = append(l.Notes, w.reason+o.Why)
	}
	if len(o.Failed) > 0 {
		g := letter.Group{Title: w.failed, Columns: []string{w.check, w.todo}, Urgent: true}
		for _, f := range o.Failed {
			g.Rows = append(g.Rows, letter.Row{Cells: []string{string(f.Guard), f.Message}})
		}
		l.Groups = append(l.Groups, g)
	}
	return l
}

func (w words) exited(o membership.Opened) letter.Letter {
	l := w.letter(w.exitedTitle+o.Name, w.application, o, letter.Row{})
	l.Intro = []string{w.exitedText, w.moved + strconv.Itoa(o.Moved)}
	return l
}
