package subscription_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/subscription"
)

func beijing(year int, month time.Month, day, hour, minute int) time.Time {
	return time.Date(year, month, day, hour, minute, 0, 0, calendar.Beijing)
}

func date(year int, month time.Month, day int) calendar.Date {
	return calendar.Date{Year: year, Month: month, Day: day}
}

func months(n int) calendar.Term { return calendar.Term{Unit: calendar.Month, Count: n} }
func years(n int) calendar.Term  { return calendar.Term{Unit: calendar.Year, Count: n} }

// stake is a stake of one resource in one order.
func stake(order, resource string, paid money.Fen, term calendar.Term, from time.Time, to calendar.Date) subscription.Stake {
	return subscription.Stake{
		Order: subscription.OrderID(order), Term: term,
		Line: subscription.OrderLine{Resource: subscription.ID(resource), Amount: paid, From: from, To: to},
	}
}

func TestWhatUnsubscribingGivesBack(t *testing.T) {
	month := stake("o", "r", 300_00, months(1), beijing(2026, 10, 31, 10, 30), date(2026, 11, 30))
	five := stake("o", "r", 50_000_00, years(5), beijing(2026, 12, 1, 0, 0), date(2031, 11, 30))
	small := stake("o", "r", 10_00, months(1), beijing(2026, 12, 1, 0, 0), date(2026, 12, 31))
	leap := stake("o", "r", 3660_00, years(1), beijing(2028, 2, 29, 0, 0), date(2029, 2, 28))
	respecced := month
	respecced.Line.Less, respecced.Line.Refunded = 100_00, 50_00
	for name, c := range map[string]struct {
		stake               subscription.Stake
		basis               subscription.Basis
		now                 time.Time
		hours, passed       int64
		back, consumed, fee money.Fen
		rate                int
	}{
		"10:30 counts from 10:00, 18:40 to 18:00": {month, subscription.BasisInUse, beijing(2026, 11, 10, 18, 40), 734, 248, 168_63, 101_37, 30_00, 10},
		"the first hour is not used":              {month, subscription.BasisInUse, beijing(2026, 10, 31, 10, 59), 734, 0, 270_00, 0, 30_00, 10},
		"a leap year":                             {leap, subscription.BasisInUse, beijing(2028, 12, 31, 23, 59), 8784, 7367, 224_41, 3069_59, 366_00, 10},
		"the fee takes all that is left":          {small, subscription.BasisInUse, beijing(2026, 12, 30, 0, 0), 744, 696, 0, 9_36, 64, 10},
		"five years, one hour before one":         {five, subscription.BasisInUse, beijing(2027, 11, 30, 23, 0), 43824, 8759, 25_006_61, 9_993_39, 15_000_00, 30},
		"five years, one hour after one":          {five, subscription.BasisInUse, beijing(2027, 12, 1, 1, 0), 43824, 8761, 20_004_33, 9_995_67, 20_000_00, 40},
		"within five days":                        {month, subscription.BasisFiveDay, beijing(2026, 11, 2, 0, 0), 0, 0, 300_00, 0, 0, 0},
		"not begun":                               {month, subscription.BasisInUse, beijing(2026, 10, 31, 10, 29), 0, 0, 300_00, 0, 0, 0},
		"to on-demand, without a fee":             {month, subscription.BasisToOnDemand, beijing(2026, 11, 10, 18, 40), 734, 248, 198_63, 101_37, 0, 0},
		"after a down-spec":                       {respecced, subscription.BasisInUse, beijing(2026, 11, 10, 18, 40), 734, 248, 107_42, 117_58, 25_00, 10},
	} {
		t.Run(name, func(t *testing.T) {
			lines := subscription.Ending([]subscription.Stake{c.stake}, c.basis, c.now)
			if len(lines) != 1 {
				t.Fatalf("got %d lines, want 1", len(lines))
			}
			l := lines[0]
			got := fmt.Sprint(l.Hours, l.Passed, l.Back, l.Consumed, l.Fee, l.FeeRate, l.Base, l.Resource)
			if want := fmt.Sprint(c.hours, c.passed, c.back, c.consumed, c.fee, c.rate, "o", "r"); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	if lines := subscription.Ending([]subscription.Stake{month}, subscription.BasisInUse, beijing(2026, 12, 1, 0, 0)); len(lines) != 0 {
		t.Errorf("a term that is over gives back %+v", lines)
	}
}

func TestTheFeeOfEachYear(t *testing.T) {
	from := beijing(2026, 12, 1, 10, 30)
	for _, c := range []struct {
		term  calendar.Term
		rates []int
	}{
		{months(11), []int{10}},
		{years(1), []int{10}},
		{years(2), []int{20, 10}},
		{years(3), []int{30, 20, 10}},
		{years(4), []int{30, 30, 20, 10}},
		{years(5), []int{30, 40, 30, 20, 10}},
	} {
		for year, want := range c.rates {
			last := beijing(2027+year, 12, 1, 10, 59)
			if got := subscription.FeeRate(c.term, from, last); got != want {
				t.Errorf("%s, at the end of year %d: %d%%, want %d%%", c.term, year+1, got, want)
			}
			if after := last.Add(time.Minute); year+1 < len(c.rates) {
				if got := subscription.FeeRate(c.term, from, after); got != c.rates[year+1] {
					t.Errorf("%s, an hour after year %d: %d%%, want %d%%", c.term, year+1, got, c.rates[year+1])
				}
			}
		}
	}
}

func TestAnOrdersRefundIsRoundedOnceAndSplitOverItsResources(t *testing.T) {
	from, to := beijing(2026, 12, 1, 0, 0), date(2026, 12, 31)
	stakes := []subscription.Stake{stake("o", "a", 1_00, months(1), from, to), stake("o", "b", 1_00, months(1), from, to), stake("o", "c", 1_00, months(1), from, to)}
	lines := subscription.Ending(stakes, subscription.BasisToOnDemand, beijing(2026, 12, 11, 8, 0)) // 248 of 744 hours: two thirds are left
	got := fmt.Sprint(lines[0].Back, lines[1].Back, lines[2].Back)
	if want := "0.67 0.67 0.66"; got != want {
		t.Errorf("got %s, want %s: 2.00 in all, where each by itself were 0.66", got, want)
	}
}

func TestRefundsSumUpAndStayWithinWhatWasPaid(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		from := beijing(2026, 1, 1, 0, 0).Add(time.Duration(random.IntN(400*24*60)) * time.Minute)
		term := months(1 + random.IntN(36))
		start := calendar.DateOf(from)
		to := start.Add(term, start.Day)
		var stakes []subscription.Stake
		var paid money.Fen
		for n := range 1 + random.IntN(4) {
			one := stake("o", fmt.Sprint("r", n), money.Fen(random.IntN(100_000)), term, from, to)
			one.Line.Refunded = money.Fen(random.IntN(int(one.Line.Amount/4) + 1))
			if random.IntN(2) == 0 {
				one.Line.Voucher, one.Coupon = money.Fen(random.IntN(100_000)), "v"
			} else {
				one.Line.CashCoupon, one.Coupon = money.Fen(random.IntN(int(one.Line.Amount)+1)), "c"
				one.Line.CashCouponBack = min(one.Line.Refunded, one.Line.CashCoupon)
				one.Line.CashCoupon = min(one.Line.CashCoupon, one.Line.CashCouponBack+one.Line.Amount-one.Line.Refunded)
			}
			price := one.Line.Amount + one.Line.Voucher // of which down-specs gave back no more than the share that cash paid
			if one.Line.Amount > 0 {
				one.Line.Less = min(price, (one.Line.Refunded*price+one.Line.Amount-1)/one.Line.Amount+money.Fen(random.IntN(100)))
			}
			paid += one.Line.Amount - one.Line.Refunded
			stakes = append(stakes, one)
		}
		now := from.Add(time.Duration(random.Int64N(int64(to.End().Sub(from)))))
		basis := []subscription.Basis{
			subscription.BasisInUse, subscription.BasisToOnDemand, subscription.BasisFiveDay, subscription.BasisNotEffective,
		}[random.IntN(4)]
		var sum money.Fen
		for i, l := range subscription.Ending(stakes, basis, now) {
			left := stakes[i].Line.Amount - stakes[i].Line.Refunded
			if l.Back < 0 || l.Consumed < 0 || l.Fee < 0 || l.Back+l.Consumed+l.Fee != left {
				t.Fatalf("%s at %s of %+v gives %+v, which is not what was held", basis, now, stakes[i], l)
			}
			sum += l.Back + l.Consumed + l.Fee
			whole := basis == subscription.BasisFiveDay || basis == subscription.BasisNotEffective || now.Before(from)
			if voucher := stakes[i].Line.Voucher; l.Voucher != 0 && l.Voucher != voucher || (l.Voucher == 0) == (whole && voucher > 0) {
				t.Fatalf("%s at %s of %+v gives %s of the voucher back", basis, now, stakes[i], l.Voucher)
			}
			held := stakes[i].Line.CashCoupon - stakes[i].Line.CashCouponBack
			if l.CashCoupon < 0 || l.CashCoupon > min(held, l.Back) || whole && l.CashCoupon != held {
				t.Fatalf("%s at %s of %+v gives %s of the cash coupon back", basis, now, stakes[i], l.CashCoupon)
			}
		}
		if sum != paid {
			t.Fatalf("the rows explain %s of %s", sum, paid)
		}
	}
}

func TestWhatADownSpecGivesBack(t *testing.T) {
	price := func(term calendar.Term, _ int) money.Fen { return money.Fen(term.Months()) * 100_00 }
	running := stake("o1", "r", 300_00, months(1), beijing(2026, 12, 1, 0, 0), date(2026, 12, 31))
	next := stake("o2", "r", 600_00, months(2), beijing(2027, 1, 1, 0, 0), date(2027, 2, 28))
	up := stake("o3", "r", 50_00, months(1), beijing(2026, 12, 11, 8, 0), date(2026, 12, 31)) // an up-spec for the 496 hours left: 75.00 a month
	now := beijing(2026, 12, 21, 16, 30)                                                      // 496 of 744 hours have passed
	for name, c := range map[string]struct {
		stakes []subscription.Stake
		want   string
	}{
		"the running term and the one to come": {
			[]subscription.Stake{next, running}, "[o2 400.00 less 400.00 o1 66.66 less 200.00]",
		},
		"what an up-spec added goes first": {
			[]subscription.Stake{up, running}, "[o3 25.00 less 50.00 o1 66.66 less 200.00]",
		},
		"a term that cost less than the new product": {
			[]subscription.Stake{stake("o1", "r", 90_00, months(1), beijing(2026, 12, 1, 0, 0), date(2026, 12, 31))}, "[]",
		},
		"a part of what an up-spec added": {
			[]subscription.Stake{up, stake("o1", "r", 60_00, months(1), beijing(2026, 12, 1, 0, 0), date(2026, 12, 31))}, "[o3 11.66 less 23.34]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := []string{}
			for _, l := range subscription.Cheaper(c.stakes, price, now) {
				got = append(got, fmt.Sprintf("%s %s less %s", l.Base, l.Back, l.Less))
			}
			if fmt.Sprint(got) != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}

func TestWhatAnUpSpecCosts(t *testing.T) {
	difference := func(term calendar.Term, _ int) money.Fen { return money.Fen(term.Months()) * 50_00 }
	stakes := []subscription.Stake{
		stake("o2", "r", 600_00, months(2), beijing(2027, 1, 1, 0, 0), date(2027, 2, 28)),
		stake("o1", "r", 300_00, months(1), beijing(2026, 12, 1, 0, 0), date(2026, 12, 31)),
	}
	got := subscription.Dearer(stakes, difference, beijing(2026, 12, 11, 8, 59))
	if len(got) != 2 || got[0].Amount != 100_00 || got[1].Amount != 33_33 {
		t.Fatalf("got %+v, want 100.00 for the term to come and 33.33 for 496 of 744 hours", got)
	}
	if !got[1].From.Equal(beijing(2026, 12, 11, 8, 0)) || got[1].To != date(2026, 12, 31) || !got[0].From.Equal(beijing(2027, 1, 1, 0, 0)) {
		t.Errorf("got %+v, want the running stretch from its whole hour and the other as a whole", got)
	}
}

// However often a resource's spec goes up and down before it is unsubscribed, no line gives back more than was paid for it, and the rows of the end
// explain all that was left.
func TestALifeOfChangesGivesBackNoMoreThanWasPaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := beijing(2026, 12, 1, rapid.IntRange(0, 23).Draw(t, "hour"), 30)
		price := money.Fen(rapid.IntRange(1, 1_000_00).Draw(t, "price"))
		stakes := []subscription.Stake{
			stake("next", "r", 2*price, months(2), beijing(2027, 1, 1, 0, 0), date(2027, 2, 28)),
			stake("first", "r", price, months(1), from, date(2026, 12, 31)),
		}
		now := from
		give := func(l subscription.RefundLine) {
			line := &stakes[slices.IndexFunc(stakes, func(s subscription.Stake) bool { return s.Order == l.Base && s.At == l.At })].Line
			line.Refunded, line.Less = line.Refunded+l.Back, line.Less+l.Less
			if l.Back < 0 || line.Refunded > line.Amount || line.Less > line.Amount {
				t.Fatalf("at %s %s gave back %s and is worth %s less of %s", now, l.Base, line.Refunded, line.Less, line.Amount)
			}
		}
		for n := range rapid.IntRange(0, 6).Draw(t, "changes") {
			now = now.Add(time.Duration(rapid.IntRange(0, 500*60).Draw(t, "minutes")) * time.Minute)
			next := money.Fen(rapid.IntRange(1, 1_000_00).Draw(t, "next price"))
			of := func(p money.Fen) func(calendar.Term, int) money.Fen {
				return func(term calendar.Term, _ int) money.Fen { return p * money.Fen(term.Months()) }
			}
			if next > price {
				for at, l := range subscription.Dearer(stakes, of(next-price), now) {
					up := subscription.Stake{Order: subscription.OrderID(fmt.Sprint("up", n)), At: at, Line: l, Term: months(1)}
					stakes = append([]subscription.Stake{up}, stakes...)
				}
			} else {
				for _, l := range subscription.Cheaper(stakes, of(next), now) {
					give(l)
				}
			}
			price = next
		}
		now = now.Add(time.Duration(rapid.IntRange(0, 500*60).Draw(t, "minutes to the end")) * time.Minute)
		for _, l := range subscription.Ending(stakes, subscription.BasisInUse, now) {
			at := slices.IndexFunc(stakes, func(s subscription.Stake) bool { return s.Order == l.Base && s.At == l.At })
			held := stakes[at].Line.Amount - stakes[at].Line.Refunded
			if l.Back < 0 || l.Consumed < 0 || l.Fee < 0 || l.Back+l.Consumed+l.Fee != held {
				t.Fatalf("of %+v, of which %s were held, the end says %+v", stakes[at], held, l)
			}
		}
	})
}
