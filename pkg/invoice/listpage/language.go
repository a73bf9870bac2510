package listpage

import (
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/notify"
)

// language gives the language to speak: the one asked for, else that of the browser's which it prefers among ours, else that of the link.
func language(asked, accept string, link notify.Locale) notify.Locale {
	if l, ok := ours(asked); ok {
		return l
	}
	best, most := link, 0
	for part := range strings.SplitSeq(accept, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		l, ok := ours(strings.TrimSpace(name))
		if weight := weightOf(parameters); ok && weight > most {
			best, most = l, weight
		}
	}
	return best
}

// ours gives our language of a name such as en-GB or zh; ok is false when we don't speak it.
func ours(name string) (notify.Locale, bool) {
	tongue, _, _ := strings.Cut(strings.ToLower(name), "-")
	switch tongue {
	case "zh":
		return notify.Chinese, true
	case "en":
		return notify.English, true
	default:
		return "", false
	}
}

// weightOf reads the q of a language, in thousandths; absent is all of them, and what is none is 0. Source: RFC 9110, section 12.4.2.
func weightOf(parameters string) int {
	text, found := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
	if !found {
		return 1000
	}
	whole, part, _ := strings.Cut(text, ".")
	weight, err := strconv.Atoi(whole + (part + "000")[:3])
	if err != nil || weight > 1000 || len(part) > 3 {
		return 0
	}
	return weight
}
