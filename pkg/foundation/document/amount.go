package document

import (
	"strings"

	"partnercenter/pkg/foundation/money"
)

// Amount writes an amount in yuan as print does, with its thousands apart: 1,234,567.80.
func Amount(f money.Fen) string {
	sign, text := "", f.String()
	if unsigned, negative := strings.CutPrefix(text, "-"); negative {
		sign, text = "-", unsigned
	}
	yuan, fen, _ := strings.Cut(text, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, digit := range yuan {
		if i > 0 && (len(yuan)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String() + "." + fen
}
