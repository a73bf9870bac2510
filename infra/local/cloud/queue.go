package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"partnercenter/pkg/foundation/function"
)

// batchMost is how many messages a batch has at most here: few, so that the pollers share the work.
const batchMost = 2

// pollers is how many batches of one queue are worked on side by side.
const pollers = 4

// queue stands for a queue's event source: it hands batches to the function, deletes what succeeded, and gives back what failed.
type queue struct {
	sqs         *sqs.Client
	url, dead   string
	declaration function.Declaration
	invoke      invoker
}

func queueName(q *function.Queue) string { return named(q, q.Name) }

func named(q *function.Queue, name string) string {
	if q.FIFO {
		return name + ".fifo"
	}
	return name
}

// newQueue makes a queue and its dead-letter queue.
func newQueue(ctx context.Context, client *sqs.Client, d function.Declaration, invoke invoker) (*queue, error) {
	shape := d.Queue.Queue
	attributes := map[string]string{"VisibilityTimeout": strconv.Itoa(int(6*d.Limit().Seconds() + d.Queue.Window.Seconds()))}
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
	made, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(queueName(shape)), Attributes: attributes})
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", shape.Name, err)
	}
	return &queue{sqs: client, url: *made.QueueUrl, dead: *dead.QueueUrl, declaration: d, invoke: invoke}, nil
}

// drain works until the queue gives nothing more, and reports whether it gave anything.
func (q *queue) drain(ctx context.Context) (bool, error) {
	var worked atomic.Bool
	var failed error
	var mu sync.Mutex
	var wait sync.WaitGroup
	for range pollers {
		wait.Go(func() {
			for {
				any, err := q.batch(ctx)
				if err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
				}
				if err != nil || !any {
					return
				}
				worked.Store(true)
			}
		})
	}
	wait.Wait()
	return worked.Load(), failed
}

// batch hands one batch to the function.
func (q *queue) batch(ctx context.Context) (bool, error) {
	got, err := q.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &q.url, MaxNumberOfMessages: int32(min(q.declaration.Queue.Batch, batchMost)), MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"},
	})
	if err != nil || len(got.Messages) == 0 {
		return false, err
	}
	payload, err := json.Marshal(sqsEvent(got.Messages))
	if err != nil {
		return true, err
	}
	invocation, cancel := context.WithTimeout(lambdaContext(ctx), q.declaration.Limit())
	defer cancel()
	answer, invokeErr := q.invoke.Invoke(invocation, payload)
	var out events.SQSEventResponse
	if invokeErr == nil {
		invokeErr = json.Unmarshal(answer, &out)
	}
	return true, q.settle(ctx, got.Messages, failures(got.Messages, out, invokeErr))
}

// failures gives the ids of the messages that come again: those reported, or all when the function itself failed.
func failures(messages []types.Message, out events.SQSEventResponse, invokeErr error) map[string]bool {
	failed := map[string]bool{}
	if invokeErr != nil {
		for _, m := range messages {
			failed[*m.MessageId] = true
		}
	}
	for _, f := range out.BatchItemFailures {
		failed[f.ItemIdentifier] = true
	}
	return failed
}

// settle deletes what succeeded and makes what failed visible at once, up to its maximum receives.
func (q *queue) settle(ctx context.Context, messages []types.Message, failed map[string]bool) error {
	for _, m := range messages {
		var err error
		if failed[*m.MessageId] {
			_, err = q.sqs.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: &q.url, ReceiptHandle: m.ReceiptHandle})
		} else {
			_, err = q.sqs.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &q.url, ReceiptHandle: m.ReceiptHandle})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// empty reports whether the queue holds nothing, whether visible, in flight or delayed.
func (q *queue) empty(ctx context.Context) (bool, error) {
	counts := []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
		types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
	}
	got, err := q.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &q.url, AttributeNames: counts})
	if err != nil {
		return false, err
	}
	for _, name := range counts {
		if n := got.Attributes[string(name)]; n != "" && n != "0" {
			return false, nil
		}
	}
	return true, nil
}

func sqsEvent(messages []types.Message) events.SQSEvent {
	var event events.SQSEvent
	for _, m := range messages {
		event.Records = append(event.Records, events.SQSMessage{
			MessageId: *m.MessageId, ReceiptHandle: *m.ReceiptHandle, Body: *m.Body, Attributes: m.Attributes,
			EventSource: "aws:sqs", AWSRegion: "local",
		})
	}
	return event
}

// shortName gives the name of a queue in its URL.
func shortName(url string) string { return url[strings.LastIndex(url, "/")+1:] }
