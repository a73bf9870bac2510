package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const (
	deadURL = "https://sqs/chores-dead"
	liveURL = "https://sqs/chores"
)

// letters is a dead-letter queue and its queue.
type letters struct {
	dead   []types.Message
	sent   []sqs.SendMessageInput
	dedup  map[string]bool
	hurdle func(call string) error
}

func (l *letters) GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error) {
	return &sqs.GetQueueAttributesOutput{Attributes: map[string]string{"ApproximateNumberOfMessages": strconv.Itoa(len(l.dead))}}, nil
}

func (l *letters) ReceiveMessage(_ context.Context, in *sqs.ReceiveMessageInput, _ ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	return &sqs.ReceiveMessageOutput{Messages: slices.Clone(l.dead[:min(len(l.dead), int(in.MaxNumberOfMessages))])}, nil
}

func (l *letters) SendMessage(_ context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	if err := l.hurdle("send"); err != nil {
		return nil, err
	}
	if id := aws.ToString(in.MessageDeduplicationId); id == "" || !l.dedup[id] {
		l.dedup[id] = true
		l.sent = append(l.sent, *in)
	}
	return &sqs.SendMessageOutput{}, nil
}

func (l *letters) DeleteMessage(_ context.Context, in *sqs.DeleteMessageInput, _ ...func(*sqs.Options)) (*sqs.DeleteMessageOutput, error) {
	if err := l.hurdle("delete"); err != nil {
		return nil, err
	}
	l.dead = slices.DeleteFunc(l.dead, func(m types.Message) bool { return *m.ReceiptHandle == *in.ReceiptHandle })
	return &sqs.DeleteMessageOutput{}, nil
}

// letterBox gives n messages that have failed, of two groups.
func letterBox(n int, ordered bool) *letters {
	l := &letters{dedup: map[string]bool{}, hurdle: func(string) error { return nil }}
	for i := range n {
		id := fmt.Sprint("m", i)
		m := types.Message{MessageId: &id, ReceiptHandle: &id, Body: aws.String(fmt.Sprint("body ", i))}
		if ordered {
			m.Attributes = map[string]string{"MessageGroupId": fmt.Sprint("group ", i%2)}
		}
		l.dead = append(l.dead, m)
	}
	return l
}

func TestDeadLettersAreSentAgainInOrder(t *testing.T) {
	for _, ordered := range []bool{true, false} {
		l := letterBox(23, ordered)
		sent, err := resend(context.Background(), l, deadURL, liveURL)
		if sent != 23 || err != nil || len(l.dead) != 0 {
			t.Fatalf("it sent %d, %v, and left %d, want all 23", sent, err, len(l.dead))
		}
		for i, m := range l.sent {
			group := ""
			if ordered {
				group = fmt.Sprint("group ", i%2)
			}
			if *m.MessageBody != fmt.Sprint("body ", i) || *m.QueueUrl != liveURL || aws.ToString(m.MessageGroupId) != group {
				t.Errorf("message %d is %q of group %q", i, *m.MessageBody, aws.ToString(m.MessageGroupId))
			}
		}
	}
}

func TestARedriveThatWasCutOffLosesNothingAndDoublesNothing(t *testing.T) {
	for _, at := range []string{"send", "delete"} {
		l := letterBox(3, true)
		calls := 0
		l.hurdle = func(call string) error {
			if call == at {
				calls++
			}
			if call == at && calls == 2 {
				return errors.New("the queue is away")
			}
			return nil
		}
		if sent, err := resend(context.Background(), l, deadURL, liveURL); sent != 1 || err == nil {
			t.Errorf("cut off at the second %s it sent %d, %v, want 1 and an error", at, sent, err)
		}
		if _, err := resend(context.Background(), l, deadURL, liveURL); err != nil {
			t.Fatal(err)
		}
		if len(l.sent) != 3 || len(l.dead) != 0 {
			t.Errorf("in the end %d are sent and %d left, want 3 and none", len(l.sent), len(l.dead))
		}
	}
}

func TestWhatFailsAgainMeanwhileDoesNotGoRound(t *testing.T) {
	l := letterBox(12, true)
	l.hurdle = func(call string) error {
		if call == "send" {
			l.dead = append(l.dead, letterBox(1, true).dead...)
		}
		return nil
	}
	if sent, err := resend(context.Background(), l, deadURL, liveURL); sent != 12 || err != nil {
		t.Errorf("it sent %d, %v, want the 12 that were there", sent, err)
	}
}
