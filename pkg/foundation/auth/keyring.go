package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"

	"partnercenter/pkg/foundation/table"
)

// Keyring holds the system's own keys by purpose: one that seals page markers, one that signs links. A key is made by whoever needs
// it first, and kept sealed in the table. It is safe for concurrent use.
type Keyring struct {
	masked
	Table  *table.Client
	Sealer Sealer

	mu   sync.Mutex
	keys map[string]ringKey
}

type ringKey struct {
	masked
	id    string
	plain []byte
}

type ringItem struct {
	table.Head
	ID     string `dynamodbav:"id"`
	Sealed []byte `dynamodbav:"sealed"`
}

const ringKeyBytes = 32

// Key gives a purpose's key and its id.
func (k *Keyring) Key(ctx context.Context, purpose string) (id string, key []byte, err error) {
	k.mu.Lock()
	known, ok := k.keys[purpose]
	k.mu.Unlock()
	if ok {
		return known.id, known.plain, nil
	}
	item, err := k.load(ctx, purpose)
	if err != nil {
		return "", nil, err
	}
	plain, err := k.Sealer.Open(ctx, item.Sealed, ringPurpose(purpose))
	if err != nil {
		return "", nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.keys == nil {
		k.keys = map[string]ringKey{}
	}
	k.keys[purpose] = ringKey{id: item.ID, plain: plain}
	return item.ID, plain, nil
}

// load reads a purpose's key, and makes it when it is the first to ask.
func (k *Keyring) load(ctx context.Context, purpose string) (*ringItem, error) {
	at := table.Key{PK: "SECRET#" + purpose, SK: "KEY"}
	var item ringItem
	err := k.Table.Get(ctx, at, &item)
	if !errors.Is(err, table.ErrNotFound) {
		return &item, err
	}
	plain := make([]byte, ringKeyBytes)
	_, _ = rand.Read(plain) // never fails
	sealed, err := k.Sealer.Seal(ctx, plain, ringPurpose(purpose))
	if err != nil {
		return nil, err
	}
	made := &ringItem{Head: at.Head(), ID: rand.Text()[:8], Sealed: sealed}
	if err := k.Table.Create(ctx, made); !errors.Is(err, table.ErrExists) {
		return made, err
	}
	return &item, k.Table.Get(ctx, at, &item)
}

func ringPurpose(purpose string) string { return "keyring:" + purpose }
