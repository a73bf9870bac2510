package auth

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/table"
)

// userAge is how long a user's item is believed, so that a role that was taken away ends. Source: MECHANICS.md "Functions and rooms".
const userAge = time.Minute

// usedEvery is how often the last use of an access key is written.
const usedEvery = time.Hour

// cachedMax bounds the users and keys that one instance remembers.
const cachedMax = 1000

// Authenticator turns the credential of a request into a principal. It is safe for concurrent use.
type Authenticator struct {
	masked
	Table  *table.Client
	Sealer Sealer
	Wall   clock.Clock // signatures and tokens go by wall time
	Issuer string      // of bearer tokens
	Client string      // the app client that they are for

	mu     sync.Mutex
	known  map[string]remembered
	tokens *tokens
}

type remembered struct {
	masked
	user   User
	key    AccessKey
	secret string
	until  time.Time
}

// Authenticate says who sent a request with the given body from an address, and on whose behalf.
//
// Errors: 401 APIG.0301 when the credential does not hold; ErrAccessDenied when it is of another party than the request names, or of one that may not
// act for the customer that it names; CBC.0100 and CBC.0155 of onBehalf.
func (a *Authenticator) Authenticate(ctx context.Context, r *http.Request, body []byte, source string) (Principal, error) {
	p, err := a.byCredential(ctx, r, body, source)
	if err != nil {
		return Principal{}, err
	}
	return a.onBehalf(ctx, r, p)
}

func (a *Authenticator) byCredential(ctx context.Context, r *http.Request, body []byte, source string) (Principal, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return Principal{}, ErrUnauthenticated.Saying("there is no Authorization header; sign with %s or bring a bearer token", scheme)
	}
	if kind, token, _ := strings.Cut(header, " "); strings.EqualFold(kind, "Bearer") {
		return a.byToken(ctx, token)
	}
	return a.bySignature(ctx, r, body, source)
}

func (a *Authenticator) byToken(ctx context.Context, token string) (Principal, error) {
	id, err := a.issuer().user(ctx, token)
	if err != nil {
		return Principal{}, err
	}
	found, err := a.remember("user "+string(id), func(found *remembered) error {
		var err error
		found.user, err = LoadUser(ctx, a.Table, id)
		return err
	})
	if err != nil {
		return Principal{}, err
	}
	return principal(found.user), nil
}

func (a *Authenticator) bySignature(ctx context.Context, r *http.Request, body []byte, source string) (Principal, error) {
	s, err := parseSignature(r.Header.Get("Authorization"))
	if err != nil {
		return Principal{}, err
	}
	if err := timely(r, a.Wall.Now()); err != nil {
		return Principal{}, err
	}
	found, err := a.remember("key "+s.key, func(found *remembered) error { return a.load(ctx, s.key, found) })
	if err != nil {
		return Principal{}, err
	}
	if err := s.check(r, body, found.secret); err != nil {
		return Principal{}, err
	}
	if !found.key.mayComeFrom(source) {
		return Principal{}, ErrUnauthenticated.Saying("the access key can't be used from this address")
	}
	if err := domain(r, s, found.user.Party); err != nil {
		return Principal{}, err
	}
	if len(r.Header.Values(OnBehalfHeader)) > 0 && !s.signs(OnBehalfHeader) {
		return Principal{}, ErrUnauthenticated.Saying("%s is not among SignedHeaders", OnBehalfHeader)
	}
	a.noteUse(ctx, found.key)
	p := principal(found.user)
	p.AccessKey, p.Signature = found.key.ID, s.value
	if len(found.key.Permissions) > 0 {
		p.Permissions = slices.DeleteFunc(p.Permissions, func(item Permission) bool { return !slices.Contains(found.key.Permissions, item) })
	}
	return p, nil
}

// load reads an access key, its secret and its user.
func (a *Authenticator) load(ctx context.Context, id string, found *remembered) error {
	if err := a.Table.Get(ctx, AccessKeyKey(id), &found.key); err != nil {
		return err
	}
	if found.key.Disabled {
		return table.ErrNotFound
	}
	secret, err := a.Sealer.Open(ctx, found.key.Secret, keyContext(id))
	if err != nil {
		return err
	}
	found.secret = string(secret)
	found.user, err = LoadUser(ctx, a.Table, found.key.User)
	return err
}

// domain holds the request to the party that it names: X-Domain-Id must be signed and be the key's own.
func domain(r *http.Request, s signature, party PartyID) error {
	const header = "X-Domain-Id"
	named := r.Header.Get(header)
	if named == "" {
		return nil
	}
	if !s.signs(header) || named != string(party) {
		return ErrAccessDenied.Saying("%s is not signed, or not the party of the access key", header)
	}
	return nil
}

func principal(u User) Principal {
	return Principal{Party: u.Party, Kind: u.Kind, User: u.ID, Roles: u.Roles, Permissions: u.Permissions()}
}

func (k AccessKey) mayComeFrom(source string) bool {
	if len(k.Sources) == 0 {
		return true
	}
	address, err := netip.ParseAddr(source)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(k.Sources, func(block string) bool {
		prefix, err := netip.ParsePrefix(block)
		return err == nil && prefix.Contains(address.Unmap())
	})
}

// remember gives what is known of a credential, read anew once it is a minute old. What does not exist is not remembered.
func (a *Authenticator) remember(name string, read func(*remembered) error) (remembered, error) {
	now := a.Wall.Now()
	a.mu.Lock()
	found, ok := a.known[name]
	a.mu.Unlock()
	if ok && now.Before(found.until) {
		return found, nil
	}
	found = remembered{until: now.Add(userAge)}
	if err := read(&found); errors.Is(err, table.ErrNotFound) {
		return found, errRefused
	} else if err != nil {
		return found, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil || len(a.known) >= cachedMax {
		a.known = map[string]remembered{}
	}
	a.known[name] = found
	return found, nil
}

// noteUse notes the use of a key, hourly at most. That it could not be noted is no reason to refuse the call.
func (a *Authenticator) noteUse(ctx context.Context, key AccessKey) {
	now := a.Wall.Now()
	if now.Sub(key.LastUsed) < usedEvery {
		return
	}
	next := key
	next.LastUsed = now.Truncate(time.Second)
	_ = a.Table.Replace(ctx, &key, &next)
	a.mu.Lock()
	defer a.mu.Unlock()
	if found, ok := a.known["key "+key.ID]; ok {
		found.key.LastUsed = next.LastUsed
		a.known["key "+key.ID] = found
	}
}

func (a *Authenticator) issuer() *tokens {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tokens == nil {
		a.tokens = &tokens{issuer: a.Issuer, client: a.Client, wall: a.Wall}
	}
	return a.tokens
}
