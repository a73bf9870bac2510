package money_test

import (
	"math/big"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/money"
)

// FuzzParse: what is read is what exact arithmetic reads, stays within bounds and reads again from how it is written; what is refused is no amount
// with at most two decimals, or too large.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"12", "-0.5", "12.34", "", ".", "1.", ".5", "--1", "+1", "1e3", "0x1", "1_0", "９", " 1", "10000000000000.00", "10000000000000.01", "1.005", "-0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := money.Parse(text)
		exact, amount := exactly(text)
		if (err == nil) != amount {
			t.Fatalf("%q: %s, %v; an amount: %t", text, got, err, amount)
		}
		if err != nil {
			return
		}
		if new(big.Rat).SetInt64(int64(got)).Cmp(exact) != 0 {
			t.Fatalf("%q is %s fen, want %s", text, got, exact)
		}
		if again, err := money.Parse(got.String()); err != nil || again != got {
			t.Fatalf("%q is written as %s and read as %s, %v", text, got, again, err)
		}
	})
}

// exactly gives an amount in fen, and whether it is one.
func exactly(text string) (*big.Rat, bool) {
	whole, decimals, point := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	for _, digits := range []string{whole, decimals} {
		for _, c := range []byte(digits) {
			if c < '0' || c > '9' {
				return nil, false
			}
		}
	}
	if whole == "" || point && decimals == "" || len(decimals) > 2 {
		return nil, false
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, false
	}
	exact.Mul(exact, big.NewRat(100, 1))
	return exact, new(big.Rat).Abs(exact).Cmp(new(big.Rat).SetInt64(int64(money.Max))) <= 0
}
