package function

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"log/slog"
	"os"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/table"
)

// Env is what handlers stand on: clocks, settings, the table, and the ports to the outside. Everything is opened on first
// use, so that a declaration can be registered with an empty Env. It is safe for concurrent use.
type Env struct {
	Clock    clock.Clock // business time
	Wall     clock.Clock // wall time: signatures, tokens, leases, TTL
	Log      *slog.Logger
	Setting  func(name string) string
	Endpoint func(service string) string // where an AWS service is; empty for AWS's own
	Sealer   auth.Sealer                 // nil: the KMS key of SettingKey
	Fault    table.Fault                 // tests only

	mu     sync.Mutex
	opened map[string]any
}

// FromEnvironment returns the Env of a Lambda function. AWS_ENDPOINT_URL, which is not set on AWS, says where all services are.
func FromEnvironment() *Env {
	return &Env{
		Clock: clock.System{}, Wall: clock.System{}, Log: slog.New(slog.NewJSONHandler(os.Stdout, nil)),
		Setting: os.Getenv, Endpoint: func(string) string { return os.Getenv("AWS_ENDPOINT_URL") },
	}
}

// AWS gives the configuration of one service's client. Credentials are those that Lambda puts into the environment.
func (e *Env) AWS(service string) aws.Config {
	cfg := aws.Config{
		Region: e.Setting("AWS_REGION"),
		Credentials: credentials.NewStaticCredentialsProvider(
			e.Setting("AWS_ACCESS_KEY_ID"), e.Setting("AWS_SECRET_ACCESS_KEY"), e.Setting("AWS_SESSION_TOKEN")),
	}
	if e.Endpoint != nil {
		if at := e.Endpoint(service); at != "" {
			cfg.BaseEndpoint = &at
		}
	}
	return cfg
}

// Table gives the client of the system's table.
func (e *Env) Table() *table.Client {
	return Open(e, "table", func() *table.Client {
		ddb := dynamodb.NewFromConfig(e.AWS("dynamodb"), func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
		return table.New(table.Options{DynamoDB: ddb, Name: e.Setting(SettingTable), Wall: e.Wall, Markers: e.markers, Fault: e.Fault})
	})
}

// Keyring gives the system's named keys.
func (e *Env) Keyring() *auth.Keyring {
	return Open(e, "keyring", func() *auth.Keyring {
		return &auth.Keyring{Table: e.Table(), Sealer: e.SealerOf()}
	})
}

// Authenticator turns credentials into principals.
func (e *Env) Authenticator() *auth.Authenticator {
	return Open(e, "authenticator", func() *auth.Authenticator {
		return &auth.Authenticator{
			Table: e.Table(), Sealer: e.SealerOf(), Wall: e.Wall,
			Issuer: e.Setting(SettingIssuer), Client: e.Setting(SettingClient),
		}
	})
}

// SealerOf gives what secrets are sealed with.
func (e *Env) SealerOf() auth.Sealer {
	if e.Sealer != nil {
		return e.Sealer
	}
	return Open(e, "sealer", func() auth.Sealer { return openKMS(e) })
}

// markers seals page markers with the keyring's key.
func (e *Env) markers(ctx context.Context) (cipher.AEAD, error) {
	_, key, err := e.Keyring().Key(ctx, "marker")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Open returns the value of a name, made on first use.
func Open[T any](e *Env, name string, make func() T) T {
	e.mu.Lock()
	value, ok := e.opened[name]
	e.mu.Unlock()
	if ok {
		return value.(T)
	}
	made := make() // outside the lock: it may open others
	e.mu.Lock()
	defer e.mu.Unlock()
	if value, ok := e.opened[name]; ok {
		return value.(T)
	}
	if e.opened == nil {
		e.opened = map[string]any{}
	}
	e.opened[name] = made
	return made
}

// Port is an outside service behind an interface of ours. AWS's adapter is opened on first use; the local cloud and tests put
// another in its place.
type Port[T any] struct {
	Name string
	Open func(env *Env) T
}

// In gives the port's adapter in env.
func (p Port[T]) In(env *Env) T { return Open(env, p.Name, func() T { return p.Open(env) }) }

// Put makes adapter the port's in env. It must come before the first In.
func (p Port[T]) Put(env *Env, adapter T) {
	env.mu.Lock()
	defer env.mu.Unlock()
	if env.opened == nil {
		env.opened = map[string]any{}
	}
	env.opened[p.Name] = adapter
}
