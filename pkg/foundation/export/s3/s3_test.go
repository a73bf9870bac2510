package s3_test

import (
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
	"partnercenter/pkg/foundation/export/address"
	"partnercenter/pkg/foundation/export/s3"
	"partnercenter/pkg/foundation/function"
)

const bucket = "exports"

// newEnv returns an environment whose S3 is the emulator of the local cloud, with a bucket.
func newEnv(t *testing.T) *function.Env {
	t.Helper()
	running := emulator.New(io.Discard, func([]emulator.Process) error { return nil })
	t.Cleanup(running.Stop)
	if err := running.StartSQS(t.Context()); err != nil { // it serves S3 as well
		t.Fatal(err)
	}
	settings := map[string]string{
		"AWS_REGION": "ap-southeast-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", function.SettingExports: bucket,
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

// get downloads what is at an address.
func get(t *testing.T, at string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func TestWhatIsPutIsDownloadedByItsAddress(t *testing.T) {
	env := newEnv(t)
	store, addresses := s3.Port.In(env), address.Port.In(env)
	const key, name = "exports/partner/tasks/01J.csv", "tasks-01J.csv"
	for _, file := range []string{"\xef\xbb\xbfn\r\n1\r\n", "\xef\xbb\xbfn\r\n2\r\n"} { // the same key again is the file anew
		if err := store.Put(t.Context(), key, []byte(file)); err != nil {
			t.Fatal(err)
		}
		at, err := addresses.URL(t.Context(), key, name, 5*time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		answer, got := get(t, at)
		if answer.StatusCode != http.StatusOK || got != file || answer.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
			t.Errorf("got %d %v %q, want %q", answer.StatusCode, answer.Header, got, file)
		}
		parsed, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		q := parsed.Query()
		if q.Get("X-Amz-Expires") != "300" || q.Get("X-Amz-Signature") == "" || q.Get("response-content-disposition") != `attachment; filename="`+name+`"` {
			t.Errorf("the address is %s", at)
		}
	}
	missing, err := addresses.URL(t.Context(), "exports/partner/tasks/none.csv", name, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if answer, _ := get(t, missing); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a file that is not there: got %d", answer.StatusCode)
	}
}

func TestAFileIsUploadedByItsAddressAndReadByRanges(t *testing.T) {
	store := s3.Open(newEnv(t))
	const key, file = "consumption/one.csv", "abcdefghij"
	if _, there, err := store.Size(t.Context(), key); there || err != nil {
		t.Fatalf("before it is uploaded: %t, %v", there, err)
	}
	at, err := store.UploadURL(t.Context(), key, int64(len(file)), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, at, strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if size, there, err := store.Size(t.Context(), key); answer.StatusCode != http.StatusOK || size != 10 || !there || err != nil {
		t.Fatalf("uploaded: %d, %d bytes, %t, %v", answer.StatusCode, size, there, err)
	}
	if part, err := store.Range(t.Context(), key, 3, 7); string(part) != "defg" || err != nil {
		t.Errorf("got %q, %v", part, err)
	}
	if part, err := store.Range(t.Context(), key, 3, 17); err == nil {
		t.Errorf("beyond its end: got %q", part)
	}
}
