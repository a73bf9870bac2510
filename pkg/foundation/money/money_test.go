package money_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/money"
)

func TestAmountsAreReadToTheFen(t *testing.T) {
	for text, want := range map[string]money.Fen{
		"0": 0, "-0": 0, "12": 1200, "12.3": 1230, "12.34": 1234, "0.01": 1, "-0.5": -50, "007.10": 710,
		"10000000000000": money.Max, "-10000000000000.00": -money.Max,
		"0.07": 7, "1.15": 115, "4.35": 435, // each one off by a fen when read as a float and truncated
	} {
		if got, err := money.Parse(text); err != nil || got != want {
			t.Errorf("Parse(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
}

func TestWhatIsNoAmountIsRefused(t *testing.T) {
	for _, text := range []string{
		"", "-", ".", ".5", "5.", "1e3", "1E3", "+1", " 1", "1 ", "1,000", "0x10", "NaN", "Inf", "1.2.3", "--1", "1.-2", "１２", "1_000", "12.345", "1.000",
	} {
		if got, err := money.Parse(text); err == nil {
			t.Errorf("Parse(%q) = %d, want an error", text, got)
		}
	}
	for _, text := range []string{"10000000000000.01", "-10000000000000.01", "99999999999999999999999"} {
		if _, err := money.Parse(text); !errors.Is(err, money.ErrRange) {
			t.Errorf("Parse(%q) gave %v, want ErrRange", text, err)
		}
	}
}

func TestAnAmountReadsBackAsItWasWritten(t *testing.T) {
	for f, want := range map[money.Fen]string{0: "0.00", 5: "0.05", -5: "-0.05", 1234: "12.34", math.MinInt64: "-92233720368547758.08"} {
		if f.String() != want {
			t.Errorf("%d fen is written %s, want %s", f, f, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		f := money.Fen(rapid.Int64Range(-int64(money.Max), int64(money.Max)).Draw(t, "fen"))
		if got, err := money.Parse(f.String()); err != nil || got != f {
			t.Fatalf("%s reads back as %d, %v", f, got, err)
		}
	})
}

func TestAProductBeyondTheRangeIsRefused(t *testing.T) {
	if got, err := money.Fen(1999).Times(3); err != nil || got != 5997 {
		t.Errorf("3 × 19.99 = %s, %v, want 59.97", got, err)
	}
	for _, n := range []int{2, -2, math.MaxInt} {
		if got, err := money.Max.Times(n); !errors.Is(err, money.ErrRange) {
			t.Errorf("Max × %d = %s, %v, want ErrRange", n, got, err)
		}
	}
}

func TestMulDivRoundsDown(t *testing.T) {
	for _, c := range []struct {
		f        money.Fen
		num, den int64
		want     money.Fen
	}{
		{100, 1, 3, 33},
		{-100, 1, 3, -34},
		{5900, 13, 30, 2556},
		{0, 7, 9, 0},
		{money.Max, math.MaxInt64, math.MaxInt64, money.Max}, // the product is far beyond int64
	} {
		if got := money.MulDivFloor(c.f, c.num, c.den); got != c.want {
			t.Errorf("%d × %d ÷ %d = %d, want %d", c.f, c.num, c.den, got, c.want)
		}
	}
}

func TestSplitsGoByLargestRemainderThenByOrder(t *testing.T) {
	for _, c := range []struct {
		total   money.Fen
		weights []int64
		want    []money.Fen
	}{
		{100, []int64{1, 1, 1}, []money.Fen{34, 33, 33}}, // a tie: the first
		{101, []int64{1, 1, 1}, []money.Fen{34, 34, 33}},
		{-100, []int64{1, 1, 1}, []money.Fen{-34, -33, -33}},
		{10, []int64{1, 2, 4}, []money.Fen{1, 3, 6}}, // remainders 3/7, 6/7, 5/7
		{5, []int64{0, 0}, []money.Fen{3, 2}},
		{0, []int64{3, 4}, []money.Fen{0, 0}},
		{7, []int64{0, 9, 0}, []money.Fen{0, 7, 0}},
		{money.Max, []int64{math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64}, []money.Fen{25e13, 25e13, 25e13, 25e13}},
		{0, nil, nil},
	} {
		if got := money.Split(c.total, c.weights); !slices.Equal(got, c.want) {
			t.Errorf("Split(%d, %v) = %d, want %d", c.total, c.weights, got, c.want)
		}
	}
}

func TestPartsSumToTheWholeAndAreWithinAFenOfExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := money.Fen(rapid.Int64Range(-int64(money.Max), int64(money.Max)).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1e12), 1, 12).Draw(t, "weights")
		weights[0]++ // at least one share
		parts := money.Split(total, weights)
		var whole, sum money.Fen
		for i, w := range weights {
			whole += money.Fen(w)
			sum += parts[i]
		}
		if sum != total {
			t.Fatalf("%d sum to %d, want %d", parts, sum, total)
		}
		for i, w := range weights {
			floor := money.MulDivFloor(total, w, int64(whole))
			if parts[i] < floor || parts[i] > floor+1 {
				t.Fatalf("part %d is %d, its exact share lies in [%d, %d]", i, parts[i], floor, floor+1)
			}
			if j := slices.Index(weights[:i], w); j >= 0 && abs(parts[j]) < abs(parts[i]) {
				t.Fatalf("of two equal weights the later got more: %d, %d", parts[j], parts[i])
			}
		}
	})
}

func abs(f money.Fen) money.Fen { return max(f, -f) }

func TestAMistakeInASplitPanics(t *testing.T) {
	for name, mistake := range map[string]func(){
		"a negative weight":        func() { money.Split(1, []int64{2, -1}) },
		"an amount for nobody":     func() { money.Split(1, nil) },
		"a division by zero":       func() { money.MulDivFloor(1, 1, 0) },
		"a result beyond an int64": func() { money.MulDivFloor(money.Max, math.MaxInt64, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it went through")
				}
			}()
			mistake()
		})
	}
}
