// Package uploadtest is a store of uploads in memory, for tests.
package uploadtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"partnercenter/pkg/foundation/upload"
)

// Store keeps files in memory. It is safe for concurrent use.
type Store struct {
	mu    sync.Mutex
	files map[string]object
	Holds func(key string) ([]byte, string) // what lies at keys that nothing was put to; nil for nothing
}

type object struct {
	kind    string
	content []byte
}

// New returns an empty store.
func New() *Store { return &Store{files: map[string]object{}} }

// Ticket gives an address that Put understands.
func (s *Store) Ticket(_ context.Context, f upload.File, _ time.Duration) (upload.Ticket, error) {
	return upload.Ticket{
		Method: "PUT", URL: "memory:" + f.Object,
		Headers: map[string]string{"Content-Type": f.Type, "Content-Length": strconv.FormatInt(f.Size, 10)},
	}, nil
}

// Put puts a file by a ticket, as S3 does it: of another size it is refused.
func (s *Store) Put(t upload.Ticket, content []byte) error {
	if t.Headers["Content-Length"] != strconv.Itoa(len(content)) {
		return fmt.Errorf("%d bytes, the ticket is for %s", len(content), t.Headers["Content-Length"])
	}
	s.Force(t.URL[len("memory:"):], t.Headers["Content-Type"], content)
	return nil
}

// Force puts anything at a key, as a store would that does not hold to the ticket.
func (s *Store) Force(key, kind string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[key] = object{kind, content}
}

func (s *Store) at(key string) (object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.files[key]; ok {
		return found, nil
	}
	if s.Holds != nil {
		content, kind := s.Holds(key)
		return object{kind, content}, nil
	}
	return object{}, upload.ErrAbsent
}

// Stat says what lies at a key.
func (s *Store) Stat(_ context.Context, key string) (upload.Found, error) {
	found, err := s.at(key)
	return upload.Found{Type: found.kind, Size: int64(len(found.content))}, err
}

// Open reads what lies at a key.
func (s *Store) Open(_ context.Context, key string) (io.ReadCloser, error) {
	found, err := s.at(key)
	return io.NopCloser(bytes.NewReader(found.content)), err
}

// URL gives an address that says all that it is for.
func (s *Store) URL(_ context.Context, key, name string, life time.Duration) (string, error) {
	return fmt.Sprintf("memory:%s?name=%s&life=%s", key, name, life), nil
}
