package table

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"
)

const (
	batchPut      = 25 // items of one BatchWriteItem, by AWS
	puttingAtOnce = 4  // batches under way
)

// PutAll writes items, each of another key, over whatever is there, at half of a transaction's price, some batches at once and in no order. It is for items whose key follows
// from what they hold, so that to write one again is to write the same: cut short anywhere, some are written and some are not, and the caller does all of
// it again. Errors: ErrBusy, and of a context that ends meanwhile, behind which some may be written.
func (c *Client) PutAll(ctx context.Context, items []Item) error {
	tx := NewTx()
	group, putting := errgroup.WithContext(ctx)
	group.SetLimit(puttingAtOnce)
	for len(items) > 0 && putting.Err() == nil {
		n := min(len(items), batchPut)
		requests := make([]types.WriteRequest, n)
		keys := make([]Key, n)
		for i, item := range items[:n] {
			requests[i].PutRequest = &types.PutRequest{Item: tx.image(item, 1)}
			keys[i] = item.Header().Key()
		}
		if tx.err != nil {
			break
		}
		group.Go(func() error { return c.putBatch(putting, keys, requests) })
		items = items[n:]
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if tx.err == nil && len(items) > 0 { // no batch failed, but there was no time for all
		return ctx.Err()
	}
	return tx.err
}

// putBatch writes one batch, and what DynamoDB leaves of it again.
func (c *Client) putBatch(ctx context.Context, keys []Key, requests []types.WriteRequest) error {
	return c.try(ctx, &Op{Kind: OpWrite, Keys: keys}, func() error {
		out, err := c.ddb.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{c.name: requests}})
		if err != nil {
			return err
		}
		spend(ctx, c.putUnits(requests)-c.putUnits(out.UnprocessedItems[c.name]), 0)
		if requests = out.UnprocessedItems[c.name]; len(requests) > 0 {
			return &types.ProvisionedThroughputExceededException{Message: aws.String("some items were left")}
		}
		return nil
	})
}

// putUnits gives the write units of a batch, as if each item were new or as large as what it takes the place of.
func (c *Client) putUnits(requests []types.WriteRequest) float64 {
	var units float64
	for _, r := range requests {
		units += writeUnits(nil, r.PutRequest.Item, false) + indexUnits(c.shape, nil, r.PutRequest.Item)
	}
	return units
}
