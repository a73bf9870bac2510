package incentive

import (
	"context"
	"errors"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Request is a payment request (申付单): incentives of any periods that are paid together.
type Request struct {
	table.Head
	ID        string        `dynamodbav:"id"`
	Partner   auth.PartyID  `dynamodbav:"ptnr"`
	Takes     []Taken       `dynamodbav:"takes"`
	Periods   []Month       `dynamodbav:"periods"`
	Amount    money.Fen     `dynamodbav:"amt"` // what is paid: the sum of what it takes, above 0
	Method    Method        `dynamodbav:"how"`
	State     RequestState  `dynamodbav:"st"`
	Auto      bool          `dynamodbav:"auto,omitempty"`  // applied for by itself
	Reason    string        `dynamodbav:"why,omitempty"`   // of the last rejection or failure
	Applied   time.Time     `dynamodbav:"at"`              // business time, UTC
	PayBy     calendar.Date `dynamodbav:"payby,omitempty"` // Beijing date by which finance pays
	Paid      time.Time     `dynamodbav:"paid,omitempty"`
	Bank      string        `dynamodbav:"bank,omitempty"`
	Last4     string        `dynamodbav:"last4,omitempty"` // of the bank account
	Reference string        `dynamodbav:"ref,omitempty"`   // of the bank's payment
	Row       *Waiting      `dynamodbav:"row,omitempty"`   // while it awaits the vendor
}

// Taken is an incentive that a payment request takes.
type Taken struct {
	ID     string    `dynamodbav:"id"`
	Month  Month     `dynamodbav:"month"`
	Amount money.Fen `dynamodbav:"amt"`
}

// What is refused of payment requests. ASSUMED codes.
var (
	ErrMethod = problem.New(ErrStatementState.Status, "CBC.99001308", "the method does not pay that")
	ErrNet    = problem.New(ErrStatementState.Status, "CBC.99001309", "there is nothing to pay")
)

// Chosen gives what a payment request of a method takes of a partner's open incentives: those that were chosen, or what the method pays when none was, the
// oldest first and as many as a request takes; and always every negative one, so that what was given too much is netted. It sums to more than 0.
//
// Errors: ErrNotPayable, ErrMethod, ErrNet; CBC.0100 for more than a payment request has.
func Chosen(open []Incentive, ids []string, method Method) ([]Incentive, money.Fen, error) {
	for _, id := range ids {
		if !slices.ContainsFunc(open, func(i Incentive) bool { return i.ID == id }) {
			return nil, 0, ErrNotPayable.Saying("incentive %.64q can't be applied for: it is not yours, frozen, applied for or ended", id).In("incentive_ids")
		}
	}
	var takes []Incentive
	room := mostIncentives // for positive ones that were not chosen
	for _, i := range open {
		if i.Amount < 0 {
			room--
		}
	}
	for _, i := range open {
		named := slices.Contains(ids, i.ID)
		allowed := method.Allows(i.AssociationType, i.Month)
		if named && !allowed && i.Amount > 0 {
			return nil, 0, ErrMethod.Saying("incentive %q is of resale: it is paid as voucher quota or against owed invoices alone", i.ID).In("method")
		}
		unasked := i.Amount >= 0 && len(ids) == 0 && allowed && room > 0
		if unasked {
			room--
		}
		if i.Amount < 0 || named || unasked {
			takes = append(takes, i)
		}
	}
	sum := total(takes)
	if len(takes) > mostIncentives {
		return nil, 0, problem.Invalid("incentive_ids", "they are %d with those that are netted; a payment request takes %d at most", len(takes), mostIncentives)
	}
	if sum <= 0 {
		return nil, 0, ErrNet.Saying("what was chosen comes to %s yuan with every negative incentive; a payment request is for more than 0", sum).In("incentive_ids")
	}
	return takes, sum, nil
}

// apply appends to tx a payment request, which the system files by due work. The business information stays as it was read until it commits.
// Errors: ErrNotCertified, ErrUnderReview, of the part Agreed, and as Chosen and redeemable.
func (s *Service) apply(ctx context.Context, tx *table.Tx, partner auth.PartyID, ids []string, method Method, auto bool, now time.Time) (Request, error) {
	business, err := LoadBusiness(ctx, s.Table, partner)
	if err != nil {
		return Request{}, err
	}
	if err := business.settles(); err != nil {
		return Request{}, err
	}
	if s.Parts.Agreed != nil {
		if err := s.Parts.Agreed(ctx, partner, now); err != nil {
			return Request{}, err
		}
	}
	open, err := incentivesOf(ctx, s.Table, partner, Payable)
	if err != nil {
		return Request{}, err
	}
	takes, sum, err := Chosen(open, ids, method)
	if err != nil {
		return Request{}, err
	}
	if err := s.redeemable(ctx, partner, now); err != nil {
		return Request{}, err
	}
	r := Request{
		ID: table.NewID(now), Partner: partner, Amount: sum, Method: method, State: ToApply, Auto: auto, Applied: now, Bank: business.Valid.Bank,
		Last4: business.Valid.last4(),
	}
	r.Head = requestKey(partner, r.ID).Head()
	for _, old := range takes {
		next := old
		next.State, next.Request = Requested, r.ID
		tx.Replace(&old, &next)
		r.Takes = append(r.Takes, Taken{ID: old.ID, Month: old.Month, Amount: old.Amount})
		if !slices.Contains(r.Periods, old.Month) {
			r.Periods = append(r.Periods, old.Month)
		}
	}
	slices.Sort(r.Periods)
	tx.Check(&business)
	if r, err = r.stepped(Apply, Told{At: now}); err != nil {
		return r, err
	}
	tx.Create(&r)
	s.noteRequest(ctx, tx, r, Apply, now)
	return r, nil
}

// Told is what an event says of a payment request.
type Told struct {
	At        time.Time
	Reason    string        // of a rejection or failure
	PayBy     calendar.Date // of an approval
	Reference string        // of a payment
}

// stepped gives a payment request after an event, and who waits for what then. Error: ErrRequestState.
func (r Request) stepped(e RequestEvent, told Told) (Request, error) {
	next := r
	var err error
	if next.State, err = r.State.After(e); err != nil {
		return r, err
	}
	lifecycle.Disarm(&next.Head)
	row := Waiting{Partner: r.Partner, ID: r.ID, Amount: r.Amount, Since: told.At}
	await(&next.Head, &next.Row, "", row)
	next.Reason = told.Reason
	switch next.State {
	case Processing:
		lifecycle.Arm(&next.Head, WorkRequest, string(r.Partner), r.ID, told.At)
	case Paying:
		next.PayBy = told.PayBy
		await(&next.Head, &next.Row, AwaitsPayment, row)
	case Completed:
		next.Paid, next.Reference = told.At, told.Reference
	case Failed:
		await(&next.Head, &next.Row, AwaitsHelp, row)
	case ToApply, ToInvoice, InvoiceReview, PayFailed:
	}
	return next, nil
}

// noteRequest appends to tx the event of a payment request; its partner hears at once that it is paid, or can't be.
func (s *Service) noteRequest(ctx context.Context, tx *table.Tx, r Request, e RequestEvent, now time.Time) {
	one := step{
		kind: EventRequest, owner: r.Partner, subject: r.ID, what: string(e), becomes: string(r.State), why: r.Reason, amount: r.Amount.String(),
	}
	if r.State == Completed || r.State == Failed || r.State == PayFailed {
		one.writer = WriterPaid
	}
	note(ctx, tx, one, now)
}

// Load reads a partner's payment request by its number, strongly consistent, and reports whether there is one.
func Load(ctx context.Context, db *table.Client, partner auth.PartyID, id string) (Request, bool, error) {
	var r Request
	if !table.IsID(id) || !table.IsID(string(partner)) {
		return r, false, nil
	}
	err := db.Get(ctx, requestKey(partner, id), &r)
	if errors.Is(err, table.ErrNotFound) {
		return r, false, nil
	}
	return r, err == nil, err
}

// Advance appends to tx what the invoices of a payment request mean to it. Errors: ErrRequestState, ErrNotFound.
func (s *Service) Advance(ctx context.Context, tx *table.Tx, partner auth.PartyID, id string, e RequestEvent, told Told) error {
	r, err := s.request(ctx, partner, id)
	if err != nil {
		return err
	}
	return s.advance(ctx, tx, r, e, told)
}

func (s *Service) advance(ctx context.Context, tx *table.Tx, r Request, e RequestEvent, told Told) error {
	next, err := r.stepped(e, told)
	if err != nil {
		return err
	}
	tx.Replace(&r, &next)
	s.noteRequest(ctx, tx, next, e, told.At)
	return nil
}

// request reads a partner's payment request. Error: ErrNotFound.
func (s *Service) request(ctx context.Context, partner auth.PartyID, id string) (Request, error) {
	return get[Request](ctx, s.Table, requestKey(partner, id), partner, id, "payment_request_id", "payment request")
}
