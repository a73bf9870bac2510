package opportunity

import (
	"slices"
	"strings"
	"unicode"
)

// Company gives the name by which two opportunities are found to be of one company: in lower case and half width, without spaces and signs, and without
// what only says how it is incorporated. Source: DOMAIN.md 12, "normalized company"; how is ASSUMED.
func Company(name string) string {
	words := strings.Fields(strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' { // full width
			r -= '！' - '!'
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return ' '
		}
		return unicode.ToLower(r)
	}, name))
	for len(words) > 1 && slices.Contains(legalWords, words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	plain := strings.Join(words, "")
	for {
		shorter := withoutForm(plain)
		if shorter == plain {
			return plain
		}
		plain = shorter
	}
}

// withoutForm cuts one legal form off the end of a Chinese name, unless nothing else is left.
func withoutForm(name string) string {
	for _, form := range legalEnds {
		if cut, ok := strings.CutSuffix(name, form); ok && cut != "" {
			return cut
		}
	}
	return name
}
