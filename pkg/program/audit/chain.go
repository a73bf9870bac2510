// Package audit gives a party its audit trail as a file that shows whether it was altered: its events in order, each record carrying the hash of the one
// before. The hash of the last record is kept with the export, where whoever asked for the file reads it: a file that hangs together and ends in that
// hash is the one that was made.
//
// The command infra/verifyaudit reads such a file and says where it breaks.
package audit

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/export"
)

// columns are those of a trail.
var columns = []string{"n", "at", "type", "subject", "by", "why", "data", "event_id", "previous_hash", "hash"}

// The types of the records that are no events: the first, which says whose trail of which days it is, and the last, which says how many events there are.
const (
	opening = "TRAIL"
	closing = "HEAD"
)

// The places of cells.
const (
	cellN        = 0
	cellType     = 2
	cellSubject  = 3
	cellData     = 6
	cellPrevious = 8
	cellHash     = 9
)

// Chain makes records, each with the hash of the one before.
type Chain struct {
	last string
	n    int
}

// link gives the cells of the next record: seven that say what it is, as a spreadsheet shows them, its event's id, and the hashes.
func (c *Chain) link(kind, at, subject, by, why, data, id string) []string {
	n := strconv.Itoa(c.n)
	cells := []string{n, at, kind, subject, by, why, data, id, c.last}
	for i, cell := range cells { // a CSV keeps no carriage returns
		cells[i] = export.Neutral(strings.ReplaceAll(cell, "\r", ""))
	}
	c.last = hashOf(cells)
	c.n++
	return append(cells, c.last)
}

// hashOf gives the hash of a record, whose last cell is the hash of the one before: SHA-256, in hexadecimal, of its cells as a JSON array of strings, as
// encoding/json writes it.
func hashOf(cells []string) string {
	text, err := json.Marshal(cells)
	if err != nil {
		panic(err) // strings
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Trail is what a file that hangs together says of itself.
type Trail struct {
	Party  string
	Days   string // from and to, Beijing dates
	Events int
	Head   string // the hash of its last record
}

// Broken says where a file does not hang together. Line counts from 1, the header included.
type Broken struct {
	Line int
	Why  string
}

// Error says both.
func (b *Broken) Error() string { return fmt.Sprintf("line %d: %s", b.Line, b.Why) }

// Verify reads a trail and checks that each record is what its hash says, follows the one before, and that none is missing at either end.
// Error: *Broken with the first place where that does not hold.
func Verify(file io.Reader) (Trail, error) {
	text, err := io.ReadAll(file)
	if err != nil {
		return Trail{}, err
	}
	rows := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
	rows.FieldsPerRecord = -1
	v := verifying{}
	for {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return v.trail, v.end()
		}
		if err != nil {
			return v.trail, &Broken{Line: v.line + 1, Why: "it is no CSV: " + err.Error()}
		}
		line, _ := rows.FieldPos(0)
		v.line = line
		if why := v.next(cells); why != "" {
			return v.trail, &Broken{Line: line, Why: why}
		}
	}
}

// verifying is how far a file was read.
type verifying struct {
	trail  Trail
	chain  Chain
	line   int
	header bool
	closed bool
}

// next takes a line, and says what is wrong with it; empty when nothing is.
func (v *verifying) next(cells []string) string {
	if !v.header {
		v.header = true
		if !slices.Equal(cells, columns) {
			return "the header is " + strings.Join(cells, ",") + ", and an audit trail's " + strings.Join(columns, ",")
		}
		return ""
	}
	switch {
	case v.closed:
		return "there are records behind the last one"
	case len(cells) != len(columns):
		return fmt.Sprintf("the record has %d cells, and should have %d", len(cells), len(columns))
	case cells[cellN] != strconv.Itoa(v.chain.n):
		return fmt.Sprintf("record %q stands where record %d should: one was taken out, put in or moved", cells[cellN], v.chain.n)
	case cells[cellPrevious] != v.chain.last:
		return "the record does not carry the hash of the one before"
	case cells[cellHash] != hashOf(cells[:cellHash]):
		return "the record is not what its hash says: it was altered"
	}
	return v.take(cells)
}

// take takes a record that is what its hash says.
func (v *verifying) take(cells []string) string {
	first, kind := v.chain.n == 0, cells[cellType]
	v.chain.last = cells[cellHash]
	v.chain.n++
	switch {
	case first != (kind == opening):
		return "the first record, and no other, says whose trail it is"
	case first:
		v.trail.Party, v.trail.Days = cells[cellSubject], cells[cellData]
	case kind == closing:
		v.closed = true
		v.trail.Head = cells[cellHash]
		if cells[cellData] != strconv.Itoa(v.trail.Events) {
			return fmt.Sprintf("there are %d events, and it says %s", v.trail.Events, cells[cellData])
		}
	default:
		v.trail.Events++
	}
	return ""
}

// end says what is wrong with a file that has ended.
func (v *verifying) end() error {
	if !v.closed {
		return &Broken{Line: v.line + 1, Why: "the file ends before its last record, " + closing}
	}
	return nil
}
