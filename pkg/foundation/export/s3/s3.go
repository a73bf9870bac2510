// Package s3 is the adapter of package export's store to Amazon S3. The bucket deletes what is older than three days by a rule of its own.
package s3

import (
	"bytes"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/export/address"
	"partnercenter/pkg/foundation/function"
)

// Write lets a function write files of the bucket of exports.
var Write = function.Grant{On: address.Bucket, Do: []string{"s3:PutObject"}}

// Port opens the store of an environment.
var Port = function.Port[export.Store]{Name: "exports", Open: func(env *function.Env) export.Store { return Open(env) }}

const contentType = "text/csv; charset=utf-8"

// Store keeps files in one bucket.
type Store struct {
	client *s3.Client
	bucket string
}

// Open returns the store of an environment. Where S3 has another endpoint, buckets are part of the path rather than of the host's name.
func Open(env *function.Env) *Store {
	cfg := env.AWS("s3")
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = cfg.BaseEndpoint != nil })
	return &Store{client: client, bucket: env.Setting(function.SettingExports)}
}

// Put writes a file; the same key again writes it anew.
func (s *Store) Put(ctx context.Context, key string, file []byte) error {
	_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.bucket, Key: &key, Body: bytes.NewReader(file), ContentType: aws.String(contentType),
	})
	return err
}
