package invoice

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
)

// Rate is a tax rate in hundredths of a percent: 600 is 6 %.
type Rate int

// one is 100 percent as a Rate.
const one = 100_00

// String gives the rate as a share, as it goes over the wire: 0.06.
func (r Rate) String() string {
	return "0." + strings.TrimRight(strconv.Itoa(one + int(r))[1:], "0")
}

// Percent gives the rate as people read it: 6%.
func (r Rate) Percent() string {
	text := strconv.Itoa(int(r) / 100)
	if rest := int(r) % 100; rest != 0 {
		text += "." + strings.TrimRight(strconv.Itoa(100 + rest)[1:], "0")
	}
	return text + "%"
}

// ParseRate reads a rate as String writes it. Error: CBC.0100 that says which rates there are.
func ParseRate(field, text string) (Rate, error) {
	for _, r := range rates {
		if r.String() == text {
			return r, nil
		}
	}
	names := make([]string, len(rates))
	for i, r := range rates {
		names[i] = r.String()
	}
	return 0, problem.Invalid(field, "%.20q is no tax rate of special VAT invoices; those are %s", text, strings.Join(names, ", "))
}

// Sums are the three figures of an invoice: without tax, the tax, and both. Net + Tax = Gross always.
type Sums struct {
	Net   money.Fen `dynamodbav:"net"`
	Tax   money.Fen `dynamodbav:"tax"`
	Gross money.Fen `dynamodbav:"gross"`
}

// Plus adds figures.
func (s Sums) Plus(o Sums) Sums { return Sums{s.Net + o.Net, s.Tax + o.Tax, s.Gross + o.Gross} }

// OfNet gives the figures of a tax category from its net amount, which is what a bill adds up: the tax is recomputed from that sum, half up, and
// not the sum of what lines would round to. It panics when the gross amount does not fit.
// Source: CASES.md B26, B29.
func OfNet(net money.Fen, r Rate) Sums {
	tax := halfUp(net, int64(r), one)
	return Sums{Net: net, Tax: tax, Gross: net + tax}
}

// OfGross gives the figures of a tax category whose gross amount is what is paid, to the fen: the net is that less the tax within it, half up, and
// the tax the rest. No net amount has some gross amounts, so that the tax may be one fen from the half-up tax of the net, which tax offices allow.
// Source: DOMAIN.md 7, "amount of invoices = requested incentive amount".
func OfGross(gross money.Fen, r Rate) Sums {
	net := halfUp(gross, one, one+int64(r))
	return Sums{Net: net, Tax: gross - net, Gross: gross}
}

// halfUp gives f × num ÷ den, rounded half up.
func halfUp(f money.Fen, num, den int64) money.Fen {
	exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(f)), big.NewInt(num)), big.NewInt(den))
	return money.Floor(exact.Add(exact, big.NewRat(1, 2)))
}

// Line is a line of an invoice list: goods of one name.
type Line struct {
	Goods string `dynamodbav:"goods"`
	Rate  Rate   `dynamodbav:"rate"`
	Sums  `dynamodbav:"sums"`
}

// Item is something to be invoiced, before tax is worked out: goods, a rate and an amount above zero.
type Item struct {
	Goods  string    `dynamodbav:"goods"`
	Rate   Rate      `dynamodbav:"rate"`
	Amount money.Fen `dynamodbav:"amt"` // net, or gross where the whole is paid to the fen
}

// Basis says what the amounts of items are.
type Basis string

// The bases.
const (
	NetAmounts   Basis = "NET"
	GrossAmounts Basis = "GROSS"
)

// Lots gives what each invoice list of some items is to say: one tax rate each, the goods of one name added up, in the order in which they come, and
// no more lines than a list has. A list's tax is split over its lines by the largest remainder, so that the lines sum to the list, always.
// Source: DOMAIN.md 8, "several goods -> several labour names; several rates -> separate invoices"; CASES.md B26, B27.
func Lots(items []Item, basis Basis) []Lot {
	var lots []Lot
	for _, r := range ratesOf(items) {
		goods, amounts := byGoods(items, r)
		for len(goods) > 0 {
			n := min(len(goods), mostLines)
			lots = append(lots, lot(goods[:n], amounts[:n], r, basis))
			goods, amounts = goods[n:], amounts[n:]
		}
	}
	return lots
}

// Lot is the figures of one invoice list.
type Lot struct {
	Rate Rate
	Sums
	Lines []Line
}

func lot(goods []string, amounts []money.Fen, r Rate, basis Basis) Lot {
	var sum money.Fen
	weights := make([]int64, len(amounts))
	for i, a := range amounts {
		sum += a
		weights[i] = int64(a)
	}
	total := OfNet(sum, r)
	if basis == GrossAmounts {
		total = OfGross(sum, r)
	}
	lines := make([]Line, len(goods))
	for i, tax := range money.Split(total.Tax, weights) {
		of := Sums{Net: amounts[i], Tax: tax, Gross: amounts[i] + tax}
		if basis == GrossAmounts {
			of = Sums{Net: amounts[i] - tax, Tax: tax, Gross: amounts[i]}
		}
		lines[i] = Line{Goods: goods[i], Rate: r, Sums: of}
	}
	return Lot{Rate: r, Sums: total, Lines: lines}
}

func ratesOf(items []Item) (found []Rate) {
	for _, i := range items {
		if !slices.Contains(found, i.Rate) {
			found = append(found, i.Rate)
		}
	}
	return found
}

func byGoods(items []Item, r Rate) (goods []string, amounts []money.Fen) {
	at := map[string]int{}
	for _, i := range items {
		if i.Rate != r {
			continue
		}
		n, known := at[i.Goods]
		if !known {
			n = len(goods)
			at[i.Goods] = n
			goods, amounts = append(goods, i.Goods), append(amounts, 0)
		}
		amounts[n] += i.Amount
	}
	return goods, amounts
}
