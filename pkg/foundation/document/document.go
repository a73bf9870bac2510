// Package document describes something to be printed, as plain values: what stands on the paper, not where. A capability describes its statements,
// certificates and agreements with it, and links nothing for it; package pdf, which carries a font of several megabytes, lays them out, in
// the one function that renders documents.
package document

import (
	"fmt"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/problem"
)

// ErrTooLong: a document of more pages than are printed. ASSUMED code.
var ErrTooLong = problem.New(http.StatusBadRequest, "CBC.99001060", "the document is too long")

// Renderer makes the file of a document, the same one for the same document. Error: ErrTooLong.
type Renderer func(Document) ([]byte, error)

// Document is something to be printed on A4 pages. Texts may hold any characters and line ends; the renderer wraps them.
type Document struct {
	Title    string
	Subtitle string    // below the title, smaller; may be empty
	Issuer   string    // who issues it: on top of every page, and the file's author
	Note     string    // at the foot of every page; may be empty
	PageOf   string    // beside it, with {page} and {pages} for the numbers
	Made     time.Time // when it was made: with it the same document gives the same file
	Blocks   []Block
}

// Block is a part of a document: a Heading, Paragraph, Facts or Table.
type Block interface{ block() }

// Heading starts a part of a document. It stays with what follows it.
type Heading string

// Paragraph is running text.
type Paragraph string

// Facts are names with their values, two beside each other.
type Facts []Fact

// Fact is a name with its value.
type Fact struct{ Name, Value string }

// Table is rows below a header, which is repeated on every page that the table goes on.
type Table struct {
	Columns []Column
	Rows    []Row
}

// Column is a column of a table. Columns share the width of the page by their weights.
type Column struct {
	Title  string
	Weight int
	Right  bool // its cells stand at the right in one line, as amounts do
}

// Row is a row of a table, with a cell for each column.
type Row struct {
	Cells  []string
	Strong bool // set off from the others, as sums are
}

func (Heading) block()   {}
func (Paragraph) block() {}
func (Facts) block()     {}
func (Table) block()     {}

// Check finds what is wrong with how a document is described: a row with another number of cells than its table has columns, a column without
// width, an unknown block.
func (d Document) Check() error {
	for n, block := range d.Blocks {
		switch b := block.(type) {
		case Heading, Paragraph, Facts:
		case Table:
			if err := b.check(); err != nil {
				return fmt.Errorf("block %d: %w", n, err)
			}
		default:
			return fmt.Errorf("block %d is a %T", n, block)
		}
	}
	return nil
}

func (t Table) check() error {
	if len(t.Columns) == 0 {
		return fmt.Errorf("a table without columns")
	}
	for _, c := range t.Columns {
		if c.Weight <= 0 {
			return fmt.Errorf("column %q has the weight %d", c.Title, c.Weight)
		}
	}
	for n, r := range t.Rows {
		if len(r.Cells) != len(t.Columns) {
			return fmt.Errorf("row %d has %d cells for %d columns", n, len(r.Cells), len(t.Columns))
		}
	}
	return nil
}
