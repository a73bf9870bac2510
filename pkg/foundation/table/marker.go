package table

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ErrMarker: a page marker that this list did not give, or gave for other filters.
var ErrMarker = errors.New("not a marker of this list")

// Markers gives the cipher that seals page markers, so that they say nothing about keys and cannot be made up.
type Markers func(ctx context.Context) (cipher.AEAD, error)

const markerSeparator = "\x1f" // occurs in no key

// Marker returns the opaque marker after which a page of q goes on behind last.
func (c *Client) Marker(ctx context.Context, q Query, last Item) (string, error) {
	aead, err := c.markers(ctx)
	if err != nil {
		return "", fmt.Errorf("seal a marker: %w", err)
	}
	h := last.Header()
	parts := []string{q.PK, h.PK, h.SK}
	switch q.Index {
	case Listed:
		parts = append(parts, h.G1SK)
	case Due:
		parts = append(parts, h.G2SK)
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	sealed := aead.Seal(nonce, nonce, []byte(strings.Join(parts, markerSeparator)), []byte(q.Scope))
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// MarkerPK tells the partition that a marker belongs to, for lists that run over several. Error: ErrMarker.
func (c *Client) MarkerPK(ctx context.Context, scope, marker string) (string, error) {
	parts, err := c.unseal(ctx, scope, marker)
	if err != nil {
		return "", err
	}
	return parts[0], nil
}

// MarkerPlace tells the partition and the sort key in it that a marker is behind, for lists that merge several. Error: ErrMarker.
func (c *Client) MarkerPlace(ctx context.Context, scope, marker string) (pk, sk string, err error) {
	parts, err := c.unseal(ctx, scope, marker)
	if err != nil {
		return "", "", err
	}
	return parts[0], parts[len(parts)-1], nil
}

func (c *Client) openMarker(ctx context.Context, q Query) (image, error) {
	if q.After == "" {
		return nil, nil
	}
	parts, err := c.unseal(ctx, q.Scope, q.After)
	if err != nil {
		return nil, err
	}
	index, secondary := c.shape.index(q.Index)
	if secondary != (len(parts) == 4) || !q.covers(parts[0], parts[len(parts)-1]) {
		return nil, ErrMarker
	}
	start := Key{PK: parts[1], SK: parts[2]}.attributes()
	if secondary {
		start[index.PK] = &types.AttributeValueMemberS{Value: q.PK}
		start[index.SK] = &types.AttributeValueMemberS{Value: parts[3]}
	}
	return start, nil
}

func (c *Client) unseal(ctx context.Context, scope, marker string) ([]string, error) {
	aead, err := c.markers(ctx)
	if err != nil {
		return nil, fmt.Errorf("open a marker: %w", err)
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(marker)
	if err != nil || len(sealed) < aead.NonceSize() {
		return nil, ErrMarker
	}
	plain, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(scope))
	if err != nil {
		return nil, ErrMarker
	}
	parts := strings.Split(string(plain), markerSeparator)
	if len(parts) < 3 {
		return nil, ErrMarker
	}
	return parts, nil
}
