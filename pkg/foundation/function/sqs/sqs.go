// Package sqs sends to queues through Amazon SQS. It is apart from package function for the functions that send nothing: a client costs
// start-up time and size.
package sqs

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"partnercenter/pkg/foundation/function"
)

// SenderTo gives the sender to a queue.
func SenderTo(env *function.Env, q *function.Queue) function.Sender {
	return function.SenderPort(q, func(env *function.Env) function.Sender {
		return &sender{client: sqs.NewFromConfig(env.AWS("sqs")), url: env.Setting(function.QueueSetting(q.Name)), fifo: q.FIFO}
	}).In(env)
}

type sender struct {
	client *sqs.Client
	url    string
	fifo   bool
}

const (
	sendBatch = 10 // messages of one call, by AWS
	sendTries = 3
)

// Send sends in batches of ten.
func (s *sender) Send(ctx context.Context, messages []function.Outgoing) error {
	for len(messages) > 0 {
		n := min(len(messages), sendBatch)
		if err := s.batch(ctx, messages[:n]); err != nil {
			return err
		}
		messages = messages[n:]
	}
	return nil
}

func (s *sender) batch(ctx context.Context, messages []function.Outgoing) error {
	var err error
	for range sendTries {
		if messages, err = s.once(ctx, messages); len(messages) == 0 {
			return err
		}
	}
	return fmt.Errorf("send %d messages: %w", len(messages), err)
}

// once sends up to ten messages and returns those to send again.
func (s *sender) once(ctx context.Context, messages []function.Outgoing) ([]function.Outgoing, error) {
	in := &sqs.SendMessageBatchInput{QueueUrl: &s.url}
	for i, m := range messages {
		entry := types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: &m.Body}
		if s.fifo {
			entry.MessageGroupId, entry.MessageDeduplicationId = &m.Group, &m.Dedup
		}
		in.Entries = append(in.Entries, entry)
	}
	out, err := s.client.SendMessageBatch(ctx, in)
	if err != nil {
		return messages, err
	}
	var again []function.Outgoing
	for _, f := range out.Failed {
		i, convErr := strconv.Atoi(aws.ToString(f.Id))
		if convErr != nil || i >= len(messages) {
			return messages, errors.Join(err, convErr)
		}
		err = errors.Join(err, fmt.Errorf("%s: %s", aws.ToString(f.Code), aws.ToString(f.Message)))
		again = append(again, messages[i])
	}
	if len(again) == 0 {
		return nil, nil
	}
	return again, err
}
