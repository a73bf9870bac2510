package code

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// What is refused of codes. ASSUMED codes.
var (
	ErrTooSoon = problem.New(http.StatusTooManyRequests, "CBC.99001010", "a code was sent a moment ago")
	ErrWrong   = problem.New(http.StatusBadRequest, "CBC.99001011", "the verification code is wrong or has expired")
	ErrLocked  = problem.New(http.StatusBadRequest, "CBC.99001012", "the verification code is locked after too many wrong tries")
	ErrUnsent  = problem.New(http.StatusBadRequest, "CBC.99001013", "the address can't be sent a code")
)

// Codes sends and checks codes. It is safe for concurrent use.
type Codes struct {
	Table *table.Client
	Clock clock.Clock // business time: lives and intervals
	Wall  clock.Clock // TTL
	Keys  *auth.Keyring
	Once  *notify.Once // hands messages over
}

// Request says what a code is for and where it goes: to a phone number when there is one, else to a mail address.
type Request struct {
	Purpose string         // what it allows, such as "register"
	To      notify.Address // one of number and mail address
	Life    time.Duration  // 0 is [Life]
}

// where gives the address that a code goes to, as one text.
func (r Request) where() string {
	if r.To.Mobile != "" {
		return r.To.Mobile
	}
	return strings.ToLower(strings.TrimSpace(r.To.Email))
}

// Keys of this package:
//
//	CODE#<purpose>#<hash of the address> / CODE    the code that is good now    TTL
//
// Access pattern: by its key.

func codeKey(purpose, where string) table.Key {
	sum := sha256.Sum256([]byte(where))
	return table.Key{PK: "CODE#" + purpose + "#" + hex.EncodeToString(sum[:]), SK: "CODE"}
}

// item is a code that was sent. What it was stands there as a keyed hash alone.
type item struct {
	table.Head
	Hash    []byte    `dynamodbav:"hash"`
	Sent    time.Time `dynamodbav:"sent"`    // business time, UTC
	Expires time.Time `dynamodbav:"expires"` // business time, UTC
	Tries   int       `dynamodbav:"tries_made"`
}

const keyPurpose = "code"

func (c *Codes) hash(ctx context.Context, at table.Key, code string) ([]byte, error) {
	_, key, err := c.Keys.Key(ctx, keyPurpose)
	if err != nil {
		return nil, fmt.Errorf("hash a code: %w", err)
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(at.PK + "\x1f" + code))
	return h.Sum(nil), nil
}

// Send sends a new code, which replaces an earlier one. The code is written before it goes out: of two calls at once one sends.
//
// Errors: ErrTooSoon; ErrUnsent for an address that bounced or had its messages of the day; what the service answered.
func (c *Codes) Send(ctx context.Context, r Request) error {
	at, now := codeKey(r.Purpose, r.where()), c.Clock.Now()
	var old item
	err := c.Table.Get(ctx, at, &old)
	absent := errors.Is(err, table.ErrNotFound)
	if err != nil && !absent {
		return err
	}
	if wait := old.Sent.Add(ResendAfter).Sub(now); !absent && wait > 0 {
		return tooSoon(wait)
	}
	code, err := random()
	if err != nil {
		return err
	}
	life := r.Life
	if life == 0 {
		life = Life
	}
	next := &item{Head: table.Head{PK: at.PK, SK: at.SK, TTL: c.Wall.Now().Add(life + kept).Unix()}, Sent: now, Expires: now.Add(life)}
	if next.Hash, err = c.hash(ctx, at, code); err != nil {
		return err
	}
	if absent {
		err = c.Table.Create(ctx, next)
	} else {
		err = c.Table.Replace(ctx, &old, next)
	}
	if errors.Is(err, table.ErrConflict) { // another call sends one
		return tooSoon(ResendAfter)
	}
	if err != nil {
		return err
	}
	return c.handOver(ctx, r, next, code, life)
}

func tooSoon(wait time.Duration) error {
	return ErrTooSoon.Saying("a code was sent a moment ago; ask for another in %d seconds", int((wait+time.Second-1)/time.Second))
}

// handOver sends a code that is written down.
func (c *Codes) handOver(ctx context.Context, r Request, i *item, code string, life time.Duration) error {
	var outcome notify.Outcome
	var err error
	if r.To.Mobile != "" {
		outcome, err = c.Once.Text(ctx, text(r.To, code, life))
	} else {
		var m notify.Message
		if m, err = mail(r.To, code, life, i.Sent); err != nil {
			return err
		}
		m.ID = notify.MessageID("code", i.PK, i.Stamp)
		var receipt notify.Receipt
		receipt, err = c.Once.Send(ctx, m, i.Sent)
		outcome = receipt.Outcome
	}
	switch {
	case err != nil:
		return err
	case outcome != notify.Sent:
		return ErrUnsent.Saying("the address can't be sent a code: %s", outcome)
	}
	return nil
}

// Proof is a code that was given rightly. Its use is part of the effect that it allows.
type Proof struct{ item *item }

// Use appends to tx that the code is used up: of two effects by one code one happens.
func (p Proof) Use(tx *table.Tx) {
	if p.item != nil {
		tx.Remove(p.item)
	}
}

// Check compares a code with the one that was sent for a purpose to an address. Every wrong try counts, also of those made at once.
//
// Errors: ErrWrong; ErrLocked, until another code is sent.
func (c *Codes) Check(ctx context.Context, purpose string, to notify.Address, code string) (Proof, error) {
	at := codeKey(purpose, Request{To: to}.where())
	given, err := c.hash(ctx, at, code)
	if err != nil {
		return Proof{}, err
	}
	var proof Proof
	err = table.Retry(ctx, func() error {
		var old item
		if err := c.Table.Get(ctx, at, &old); errors.Is(err, table.ErrNotFound) {
			return ErrWrong
		} else if err != nil {
			return err
		}
		switch {
		case old.Tries >= MaxTries:
			return ErrLocked.Saying("the code is locked after %d wrong tries; ask for another", MaxTries)
		case !c.Clock.Now().Before(old.Expires):
			return ErrWrong
		case hmac.Equal(given, old.Hash):
			proof = Proof{item: &old}
			return nil
		}
		next := old
		next.Tries++
		if err := c.Table.Replace(ctx, &old, &next); err != nil {
			return err
		}
		return ErrWrong
	})
	return proof, err
}

// Given is a code that somebody gives.
type Given struct {
	Purpose string
	To      notify.Address // that it was sent to
	Code    string
	Field   string // of the request that it stands in
}

// Use appends to tx that a code is used up. Errors: as Check, with the field.
func (c *Codes) Use(ctx context.Context, tx *table.Tx, g Given) error {
	proof, err := c.Check(ctx, g.Purpose, g.To, g.Code)
	if p, refused := problem.As(err); refused {
		return p.In(g.Field)
	}
	if err != nil {
		return err
	}
	proof.Use(tx)
	return nil
}

// random gives a new code.
func random() (string, error) {
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(digits), nil)
	n, err := rand.Int(rand.Reader, most)
	if err != nil {
		return "", fmt.Errorf("make a code: %w", err)
	}
	return fmt.Sprintf("%0*d", digits, n), nil
}
