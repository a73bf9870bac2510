package letter

import (
	"fmt"
	"strings"
)

// Text gives the letter as plain text. Error: a row that does not fit its table.
func (l Letter) Text() (string, error) {
	if err := l.check(); err != nil {
		return "", err
	}
	var b strings.Builder
	paragraphs := func(texts ...string) {
		for _, text := range texts {
			fmt.Fprintf(&b, "%s\n\n", text)
		}
	}
	paragraphs(l.Title)
	paragraphs(l.Intro...)
	for _, g := range l.Groups {
		fmt.Fprintf(&b, "== %s ==\n", g.Title)
		if g.Note != "" {
			fmt.Fprintln(&b, g.Note)
		}
		fmt.Fprintln(&b)
		for n, r := range g.Rows {
			fmt.Fprintf(&b, "%d. %s\n", n+1, oneLine(r.Cells[0]))
			for i, cell := range r.Cells[1:] {
				fmt.Fprintf(&b, "   %s: %s\n", g.Columns[i+1], oneLine(cell))
			}
			if r.URL != "" {
				fmt.Fprintf(&b, "   %s: %s\n", r.Label, r.URL)
			}
		}
		fmt.Fprintln(&b)
	}
	paragraphs(l.Notes...)
	fmt.Fprintf(&b, "--\n%s\n", strings.Join(l.footer(), "\n"))
	return b.String(), nil
}

// oneLine keeps a name from breaking the lines of a text.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
