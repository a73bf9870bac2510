package specialist

import (
	"context"
	"strings"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

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
// stays. So many rows at a time are one transaction, with an event that names each. Errors: ErrNoAccount, CBC.0100.
func (s *Service) sync(ctx context.Context, in *syncInput) (*syncOutput, error) {
	rows, err := syncRows(in.Body.Certificates)
	if err != nil {
		return nil, err
	}
	out := &syncOutput{}
	for n := 0; n*syncedAtOnce < len(rows); n++ {
		from, to := n*syncedAtOnce, min((n+1)*syncedAtOnce, len(rows))
		letters, err := s.nth(ctx, n, func(tx *table.Tx) (string, error) {
			return s.syncSome(ctx, tx, AccountID(in.AccountID), rows[from:to], in.Body.Certificates[from:to])
		})
		if err != nil {
			return nil, err
		}
		for i, row := range rows[from:to] {
			out.Body.Verdicts = append(out.Body.Verdicts, verdictOf(letters[i], row.Number))
		}
	}
	return out, nil
}

// syncSome appends to tx what the platform says of some certificates of an account, and gives the letters of the verdicts.
func (s *Service) syncSome(ctx context.Context, tx *table.Tx, id AccountID, rows []CertificateRow, given []syncRow) (string, error) {
	a, err := s.account(ctx, id)
	if err != nil {
		return "", err
	}
	next, letters := a, make([]byte, len(rows))
	for i, row := range rows {
		more := 0
		if letters[i], more, err = s.syncOne(ctx, tx, next, row, given[i].Revoked); err != nil {
			return "", err
		}
		next.Certificates += more
	}
	next.Synced = s.Clock.Now()
	tx.Replace(&a, &next)
	event.Append(tx, event.Event{
		Type: EventSynced, Owner: a.owner(), Subject: string(a.ID), At: next.Synced, By: rest.Caller(ctx).Masked(),
		Data: map[string]string{"certificates": said(rows, given, letters)},
	})
	return string(letters), nil
}

// said gives for the audit trail what the platform said of certificates and what became of it, such as "C1 ADDED, C2 UPDATED REVOKED".
func said(rows []CertificateRow, given []syncRow, letters []byte) string {
	var all []string
	for i, row := range rows {
		one := string(row.Number) + " " + verdictOf(letters[i], row.Number).Result
		if given[i].Revoked {
			one += " " + string(Revoked)
		}
		all = append(all, one)
	}
	return strings.Join(all, ", ")
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
// that another account holds is a refused row, unless that one has only uploaded it and nobody has decided on that yet.
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
	if err := h.fits(a); err != nil {
		return syncFull, 0, nil //nolint:nilerr // it is the row's verdict
	}
	if h.Claim != nil && h.Claim.Holder != a.ID {
		if h.Claim, err = s.displace(ctx, tx, *h.Claim, row.Number, a.ID); err != nil || h.Claim == nil {
			return syncTaken, 0, err
		}
	}
	more, err = h.takes(tx, a, next)
	return letter, more, err
}

// displaced is why an uploaded certificate is rejected by itself.
const displaced = "the talent platform says that another account holds the certificate"

// displace appends to tx that a number which another account has only uploaded is from now on the one's of whom the platform says so: the upload is
// rejected, its review ends and its partner hears of it. It gives the claim as it is then; nil when the other account holds the number for good.
func (s *Service) displace(ctx context.Context, tx *table.Tx, held claim, n Number, to AccountID) (*claim, error) {
	var c Certificate
	if err := s.Table.Get(ctx, certificateKey(held.Holder, n), &c); err != nil || c.Status != Reviewing {
		return nil, err
	}
	r, err := s.Review(ctx, c.Review)
	if err != nil {
		return nil, err
	}
	by := rest.Caller(ctx).Masked()
	ended, err := r.ended(Refused, by, displaced, s.Clock.Now())
	if err != nil {
		return nil, err
	}
	next, moved := c, held
	next.Status, next.Why, moved.Holder = Rejected, displaced, to
	tx.Replace(&c, &next)
	tx.Replace(&r, &ended)
	tx.Replace(&held, &moved)
	s.reviewed(tx, ended)
	s.mail(tx, WriterDecision, r.Partner, r.ID, by, nil)
	return &moved, nil
}
