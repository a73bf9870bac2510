package account

import (
	"context"
	"errors"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/sheet"
	"partnercenter/pkg/foundation/table"
)

// ErrCurrency: a remittance is not in yuan. ASSUMED code.
var ErrCurrency = problem.New(http.StatusBadRequest, "CBC.99001074", "the remittance is not in CNY")

// arrival is a row of the bank's feed: money that reached the vendor's bank. Partner is whose it is, once that is known.
type arrival struct {
	table.Head
	Number   string        `dynamodbav:"no"`
	Account  string        `dynamodbav:"account,omitempty"` // that it came to; empty is the general one
	Payer    string        `dynamodbav:"payer"`
	Amount   money.Fen     `dynamodbav:"amount"`
	On       calendar.Date `dynamodbav:"on"`
	Partner  auth.PartyID  `dynamodbav:"partner,omitempty"`
	Transfer string        `dynamodbav:"transfer,omitempty"`
}

// unmatched lists an arrival that is nobody's yet.
type unmatched struct {
	table.Head
	Number string `dynamodbav:"no"`
}

func arrivalHead(number string) table.Head { return table.Head{PK: "ARRIVAL#" + number, SK: "ARRIVAL"} }

func unmatchedHead(on calendar.Date, number string) table.Head {
	return table.Head{PK: "UNMATCHED#" + on.String(), SK: number}
}

// same reports whether two rows of one number tell of the same money.
func (a arrival) same(b arrival) bool {
	return a.Account == b.Account && a.Payer == b.Payer && a.Amount == b.Amount && a.On == b.On
}

// The columns of a bank's feed.
var feedColumns, feedOptional = []string{"remittance_no", "payer_name", "amount", "currency", "arrived_on"}, []string{"account_no"}

// parseArrival reads a row of the bank's feed. Dates are Beijing's. Errors: CBC.0100, ErrCurrency.
func parseArrival(row sheet.Row, today calendar.Date) (arrival, error) {
	a := arrival{Number: row.Get("remittance_no"), Account: row.Get("account_no"), Payer: row.Get("payer_name")}
	if !table.IsID(a.Number) {
		return a, problem.Invalid("remittance_no", "%.80q is not 1 to 64 letters, digits and ._:-", a.Number)
	}
	if folded(a.Payer) == "" || len(a.Payer) > mostName {
		return a, problem.Invalid("payer_name", "%.80q is not a name of at most %d bytes", a.Payer, mostName)
	}
	if a.Account != "" && !table.IsID(a.Account) {
		return a, problem.Invalid("account_no", "%.80q is no account", a.Account)
	}
	if currency := row.Get("currency"); currency != "CNY" {
		return a, ErrCurrency.Saying("%.16q: only remittances in CNY are credited; return it", currency).In("currency")
	}
	var err error
	if a.Amount, err = money.Parse(row.Get("amount")); err != nil {
		return a, problem.Invalid("amount", "%v", err)
	}
	if a.Amount <= 0 {
		return a, problem.Invalid("amount", "%s is not more than 0", a.Amount)
	}
	if a.On, err = calendar.ParseDate(row.Get("arrived_on")); err != nil {
		return a, problem.Invalid("arrived_on", "%.40q is no date such as 2026-12-01", row.Get("arrived_on"))
	}
	if a.On.After(today) {
		return a, problem.Invalid("arrived_on", "%s is after today, %s", a.On, today)
	}
	return a, nil
}

// Outcome is what became of a row of a bank's feed.
type Outcome string

// The outcomes of rows.
const (
	Credited Outcome = "credited"
	Waits    Outcome = "unmatched" // until a partner claims it, or it is imported again
	Known    Outcome = "known"     // it was credited before
	Declined Outcome = "refused"
)

// arrive books a row of the bank's feed once, and credits it to whose it is. A row that was nobody's is matched again: its payer may be
// registered since.
//
// Errors: ErrRemittanceTaken for a number that stands for other money; ErrTooMuch, rest.ErrTryAgain.
func (s *Service) arrive(ctx context.Context, a arrival) (arrival, Outcome, error) {
	var became Outcome
	var now arrival
	err := rest.Persist(ctx, func() error {
		old, err := s.arrival(ctx, a.Number)
		if err != nil {
			return err
		}
		switch {
		case old.Ver > 0 && !old.same(a):
			return ErrRemittanceTaken.Saying("the feed had %q before as %s yuan of %q on %s", a.Number, old.Amount, old.Payer, old.On).In("remittance_no")
		case old.Partner != "":
			now, became = old, Known
			return nil
		}
		now = a
		now.Head = old.Head
		if old.Ver == 0 {
			now.Head = arrivalHead(a.Number)
		}
		now.Partner, err = s.payeeOf(ctx, a.Account, a.Payer)
		if errors.Is(err, errPayerUnknown) {
			became = Waits
			return s.keep(ctx, old, now)
		}
		if err != nil {
			return err
		}
		became = Credited
		tx := table.NewTx()
		if err := s.creditArrival(ctx, tx, old, &now); err != nil {
			return err
		}
		return s.Table.Commit(ctx, tx)
	})
	return now, became, err
}

// arrival reads a row of the bank's feed; one that has not come has no version.
func (s *Service) arrival(ctx context.Context, number string) (arrival, error) {
	var a arrival
	head := arrivalHead(number)
	err := s.Table.Get(ctx, head.Key(), &a)
	if errors.Is(err, table.ErrNotFound) {
		return arrival{}, nil
	}
	return a, err
}

// keep notes an arrival that is nobody's, unless it is noted already. Error: ErrRemittanceTaken when its number was booked by hand.
func (s *Service) keep(ctx context.Context, old, now arrival) error {
	if old.Ver > 0 {
		return nil
	}
	head := remittanceHead(now.Number)
	err := s.Table.Get(ctx, head.Key(), &Remittance{})
	if err == nil {
		if again, err := s.arrival(ctx, now.Number); err != nil || again.Ver > 0 {
			return errors.Join(table.ErrConflict, err) // it was credited meanwhile
		}
		return ErrRemittanceTaken.Saying("remittance %q was booked by hand, and its payer is nobody's", now.Number).In("remittance_no")
	}
	if !errors.Is(err, table.ErrNotFound) {
		return err
	}
	tx := table.NewTx()
	tx.Absent(head.Key())
	tx.Create(&now)
	tx.Create(&unmatched{Head: unmatchedHead(now.On, now.Number), Number: now.Number})
	return s.Table.Commit(ctx, tx)
}

// creditArrival appends to tx that an arrival is its Partner's, and that it enters that partner's account unless it was booked by hand as that
// before: its number is the claim of the credit. That it is still listed as nobody's is read behind what it was booked as, which go together: what was
// credited meanwhile is read again.
//
// Errors: ErrRemittanceTaken, ErrTooMuch, table.ErrConflict.
func (s *Service) creditArrival(ctx context.Context, tx *table.Tx, old arrival, now *arrival) error {
	at := s.Clock.Now()
	var booked Remittance
	head := remittanceHead(now.Number)
	err := s.Table.Get(ctx, head.Key(), &booked)
	absent := errors.Is(err, table.ErrNotFound)
	if err != nil && !absent {
		return err
	}
	var listed unmatched
	if old.Ver > 0 {
		if err := s.still(ctx, unmatchedHead(old.On, old.Number), &listed); err != nil {
			return err
		}
	}
	switch {
	case absent:
		if now.Transfer, err = s.creditRemittance(ctx, tx, *now, at); err != nil {
			return err
		}
	case booked.Partner != now.Partner || booked.Amount != now.Amount:
		return ErrRemittanceTaken.Saying("remittance %q was booked as %s yuan of another payee", now.Number, booked.Amount).In("remittance_no")
	default:
		now.Transfer = booked.Transfer
	}
	if old.Ver == 0 {
		tx.Create(now)
		return nil
	}
	tx.Replace(&old, now)
	tx.Remove(&listed)
	return nil
}

// byHand appends to tx that a remittance which is booked by hand is what the feed had by its number and is no longer nobody's, or that the feed has not
// had it. Errors: ErrRemittanceTaken when that was another amount; table.ErrConflict.
func (s *Service) byHand(ctx context.Context, tx *table.Tx, r Remittance) error {
	old, err := s.arrival(ctx, r.Number)
	switch {
	case err != nil:
		return err
	case old.Ver == 0:
		head := arrivalHead(r.Number)
		tx.Absent(head.Key())
		return nil
	case old.Partner != "":
		return table.ErrConflict // it was credited meanwhile
	case old.Amount != r.Amount:
		return ErrRemittanceTaken.Saying("the feed had %q as %s yuan of %q on %s", r.Number, old.Amount, old.Payer, old.On).In("amount")
	}
	var listed unmatched
	if err := s.still(ctx, unmatchedHead(old.On, old.Number), &listed); err != nil {
		return err
	}
	now := old
	now.Partner, now.Transfer = r.Partner, r.Transfer
	tx.Replace(&old, &now)
	tx.Remove(&listed)
	return nil
}

// still reads an item that is there as long as another is what was read. Error: table.ErrConflict when it is gone.
func (s *Service) still(ctx context.Context, head table.Head, item table.Item) error {
	err := s.Table.Get(ctx, head.Key(), item)
	if errors.Is(err, table.ErrNotFound) {
		return table.ErrConflict
	}
	return err
}

// creditRemittance appends to tx that an arrival enters its partner's account, and gives the transfer's id. Error: ErrTooMuch.
func (s *Service) creditRemittance(ctx context.Context, tx *table.Tx, a arrival, at time.Time) (string, error) {
	cash, err := loadOrNew(ctx, s.Table, a.Partner, Cash)
	if err != nil {
		return "", err
	}
	id := table.NewID(at)
	t := Transfer{ID: id, From: VendorBank, To: cash.ID, Amount: a.Amount, Reason: TopUp, Reference: a.Number, At: at}
	if _, err := Credit(tx, cash, t); err != nil {
		return "", inField(err, "amount")
	}
	tx.Create(&Remittance{Head: remittanceHead(a.Number), Number: a.Number, Partner: a.Partner, Amount: a.Amount, Transfer: id, At: at})
	tell(ctx, tx, EventToppedUp, t, a.Partner)
	return id, nil
}
