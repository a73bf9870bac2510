package table_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/table"
)

// FuzzMarker: a marker opens to what it was sealed for, in its scope alone; an altered one, and any other text, is none.
func FuzzMarker(f *testing.F) {
	f.Add("PARTY#p1", "SUB#r1", "subscriptions", 0, byte(1), "")
	f.Add("PARTNER#p1#SUB#202612", "", "", 5, byte('='), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("", "~", "a scope", 40, byte(0xff), "====")
	block, err := aes.NewCipher(make([]byte, 32))
	if err != nil {
		f.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		f.Fatal(err)
	}
	c := table.New(table.Options{Name: "none", Markers: func(context.Context) (cipher.AEAD, error) { return aead, nil }})
	f.Fuzz(func(t *testing.T, pk, sk, scope string, at int, with byte, other string) {
		if strings.Contains(pk+sk, "\x1f") {
			return // no key holds it
		}
		marker, err := c.Marker(t.Context(), table.Query{PK: pk, Scope: scope}, &table.Raw{Head: table.Head{PK: pk, SK: sk}})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.MarkerPK(t.Context(), scope, marker); err != nil || got != pk {
			t.Fatalf("the marker of %q is of %q, %v", pk, got, err)
		}
		none := func(why, scope, marker string) {
			t.Helper()
			if got, err := c.MarkerPK(t.Context(), scope, marker); !errors.Is(err, table.ErrMarker) {
				t.Fatalf("%s: a marker of %q, %v", why, got, err)
			}
		}
		none("another scope", scope+"x", marker)
		none("another text", scope, other)
		at = int(uint(at) % uint(len(marker)))
		if altered := marker[:at] + string([]byte{with}) + marker[at+1:]; altered != marker {
			none("an altered one", scope, altered)
		}
	})
}
