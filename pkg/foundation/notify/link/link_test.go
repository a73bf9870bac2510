package link_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/table/tabletest"
)

var now = time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC)

func newSigner(t *testing.T) (*link.Signer, *clock.Fake) {
	t.Helper()
	db := tabletest.New(t)
	sealer := auth.LocalSealer{Key: make([]byte, 32)}
	business := clock.NewFake(now)
	return &link.Signer{
		Keys: &auth.Keyring{Table: db, Sealer: sealer}, Table: db, Clock: business, Wall: clock.System{},
		Site: "https://pc.example",
	}, business
}

var renewal = link.Link{
	Purpose: "renew", Party: "cust-001", Object: "db752c4a-686b-5586-85e2-7c431dfe212d", Period: "2026-12-30/2/1", Price: 12345,
	Locale: notify.English, Expires: now.Add(7 * 24 * time.Hour),
}

func token(t *testing.T, s *link.Signer, l link.Link) string {
	t.Helper()
	url, err := s.URL(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(url, "https://pc.example/links/")
}

func TestTokenSaysWhatItWasIssuedFor(t *testing.T) {
	s, _ := newSigner(t)
	made := token(t, s, renewal)
	if len(made) > 200 {
		t.Errorf("a token of %d characters", len(made))
	}
	if got, err := s.Open(t.Context(), made); err != nil || got != renewal {
		t.Errorf("%+v, %v; want %+v", got, err, renewal)
	}
}

func TestAlteredTokenIsNone(t *testing.T) {
	s, _ := newSigner(t)
	made := token(t, s, renewal)
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for i := range made {
		for _, other := range []byte{letters[i%64], letters[(i+7)%64], '=', '.', ' '} {
			if altered := made[:i] + string(other) + made[i+1:]; altered != made {
				if _, err := s.Open(t.Context(), altered); !errors.Is(err, link.ErrMalformed) {
					t.Fatalf("character %d as %q: %v, want %v", i, other, err, link.ErrMalformed)
				}
			}
		}
	}
	for _, other := range []string{"", "x", made[1:], made[:len(made)-1], made + "A", made + made, strings.ToLower(made)} {
		if _, err := s.Open(t.Context(), other); !errors.Is(err, link.ErrMalformed) {
			t.Errorf("token %.20q…: %v, want %v", other, err, link.ErrMalformed)
		}
	}
}

func TestTokenOfAnotherKeyIsNone(t *testing.T) {
	ours, _ := newSigner(t)
	theirs, _ := newSigner(t)
	if _, err := ours.Open(t.Context(), token(t, theirs, renewal)); !errors.Is(err, link.ErrMalformed) {
		t.Errorf("%v, want %v", err, link.ErrMalformed)
	}
}

func TestLinkEndsByBusinessTime(t *testing.T) {
	s, business := newSigner(t)
	made := token(t, s, renewal)
	short, err := s.Short(t.Context(), renewal)
	if err != nil {
		t.Fatal(err)
	}
	code := strings.TrimPrefix(short, "https://pc.example/l/")
	business.Set(renewal.Expires.Add(-time.Second))
	if _, err := s.Open(t.Context(), made); err != nil {
		t.Errorf("a second before its end: %v", err)
	}
	business.Set(renewal.Expires)
	if got, err := s.Open(t.Context(), made); !errors.Is(err, link.ErrExpired) || got.Locale != notify.English {
		t.Errorf("token: %v in %q, want %v and its language", err, got.Locale, link.ErrExpired)
	}
	if got, err := s.Find(t.Context(), code); !errors.Is(err, link.ErrExpired) || got.Locale != notify.English {
		t.Errorf("code: %v in %q, want %v and its language", err, got.Locale, link.ErrExpired)
	}
}

func TestShortLinkIsTenCharactersAndNotGuessed(t *testing.T) {
	s, _ := newSigner(t)
	seen := map[string]bool{}
	for range 20 {
		short, err := s.Short(t.Context(), renewal)
		if err != nil {
			t.Fatal(err)
		}
		code := strings.TrimPrefix(short, "https://pc.example/l/")
		if len(code) != 10 || seen[code] {
			t.Fatalf("code %q, want ten characters that no other link has", code)
		}
		seen[code] = true
		if got, err := s.Find(t.Context(), strings.ToUpper(code)); err != nil || got != renewal {
			t.Errorf("%+v, %v; want %+v", got, err, renewal)
		}
	}
	for _, code := range []string{"", "aaaaaaaaaa", "short", "aaaaaaaaaa/x", "aaaaaaaa#1", "ááááá"} {
		if _, err := s.Find(t.Context(), code); !errors.Is(err, link.ErrMalformed) {
			t.Errorf("code %q: %v, want %v", code, err, link.ErrMalformed)
		}
	}
}

func TestLinkWithAControlCharacterIsRefused(t *testing.T) {
	s, _ := newSigner(t)
	forged := renewal
	forged.Object = "r1\x1fother"
	if _, err := s.URL(t.Context(), forged); err == nil {
		t.Error("a field that reads as two was signed")
	}
}

func TestPageEscapesWhatItShows(t *testing.T) {
	page := link.Page{
		Locale: notify.English, Title: `<script>alert("t")</script>`, Text: []string{"<b>x</b>"}, Button: `"><img>`,
		Facts: []link.Fact{{Name: "<i>", Value: "'\"&"}},
	}
	got := string(page.Write())
	for _, bad := range []string{"<script", "<b>", "<i>", "<img", "http:", "https:", "//"} {
		if strings.Contains(got, bad) {
			t.Errorf("the page holds %s:\n%s", bad, got)
		}
	}
}

func TestPolicyLetsThePagesStyleThrough(t *testing.T) {
	page := string(link.Malformed().Write())
	_, style, _ := strings.Cut(page, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	sum := sha256.Sum256([]byte(style))
	if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(link.Policy(), want) {
		t.Errorf("policy %q lacks %s", link.Policy(), want)
	}
}
