package event

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"partnercenter/pkg/foundation/function"
)

// Relay sends the events among a batch of the stream's records to the notifications queue, in order, and returns the sequence number from
// which on the batch must come again: empty when all is sent. An event that is sent twice is dropped by the queue, or by its
// consumers, which go by its id.
func Relay(ctx context.Context, queue function.Sender, batch []function.Record) (failed string) {
	for _, r := range batch {
		e, ok, err := FromRecord(r)
		if err == nil && ok {
			err = send(ctx, queue, e)
		}
		if err != nil {
			function.Note(ctx, "relay_error", err.Error())
			return r.Sequence
		}
	}
	return ""
}

// FromRecord reads an event from a record of the stream. ok is false for what is no event.
func FromRecord(r function.Record) (e Event, ok bool, err error) {
	if r.Name != "INSERT" {
		return e, false, nil
	}
	if err := attributevalue.UnmarshalMap(r.New, &e); err != nil {
		return e, false, fmt.Errorf("record %s: %w", r.Sequence, err)
	}
	return e, strings.HasPrefix(e.SK, keyPrefix), nil
}

func send(ctx context.Context, queue function.Sender, e Event) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(e.Owner))
	return queue.Send(ctx, []function.Outgoing{{Body: string(body), Group: hex.EncodeToString(sum[:16]), Dedup: e.ID}})
}

// FromMessage reads an event from a message of the notifications queue.
func FromMessage(m function.Message) (Event, error) {
	var e Event
	if err := json.Unmarshal([]byte(m.Body), &e); err != nil {
		return e, fmt.Errorf("a message that is no event: %w", err)
	}
	return e, nil
}
