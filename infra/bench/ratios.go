package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/subscription"
)

// discard is a queue that nobody reads.
type discard struct{}

// Send does nothing.
func (discard) Send(context.Context, []function.Outgoing) error { return nil }

// ratios measures what the design bounds as a ratio, start-up apart.
func (s *scene) ratios(ctx context.Context) (map[string]float64, error) {
	capacity, err := sweepCapacity(ctx)
	if err != nil {
		return nil, err
	}
	throughput, err := renewalThroughput(ctx)
	return map[string]float64{"sweep_capacity": capacity, "renewal_throughput": throughput, "key_share": keyShare()}, err
}

// waiting is an item of the due index.
type waiting struct{ table.Head }

// sweepCapacity gives the read units of a sweep with 50 due among 5,000 items by those of one with 50 due among 500.
func sweepCapacity(ctx context.Context) (float64, error) {
	few, err := sweepAmong(ctx, 500)
	if err != nil {
		return 0, err
	}
	many, err := sweepAmong(ctx, 5000)
	return many / few, err
}

const dueItems = 50

func sweepAmong(ctx context.Context, all int) (float64, error) {
	s, err := newScene(ctx)
	if err != nil {
		return 0, err
	}
	tx := table.NewTx()
	for n := range all {
		at := start.Start()
		if n >= dueItems {
			at = start.AddDays(30).Start()
		}
		item := &waiting{table.Head{PK: fmt.Sprint("WAITING#", n), SK: "WAITING"}}
		lifecycle.Arm(&item.Head, "bench", fmt.Sprint("account-", n%dueItems), fmt.Sprint(n), at)
		tx.Create(item)
		if tx.Len() < 100 && n < all-1 {
			continue
		}
		if err := s.db.Commit(ctx, tx); err != nil {
			return 0, err
		}
		tx = table.NewTx()
	}
	m, err := metered(ctx, "sweep", func(ctx context.Context) error {
		report, err := (&lifecycle.Sweep{Table: s.db, Clock: s.clock, Wall: s.clock, Queue: discard{}}).Tick(ctx)
		if err == nil && report.Sent != dueItems {
			err = fmt.Errorf("%d sent, want %d", report.Sent, dueItems)
		}
		return err
	})
	return m.RCU, err
}

// keyShare gives the largest share that one key of the due index has of the entries that 10,000 renewals of one partner's customers, all due
// at once, write.
func keyShare() float64 {
	const renewals, customers = 10_000, 500
	entries, total, largest := map[string]int{}, 0, 0
	for n := range renewals {
		var h table.Head
		account := fmt.Sprint("cust-", n%customers)
		lifecycle.Arm(&h, subscription.WorkSubscription, account, resourceID(n), start.At(3, 0))
		expiry := start.AddDays(7 + n%28)
		for _, key := range []string{h.G2PK, "list " + expiry.String()[:7], "list " + expiry.AddMonths(1, expiry.Day).String()[:7]} {
			entries[key]++ // the due entry that goes, and the listed one in its old month and its new one
			total++
		}
		entries[h.G2PK]++ // the due entry that comes
		total++
	}
	for key, n := range entries {
		if strings.HasPrefix(key, "DUE#") || strings.HasPrefix(key, "list ") {
			largest = max(largest, n)
		}
	}
	return float64(largest) / float64(total)
}

// How the throughput is measured: rounds of renewals by the worker's own code, each beside raw calls of the same shape.
const (
	rounds       = 5
	roundOf      = 60
	rawReads     = 5   // GetItems of one renewal
	rawAttribute = 600 // bytes
)

// renewalThroughput gives one worker's renewals per second by the same number of raw GetItems and TransactWriteItems per second.
func renewalThroughput(ctx context.Context) (float64, error) {
	s, err := newScene(ctx)
	if err != nil {
		return 0, err
	}
	sheet := resourcesHeader
	for n := range rounds * roundOf {
		sheet += resourceRow(resourceID(n), "cust-1", start.AddDays(9), 3)
	}
	if _, err := s.call(ctx, vendor, "POST", "/v2/vendor/customers/import?partner_id=partner", customersHeader+customerRow("cust-1")); err != nil {
		return 0, err
	}
	if _, err := s.call(ctx, vendor, "POST", "/v2/vendor/subscriptions/import", sheet); err != nil {
		return 0, err
	}
	s.clock.Set(start.AddDays(2).At(3, 0))
	var quotients []float64
	for round := range rounds {
		for n := range roundOf {
			if err := s.ready(ctx, round*roundOf+n); err != nil {
				return 0, err
			}
		}
		raw, err := timed(func(n int) error { return s.raw(ctx, round*roundOf+n) })
		if err != nil {
			return 0, err
		}
		worker := subscription.New(s.env)
		ours, err := timed(func(n int) error { return worker.Do(ctx, due("cust-1", resourceID(round*roundOf+n))) })
		if err != nil {
			return 0, err
		}
		quotients = append(quotients, raw.Seconds()/ours.Seconds())
	}
	slices.Sort(quotients)
	return quotients[rounds/2], nil
}

func timed(do func(n int) error) (time.Duration, error) {
	began := time.Now()
	for n := range roundOf {
		if err := do(n); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

// raw reads and writes what one renewal does, with the SDK alone: five reads of what is there, and a transaction that replaces a subscription,
// whose keys move in both indexes, and a balance, and adds an order, which is listed, a transfer and an event.
func (s *scene) raw(ctx context.Context, n int) error {
	for i := range rawReads {
		_, err := s.ddb.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(s.db.Name()), Key: rawKey(n, i%2), ConsistentRead: aws.Bool(true)})
		if err != nil {
			return err
		}
	}
	items := []map[string]types.AttributeValue{rawItem(n, 0, "after", 2), rawItem(n, 1, "", 0), rawItem(n, 2, "after", 1), rawItem(n, 3, "", 0), rawItem(n, 4, "", 0)}
	in := &dynamodb.TransactWriteItemsInput{}
	for i, item := range items {
		condition := "attribute_not_exists(PK)"
		if i < 2 {
			condition = "attribute_exists(PK)"
		}
		in.TransactItems = append(in.TransactItems, types.TransactWriteItem{Put: &types.Put{
			TableName: aws.String(s.db.Name()), Item: item, ConditionExpression: &condition,
		}})
	}
	_, err := s.ddb.TransactWriteItems(ctx, in)
	return err
}

// ready puts what a raw renewal finds: a subscription in both indexes, and a balance.
func (s *scene) ready(ctx context.Context, n int) error {
	for _, item := range []map[string]types.AttributeValue{rawItem(n, 0, "before", 2), rawItem(n, 1, "", 0)} {
		if _, err := s.ddb.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(s.db.Name()), Item: item}); err != nil {
			return err
		}
	}
	return nil
}

// rawItem is an item of a renewal's size, in none, the first, or both of the indexes under a key.
func rawItem(n, i int, key string, indexes int) map[string]types.AttributeValue {
	item := rawKey(n, i)
	item["row"] = &types.AttributeValueMemberS{Value: strings.Repeat("x", rawAttribute)}
	for _, index := range []string{"G1", "G2"}[:indexes] {
		item[index+"PK"] = &types.AttributeValueMemberS{Value: "RAW#" + key}
		item[index+"SK"] = &types.AttributeValueMemberS{Value: fmt.Sprint(key, n)}
	}
	return item
}

func rawKey(n, i int) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"PK": &types.AttributeValueMemberS{Value: fmt.Sprint("RAW#", n)}, "SK": &types.AttributeValueMemberS{Value: fmt.Sprint(i)},
	}
}
