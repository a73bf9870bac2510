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
	best, most := link, 0.0
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

// weightOf reads the q of a language; absent is 1.
func weightOf(parameters string) float64 {
	text, found := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
	if !found {
		return 1
	}
	weight, err := strconv.ParseFloat(text, 64)
	if err != nil || weight > 1 {
		return 0
	}
	return weight
}
