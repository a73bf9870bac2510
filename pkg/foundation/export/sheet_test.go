package export_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/export"
)

// CASES.md B46.
func TestASheetIsExactlyThis(t *testing.T) {
	s := export.NewSheet("name", "=amount")
	for _, cells := range [][]string{
		{"阿波罗", "12.00"}, {"=1+1", "+1"}, {"-12.00", "@SUM(A1)"}, {"\tx", "\rx"}, {`say "hi", you`, "two\nlines"}, {"", "a=b"},
	} {
		if err := s.Row(cells...); err != nil {
			t.Fatal(err)
		}
	}
	want := "\xef\xbb\xbfname,'=amount\r\n阿波罗,12.00\r\n'=1+1,'+1\r\n'-12.00,'@SUM(A1)\r\n'\tx,\"'x\"\r\n" +
		"\"say \"\"hi\"\", you\",\"two\r\nlines\"\r\n,a=b\r\n"
	if got := string(s.Bytes()); got != want || s.Rows() != 6 {
		t.Errorf("got %d rows\n%q\nwant\n%q", s.Rows(), got, want)
	}
}

func TestNoCellStartsLikeAFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`[=+\-@\t\ra-z"', ]{0,6}`).Draw(t, "cell")
		s := export.NewSheet("column", "second")
		if err := s.Row(cell, "x"); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(s.Bytes(), []byte("\xef\xbb\xbf")))).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%q: %v, %v", s.Bytes(), rows, err)
		}
		got := rows[1][0]
		if got != "" && strings.ContainsRune("=+-@\t\r", rune(got[0])) {
			t.Errorf("%q became %q", cell, got)
		}
		if plain := strings.TrimPrefix(got, "'"); got != cell && plain != cell && !strings.Contains(cell, "\r") { // csv reads CR LF as LF
			t.Errorf("%q became %q", cell, got)
		}
	})
}

func TestASheetHasSoManyRows(t *testing.T) {
	s, n := export.NewSheet("n"), 0
	for ; s.Row("1") == nil; n++ {
		continue
	}
	if err := s.Row("1"); n != 100_000 || !errors.Is(err, export.ErrTooLong) {
		t.Errorf("it takes %d rows, then %v", n, err)
	}
}

func TestNamesAreMasked(t *testing.T) {
	for name, want := range map[string]string{"阿波罗": "阿***", "Apollo": "A***", "": "", "=x": "=***"} {
		if got := export.MaskName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
