package pdf

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// unit measures Latin characters as half of Chinese ones.
func unit(r rune) float64 {
	if r < 0x2000 {
		return 0.5
	}
	return 1
}

func TestLinesEndWhereALanguageLetsThem(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{ // ten Latin or five Chinese characters a line
		"nothing":                     {"", []string{""}},
		"it fits":                     {"ten of all", []string{"ten of all"}},
		"between words":               {"these words wrap", []string{"these", "words wrap"}},
		"a word that is too long":     {"abcdefghijklmno p", []string{"abcdefghij", "klmno p"}},
		"a hyphen":                    {"order-number", []string{"order-", "number"}},
		"Chinese anywhere":            {"拨款给经销商客户", []string{"拨款给经销", "商客户"}},
		"no line begins with a comma": {"拨款给经销，客户", []string{"拨款给经", "销，客户"}},
		"none ends with a bracket":    {"拨款给经（客户）", []string{"拨款给经", "（客户）"}},
		"both languages":              {"给 customer 拨款", []string{"给", "customer", "拨款"}},
		"its own line ends":           {"a\n\nb", []string{"a", "", "b"}},
		"spaces at an end":            {"0123456789   a", []string{"0123456789", "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := wrap(c.text, 1, 5, unit); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestWrappedLinesFitAndLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab -云，（）。1.")), 0, 200, -1).Draw(t, "text")
		width := rapid.Float64Range(0.4, 12).Draw(t, "width")
		lines := wrap(text, 1, width, unit)
		if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(text, " ", ""); got != want {
			t.Fatalf("got %q of %q", got, want)
		}
		for _, line := range lines {
			used := 0.0
			for _, r := range line {
				used += unit(r)
			}
			if used > width && len([]rune(line)) > 1 {
				t.Fatalf("line %q is %v wide, more than %v", line, used, width)
			}
		}
	})
}
