package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/oklog/ulid/v2"
)

const (
	pulseKey      = "LOCAL#PULSE"
	recordsAtOnce = 1000
	streamTries   = 11 // of one record: the first and ten more, as on AWS
	againAfter    = 100 * time.Millisecond
	readAfter     = 5 * time.Millisecond // a record can be read some milliseconds after its write
)

// stream stands for the table's stream and its event source: it filters records as Lambda does, hands them over in order, and comes again
// from the first that failed, until that has failed too often.
type stream struct {
	invoker
	filter  pattern
	ddb     *dynamodb.Client
	streams *dynamodbstreams.Client
	log     *slog.Logger

	arn      string
	shard    string // that is being read, or was last
	iterator *string
	last     string // sequence number of the last record that was handed over, in shard
	ended    bool   // the shard has been read to its end
	seen     string // id of the last pulse that came
}

// drain hands over all that was written until now, and reports whether the function got any of it. It writes a pulse, and is done when that
// has come by.
func (s *stream) drain(ctx context.Context) (handed bool, err error) {
	pulse := ulid.Make().String()
	_, err = s.ddb.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(TableName), Item: map[string]ddbtypes.AttributeValue{
		"PK": &ddbtypes.AttributeValueMemberS{Value: pulseKey}, "SK": &ddbtypes.AttributeValueMemberS{Value: "PULSE"},
		"id": &ddbtypes.AttributeValueMemberS{Value: pulse},
	}})
	for err == nil && s.seen != pulse {
		var some, read bool
		if some, read, err = s.page(ctx); err == nil && !read {
			err = pause(ctx, readAfter)
		}
		handed = handed || some
	}
	return handed, err
}

// follow hands over what there is to read, without a pulse.
func (s *stream) follow(ctx context.Context) error {
	for read := true; read; {
		var err error
		if _, read, err = s.page(ctx); err != nil {
			return err
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// page reads the next records and hands them over. It reports whether the function got any, and whether there were any to read. An iterator
// that has expired, or whose records were trimmed, is replaced.
func (s *stream) page(ctx context.Context) (handed, read bool, err error) {
	if s.iterator == nil {
		if err := s.open(ctx); err != nil || s.iterator == nil {
			return false, false, err
		}
	}
	got, err := s.streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: s.iterator, Limit: aws.Int32(recordsAtOnce)})
	if err != nil {
		return false, false, s.lost(err)
	}
	for batch := range slices.Chunk(got.Records, s.Stream.Batch) {
		some, err := s.hand(ctx, batch)
		if err != nil {
			s.iterator = nil // again from the last that was handed over
			return handed, true, err
		}
		handed = handed || some
		s.last = aws.ToString(batch[len(batch)-1].Dynamodb.SequenceNumber)
	}
	s.iterator, s.ended = got.NextShardIterator, got.NextShardIterator == nil
	return handed, len(got.Records) > 0, nil
}

// lost forgets an iterator that is of no use any more, and with it the place in the stream when that is no longer kept. Another error stays.
func (s *stream) lost(err error) error {
	var expired *types.ExpiredIteratorException
	var trimmed *types.TrimmedDataAccessException
	switch {
	case errors.As(err, &expired):
		s.iterator = nil
	case errors.As(err, &trimmed):
		s.iterator, s.last = nil, ""
	default:
		return err
	}
	return nil
}

// open gets an iterator behind the last record that was handed over, or from the beginning of the shard. It gets none when the shard has ended
// and has no successor yet.
func (s *stream) open(ctx context.Context) error {
	shards, err := s.shards(ctx)
	if err != nil {
		return err
	}
	at := slices.Index(shards, s.shard)
	if at < 0 {
		at, s.last, s.ended = 0, "", false
	}
	if s.ended {
		at++
	}
	if at >= len(shards) {
		return nil
	}
	if s.ended {
		s.last, s.ended = "", false
	}
	s.shard = shards[at]
	in := &dynamodbstreams.GetShardIteratorInput{StreamArn: &s.arn, ShardId: &s.shard, ShardIteratorType: types.ShardIteratorTypeTrimHorizon}
	if s.last != "" {
		in.ShardIteratorType, in.SequenceNumber = types.ShardIteratorTypeAfterSequenceNumber, &s.last
	}
	got, err := s.streams.GetShardIterator(ctx, in)
	if err != nil {
		return s.lost(err)
	}
	s.iterator = got.ShardIterator
	return nil
}

// shards lists the stream's shards, oldest first.
func (s *stream) shards(ctx context.Context) ([]string, error) {
	if s.arn == "" {
		described, err := s.ddb.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(TableName)})
		if err != nil {
			return nil, err
		}
		s.arn = aws.ToString(described.Table.LatestStreamArn)
	}
	var ids []string
	in := &dynamodbstreams.DescribeStreamInput{StreamArn: &s.arn}
	for {
		got, err := s.streams.DescribeStream(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, shard := range got.StreamDescription.Shards {
			ids = append(ids, aws.ToString(shard.ShardId))
		}
		if in.ExclusiveStartShardId = got.StreamDescription.LastEvaluatedShardId; in.ExclusiveStartShardId == nil {
			return ids, nil
		}
	}
}

// hand gives a batch to the function, and reports whether there was anything in it for it.
func (s *stream) hand(ctx context.Context, batch []types.Record) (bool, error) {
	var records []streamRecord
	for _, r := range batch {
		record, err := recordOf(r)
		if err != nil {
			return false, err
		}
		if s.filter.matches(record) {
			records = append(records, record)
		}
		if record.key("PK") == pulseKey {
			s.seen = record.text("id")
		}
	}
	return len(records) > 0, s.deliver(ctx, records)
}

// deliver gives records to the function until each has succeeded, or failed too often: that one is logged and left out.
// Source: AWS, "Error handling for stream event sources", with bisecting and reported failures.
func (s *stream) deliver(ctx context.Context, records []streamRecord) error {
	for tries := 1; len(records) > 0; {
		failed, err := s.try(ctx, records)
		switch {
		case failed == len(records):
			return nil
		case failed > 0:
			records, tries = records[failed:], 1
			continue
		case tries == streamTries && len(records) > 1:
			if err := s.deliver(ctx, records[:len(records)/2]); err != nil {
				return err
			}
			records, tries = records[len(records)/2:], 1
			continue
		case tries == streamTries:
			s.log.Error("a record of the stream is given up", "sequence", records[0].DynamoDB.SequenceNumber, "error", err)
			return nil
		}
		tries++
		if err := pause(ctx, againAfter); err != nil {
			return err
		}
	}
	return nil
}

// try gives records to the function once, and tells the place of the first that failed: all of them have succeeded when it is their number.
func (s *stream) try(ctx context.Context, records []streamRecord) (int, error) {
	event, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		return 0, err
	}
	answer, err := s.invoke(ctx, event)
	if err != nil {
		return 0, err
	}
	var out events.DynamoDBEventResponse
	if err := json.Unmarshal(answer, &out); err != nil {
		return 0, err
	}
	first := len(records)
	for _, f := range out.BatchItemFailures {
		at := slices.IndexFunc(records, func(r streamRecord) bool { return r.DynamoDB.SequenceNumber == f.ItemIdentifier })
		first = min(first, max(at, 0)) // one that is not among them fails all
	}
	return first, nil
}
