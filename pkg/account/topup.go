package account

import (
	"context"
	"errors"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// ErrRemittanceTaken: the number of a remittance was booked with another partner or amount. ASSUMED code.
var ErrRemittanceTaken = problem.New(http.StatusConflict, "CBC.0409", "the remittance was booked otherwise")

// Remittance is money that reached the vendor's bank for a partner. Its number is the claim that it is booked once.
type Remittance struct {
	table.Head
	Number     string       `dynamodbav:"no"`
	Partner    auth.PartyID `dynamodbav:"partner"`
	Amount     money.Fen    `dynamodbav:"amount"`
	Designated money.Fen    `dynamodbav:"desig,omitempty"` // earmarked part of the amount
	Transfer   string       `dynamodbav:"transfer"`
	Channel    string       `dynamodbav:"channel,omitempty"` // of an online payment; empty is a bank transfer
	At         time.Time    `dynamodbav:"at"`                // business time, UTC
}

// same reports whether two bookings of a number are of the same money.
func (r Remittance) same(other Remittance) bool {
	return r.Partner == other.Partner && r.Amount == other.Amount && r.Designated == other.Designated
}

// topUp books a remittance to its partner's cash account and gives the transfer's id. A number that is booked already with the same partner and
// amounts answers with the first transfer; one that the bank's feed had is of the feed's amount.
//
// Errors: party.ErrUnknown, ErrRemittanceTaken, ErrTooMuch, rest.ErrTryAgain.
func (s *Service) topUp(ctx context.Context, r Remittance) (string, error) {
	if _, err := s.partner(ctx, r.Partner); err != nil {
		return "", err
	}
	booked := ""
	id, err := s.once(ctx, func(tx *table.Tx, id string, now time.Time) error {
		var earlier Remittance
		head := remittanceHead(r.Number)
		err := s.Table.Get(ctx, head.Key(), &earlier)
		switch {
		case err == nil && earlier.same(r):
			booked = earlier.Transfer
			return errBooked
		case err == nil:
			return ErrRemittanceTaken.Saying("remittance %q was booked on %s with %s yuan to %q", r.Number, earlier.At.Format(time.DateOnly),
				earlier.Amount, earlier.Partner).In("remittance_no")
		case !errors.Is(err, table.ErrNotFound):
			return err
		}
		cash, err := loadOrNew(ctx, s.Table, r.Partner, Cash)
		if err != nil {
			return err
		}
		t := Transfer{ID: id, From: VendorBank, To: cash.ID, Amount: r.Amount, Designated: r.Designated, Reason: TopUp, Reference: r.Number, At: now}
		if _, err := Credit(tx, cash, t); err != nil {
			return inField(err, "amount")
		}
		r.Head, r.Transfer, r.At = head, id, now
		tx.Create(&r)
		if err := s.byHand(ctx, tx, r); err != nil {
			return err
		}
		tell(ctx, tx, EventToppedUp, t, r.Partner)
		return nil
	})
	if errors.Is(err, errBooked) {
		rest.MarkReplay(ctx)
		return booked, nil
	}
	return id, err
}

// errBooked ends the booking of a remittance that was booked before.
var errBooked = errors.New("the remittance is booked")

// partner reads a partner of any kind. Error: party.ErrUnknown.
func (s *Service) partner(ctx context.Context, id auth.PartyID) (party.Party, error) {
	p, err := party.Get(ctx, s.Table, id)
	if err != nil {
		return p, inField(err, "partner_id")
	}
	switch p.Kind {
	case auth.Partner, auth.Reseller, auth.Distributor:
		return p, nil
	default:
		return p, party.ErrUnknown.Saying("party %q is a %s, not a partner", id, p.Kind).In("partner_id")
	}
}

// setLimit sets a partner's credit limit, and gives its credit account as it is then. What the limit is raised by can be spent at once; it is
// lowered no further than to what is used. To set it again changes nothing.
//
// Errors: party.ErrUnknown, ErrInsufficientBalance, ErrTooMuch, rest.ErrTryAgain. Source: DOMAIN.md 5, Accounts.
func (s *Service) setLimit(ctx context.Context, partner auth.PartyID, limit money.Fen) (Account, error) {
	if _, err := s.partner(ctx, partner); err != nil {
		return Account{}, err
	}
	_, err := s.once(ctx, func(tx *table.Tx, id string, now time.Time) error {
		line, err := loadOrNew(ctx, s.Table, partner, CreditLine)
		if err != nil || line.Limit == limit {
			return err
		}
		next, t, err := limited(line, limit, Transfer{ID: id, Reason: LimitChange, Reference: id, At: now})
		if err != nil {
			return inField(err, "credit_amount")
		}
		next.warn(tx, now)
		next.write(tx, line)
		enter(tx, t, next.ID, next.Seq)
		tell(ctx, tx, EventLimitSet, t, partner)
		return nil
	})
	if err != nil {
		return Account{}, err
	}
	return loadOrNew(ctx, s.Table, partner, CreditLine)
}

// limited is the rule of a credit limit: the balance moves by as much as the limit does.
func limited(line Account, limit money.Fen, t Transfer) (Account, Transfer, error) {
	var err error
	next := line
	if more := limit - line.Limit; more > 0 {
		t.From, t.Amount = VendorLending, more
		next, t, err = credited(line, t)
	} else {
		t.To, t.Amount = VendorLending, -more
		next, t, err = debited(line, t)
	}
	if errors.Is(err, ErrInsufficientBalance) {
		used := line.Limit - line.Balance
		err = ErrInsufficientBalance.Saying("%s yuan of the limit %s are used, which is the least that it can be set to", used, line.Limit)
	}
	next.Limit = limit
	return next, t, err
}
