package money

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Fen is an amount of CNY in hundredths of a yuan.
type Fen int64

// Max is the largest amount that is read or multiplied to, ten trillion yuan: sums of thousands of them still fit a Fen.
const Max Fen = 1e15

// ErrRange says that an amount is beyond plus or minus Max.
var ErrRange = errors.New("amount beyond 10000000000000.00 yuan")

// Parse reads an amount in yuan such as "12", "-0.5" or "12.34": digits with at most two decimals, no exponent, no
// spaces. Errors say what is wrong with the text; ErrRange when it is too large.
func Parse(s string) (Fen, error) {
	unsigned, negative := strings.CutPrefix(s, "-")
	yuan, decimals, point := strings.Cut(unsigned, ".")
	if yuan == "" || (point && decimals == "") || !digits(yuan) || !digits(decimals) {
		return 0, fmt.Errorf("%.40q is not an amount in yuan such as 12.34", s)
	}
	if len(decimals) > 2 {
		return 0, fmt.Errorf("%.40q has more than two decimals", s)
	}
	n, err := strconv.ParseInt(yuan+(decimals + "00")[:2], 10, 64)
	if err != nil || Fen(n) > Max {
		return 0, fmt.Errorf("%.40q: %w", s, ErrRange)
	}
	if negative {
		n = -n
	}
	return Fen(n), nil
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// String gives the amount in yuan with two decimals, as Parse reads it.
func (f Fen) String() string {
	sign, n := "", uint64(f)
	if f < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// Times gives n times the amount. Error: ErrRange.
func (f Fen) Times(n int) (Fen, error) {
	product := new(big.Int).Mul(big.NewInt(int64(f)), big.NewInt(int64(n)))
	if product.CmpAbs(big.NewInt(int64(Max))) > 0 {
		return 0, fmt.Errorf("%s times %d: %w", f, n, ErrRange)
	}
	return Fen(product.Int64()), nil
}

// Floor gives the largest amount in fen that is not above an exact one. It panics when that does not fit a Fen.
func Floor(exact *big.Rat) Fen {
	quotient := new(big.Int).Div(exact.Num(), exact.Denom()) // Euclidean: for a positive divisor, the floor
	if !quotient.IsInt64() {
		panic(fmt.Sprintf("money: %s fen is beyond int64", exact.RatString()))
	}
	return Fen(quotient.Int64())
}

// MulDivFloor gives f × num ÷ den, rounded down (a negative result away from zero), exact on the way. It panics unless
// den is positive and the result fits a Fen.
func MulDivFloor(f Fen, num, den int64) Fen {
	if den <= 0 {
		panic(fmt.Sprintf("money: %s divided by %d", f, den))
	}
	product := new(big.Int).Mul(big.NewInt(int64(f)), big.NewInt(num))
	quotient := product.Div(product, big.NewInt(den)) // Euclidean: for a positive divisor, the floor
	if !quotient.IsInt64() {
		panic(fmt.Sprintf("money: %s times %d over %d is beyond int64", f, num, den))
	}
	return Fen(quotient.Int64())
}
