package digest

import (
	"context"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/foundation/notify/link"
)

// MaxLines is how many things one digest names. Source: DESIGN.md "What happens later".
const MaxLines = 100

// Source says what there is to tell a recipient. It reads and changes nothing.
type Source func(ctx context.Context, ask Ask) (Content, error)

// Ask is the question to a source: what happened to, or comes up for, a party after Mark and until AsOf, business time.
type Ask struct {
	Party auth.PartyID
	Mark  time.Time
	AsOf  time.Time
}

// Content is what there is to tell. Without groups there is nothing.
type Content struct {
	To      notify.Address
	Subject string // says the most urgent
	Intro   []string
	Groups  []Group   // the most urgent first
	Text    *Text     // when something is so urgent that it also goes by SMS
	Next    time.Time // when there is something to tell if nothing changes until then; the zero time never
}

// Group is a table of things of which the same is said.
type Group struct {
	Title   string
	Note    string
	Columns []string
	Lines   []Line
	Urgent  bool
}

// Line is one thing, and perhaps what can be done about it.
type Line struct {
	Cells []string // one for each column, the first the thing's name
	Act   *Act
}

// Act is a link by which the recipient acts.
type Act struct {
	Label string
	Link  link.Link
}

// Text is an SMS by a template of the carrier. Its parameter "link" is set to a short link, when there is one.
type Text struct {
	Template string
	Params   map[string]string
	Link     *link.Link
}

func (c Content) lines() int {
	n := 0
	for _, g := range c.Groups {
		n += len(g.Lines)
	}
	return n
}

// write lays the content out: at most MaxLines lines, then how many more there are, and how many messages the daily cap kept back.
func (d *Digest) write(ctx context.Context, c Content, withheld int, asOf time.Time) (letter.Letter, error) {
	w := wordsOf(c.To.Locale)
	out := letter.Letter{Locale: c.To.Locale, Title: c.Subject, Intro: c.Intro, AsOf: asOf}
	if len(c.Groups) == 0 {
		out.Title = w.withheldTitle
	}
	left := MaxLines
	for _, g := range c.Groups {
		if left == 0 {
			break
		}
		group := letter.Group{Title: g.Title + " (" + strconv.Itoa(len(g.Lines)) + ")", Note: g.Note, Columns: g.Columns, Urgent: g.Urgent}
		for _, l := range g.Lines[:min(left, len(g.Lines))] {
			row, err := d.row(ctx, l)
			if err != nil {
				return out, err
			}
			group.Rows = append(group.Rows, row)
			left--
		}
		out.Groups = append(out.Groups, group)
	}
	if more := c.lines() - MaxLines; more > 0 {
		out.Notes = append(out.Notes, w.more(more))
	}
	if withheld > 0 {
		out.Notes = append(out.Notes, w.withheld(withheld))
	}
	return out, nil
}

func (d *Digest) row(ctx context.Context, l Line) (letter.Row, error) {
	row := letter.Row{Cells: l.Cells}
	if l.Act == nil {
		return row, nil
	}
	url, err := d.Links.URL(ctx, l.Act.Link)
	row.Label, row.URL = l.Act.Label, url
	return row, err
}
