package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"partnercenter/pkg/foundation/function"
)

const (
	pollers     = 4  // batches of one queue that are worked on side by side
	mostAtOnce  = 10 // messages of one receipt, by AWS
	sixTimeouts = 6  // a queue's visibility covers six of its function's timeouts and its window. Source: CASES.md B47
)

// queue stands for a queue's event source: it hands batches to the function, deletes what succeeded, and gives back what failed.
type queue struct {
	invoker
	sqs *sqs.Client
	url string
}

// named gives a name as queues like q carry it.
func named(q *function.Queue, name string) string {
	if q.FIFO {
		return name + ".fifo"
	}
	return name
}

// newQueue makes a queue and its dead-letter queue.
func newQueue(ctx context.Context, client *sqs.Client, run invoker) (*queue, error) {
	shape := run.Queue.Queue
	attributes := map[string]string{"VisibilityTimeout": strconv.Itoa(int((sixTimeouts*run.Limit() + run.Queue.Window).Seconds()))}
	if shape.FIFO {
		attributes["FifoQueue"] = "true"
	}
	dead, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(named(shape, shape.DeadLetters())), Attributes: attributes})
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", shape.DeadLetters(), err)
	}
	target, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: dead.QueueUrl, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn},
	})
	if err != nil {
		return nil, err
	}
	attributes["RedrivePolicy"] = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, target.Attributes["QueueArn"], shape.MaxReceive)
	made, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(named(shape, shape.Name)), Attributes: attributes})
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", shape.Name, err)
	}
	return &queue{invoker: run, sqs: client, url: *made.QueueUrl}, nil
}

// drain works until the queue gives nothing more. Its n messages are spread over the pollers.
func (q *queue) drain(ctx context.Context, n int) error {
	size := min((n+pollers-1)/pollers, q.Queue.Batch, mostAtOnce)
	failed := make([]error, pollers)
	var wait sync.WaitGroup
	for i := range pollers {
		wait.Go(func() {
			for some := true; some && failed[i] == nil && ctx.Err() == nil; {
				some, failed[i] = q.batch(ctx, size)
			}
		})
	}
	wait.Wait()
	return errors.Join(failed...)
}

// batch hands one batch to the function, and reports whether there was any.
func (q *queue) batch(ctx context.Context, size int) (bool, error) {
	got, err := q.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &q.url, MaxNumberOfMessages: int32(size),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil || len(got.Messages) == 0 {
		return false, err
	}
	event, err := json.Marshal(queueEvent(got.Messages, q.url))
	if err != nil {
		return true, err
	}
	answer, err := q.invoke(ctx, event)
	return true, q.settle(context.WithoutCancel(ctx), got.Messages, failures(got.Messages, answer, err))
}

// failures gives the ids of the messages that come again: those that the function reports, or all when it failed itself or its answer can't be
// read. Source: AWS, "Handling errors for an SQS event source in Lambda".
func failures(messages []types.Message, answer []byte, failed error) map[string]bool {
	var out events.SQSEventResponse
	again := map[string]bool{}
	if failed != nil || json.Unmarshal(answer, &out) != nil {
		for _, m := range messages {
			again[*m.MessageId] = true
		}
	}
	for _, f := range out.BatchItemFailures {
		again[f.ItemIdentifier] = true
	}
	return again
}

// settle deletes what succeeded and makes what failed visible at once. What was received often enough goes to the dead-letter queue then.
func (q *queue) settle(ctx context.Context, messages []types.Message, failed map[string]bool) error {
	var done []types.DeleteMessageBatchRequestEntry
	var again []types.ChangeMessageVisibilityBatchRequestEntry
	for _, m := range messages {
		if failed[*m.MessageId] {
			again = append(again, types.ChangeMessageVisibilityBatchRequestEntry{Id: m.MessageId, ReceiptHandle: m.ReceiptHandle})
		} else {
			done = append(done, types.DeleteMessageBatchRequestEntry{Id: m.MessageId, ReceiptHandle: m.ReceiptHandle})
		}
	}
	if len(done) > 0 {
		if _, err := q.sqs.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &q.url, Entries: done}); err != nil {
			return err
		}
	}
	if len(again) == 0 {
		return nil
	}
	_, err := q.sqs.ChangeMessageVisibilityBatch(ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &q.url, Entries: again})
	return err
}

// counted are the counts of a queue's messages: visible, in flight, delayed.
var counted = []types.QueueAttributeName{
	types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
	types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
}

// count gives how many messages the queue holds, whether visible, in flight or delayed.
func (q *queue) count(ctx context.Context) (int, error) {
	got, err := q.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &q.url, AttributeNames: counted})
	if err != nil {
		return 0, err
	}
	total := 0
	for _, name := range counted {
		n, err := strconv.Atoi(got.Attributes[string(name)])
		if err != nil {
			return 0, fmt.Errorf("%s of %s: %w", name, q.url, err)
		}
		total += n
	}
	return total, nil
}

// queueEvent gives messages as Lambda delivers them.
func queueEvent(messages []types.Message, source string) events.SQSEvent {
	var event events.SQSEvent
	for _, m := range messages {
		event.Records = append(event.Records, events.SQSMessage{
			MessageId: *m.MessageId, ReceiptHandle: *m.ReceiptHandle, Body: *m.Body, Attributes: m.Attributes,
			EventSource: "aws:sqs", EventSourceARN: source, AWSRegion: region,
		})
	}
	return event
}
