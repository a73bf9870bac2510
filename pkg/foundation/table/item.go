package table

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"
)

// Key is the primary key of an item: PK is the owner, SK the thing.
type Key struct{ PK, SK string }

// String gives both keys, for messages.
func (k Key) String() string { return k.PK + "/" + k.SK }

// Head gives the head of an item that is made at the key.
func (k Key) Head() Head { return Head{PK: k.PK, SK: k.SK} }

func (k Key) attributes() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"PK": &types.AttributeValueMemberS{Value: k.PK},
		"SK": &types.AttributeValueMemberS{Value: k.SK},
	}
}

// NewID gives an id of something that is made now: a ULID, which sorts by time.
func NewID(now time.Time) string {
	return ulid.MustNew(ulid.Timestamp(now), ulid.DefaultEntropy()).String()
}

// Head is what every item starts with. Its names are short because they are paid for on every write.
type Head struct {
	PK string `dynamodbav:"PK"`
	SK string `dynamodbav:"SK"`

	// GSI1: what is listed. The index projects the attribute `row` alone, so an item's listed columns stand in there.
	G1PK string `dynamodbav:"G1PK,omitempty"`
	G1SK string `dynamodbav:"G1SK,omitempty"`

	// GSI2: what is due, by shard and time; Work is what the sweep dispatches by, Tries counts the failures so far.
	// Package lifecycle sets them.
	G2PK  string `dynamodbav:"G2PK,omitempty"`
	G2SK  string `dynamodbav:"G2SK,omitempty"`
	Work  string `dynamodbav:"work,omitempty"`
	Tries int    `dynamodbav:"tries,omitempty"`

	// TTL is the wall-clock second after which the item may vanish, and reads as absent. 0 is never.
	TTL int64 `dynamodbav:"ttl,omitempty"`

	Schema int    `dynamodbav:"schema"` // version of the item's shape
	Ver    int64  `dynamodbav:"ver"`    // raised by every write
	Stamp  string `dynamodbav:"stamp"`  // the write that made this version
}

// Header gives the head of any item that embeds it.
func (h *Head) Header() *Head { return h }

// Key gives the item's primary key.
func (h *Head) Key() Key { return Key{PK: h.PK, SK: h.SK} }

// Item is a pointer to a struct that embeds [Head].
type Item interface{ Header() *Head }

// Raw is an item of any kind: its head is readable and writable, the rest is kept as it was read.
type Raw struct {
	Head
	Rest map[string]types.AttributeValue `dynamodbav:"-"`
}

const schemaVersion = 1

// Marshal gives the item's attributes as they are stored. Nothing is paid for what is not there, and an instant is a number of seconds since 1970, a
// quarter of its text, unless it has a fraction.
func Marshal(item Item) (map[string]types.AttributeValue, error) {
	attributes, err := attributevalue.MarshalMapWithOptions(item, func(o *attributevalue.EncoderOptions) {
		o.OmitNullAttributeValues, o.OmitEmptyTime, o.EncodeTime = true, true, encodeTime
	})
	if err != nil {
		return nil, fmt.Errorf("marshal %s: %w", item.Header().Key(), err)
	}
	raw, ok := item.(*Raw)
	if !ok {
		return attributes, nil
	}
	for name, value := range raw.Rest {
		if _, inHead := headAttributes[name]; !inHead {
			attributes[name] = value
		}
	}
	return attributes, nil
}

// Unmarshal fills the item from attributes. Its instants are in UTC.
func Unmarshal(attributes map[string]types.AttributeValue, item Item) error {
	if err := attributevalue.UnmarshalMapWithOptions(attributes, item, func(o *attributevalue.DecoderOptions) { o.DecodeTime.N = decodeTime }); err != nil {
		return fmt.Errorf("unmarshal %v: %w", keyOf(attributes), err)
	}
	if raw, ok := item.(*Raw); ok {
		raw.Rest = attributes
	}
	return nil
}

func encodeTime(t time.Time) (types.AttributeValue, error) {
	if t.Nanosecond() != 0 {
		return &types.AttributeValueMemberS{Value: t.UTC().Format(time.RFC3339Nano)}, nil
	}
	return attributevalue.UnixTime(t).MarshalDynamoDBAttributeValue()
}

func decodeTime(seconds string) (time.Time, error) {
	n, err := strconv.ParseInt(seconds, 10, 64)
	return time.Unix(n, 0).UTC(), err
}

var headAttributes = map[string]struct{}{
	"PK": {}, "SK": {}, "G1PK": {}, "G1SK": {}, "G2PK": {}, "G2SK": {}, "work": {}, "tries": {}, "ttl": {}, "schema": {}, "ver": {}, "stamp": {},
}

func keyOf(attributes map[string]types.AttributeValue) Key {
	return Key{PK: text(attributes["PK"]), SK: text(attributes["SK"])}
}

func text(v types.AttributeValue) string {
	if s, ok := v.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// expired holds for an item whose TTL has passed, which DynamoDB may deliver for days.
func expired(h *Head, wall time.Time) bool { return h.TTL != 0 && h.TTL <= wall.Unix() }

// IsID tells whether an id may be part of a key: 1 to 64 letters, digits, dots, underscores, colons and hyphens of ASCII, so never a
// separator of keys. Source: DESIGN.md "Data".
func IsID(s string) bool {
	for _, c := range s {
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', strings.ContainsRune("._:-", c):
		default:
			return false
		}
	}
	return s != "" && len(s) <= 64
}
