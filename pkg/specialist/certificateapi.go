package specialist

import (
	"context"
	"errors"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// PaperBody is what a certificate says. It is exported for the schema of the operations alone.
type PaperBody struct {
	CertificateNo string          `json:"certificate_no" minLength:"1" maxLength:"64"`
	Type          CertificateType `json:"type" enum:"HCIA,HCIP,HCIE,HCCDA,HCCDP,HCCDE"`
	Issued        string          `json:"issued" minLength:"10" maxLength:"10" doc:"Beijing date such as 2026-12-01"`
	Expires       string          `json:"expires" minLength:"10" maxLength:"10" doc:"The last day"`
}

// row reads what a certificate says. Error: CBC.0100.
func (p PaperBody) row() (CertificateRow, error) {
	number, ok := numberIn(p.CertificateNo)
	if !ok {
		return CertificateRow{}, problem.Invalid("certificate_no", "%q is not 1 to 64 letters, digits, dots, underscores, colons or hyphens", p.CertificateNo)
	}
	issued, err := dateIn("issued", p.Issued)
	if err != nil {
		return CertificateRow{}, err
	}
	expires, err := dateIn("expires", p.Expires)
	if err != nil {
		return CertificateRow{}, err
	}
	if expires.Before(issued) {
		return CertificateRow{}, problem.Invalid("expires", "%s is before the certificate was issued, %s", expires, issued)
	}
	return CertificateRow{Number: number, Type: p.Type, Issued: issued, Expires: expires}, nil
}

// dateIn reads a date. Error: CBC.0100.
func dateIn(field, value string) (calendar.Date, error) {
	day, err := calendar.ParseDate(value)
	if err != nil {
		return day, problem.Invalid(field, "%v", err)
	}
	return day, nil
}

// claim is who holds a certificate's number.
type claim struct {
	table.Head
	Holder AccountID `dynamodbav:"acct"`
}

// holding is a number as it stands: who claims it, and the certificate that an account has of it. What is not there is nil.
type holding struct {
	Claim       *claim
	Certificate *Certificate
}

// holding reads who holds a number, and what an account has of it.
func (s *Service) holding(ctx context.Context, id AccountID, n Number) (holding, error) {
	var h holding
	var held claim
	err := s.Table.Get(ctx, claimKey(n), &held)
	if err == nil {
		h.Claim = &held
	} else if !absent(err) {
		return h, err
	}
	var c Certificate
	err = s.Table.Get(ctx, certificateKey(id, n), &c)
	if err == nil {
		h.Certificate = &c
	} else if !absent(err) {
		return h, err
	}
	return h, nil
}

func taken(n Number) *problem.Error {
	return ErrTaken.Saying("the certificate %s is held by another account; a number is held once", n).In("certificate_no")
}

func full(n int) *problem.Error {
	return ErrFull.Saying("the account holds %d certificates, as many as it can", n)
}

// takes appends to tx that an account holds a certificate from now on, whose number is free or its own, and gives how many more it then holds: 1 or 0.
// Errors: ErrTaken, ErrFull.
func (h holding) takes(tx *table.Tx, a Account, next Certificate) (int, error) {
	if h.Claim != nil && h.Claim.Holder != a.ID {
		return 0, taken(next.Number)
	}
	if h.Certificate == nil && a.Certificates >= mostCertificates {
		return 0, full(a.Certificates)
	}
	next.Account, next.Person = a.ID, nameOf(a)
	if h.Claim == nil {
		tx.Create(&claim{Head: headOf(claimKey(next.Number)), Holder: a.ID})
	}
	if h.Certificate != nil {
		next.Head = h.Certificate.Head
		show(&next, a.Partner)
		tx.Replace(h.Certificate, &next)
		return 0, nil
	}
	next.Head = headOf(certificateKey(a.ID, next.Number))
	show(&next, a.Partner)
	tx.Create(&next)
	return 1, nil
}

type uploadCertificateInput struct {
	SpecialistID string `path:"specialist_id" maxLength:"64"`
	Body         struct {
		PaperBody
		FileID string `json:"file_id" minLength:"1" maxLength:"64" doc:"The certificate, announced and sent before"`
	}
}

type uploadCertificateOutput struct {
	Body struct {
		CertificateNo Number `json:"certificate_no"`
		Status        Status `json:"status" enum:"REVIEWING,VALID,REJECTED,REVOKED"`
		ReviewID      string `json:"review_id"`
	}
}

// upload hands in a certificate of a bound member, on which the vendor decides. Errors: ErrMissing, ErrState, ErrTaken, ErrFull, CBC.0100.
func (s *Service) upload(ctx context.Context, in *uploadCertificateInput) (*uploadCertificateOutput, error) {
	row, err := in.Body.row()
	if err != nil {
		return nil, err
	}
	if today := calendar.DateOf(s.Clock.Now()); row.Expires.Before(today) || row.Issued.After(today) {
		return nil, problem.Invalid("expires", "the certificate is good from %s to %s, and not today, %s", row.Issued, row.Expires, today)
	}
	files, err := s.settle(ctx, "file_id", in.Body.FileID)
	if err != nil {
		return nil, err
	}
	out := &uploadCertificateOutput{}
	out.Body.CertificateNo, out.Body.Status = row.Number, Reviewing
	out.Body.ReviewID, err = s.once(ctx, func(tx *table.Tx) (string, error) {
		caller := rest.Caller(ctx)
		a, err := s.bound(ctx, caller.Party, in.SpecialistID)
		if err != nil {
			return "", err
		}
		h, err := s.holding(ctx, a.ID, row.Number)
		if err != nil {
			return "", err
		}
		if h.Certificate != nil && h.Certificate.Status != Rejected {
			return "", ErrTaken.Saying("the certificate %s is known already; it is %s", row.Number, h.Certificate.Status).In("certificate_no")
		}
		next := Certificate{CertificateRow: row, Known: s.Clock.Now()}
		next.Origin, next.Status = Uploaded, Reviewing
		next.Review = s.review(tx, Review{
			ReviewRow: ReviewRow{Kind: ReviewCertificate, Partner: caller.Party, Account: a.ID, Number: row.Number}, By: caller.Masked(), Files: files,
		})
		more, err := h.takes(tx, a, next)
		if err != nil {
			return "", err
		}
		holder := a
		holder.Certificates += more
		tx.Replace(&a, &holder)
		s.certified(tx, EventCertificateUploaded, a, row.Number, caller.Masked())
		return next.Review, nil
	})
	return out, err
}

// certified appends to tx what happened to a certificate of an account.
func (s *Service) certified(tx *table.Tx, kind string, a Account, n Number, by string) {
	event.Append(tx, event.Event{
		Type: kind, Owner: a.owner(), Subject: string(a.ID), At: s.Clock.Now(), By: by, Data: map[string]string{"certificate": string(n)},
	})
}

// bound reads the account of a member that belongs to a partner. Errors: ErrMissing; ErrState for one that does not.
func (s *Service) bound(ctx context.Context, partner auth.PartyID, id string) (Account, error) {
	m, err := s.Member(ctx, partner, AccountID(id))
	if err != nil {
		return Account{}, err
	}
	if !m.State.Bound() {
		return Account{}, ErrState.Saying("the member is %s; it has to be bound to you for that", m.StateAt(s.Clock.Now()))
	}
	return s.account(ctx, m.Account)
}

type syncInput struct {
	AccountID string `path:"account_id" maxLength:"64"`
	Body      struct {
		Certificates []syncRow `json:"certificates" minItems:"1" maxItems:"40"`
	}
}

type syncRow struct {
	PaperBody
	Revoked bool `json:"revoked,omitempty"`
}

type syncVerdict struct {
	CertificateNo string `json:"certificate_no"`
	Result        string `json:"result" enum:"ADDED,UPDATED,REFUSED"`
	ErrorCode     string `json:"error_code,omitempty" doc:"Of a row that was refused"`
	ErrorMsg      string `json:"error_msg,omitempty"`
}

type syncOutput struct {
	Body struct {
		Verdicts []syncVerdict `json:"verdicts" doc:"One for each row, in their order"`
	}
}

// The verdicts on rows of a synchronisation, a letter each: a request's claim keeps them, so that a repeat is answered as the first was.
const (
	syncAdded   = 'A'
	syncUpdated = 'U'
	syncTaken   = 'T'
	syncFull    = 'F'
)

// verdictOf gives the verdict on a certificate that a letter stands for.
func verdictOf(letter byte, n Number) syncVerdict {
	refused := func(e *problem.Error) syncVerdict {
		return syncVerdict{CertificateNo: string(n), Result: verdictRefused, ErrorCode: e.Code, ErrorMsg: e.Public()}
	}
	switch letter {
	case syncAdded:
		return syncVerdict{CertificateNo: string(n), Result: "ADDED"}
	case syncTaken:
		return refused(taken(n))
	case syncFull:
		return refused(full(mostCertificates))
	default:
		return syncVerdict{CertificateNo: string(n), Result: "UPDATED"}
	}
}

// sync keeps what the talent platform says of an account's certificates: what is said now holds over what was uploaded, and what it does not name
// stays. All rows that can be kept are one transaction. Errors: ErrNoAccount, CBC.0100.
func (s *Service) sync(ctx context.Context, in *syncInput) (*syncOutput, error) {
	rows, err := syncRows(in.Body.Certificates)
	if err != nil {
		return nil, err
	}
	letters, err := s.once(ctx, func(tx *table.Tx) (string, error) {
		a, err := s.account(ctx, AccountID(in.AccountID))
		if err != nil {
			return "", err
		}
		next, letters := a, make([]byte, len(rows))
		for i, row := range rows {
			more := 0
			if letters[i], more, err = s.syncOne(ctx, tx, next, row, in.Body.Certificates[i].Revoked); err != nil {
				return "", err
			}
			next.Certificates += more
		}
		next.Synced = s.Clock.Now()
		tx.Replace(&a, &next)
		s.certified(tx, EventSynced, a, rows[0].Number, rest.Caller(ctx).Masked())
		return string(letters), nil
	})
	if err != nil {
		return nil, err
	}
	out := &syncOutput{}
	for i, row := range rows {
		out.Body.Verdicts = append(out.Body.Verdicts, verdictOf(letters[i], row.Number))
	}
	return out, nil
}

// syncRows reads the rows of a synchronisation. Error: CBC.0100.
func syncRows(given []syncRow) ([]CertificateRow, error) {
	var rows []CertificateRow
	seen := map[Number]bool{}
	for _, one := range given {
		row, err := one.row()
		if err != nil {
			return nil, err
		}
		if seen[row.Number] {
			return nil, problem.Invalid("certificates", "the certificate %s is there twice", row.Number)
		}
		seen[row.Number] = true
		rows = append(rows, row)
	}
	return rows, nil
}

// syncOne appends to tx what the platform says of one certificate, and gives the letter of its verdict and how many more the account holds. A number
// that another account holds is a refused row.
func (s *Service) syncOne(ctx context.Context, tx *table.Tx, a Account, row CertificateRow, revoked bool) (letter byte, more int, err error) {
	h, err := s.holding(ctx, a.ID, row.Number)
	if err != nil {
		return 0, 0, err
	}
	next := Certificate{CertificateRow: row, Known: s.Clock.Now()}
	letter = syncAdded
	if h.Certificate != nil {
		letter, next.Known, next.Moving = syncUpdated, h.Certificate.Known, h.Certificate.Moving
	}
	next.Origin, next.Status = Synced, Valid
	if revoked {
		next.Status, next.Why = Revoked, "the talent platform has revoked it"
	}
	switch more, err = h.takes(tx, a, next); {
	case errors.Is(err, ErrTaken):
		return syncTaken, 0, nil
	case errors.Is(err, ErrFull):
		return syncFull, 0, nil
	}
	return letter, more, err
}
