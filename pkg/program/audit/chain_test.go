package audit

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/export"
)

// trailOf makes the file of a trail of events that say something, and gives its end's hash.
func trailOf(t interface{ Fatal(...any) }, says ...string) (file []byte, head string) {
	c, sheet := &Chain{}, export.NewSheet(columns...)
	rows := [][]string{c.link(opening, "2026-12-01T00:00:00Z", "p", "", "", "2026-12-01/2026-12-31", "")}
	for i, text := range says {
		rows = append(rows, c.link("thing.happened", "2026-12-02T00:00:00Z", fmt.Sprint("s", i), "p/u", text, `{"a":"b"}`, fmt.Sprint("e", i)))
	}
	rows = append(rows, c.link(closing, "2026-12-31T00:00:00Z", "p", "", "", fmt.Sprint(len(says)), ""))
	for _, row := range rows {
		if err := sheet.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	return sheet.Bytes(), c.last
}

func TestATrailHoldsWhateverItsEventsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		says := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"=1+1", "a\r\nb", "\r", "\"", ",", "＝x", "'", " ", "\n", "\ufeff"})), 0, 8).Draw(t, "says")
		for i, text := range says {
			says[i] = strings.ToValidUTF8(text, "?")
		}
		file, head := trailOf(t, says...)
		got, err := Verify(bytes.NewReader(file))
		if err != nil || got.Events != len(says) || got.Head != head || got.Party != "p" || got.Days != "2026-12-01/2026-12-31" {
			t.Fatalf("got %+v, %v of %q", got, err, file)
		}
	})
}

func TestAnAlteredTrailSaysWhereItBreaks(t *testing.T) {
	file, _ := trailOf(t, "one", "two", "three")
	lines := strings.SplitAfter(string(file), "\r\n") // the header, the opening, three events, the end
	for name, c := range map[string]struct {
		alter func(l []string) []string
		line  int
		says  string
	}{
		"a word":          {func(l []string) []string { l[3] = strings.Replace(l[3], "two", "TWO", 1); return l }, 4, "altered"},
		"one left out":    {func(l []string) []string { return slices.Delete(l, 3, 4) }, 4, "taken out"},
		"one put in":      {func(l []string) []string { return slices.Insert(l, 3, l[3]) }, 5, "put in"},
		"two swapped":     {func(l []string) []string { l[2], l[3] = l[3], l[2]; return l }, 3, "moved"},
		"the end cut off": {func(l []string) []string { return l[:4] }, 5, "ends before"},
		"more behind it":  {func(l []string) []string { return append(l[:6], l[4]) }, 7, "behind the last"},
		"no header":       {func(l []string) []string { return l[1:] }, 1, "header"},
		"the first event": {func(l []string) []string { return append(l[:1], l[2:]...) }, 2, "taken out"},
		"nothing":         {func([]string) []string { return nil }, 1, "ends before"},
		"a cell too many": {func(l []string) []string { l[4] = strings.Replace(l[4], "\r\n", ",x\r\n", 1); return l }, 5, "11 cells"},
		"a previous hash": {func(l []string) []string {
			f := strings.Split(l[3], ",")
			f[len(f)-2] = strings.Repeat("0", 64)
			l[3] = strings.Join(f, ",")
			return l
		}, 4, "hash of the one before"},
		"a quote":          {func(l []string) []string { l[3] = "\"" + l[3]; return l }, 4, ""},
		"whose trail":      {func(l []string) []string { l[1] = strings.Replace(l[1], ",p,", ",q,", 1); return l }, 2, "altered"},
		"how many of them": {func(l []string) []string { l[5] = strings.Replace(l[5], ",3,", ",4,", 1); return l }, 6, "altered"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Verify(strings.NewReader(strings.Join(c.alter(slices.Clone(lines)), "")))
			var broken *Broken
			if !errors.As(err, &broken) || broken.Line != c.line || !strings.Contains(broken.Why, c.says) {
				t.Errorf("got %v, want line %d and %q", err, c.line, c.says)
			}
		})
	}
}

// TestNoByteOfATrailChangesUnseen flips each byte of the records in turn.
func TestNoByteOfATrailChangesUnseen(t *testing.T) {
	file, _ := trailOf(t, "one", "two")
	for i := range file {
		altered := slices.Clone(file)
		altered[i] ^= 1
		if got, err := Verify(bytes.NewReader(altered)); err == nil {
			t.Errorf("byte %d, %q, is another, and it says %+v", i, file[i], got)
		}
	}
}
