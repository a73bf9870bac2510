package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const perCall = 10 // messages at most. Source: AWS, ReceiveMessage

// queues is what a redrive needs of SQS.
type queues interface {
	GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
	DeleteMessage(context.Context, *sqs.DeleteMessageInput, ...func(*sqs.Options)) (*sqs.DeleteMessageOutput, error)
}

// resend sends the messages of a dead-letter queue to their queue again, in order, and returns how many it has sent. Both are named by URL.
// It takes as many as there are when it begins, so that what fails again meanwhile does not go round. Whatever stops it, no message is lost:
// each is deleted once it was sent, and a second run within five minutes does not send it twice to a FIFO queue.
func resend(ctx context.Context, client queues, dead, queue string) (sent int, err error) {
	left, err := waiting(ctx, client, dead)
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", dead, err)
	}
	for left > 0 {
		got, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &dead, MaxNumberOfMessages: int32(min(left, perCall)), WaitTimeSeconds: 1,
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameMessageGroupId},
		})
		if err != nil {
			return sent, fmt.Errorf("receive from %s: %w", dead, err)
		}
		if len(got.Messages) == 0 {
			return sent, nil
		}
		for _, m := range got.Messages {
			if err := move(ctx, client, m, dead, queue); err != nil {
				return sent, err
			}
			sent++
		}
		left -= len(got.Messages)
	}
	return sent, nil
}

func waiting(ctx context.Context, client queues, queue string) (int, error) {
	const name = types.QueueAttributeNameApproximateNumberOfMessages
	got, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &queue, AttributeNames: []types.QueueAttributeName{name}})
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(got.Attributes[string(name)])
}

// move sends a message and then deletes it.
func move(ctx context.Context, client queues, m types.Message, dead, queue string) error {
	out := &sqs.SendMessageInput{QueueUrl: &queue, MessageBody: m.Body}
	if group, ordered := m.Attributes[string(types.MessageSystemAttributeNameMessageGroupId)]; ordered {
		out.MessageGroupId, out.MessageDeduplicationId = &group, aws.String("redrive-"+aws.ToString(m.MessageId))
	}
	if _, err := client.SendMessage(ctx, out); err != nil {
		return fmt.Errorf("send to %s: %w", queue, err)
	}
	if _, err := client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &dead, ReceiptHandle: m.ReceiptHandle}); err != nil {
		return fmt.Errorf("delete from %s: %w", dead, err)
	}
	return nil
}
