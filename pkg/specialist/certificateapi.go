package specialist

import (
	"context"

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

// holding reads who holds a number, and what an account has of it. The certificate is read first: an account claims a number for as long as its
// certificate is not rejected, so that who loses its claim between the two reads has a certificate that can't be written as it was read.
func (s *Service) holding(ctx context.Context, id AccountID, n Number) (holding, error) {
	var h holding
	var c Certificate
	err := s.Table.Get(ctx, certificateKey(id, n), &c)
	if err == nil {
		h.Certificate = &c
	} else if !absent(err) {
		return h, err
	}
	var held claim
	err = s.Table.Get(ctx, claimKey(n), &held)
	if err == nil {
		h.Claim = &held
	} else if !absent(err) {
		return h, err
	}
	return h, nil
}

func taken(n Number) *problem.Error {
	return ErrTaken.Saying("the certificate %s is held by another account; a number is held once", n).In("certificate_no")
}

// fits refuses one more certificate of an account that holds as many as it can. Error: ErrFull.
func (h holding) fits(a Account) error {
	if h.Certificate == nil && a.Certificates >= mostCertificates {
		return full(a.Certificates)
	}
	return nil
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
	if err := h.fits(a); err != nil {
		return 0, err
	}
	next.Account, next.Person = a.ID, nameOf(a)
	if h.Claim == nil {
		tx.Create(&claim{Head: claimKey(next.Number).Head(), Holder: a.ID})
	}
	if h.Certificate != nil {
		next.Head = h.Certificate.Head
		show(&next, a.Partner)
		tx.Replace(h.Certificate, &next)
		return 0, nil
	}
	next.Head = certificateKey(a.ID, next.Number).Head()
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

// bound reads the account of a member that belongs to a partner; an effect holds for as long as the account is as it was read. Errors: ErrMissing; ErrState for one that does not.
func (s *Service) bound(ctx context.Context, partner auth.PartyID, id string) (Account, error) {
	m, err := s.Member(ctx, partner, AccountID(id))
	if err != nil {
		return Account{}, err
	}
	if !m.State.Bound() {
		return Account{}, ErrState.Saying("the member is %s; it has to be bound to you for that", m.StateAt(s.Clock.Now()))
	}
	a, err := s.account(ctx, m.Account)
	if err == nil && a.Partner != partner { // it has left since the member was read
		err = ErrState.Saying("the member is %s; it has to be bound to you for that", Unbound)
	}
	return a, err
}
