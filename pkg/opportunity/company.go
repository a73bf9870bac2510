package opportunity

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"partnercenter/pkg/foundation/export"
)

// Company gives the name by which two opportunities are found to be of one company: in lower case and half width, without spaces and signs, and without
// what only says how it is incorporated. Source: DOMAIN.md 12, "normalized company"; how is ASSUMED.
func Company(name string) string {
	words := strings.Fields(strings.Map(plainRune, name))
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

// plainRune gives a letter or digit in lower case and half width, a space for every other sign.
func plainRune(r rune) rune {
	if r >= '！' && r <= '～' { // full width
		r -= '！' - '!'
	}
	if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		return ' '
	}
	return unicode.ToLower(r)
}

// maskCompany masks the name of a company in a text, however it is written there: with or without what says how it is incorporated, in other cases, with
// other signs. A name that is as short as a syllable is masked only where it is a word.
func maskCompany(text, company string) string {
	name, mask := Company(company), export.MaskName(company)
	if name == "" {
		return text
	}
	var out strings.Builder
	before := ' '
	for text != "" {
		r, n := utf8.DecodeRuneInString(text)
		if length := spelt(text, name); length > 0 && (len(name) >= syllable || plainRune(before) == ' ' && ends(text[length:])) {
			out.WriteString(mask)
			n = length
		} else {
			out.WriteString(text[:n])
		}
		before, text = r, text[n:]
	}
	return out.String()
}

// spelt gives with how many bytes a text begins that spell a plain name; 0 when it does not.
func spelt(text, name string) int {
	for at, r := range text {
		plain := plainRune(r)
		if plain == ' ' && at > 0 {
			continue
		}
		rest, ok := strings.CutPrefix(name, string(plain))
		if !ok {
			return 0
		}
		if name = rest; name == "" {
			return at + utf8.RuneLen(r)
		}
	}
	return 0
}

// ends holds when no word goes on with a text.
func ends(text string) bool {
	r, n := utf8.DecodeRuneInString(text)
	return n == 0 || plainRune(r) == ' '
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
