package table

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Query reads the items of one partition in the order of their sort keys.
type Query struct {
	Index      string // Listed or Due; empty for the base table
	PK         string // the partition
	Prefix     string // sort keys that start with it
	From, To   string // or sort keys from From to To, both included
	Descending bool
	Strong     bool   // the base table only
	Page       int32  // items a request; 0 leaves it to DynamoDB (1 MB)
	After      string // a marker: start after the item that it names
	Scope      string // what a marker is good for: the operation and its filters
}

// covers reports whether a key of the index lies in the query's range.
func (q Query) covers(pk, sk string) bool {
	if pk != q.PK || !strings.HasPrefix(sk, q.Prefix) || sk < q.From {
		return false
	}
	return q.To == "" || sk <= q.To
}

// All yields the items that q finds, page by page as they are asked for. Items whose TTL has passed are left out. It yields an
// error at most once, as its last: ErrMarker when q.After is not a marker of q's scope.
func All[T any, P interface {
	*T
	Item
}](ctx context.Context, c *Client, q Query,
) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		for image, err := range c.images(ctx, q) {
			if err != nil {
				yield(nil, err)
				return
			}
			item := P(new(T))
			if err := Unmarshal(image, item); err != nil {
				yield(nil, err)
				return
			}
			if expired(item.Header(), c.wall.Now()) {
				continue
			}
			if !yield(item, nil) {
				return
			}
		}
	}
}

func (c *Client) images(ctx context.Context, q Query) iter.Seq2[map[string]types.AttributeValue, error] {
	return func(yield func(map[string]types.AttributeValue, error) bool) {
		start, err := c.openMarker(ctx, q)
		if err != nil {
			yield(nil, err)
			return
		}
		for {
			page, next, err := c.page(ctx, q, start)
			if err != nil {
				yield(nil, fmt.Errorf("query %s %s: %w", q.Index, q.PK, err))
				return
			}
			for _, image := range page {
				if !yield(image, nil) {
					return
				}
			}
			if start = next; len(start) == 0 {
				return
			}
		}
	}
}

type image = map[string]types.AttributeValue

func (c *Client) page(ctx context.Context, q Query, start image) ([]image, image, error) {
	in := c.queryInput(q, start)
	op := &Op{Kind: OpQuery, Index: q.Index, Keys: []Key{{PK: q.PK, SK: q.Prefix + q.From}}}
	var out *dynamodb.QueryOutput
	err := c.try(ctx, op, func() (err error) {
		out, err = c.ddb.Query(ctx, in)
		if err == nil {
			spend(ctx, 0, readUnits(sum(out.Items, Size), q.Strong))
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if op.verdict == StaleIndex {
		return c.faults.stale(c.shape, q, out.Items), out.LastEvaluatedKey, nil
	}
	return out.Items, out.LastEvaluatedKey, nil
}

func (c *Client) queryInput(q Query, start image) *dynamodb.QueryInput {
	index, secondary := c.shape.index(q.Index)
	in := &dynamodb.QueryInput{
		TableName:                 &c.name,
		KeyConditionExpression:    aws.String("#pk = :pk"),
		ExpressionAttributeNames:  map[string]string{"#pk": index.PK},
		ExpressionAttributeValues: image{":pk": &types.AttributeValueMemberS{Value: q.PK}},
		ScanIndexForward:          aws.Bool(!q.Descending),
		ExclusiveStartKey:         start,
	}
	if secondary {
		in.IndexName = &q.Index
	} else {
		in.ConsistentRead = &q.Strong
	}
	if q.Page > 0 {
		in.Limit = &q.Page
	}
	bound := func(expression string, values ...string) {
		*in.KeyConditionExpression += " AND " + expression
		in.ExpressionAttributeNames["#sk"] = index.SK
		for i, v := range values {
			in.ExpressionAttributeValues[fmt.Sprintf(":sk%d", i)] = &types.AttributeValueMemberS{Value: v}
		}
	}
	switch {
	case q.Prefix != "":
		bound("begins_with(#sk, :sk0)", q.Prefix)
	case q.From != "" && q.To != "":
		bound("#sk BETWEEN :sk0 AND :sk1", q.From, q.To)
	case q.From != "":
		bound("#sk >= :sk0", q.From)
	case q.To != "":
		bound("#sk <= :sk0", q.To)
	}
	return in
}

func sortBy(images []image, attribute string, descending bool) {
	slices.SortFunc(images, func(a, b image) int {
		order := strings.Compare(text(a[attribute]), text(b[attribute]))
		if descending {
			return -order
		}
		return order
	})
}
