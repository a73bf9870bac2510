package pdf

import (
	"strings"
	"unicode"
)

// measure gives the width of a character by the type size.
type measure func(r rune) float64

// wrap breaks a text into lines of at most a width: behind spaces and hyphens, between Chinese characters as their punctuation allows, at the
// text's own line ends, and within a word that is longer than a line. A character wider than that has a line of its own. An empty text is one line.
func wrap(text string, size, width float64, of measure) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		lines = append(lines, wrapOne([]rune(paragraph), size, width, of)...)
	}
	return lines
}

func wrapOne(text []rune, size, width float64, of measure) []string {
	var lines []string
	start, stop, used := 0, 0, 0.0 // of the line; where it may be broken last; its width
	for i := 0; i < len(text); i++ {
		if i > start && breaks(text[i-1], text[i]) {
			stop = i
		}
		used += size * of(text[i])
		if used <= width || text[i] == ' ' || i == start {
			continue
		}
		if stop <= start {
			stop = i
		}
		lines = append(lines, strings.TrimRight(string(text[start:stop]), " "))
		start, i, used = stop, stop-1, 0
	}
	return append(lines, strings.TrimRight(string(text[start:]), " "))
}

const (
	opening = "（《「『【〔“‘([{¥￥"
	closing = "，。、；：？！）》」』】〕”’…—％,.;:?!)]}%"
)

// breaks says whether a line may end between two characters.
func breaks(before, after rune) bool {
	switch {
	case after == ' ', strings.ContainsRune(closing, after), strings.ContainsRune(opening, before):
		return false
	case before == ' ', before == '-':
		return true
	default:
		return wide(before) || wide(after)
	}
}

// wide holds for characters that are written without spaces between words.
func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFF60
}

// missing stands for what the font can't show: the geta mark (〓), with which print says that a character is not at hand.
const missing = '〓'

// clean gives a text with nothing in it but characters that the font has, and line ends: controls become spaces, what is invisible is left out.
func clean(text string, has func(r rune) bool) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r), unicode.IsSpace(r) && r != '\u3000':
			return ' '
		case r == '\u2011': // a hyphen at which a line does not end: the font has one glyph for both, which would be read back as either
			return '-'
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector):
			return -1
		case r > 0xFFFF || !has(r):
			return missing
		}
		return r
	}, text)
}
