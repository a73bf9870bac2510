package table

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"partnercenter/pkg/foundation/clock"
)

// What a call may end with, besides the errors of DynamoDB itself.
var (
	// ErrNotFound: there is no such item, or its TTL has passed.
	ErrNotFound = errors.New("no such item")
	// ErrConflict: what the write was conditional on no longer holds. Nothing was written.
	ErrConflict = errors.New("the item changed meanwhile")
	// ErrExists: an item that must not exist does. It is an ErrConflict.
	ErrExists = fmt.Errorf("the item exists: %w", ErrConflict)
	// ErrLimit: a counter has reached its limit.
	ErrLimit = errors.New("the limit is reached")
	// ErrBusy: conflicts or throttling went on for longer than the retries. Nothing was written.
	ErrBusy = errors.New("the table is busy")
)

// Options are what a client is made of.
type Options struct {
	DynamoDB *dynamodb.Client // its own retries should be off: a lost answer is resolved here
	Name     string           // the table
	Wall     clock.Clock      // wall clock, for TTL
	Markers  Markers          // seals page markers; nil where nothing is paged
	Fault    Fault            // tests only
}

// Client reads and writes the table. It is safe for concurrent use.
type Client struct {
	ddb     *dynamodb.Client
	name    string
	wall    clock.Clock
	markers Markers
	shape   Shape
	faults  *faults
}

// New returns a client.
func New(o Options) *Client {
	return &Client{ddb: o.DynamoDB, name: o.Name, wall: o.Wall, markers: o.Markers, shape: TheShape(), faults: newFaults(o.Fault)}
}

// Name gives the table's name.
func (c *Client) Name() string { return c.name }

// WithFault returns a client of the same table that asks fault before each call. For tests.
func (c *Client) WithFault(fault Fault) *Client {
	faulty := *c
	faulty.faults = newFaults(fault)
	return &faulty
}

// Get reads an item, strongly consistent. Error: ErrNotFound.
func (c *Client) Get(ctx context.Context, key Key, out Item) error { return c.get(ctx, key, out, true) }

// GetEventual reads an item at half the price, perhaps as it was a moment ago. Error: ErrNotFound.
func (c *Client) GetEventual(ctx context.Context, key Key, out Item) error {
	return c.get(ctx, key, out, false)
}

func (c *Client) get(ctx context.Context, key Key, out Item, strong bool) error {
	var got *dynamodb.GetItemOutput
	err := c.try(ctx, &Op{Kind: OpGet, Keys: []Key{key}}, func() (err error) {
		got, err = c.ddb.GetItem(ctx, &dynamodb.GetItemInput{TableName: &c.name, Key: key.attributes(), ConsistentRead: &strong})
		if err == nil {
			spend(ctx, 0, readUnits(Size(got.Item), strong))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("get %s: %w", key, err)
	}
	if got.Item == nil {
		return fmt.Errorf("get %s: %w", key, ErrNotFound)
	}
	if err := Unmarshal(got.Item, out); err != nil {
		return err
	}
	if expired(out.Header(), c.wall.Now()) {
		return fmt.Errorf("get %s: %w", key, ErrNotFound)
	}
	return nil
}

const batchGet = 100 // keys of one BatchGetItem, by AWS

// GetAll reads the items of many keys, strongly consistent; those that do not exist are missing from the answer.
func GetAll[T any, P interface {
	*T
	Item
}](ctx context.Context, c *Client, keys []Key,
) (map[Key]P, error) {
	found := make(map[Key]P, len(keys))
	for len(keys) > 0 {
		n := min(len(keys), batchGet)
		images, left, err := c.batch(ctx, keys[:n])
		if err != nil {
			return nil, err
		}
		for _, image := range images {
			item := P(new(T))
			if err := Unmarshal(image, item); err != nil {
				return nil, err
			}
			if !expired(item.Header(), c.wall.Now()) {
				found[item.Header().Key()] = item
			}
		}
		keys = append(left, keys[n:]...)
	}
	return found, nil
}

// batch reads up to 100 keys and returns those that DynamoDB left for another call.
func (c *Client) batch(ctx context.Context, keys []Key) (images []map[string]types.AttributeValue, left []Key, err error) {
	want := make([]map[string]types.AttributeValue, len(keys))
	for i, k := range keys {
		want[i] = k.attributes()
	}
	var got *dynamodb.BatchGetItemOutput
	err = c.try(ctx, &Op{Kind: OpGet, Keys: keys}, func() (err error) {
		got, err = c.ddb.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
			RequestItems: map[string]types.KeysAndAttributes{c.name: {Keys: want, ConsistentRead: aws.Bool(true)}},
		})
		if err == nil {
			spend(ctx, 0, batchUnits(got.Responses[c.name], len(keys)))
		}
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("get %d items: %w", len(keys), err)
	}
	for _, k := range got.UnprocessedKeys[c.name].Keys {
		left = append(left, keyOf(k))
	}
	return got.Responses[c.name], left, nil
}

// batchUnits counts each item of a batch by itself; one that does not exist costs one unit.
func batchUnits(images []map[string]types.AttributeValue, keys int) float64 {
	units := float64(keys - len(images))
	for _, image := range images {
		units += readUnits(Size(image), true)
	}
	return units
}

// Create writes an item that must not exist yet. Error: ErrExists.
func (c *Client) Create(ctx context.Context, item Item) error {
	return c.single(ctx, func(tx *Tx) { tx.Create(item) })
}

// Replace writes next over old on the condition that old is still what the table holds. Error: ErrConflict.
func (c *Client) Replace(ctx context.Context, old, next Item) error {
	return c.single(ctx, func(tx *Tx) { tx.Replace(old, next) })
}

// Remove deletes an item on the condition that it is still as read. Error: ErrConflict.
func (c *Client) Remove(ctx context.Context, old Item) error {
	return c.single(ctx, func(tx *Tx) { tx.Remove(old) })
}

// single writes one item outside a transaction, at half a transaction's price.
func (c *Client) single(ctx context.Context, add func(*Tx)) error {
	tx := NewTx()
	add(tx)
	if tx.err != nil {
		return tx.err
	}
	return c.write(ctx, tx, false)
}

// Count raises the counter at key by one while it is below limit, and returns its new value. A new counter starts at 1 and
// vanishes after ttl of the wall clock. Error: ErrLimit.
func (c *Client) Count(ctx context.Context, key Key, limit int64, ttl time.Duration) (int64, error) {
	var out *dynamodb.UpdateItemOutput
	err := c.try(ctx, &Op{Kind: OpWrite, Keys: []Key{key}}, func() (err error) {
		spend(ctx, 1, 0)
		out, err = c.ddb.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &c.name, Key: key.attributes(),
			UpdateExpression:          aws.String("ADD #n :one SET #ttl = if_not_exists(#ttl, :ttl), #schema = :schema, #ver = if_not_exists(#ver, :zero) + :one"),
			ConditionExpression:       aws.String("attribute_not_exists(#n) OR #n < :limit"),
			ExpressionAttributeNames:  map[string]string{"#n": "n", "#ttl": "ttl", "#schema": "schema", "#ver": "ver"},
			ExpressionAttributeValues: numbers(map[string]int64{":one": 1, ":zero": 0, ":limit": limit, ":schema": schemaVersion, ":ttl": c.wall.Now().Add(ttl).Unix()}),
			ReturnValues:              types.ReturnValueUpdatedNew,
		})
		return err
	})
	if isConditionFailed(err) {
		return 0, fmt.Errorf("count %s: %w", key, ErrLimit)
	}
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", key, err)
	}
	n, _ := out.Attributes["n"].(*types.AttributeValueMemberN)
	return strconv.ParseInt(n.Value, 10, 64)
}

func numbers(values map[string]int64) map[string]types.AttributeValue {
	attributes := make(map[string]types.AttributeValue, len(values))
	for name, v := range values {
		attributes[name] = &types.AttributeValueMemberN{Value: strconv.FormatInt(v, 10)}
	}
	return attributes
}

// newStamp names one write.
func newStamp() string { return rand.Text()[:10] }
