package auth

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"partnercenter/pkg/foundation/clock"
)

// Sealer encrypts secrets for the table. What is sealed for one purpose does not open for another.
type Sealer interface {
	Seal(ctx context.Context, plain []byte, purpose string) ([]byte, error)
	Open(ctx context.Context, sealed []byte, purpose string) ([]byte, error)
}

// LocalSealer seals with a key of 32 bytes.
type LocalSealer struct {
	masked
	Key []byte
}

// Seal encrypts plain.
func (s LocalSealer) Seal(_ context.Context, plain []byte, purpose string) ([]byte, error) {
	return sealWith(s.Key, plain, purpose)
}

// Open decrypts what Seal gave.
func (s LocalSealer) Open(_ context.Context, sealed []byte, purpose string) ([]byte, error) {
	return openWith(s.Key, sealed, purpose)
}

func aead(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func sealWith(key, plain []byte, purpose string) ([]byte, error) {
	box, err := aead(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return box.Seal(nonce, nonce, plain, []byte(purpose)), nil
}

func openWith(key, sealed []byte, purpose string) ([]byte, error) {
	box, err := aead(key)
	if err != nil {
		return nil, err
	}
	if len(sealed) < box.NonceSize() {
		return nil, errors.New("what is sealed is too short")
	}
	return box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], []byte(purpose))
}

// How long a data key is kept, for how many secrets one is used, and how many opened ones are kept.
const (
	dataKeyAge  = time.Hour
	dataKeyUses = 1000
	dataKeysMax = 100
)

// KMSSealer seals under data keys of a KMS key: each secret carries its data key, encrypted by KMS. Data keys are cached with a bound on
// their age, their uses and their number. It is safe for concurrent use.
type KMSSealer struct {
	masked
	Client *kms.Client
	KeyID  string
	Wall   clock.Clock

	mu      sync.Mutex
	current dataKey
	opened  map[string]dataKey // by the encrypted form
}

type dataKey struct {
	masked
	plain, encrypted []byte
	made             time.Time
	uses             int
}

// Seal encrypts plain under the current data key.
func (s *KMSSealer) Seal(ctx context.Context, plain []byte, purpose string) ([]byte, error) {
	key, err := s.sealing(ctx)
	if err != nil {
		return nil, err
	}
	sealed, err := sealWith(key.plain, plain, purpose)
	if err != nil {
		return nil, err
	}
	framed := binary.BigEndian.AppendUint16(nil, uint16(len(key.encrypted)))
	return append(append(framed, key.encrypted...), sealed...), nil
}

// sealing gives the data key to seal with, a new one when the last has served.
func (s *KMSSealer) sealing(ctx context.Context) (dataKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Wall.Now()
	if s.current.uses >= dataKeyUses || !s.current.fresh(now) {
		out, err := s.Client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{KeyId: &s.KeyID, KeySpec: types.DataKeySpecAes256})
		if err != nil {
			return dataKey{}, fmt.Errorf("generate a data key: %w", err)
		}
		s.current = dataKey{plain: out.Plaintext, encrypted: out.CiphertextBlob, made: now}
		s.keep(s.current)
	}
	s.current.uses++
	return s.current, nil
}

// Open decrypts what Seal gave.
func (s *KMSSealer) Open(ctx context.Context, sealed []byte, purpose string) ([]byte, error) {
	if len(sealed) < 2 {
		return nil, errors.New("what is sealed is too short")
	}
	n := int(binary.BigEndian.Uint16(sealed))
	if len(sealed) < 2+n {
		return nil, errors.New("what is sealed is too short")
	}
	key, err := s.dataKey(ctx, sealed[2:2+n])
	if err != nil {
		return nil, err
	}
	return openWith(key, sealed[2+n:], purpose)
}

func (s *KMSSealer) dataKey(ctx context.Context, encrypted []byte) ([]byte, error) {
	now := s.Wall.Now()
	s.mu.Lock()
	key, ok := s.opened[string(encrypted)]
	s.mu.Unlock()
	if ok && key.fresh(now) {
		return key.plain, nil
	}
	out, err := s.Client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: encrypted, KeyId: &s.KeyID})
	if err != nil {
		return nil, fmt.Errorf("open a data key: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(dataKey{plain: out.Plaintext, encrypted: encrypted, made: now})
	return out.Plaintext, nil
}

// keep remembers an opened data key. The caller holds the lock.
func (s *KMSSealer) keep(key dataKey) {
	if s.opened == nil || len(s.opened) >= dataKeysMax {
		s.opened = map[string]dataKey{}
	}
	s.opened[string(key.encrypted)] = key
}

// fresh reports whether a data key may still be used.
func (k dataKey) fresh(now time.Time) bool {
	return k.plain != nil && now.Sub(k.made) < dataKeyAge
}
