package invoice

import (
	"context"
	"errors"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// BillID names a bill among those of one partner: its period and source, such as 202611-K. Source: DOMAIN.md 8, "bill ID YYYYMM".
type BillID string

func billID(s Source, m Month) BillID {
	return BillID(strings.Replace(string(m), "-", "", 1) + "-" + s.letter())
}

// Bill is what a partner is due for a month's sales of its goods. Times are business time, UTC.
type Bill struct {
	table.Head
	BillRow   `dynamodbav:"row"`
	ConfirmBy calendar.Date `dynamodbav:"confirm,omitempty"` // last day on which its partner may confirm it
	Bank      string        `dynamodbav:"bank,omitempty"`    // reference of the payment
	Cause     Hidden        `dynamodbav:"cause,omitempty"`   // why there is no payment request, if it is one of these
}

// BillRow is what lists show of a bill.
type BillRow struct {
	ID      BillID              `dynamodbav:"id"`
	Partner auth.PartyID        `dynamodbav:"ptnr"`
	Source  Source              `dynamodbav:"src"`
	Period  Month               `dynamodbav:"per"`
	State   BillState           `dynamodbav:"st"`
	Buyer   string              `dynamodbav:"buyer"`
	Count   int                 `dynamodbav:"n"` // lines
	Sums    `dynamodbav:"sums"` // once it is out
	Payable string              `dynamodbav:"pay,omitempty"` // the payment request's number, once there is one
	Invoice ListState           `dynamodbav:"inv,omitempty"` // of its invoices, from then on
	Reason  string              `dynamodbav:"why,omitempty"` // of what went wrong last
	Out     time.Time           `dynamodbav:"out,omitempty"`
	Ended   time.Time           `dynamodbav:"cs,omitempty"` // of the countersign
	PayBy   calendar.Date       `dynamodbav:"payby,omitempty"`
	Paid    time.Time           `dynamodbav:"paid,omitempty"`
}

// BillLine is a trade of a bill. It never changes.
type BillLine struct {
	table.Head
	ID       string    `dynamodbav:"id"`
	Order    string    `dynamodbav:"ord"`
	Customer string    `dynamodbav:"cust,omitempty"`
	Goods    string    `dynamodbav:"goods"`
	Charging Charging  `dynamodbav:"mode"`
	Rate     Rate      `dynamodbav:"rate"`
	Amount   money.Fen `dynamodbav:"amt"` // without tax, what is the partner's
	At       time.Time `dynamodbav:"at"`  // of the trade
}

// Charging is how goods are charged for; each is settled once. Source: DOMAIN.md 8, "Settlement one-off for one-time, usage and term orders".
type Charging string

// The ways of charging.
const (
	OneTime Charging = "ONE_TIME"
	Usage   Charging = "USAGE"
	Term    Charging = "TERM"
)

// same holds for two lines that say the same.
func (l BillLine) same(o BillLine) bool {
	l.Head, o.Head = table.Head{}, table.Head{}
	l.At, o.At = l.At.UTC(), o.At.UTC()
	return l == o
}

// out gives when a month's bills are out, UTC.
func (m Month) out() time.Time { return m.on(billDay).Start() }

// Bill reads a bill of a partner, strongly consistent. Error: ErrNoBill.
func (s *Service) Bill(ctx context.Context, partner auth.PartyID, id BillID) (Bill, error) {
	var b Bill
	missing := ErrNoBill.Saying("there is no bill %.64q", id).In("bill_id")
	if !table.IsID(string(id)) || !table.IsID(string(partner)) {
		return b, missing
	}
	err := s.Table.Get(ctx, billKey(partner, id), &b)
	if errors.Is(err, table.ErrNotFound) {
		return b, missing
	}
	return b, err
}

// post appends to tx lines of a bill that is not out yet, which begins with its first. A line that is there already is left alone, and one of its id that
// says something else is refused. Errors: ErrBillOut; CBC.0100.
func (s *Service) post(ctx context.Context, tx *table.Tx, b Bill, lines []BillLine, now time.Time) error {
	old, err := s.Bill(ctx, b.Partner, b.ID)
	first := errors.Is(err, ErrNoBill)
	if err != nil && !first {
		return err
	}
	if !first && old.State != Collecting {
		return ErrBillOut.Saying("the bill %s of %s is out; post its late lines for a later month", b.ID, b.Partner).In("period")
	}
	fresh, err := s.fresh(ctx, b, lines)
	if err != nil {
		return err
	}
	next := old
	if first {
		next = b
		next.Head, next.State = billKey(b.Partner, b.ID).Head(), Collecting
		from := b.Period.out()
		if from.Before(now) {
			from = now
		}
		lifecycle.Arm(&next.Head, WorkBill, string(b.Partner), string(b.ID), from)
	}
	if next.Count += len(fresh); next.Count > mostBillLines {
		return problem.Invalid("lines", "the bill %s would have %d lines; it has %d at most", b.ID, next.Count, mostBillLines)
	}
	switch {
	case len(fresh) == 0:
		return nil
	case first:
		tx.Create(&next)
	default:
		tx.Replace(&old, &next)
	}
	for i := range fresh {
		tx.Create(&fresh[i])
	}
	note(ctx, tx, EventBillStep, b.Partner, string(b.ID), "post", string(next.State), "", now)
	return nil
}

// fresh gives the lines that are not there yet.
func (s *Service) fresh(ctx context.Context, b Bill, lines []BillLine) ([]BillLine, error) {
	keys := make([]table.Key, len(lines))
	for i, l := range lines {
		keys[i] = lineKey(b.Partner, b.ID, l.ID)
	}
	known, err := table.GetAll[BillLine](ctx, s.Table, keys)
	if err != nil {
		return nil, err
	}
	var fresh []BillLine
	for i, l := range lines {
		there, found := known[keys[i]]
		switch {
		case !found:
			l.Head = keys[i].Head()
			fresh = append(fresh, l)
		case !l.same(*there):
			return nil, problem.Invalid("line_id", "line %s is there already and says something else: %s of %s", l.ID, there.Amount, there.Goods)
		}
	}
	return fresh, nil
}

// lines reads the lines of a bill in order.
func (s *Service) lines(ctx context.Context, b Bill) ([]BillLine, error) {
	var lines []BillLine
	for l, err := range table.All[BillLine](ctx, s.Table, linesOf(b)) {
		if err != nil {
			return nil, err
		}
		lines = append(lines, *l)
	}
	return lines, nil
}

func linesOf(b Bill) table.Query {
	return table.Query{PK: ownerKey(b.Partner), Prefix: linePrefix + string(b.ID) + "#", Strong: true, Scope: "billlines " + string(b.Partner) + " " + string(b.ID)}
}

// itemsOf gives what is to be invoiced for lines.
func itemsOf(lines []BillLine) []Item {
	items := make([]Item, len(lines))
	for i, l := range lines {
		items[i] = Item{Goods: l.Goods, Rate: l.Rate, Amount: l.Amount}
	}
	return items
}
