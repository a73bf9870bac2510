package incentive

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Business is a partner's business information (商业信息): who is paid, where, and who invoices.
type Business struct {
	Title       string `dynamodbav:"title" json:"title" minLength:"1" maxLength:"100" doc:"The company as it invoices"`
	TaxID       string `dynamodbav:"tax" json:"taxpayer_id" maxLength:"20" doc:"15, 17, 18 or 20 capital letters and digits"`
	Address     string `dynamodbav:"addr" json:"registered_address" minLength:"1" maxLength:"200"`
	Phone       string `dynamodbav:"phone" json:"registered_phone" minLength:"1" maxLength:"30"`
	Bank        string `dynamodbav:"bank" json:"bank_name" minLength:"1" maxLength:"100"`
	BankAccount string `dynamodbav:"acct" json:"bank_account" maxLength:"30" doc:"8 to 30 digits"`
	Currency    string `dynamodbav:"cur" json:"currency" enum:"CNY"`
}

// The lengths of taxpayer ids and bank accounts. Source: the State Taxation Administration's formats. ASSUMED
var taxIDLengths = map[int]bool{15: true, 17: true, 18: true, 20: true}

const leastAccount, mostAccount = 8, 30

// check refuses business information that can't be certified, the first field that is wrong. Error: CBC.0100.
func (b Business) check() error {
	for _, f := range []struct{ name, value string }{
		{"title", b.Title},
		{"registered_address", b.Address},
		{"registered_phone", b.Phone},
		{"bank_name", b.Bank},
	} {
		if f.value == "" || strings.TrimSpace(f.value) != f.value || !utf8.ValidString(f.value) || strings.ContainsFunc(f.value, unicode.IsControl) {
			return problem.Invalid(f.name, "it is empty, or has blanks at its ends or control characters in it")
		}
	}
	if !taxIDLengths[len(b.TaxID)] || strings.Trim(b.TaxID, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return problem.Invalid("taxpayer_id", "%.30q is not 15, 17, 18 or 20 capital letters and digits", b.TaxID)
	}
	if n := len(b.BankAccount); n < leastAccount || n > mostAccount || strings.Trim(b.BankAccount, "0123456789") != "" {
		return problem.Invalid("bank_account", "it is not %d to %d digits", leastAccount, mostAccount)
	}
	return nil
}

// last4 gives the end of the bank account, which may be shown.
func (b Business) last4() string { return b.BankAccount[max(0, len(b.BankAccount)-4):] }

// Certification is a partner's business information as it is in force, and as it is being certified (商业信息认证).
type Certification struct {
	table.Head
	Partner   auth.PartyID `dynamodbav:"ptnr"`
	Valid     *Business    `dynamodbav:"valid,omitempty"`
	Since     time.Time    `dynamodbav:"since,omitempty"` // when Valid was certified, business time, UTC
	Pending   *Business    `dynamodbav:"pend,omitempty"`
	Submitted time.Time    `dynamodbav:"sub,omitempty"`
	Reason    string       `dynamodbav:"why,omitempty"` // of the last refusal
	Row       *Waiting     `dynamodbav:"row,omitempty"` // while it awaits the vendor
}

// What is refused of business information. ASSUMED codes.
var (
	ErrNotCertified = problem.New(ErrStatementState.Status, "CBC.99001305", "the business information is not certified")
	ErrUnderReview  = problem.New(ErrStatementState.Status, "CBC.99001306", "a change of the business information is being certified")
	ErrNoReview     = problem.New(ErrStatementState.Status, "CBC.99001307", "no business information is being certified")
)

// LoadBusiness reads a partner's business information, strongly consistent; the zero value when it never submitted any.
func LoadBusiness(ctx context.Context, db *table.Client, partner auth.PartyID) (Certification, error) {
	var c Certification
	err := db.Get(ctx, businessKey(partner), &c)
	if errors.Is(err, table.ErrNotFound) {
		return Certification{Partner: partner}, nil
	}
	return c, err
}

// settles holds while a partner can be settled with. Errors: ErrNotCertified, ErrUnderReview. Source: DOMAIN.md 6, 7.
func (c Certification) settles() error {
	switch {
	case c.Pending != nil:
		return ErrUnderReview.Saying("a change of the business information is being certified; nothing is settled until it is decided")
	case c.Valid == nil:
		return ErrNotCertified.Saying("the business information is not certified; submit it first")
	}
	return nil
}

// Settles refuses to settle with a partner while it can't be settled with, and makes that it can a condition of tx. Errors: ErrNotCertified, ErrUnderReview.
func Settles(ctx context.Context, db *table.Client, tx *table.Tx, partner auth.PartyID) error {
	business, err := LoadBusiness(ctx, db, partner)
	if err != nil {
		return err
	}
	if err := business.settles(); err != nil {
		return err
	}
	tx.Check(&business)
	return nil
}

// submitBusiness appends to tx that a partner has its business information certified. Errors: CBC.0100, ErrUnderReview.
func (s *Service) submitBusiness(ctx context.Context, tx *table.Tx, partner auth.PartyID, b Business, now time.Time) error {
	if err := b.check(); err != nil {
		return err
	}
	old, err := LoadBusiness(ctx, s.Table, partner)
	if err != nil {
		return err
	}
	if old.Pending != nil {
		return ErrUnderReview.Saying("what was submitted before is being certified; it is decided first")
	}
	next := old
	next.Pending, next.Submitted, next.Reason = &b, now, ""
	await(&next.Head, &next.Row, AwaitsReview, Waiting{Partner: partner, Since: now})
	if old.Ver == 0 {
		key := businessKey(partner)
		next.PK, next.SK = key.PK, key.SK
		tx.Create(&next)
	} else {
		tx.Replace(&old, &next)
	}
	note(ctx, tx, step{kind: EventBusiness, owner: partner, subject: string(partner), what: "submit", becomes: "UNDER_REVIEW"}, now)
	return nil
}

// decideBusiness appends to tx that the vendor certifies business information or refuses it, with a reason. Error: ErrNoReview.
func (s *Service) decideBusiness(ctx context.Context, tx *table.Tx, partner auth.PartyID, approve bool, reason string, now time.Time) error {
	old, err := LoadBusiness(ctx, s.Table, partner)
	if err != nil {
		return err
	}
	if old.Pending == nil {
		return ErrNoReview.Saying("no business information of %.64q is being certified", partner)
	}
	next := old
	what, becomes := "refuse", "REFUSED"
	if approve {
		what, becomes = "certify", "CERTIFIED"
		next.Valid, next.Since = old.Pending, now
	}
	next.Pending, next.Submitted, next.Reason = nil, time.Time{}, reason
	await(&next.Head, &next.Row, "", Waiting{})
	tx.Replace(&old, &next)
	note(ctx, tx, step{
		kind: EventBusiness, writer: WriterBusiness, owner: partner, subject: string(partner), what: what, becomes: becomes, why: reason,
	}, now)
	return nil
}
