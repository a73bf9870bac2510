package sheet_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/sheet"
)

// FuzzRead: no cell that is read would run as a formula in a spreadsheet, lines go up, refusals are the caller's, and what was read is read again when
// it is written as CSV.
func FuzzRead(f *testing.F) {
	for _, file := range []string{
		"a,b\n1,2\n", "\xef\xbb\xbfa,b\r\n1,2\r\n", "a,b\n=1,2\n", "a,b\n\" =1\",2\n", "a,b\n\"x\ny\",2\n", "a,b\n1\n", "a\n\"", "b,a,a\n", "", "\xff", "a,b\n\t1,\u00a0@2\n",
	} {
		f.Add([]byte(file))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, err := sheet.Read(file, []string{"a"}, []string{"b"})
		if err != nil {
			callers(t, err)
			return
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		_ = w.Write([]string{"a", "b"})
		var got [][]string
		last := 0
		for row, err := range rows {
			if err != nil {
				callers(t, err)
				continue
			}
			if row.Line <= last {
				t.Fatalf("line %d behind line %d", row.Line, last)
			}
			last = row.Line
			cells := []string{row.Get("a"), row.Get("b")}
			for _, cell := range cells {
				if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
					t.Fatalf("line %d has the formula %q", row.Line, cell)
				}
			}
			got = append(got, cells)
			_ = w.Write(cells)
		}
		w.Flush()
		again(t, out.Bytes(), got)
	})
}

// callers fails unless an error is one that a caller reads.
func callers(t *testing.T, err error) {
	t.Helper()
	if _, ok := problem.As(err); !ok {
		t.Fatalf("not a refusal: %v", err)
	}
}

// again reads what was written of rows.
func again(t *testing.T, file []byte, want [][]string) {
	t.Helper()
	rows, err := sheet.Read(file, []string{"a", "b"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for row, err := range rows {
		if err != nil || row.Get("a") != strings.TrimSpace(want[n][0]) || row.Get("b") != strings.TrimSpace(want[n][1]) {
			t.Fatalf("row %d is %q, %q, %v; want %q", n, row.Get("a"), row.Get("b"), err, want[n])
		}
		n++
	}
	if n != len(want) {
		t.Fatalf("%d rows, want %d", n, len(want))
	}
}
