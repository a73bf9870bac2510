package function

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Outgoing is a message to send. Group and Dedup are for FIFO queues: messages of one group stay in order, and a second
// message of one Dedup within five minutes is dropped.
type Outgoing struct{ Body, Group, Dedup string }

// Sender sends to one queue.
type Sender interface {
	// Send sends all messages, in their order. What SQS refuses by its own fault is sent again; an error may leave some sent.
	Send(ctx context.Context, messages []Outgoing) error
}

// SenderTo gives the sender to a queue.
func SenderTo(env *Env, q *Queue) Sender {
	return Open(env, "queue "+q.Name, func() Sender {
		return &sender{client: sqs.NewFromConfig(env.AWS("sqs")), url: env.Setting(QueueSetting(q.Name)), fifo: q.FIFO}
	})
}

// PutSender makes s the sender to a queue in env. For tests.
func PutSender(env *Env, q *Queue, s Sender) { Port[Sender]{Name: "queue " + q.Name}.Put(env, s) }

type sender struct {
	client *sqs.Client
	url    string
	fifo   bool
}

const (
	sendBatch = 10 // messages of one call, by AWS
	sendTries = 3
)

func (s *sender) Send(ctx context.Context, messages []Outgoing) error {
	for len(messages) > 0 {
		n := min(len(messages), sendBatch)
		if err := s.batch(ctx, messages[:n]); err != nil {
			return err
		}
		messages = messages[n:]
	}
	return nil
}

func (s *sender) batch(ctx context.Context, messages []Outgoing) error {
	var err error
	for range sendTries {
		if messages, err = s.once(ctx, messages); len(messages) == 0 {
			return err
		}
	}
	return fmt.Errorf("send %d messages: %w", len(messages), err)
}

// once sends up to ten messages and returns those to send again.
func (s *sender) once(ctx context.Context, messages []Outgoing) ([]Outgoing, error) {
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
	var again []Outgoing
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
