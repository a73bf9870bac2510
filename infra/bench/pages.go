package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// customersPage gives the read units of a page of 50 customers by marker, in the middle of 100,000, by those of one among 150.
func customersPage(ctx context.Context) (float64, error) {
	few, err := pageAmong(ctx, 150)
	if err != nil {
		return 0, err
	}
	many, err := pageAmong(ctx, 100_000)
	return many / few, err
}

func pageAmong(ctx context.Context, all int) (float64, error) {
	s, err := newScene(ctx)
	if err != nil {
		return 0, err
	}
	defer s.drop(ctx)
	if err := s.members(ctx, all); err != nil {
		return 0, err
	}
	var page struct {
		Infos  []any  `json:"customer_infos"`
		Marker string `json:"marker"`
	}
	list := func(ctx context.Context) error {
		answer, err := s.call(ctx, "partner partner", "POST", "/v2/partners/sub-customers/query", fmt.Sprintf(`{"limit":50,"marker":%q}`, page.Marker))
		if err != nil {
			return err
		}
		page.Infos, page.Marker = nil, ""
		return json.Unmarshal([]byte(answer), &page)
	}
	if err := list(ctx); err != nil {
		return 0, err
	}
	m, err := metered(ctx, "page", list)
	if err == nil && len(page.Infos) != 50 {
		err = fmt.Errorf("a page of %d customers, want 50", len(page.Infos))
	}
	return m.RCU, err
}

// members puts customers into the partner's list, past the API: there are too many.
func (s *scene) members(ctx context.Context, n int) error {
	const atOnce, writers = 25, 8
	failed := make([]error, writers)
	var wait sync.WaitGroup
	for w := range writers {
		wait.Go(func() {
			for from := w * atOnce; from < n && failed[w] == nil; from += writers * atOnce {
				var puts []types.WriteRequest
				for i := from; i < min(n, from+atOnce); i++ {
					id := fmt.Sprintf("m%06d", i)
					image, err := table.Marshal(&party.Member{
						Head: table.Head{PK: "PARTY#partner", SK: "CUSTOMER#" + id, Schema: 1, Ver: 1, Stamp: "bench"},
						Row:  party.Row{ID: auth.PartyID(id), Kind: auth.Customer, Name: "Name of " + id, Level: "V1", Partner: "partner", AssociationType: party.Resale},
					})
					failed[w] = errors.Join(failed[w], err)
					puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: image}})
				}
				_, err := s.ddb.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{s.db.Name(): puts}})
				failed[w] = errors.Join(failed[w], err)
			}
		})
	}
	wait.Wait()
	return errors.Join(failed...)
}
