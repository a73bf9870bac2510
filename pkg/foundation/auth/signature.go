package auth

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/problem"
)

const (
	scheme      = "SDK-HMAC-SHA256"
	dateHeader  = "X-Sdk-Date"
	hashHeader  = "X-Sdk-Content-Sha256"
	dateFormat  = "20060102T150405Z"
	clockSkew   = 15 * time.Minute // between the signer's clock and ours
	unsignedTag = "UNSIGNED-PAYLOAD"
	keyMax      = 64 // characters of an access key; what is longer is none, and is not looked for
)

// ErrUnauthenticated: there is no credential, or it does not hold. Source: BSS_API.md G (ASSUMED code).
var ErrUnauthenticated = problem.New(http.StatusUnauthorized, "APIG.0301", "the request is not authenticated")

// errRefused is one answer for a credential that is not there, one that is disabled, and one with another secret, so that nobody learns
// which there are.
var errRefused = ErrUnauthenticated.Saying("the credential is unknown or disabled, or its signature does not match")

// signature is what the Authorization header says.
type signature struct {
	key     string   // access key
	headers []string // signed, lower case
	value   string   // hex
}

func parseSignature(header string) (signature, error) {
	var s signature
	rest, ok := strings.CutPrefix(header, scheme+" ")
	if !ok {
		return s, ErrUnauthenticated.Saying("the scheme of the Authorization header is not %s", scheme)
	}
	for _, part := range strings.Split(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Access":
			s.key = value
		case "SignedHeaders":
			s.headers = strings.Split(value, ";")
		case "Signature":
			s.value = value
		}
	}
	if s.key == "" || s.value == "" || !s.signs(dateHeader) {
		return s, ErrUnauthenticated.Saying("the Authorization header lacks Access, Signature, or x-sdk-date among SignedHeaders")
	}
	if len(s.key) > keyMax {
		return s, errRefused
	}
	return s, nil
}

// timely refuses a request that was signed too long ago, or too far ahead.
func timely(r *http.Request, now time.Time) error {
	at, err := time.Parse(dateFormat, r.Header.Get(dateHeader))
	if err != nil {
		return ErrUnauthenticated.Saying("%s %q is not a time such as 20261201T000000Z", dateHeader, r.Header.Get(dateHeader))
	}
	if at.Before(now.Add(-clockSkew)) || at.After(now.Add(clockSkew)) {
		return ErrUnauthenticated.Saying("%s %s is more than %s away from the time here, %s",
			dateHeader, at.Format(dateFormat), clockSkew, now.UTC().Format(dateFormat))
	}
	return nil
}

// check compares a request with its signature. A client may name its body's hash only if it signs that too and names the right one:
// else a captured signature would hold for another body. Source: BSS_API.md G "Security trap".
func (s signature) check(r *http.Request, body []byte, secret string) error {
	if claimed := r.Header.Get(hashHeader); claimed != "" {
		if !s.signs(hashHeader) || claimed != hexHash(body) {
			return ErrUnauthenticated.Saying("%s is not signed, or not the hash of the body, which %s never is", hashHeader, unsignedTag)
		}
	}
	want := sign(canonical(r, s.headers, hexHash(body)), r.Header.Get(dateHeader), secret)
	if subtle.ConstantTimeCompare([]byte(want), []byte(s.value)) != 1 {
		return errRefused
	}
	return nil
}

// signs reports whether a header is among those that were signed.
func (s signature) signs(header string) bool {
	return slices.Contains(s.headers, strings.ToLower(header))
}

// Sign signs a request as the official SDK does, for clients of our own. The body is what the request will carry.
func Sign(r *http.Request, body []byte, key, secret string, at time.Time) {
	r.Header.Set(dateHeader, at.UTC().Format(dateFormat))
	var headers []string
	for name := range r.Header {
		name = strings.ToLower(name)
		if name != "authorization" && !strings.HasPrefix(name, "content-type") && !strings.Contains(name, "_") {
			headers = append(headers, name)
		}
	}
	slices.Sort(headers)
	value := sign(canonical(r, headers, hexHash(body)), r.Header.Get(dateHeader), secret)
	r.Header.Set("Authorization", scheme+" Access="+key+", SignedHeaders="+strings.Join(headers, ";")+", Signature="+value)
}

func sign(canonical []byte, date, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(scheme + "\n" + date + "\n" + hexHash(canonical)))
	return hex.EncodeToString(mac.Sum(nil))
}

// canonical gives the request as both sides write it: the path is decoded here and encoded anew, with a slash at its end.
func canonical(r *http.Request, headers []string, hash string) []byte {
	var b bytes.Buffer
	b.WriteString(r.Method + "\n" + canonicalPath(r.URL.Path) + "\n" + canonicalQuery(r.URL.RawQuery) + "\n")
	for _, name := range headers {
		value := strings.Join(r.Header.Values(name), ",")
		if name == "host" {
			value = r.Host
		}
		b.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	b.WriteString("\n" + strings.Join(headers, ";") + "\n" + hash)
	return b.Bytes()
}

func canonicalPath(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = escape(s)
	}
	escaped := strings.Join(segments, "/")
	if !strings.HasSuffix(escaped, "/") {
		escaped += "/"
	}
	return escaped
}

func canonicalQuery(raw string) string {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return raw // matches nothing that was signed
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, v := range slices.Sorted(slices.Values(values[name])) {
			pairs = append(pairs, escape(name)+"="+escape(v))
		}
	}
	return strings.Join(pairs, "&")
}

// escape percent-encodes all but letters, digits and _ - ~ .
func escape(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', strings.IndexByte("_-~.", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteString("%" + string(hexDigits[c>>4]) + string(hexDigits[c&15]))
		}
	}
	return b.String()
}

func hexHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
