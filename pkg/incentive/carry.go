package incentive

import "partnercenter/pkg/foundation/money"

// Carry gives what is left of a partner's open incentives when the positive ones end: they net negative ones first, so that +200 and −600 leave −400, and
// what they are more is lost. A negative one that comes later finds nothing to be netted with.
// Source: DOMAIN.md 6, "Negative carry".
func Carry(amounts []money.Fen) (left, lost money.Fen) {
	var sum money.Fen
	for _, a := range amounts {
		sum += a
	}
	if sum < 0 {
		return sum, 0
	}
	return 0, sum
}
