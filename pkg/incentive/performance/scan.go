package performance

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"partnercenter/pkg/foundation/problem"
)

// span is a stretch of a file's lines that one piece of due work imports.
type span struct {
	From, To int64       // bytes of the file
	Line     int         // the first record's line, the header being 1
	Lines    []int       // of each record, its line less the first one's; nil when each record is one line
	Ordinals map[int]int // of records that equal earlier ones of the file: by their index, the how-many-th; nil for none
	Records  int
}

// scanned is what is known of a file once it was read from end to end.
type scanned struct {
	Header  []string
	Spans   []span
	Records int
	Hash    string // SHA-256 of its bytes, in hex
	Size    int64
}

// scan reads a file once, in memory that grows with the number of its lines alone (some 50 bytes each), and cuts it where a record ends. What is wrong
// with the file itself refuses all of it: that it is cut off, not UTF-8, or not a table of the source. Error: CBC.0100.
func scan(file io.Reader, m ColumnMap) (scanned, error) {
	s := &scanner{seen: map[[16]byte]int32{}, tail: &tail{sum: sha256.New()}}
	marked, err := skipMark(bounded{io.TeeReader(file, s.tail), s}, &s.base)
	if err != nil {
		return scanned{}, err
	}
	s.csv = csv.NewReader(marked)
	s.csv.ReuseRecord = true
	if err := s.header(m); err != nil {
		return scanned{}, err
	}
	for {
		more, err := s.record()
		if err != nil {
			return scanned{}, err
		}
		if !more {
			break
		}
	}
	return s.finish()
}

type scanner struct {
	csv  *csv.Reader
	seen map[[16]byte]int32 // how often a content was there so far
	tail *tail
	base int64 // bytes in front of what the CSV reader sees
	out  scanned
	open *span

	line    int   // of the last record
	reached int64 // where that ends
}

// byteOrderMark starts the files that spreadsheets save.
var byteOrderMark = []byte("\xef\xbb\xbf")

func skipMark(file io.Reader, base *int64) (io.Reader, error) {
	start := make([]byte, len(byteOrderMark))
	n, err := io.ReadFull(file, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	if bytes.Equal(start[:n], byteOrderMark) {
		*base = int64(n)
		return file, nil
	}
	return io.MultiReader(bytes.NewReader(start[:n]), file), nil
}

func (s *scanner) header(m ColumnMap) error {
	cells, err := s.csv.Read()
	if errors.Is(err, io.EOF) {
		return problem.Invalid("body", "the file is empty; its first line names the columns %s", strings.Join(m.required(), ","))
	}
	if err != nil {
		return broken(err)
	}
	if err := checkText(1, cells); err != nil {
		return err
	}
	s.out.Header = slices.Clone(cells)
	return m.check(s.out.Header)
}

// bounded ends a file whose next record does not end: a quotation mark that nothing closes would take all of it into memory.
type bounded struct {
	file io.Reader
	s    *scanner
}

// Read refuses to go on far behind the last record.
func (b bounded) Read(p []byte) (int, error) {
	if b.s.tail.size-b.s.reached > longestRecord {
		return 0, problem.Invalid("body", "line %d does not end within %d bytes: a quotation mark may be missing", b.s.line+1, longestRecord)
	}
	return b.file.Read(p)
}

// record reads one record into the open span.
func (s *scanner) record() (more bool, err error) {
	from := s.base + s.csv.InputOffset()
	cells, err := s.csv.Read()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, broken(err)
	}
	line, _ := s.csv.FieldPos(0)
	s.line, s.reached = line, s.base+s.csv.InputOffset()
	if err := checkText(line, cells); err != nil {
		return false, err
	}
	if s.out.Records++; s.out.Records > fileLines {
		return false, problem.Invalid("body", "the file has more than %d lines; cut it in two", fileLines)
	}
	s.place(from, line, cells)
	return true, nil
}

// place puts a record into a span.
func (s *scanner) place(from int64, line int, cells []string) {
	to := s.base + s.csv.InputOffset()
	if s.open == nil || s.open.Records >= chunkLines || to-s.open.From > chunkBytes {
		s.close()
		s.open = &span{From: from, Line: line}
	}
	o := s.open
	if at := line - o.Line; o.Lines != nil || at != o.Records {
		for o.Lines == nil || len(o.Lines) < o.Records {
			o.Lines = append(o.Lines, len(o.Lines))
		}
		o.Lines = append(o.Lines, at)
	}
	is := content(s.out.Header, cells)
	if s.seen[is]++; s.seen[is] > 1 {
		if o.Ordinals == nil {
			o.Ordinals = map[int]int{}
		}
		o.Ordinals[o.Records] = int(s.seen[is])
	}
	o.Records, o.To = o.Records+1, to
}

func (s *scanner) close() {
	if s.open != nil {
		s.out.Spans = append(s.out.Spans, *s.open)
	}
	s.open = nil
}

func (s *scanner) finish() (scanned, error) {
	s.close()
	if s.out.Records == 0 {
		return s.out, problem.Invalid("body", "the file has a header and no lines")
	}
	if s.tail.last != '\n' {
		return s.out, problem.Invalid("body", "the file does not end with a line break: its end may be missing")
	}
	s.out.Hash, s.out.Size = hex.EncodeToString(s.tail.sum.Sum(nil)), s.tail.size
	return s.out, nil
}

// broken says what is wrong with a file that is no CSV table, or that is cut off. Errors of reading the file are passed on.
func broken(err error) error {
	var malformed *csv.ParseError
	if !errors.As(err, &malformed) {
		return err
	}
	switch {
	case errors.Is(malformed.Err, csv.ErrFieldCount):
		return problem.Invalid("body", "line %d has another number of cells than the header: it may be cut off", malformed.StartLine)
	case errors.Is(malformed.Err, csv.ErrQuote):
		return problem.Invalid("body", "line %d has a quotation mark that does not end: the file may be cut off", malformed.StartLine)
	}
	return problem.Invalid("body", "line %d: %v", malformed.StartLine, malformed.Err)
}

func checkText(line int, cells []string) error {
	for _, cell := range cells {
		switch {
		case !utf8.ValidString(cell):
			return problem.Invalid("body", "line %d is not UTF-8 text", line)
		case strings.IndexByte(cell, 0) >= 0:
			return problem.Invalid("body", "line %d has a zero byte", line)
		case len(cell) > cellBytes:
			return problem.Invalid("body", "line %d has a cell of more than %d bytes", line, cellBytes)
		}
	}
	return nil
}

// tail sees all bytes of a file: it hashes and counts them, and keeps the last one.
type tail struct {
	sum  hash.Hash
	size int64
	last byte
}

// Write is called with what is read.
func (t *tail) Write(p []byte) (int, error) {
	if len(p) > 0 {
		t.last = p[len(p)-1]
	}
	t.size += int64(len(p))
	return t.sum.Write(p)
}

// records yields the records of a part of a file, whose cells are good until the next one.
func records(part io.Reader, header []string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		r := csv.NewReader(part)
		r.ReuseRecord, r.FieldsPerRecord = true, len(header)
		for {
			cells, err := r.Read()
			if errors.Is(err, io.EOF) || !yield(cells, err) || err != nil {
				return
			}
		}
	}
}
