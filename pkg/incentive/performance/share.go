package performance

import (
	"math/big"
	"slices"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// Share is what a customer's month gives to a partner's slip, and what the partner's bills show of it: the sum of the lines that are that partner's.
type Share struct {
	table.Head
	Customer auth.PartyID `dynamodbav:"cust"`
	Sums     `dynamodbav:"sum"`
	Rows     []ShareRow `dynamodbav:"rows,omitempty"`
}

// Sums are what a slip sums up.
type Sums struct {
	Lines   int         `dynamodbav:"n"`
	Counted int         `dynamodbav:"cn"`             // of Lines, how many count
	Amount  money.Fen   `dynamodbav:"amt"`            // of what counts: the performance
	Exact   Exact       `dynamodbav:"ex"`             // the same unrounded
	Days    []money.Fen `dynamodbav:"days,omitempty"` // Amount by the day of consumption in Beijing, from the month's first on
}

// ShareRow sums the lines that have all of its first fields in common.
type ShareRow struct {
	Service      string     `dynamodbav:"s"`
	ServiceName  string     `dynamodbav:"sn,omitempty"`
	ResourceType string     `dynamodbav:"rt,omitempty"`
	Type         int        `dynamodbav:"t,omitempty"` // association type
	Policy       int        `dynamodbav:"p,omitempty"`
	Mode         int        `dynamodbav:"m"`
	Bill         string     `dynamodbav:"b"` // bill type
	Instrument   Instrument `dynamodbav:"i"`
	Moved        bool       `dynamodbav:"mv,omitempty"` // by a transfer: another partner's bills have it

	Charged money.Fen `dynamodbav:"ch"`
	Counted money.Fen `dynamodbav:"c,omitempty"` // of Charged, what is performance
}

// tally adds lines up to shares, by partner.
type tally struct {
	month  Month
	shares map[auth.PartyID]*Share
	exact  map[auth.PartyID]*big.Rat
	rows   map[auth.PartyID]map[ShareRow]*ShareRow // by their first fields
}

func newTally(month Month) *tally {
	return &tally{month, map[auth.PartyID]*Share{}, map[auth.PartyID]*big.Rat{}, map[auth.PartyID]map[ShareRow]*ShareRow{}}
}

// add counts a line for those whose it is.
func (t *tally) add(l *Line) {
	if l.Partner != "" {
		t.one(l, l.Partner, l.Counts, false)
	}
	if l.Moved != "" {
		t.one(l, l.Moved, l.MovedCount, true)
	}
}

func (t *tally) one(l *Line, partner auth.PartyID, counts, moved bool) {
	share := t.shares[partner]
	if share == nil {
		share = &Share{Head: shareKey(partner, t.month, l.Customer()).Head(), Customer: l.Customer()}
		t.shares[partner], t.exact[partner], t.rows[partner] = share, new(big.Rat), map[ShareRow]*ShareRow{}
	}
	row := t.row(l, partner, moved)
	row.Charged += l.Fen
	share.Lines++
	if !counts {
		return
	}
	row.Counted += l.Fen
	share.Counted++
	share.Amount += l.Fen
	t.exact[partner].Add(t.exact[partner], l.Amount.rat())
	day := t.month.day(l.At)
	for len(share.Days) <= day {
		share.Days = append(share.Days, 0)
	}
	share.Days[day] += l.Fen
}

func (t *tally) row(l *Line, partner auth.PartyID, moved bool) *ShareRow {
	is := ShareRow{
		Service: l.Service, ServiceName: l.ServiceName, ResourceType: l.ResourceType, Type: l.Type, Policy: l.Policy, Mode: l.Mode, Bill: l.billType(),
		Instrument: l.Instrument, Moved: moved,
	}
	row := t.rows[partner][is]
	if row == nil {
		made := is
		row = &made
		t.rows[partner][is] = row
	}
	return row
}

// share gives a partner's share, nil when it has none.
func (t *tally) share(partner auth.PartyID) *Share {
	share := t.shares[partner]
	if share == nil {
		return nil
	}
	share.Exact, share.Rows = exactSum(t.exact[partner]), nil
	for _, row := range t.rows[partner] {
		share.Rows = append(share.Rows, *row)
	}
	slices.SortFunc(share.Rows, func(a, b ShareRow) int { return strings.Compare(a.sortKey(), b.sortKey()) })
	return share
}

func (r ShareRow) sortKey() string {
	return strings.Join([]string{
		r.Service, r.ResourceType, string(rune('0' + r.Type)), string(rune('0' + r.Policy)), string(rune('0' + r.Mode)), r.Bill, string(r.Instrument),
		r.ServiceName,
	}, "\x1f")
}

// replaced gives sums in which one share takes the place of another, each nil for none.
func (s Sums) replaced(old, next *Share) Sums {
	exact := s.Exact.rat()
	days := slices.Clone(s.Days)
	change := func(by *Share, sign int) {
		if by == nil {
			return
		}
		s.Lines, s.Counted, s.Amount = s.Lines+sign*by.Lines, s.Counted+sign*by.Counted, s.Amount+money.Fen(sign)*by.Amount
		exact.Add(exact, new(big.Rat).Mul(by.Exact.rat(), big.NewRat(int64(sign), 1)))
		for day, amount := range by.Days {
			for len(days) <= day {
				days = append(days, 0)
			}
			days[day] += money.Fen(sign) * amount
		}
	}
	change(old, -1)
	change(next, 1)
	s.Exact, s.Days = exactSum(exact), days
	return s
}

// until gives what of the amount was consumed up to a day of the month, that included.
func (s Sums) until(day int) money.Fen {
	var amount money.Fen
	for at, of := range s.Days {
		if at <= day {
			amount += of
		}
	}
	return amount
}
