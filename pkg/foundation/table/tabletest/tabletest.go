// Package tabletest gives each test a table of its own on DynamoDB Local, which `make test` starts once for the whole run.
package tabletest

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/table"
)

// Endpoint names the setting with DynamoDB Local's address.
const Endpoint = "DYNAMODB_ENDPOINT"

// New returns a client of a fresh table whose TTLs are read by the wall clock. The table has no stream.
func New(t testing.TB) *table.Client { return NewAt(t, clock.System{}) }

// NewAt returns a client of a fresh table whose TTLs are read by the given clock.
func NewAt(t testing.TB, wall clock.Clock) *table.Client {
	t.Helper()
	ddb := DynamoDB(t)
	name := "test-" + rand.Text()
	if err := table.Provision(context.Background(), ddb, name, false); err != nil {
		t.Fatal(err)
	}
	return table.New(table.Options{DynamoDB: ddb, Name: name, Wall: wall, Markers: markers})
}

// DynamoDB returns a client of DynamoDB Local that leaves retries to package table.
func DynamoDB(t testing.TB) *dynamodb.Client {
	t.Helper()
	endpoint := os.Getenv(Endpoint)
	if endpoint == "" {
		t.Fatalf("%s is not set: run the tests by `make test`, or one package by `make test PKG=./pkg/...`", Endpoint)
	}
	return dynamodb.New(dynamodb.Options{
		Region: "local", BaseEndpoint: &endpoint, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

// markers seals with a key of this process.
func markers(context.Context) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

var key [32]byte
