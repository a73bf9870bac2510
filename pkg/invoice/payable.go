package invoice

import (
	"context"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// Source is what a partner is paid for.
type Source string

// The sources. Source: DOMAIN.md 7, 8.
const (
	Incentive   Source = "INCENTIVE"
	KooGallery  Source = "KOOGALLERY"  // 云商店商品账单
	Procurement Source = "PROCUREMENT" // 采购介入类账单
)

// Sources are all sources.
func Sources() []Source { return []Source{Incentive, KooGallery, Procurement} }

// letter starts the ids of what belongs to a source.
func (s Source) letter() string { return string(s[:1]) }

func sourceOf(letter string) (Source, bool) {
	for _, s := range Sources() {
		if s.letter() == letter {
			return s, true
		}
	}
	return "", false
}

// Month is a natural month in Beijing, such as 2026-12.
type Month string

const monthForm = "2006-01"

// MonthOf gives the month of a date.
func MonthOf(day calendar.Date) Month { return Month(day.String()[:len(monthForm)]) }

// first gives the month's first day; the zero date for what is no month.
func (m Month) first() calendar.Date {
	day, err := calendar.ParseDate(string(m) + "-01")
	if err != nil || len(m) != len(monthForm) {
		return calendar.Date{}
	}
	return day
}

// plus gives the month n months later.
func (m Month) plus(n int) Month { return MonthOf(m.first().AddMonths(n, 1)) }

// on gives a day of the month after this one.
func (m Month) on(day int) calendar.Date { return m.first().AddMonths(1, 1).AddDays(day - 1) }

// Payable is a payment request as its invoices concern it.
type Payable struct {
	Source   Source
	ID       string // the payment request's number: 1 to 40 characters of ids
	Partner  auth.PartyID
	Periods  []Month
	Applied  time.Time // business time, UTC
	NoList   bool      // its method needs no invoice: voucher quota, or the vendor's own record of invoices owed
	Buyer    string    // code of who is invoiced; empty is DefaultBuyer
	Basis    Basis     // of Items; empty is GrossAmounts
	Items    []Item    // empty is Amount, as an incentive
	Amount   money.Fen // what is paid, gross
	Currency string    // of the business information; empty is CNY
}

// items gives what a payable is for.
func (p Payable) items() ([]Item, Basis) {
	if len(p.Items) > 0 {
		return p.Items, p.Basis
	}
	return []Item{{Goods: incentiveGoods, Rate: SoftwareRate, Amount: p.Amount}}, GrossAmounts
}

// PayableEvent is what the invoices of a payment request tell it.
type PayableEvent string

// The events that a payment request is told, each once all of its lists are there. Source: DOMAIN.md 6, "State machine of a payment request".
const (
	InvoicesMailed   PayableEvent = "mailed"
	InvoicesReceived PayableEvent = "received"
	InvoicesRejected PayableEvent = "rejected" // one of them
	InvoicesApproved PayableEvent = "approved"
)

// Told is an event with what it says.
type Told struct {
	Event  PayableEvent
	Reason string // of a rejection
	At     time.Time
	PayBy  calendar.Date // of an approval: within paymentDays working days
}

// Payables are the payment requests of another capability.
type Payables struct {
	// Load reads one by its number, strongly consistent, and reports whether there is one.
	Load func(ctx context.Context, partner auth.PartyID, id string) (Payable, bool, error)
	// Advance appends to tx what an event of its invoices does to one; it refuses one that there is not.
	Advance func(ctx context.Context, tx *table.Tx, partner auth.PartyID, id string, told Told) error
}

// Business is what a partner's business information says (商业信息).
type Business struct {
	Certified   bool
	Since       time.Time // of the certification that is in force, business time, UTC
	UnderReview bool      // a change is being certified: nothing is settled meanwhile
	Title       string    // the partner as seller
	TaxID       string
	Bank        string
	BankAccount string
}

// Parts are what other capabilities know, handed in by the declaration. Those that are absent know nothing.
type Parts struct {
	Incentives Payables
	Business   func(ctx context.Context, partner auth.PartyID) (Business, error)
	// Settles refuses to pay a partner while its business information is not certified or a change of it is, and makes that a condition of tx.
	Settles func(ctx context.Context, tx *table.Tx, partner auth.PartyID) error
	// Agreed refuses who has not signed what invoicing needs at an instant, with an error that names what to sign.
	Agreed func(ctx context.Context, who auth.PartyID, now time.Time) error
	// Consumption gives what an account was charged in cash in a Beijing month that is over, less what it got back.
	Consumption func(ctx context.Context, account auth.PartyID, month Month) (money.Fen, error)
}

// PartsPort is where the parts of other capabilities come from.
var PartsPort = function.Port[Parts]{Name: "invoice parts", Open: func(*function.Env) Parts { return Parts{} }}

// ListID names an invoice list: the letter of its source, its payment request and which of that one's lists it is.
type ListID string

func listID(p Payable, n int) ListID {
	return ListID(p.Source.letter() + "-" + p.ID + "-" + string(rune('a'+n-1)))
}

// parts reads an id. ok is false for what is none.
func (id ListID) parts() (source Source, payable string, ok bool) {
	if !table.IsID(string(id)) || len(id) < len("I-x-a") {
		return "", "", false
	}
	letter, rest, dashed := strings.Cut(string(id), "-")
	end := len(rest) - 2
	if !dashed || end < 1 || rest[end] != '-' || rest[end+1] < 'a' || rest[end+1] > 'z' {
		return "", "", false
	}
	source, known := sourceOf(letter)
	return source, rest[:end], known
}
