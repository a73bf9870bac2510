package export

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"
	"unicode/utf8"

	"partnercenter/pkg/foundation/problem"
)

// byteOrderMark tells spreadsheets that the file is UTF-8.
const byteOrderMark = "\xef\xbb\xbf"

// ErrTooLong: what was asked for does not fit one file. ASSUMED code.
var ErrTooLong = problem.New(http.StatusBadRequest, "CBC.99001060", "the export is too long")

// Sheet is a CSV file in the making.
type Sheet struct {
	file bytes.Buffer
	csv  *csv.Writer
	rows int
	sum  string
}

// Summarize says in a word what the file as a whole is, such as its digest. Whoever asked for the file is shown it.
func (s *Sheet) Summarize(sum string) { s.sum = sum }

// NewSheet returns a sheet with a header.
func NewSheet(columns ...string) *Sheet {
	s := &Sheet{}
	s.file.WriteString(byteOrderMark)
	s.csv = csv.NewWriter(&s.file)
	s.csv.UseCRLF = true
	s.write(columns)
	return s
}

// Row adds a row. Error: ErrTooLong.
func (s *Sheet) Row(cells ...string) error {
	if s.rows++; s.rows > maxRows {
		return ErrTooLong.Saying("the export has more than %d rows; ask for less at once", maxRows)
	}
	s.write(cells)
	return nil
}

// write adds a line; writing to a buffer does not fail.
func (s *Sheet) write(cells []string) {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = Neutral(cell)
	}
	_ = s.csv.Write(safe)
}

// Bytes gives the file.
func (s *Sheet) Bytes() []byte {
	s.csv.Flush()
	return s.file.Bytes()
}

// Rows gives how many rows there are below the header.
func (s *Sheet) Rows() int { return s.rows }

// Neutral gives a cell that no spreadsheet runs as a formula: one that starts like a formula gets an apostrophe in front.
// Source: CASES.md B46; OWASP, "CSV Injection".
func Neutral(cell string) string {
	if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}

// MaskName gives a name as exports show it: its first character. Source: DOMAIN.md 0, "Export tasks".
func MaskName(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	if size == 0 {
		return ""
	}
	return string(first) + "***"
}
