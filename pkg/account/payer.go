package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/code"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// The events of who pays for a partner.
const (
	EventRemittanceAccount = "account.remittance_account_opened"
	EventPayerAdded        = "account.payer_added"
	EventPayerRemoved      = "account.payer_removed"
)

// What is refused of payers. ASSUMED codes.
var (
	ErrPayers       = problem.New(http.StatusBadRequest, "CBC.99001072", "a partner has at most 5 payers")
	ErrPayerThere   = problem.New(http.StatusConflict, "CBC.99001073", "the name pays for you already")
	ErrNoPayer      = problem.New(http.StatusNotFound, "CBC.0404", "no such payer")
	ErrNoPayeeYet   = problem.New(http.StatusNotFound, "CBC.0404", "you have no remittance account yet: open one")
	errPayeeOpened  = errors.New("the remittance account is there")
	errPayerUnknown = errors.New("nobody's payer")
)

// payer is a name that pays for a partner by an agreement (代付管理).
type payer struct {
	ID    string    `dynamodbav:"id"`
	Name  string    `dynamodbav:"name"`
	Added time.Time `dynamodbav:"at"` // business time, UTC
}

// payersOf are a partner's remittance account (专属汇款账号) and the names that pay for it besides its own.
type payersOf struct {
	table.Head
	Number string  `dynamodbav:"no,omitempty"`   // of the remittance account
	Name   string  `dynamodbav:"name,omitempty"` // the partner's own when that was opened
	Payers []payer `dynamodbav:"payers,omitempty"`
}

// payee is the remittance account by its number.
type payee struct {
	table.Head
	Partner auth.PartyID `dynamodbav:"partner"`
}

func payersHead(partner auth.PartyID) table.Head {
	return table.Head{PK: "PAYERS#" + string(partner), SK: "PAYERS"}
}

func payeeHead(number string) table.Head { return table.Head{PK: "PAYEE#" + number, SK: "PAYEE"} }

// payerHead is the key of a name that pays for a partner, whose spelling is that of folded.
func payerHead(name string, partner auth.PartyID) table.Head {
	sum := sha256.Sum256([]byte(folded(name)))
	return table.Head{PK: "PAYER#" + hex.EncodeToString(sum[:]), SK: string(partner)}
}

// folded gives a name as names are compared: without spaces, with parentheses of one width, in lower case. ASSUMED.
func folded(name string) string {
	name = strings.NewReplacer("（", "(", "）", ")", "\u3000", "").Replace(name)
	return strings.ToLower(strings.Join(strings.Fields(name), ""))
}

// loadPayers reads who pays for a partner; nobody yet has no version.
func (s *Service) loadPayers(ctx context.Context, partner auth.PartyID) (payersOf, error) {
	var p payersOf
	head := payersHead(partner)
	err := s.Table.Get(ctx, head.Key(), &p)
	if errors.Is(err, table.ErrNotFound) {
		return payersOf{Head: head}, nil
	}
	return p, err
}

func (p payersOf) write(tx *table.Tx, old payersOf) {
	if old.Ver == 0 {
		tx.Create(&p)
		return
	}
	tx.Replace(&old, &p)
}

// subject gives the name that a partner is verified by.
func (s *Service) subject(ctx context.Context, partner auth.PartyID) (string, error) {
	p, err := party.Get(ctx, s.Table, partner)
	if p.Profile.RealName != "" {
		return p.Profile.RealName, err
	}
	return p.Name, err
}

// openPayee gives a partner its one remittance account, which it keeps. The first time needs a verification code.
// Errors: those of code.Use. Source: DOMAIN.md 5, "one per partner, unique, obtained online after verification".
func (s *Service) openPayee(ctx context.Context, partner auth.PartyID, given string) (payersOf, error) {
	name, err := s.subject(ctx, partner)
	if err != nil {
		return payersOf{}, err
	}
	_, err = s.once(ctx, func(tx *table.Tx, _ string, now time.Time) error {
		old, err := s.loadPayers(ctx, partner)
		if err != nil {
			return err
		}
		if old.Number != "" {
			return errPayeeOpened
		}
		sent, err := party.SensitiveCode(ctx, s.Table, partner)
		if err != nil {
			return err
		}
		err = s.codes().Use(ctx, tx, code.Given{Purpose: sent.Purpose, To: sent.To, Code: given, Field: "verification_code"})
		if err != nil {
			return err
		}
		next := old
		next.Name = name
		if next.Number, err = accountNumber(); err != nil {
			return err
		}
		next.write(tx, old)
		tx.Create(&payee{Head: payeeHead(next.Number), Partner: partner})
		if !slices.ContainsFunc(old.Payers, func(p payer) bool { return folded(p.Name) == folded(name) }) {
			tx.Create(&payee{Head: payerHead(name, partner), Partner: partner})
		}
		s.notePayer(ctx, tx, EventRemittanceAccount, partner, partner, now)
		return nil
	})
	if err != nil && !errors.Is(err, errPayeeOpened) {
		return payersOf{}, err
	}
	return s.loadPayers(ctx, partner)
}

// accountNumber gives a new remittance account's number.
func accountNumber() (string, error) {
	bound := new(big.Int).Exp(big.NewInt(10), big.NewInt(accountDigits), nil)
	n, err := rand.Int(rand.Reader, bound)
	return fmt.Sprintf("%s%0*d", accountPrefix, accountDigits, n), err
}

// addPayer appends to tx that a name pays for a partner. Errors: ErrPayers, ErrPayerThere.
func (s *Service) addPayer(ctx context.Context, tx *table.Tx, partner auth.PartyID, p payer) error {
	old, err := s.loadPayers(ctx, partner)
	if err != nil {
		return err
	}
	switch {
	case folded(p.Name) == folded(old.Name) || slices.ContainsFunc(old.Payers, func(o payer) bool { return folded(o.Name) == folded(p.Name) }):
		return ErrPayerThere.Saying("%q pays for you already", p.Name).In("payer_name")
	case len(old.Payers) >= mostPayers:
		return ErrPayers.Saying("you have %d payers, which are all that may be at a time; remove one first", len(old.Payers)).In("payer_name")
	}
	next := old
	next.Payers = append(slices.Clone(old.Payers), p)
	next.write(tx, old)
	tx.Create(&payee{Head: payerHead(p.Name, partner), Partner: partner})
	s.notePayer(ctx, tx, EventPayerAdded, partner, auth.PartyID(p.ID), p.Added)
	return nil
}

// removePayer appends to tx that a name no longer pays for a partner. Error: ErrNoPayer.
func (s *Service) removePayer(ctx context.Context, tx *table.Tx, partner auth.PartyID, id string, now time.Time) error {
	old, err := s.loadPayers(ctx, partner)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(old.Payers, func(p payer) bool { return p.ID == id })
	if at < 0 {
		return ErrNoPayer.Saying("you have no payer %q", id)
	}
	var named payee
	if err := s.still(ctx, payerHead(old.Payers[at].Name, partner), &named); err != nil {
		return err
	}
	next := old
	next.Payers = slices.Delete(slices.Clone(old.Payers), at, at+1)
	next.write(tx, old)
	if folded(old.Payers[at].Name) != folded(old.Name) { // the partner's own goes on paying
		tx.Remove(&named)
	}
	s.notePayer(ctx, tx, EventPayerRemoved, partner, auth.PartyID(id), now)
	return nil
}

func (s *Service) notePayer(ctx context.Context, tx *table.Tx, kind string, partner, subject auth.PartyID, at time.Time) {
	event.Append(tx, event.Event{Type: kind, Subject: string(subject), Owner: string(partner), At: at, By: rest.Caller(ctx).Masked()})
}

// payeeOf finds whose a remittance is: the owner of the account that it came to, else the one partner that the payer pays for.
// Error: errPayerUnknown when that is nobody, or several.
func (s *Service) payeeOf(ctx context.Context, number, name string) (auth.PartyID, error) {
	if number != "" {
		var p payee
		head := payeeHead(number)
		err := s.Table.Get(ctx, head.Key(), &p)
		if !errors.Is(err, table.ErrNotFound) {
			return p.Partner, err
		}
	}
	var found auth.PartyID
	for p, err := range table.All[payee](ctx, s.Table, table.Query{PK: payerHead(name, "").PK, Strong: true}) {
		if err != nil {
			return "", err
		}
		if found != "" {
			return "", errPayerUnknown
		}
		found = p.Partner
	}
	if found == "" {
		return "", errPayerUnknown
	}
	return found, nil
}
