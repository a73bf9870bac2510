// Package link makes and opens the links that mails and SMS carry: what they are for, of whom and what, and the price and period they
// were issued for, signed and with an end. A mail carries all of it in a token; an SMS carries a code of ten characters under which
// the table keeps it. Who holds a link may do what it is for, and nothing else.
//
// A [Purpose] says what a link shows and does; the function links serves them all.
//
// Source: DESIGN.md "What happens later", CASES.md B.5.
package link

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
)

// Link is what somebody may do with a link.
type Link struct {
	Purpose string
	Party   auth.PartyID // on whose behalf
	Object  string       // of what, in the purpose's own terms
	Period  string       // the period that it was issued for, in the purpose's own terms; empty for none
	Price   money.Fen    // the price that it was issued for; 0 for none
	Locale  notify.Locale
	Expires time.Time // business time, to the second
}

// What a link that is not served may be.
var (
	// ErrMalformed: not a link of ours, or altered.
	ErrMalformed = errors.New("not a link of ours")
	// ErrExpired: a link of ours whose time is over.
	ErrExpired = errors.New("the link has expired")
)

// Signer makes and opens links. It is safe for concurrent use.
type Signer struct {
	Keys  *auth.Keyring
	Table *table.Client
	Clock clock.Clock // business time: the end of a link
	Wall  clock.Clock // TTL
	Site  string      // base URL of the pages, without a slash at its end
}

// SignerOf gives the signer of an environment.
func SignerOf(env *function.Env) *Signer {
	return &Signer{
		Keys: env.Keyring(), Table: env.Table(), Clock: env.Clock, Wall: env.Wall,
		Site: strings.TrimSuffix(env.Setting(function.SettingSite), "/"),
	}
}

// Paths of the pages, before the token and the code.
const (
	TokenPath = "/links/"
	CodePath  = "/l/"
)

const (
	keyPurpose = "link"
	separator  = "\x1f" // occurs in no field
	version    = "1"
	fields     = 9

	codeLength = 10 // of 32 letters: 50 random bits
	codeLetter = "abcdefghijklmnopqrstuvwxyz234567"

	// keepExpired is how long a short link is still known as an expired one. ASSUMED
	keepExpired = 7 * 24 * time.Hour
)

var encoding = base64.RawURLEncoding.Strict()

// URL gives the link for a mail.
func (s *Signer) URL(ctx context.Context, l Link) (string, error) {
	token, err := s.Token(ctx, l)
	return s.Site + TokenPath + token, err
}

// Token gives what a link for a mail ends in, for pages that carry it in a form.
func (s *Signer) Token(ctx context.Context, l Link) (string, error) {
	kid, key, err := s.Keys.Key(ctx, keyPurpose)
	if err != nil {
		return "", fmt.Errorf("sign a link: %w", err)
	}
	text, err := pack(l, kid)
	if err != nil {
		return "", err
	}
	return encoding.EncodeToString(append(mac(key, text), text...)), nil
}

// Short gives the link for an SMS, and keeps what it is for. Each call makes another.
func (s *Signer) Short(ctx context.Context, l Link) (string, error) {
	text, err := pack(l, "")
	if err != nil {
		return "", err
	}
	code := strings.ToLower(rand.Text()[:codeLength])
	item := &short{Link: text}
	item.PK, item.SK = codeKey(code).PK, codeKey(code).SK
	item.TTL = s.Wall.Now().Add(l.Expires.Sub(s.Clock.Now()) + keepExpired).Unix()
	if err := s.Table.Create(ctx, item); err != nil {
		return "", fmt.Errorf("keep a short link: %w", err)
	}
	return s.Site + CodePath + code, nil
}

// short is the item of a short link.
type short struct {
	table.Head
	Link string `dynamodbav:"link"`
}

func codeKey(code string) table.Key { return table.Key{PK: "LINK#" + code, SK: "LINK"} }

// Open reads the token of a link; the key is read only for what looks like one. Errors: ErrMalformed; ErrExpired, with the link that it was.
func (s *Signer) Open(ctx context.Context, token string) (Link, error) {
	t, err := read(token)
	if err != nil {
		return Link{}, err
	}
	id, key, err := s.Keys.Key(ctx, keyPurpose)
	if err != nil {
		return Link{}, fmt.Errorf("open a link: %w", err)
	}
	if !t.signedBy(id, key) {
		return Link{}, ErrMalformed
	}
	return s.live(t.link)
}

// signed is what a token says, and by whom it is signed.
type signed struct {
	link      Link
	kid, text string
	signature []byte
}

// read takes a token apart. Error: ErrMalformed.
func read(token string) (signed, error) {
	raw, err := encoding.DecodeString(token)
	if err != nil || len(raw) <= sha256.Size {
		return signed{}, ErrMalformed
	}
	t := signed{signature: raw[:sha256.Size], text: string(raw[sha256.Size:])}
	t.link, t.kid, err = unpack(t.text)
	return t, err
}

// signedBy reports whether a key of an id has signed the token.
func (t signed) signedBy(id string, key []byte) bool {
	return t.kid == id && hmac.Equal(t.signature, mac(key, t.text))
}

// Find reads what a short link is for. Errors: ErrMalformed; ErrExpired, with the link that it was.
func (s *Signer) Find(ctx context.Context, code string) (Link, error) {
	code = strings.ToLower(code)
	if len(code) != codeLength || strings.Trim(code, codeLetter) != "" {
		return Link{}, ErrMalformed
	}
	var item short
	err := s.Table.Get(ctx, codeKey(code), &item)
	if errors.Is(err, table.ErrNotFound) {
		return Link{}, ErrMalformed
	}
	if err != nil {
		return Link{}, err
	}
	l, _, err := unpack(item.Link)
	if err != nil {
		return Link{}, err
	}
	return s.live(l)
}

func (s *Signer) live(l Link) (Link, error) {
	if !s.Clock.Now().Before(l.Expires) {
		return l, ErrExpired
	}
	return l, nil
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// pack writes a link and the id of the key that will sign it as one text.
func pack(l Link, kid string) (string, error) {
	parts := []string{
		version, kid, l.Purpose, string(l.Party), l.Object, l.Period, strconv.FormatInt(int64(l.Price), 36), string(l.Locale),
		strconv.FormatInt(l.Expires.Unix(), 36),
	}
	text := strings.Join(parts, separator)
	if strings.Count(text, separator) != fields-1 {
		return "", fmt.Errorf("a link for %s holds a control character", l.Purpose)
	}
	return text, nil
}

// unpack reads what pack wrote.
func unpack(text string) (l Link, kid string, err error) {
	parts := strings.Split(text, separator)
	if len(parts) != fields || parts[0] != version {
		return l, "", ErrMalformed
	}
	price, priceErr := strconv.ParseInt(parts[6], 36, 64)
	expires, expiresErr := strconv.ParseInt(parts[8], 36, 64)
	if priceErr != nil || expiresErr != nil {
		return l, "", ErrMalformed
	}
	return Link{
		Purpose: parts[2], Party: auth.PartyID(parts[3]), Object: parts[4], Period: parts[5], Price: money.Fen(price),
		Locale: notify.Locale(parts[7]), Expires: time.Unix(expires, 0).UTC(),
	}, parts[1], nil
}
