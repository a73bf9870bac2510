package subscription

import (
	"math/big"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/promotion"
)

// Basis is the rule by which an order gives money back. Source: DOMAIN.md 1, "Unsubscribe & refund".
type Basis string

// The bases of refunds.
const (
	BasisFiveDay      Basis = "five_day"      // 五天无理由: everything, within five days of a new purchase
	BasisInUse        Basis = "in_use"        // paid less consumed less fee
	BasisNotEffective Basis = "not_effective" // everything: the stretch has not begun
	BasisNotOpened    Basis = "not_opened"    // everything: the resource could not be opened
	BasisToOnDemand   Basis = "to_on_demand"  // paid less consumed: it goes on by the hour
	BasisDownSpec     Basis = "down_spec"     // what the smaller spec is worth less, for the hours that remain
)

// Refund is what an order gives back.
type Refund struct {
	Main       ID           `dynamodbav:"main"`
	Kind       int          `dynamodbav:"kind,omitempty"` // unsubscribe_type: 1 the resource, 2 the renewal periods to come
	ReasonType int          `dynamodbav:"rt,omitempty"`   // unsubscribe_reason_type
	Reason     string       `dynamodbav:"why,omitempty"`
	Lines      []RefundLine `dynamodbav:"lines,omitempty"`
	FiveDay    bool         `dynamodbav:"five,omitempty"` // it takes one of the year's five-day unsubscriptions
	Was        Status       `dynamodbav:"was,omitempty"`  // of the resource before the review
	Decision   string       `dynamodbav:"dec,omitempty"`  // why the vendor allowed or refused it
}

// RefundLine is how the refund of one resource by one order comes about: what was held is Back + Consumed + Fee, each not below 0.
type RefundLine struct {
	Resource   ID                 `dynamodbav:"res"`
	Product    ProductID          `dynamodbav:"prod"`
	Base       OrderID            `dynamodbav:"base"`            // the order that was paid
	Payer      auth.PartyID       `dynamodbav:"payer,omitempty"` // the partner that paid it, to whom it returns; empty for the customer
	At         int                `dynamodbav:"at"`              // its line
	Basis      Basis              `dynamodbav:"by"`
	Back       money.Fen          `dynamodbav:"back"`
	Coupon     promotion.CouponID `dynamodbav:"coupon,omitempty"`
	Voucher    money.Fen          `dynamodbav:"vouch,omitempty"` // goes back to Coupon, beside Back
	CashCoupon money.Fen          `dynamodbav:"ccoup,omitempty"` // of Back: goes back to Coupon
	Designated money.Fen          `dynamodbav:"desig,omitempty"` // of Back: designated in the payer's account again
	Consumed   money.Fen          `dynamodbav:"used,omitempty"`
	Fee        money.Fen          `dynamodbav:"fee,omitempty"`
	Less       money.Fen          `dynamodbav:"less,omitempty"` // by a down-spec: what the whole stretch is worth less
	Hours      int64              `dynamodbav:"h,omitempty"`    // whole hours of the stretch
	Passed     int64              `dynamodbav:"p,omitempty"`    // of which have passed
	FeeRate    int                `dynamodbav:"rate,omitempty"` // percent
	From       time.Time          `dynamodbav:"from"`
	To         calendar.Date      `dynamodbav:"to"`
}

// share is what of a refund returns to one payer.
type share struct {
	payer      auth.PartyID
	amount     money.Fen
	designated money.Fen // of amount
}

// shares gives what of the refund of a customer returns to whose balance, in the order of the lines; nobody gets nothing. With what goes back to cash
// coupons they sum to the refund.
func (r Refund) shares(customer auth.PartyID) []share {
	var all []share
	for _, l := range r.Lines {
		payer := l.Payer
		if payer == "" {
			payer = customer
		}
		at := slices.IndexFunc(all, func(s share) bool { return s.payer == payer })
		cash := l.Back - l.CashCoupon
		if at < 0 && cash > 0 {
			at, all = len(all), append(all, share{payer: payer})
		}
		if at >= 0 {
			all[at].amount += cash
			all[at].designated += l.Designated
		}
	}
	return all
}

// Total gives what the refund gives back.
func (r Refund) Total() money.Fen {
	var back money.Fen
	for _, l := range r.Lines {
		back += l.Back
	}
	return back
}

// Stake is what a customer holds of one line of an order that it paid.
type Stake struct {
	Order  OrderID
	At     int // the line
	Line   OrderLine
	Term   calendar.Term      // that the order bought
	Extra  int                // days that a unified expiry day added to it
	Payer  auth.PartyID       // the partner that paid the order; empty for the customer
	Coupon promotion.CouponID // that paid of the order
	Own    bool               // what the customer paid is its own: see own
}

// held gives what was paid and not given back.
func (s Stake) held() money.Fen { return s.Line.Amount - s.Line.Refunded }

// worth gives what the whole stretch is worth by the spec of now, and cash what of that was paid but by a voucher.
func (s Stake) worth() money.Fen { return s.Line.price() - s.Line.Less }

func (s Stake) cash() *big.Rat {
	if s.Line.Voucher == 0 {
		return part(s.worth(), 1, 1)
	}
	return part(s.worth(), int64(s.Line.Amount), int64(s.Line.price()))
}

// begun and over tell where now lies in the stretch.
func (s Stake) begun(now time.Time) bool { return !s.Line.From.After(now) }
func (s Stake) over(now time.Time) bool  { return !s.Line.To.End().After(now) }

// hours gives the whole hours of the stretch, and how many of them have passed: both counted from the whole hour at or before the
// start, until the whole hour at or before now. Source: DOMAIN.md 1, Decisions 9.
func (s Stake) hours(now time.Time) (all, passed int64) {
	from := s.Line.From.Truncate(time.Hour)
	all = int64(s.Line.To.End().Sub(from) / time.Hour)
	passed = int64(now.Truncate(time.Hour).Sub(from) / time.Hour)
	return all, min(max(passed, 0), all)
}

// FeeRate gives the percentage of what was paid that unsubscribing costs, by the years of the product's term and by how many years of it are
// used when now is: n years to the hour are still n. Source: DOMAIN.md 1, "Fee".
func FeeRate(term calendar.Term, from, now time.Time) int {
	years := min(max((term.Months()+monthsOfYear-1)/monthsOfYear, 1), len(feeRates))
	rates := feeRates[years-1]
	begun, used := from.Truncate(time.Hour), now.Truncate(time.Hour)
	day := calendar.DateOf(begun)
	year := 0
	for year < years-1 && used.After(day.AddMonths(monthsOfYear*(year+1), day.Day).Start().Add(begun.Sub(day.Start()))) {
		year++
	}
	return rates[year]
}

// group is the stakes of one order in one stretch of time: they are refunded together, so that the order's refund is rounded once.
type group []Stake

// grouped puts stakes of one order and stretch together, in their order.
func grouped(stakes []Stake) []group {
	var groups []group
next:
	for _, s := range stakes {
		for i, g := range groups {
			if g[0].Order == s.Order && g[0].Line.From.Equal(s.Line.From) && g[0].Line.To == s.Line.To {
				groups[i] = append(g, s)
				continue next
			}
		}
		groups = append(groups, group{s})
	}
	return groups
}

// Ending computes what unsubscribing by a basis gives back of stakes: nothing of stretches that are over, everything of those to come, of the
// running one what the basis says. Each order's refund is rounded down to the fen and split over its resources by the largest remainder.
// Source: DOMAIN.md 1, Decisions 9.
func Ending(stakes []Stake, basis Basis, now time.Time) []RefundLine {
	var lines []RefundLine
	for _, g := range grouped(stakes) {
		if g[0].over(now) {
			continue
		}
		lines = append(lines, g.end(basis, now)...)
	}
	return lines
}

func (g group) end(basis Basis, now time.Time) []RefundLine {
	if !g[0].begun(now) && (basis == BasisInUse || basis == BasisToOnDemand) {
		basis = BasisNotEffective
	}
	hours, passed := g[0].hours(now)
	rate := 0
	var held money.Fen
	worth, weights := new(big.Rat), make([]int64, len(g))
	for i, s := range g {
		held += s.held()
		worth.Add(worth, s.cash())
		weights[i] = int64(money.Floor(times(s.cash(), finely)))
	}
	remaining, back := held, held
	switch basis {
	case BasisFiveDay, BasisNotEffective, BasisNotOpened, BasisDownSpec:
		for i, s := range g {
			weights[i] = int64(s.held())
		}
	case BasisInUse, BasisToOnDemand:
		if basis == BasisInUse {
			rate = FeeRate(g[0].Term, g[0].Line.From, now)
		}
		left := worth.Mul(worth, part(1, hours-passed, hours))
		remaining = money.Floor(left)
		back = max(0, money.Floor(left.Sub(left, part(held, int64(rate), 100))))
	}
	backs, fees := money.Split(back, weights), money.Split(remaining-back, weights)
	lines := make([]RefundLine, len(g))
	for i, s := range g {
		rest := s.held() - backs[i]
		fee := min(fees[i], rest)
		lines[i] = s.line(basis, backs[i])
		lines[i].Fee, lines[i].Consumed = fee, rest-fee
		if basis == BasisInUse || basis == BasisToOnDemand {
			lines[i].Hours, lines[i].Passed, lines[i].FeeRate = hours, passed, rate
		}
	}
	return lines
}

func (s Stake) line(basis Basis, back money.Fen) RefundLine {
	l := RefundLine{
		Resource: s.Line.Resource, Product: s.Line.Product, Base: s.Order, At: s.At, Basis: basis, Back: back, From: s.Line.From, To: s.Line.To,
		Payer: s.Payer,
	}
	if held := s.Line.CashCoupon - s.Line.CashCouponBack; held > 0 {
		l.CashCoupon = money.Floor(part(back, int64(held), int64(s.held())))
	}
	l.Designated = back - l.CashCoupon
	if !s.Own || s.Payer != "" { // then designated money comes back first. ASSUMED
		l.Designated = min(l.Designated, max(0, s.Line.Designated-s.Line.DesignatedBack))
	}
	switch basis {
	case BasisFiveDay, BasisNotEffective, BasisNotOpened:
		l.Voucher = s.Line.Voucher
	case BasisInUse, BasisToOnDemand, BasisDownSpec:
	}
	if l.Voucher+l.CashCoupon > 0 {
		l.Coupon = s.Coupon
	}
	return l
}

// part gives amount × num ÷ den, exactly.
func part(amount money.Fen, num, den int64) *big.Rat {
	if den == 0 {
		return new(big.Rat)
	}
	share := big.NewRat(num, den)
	return share.Mul(share, new(big.Rat).SetInt64(int64(amount)))
}

// Cheaper computes what a down-spec gives back of the stakes of one resource: for each stretch that is not over the difference between what
// an hour of it is worth and what it costs on the new product, times the whole hours that remain, rounded down. What an up-spec added is
// given back first. There is no fee. price gives the new product's price of a stretch. Source: DOMAIN.md 1, Decisions 9.
func Cheaper(stakes []Stake, price func(term calendar.Term, extra int) money.Fen, now time.Time) []RefundLine {
	var lines []RefundLine
	for _, stretch := range stretches(stakes) {
		lines = append(lines, cheaper(stretch, price, now)...)
	}
	return lines
}

// stretches puts the stakes of one resource together that end on the same day, the last day first: what up-specs added, the newest first, and
// behind them what the term itself cost.
func stretches(stakes []Stake) [][]Stake {
	byEnd := slices.Clone(stakes)
	slices.SortStableFunc(byEnd, func(a, b Stake) int { return b.Line.To.Compare(a.Line.To) })
	var all [][]Stake
	for i, s := range byEnd {
		if i == 0 || byEnd[i-1].Line.To != s.Line.To {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], s)
	}
	return all
}

func cheaper(stakes []Stake, price func(calendar.Term, int) money.Fen, now time.Time) []RefundLine {
	term := stakes[len(stakes)-1]
	whole, _ := term.hours(now)
	drop := part(-price(term.Term, term.Extra), 1, whole) // what an hour becomes cheaper by
	for _, s := range stakes {
		all, _ := s.hours(now)
		drop.Add(drop, part(s.worth(), 1, all))
	}
	var lines []RefundLine
	for _, s := range stakes {
		all, passed := s.hours(now)
		hour := part(s.worth(), 1, all)
		if hour.Cmp(drop) > 0 {
			hour = new(big.Rat).Set(drop)
		}
		if hour.Sign() <= 0 {
			continue
		}
		drop.Sub(drop, hour)
		back := times(hour, all-passed)
		if s.Line.Voucher > 0 {
			back.Mul(back, part(s.Line.Amount, 1, int64(s.Line.price())))
		}
		l := s.line(BasisDownSpec, min(s.held(), money.Floor(back)))
		l.Hours, l.Passed, l.Less = all, passed, -money.Floor(times(hour, -all))
		lines = append(lines, l)
	}
	return lines
}

// finely is how much finer than a fen shares of cash are weighed.
const finely = 1 << 16

func times(r *big.Rat, n int64) *big.Rat { return new(big.Rat).Mul(r, new(big.Rat).SetInt64(n)) }

// Dearer computes what an up-spec costs of the stakes of one resource: for each stretch that is not over the difference between the prices of
// the two products, times the whole hours that remain, over those of the stretch, rounded down; the newest stretch first. The lines say what they pay for.
func Dearer(stakes []Stake, difference func(term calendar.Term, extra int) money.Fen, now time.Time) []OrderLine {
	var lines []OrderLine
	for _, stretch := range stretches(stakes) {
		s := stretch[len(stretch)-1]
		all, passed := s.hours(now)
		from := s.Line.From
		if s.begun(now) {
			from = now.Truncate(time.Hour)
		}
		lines = append(lines, OrderLine{
			Resource: s.Line.Resource, Amount: money.Floor(part(max(0, difference(s.Term, s.Extra)), all-passed, all)), From: from, To: s.Line.To,
		})
	}
	return lines
}

// returned gives a base order's lines as a refund leaves them: what was given back is noted, and by anything but a down-spec the line
// has ended. Others' lines stay.
func returned(lines []OrderLine, base OrderID, refund []RefundLine) []OrderLine {
	next := append([]OrderLine(nil), lines...)
	for _, l := range refund {
		if l.Base != base {
			continue
		}
		next[l.At].Refunded += l.Back
		next[l.At].CashCouponBack += l.CashCoupon
		next[l.At].DesignatedBack += l.Designated
		if l.Basis == BasisDownSpec {
			next[l.At].Less += l.Less
		} else {
			next[l.At].Ended = true
		}
	}
	return next
}
