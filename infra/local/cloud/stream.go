package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/function"
)

// stream stands for the table's stream and its event source: it filters records as Lambda does, hands them over in order, and comes
// again from the first that failed.
type stream struct {
	client      *dynamodbstreams.Client
	ddb         *dynamodb.Client
	declaration function.Declaration
	invoke      invoker
	filter      pattern

	arn      string
	iterator *string
	last     string // sequence number of the last record that was handed over
	seen     string // id of the last pulse that came
}

func newStream(cfg aws.Config, endpoint string, ddb *dynamodb.Client, d function.Declaration, invoke invoker) *stream {
	client := dynamodbstreams.NewFromConfig(cfg, func(o *dynamodbstreams.Options) { o.BaseEndpoint = &endpoint })
	return &stream{client: client, ddb: ddb, declaration: d, invoke: invoke, filter: parsePattern(d.Stream.Filter)}
}

const (
	pulseKey   = "LOCAL#PULSE"
	getRecords = 1000
)

// drain hands over all that was written until now. It writes a pulse last, and is done when that has come by.
func (s *stream) drain(ctx context.Context) error {
	pulse := ulid.Make().String()
	_, err := s.ddb.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(TableName), Item: map[string]ddbtypes.AttributeValue{
		"PK": &ddbtypes.AttributeValueMemberS{Value: pulseKey}, "SK": &ddbtypes.AttributeValueMemberS{Value: "PULSE"},
		"id": &ddbtypes.AttributeValueMemberS{Value: pulse},
	}})
	if err != nil {
		return err
	}
	for s.seen != pulse {
		if err := s.page(ctx); err != nil {
			return err
		}
	}
	return nil
}

// page hands over the next records. An iterator that has expired, or whose records were trimmed, is replaced.
func (s *stream) page(ctx context.Context) error {
	if s.iterator == nil {
		if err := s.open(ctx); err != nil {
			return err
		}
	}
	got, err := s.client.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: s.iterator, Limit: aws.Int32(getRecords)})
	var expired *types.ExpiredIteratorException
	var trimmed *types.TrimmedDataAccessException
	if errors.As(err, &expired) || errors.As(err, &trimmed) {
		s.iterator = nil
		if trimmed != nil {
			s.last = ""
		}
		return nil
	}
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(got.Records, s.declaration.Stream.Batch) {
		failed, err := s.hand(ctx, batch)
		if err != nil || failed {
			s.iterator = nil // again from the last that was handed over
			return errors.Join(err, pause(ctx))
		}
	}
	s.iterator = got.NextShardIterator
	return nil
}

// againAfter is how long a batch that failed waits.
const againAfter = 100 * time.Millisecond

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(againAfter):
		return nil
	}
}

// open gets an iterator behind the last record that was handed over, or from the beginning.
func (s *stream) open(ctx context.Context) error {
	if s.arn == "" {
		described, err := s.ddb.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(TableName)})
		if err != nil {
			return err
		}
		s.arn = aws.ToString(described.Table.LatestStreamArn)
	}
	described, err := s.client.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: &s.arn})
	if err != nil {
		return err
	}
	shards := described.StreamDescription.Shards
	if len(shards) == 0 {
		return errors.New("the table's stream has no shard")
	}
	in := &dynamodbstreams.GetShardIteratorInput{
		StreamArn: &s.arn, ShardId: shards[len(shards)-1].ShardId, ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	}
	if s.last != "" {
		in.ShardIteratorType, in.SequenceNumber = types.ShardIteratorTypeAfterSequenceNumber, &s.last
	}
	got, err := s.client.GetShardIterator(ctx, in)
	if err != nil {
		return err
	}
	s.iterator = got.ShardIterator
	return nil
}

// hand gives a batch to the function, and reports whether some of it must come again.
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
	done := aws.ToString(batch[len(batch)-1].Dynamodb.SequenceNumber)
	if len(records) > 0 {
		failed, err := s.call(ctx, records)
		if err != nil {
			return true, err
		}
		if failed != "" {
			return true, nil
		}
	}
	s.last = done
	return false, nil
}

func (s *stream) call(ctx context.Context, records []streamRecord) (failed string, err error) {
	payload, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(lambdaContext(ctx), s.declaration.Limit())
	defer cancel()
	answer, err := s.invoke.Invoke(ctx, payload)
	if err != nil {
		return "", fmt.Errorf("relay: %w", err)
	}
	var out struct {
		Failures []struct {
			ID string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(answer, &out); err != nil || len(out.Failures) == 0 {
		return "", err
	}
	return out.Failures[0].ID, nil
}

// streamRecord is a record as Lambda delivers it.
type streamRecord struct {
	EventID     string     `json:"eventID"`
	EventName   string     `json:"eventName"`
	EventSource string     `json:"eventSource"`
	DynamoDB    streamItem `json:"dynamodb"`
}

type streamItem struct {
	Keys           json.RawMessage `json:"Keys"`
	NewImage       json.RawMessage `json:"NewImage,omitempty"`
	OldImage       json.RawMessage `json:"OldImage,omitempty"`
	SequenceNumber string          `json:"SequenceNumber"`
	StreamViewType string          `json:"StreamViewType"`
}

func recordOf(r types.Record) (streamRecord, error) {
	out := streamRecord{
		EventID: aws.ToString(r.EventID), EventName: string(r.EventName), EventSource: "aws:dynamodb",
		DynamoDB: streamItem{SequenceNumber: aws.ToString(r.Dynamodb.SequenceNumber), StreamViewType: string(r.Dynamodb.StreamViewType)},
	}
	var failed [3]error
	out.DynamoDB.Keys, failed[0] = imageOf(r.Dynamodb.Keys)
	out.DynamoDB.NewImage, failed[1] = imageOf(r.Dynamodb.NewImage)
	out.DynamoDB.OldImage, failed[2] = imageOf(r.Dynamodb.OldImage)
	return out, errors.Join(failed[:]...)
}

// imageOf gives an image of the stream's API as the JSON that Lambda delivers.
func imageOf(image map[string]types.AttributeValue) (json.RawMessage, error) {
	if image == nil {
		return nil, nil
	}
	converted, err := attributevalue.FromDynamoDBStreamsMap(image)
	if err != nil {
		return nil, err
	}
	return attributevalue.MarshalMapJSON(converted)
}

func (r streamRecord) key(name string) string  { return stringIn(r.DynamoDB.Keys, name) }
func (r streamRecord) text(name string) string { return stringIn(r.DynamoDB.NewImage, name) }

func stringIn(image json.RawMessage, name string) string {
	var values map[string]struct{ S string }
	_ = json.Unmarshal(image, &values) // values of other types are of no interest
	return values[name].S
}
