package auth

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// FuzzSignature: what was signed passes; under another secret, with another body, path or method it does not; and no header that was not made with
// the secret passes.
func FuzzSignature(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.path, v.query, v.body, "SDK-HMAC-SHA256 Access=AKVECTOR, SignedHeaders="+v.signed+", Signature="+v.signature)
	}
	f.Add("/", "", "", "SDK-HMAC-SHA256 Access=,,=,SignedHeaders=;;x-sdk-date;,Signature=0")
	f.Add("/%2e%2e/a//b", "a=%zz&&=&b", "{", "Bearer x")
	f.Fuzz(func(t *testing.T, path, query, body, header string) {
		const secret = "the secret of the key"
		made := func() *http.Request {
			r := httptest.NewRequest(http.MethodPost, "http://h/", nil)
			r.URL = &url.URL{Path: path, RawQuery: query}
			return r
		}
		signed := made()
		Sign(signed, []byte(body), "AKFUZZ", secret, vectorTime)
		s, err := parseSignature(signed.Header.Get("Authorization"))
		if err != nil {
			t.Fatalf("what was signed can't be read: %v", err)
		}
		if err := s.check(signed, []byte(body), secret); err != nil {
			t.Fatalf("what was signed is refused: %v", err)
		}
		if s.check(signed, []byte(body+"x"), secret) == nil || s.check(signed, []byte(body), secret+"x") == nil {
			t.Fatal("the signature holds for another body or secret")
		}
		signed.Method = http.MethodPut
		if s.check(signed, []byte(body), secret) == nil {
			t.Fatal("the signature holds for another method")
		}
		signed.Method, signed.URL.Path = http.MethodPost, path+"/x"
		if s.check(signed, []byte(body), secret) == nil {
			t.Fatal("the signature holds for another path")
		}
		forged := made()
		forged.Header.Set(dateHeader, vectorTime.Format(dateFormat))
		if s, err := parseSignature(header); err == nil && s.check(forged, []byte(body), secret+"y") == nil {
			t.Fatalf("%q passes without the secret", header)
		}
	})
}
