// Package letter lays out what a mail says as HTML and as plain text. What it says is its caller's business.
//
// The HTML needs nothing from elsewhere, reads well on a phone and on paper, and escapes whatever it is given. All dates in it are
// Beijing's, and it says so. It is written by hand: a template engine calls methods by name, for which the linker keeps every method
// of every package, and the functions that send mail would be twice their size.
package letter

import (
	"fmt"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/notify"
)

// Letter is one mail's content.
type Letter struct {
	Locale notify.Locale
	Title  string
	Intro  []string // paragraphs
	Groups []Group
	Notes  []string // paragraphs behind the groups
	AsOf   time.Time
}

// Group is a table of things of which the same is said.
type Group struct {
	Title   string
	Note    string // what it means, and what to do
	Columns []string
	Rows    []Row
	Urgent  bool // stands out
}

// Row is one thing: a cell for each column, the first its name, and perhaps a link.
type Row struct {
	Cells []string
	Label string // of the link
	URL   string
}

func (l Letter) check() error {
	for _, g := range l.Groups {
		for _, r := range g.Rows {
			if len(r.Cells) != len(g.Columns) || len(r.Cells) == 0 {
				return fmt.Errorf("letter %q: a row of %d cells in a table of %d columns", l.Title, len(r.Cells), len(g.Columns))
			}
		}
	}
	return nil
}

// footer says when the letter was true and whose days it counts.
func (l Letter) footer() []string {
	at := l.AsOf.In(calendar.Beijing).Format("2006-01-02 15:04")
	if l.Locale == notify.English {
		return []string{
			"As of " + at + ". All dates and times are Beijing time (UTC+8).",
			"This message was sent automatically by Partner Center. Please do not reply.",
		}
	}
	return []string{
		"数据截至 " + at + "。所有日期和时间均为北京时间（UTC+8）。",
		"本邮件由伙伴中心系统自动发送，请勿回复。",
	}
}
