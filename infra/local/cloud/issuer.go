package cloud

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"partnercenter/pkg/foundation/auth"
)

const (
	issuerPath   = "/local/issuer"
	issuerKeys   = issuerPath + "/.well-known/jwks.json"
	issuerClient = "local"
	issuerKeyID  = "local"
	tokenLife    = 24 * time.Hour // Source: DOMAIN.md 0
	rsaBits      = 2048
)

// issuer stands for Cognito: it issues the tokens of people, and shows the key that they are checked by. As the directory of users it lets
// everybody in.
type issuer struct {
	url string
	key *rsa.PrivateKey
}

// newIssuer returns the issuer at a URL, whose key is kept in a file and made when there is none.
func newIssuer(path, url string) (*issuer, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		key, err := rsa.GenerateKey(rand.Reader, rsaBits)
		if err != nil {
			return nil, err
		}
		text = pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
		return &issuer{url: url, key: key}, os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New(path + " is no PEM file")
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	return &issuer{url: url, key: key}, err
}

// token gives a user an access token for a day.
func (i *issuer) token(user auth.UserID) (string, error) {
	now := time.Now()
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss": i.url, "sub": string(user), "username": string(user), "client_id": issuerClient, "token_use": "access",
		"iat": now.Unix(), "exp": now.Add(tokenLife).Unix(),
	})
	token.Header["kid"] = issuerKeyID
	return token.SignedString(i.key)
}

// keys gives the JSON Web Key Set.
func (i *issuer) keys() any {
	encode := base64.RawURLEncoding.EncodeToString
	return map[string]any{"keys": []map[string]string{{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": issuerKeyID,
		"n": encode(i.key.N.Bytes()), "e": encode(big.NewInt(int64(i.key.E)).Bytes()),
	}}}
}

// Add does nothing: a user has a token as soon as it is asked for.
func (*issuer) Add(context.Context, auth.UserID, string) error { return nil }

// Drop does nothing: the user's item is gone, and with it what its tokens are good for.
func (*issuer) Drop(context.Context, auth.UserID) error { return nil }
