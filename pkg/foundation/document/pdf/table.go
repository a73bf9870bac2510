package pdf

import (
	"strings"

	"partnercenter/pkg/foundation/document"
)

// grid is a table as it lies on the page.
type grid struct {
	columns []document.Column
	x, w    []float64
	head    [][]string // lines of each column's title
}

const (
	cellLine = cellSize * leading
	headRule = 0.8 // how thick the line below the header is
)

// table puts a table. A row goes to the next page whole; only one that is higher than a page is divided.
func (l *layout) table(t document.Table) {
	g := l.grid(t.Columns)
	l.need(height(g.head) + 2*cellLine)
	l.head(g)
	for _, row := range t.Rows {
		cells := make([][]string, len(row.Cells))
		for i, cell := range row.Cells {
			cells[i] = l.cell(g, i, cell)
		}
		if l.y+height(cells) > bottom {
			l.newPage()
			l.head(g)
		}
		for _, part := range l.parts(cells) {
			if l.y+height(part) > bottom {
				l.newPage()
				l.head(g)
			}
			l.row(g, part, row.Strong)
		}
		if len(l.pages) > mostPages {
			return
		}
	}
	l.y += 8
}

// cell gives the lines of a cell. What stands at the right is one line, as an amount that is broken would be misread: it is set smaller instead.
func (l *layout) cell(g grid, column int, text string) []string {
	if g.columns[column].Right {
		return []string{strings.ReplaceAll(clean(text, l.has), "\n", " ")}
	}
	return l.wrap(text, cellSize, g.w[column]-2*cellPadding)
}

// grid shares the width of the page among columns.
func (l *layout) grid(columns []document.Column) grid {
	g := grid{columns: columns}
	weights := 0
	for _, c := range columns {
		weights += c.Weight
	}
	x := side
	for _, c := range columns {
		w := inner * float64(c.Weight) / float64(weights)
		g.x, g.w = append(g.x, x), append(g.w, w)
		g.head = append(g.head, l.wrap(c.Title, cellSize, w-2*cellPadding))
		x += w
	}
	return g
}

// highest is the most lines of a row that stay together: they are half a page.
const highest = 32

// parts divides a row that is higher than half a page into such that are not. Others are their one part.
func (l *layout) parts(cells [][]string) [][][]string {
	most := lines(cells)
	if most <= highest {
		return [][][]string{cells}
	}
	var parts [][][]string
	for from := 0; from < most; from += highest {
		part := make([][]string, len(cells))
		for i, c := range cells {
			part[i] = c[min(from, len(c)):min(from+highest, len(c))]
		}
		parts = append(parts, part)
	}
	return parts
}

func lines(cells [][]string) int {
	most := 1
	for _, c := range cells {
		most = max(most, len(c))
	}
	return most
}

// height gives how high a row is.
func height(cells [][]string) float64 { return float64(lines(cells))*cellLine + 2*rowPadding }

func (l *layout) head(g grid) {
	head := make([][]string, len(g.head))
	for i, title := range g.head { // at most half a page
		head[i] = title[:min(len(title), highest)]
	}
	l.put(mark{x: side, y: l.y, w: inner, h: height(head), gray: shade})
	l.cells(g, head, soft)
	l.put(mark{x: side, y: l.y, w: inner, h: headRule, gray: soft})
}

func (l *layout) row(g grid, cells [][]string, isStrong bool) {
	gray := uint8(ink)
	if isStrong {
		gray = strong
		l.put(mark{x: side, y: l.y + headRule, w: inner, h: height(cells) - headRule, gray: shade})
	}
	l.cells(g, cells, gray)
	l.put(mark{x: side, y: l.y, w: inner, h: 0.4, gray: rule})
}

// cells puts the cells of a row and goes on below it.
func (l *layout) cells(g grid, cells [][]string, gray uint8) {
	for i, lines := range cells {
		for n, line := range lines {
			x, size := g.x[i]+cellPadding, cellSize
			if room := g.w[i] - 2*cellPadding; g.columns[i].Right {
				width := l.width(line, 1)
				size = min(cellSize, room/max(width, 1))
				x += room - width*size
			}
			l.write(line, x, l.y+rowPadding+float64(n)*cellLine, size, gray)
		}
	}
	l.y += height(cells)
}
