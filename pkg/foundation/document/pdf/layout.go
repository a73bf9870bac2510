package pdf

import (
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/document"
)

// mark is one thing on a page: a text, whose y is its base line, or without one a filled rectangle. Points count from the upper left corner.
type mark struct {
	x, y, w, h float64
	size       float64
	gray       uint8
	text       string
}

// layout puts blocks onto pages, from top to bottom.
type layout struct {
	of    measure
	has   func(r rune) bool
	pages [][]mark
	y     float64 // where the next block begins on the last page
}

// lay gives the pages of a document. Error: document.ErrTooLong.
func lay(d document.Document, of measure, has func(r rune) bool) ([][]mark, error) {
	l := &layout{of: of, has: has}
	l.newPage()
	l.lines(d.Title, titleSize, strong)
	if d.Subtitle != "" {
		l.y += 2
		l.lines(d.Subtitle, subtitleSize, soft)
	}
	l.y += 10
	for _, block := range d.Blocks {
		l.block(block)
		if len(l.pages) > mostPages {
			return nil, document.ErrTooLong.Saying("the document has more than %d pages", mostPages)
		}
	}
	for n := range l.pages {
		l.margins(d, n)
	}
	return l.pages, nil
}

func (l *layout) block(block document.Block) {
	switch b := block.(type) {
	case document.Heading:
		l.heading(string(b))
	case document.Paragraph:
		l.lines(string(b), bodySize, ink)
		l.y += 5
	case document.Facts:
		l.facts(b)
	case document.Table:
		l.table(b)
	}
}

func (l *layout) newPage() {
	l.pages = append(l.pages, nil)
	l.y = top
}

// need begins a new page when less than a height is left, unless the page is fresh.
func (l *layout) need(height float64) {
	if l.y+height > bottom && l.y > top {
		l.newPage()
	}
}

func (l *layout) put(m mark) {
	last := len(l.pages) - 1
	l.pages[last] = append(l.pages[last], m)
}

// write puts one line, whose upper edge is y.
func (l *layout) write(text string, x, y, size float64, gray uint8) {
	if text != "" {
		l.put(mark{x: x, y: y + size*((leading-1)/2+ascent), size: size, gray: gray, text: text})
	}
}

// wrap gives a text's lines as they fit a width.
func (l *layout) wrap(text string, size, width float64) []string {
	return wrap(clean(text, l.has), size, width, l.of)
}

// width gives the width of a line.
func (l *layout) width(line string, size float64) float64 {
	width := 0.0
	for _, r := range line {
		width += size * l.of(r)
	}
	return width
}

// lines puts a text over the whole width.
func (l *layout) lines(text string, size float64, gray uint8) {
	for _, line := range l.wrap(text, size, inner) {
		l.need(size * leading)
		l.write(line, side, l.y, size, gray)
		l.y += size * leading
	}
}

// follow is how much of what follows a heading stays with it.
const follow = 60

func (l *layout) heading(text string) {
	l.need(14 + headingSize*leading + follow)
	if l.y > top {
		l.y += 14
	}
	l.lines(text, headingSize, strong)
	l.y += 5
}

const (
	factColumn = inner / 2
	factName   = 82.0
)

// facts puts names and values, two beside each other.
func (l *layout) facts(facts document.Facts) {
	for n := 0; n < len(facts); n += 2 {
		pair := facts[n:min(n+2, len(facts))]
		names, values, most := make([][]string, len(pair)), make([][]string, len(pair)), 1
		for i, f := range pair {
			names[i] = l.wrap(f.Name, factSize, factName-8)
			values[i] = l.wrap(f.Value, factSize, factColumn-factName-8)
			most = max(most, len(names[i]), len(values[i]))
		}
		for line := range most {
			l.need(factSize * leading)
			for i := range pair {
				x := side + float64(i)*factColumn
				l.write(at(names[i], line), x, l.y, factSize, soft)
				l.write(at(values[i], line), x+factName, l.y, factSize, ink)
			}
			l.y += factSize * leading
		}
		l.y += 1.5
	}
	l.y += 10
}

func at(lines []string, n int) string {
	if n < len(lines) {
		return lines[n]
	}
	return ""
}

// margins puts what stands at the top and the foot of the n-th page.
func (l *layout) margins(d document.Document, n int) {
	page := func(m mark) { l.pages[n] = append(l.pages[n], m) }
	base := marginSize * ((leading-1)/2 + ascent)
	number := strings.NewReplacer("{page}", strconv.Itoa(n+1), "{pages}", strconv.Itoa(len(l.pages))).Replace(clean(d.PageOf, l.has))
	width := l.width(number, marginSize)
	page(mark{x: pageWidth - side - width, y: footerAt + base, size: marginSize, gray: soft, text: number})
	page(mark{x: side, y: headerAt + base, size: marginSize, gray: soft, text: l.first(d.Issuer, inner)})
	if n > 0 {
		title := l.first(d.Title, inner/2)
		page(mark{x: pageWidth - side - l.width(title, marginSize), y: headerAt + base, size: marginSize, gray: soft, text: title})
	}
	page(mark{x: side, y: footerAt + base, size: marginSize, gray: soft, text: l.first(d.Note, inner-width-20)})
	page(mark{x: side, y: headerAt + 15, w: inner, h: 0.5, gray: rule})
	page(mark{x: side, y: footerAt - 5, w: inner, h: 0.5, gray: rule})
}

// first gives the line of a margin: as much of a text as fits.
func (l *layout) first(text string, width float64) string {
	lines := l.wrap(text, marginSize, width-marginSize)
	if len(lines) > 1 {
		return lines[0] + "…"
	}
	return lines[0]
}
