package performance

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"partnercenter/pkg/foundation/money"
)

// Exact is an amount in yuan as its source has it, unrounded: digits, perhaps a sign in front and decimals. It is kept as text, so that no decimal
// of it is ever lost; what is charged is its Fen.
type Exact string

// How long the two parts of an amount are at most. Amounts of money.Max and more are refused, and no provider has more decimals. ASSUMED
const (
	wholeDigits   = 13
	decimalDigits = 20
)

// ParseExact reads an amount: no exponent, no plus sign, no spaces, no thousands separators. Errors say what is wrong with the text.
func ParseExact(text string) (Exact, error) {
	digits := strings.TrimPrefix(text, "-")
	whole, decimals, point := strings.Cut(digits, ".")
	switch {
	case strings.ContainsAny(digits, "eE") && allOf(digits, "0123456789.eE+-"):
		return "", fmt.Errorf("%.40q has an exponent; write the digits out", text)
	case whole == "" || point && decimals == "" || !allOf(whole, digitSet) || !allOf(decimals, digitSet):
		return "", fmt.Errorf("%.40q is not a number such as 12.5", text)
	case len(strings.TrimLeft(whole, "0")) > wholeDigits:
		return "", fmt.Errorf("%.40q has more than %d digits before the decimal point", text, wholeDigits)
	case len(strings.TrimRight(decimals, "0")) > decimalDigits:
		return "", fmt.Errorf("%.40q has more than %d decimals", text, decimalDigits)
	}
	return canonical(strings.HasPrefix(text, "-"), whole, decimals), nil
}

const digitSet = "0123456789"

func allOf(text, set string) bool { return strings.Trim(text, set) == "" }

// canonical gives one text for amounts that are equal.
func canonical(negative bool, whole, decimals string) Exact {
	whole, decimals = strings.TrimLeft(whole, "0"), strings.TrimRight(decimals, "0")
	if whole == "" {
		whole = "0"
	}
	text := whole
	if decimals != "" {
		text += "." + decimals
	}
	if negative && text != "0" {
		text = "-" + text
	}
	return Exact(text)
}

// ExactOf gives an amount in fen as an exact one.
func ExactOf(f money.Fen) Exact {
	e, err := ParseExact(f.String())
	if err != nil {
		panic(err) // an amount in fen is one
	}
	return e
}

// Fen gives what is charged: the amount cut to the fen (抹零), toward zero, so that a credit of 1.999 gives back 1.99 as a charge of 1.999 takes 1.99.
// It is the one place where amounts are rounded. Source: DOMAIN.md 0, "Money".
func (e Exact) Fen() money.Fen {
	digits := strings.TrimPrefix(string(e), "-")
	whole, decimals, _ := strings.Cut(digits, ".")
	fen, err := strconv.ParseInt(whole+(decimals + "00")[:2], 10, 64)
	if err != nil {
		return 0 // the zero Exact is no amount
	}
	if strings.HasPrefix(string(e), "-") {
		fen = -fen
	}
	return money.Fen(fen)
}

// rat gives the amount for sums.
func (e Exact) rat() *big.Rat {
	r, ok := new(big.Rat).SetString(string(e))
	if !ok {
		return new(big.Rat)
	}
	return r
}

// exactSum gives a sum of exact amounts, which has no more decimals than they have.
func exactSum(r *big.Rat) Exact {
	whole, decimals, _ := strings.Cut(strings.TrimPrefix(r.FloatString(decimalDigits), "-"), ".")
	return canonical(r.Sign() < 0, whole, decimals)
}

// MarshalJSON writes a JSON number with all its decimals; no amount is null.
func (e Exact) MarshalJSON() ([]byte, error) {
	if e == "" {
		return []byte("null"), nil
	}
	return []byte(e), nil
}

// Schema describes an exact amount.
func (Exact) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "number", Description: "Yuan or a quantity, unrounded: with as many decimals as its source has"}
}
