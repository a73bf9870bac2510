package specialist

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type transferInput struct {
	CertificateNo string `path:"certificate_no" maxLength:"64"`
	Body          struct {
		ToAccountID string `json:"to_account_id" minLength:"1" maxLength:"64" doc:"A bound specialist of yours"`
		Reason      string `json:"reason" minLength:"1" maxLength:"256"`
		FileID      string `json:"file_id,omitempty" maxLength:"64" doc:"Evidence, announced and sent before"`
	}
}

type transferOutput struct {
	Body struct {
		ReviewID string `json:"review_id"`
	}
}

// transfer asks the vendor to move a certificate from one account of a person to another. Who asks is the partner to whom both are bound; the giver is
// no specialist any more. It may leave between the asking and the decision. Errors: ErrMissing, ErrState, CBC.0100.
// Source: DOMAIN.md 13, "Transfer from account A to B".
func (s *Service) transfer(ctx context.Context, in *transferInput) (*transferOutput, error) {
	missing := ErrMissing.Saying("none of your specialists holds the certificate %q", in.CertificateNo).In("certificate_no")
	number, ok := numberIn(in.CertificateNo)
	if !ok {
		return nil, missing
	}
	var files []string
	if in.Body.FileID != "" {
		files = []string{in.Body.FileID}
	}
	evidence, err := s.settle(ctx, "file_id", files...)
	if err != nil {
		return nil, err
	}
	out := &transferOutput{}
	out.Body.ReviewID, err = s.once(ctx, func(tx *table.Tx) (string, error) {
		caller := rest.Caller(ctx)
		m, err := s.move(ctx, caller.Party, number, AccountID(in.Body.ToAccountID), "")
		if err != nil {
			return "", err
		}
		if m.certificate.Moving != "" {
			return "", ErrState.Saying("the certificate %s is being transferred already", number)
		}
		next := m.certificate
		next.Moving = s.review(tx, Review{
			ReviewRow: ReviewRow{Kind: ReviewTransfer, Partner: caller.Party, Account: m.from.ID, To: m.to.ID, Number: number},
			By:        caller.Masked(), Reason: in.Body.Reason, Files: evidence,
		})
		tx.Replace(&m.certificate, &next)
		tx.Check(&m.giver) // which may be applied for meanwhile
		tx.Check(&m.to)    // which may leave meanwhile
		s.tell(tx, EventTransferAsked, caller.Masked(), m.giver, in.Body.Reason, map[string]string{
			"certificate": string(number), "to": string(m.to.ID), "review": next.Moving,
		})
		return next.Moving, nil
	})
	return out, err
}

// moving is a certificate with the two accounts between which it moves.
type moving struct {
	claim       claim
	certificate Certificate
	giver       Member
	from, to    Account
	refused     *Certificate // of this number, which the receiver has uploaded in vain; nil when there is none
}

// move reads what a partner can have moved; asked is the review by which it has asked for that, empty while it does. Who holds the certificate may have
// left the partner since it has asked, and then belongs to nobody. What it has not asked for is none of its business once that one has left.
// Errors: ErrMissing for what is not the partner's; ErrState for what can't be moved now.
func (s *Service) move(ctx context.Context, partner auth.PartyID, number Number, to AccountID, asked string) (moving, error) {
	var m moving
	missing := ErrMissing.Saying("none of your specialists holds the certificate %q", number).In("certificate_no")
	err := s.Table.Get(ctx, claimKey(number), &m.claim)
	if absent(err) {
		return m, missing
	}
	if err != nil {
		return m, err
	}
	m.giver, err = s.Member(ctx, partner, m.claim.Holder)
	if _, refused := problem.As(err); refused {
		return m, missing
	}
	if err != nil {
		return m, err
	}
	if m.from, err = s.account(ctx, m.claim.Holder); err != nil {
		return m, err
	}
	if mine := m.from.Partner == partner; !mine && (m.from.Partner != "" || asked == "") {
		return m, missing
	}
	if err := s.Table.Get(ctx, certificateKey(m.from.ID, number), &m.certificate); err != nil {
		return m, err
	}
	if asked != "" && m.certificate.Moving != asked {
		return m, ErrState.Saying("the certificate %s has changed hands since; reject the transfer", number)
	}
	return s.receiving(ctx, partner, to, m)
}

// receiving reads the rest of what is moved: to whom. Errors: as move.
func (s *Service) receiving(ctx context.Context, partner auth.PartyID, to AccountID, m moving) (moving, error) {
	var err error
	if m.to, err = s.bound(ctx, partner, string(to)); err != nil {
		if p, refused := problem.As(err); refused {
			err = p.In("to_account_id")
		}
		return m, err
	}
	var old Certificate
	err = s.Table.Get(ctx, certificateKey(to, m.certificate.Number), &old)
	switch {
	case err == nil && to != m.from.ID:
		m.refused = &old
	case err != nil && !absent(err):
		return m, err
	}
	return m, m.check()
}

// check refuses what can't be moved now. Error: ErrState, ErrFull, CBC.0100.
func (m moving) check() error {
	switch {
	case m.from.ID == m.to.ID:
		return problem.Invalid("to_account_id", "the account holds the certificate already")
	case m.certificate.Status != Valid:
		return ErrState.Saying("the certificate %s is %s; only a valid one is transferred", m.certificate.Number, m.certificate.Status)
	case m.giver.State.Held():
		return ErrState.Saying("who holds the certificate is %s; cancel the specialist first", m.giver.State)
	case m.refused == nil && m.to.Certificates >= mostCertificates:
		return full(m.to.Certificates).In("to_account_id")
	}
	return nil
}

// moved appends to tx that a certificate is the receiver's. In one transaction it leaves the giver's partition and list and enters the receiver's:
// there is no moment at which it counts twice, or not at all. It takes the place of one that the receiver has uploaded in vain.
func (m moving) moved(tx *table.Tx) {
	next, from, to := m.certificate, m.from, m.to
	next.Account, next.Person, next.Moving = to.ID, nameOf(to), ""
	tx.Remove(&m.certificate)
	tx.Check(&m.giver)
	from.Certificates--
	if m.refused != nil {
		next.Head = m.refused.Head
		show(&next, to.Partner)
		tx.Replace(m.refused, &next)
	} else {
		next.Head = certificateKey(to.ID, next.Number).Head()
		show(&next, to.Partner)
		tx.Create(&next)
		to.Certificates++
	}
	held := m.claim
	held.Holder = m.to.ID
	tx.Replace(&m.claim, &held)
	tx.Replace(&m.from, &from)
	tx.Replace(&m.to, &to)
}
