package performance

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/money"
)

func TestAnAmountIsCutToTheFenTowardZero(t *testing.T) {
	for text, want := range map[string]money.Fen{
		"0": 0, "0.00080000000": 0, "0.01605990000": 1, "-0.00999": 0, "-2613.70000000000": -2613_70, "1.999": 199, "-1.999": -199, "192": 192_00,
		"0012.5": 12_50, "9999999999999.99": 9999999999999_99,
	} {
		e, err := ParseExact(text)
		if err != nil || e.Fen() != want {
			t.Errorf("%s: got %d, %v, want %d", text, e.Fen(), err, want)
		}
	}
}

func TestWhatIsNoPlainNumberIsRefused(t *testing.T) {
	for _, text := range []string{
		"", "NULL", "1e3", "1E-5", "2.5e+10", "+1", "1,000.00", " 1", "1 ", ".5", "5.", "-", "--1", "0x10", "NaN", "Inf", "１２", "=1+1", "1.2.3",
		strings.Repeat("9", 64), "0." + strings.Repeat("1", 21),
	} {
		if e, err := ParseExact(text); err == nil {
			t.Errorf("%q is read as %q", text, e)
		}
	}
}

func TestNoDecimalOfASumIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOf(rapid.StringMatching(`-?[0-9]{1,12}(\.[0-9]{1,20})?`)).Draw(t, "amounts")
		sum, want := new(big.Rat), new(big.Rat)
		for _, text := range texts {
			e, err := ParseExact(text)
			if err != nil {
				t.Fatal(err)
			}
			r, _ := new(big.Rat).SetString(text)
			sum.Add(sum, e.rat())
			want.Add(want, r)
		}
		if got := exactSum(sum).rat(); got.Cmp(want) != 0 {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}
