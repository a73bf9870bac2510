package auth

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"

	"partnercenter/pkg/foundation/clock"
)

// tokens checks bearer tokens of one issuer. The issuer's keys are fetched when the first token comes.
type tokens struct {
	issuer, client string
	wall           clock.Clock

	mu   sync.Mutex
	keys keyfunc.Keyfunc
}

type claims struct {
	jwt.RegisteredClaims
	Use      string `json:"token_use"`        // id or access
	Client   string `json:"client_id"`        // of an access token; an id token names it as its audience
	Username string `json:"username"`         // of an access token
	Cognito  string `json:"cognito:username"` // of an id token
}

// user tells whose token it is. Error: ErrUnauthenticated.
func (t *tokens) user(ctx context.Context, token string) (UserID, error) {
	if t.issuer == "" { // or tokens of every issuer would hold
		return "", ErrUnauthenticated.Saying("bearer tokens are not taken here; sign with %s", scheme)
	}
	keys, err := t.issuerKeys(ctx)
	if err != nil {
		return "", err
	}
	var c claims
	parsed, err := jwt.ParseWithClaims(token, &c, keys.KeyfuncCtx(ctx), jwt.WithIssuer(t.issuer), jwt.WithExpirationRequired(),
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithTimeFunc(t.wall.Now))
	if err != nil || !parsed.Valid {
		return "", ErrUnauthenticated.Saying("the bearer token does not hold").Because(err)
	}
	switch c.Use {
	case "access":
		if c.Client == t.client && c.Username != "" {
			return UserID(c.Username), nil
		}
	case "id":
		if len(c.Audience) == 1 && c.Audience[0] == t.client && c.Cognito != "" {
			return UserID(c.Cognito), nil
		}
	}
	return "", ErrUnauthenticated.Saying("the bearer token is not for this system")
}

// How the issuer's keys are fetched: again for a key id that is not known, but not for each one that somebody makes up.
const (
	keysTimeout = 3 * time.Second
	keysAge     = 24 * time.Hour
	keysAgain   = time.Minute
)

func (t *tokens) issuerKeys(ctx context.Context) (keyfunc.Keyfunc, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.keys != nil {
		return t.keys, nil
	}
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer func() {
		if t.keys == nil {
			end()
		}
	}()
	swallow := false
	keys, err := keyfunc.NewDefaultOverrideCtx(life, []string{t.issuer + "/.well-known/jwks.json"}, keyfunc.Override{
		HTTPTimeout: keysTimeout, RateLimitWaitMax: keysTimeout, NoErrorReturnFirstHTTPReq: &swallow, RefreshInterval: keysAge,
		RefreshUnknownKID:       rate.NewLimiter(rate.Every(keysAgain), 1),
		RefreshErrorHandlerFunc: func(string) func(context.Context, error) { return func(context.Context, error) {} }, // the token is refused
	})
	if err != nil {
		return nil, fmt.Errorf("fetch the keys of %s: %w", t.issuer, err)
	}
	t.keys = keys
	return keys, nil
}
