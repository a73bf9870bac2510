// Package letter lays out what a mail says as HTML and as plain text. What it says is its caller's business.
//
// The HTML needs nothing from elsewhere, reads well on a phone and on paper, and escapes whatever it is given. All dates in it are
// Beijing's, and it says so.
package letter

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	"sync"
	texttemplate "text/template"
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

// Field is a cell with its column's name.
type Field struct{ Name, Value string }

// Name gives the first cell.
func (r Row) Name() string { return r.Cells[0] }

// HasLinks reports whether a row of the group has a link.
func (g Group) HasLinks() bool {
	for _, r := range g.Rows {
		if r.URL != "" {
			return true
		}
	}
	return false
}

// Fields pairs a row's cells with the group's columns.
func (g Group) Fields(r Row) []Field {
	fields := make([]Field, len(r.Cells))
	for i, value := range r.Cells {
		fields[i] = Field{g.Columns[i], value}
	}
	return fields
}

//go:embed letter.html letter.txt
var files embed.FS

var (
	htmlForm = sync.OnceValue(func() *htmltemplate.Template {
		return htmltemplate.Must(htmltemplate.ParseFS(files, "letter.html"))
	})
	textForm = sync.OnceValue(func() *texttemplate.Template {
		return texttemplate.Must(texttemplate.New("letter.txt").Funcs(texttemplate.FuncMap{"line": oneLine, "add": add}).ParseFS(files, "letter.txt"))
	})
)

// HTML gives the letter as a web page.
func (l Letter) HTML() (string, error) {
	if err := l.check(); err != nil {
		return "", err
	}
	var out bytes.Buffer
	err := htmlForm().Execute(&out, l)
	return out.String(), err
}

// Text gives the letter as plain text.
func (l Letter) Text() (string, error) {
	if err := l.check(); err != nil {
		return "", err
	}
	var out bytes.Buffer
	err := textForm().Execute(&out, l)
	return out.String(), err
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

// Footer says when the letter was true and whose days it counts.
func (l Letter) Footer() []string {
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

// oneLine keeps a name from breaking the lines of a text.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func add(a, b int) int { return a + b }
