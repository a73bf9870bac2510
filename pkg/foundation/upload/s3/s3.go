// Package s3 is the adapter of package upload's store to Amazon S3. What lies in its bucket is evidence, and is kept.
package s3

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/upload"
)

// Bucket is the bucket of uploads: grants on it hold for its objects.
var Bucket = function.Resource{Kind: function.KindStore, Name: "uploads"}

// Use lets a function give addresses to put files to and to get them from, which are good for who may do so itself, and look at what was put.
var Use = function.Grant{On: Bucket, Do: []string{"s3:GetObject", "s3:PutObject"}}

// Port opens the store of an environment.
var Port = function.Port[upload.Store]{Name: "uploads", Open: func(env *function.Env) upload.Store { return Open(env) }}

// Store keeps files in one bucket.
type Store struct {
	client *s3.Client
	bucket string
}

// Open returns the store of an environment. Where S3 has another endpoint, buckets are part of the path rather than of the host's name.
func Open(env *function.Env) *Store {
	cfg := env.AWS("s3")
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = cfg.BaseEndpoint != nil })
	return &Store{client: client, bucket: env.Setting(function.SettingUploads)}
}

// Ticket signs a request that puts a file of this size, type and SHA-256.
func (s *Store) Ticket(ctx context.Context, f upload.File, life time.Duration) (upload.Ticket, error) {
	sum, err := hex.DecodeString(f.SHA256)
	if err != nil {
		return upload.Ticket{}, err
	}
	signed, err := s3.NewPresignClient(s.client).PresignPutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.bucket, Key: &f.Object, ContentType: &f.Type, ContentLength: &f.Size,
		ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum)),
	}, s3.WithPresignExpires(life))
	if err != nil {
		return upload.Ticket{}, err
	}
	t := upload.Ticket{Method: signed.Method, URL: signed.URL, Headers: map[string]string{}}
	for name := range signed.SignedHeader {
		if name != "Host" { // every client sends it
			t.Headers[name] = signed.SignedHeader.Get(name)
		}
	}
	return t, nil
}

// Stat asks for an object's size and type.
func (s *Store) Stat(ctx context.Context, key string) (upload.Found, error) {
	head, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return upload.Found{}, absent(err)
	}
	return upload.Found{Type: aws.ToString(head.ContentType), Size: aws.ToInt64(head.ContentLength)}, nil
}

// Open reads an object.
func (s *Store) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	got, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return nil, absent(err)
	}
	return got.Body, nil
}

// absent turns S3's answer that there is no object into upload.ErrAbsent. A function that may not list the bucket is told that it is forbidden.
func absent(err error) error {
	var answered interface{ HTTPStatusCode() int }
	if errors.As(err, &answered) && (answered.HTTPStatusCode() == http.StatusNotFound || answered.HTTPStatusCode() == http.StatusForbidden) {
		return fmt.Errorf("%w: %w", upload.ErrAbsent, err)
	}
	return err
}

// URL signs an address at which anybody can download an object under a name.
func (s *Store) URL(ctx context.Context, key, name string, life time.Duration) (string, error) {
	signed, err := s3.NewPresignClient(s.client).PresignGetObject(ctx, &s3.GetObjectInput{
		Bucket: &s.bucket, Key: &key, ResponseContentDisposition: aws.String(`attachment; filename="` + name + `"`),
	}, s3.WithPresignExpires(life))
	if err != nil {
		return "", err
	}
	return signed.URL, nil
}
