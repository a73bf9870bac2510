package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/system/consumption"
)

// importRounds are how many chunks are timed beside raw writes; the first warms up and does not count.
const importRounds = 8

// consumptionThroughput gives the lines per second of an import's chunks, read, judged and written, by the items per second of raw BatchWriteItems of the
// same number and size of items.
func consumptionThroughput(ctx context.Context) (float64, error) {
	s, err := newConsumer(ctx)
	if err != nil {
		return 0, err
	}
	defer s.drop(ctx)
	const lines = importRounds * 500
	images, err := s.lineImages(ctx, 500)
	if err != nil {
		return 0, err
	}
	var ours, raw []float64
	round := 0
	err = s.bringBill(ctx, providerBill("timed", lines), func(ctx context.Context, chunk lifecycle.Due) error {
		mine := func() error { return performance.Work(s.env, consumption.Files)[chunk.Kind](ctx, chunk) }
		theirs := func() error { return s.rawPuts(ctx, images, round) }
		sides := []func() error{mine, theirs}
		into := []*[]float64{&ours, &raw}
		if round%2 == 1 { // so that neither always follows the other
			slices.Reverse(sides)
			slices.Reverse(into)
		}
		for n, side := range sides {
			began := time.Now()
			if err := side(); err != nil {
				return err
			}
			if round > 0 {
				*into[n] = append(*into[n], time.Since(began).Seconds())
			}
		}
		round++
		return nil
	})
	if err != nil || round != importRounds {
		return 0, errors.Join(err, fmt.Errorf("%d chunks, want %d", round, importRounds))
	}
	slices.Sort(ours)
	slices.Sort(raw)
	return raw[len(raw)/2] / ours[len(ours)/2], nil
}

// newConsumer gives a scene with a customer that has a sub-account.
func newConsumer(ctx context.Context) (*scene, error) {
	s, err := newScene(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.portfolio(ctx, 0); err != nil {
		return nil, err
	}
	_, err = s.call(ctx, vendor, "PUT", "/v2/vendor/consumption/sub-accounts", `{"sub_account_id":"bench-sub","customer_id":"cust-1"}`)
	return s, err
}

// lineImages imports some lines and gives them as they are stored.
func (s *scene) lineImages(ctx context.Context, n int) ([]image, error) {
	err := s.bringBill(ctx, providerBill("sample", n), func(ctx context.Context, chunk lifecycle.Due) error {
		return performance.Work(s.env, consumption.Files)[chunk.Kind](ctx, chunk)
	})
	if err != nil {
		return nil, err
	}
	var images []image
	for l, err := range table.All[performance.Line](ctx, s.db, table.Query{PK: "CONSUMPTION#cust-1#2026-11", Prefix: "LINE#"}) {
		if err != nil {
			return nil, err
		}
		one, err := table.Marshal(l)
		if err != nil {
			return nil, err
		}
		images = append(images, one)
	}
	return images, nil
}

// rawPuts writes items by the SDK alone, in batches of 25.
func (s *scene) rawPuts(ctx context.Context, images []image, round int) error {
	for part := range slices.Chunk(images, 25) {
		var requests []types.WriteRequest
		for _, one := range part {
			requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: moved(one, round)}})
		}
		if _, err := s.ddb.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{s.db.Name(): requests}}); err != nil {
			return err
		}
	}
	return nil
}
