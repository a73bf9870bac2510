package upload

import (
	"context"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// File is a file as it was announced and, once it is settled, as it is. A capability keeps it with what it is evidence of.
type File struct {
	ID     string    `dynamodbav:"id"`
	Name   string    `dynamodbav:"name"`
	Type   string    `dynamodbav:"type"`
	Size   int64     `dynamodbav:"size"` // bytes
	SHA256 string    `dynamodbav:"sha"`  // lower-case hex
	Object string    `dynamodbav:"obj"`  // key in the store
	At     time.Time `dynamodbav:"at"`   // announced; business time, UTC
}

// announced is the item of a file.
type announced struct {
	table.Head
	File    `dynamodbav:"file"`
	By      string    `dynamodbav:"by"` // masked
	Settled time.Time `dynamodbav:"settled,omitempty"`
}

// Keys: PARTY#<owner> / UPLOADED#<file>. Access pattern: a file by its owner and id.
func fileKey(owner auth.PartyID, id string) table.Key {
	return table.Key{PK: "PARTY#" + string(owner), SK: "UPLOADED#" + id}
}

// Ticket says how a file is put into the store: a request of this method to this address, with these headers and the file as its body.
type Ticket struct {
	Method  string
	URL     string
	Headers map[string]string
	Expires time.Time // wall clock, UTC
}

// Found is what a store says of an object.
type Found struct {
	Type string
	Size int64
}

// Store keeps files by their keys.
type Store interface {
	// Ticket lets anybody who has it put exactly this file, for so long.
	Ticket(ctx context.Context, f File, life time.Duration) (Ticket, error)
	// Stat says what lies at a key. Error: ErrAbsent.
	Stat(ctx context.Context, key string) (Found, error)
	// Open reads what lies at a key. Error: ErrAbsent.
	Open(ctx context.Context, key string) (io.ReadCloser, error)
	// URL gives an address at which anybody can download a file under a name of ASCII, for so long.
	URL(ctx context.Context, key, name string, life time.Duration) (string, error)
}

// What is refused of files. ASSUMED codes.
var (
	ErrMissing = problem.New(http.StatusNotFound, "CBC.0404", "there is no such file")
	ErrAbsent  = problem.New(http.StatusConflict, "CBC.99001270", "the file is not there yet")
	ErrDiffers = problem.New(http.StatusBadRequest, "CBC.99001271", "the file is not the one that was announced")
)

// Wanted is a file that somebody announces.
type Wanted struct {
	Name   string `json:"file_name" minLength:"1" maxLength:"128"`
	Type   string `json:"content_type" enum:"application/pdf,image/png,image/jpeg"`
	Size   int64  `json:"size" minimum:"1" maximum:"10485760" doc:"Bytes, up to 10 MB"`
	SHA256 string `json:"sha256" minLength:"64" maxLength:"64" doc:"Of the file, in hex"`
}

// Check refuses what can't be taken. Error: CBC.0100.
func (w Wanted) Check() error {
	ending, known := endings[w.Type]
	sum, err := hex.DecodeString(w.SHA256)
	switch {
	case w.Name == "" || strings.ContainsAny(w.Name, `/\`) || strings.ContainsFunc(w.Name, unicode.IsControl):
		return problem.Invalid("file_name", "%q is no name of a file; a name has no slashes and no control characters", w.Name)
	case !known:
		return problem.Invalid("content_type", "%q is not taken; a file is a PDF, PNG or JPEG", w.Type)
	case w.Size < 1 || w.Size > MaxBytes:
		return problem.Invalid("size", "%d bytes; a file has 1 to %d", w.Size, MaxBytes)
	case err != nil || len(sum) != 32:
		return problem.Invalid("sha256", "it is not the SHA-256 of a file: 64 hex digits")
	case !named(w.Name, ending):
		return problem.Invalid("file_name", "%q does not end as a file of type %s does: %s", w.Name, w.Type, ending)
	}
	return nil
}

// named tells whether a name ends as files of a type do.
func named(name, ending string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ending) || ending == ".jpg" && strings.HasSuffix(name, ".jpeg")
}

// Shown is a file on the wire.
type Shown struct {
	FileID      string `json:"file_id"`
	FileName    string `json:"file_name"`
	ContentType string `json:"content_type"`
	Size        int64  `json:"size"`
	SHA256      string `json:"sha256"`
	DownloadURL string `json:"download_url,omitempty" doc:"Good for five minutes"`
}

// Show gives a file on the wire, without an address.
func Show(f File) Shown {
	return Shown{FileID: f.ID, FileName: f.Name, ContentType: f.Type, Size: f.Size, SHA256: f.SHA256}
}
