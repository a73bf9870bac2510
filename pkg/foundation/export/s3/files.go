package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// UploadURL gives an address to which anybody can put a file of exactly so many bytes, for so long, wall clock.
func (s *Store) UploadURL(ctx context.Context, key string, size int64, life time.Duration) (string, error) {
	signed, err := s3.NewPresignClient(s.client).PresignPutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.bucket, Key: &key, ContentLength: &size,
	}, s3.WithPresignExpires(life))
	if err != nil {
		return "", err
	}
	return signed.URL, nil
}

// Size gives how many bytes a file has; false when there is none.
func (s *Store) Size(ctx context.Context, key string) (int64, bool, error) {
	head, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: &key})
	if isMissing(err) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	return aws.ToInt64(head.ContentLength), true, nil
}

// Range reads the bytes of a file from one place to another, that excluded.
func (s *Store) Range(ctx context.Context, key string, from, to int64) ([]byte, error) {
	got, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key, Range: aws.String(fmt.Sprintf("bytes=%d-%d", from, to-1))})
	if err != nil {
		return nil, err
	}
	defer func() { _ = got.Body.Close() }()
	part, err := io.ReadAll(io.LimitReader(got.Body, to-from+1))
	if err == nil && int64(len(part)) != to-from {
		err = fmt.Errorf("%s from %d to %d: %d bytes came", key, from, to, len(part))
	}
	return part, err
}

// isMissing tells whether there is no such file; S3 says so in two ways.
func isMissing(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && (api.ErrorCode() == "NotFound" || api.ErrorCode() == "NoSuchKey")
}
