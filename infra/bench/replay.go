package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"partnercenter/pkg/foundation/table"
)

type image = map[string]types.AttributeValue

// replay does again, by the SDK alone, what one effect did: a GetItem for each of its reads, and a TransactWriteItems of what it wrote, on
// conditions like its own, in items of their own.
type replay struct {
	ddb    *dynamodb.Client
	table  *string
	reads  []table.Key
	absent map[table.Key]bool // of reads: what was not there
	writes []rewrite
}

// rewrite is an item before and after the effect; before is nil for a new one.
type rewrite struct{ before, after image }

// newReplay does an effect on a table that is watched, and writes what size replays of it read. queried is the item that a query of it read.
func (s *scene) newReplay(ctx context.Context, effect func(watched *table.Client) error, queried table.Key, size int) (*replay, error) {
	r := &replay{ddb: s.ddb, table: aws.String(s.db.Name()), absent: map[table.Key]bool{}}
	var (
		mu      sync.Mutex
		written []table.Key
		olds    []image
	)
	watched := s.db.WithFault(func(op table.Op) table.Verdict {
		mu.Lock()
		defer mu.Unlock()
		switch op.Kind {
		case table.OpTx:
			written = op.Keys
			for _, key := range written {
				olds = append(olds, r.image(ctx, key))
			}
		case table.OpQuery:
			r.reads = append(r.reads, queried)
		default:
			r.reads = append(r.reads, op.Keys...)
			for _, key := range op.Keys {
				r.absent[key] = r.image(ctx, key) == nil
			}
		}
		return table.Pass
	})
	if err := effect(watched); err != nil {
		return nil, err
	}
	for i, key := range written {
		r.writes = append(r.writes, rewrite{olds[i], r.image(ctx, key)})
	}
	return r, r.seed(ctx, size)
}

// image reads an item, nil when there is none.
func (r *replay) image(ctx context.Context, key table.Key) image {
	got, err := r.ddb.GetItem(ctx, &dynamodb.GetItemInput{TableName: r.table, Key: attributes(key), ConsistentRead: aws.Bool(true)})
	if err != nil || len(got.Item) == 0 {
		return nil
	}
	return got.Item
}

// seed writes what the replays replace.
func (r *replay) seed(ctx context.Context, size int) error {
	for n := range size {
		for _, w := range r.writes {
			if w.before == nil {
				continue
			}
			if _, err := r.ddb.PutItem(ctx, &dynamodb.PutItemInput{TableName: r.table, Item: moved(w.before, n)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// do does the n-th replay.
func (r *replay) do(ctx context.Context, n int) error {
	for _, key := range r.reads {
		got := &dynamodb.GetItemInput{TableName: r.table, Key: attributes(key), ConsistentRead: aws.Bool(true)}
		if r.replaces(key) {
			got.Key = attributes(movedKey(key, n))
		}
		item, err := r.ddb.GetItem(ctx, got)
		if err != nil {
			return err
		}
		if len(item.Item) == 0 && !r.absent[key] {
			return fmt.Errorf("%s is not there to be read", key)
		}
	}
	in := &dynamodb.TransactWriteItemsInput{}
	for _, w := range r.writes {
		put := &types.Put{TableName: r.table, Item: moved(w.after, n), ConditionExpression: aws.String("attribute_not_exists(PK)")}
		if w.before != nil {
			put.ConditionExpression, put.ExpressionAttributeValues = aws.String("ver = :ver"), image{":ver": w.before["ver"]}
		}
		in.TransactItems = append(in.TransactItems, types.TransactWriteItem{Put: put})
	}
	_, err := r.ddb.TransactWriteItems(ctx, in)
	return err
}

// replaces says whether the effect wrote over what it read.
func (r *replay) replaces(key table.Key) bool {
	return slices.ContainsFunc(r.writes, func(w rewrite) bool { return w.before != nil && keyOf(w.before) == key })
}

// moved gives an item as the n-th replay has it.
func moved(item image, n int) image {
	next := maps.Clone(item)
	maps.Copy(next, attributes(movedKey(keyOf(item), n)))
	return next
}

func movedKey(key table.Key, n int) table.Key {
	return table.Key{PK: "REPLAY#" + key.PK, SK: fmt.Sprintf("%s#%04d", key.SK, n)}
}

func keyOf(item image) table.Key {
	pk, sk := item["PK"].(*types.AttributeValueMemberS), item["SK"].(*types.AttributeValueMemberS)
	return table.Key{PK: pk.Value, SK: sk.Value}
}

func attributes(key table.Key) image {
	return image{"PK": &types.AttributeValueMemberS{Value: key.PK}, "SK": &types.AttributeValueMemberS{Value: key.SK}}
}
