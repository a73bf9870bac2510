package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// The headers of a request, besides its content type.
const (
	HeaderSignature = "X-Webhook-Signature" // t=<seconds since 1970>,v1=<hex>, and a v1 by each old secret while a new one is taken into use
	HeaderID        = "X-Webhook-Id"        // the event's, by which a second delivery is known
	HeaderType      = "X-Webhook-Event"
)

const secretPrefix = "whsec_"

// Sign gives the signature of a body at a time, by one secret or more: the HMAC-SHA256 of "<seconds>.<body>". Version 1 is the only one.
func Sign(body string, at time.Time, secrets ...string) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	parts := []string{"t=" + seconds}
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(seconds + "." + body))
		parts = append(parts, "v1="+hex.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(parts, ",")
}

// Verify is what a receiver does: it tells whether a signature is of a body, by a secret, and not older or newer than tolerance.
func Verify(signature, body, secret string, now time.Time, tolerance time.Duration) bool {
	fields := strings.Split(signature, ",")
	text, found := strings.CutPrefix(fields[0], "t=")
	seconds, err := strconv.ParseInt(text, 10, 64)
	if !found || err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}
	_, want, _ := strings.Cut(Sign(body, time.Unix(seconds, 0), secret), ",")
	for _, field := range fields[1:] {
		if hmac.Equal([]byte(field), []byte(want)) {
			return true
		}
	}
	return false
}
