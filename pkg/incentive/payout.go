package incentive

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// DoRequest files a payment request: what needs no invoice is given at once, in the transaction that completes it; for what does, its invoice lists are
// made. What can't be given fails with its reason, which the vendor sees; while a change of the business information is certified, it waits. It is a
// lifecycle.Handler.
func (s *Service) DoRequest(ctx context.Context, due lifecycle.Due) error {
	var r Request
	if err := lifecycle.Load(ctx, s.Table, due.Key, s.Clock.Now(), &r); err != nil {
		return err
	}
	now := s.Clock.Now()
	business, err := LoadBusiness(ctx, s.Table, r.Partner)
	if err != nil {
		return err
	}
	if business.Pending != nil { // nothing is settled meanwhile
		next := r
		lifecycle.Arm(&next.Head, WorkRequest, string(r.Partner), r.ID, calendar.DateOf(now).AddDays(1).At(applyHour, 0))
		return s.Table.Replace(ctx, &r, &next)
	}
	tx := table.NewTx()
	tx.Check(&business)
	e, err := s.file(ctx, tx, r, now)
	told := Told{At: now}
	if refusal, foreseen := problem.As(err); foreseen {
		tx, e, told.Reason = table.NewTx(), Fail, refusal.Public()
		tx.Check(&business)
	} else if err != nil {
		return err
	}
	if err := s.advance(ctx, tx, r, e, told); err != nil {
		return err
	}
	return s.Table.Commit(ctx, tx)
}

// errNoPart: what a method needs is not part of this system.
var errNoPart = problem.New(ErrStatementState.Status, "CBC.99001310", "this method is not served here; contact support")

// file appends to tx what a payment request's method does first, and gives the event of it.
func (s *Service) file(ctx context.Context, tx *table.Tx, r Request, now time.Time) (RequestEvent, error) {
	switch r.Method {
	case VoucherQuota:
		if s.Parts.Grant == nil {
			return Fail, errNoPart
		}
		until := calendar.DateOf(now).AddMonths(quotaMonths, calendar.DateOf(now).Day).End()
		return Give, s.Parts.Grant(ctx, tx, r.Partner, r.Amount, now, until)
	case OwedInvoice:
		if err := account.GiveRebate(ctx, s.Table, tx, r.Partner, r.Amount, r.ID, now); err != nil {
			return Fail, err
		}
		return Give, s.owe(ctx, tx, r.Partner, r.Amount)
	default:
		if s.Parts.ToInvoice == nil {
			return Fail, errNoPart
		}
		return AskInvoice, s.Parts.ToInvoice(ctx, tx, r, now)
	}
}

// pay appends to tx that finance has paid a request, or that the bank has returned it. What goes to the top-up account is credited here.
// Errors: ErrNotFound, ErrRequestState, ErrUnderReview.
func (s *Service) pay(ctx context.Context, tx *table.Tx, partner auth.PartyID, id string, e RequestEvent, told Told) error {
	r, err := s.request(ctx, partner, id)
	if err != nil {
		return err
	}
	if err := s.advance(ctx, tx, r, e, told); err != nil || e != Pay {
		return err
	}
	if err := Settles(ctx, s.Table, tx, partner); err != nil {
		return err
	}
	if r.Method == TopUpAccount {
		return account.GiveRebate(ctx, s.Table, tx, partner, r.Amount, r.ID, told.At)
	}
	return nil
}

// again appends to tx that a request which failed is tried again: what the bank returned goes to the account that is certified now, within two working
// days. Errors: ErrNotFound, ErrRequestState, ErrNotCertified, ErrUnderReview.
func (s *Service) again(ctx context.Context, tx *table.Tx, partner auth.PartyID, id string, now time.Time) error {
	old, err := s.request(ctx, partner, id)
	if err != nil {
		return err
	}
	payBy, _ := calendar.AddWorkingDays(calendar.DateOf(now), paymentDays)
	next, err := old.stepped(Retry, Told{At: now, PayBy: payBy})
	if err != nil {
		return err
	}
	business, err := LoadBusiness(ctx, s.Table, partner)
	if err != nil {
		return err
	}
	if err := business.settles(); err != nil {
		return err
	}
	next.Bank, next.Last4 = business.Valid.Bank, business.Valid.last4()
	tx.Check(&business)
	tx.Replace(&old, &next)
	s.noteRequest(ctx, tx, next, Retry, now)
	return nil
}

// owed is what of a partner's cash it owes invoices for (欠票).
type owed struct {
	table.Head
	Amount money.Fen `dynamodbav:"amt"`
}

// Owed reads for how much of its cash a partner owes invoices, which it can't withdraw. Source: DOMAIN.md 5, "withdrawable".
func Owed(ctx context.Context, db *table.Client, partner auth.PartyID) (money.Fen, error) {
	var o owed
	err := db.Get(ctx, owedKey(partner), &o)
	if errors.Is(err, table.ErrNotFound) {
		return 0, nil
	}
	return o.Amount, err
}

// owe appends to tx that a partner owes invoices for more, or for less, down to nothing. Error: CBC.0100.
func (s *Service) owe(ctx context.Context, tx *table.Tx, partner auth.PartyID, more money.Fen) error {
	var old owed
	err := s.Table.Get(ctx, owedKey(partner), &old)
	if err != nil && !errors.Is(err, table.ErrNotFound) {
		return err
	}
	next := old
	if next.Amount += more; next.Amount < 0 {
		return problem.Invalid("amount", "%s is more than the %s for which the partner owes invoices", -more, old.Amount)
	}
	if err != nil {
		next.Head = owedKey(partner).Head()
		tx.Create(&next)
	} else {
		tx.Replace(&old, &next)
	}
	return nil
}

// settleOwed appends to tx that a partner's invoices, or what it did not have invoiced, made up for an amount that it owes. Error: CBC.0100.
func (s *Service) settleOwed(ctx context.Context, tx *table.Tx, partner auth.PartyID, amount money.Fen, why string, now time.Time) error {
	if _, err := s.partner(ctx, partner); err != nil {
		return err
	}
	if amount <= 0 {
		return problem.Invalid("amount", "%s is not more than 0", amount)
	}
	note(ctx, tx, step{kind: EventOwed, owner: partner, subject: string(partner), what: "settle", why: why, amount: amount.String()}, now)
	return s.owe(ctx, tx, partner, -amount)
}
