package s3_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"

	"partnercenter/infra/local/emulator"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/upload"
	"partnercenter/pkg/foundation/upload/s3"
)

const bucket = "uploads"

// newEnv returns an environment whose S3 is the emulator of the local cloud, with a bucket.
func newEnv(t *testing.T) *function.Env {
	t.Helper()
	running := emulator.New(io.Discard, func([]emulator.Process) error { return nil })
	t.Cleanup(running.Stop)
	if err := running.StartSQS(t.Context()); err != nil { // it serves S3 as well
		t.Fatal(err)
	}
	settings := map[string]string{
		"AWS_REGION": "ap-southeast-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", function.SettingUploads: bucket,
	}
	env := &function.Env{
		Clock: clock.System{}, Wall: clock.System{}, Setting: func(name string) string { return settings[name] },
		Endpoint: func(string) string { return running.SQS },
	}
	client := sdk.NewFromConfig(env.AWS("s3"), func(o *sdk.Options) { o.UsePathStyle = true })
	if _, err := client.CreateBucket(t.Context(), &sdk.CreateBucketInput{Bucket: aws.String(bucket)}); err != nil {
		t.Fatal(err)
	}
	return env
}

// send does what a ticket says.
func send(t *testing.T, ticket upload.Ticket, content []byte) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), ticket.Method, ticket.URL, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range ticket.Headers {
		if name != "Content-Length" { // of the body's length
			request.Header.Set(name, value)
		}
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode
}

func TestATicketBindsSizeTypeAndChecksum(t *testing.T) {
	store := s3.Port.In(newEnv(t))
	content := []byte("%PDF-1.7\n")
	sum := sha256.Sum256(content)
	f := upload.File{Object: "uploads/p1/test/01J", Type: "application/pdf", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
	ticket, err := store.Ticket(t.Context(), f, 15*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := url.Parse(ticket.URL)
	if err != nil {
		t.Fatal(err)
	}
	q := parsed.Query()
	for _, name := range []string{"content-length", "content-type", "host"} {
		if !strings.Contains(q.Get("X-Amz-SignedHeaders"), name) {
			t.Errorf("%s is not signed: %s", name, ticket.URL)
		}
	}
	checksum := base64.StdEncoding.EncodeToString(sum[:])
	if q.Get("X-Amz-Expires") != "900" || q.Get("X-Amz-Checksum-Sha256")+ticket.Headers["X-Amz-Checksum-Sha256"] != checksum {
		t.Errorf("the ticket is %+v", ticket)
	}
	if ticket.Method != http.MethodPut || ticket.Headers["Content-Type"] != f.Type || ticket.Headers["Content-Length"] != "9" {
		t.Errorf("the ticket is %+v", ticket)
	}
}

func TestWhatIsSentByATicketIsThere(t *testing.T) {
	store := s3.Port.In(newEnv(t))
	content := []byte("%PDF-1.7\n")
	sum := sha256.Sum256(content)
	f := upload.File{Object: "uploads/p1/test/01J", Type: "application/pdf", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
	if _, err := store.Stat(t.Context(), f.Object); !errors.Is(err, upload.ErrAbsent) {
		t.Errorf("before: %v, want %v", err, upload.ErrAbsent)
	}
	if _, err := store.Open(t.Context(), f.Object); !errors.Is(err, upload.ErrAbsent) {
		t.Errorf("before: %v, want %v", err, upload.ErrAbsent)
	}
	ticket, err := store.Ticket(t.Context(), f, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if status := send(t, ticket, content); status != http.StatusOK {
		t.Fatalf("sent: got %d", status)
	}
	if found, err := store.Stat(t.Context(), f.Object); err != nil || found != (upload.Found{Type: f.Type, Size: f.Size}) {
		t.Errorf("got %+v, %v", found, err)
	}
	body, err := store.Open(t.Context(), f.Object)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(body); err != nil || !bytes.Equal(got, content) {
		t.Errorf("got %q, %v", got, err)
	}
	at, err := store.URL(t.Context(), f.Object, "01J.pdf", time.Minute)
	if err != nil || !strings.Contains(at, "01J.pdf") || !strings.Contains(at, "X-Amz-Expires=60") {
		t.Errorf("the address is %s, %v", at, err)
	}
}
