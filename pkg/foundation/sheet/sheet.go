// Package sheet reads CSV files that people upload: by column name, with or without a byte-order mark, with either line end, and
// never taking a cell that a spreadsheet would run as a formula.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"partnercenter/pkg/foundation/problem"
)

// Row is one line of a sheet by column name. Line counts from 1, the header included.
type Row struct {
	Line  int
	cells map[string]string
}

// Get gives the cell of a column, without surrounding white space; a column that the sheet lacks is empty.
func (r Row) Get(column string) string { return strings.TrimSpace(r.cells[column]) }

// NewRow returns a row of given cells.
func NewRow(line int, cells map[string]string) Row { return Row{Line: line, cells: cells} }

// byteOrderMark starts the CSV files that spreadsheets save.
var byteOrderMark = []byte("\xef\xbb\xbf")

// Read checks a sheet's header and gives its rows. Columns that are not in required or optional are refused, so that a misspelt
// optional column is not silently ignored. An error within the rows is a row's own: it is yielded with the row's line, and reading
// goes on where it can.
//
// Error: CBC.0100 that names the columns that are missing, unknown or double.
func Read(file []byte, required, optional []string) (iter.Seq2[Row, error], error) {
	if !utf8.Valid(file) {
		return nil, problem.Invalid("body", "not UTF-8 text")
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, byteOrderMark)))
	reader.ReuseRecord = true
	header, err := reader.Read()
	if err != nil {
		return nil, problem.Invalid("body", "no header line; it starts with the columns %s", strings.Join(required, ",")).Because(err)
	}
	header = slices.Clone(header)
	if err := checkHeader(header, required, optional); err != nil {
		return nil, err
	}
	return rows(reader, header), nil
}

func rows(reader *csv.Reader, header []string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			record, err := reader.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			var row Row
			var malformed *csv.ParseError
			if errors.As(err, &malformed) {
				row.Line = malformed.StartLine
				err = problem.Invalid("line", "%v", malformed.Err)
			} else if err == nil {
				row.Line, _ = reader.FieldPos(0)
				row.cells, err = cells(header, record)
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

func checkHeader(header, required, optional []string) error {
	var wrong []string
	for i, name := range header {
		known := slices.Contains(required, name) || slices.Contains(optional, name)
		switch {
		case !known:
			wrong = append(wrong, fmt.Sprintf("unknown column %q", name))
		case slices.Contains(header[:i], name):
			wrong = append(wrong, fmt.Sprintf("column %q twice", name))
		}
	}
	for _, name := range required {
		if !slices.Contains(header, name) {
			wrong = append(wrong, fmt.Sprintf("column %q is missing", name))
		}
	}
	if len(wrong) > 0 {
		return problem.Invalid("header", "%s; the columns are %s", strings.Join(wrong, ", "), strings.Join(append(slices.Clone(required), optional...), ","))
	}
	return nil
}

func cells(header, record []string) (map[string]string, error) {
	byName := make(map[string]string, len(header))
	for i, name := range header {
		if formula(record[i]) || formula(strings.TrimSpace(record[i])) {
			return nil, problem.Invalid(name, "%q starts like a formula; a value does not start with =, +, -, @, a tab or a carriage return", record[i])
		}
		byName[name] = record[i]
	}
	return byName, nil
}

// formula holds for a cell that a spreadsheet would run.
// Source: OWASP, "CSV Injection".
func formula(cell string) bool { return cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) }
