package auth_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"partnercenter/pkg/foundation/auth"
)

func TestWithoutAnIssuerNoTokenHolds(t *testing.T) {
	g := newGate(t)
	r := httptest.NewRequest(http.MethodGet, "http://h/", http.NoBody)
	r.Header.Set("Authorization", "Bearer x.y.z")
	if _, err := g.auth.Authenticate(context.Background(), r, nil, ""); !errors.Is(err, auth.ErrUnauthenticated) {
		t.Errorf("got %v, want 401", err)
	}
}

func TestAnIssuerThatDoesNotAnswerIsAskedAgain(t *testing.T) {
	g := newGate(t)
	asked := 0
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer issuer.Close()
	g.auth.Issuer, g.auth.Client = issuer.URL, "client"
	for range 2 {
		r := httptest.NewRequest(http.MethodGet, "http://h/", http.NoBody)
		r.Header.Set("Authorization", "bearer x.y.z")
		if _, err := g.auth.Authenticate(context.Background(), r, nil, ""); err == nil || errors.Is(err, auth.ErrUnauthenticated) {
			t.Errorf("got %v, want an error of ours", err)
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times, want 2", asked)
	}
}

// issuer lets tokens of a client hold that are signed by a key.
func (g *gate) issuer(key *rsa.PrivateKey) *httptest.Server {
	encode := base64.RawURLEncoding.EncodeToString
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []map[string]string{{
			"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "k", "n": encode(key.N.Bytes()), "e": encode(big.NewInt(int64(key.E)).Bytes()),
		}}})
	}))
	g.t.Cleanup(issuer.Close)
	g.auth.Issuer, g.auth.Client = issuer.URL, "client"
	return issuer
}

func TestABearerTokenIsItsUserWhileItHolds(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	forged, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	g := newGate(t)
	issuer := g.issuer(key)
	good := func() jwt.MapClaims {
		return jwt.MapClaims{"iss": issuer.URL, "token_use": "access", "client_id": "client", "username": "user-1", "exp": g.wall.Now().Add(time.Hour).Unix()}
	}
	for name, c := range map[string]struct {
		change func(jwt.MapClaims)
		by     *rsa.PrivateKey
		holds  bool
	}{
		"an access token":       {func(jwt.MapClaims) {}, key, true},
		"an id token":           {func(m jwt.MapClaims) { m["token_use"], m["aud"], m["cognito:username"] = "id", "client", "user-1" }, key, true},
		"expired":               {func(m jwt.MapClaims) { m["exp"] = g.wall.Now().Add(-time.Second).Unix() }, key, false},
		"without an end":        {func(m jwt.MapClaims) { delete(m, "exp") }, key, false},
		"of another issuer":     {func(m jwt.MapClaims) { m["iss"] = "https://evil.example" }, key, false},
		"for another client":    {func(m jwt.MapClaims) { m["client_id"] = "other" }, key, false},
		"of a user we lack":     {func(m jwt.MapClaims) { m["username"] = "nobody" }, key, false},
		"for something else":    {func(m jwt.MapClaims) { m["token_use"] = "refresh" }, key, false},
		"signed by another key": {func(jwt.MapClaims) {}, forged, false},
	} {
		t.Run(name, func(t *testing.T) {
			claims := good()
			c.change(claims)
			token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
			token.Header["kid"] = "k"
			text, err := token.SignedString(c.by)
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest(http.MethodGet, "http://h/", http.NoBody)
			r.Header.Set("Authorization", "Bearer "+text)
			p, err := g.auth.Authenticate(context.Background(), r, nil, "")
			if c.holds && (err != nil || p.User != "user-1" || p.Party != "cust-1") {
				t.Errorf("got %+v, %v", p, err)
			}
			if !c.holds && !errors.Is(err, auth.ErrUnauthenticated) {
				t.Errorf("got %v, want 401", err)
			}
		})
	}
}
