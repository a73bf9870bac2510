package auth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
)

// keyService answers as KMS does: a data key is sealed by adding a prefix. There is no emulator of KMS among the project's.
type keyService struct {
	mu    sync.Mutex
	calls map[string]int
}

func (k *keyService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	call := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "TrentService.")
	k.calls[call]++
	var in struct{ CiphertextBlob []byte }
	_ = json.NewDecoder(r.Body).Decode(&in)
	plain := bytes.TrimPrefix(in.CiphertextBlob, []byte("sealed "))
	if call == "GenerateDataKey" {
		plain = []byte(fmt.Sprintf("%032d", k.calls[call]))
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(map[string]any{"KeyId": "key", "Plaintext": plain, "CiphertextBlob": append([]byte("sealed "), plain...)})
}

// newKMS returns the stand-in and a function that makes sealers of its key.
func newKMS(t *testing.T, wall clock.Clock) (*keyService, func() *auth.KMSSealer) {
	k := &keyService{calls: map[string]int{}}
	server := httptest.NewServer(k)
	t.Cleanup(server.Close)
	client := kms.New(kms.Options{
		Region: "local", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	return k, func() *auth.KMSSealer { return &auth.KMSSealer{Client: client, KeyID: "key", Wall: wall} }
}

func TestWhatIsSealedOpensElsewhereForItsPurposeAlone(t *testing.T) {
	_, sealer := newKMS(t, clock.System{})
	ctx := context.Background()
	sealed, err := sealer().Seal(ctx, []byte("hush"), "one")
	if err != nil || bytes.Contains(sealed, []byte("hush")) {
		t.Fatalf("got %q, %v", sealed, err)
	}
	other := sealer()
	if plain, err := other.Open(ctx, sealed, "one"); err != nil || string(plain) != "hush" {
		t.Errorf("got %q, %v", plain, err)
	}
	if plain, err := other.Open(ctx, sealed, "another"); err == nil {
		t.Errorf("for another purpose it opens as %q", plain)
	}
	for _, n := range []int{0, 1, 5, len(sealed) - 1} {
		if _, err := other.Open(ctx, sealed[:n], "one"); err == nil {
			t.Errorf("its first %d bytes open", n)
		}
	}
}

func TestADataKeyServesForAnHourAndAThousandSecrets(t *testing.T) {
	wall := clock.NewFake(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
	k, sealer := newKMS(t, wall)
	s, ctx := sealer(), context.Background()
	seal := func() []byte {
		sealed, err := s.Seal(ctx, []byte("hush"), "one")
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	var first []byte
	for range 1000 {
		first = seal()
	}
	if k.calls["GenerateDataKey"] != 1 {
		t.Errorf("%d data keys for 1,000 secrets, want 1", k.calls["GenerateDataKey"])
	}
	if seal(); k.calls["GenerateDataKey"] != 2 {
		t.Errorf("%d data keys for 1,001 secrets, want 2", k.calls["GenerateDataKey"])
	}
	wall.Advance(time.Hour)
	if seal(); k.calls["GenerateDataKey"] != 3 {
		t.Errorf("%d data keys after an hour, want 3", k.calls["GenerateDataKey"])
	}
	for range 2 {
		if _, err := s.Open(ctx, first, "one"); err != nil {
			t.Fatal(err)
		}
	}
	if k.calls["Decrypt"] != 1 {
		t.Errorf("KMS was asked %d times to open a key that was forgotten after an hour, want 1", k.calls["Decrypt"])
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	const hush = "hush-hush-hush-hush-hush-hush-32"
	ctx, wall := context.Background(), clock.System{}
	local := auth.LocalSealer{Key: []byte(hush)}
	g := newGate(t)
	if _, err := g.enter("", ""); err != nil {
		t.Fatal(err)
	}
	ring := &auth.Keyring{Table: g.db, Sealer: local}
	if _, _, err := ring.Key(ctx, "marker"); err != nil {
		t.Fatal(err)
	}
	_, sealer := newKMS(t, wall)
	envelope := sealer()
	if _, err := envelope.Seal(ctx, []byte("x"), "one"); err != nil {
		t.Fatal(err)
	}
	principal := auth.Principal{Party: "p", User: "u", Signature: hush, AccessKey: hush}
	for _, holder := range []any{local, &local, ring, envelope, g.auth, principal, &principal} {
		var logged bytes.Buffer
		slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "holder", holder)
		for _, text := range []string{fmt.Sprint(holder), fmt.Sprintf("%+v", holder), logged.String()} {
			if strings.Contains(text, "hush") || !strings.Contains(text, "(secret)") && !strings.Contains(text, "p/u") {
				t.Errorf("%T is printed as %s", holder, text)
			}
		}
	}
}
