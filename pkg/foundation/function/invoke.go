package function

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
)

// Start runs a declaration as a Lambda function. It does not return.
func Start(d Declaration) { lambda.Start(Invoker(d, FromEnvironment())) }

// Invoker gives the handler of a declaration: the event's JSON in, the answer's JSON out.
func Invoker(d Declaration, env *Env) lambda.Handler {
	return &invoker{declaration: d, env: env, handle: handler(d, env)}
}

type invoker struct {
	declaration Declaration
	env         *Env
	handle      func(ctx context.Context, payload []byte) (any, error)
}

// Invoke handles one event and writes its one log line.
func (i *invoker) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	ctx, line := begin(ctx, i.declaration.Name, i.env)
	answer, err := i.handle(ctx, payload)
	line.end(ctx, err)
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

func handler(d Declaration, env *Env) func(context.Context, []byte) (any, error) {
	switch {
	case d.HTTP != nil:
		return typed(NewAPI(env, d).Lambda())
	case d.Queue != nil:
		return typed(onQueue(d.Queue.Handle(env)))
	case d.Schedule != nil:
		tick := d.Schedule.Handle(env)
		return func(ctx context.Context, _ []byte) (any, error) { return struct{}{}, tick(ctx) }
	case d.Stream != nil:
		return typed(onStream(d.Stream.Handle(env)))
	case d.Resource != nil:
		return typed(cfn.LambdaWrap(d.Resource(env)))
	default:
		panic("function " + d.Name + " has no trigger")
	}
}

// typed decodes an event for its handler.
func typed[E, A any](handle func(context.Context, E) (A, error)) func(context.Context, []byte) (any, error) {
	return func(ctx context.Context, payload []byte) (any, error) {
		var event E
		if err := json.Unmarshal(payload, &event); err != nil {
			return nil, fmt.Errorf("an event that is not one: %w", err)
		}
		return handle(ctx, event)
	}
}

func onQueue(handle func(context.Context, []Message) []string) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		batch := make([]Message, len(event.Records))
		for i, r := range event.Records {
			receives, _ := strconv.Atoi(r.Attributes["ApproximateReceiveCount"])
			batch[i] = Message{ID: r.MessageId, Group: r.Attributes["MessageGroupId"], Body: r.Body, Receives: receives}
		}
		failed := handle(ctx, batch)
		Note(ctx, "messages", len(batch))
		Note(ctx, "failed", len(failed))
		answer := events.SQSEventResponse{BatchItemFailures: make([]events.SQSBatchItemFailure, 0, len(failed))}
		for _, id := range failed {
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: id})
		}
		return answer, nil
	}
}

// streamEvent is a stream's event with its images left as JSON, which the SDK's own decoder reads.
type streamEvent struct {
	Records []struct {
		EventName string `json:"eventName"`
		DynamoDB  struct {
			SequenceNumber string          `json:"SequenceNumber"`
			NewImage       json.RawMessage `json:"NewImage"`
		} `json:"dynamodb"`
	} `json:"Records"`
}

func onStream(handle func(context.Context, []Record) string) func(context.Context, streamEvent) (events.DynamoDBEventResponse, error) {
	return func(ctx context.Context, event streamEvent) (events.DynamoDBEventResponse, error) {
		answer := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
		batch := make([]Record, 0, len(event.Records))
		for _, r := range event.Records {
			record := Record{Sequence: r.DynamoDB.SequenceNumber, Name: r.EventName}
			if len(r.DynamoDB.NewImage) > 0 {
				image, err := attributevalue.UnmarshalMapJSON(r.DynamoDB.NewImage)
				if err != nil {
					return answer, fmt.Errorf("record %s: %w", record.Sequence, err)
				}
				record.New = image
			}
			batch = append(batch, record)
		}
		Note(ctx, "records", len(batch))
		if failed := handle(ctx, batch); failed != "" {
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: failed})
		}
		return answer, nil
	}
}
