package notices

import (
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/subscription"
)

// column is one column of a group's table, and how an item fills it.
type column struct {
	title string
	cell  func(t *telling, i item) string
}

// group gives the table of one kind.
func (t *telling) group(kind subscription.NoticeKind, items []item) digest.Group {
	w := t.words.kinds[kind]
	g := digest.Group{Title: w.title, Note: w.note, Urgent: items[0].urgent()}
	if t.reader.Kind == auth.Customer && w.balance != nil {
		g.Note += w.balance(t.balance)
		if t.seen.Missing > 0 {
			g.Note += t.words.missing(t.seen.Needed, t.seen.Missing)
		}
	}
	columns := t.columns(kind)
	for _, c := range columns {
		g.Columns = append(g.Columns, c.title)
	}
	for _, i := range items {
		l := digest.Line{}
		for _, c := range columns {
			l.Cells = append(l.Cells, c.cell(t, i))
		}
		if w.renewable {
			l.Act = t.act(i)
		}
		g.Lines = append(g.Lines, l)
	}
	return g
}

// columns gives what a group tells of each item: what it is, whose it is when the reader has many customers, and what matters of its kind.
func (t *telling) columns(kind subscription.NoticeKind) []column {
	w := t.words
	columns := []column{{w.resource, func(_ *telling, i item) string { return nameOf(i.family.Main) }}}
	if t.reader.Kind != auth.Customer {
		columns = append(columns, column{w.customer, func(_ *telling, i item) string { return i.holder.Name }})
	}
	columns = append(columns, column{w.service, func(_ *telling, i item) string { return serviceOf(i.family.Main) }})
	date := column{w.kinds[kind].date, dateCell}
	price := column{w.price, priceCell}
	switch kind {
	case subscription.NoticeExpiring:
		columns = append(columns, date, column{w.then, thenCell})
	case subscription.NoticeRenewalFailed:
		columns = append(columns, date, column{w.reason, reasonCell})
	case subscription.NoticeRenewing:
		columns = append(columns, column{w.day, attemptCell}, date)
	case subscription.NoticeRenewed:
		return append(columns, column{w.paid, paidCell}, date)
	case subscription.NoticeReleased, subscription.NoticeUnsubscribed:
		return append(columns, date)
	case subscription.NoticeGrace, subscription.NoticeRetention, subscription.NoticeReleasing:
		columns = append(columns, date)
	}
	if t.reader.Kind == auth.Customer {
		columns = append(columns, price)
	}
	return columns
}

func nameOf(s subscription.Subscription) string {
	if s.Name == "" {
		return string(s.ResourceID)
	}
	return s.Name
}

func serviceOf(s subscription.Subscription) string {
	name := s.ServiceTypeName
	if name == "" {
		name = s.ServiceTypeCode
	}
	if s.Region == "" {
		return name
	}
	return name + ", " + s.Region
}

// dateCell gives the day that the item is about and, while it lies ahead, how far.
func dateCell(t *telling, i item) string {
	n := i.notice
	switch n.Kind {
	case subscription.NoticeReleased, subscription.NoticeUnsubscribed, subscription.NoticeRenewed:
		return n.Date.String()
	default:
		return n.Date.String() + t.words.daysLeft(n.Days)
	}
}

func priceCell(t *telling, i item) string {
	if i.price == 0 {
		return t.words.noPrice
	}
	return t.words.yuan(i.price) + " / " + t.words.length(subscription.RenewalTerm(i.family.Main))
}

func thenCell(t *telling, i item) string { return t.words.policies[i.family.Main.Policy] }

func reasonCell(t *telling, i item) string { return t.words.refusals[i.notice.Refusal] }

// attemptCell gives the day on which auto-renewal is tried first.
func attemptCell(t *telling, i item) string {
	step, ok := subscription.Next(i.family.Main, subscription.TermsOf(i.holder), t.ask.AsOf)
	if !ok || step.Action != subscription.ActionRenew {
		return ""
	}
	return calendar.DateOf(step.At).String()
}

// paidCell gives what the last renewal cost, what is attached to the resource included.
func paidCell(t *telling, i item) string {
	main := i.family.Main
	total := main.LastRenewal.Amount
	for _, a := range i.family.Attached {
		if a.LastRenewal.Order == main.LastRenewal.Order {
			total += a.LastRenewal.Amount
		}
	}
	return t.words.yuan(total)
}
