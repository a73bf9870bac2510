package main

import (
	"bytes"
	"crypto/md5" //nolint:gosec // SQS's answers carry it
	"encoding/hex"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// standIn is every AWS service at one address: DynamoDB Local gets what is DynamoDB's, and the others answer that all is well. It keeps
// what they were asked.
type standIn struct {
	url      string
	server   *http.Server
	dynamodb http.Handler

	mu       sync.Mutex
	calls    []string
	callback []byte
}

const callbackPath = "/callback"

func newStandIn(dynamodb string) (*standIn, error) {
	target, err := url.Parse(dynamodb)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &standIn{url: "http://" + listener.Addr().String(), dynamodb: httputil.NewSingleHostReverseProxy(target)}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.server.Serve(listener) }() // it ends when it is closed
	return s, nil
}

func (s *standIn) stop() { _ = s.server.Close() }

// asked gives the calls since it was last asked, and what was put to the callback address.
func (s *standIn) asked() (calls []string, callback []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls, callback = s.calls, s.callback
	s.calls, s.callback = nil, nil
	return calls, callback
}

// ServeHTTP answers one call.
func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	target := r.Header.Get("X-Amz-Target")
	if strings.HasPrefix(target, "DynamoDB") {
		s.dynamodb.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if target == "" {
		target = r.Method + " " + r.URL.Path
	}
	if answer := sealing[target]; answer != "" {
		_, _ = io.WriteString(w, answer) // who is gone reads nothing
		return
	}
	s.note(target, r.URL.Path, body)
	_, _ = w.Write(answerTo(target, body))
}

func (s *standIn) note(target, path string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if path == callbackPath {
		s.callback = body
		return
	}
	s.calls = append(s.calls, target)
}

// sealing is KMS: one data key, which is no secret.
var sealing = map[string]string{
	"TrentService.GenerateDataKey": `{"Plaintext":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","CiphertextBlob":"c2VhbGVk","KeyId":"key"}`,
	"TrentService.Decrypt":         `{"Plaintext":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","KeyId":"key"}`,
}

func answerTo(target string, body []byte) []byte {
	switch {
	case strings.HasSuffix(target, ".SendMessageBatch"):
		return sent(body)
	case strings.HasSuffix(target, ".AdminCreateUser"):
		return []byte(`{"User":{"Username":"somebody"}}`)
	case strings.HasSuffix(target, "/outbound-emails"):
		return []byte(`{"MessageId":"1"}`)
	default:
		return []byte(`{}`)
	}
}

// sent answers that all messages were sent, with the hashes that the client compares.
func sent(body []byte) []byte {
	var in struct {
		Entries []struct {
			ID          string `json:"Id"`
			MessageBody string
		}
	}
	_ = json.Unmarshal(body, &in) // without entries the answer has none
	var out bytes.Buffer
	out.WriteString(`{"Failed":[],"Successful":[`)
	for i, e := range in.Entries {
		sum := md5.Sum([]byte(e.MessageBody)) //nolint:gosec // as above
		out.WriteString(strings.Repeat(",", min(i, 1)) + `{"Id":` + strconv.Quote(e.ID) + `,"MessageId":"1","MD5OfMessageBody":"` + hex.EncodeToString(sum[:]) + `"}`)
	}
	out.WriteString(`]}`)
	return out.Bytes()
}

// same says whether the calls are the expected ones.
func same(want, got []string) bool { return slices.Equal(want, got) }
