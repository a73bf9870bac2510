package link

import (
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
)

// FuzzToken: a token opens to what it was signed for; one that was altered, or signed with another key, is none; and so is any other text.
func FuzzToken(f *testing.F) {
	f.Add("renew", "cust-1", "r1", "2026-12-30/2/1", int64(12345), int64(1764550000), 3, byte('A'), "")
	f.Add("", "", "", "", int64(-1), int64(0), 0, byte('='), "AAAA")
	f.Add("external_link", "", "https://outside.example/?a=b#c", "", int64(1)<<62, int64(-1), 100, byte(0), "____")
	f.Fuzz(func(t *testing.T, purpose, party, object, period string, price, expires int64, at int, with byte, other string) {
		key, l := []byte("0123456789abcdef0123456789abcdef"), Link{
			Purpose: purpose, Party: auth.PartyID(party), Object: object, Period: period, Price: money.Fen(price), Locale: notify.English,
			Expires: time.Unix(expires, 0).UTC(),
		}
		text, err := pack(l, "k1")
		if err != nil {
			return // a field holds the separator
		}
		token := encoding.EncodeToString(append(mac(key, text), text...))
		if got, err := read(token); err != nil || got.link != l || !got.signedBy("k1", key) {
			t.Fatalf("%+v, %v; want %+v", got, err, l)
		}
		none := func(why, token, kid string, key []byte) {
			t.Helper()
			if got, err := read(token); err == nil && got.signedBy(kid, key) || err != nil && !errors.Is(err, ErrMalformed) {
				t.Fatalf("%s: %+v, %v", why, got, err)
			}
		}
		second := sha256.Sum256(key)
		none("another key", token, "k1", second[:])
		none("a key of another id", token, "k2", key)
		none("any text", other, "k1", key)
		at = int(uint(at) % uint(len(token)))
		if altered := token[:at] + string([]byte{with}) + token[at+1:]; altered != token {
			none("an altered token", altered, "k1", key)
		}
	})
}
